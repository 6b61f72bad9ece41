"""The knobs of the pipeline: typed, frozen, with unit, default and where it comes from.

Numbers that only one function needs stand beside it as constants that say how they were chosen.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.codebook import Codebook

Pairs = tuple[tuple[str, str], ...]  # of a column and a value


class StageSettings(BaseModel):
    """What all settings share: they can't be changed, and an unknown name is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    # Fields that change how fast a stage is and never what it gives: no fingerprint holds them.
    SPEED: ClassVar[frozenset[str]] = frozenset()


class IngestSettings(StageSettings):
    """Reading files."""

    max_file_megabytes: float = Field(
        default=50, gt=0, description="Megabytes; a larger file is refused: no essay is so long."
    )
    max_unpacked_megabytes: float = Field(
        default=2_000, gt=0, description="Megabytes that a zip, or a zipped document, unpacks to."
    )
    max_ratio: float = Field(
        default=200,
        gt=1,
        description="Times its packed size that a part of over 10 megabytes may unpack to; text "
        "packs to a tenth, zip bombs to a thousandth.",
    )
    max_members: int = Field(
        default=20_000, ge=1, description="Files in a zip, and in zips in all."
    )
    max_zip_depth: int = Field(default=3, ge=1, description="Zips in zips that are opened.")
    max_rows: int = Field(default=20_000, ge=1, description="Rows of a table that are read.")
    max_pages: int = Field(default=500, ge=1, description="Pages; a longer PDF is refused.")
    max_file_seconds: float = Field(
        default=30, gt=0, description="Seconds of reading after which a file is given up."
    )
    max_reader_megabytes: float = Field(
        default=1_000,
        ge=300,
        description="Megabytes of address space of a process that reads (not on Windows).",
    )
    readers: int = Field(default=2, ge=1, description="Processes that read files.")
    text_columns: tuple[str, ...] = Field(
        default=(), description="Columns of a table that hold texts; none: those that seem to."
    )
    answers: Literal["together", "apart"] = Field(
        default="together",
        description="Several answers of a row: one essay with a heading each, or one essay each.",
    )
    whole_files: bool = Field(
        default=False,
        description="Read a journal with an entry a week as one essay; else each entry is one, "
        "where most files are such journals.",
    )
    properties: bool = Field(
        default=False, description="Take author and date from documents' properties."
    )
    exclude: Pairs = Field(
        default=(),
        description="Pairs of a column of the roster or table and a value; an essay whose row has "
        "one is left out. The column `student` has the authors' names.",
    )
    only: Pairs = Field(
        default=(),
        description="Pairs of a column and a value; an essay whose row has none of a column's is "
        "left out.",
    )
    min_words: int = Field(default=1, ge=1, description="Words; fewer and the file is skipped.")
    short_words: int = Field(
        default=30, ge=1, description="Words; an essay below gets a notice that it is very short."
    )
    max_group_values: int = Field(
        default=20, ge=2, description="A roster column with more values is not a grouping."
    )
    draft_overlap: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="Share of the shorter text's runs of five words that are in the longer one, at "
        "which two essays are drafts of one.",
    )
    third_persons: bool = Field(
        default=True, description="Replace names of people outside the cohort, by spaCy and cues."
    )
    public_at: int = Field(
        default=3,
        ge=2,
        description="Students who name a person outside the cohort, from whom on that is somebody "
        "of the reading or of public life, whose name stays; not so of whom they met in person.",
    )


class SegmentSettings(StageSettings):
    """Cutting essays into units."""

    max_title_words: int = Field(
        default=12, ge=1, description="Words; a longer line without full stop is no heading."
    )
    max_parse_characters: int = Field(
        default=20_000, ge=1_000, description="Characters of one block parsed at once."
    )


class LabelSettings(StageSettings):
    """Deciding what a segment is."""

    shift_reach: int = Field(
        default=3, ge=1, description="Segments after a prior belief in which its successor may be."
    )


class EncodeSettings(StageSettings):
    """Turning segments into vectors and scores of moves."""

    SPEED: ClassVar[frozenset[str]] = frozenset({"threads"})

    context_words: int = Field(
        default=64,
        ge=1,
        description="Words of the windows in which sentences are scored, more only where one "
        "sentence has more: the contexts that the head was trained with have 64 on average.",
    )
    threads: int = Field(default=2, ge=1, description="Threads of ONNX Runtime.")


class ClusterSettings(StageSettings):
    """Themes, question ledger and tensions.

    The method was chosen on planted themes: of the sample (391 segments of 24 students; mean over 7
    to 14 themes asked for; F1 of themes matched one to one, adjusted Rand index), with the
    encoder's base:

    | space                  | k-means  | average linkage | Ward     | nuclei (the one used) |
    |------------------------|----------|-----------------|----------|-----------------------|
    | centred                | .26, .05 | .24, .06        | .23, .05 | .26, .06              |
    | whitened               | .30, .08 | .28, .08        | .30, .06 | .37, .13              |
    | centred + neighbours   | .31, .12 | .37, .21        | .49, .27 | .44, .20              |
    | whitened + neighbours  | .43, .22 | .59, .37        | .58, .28 | .65, .45              |

    And of all six planted cohorts (mean F1; agreement, as adjusted Rand index, of themes found
    without one segment in 50, another each time), with the encoder that ships:

    | themes                                   | F1  | agreement |
    |------------------------------------------|-----|-----------|
    | one grouping of all                      | .44 | .63       |
    | groups that return in 20 subsamples      | .48 | .71       |
    | these, with half the whitening           | .51 | .78       |
    | these, with the words that people share  | .54 | .77       |
    """

    seed: int = Field(default=20, description="Of every resample; any number does.")
    themes: int | None = Field(
        default=None, ge=2, le=200, description="How many themes; None: as many as hold."
    )
    codebook: Codebook | None = Field(
        default=None, description="Themes and tensions as people set them; None: all are found."
    )
    prompt: str = Field(
        default="",
        description="The assignment's wording, which counts for nothing where essays repeat it.",
    )
    min_students: int = Field(default=3, ge=1, description="Students that a theme needs, from 10.")
    min_students_small: int = Field(
        default=2, ge=1, description="Students that a theme needs in a class of 3 to 9."
    )
    small_class: int = Field(default=10, ge=4, description="Students; below it a class is small.")
    min_class: int = Field(
        default=3, ge=2, description="Students; below it there are no cohort themes."
    )
    shrinkage: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Of the within-paragraph covariance towards the identity; F1 of planted themes "
        "was .51 at .6, .53 to .55 from .7 to .95 and .50 at 1 (none).",
    )
    context: float = Field(
        default=0.8,
        ge=0,
        le=2,
        description="Share of the sentences before and after, in its paragraph, in a sentence's "
        "place; those next to them count half. 0: sentences alone. .7 to 1 gave F1 of .76 to .80 "
        "on the sample's planted themes, .5 and .6 gave .71.",
    )
    sample_segments: int = Field(
        default=50_000,
        ge=1_000,
        description="Segments of a cohort from which on themes are looked for in a sample of so "
        "many, of students drawn at random, while everybody is counted.",
    )
    nucleus: int = Field(
        default=12, ge=2, description="Segments in a nucleus of average linkage, on average."
    )
    nearest: int = Field(
        default=15,
        ge=0,
        description="Nearest segments of other students that a segment is drawn to when nuclei "
        "are looked for; 15 and 20 did better than 5 and 10 in F1 and in stability.",
    )
    max_linked: int = Field(
        default=2_000,
        ge=100,
        description="Segments linked pairwise, evenly over students; the rest are assigned.",
    )
    member_at: float = Field(
        default=2.25,
        ge=0,
        description="Standard deviations of the cosines to other themes that a member's cosine "
        "to its own theme reaches; 2.5 puts about three quarters of segments into themes.",
    )
    same_sentence: float = Field(
        default=0.95, gt=0, le=1, description="Cosine at which a student repeats a sentence."
    )
    holds_at: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Stability below which a theme of a class that isn't small is dissolved; one "
        "of just three students in ten can't get beyond .47.",
    )
    tension_holds_at: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Stability below which a tension isn't one; the sample's have .76 and 1, and "
        "one that a reader of another class found to be none had .36.",
    )
    words: float = Field(
        default=0.4,
        ge=0,
        lt=1,
        description="Share of the words that students have in common in how near two sentences "
        "are; the sense has the rest. F1 of planted themes was .51 with 0 and .53 to .55 with .3 "
        "to .5.",
    )
    forming: int = Field(
        default=20, ge=10, description="Subsamples of students whose groups form the themes."
    )
    alike_at: float = Field(
        default=0.3,
        gt=0,
        lt=1,
        description="Mean Jaccard overlap of groups of different subsamples that are one theme.",
    )
    returns_at: float = Field(
        default=0.4,
        gt=0,
        le=1,
        description="Share of these subsamples that must have such a group.",
    )
    most_themes: int = Field(
        default=30,
        ge=2,
        description="Groups that a subsample is asked for at the most: more than a reader looks "
        "through; `themes` may be higher.",
    )
    tries: int = Field(default=10, ge=3, description="Subsamples of shuffled data.")
    resamples: int = Field(default=50, ge=10, description="Subsamples of students for stability.")
    subsample: float = Field(default=0.8, gt=0, lt=1, description="Share of students in each.")
    reappears_at: float = Field(
        default=0.5, gt=0, le=1, description="Jaccard overlap at which a theme counts as back."
    )
    described_at: float = Field(
        default=0.08,
        gt=0,
        lt=1,
        description="Probability that a sentence is about a theme of the codebook, from which on "
        "it may be in it. F1 of described themes in planted cohorts is as good at .1 and .12; "
        "themes that nobody writes about got 4.6 students at .08, 3.4 at .1 and 2.7 at .12.",
    )
    same_question: float = Field(
        default=0.7,
        gt=0,
        le=1.5,
        description="Cosine plus half the overlap of rare words at which questions ask the same, "
        "on average: read off the groups of three cohorts; below it more merely share a subject.",
    )
    echo_students: int = Field(
        default=3,
        ge=2,
        description="Students who write a question word for word: it's the assignment's own.",
    )
    about_at: float = Field(
        default=0.23,
        ge=-1,
        le=1,
        description="Cosine to a theme's centre at which a question is about it: four in five "
        "between .2 and .3 were, as read in two cohorts.",
    )
    max_tensions: int = Field(default=4, ge=0, description="Tensions shown at the most.")
    strong_at: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Support of a tension against that of the second strongest.",
    )
    named_at: float = Field(
        default=0.8,
        ge=0,
        description="Students who must name both poles on the two sides of a contrast (or "
        "of then and now); words akin to the poles' count in part.",
    )
    named_links: int = Field(
        default=40,
        ge=1,
        description="Naming contrasts up to which `named_at` is enough; with more "
        "it grows by the square root.",
    )
    contested: float = Field(
        default=0.03,
        ge=0,
        description="Students who name both poles against each other, for each sentence that is "
        "evidence: .06 or more in the planted tensions of the sample, .02 or less in what was "
        "found in five cohorts and is none.",
    )
    same_tension: float = Field(
        default=0.35, gt=0, le=1, description="Shared evidence at which two tensions are one."
    )
    min_placed: int = Field(default=5, ge=2, description="Students that a tension must place.")
    opposed: float = Field(
        default=0.2,
        ge=0,
        le=0.5,
        description="Share of the students who evaluate a theme that must stand at the rarer end "
        "of a scale (easy, hard); at least as many as a theme needs.",
    )
    pole_near: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Cosine at which a sentence without a pole's words speaks of the pole; read "
        "off the sample.",
    )
    pole_lead: float = Field(
        default=0.15, ge=0, le=1, description="By how much it must be nearer than the other pole."
    )
    kindred_near: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Cosine to what speaks for a pole at which a sentence in its paragraph does so "
        "too: more students of the sample stood on their side, and none who is silent got a side.",
    )
    kindred_lead: float = Field(
        default=0.1, ge=0, le=1, description="By how much it must be nearer than the other side."
    )
    kindred_most: float = Field(
        default=0.5, gt=0, le=1, description="Most that such a sentence weighs as evidence."
    )
    discussed_at: float = Field(
        default=0.8,
        ge=-20,
        description="Standard deviations by which what others say nearest to a sentence stands out "
        "for an axis that a user names, so that the sentence is about it; chosen on ten axes in "
        "five cohorts, where of those who say nothing of the matter a third got a side without it "
        "and 6 % with it.",
    )
    both_within: float = Field(
        default=0.34, ge=0, le=1, description="Positions nearer to 0 than this are 'both'."
    )

    def needed_students(self, n_students: int) -> int:
        """Return how many students a theme needs in a class of so many."""
        return self.min_students_small if n_students < self.small_class else self.min_students


class NamingSettings(StageSettings):
    """Names of themes from a language model at an OpenAI-compatible address; off without one.

    A key for the address is never a setting: it is CROSSCURRENT_NAMES_KEY in the environment.
    """

    SPEED: ClassVar[frozenset[str]] = frozenset({"seconds"})

    address: str = Field(
        default="", description="Such as http://localhost:11434/v1; without one nothing is asked."
    )
    model: str = Field(
        default="", description="The model's name there; without one the only one that is there."
    )
    allow_remote: bool = Field(
        default=False, description="Whether the address may be beyond this machine."
    )
    seed: int = Field(default=23, description="That the model is given; any number does.")
    seconds: float = Field(
        default=120, gt=0, description="Seconds that an answer may take; the first waits longest."
    )
    passages: int = Field(
        default=12, ge=1, description="Passages of a theme that are sent at the most."
    )
    passage_characters: int = Field(
        default=300, ge=50, description="Characters of a passage that are sent at the most."
    )
    most_words: int = Field(default=8, ge=1, description="Words; a longer answer is refused.")


class CompareSettings(StageSettings):
    """Shares, intervals and tests."""

    seed: int = Field(default=21, description="Of bootstrap and permutations; any number does.")
    resamples: int = Field(
        default=2_000,
        ge=100,
        description="Bootstrap draws of students for differences, trends and rates.",
    )
    permutations: int = Field(default=5_000, ge=100, description="Shuffles of students.")
    most_permutations: int = Field(
        default=100_000,
        ge=0,
        description="Shuffles where the first ones give fewer than a hundred differences as large: "
        "2,000 for each test of the family, up to so many. Without, 13 weeks and 20 themes could "
        "have no q below .05, whatever the difference, and a q near .05 would hang on the seed.",
    )
    min_group: int = Field(
        default=5, ge=1, description="Students; a smaller group shows 'can't tell' everywhere."
    )
    small_class: int = Field(
        default=10, ge=1, description="Students; below it a class is small: no p-values."
    )
    trend_columns: tuple[str, ...] = Field(
        default=(
            *("week", "session", "unit", "day", "month", "term", "semester", "year", "wave"),
            *("time", "timepoint", "occasion", "phase"),
        ),
        description="Words in the name of a roster column of whole numbers that says when an essay "
        "was written: trends over it are tested, and groups are compared within it. Groups "
        "named before and after, pre, mid and post or the like say so by themselves.",
    )
    phrase_words: int = Field(default=3, ge=1, le=5, description="Words of a phrase at the most.")
    phrase_students: int = Field(
        default=3,
        ge=2,
        description="Students of a group who must use a phrase that is called distinctive of it.",
    )
    phrase_prior: float = Field(
        default=10,
        gt=0,
        description="Students that the prior of a phrase's log odds is worth: in groups of fewer, "
        "the whole class's use of a phrase counts for more than the group's.",
    )
    phrase_z: float = Field(
        default=1.5,
        ge=0,
        description="Standard errors by which a phrase's log odds lie above those of the other "
        "groups before it is listed; of 12 and 12 students, 4 against none have 1.4, 6 against "
        "none 1.7, 9 against one 1.7.",
    )
    phrases: int = Field(default=20, ge=1, description="Phrases listed of a group.")
    max_phrases: int = Field(
        default=2_000, ge=10, description="Phrases looked at: those that most students use."
    )
    usual: float = Field(
        default=0.8,
        gt=0,
        lt=1,
        description="Share of the other students between the two ends of what is usual.",
    )
    common_theme: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the other students from which an essay without a theme is told so.",
    )
    language_columns: tuple[str, ...] = Field(
        default=("language", "english", "esl", "efl", "l1", "l2", "mother", "native", "tongue"),
        description="Words in the name of a roster column that says who writes in a second "
        "language; fairness is shown by it.",
    )


class CorrectSettings(StageSettings):
    """Taking over what somebody set right by hand; there is nothing to set."""


class ReportSettings(StageSettings):
    """Writing pages and figures."""

    quotes: int = Field(default=3, ge=1, description="Quotes shown first for a theme or pole.")
    main_themes: int = Field(default=7, ge=1, description="Themes in the brief.")
    main_questions: int = Field(default=5, ge=1, description="Questions in the brief.")
    essays_in_full: int = Field(
        default=2000,
        ge=1,
        description="Essays shown with marked text; of more, those that are quoted.",
    )
    listed: int = Field(
        default=5000,
        ge=1,
        description="Passages listed for a theme or pole, and questions; the tables hold all.",
    )


class Settings(StageSettings):
    """All settings of a run, one object a stage."""

    ingest: IngestSettings = IngestSettings()
    segment: SegmentSettings = SegmentSettings()
    label: LabelSettings = LabelSettings()
    encode: EncodeSettings = EncodeSettings()
    cluster: ClusterSettings = ClusterSettings()
    naming: NamingSettings = NamingSettings()
    correct: CorrectSettings = CorrectSettings()
    compare: CompareSettings = CompareSettings()
    report: ReportSettings = ReportSettings()


def recorded(content: dict[str, dict[str, Any]]) -> Settings:
    """Read the settings that a run's record keeps.

    What an earlier version could set and this one can't is left out.
    """
    known = {
        stage: {name: value for name, value in content[stage].items() if name in own.model_fields}
        for stage, own in ((name, type(each)) for name, each in Settings())
        if stage in content
    }
    return Settings.model_validate(known)
