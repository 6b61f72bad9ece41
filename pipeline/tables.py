"""The nouns of the project: one schema a table.

Every stage takes and gives pandas data frames of these forms. Missing is NA, never -1 or "".
Offsets count characters (code points) of `essays.text`, end exclusive.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, ClassVar

import pandas as pd
import pandera.pandas as pa
import pandera.typing
from pandera.dtypes import immutable
from pandera.engines import pandas_engine
from pandera.typing import Series

from pipeline.absent import absent
from pipeline.lookup import repeats
from pipeline.vectors import VectorType

# pandera takes dask in wherever it is installed, which is another second. What it is asked here it
# remembers; its module of dask goes again, for whoever wants that.
with absent("dask"), suppress(AttributeError):
    pandera.typing.get_series_types()
    pandera.typing.get_index_types()
    vars(pandera.typing).pop("dask", sys.modules.pop("pandera.typing.dask", None))

ROLES = ("claim", "question", "account", "frame")
BLOCKS = ("heading", "list item", "quote", "paragraph")
MOVES = (
    "belief",
    "prior belief",
    "learning",
    "feeling",
    "difficulty",
    "perspective",
    "intention",
    "experience",
)
# What the encoder's head tells apart: the categories of CEReD (Štefánik and Nehyba 2021).
CATEGORIES = (
    "experience",
    "feeling",
    "difficulty",
    "belief",
    "perspective",
    "intention",
    "learning",
    "reflection",
    "other",
)
# What pandera calls the checks of columns, what each is handed, and when a column breaks it, which
# what is missing never does.
CHECKS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "isin": ("allowed_values", lambda values, known: not {*known} >= {*values.dropna().unique()}),
    "greater_than_or_equal_to": ("min_value", lambda values, least: (values < least).any()),
    "less_than_or_equal_to": ("max_value", lambda values, most: (values > most).any()),
}
SEVERITIES = ("note", "warning", "skipped", "refused")


@pandas_engine.Engine.register_dtype(equivalents=[VectorType, VectorType()])
@immutable
class VectorColumn(pandas_engine.DataType):
    """What pandera has to know of a column of vectors."""

    type = VectorType()


class Table(pa.DataFrameModel):
    """What all tables share: columns in the order given, types coerced, nothing else let in."""

    class Config:
        """How pandera checks every table."""

        strict = True
        coerce = True
        ordered = True


def ratio(**checks: Any) -> Any:
    """Declare a number from 0 to 1."""
    return pa.Field(ge=0, le=1, **checks)


class Essays(Table):
    """One row an essay, in the order in which an author's essays were written."""

    essay_id: Series[str] = pa.Field(
        unique=True, description="the author's pseudonym and digits of a keyed hash"
    )
    author: Series[str] = pa.Field(description="pseudonym")
    title: Series[str] = pa.Field(nullable=True, description="as the essay gives it")
    submitted: Series[str] = pa.Field(nullable=True, description="ISO date")
    week: Series[pd.Int64Dtype] = pa.Field(nullable=True, description="a whole number")
    language: Series[str] = pa.Field(nullable=True, description="ISO 639-1")
    n_words: Series[int] = pa.Field(ge=0, description="words of text, without a form's questions")
    text: Series[str] = pa.Field(description="after redaction")
    essay_sha: Series[str] = pa.Field(description="SHA-256 of text")


class Roster(Table):
    """One row an essay: its author and the groups it belongs to, one further column a grouping."""

    essay_id: Series[str] = pa.Field(unique=True, description="of essays")
    author: Series[str] = pa.Field(description="pseudonym")

    class Config(Table.Config):
        """Groupings may be added."""

        strict = False


class Segments(Table):
    """One row a segment. The segment stage fills the units, the label stage what they are."""

    segment_id: Series[str] = pa.Field(unique=True, description="essay_id and a number")
    essay_id: Series[str] = pa.Field(description="of essays")
    text_sha: Series[str] = pa.Field(description="SHA-256 of text")
    ordinal: Series[int] = pa.Field(ge=0, description="place in the essay, from 0")
    paragraph: Series[int] = pa.Field(ge=0, description="place of its block, from 0")
    block: Series[str] = pa.Field(isin=BLOCKS, description="what kind of block it stands in")
    start: Series[int] = pa.Field(ge=0, description="first character in essays.text, from 0")
    end: Series[int] = pa.Field(ge=0, description="behind its last character")
    text: Series[str] = pa.Field(description="essays.text[start:end]")
    role: Series[str] = pa.Field(
        isin=ROLES,
        nullable=True,
        description="what it is; counts of claims leave out what others hold and the author "
        "doesn't endorse, those of questions headings, quotes and the assignment's own",
    )
    role_score: Series[float] = ratio(nullable=True, description="how probable the role is")
    form: Series[str] = pa.Field(
        isin=("direct", "indirect"),
        nullable=True,
        description="of a question: asked outright or by wondering",
    )
    rhetorical: Series[float] = ratio(
        nullable=True, description="of a question: how likely nobody expects an answer"
    )
    moves: Series[object] = pa.Field(description=f"list of: {', '.join(MOVES)}")
    holder: Series[str] = pa.Field(
        isin=("author", "source", "other"), nullable=True, description="whose claim it is"
    )
    endorsed: Series[str] = pa.Field(
        isin=("yes", "no"),
        nullable=True,
        description="of what a source or another holds: whether the author does too",
    )
    cue_start: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="first character of the words that decided, in essays.text"
    )
    cue_end: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="behind their last character"
    )
    reason: Series[str] = pa.Field(nullable=True, description="why this role, for a reader")


class Embeddings(Table):
    """One row a distinct text."""

    text_sha: Series[str] = pa.Field(unique=True, description="SHA-256 of the text")
    vector: Series[VectorType] = pa.Field(description="float32 numbers, unit length")


class MoveScores(Table):
    """One row a segment: how probable the encoder finds CEReD's nine categories, and a question.

    The categories add up to 1; whether the segment asks stands by itself.
    """

    segment_id: Series[str] = pa.Field(unique=True, description="of segments")
    essay_id: Series[str] = pa.Field(description="of essays")
    experience: Series[float] = ratio(description="probability of experience")
    feeling: Series[float] = ratio(description="probability of feeling")
    difficulty: Series[float] = ratio(description="probability of difficulty")
    belief: Series[float] = ratio(description="probability of belief")
    perspective: Series[float] = ratio(description="probability of perspective")
    intention: Series[float] = ratio(description="probability of intention")
    learning: Series[float] = ratio(description="probability of learning")
    reflection: Series[float] = ratio(description="probability of reflection")
    other: Series[float] = ratio(description="probability of other")
    asks: Series[float] = ratio(description="probability that it asks something")


class Shifts(Table):
    """A belief that the author held, and what replaced it."""

    prior_segment_id: Series[str] = pa.Field(description="what was believed before")
    now_segment_id: Series[str] = pa.Field(description="what is believed now")
    essay_id: Series[str] = pa.Field(description="of essays")
    score: Series[float] = ratio(description="how sure the two belong together")


AGREEMENT = ("agrees", "disagrees", "torn", "prefers")


class Agreements(Table):
    """One row a segment in which the author says whether they agree, or takes a side."""

    segment_id: Series[str] = pa.Field(unique=True, description="of segments")
    essay_id: Series[str] = pa.Field(description="of essays")
    kind: Series[str] = pa.Field(
        isin=AGREEMENT,
        description="agrees or disagrees with somebody, is torn, or prefers: takes a side",
    )
    source: Series[str] = pa.Field(
        nullable=True, description="whom the essay names last before it as saying something"
    )
    reason: Series[str] = pa.Field(description="why, for a reader")


# Of a theme's students: a name of which fewer use any word is a few students' own.
FEW_USE = 1 / 3


class Themes(Table):
    """One row a theme, the most students first."""

    theme_id: Series[str] = pa.Field(
        unique=True, description="t01, t02 ... for fine themes, c01 ... for coarse ones"
    )
    name: Series[str] = pa.Field(description="a phrase, most often from one of its sentences")
    keywords: Series[object] = pa.Field(description="list of words")
    level: Series[str] = pa.Field(
        isin=("fine", "coarse"), description="coarse themes gather fine ones"
    )
    parent: Series[str] = pa.Field(nullable=True, description="theme_id of a coarse theme")
    n_segments: Series[int] = pa.Field(
        ge=0, description="segments in it, a student's repetitions once"
    )
    n_students: Series[int] = pa.Field(ge=0, description="students who take it up, ever")
    share: Series[float] = ratio(
        description="mean over the students who wrote, of each the share of essays that take it up"
    )
    share_low: Series[float] = ratio(nullable=True, description="95 % interval")
    share_high: Series[float] = ratio(nullable=True, description="95 % interval")
    stability: Series[float] = ratio(nullable=True, description="share of resamples with it")
    stability_by_chance: Series[float] = ratio(
        nullable=True, description="the same for as many themes of shuffled data, their mean"
    )
    rests_on: Series[pd.Int64Dtype] = pa.Field(
        ge=0,
        nullable=True,
        description="students without each of whom it comes back less than half as often",
    )
    exemplars: Series[object] = pa.Field(description="list of segment_ids, clearest first")
    origin: Series[str] = pa.Field(isin=["found", "codebook"], description="how it came about")
    name_found: Series[str] = pa.Field(
        nullable=True,
        description="the phrase from one of its sentences where name is another; NA: name is it, "
        "or a person's",
    )
    name_used_by: Series[pd.Int64Dtype] = pa.Field(
        ge=0,
        nullable=True,
        description="its students who use a word of the phrase found for it; NA: none was found",
    )
    name_by: Series[str] = pa.Field(
        nullable=True,
        description="the language model that gave name, and where; NA: no model did",
    )
    formerly: Series[str] = pa.Field(
        nullable=True,
        description="what people may have coded it as before a codebook changed it, a line each: "
        "its name then, and names and ids of what was merged into it; NA: nothing else",
    )


class Assignments(Table):
    """One row a segment that themes were looked for in."""

    segment_id: Series[str] = pa.Field(unique=True, description="of segments")
    theme_id: Series[str] = pa.Field(nullable=True, description="NA: in none")
    strength: Series[float] = pa.Field(
        ge=-1,
        le=1,
        nullable=True,
        description="cosine to the theme's centre; NA: put there by hand",
    )


class Doubts(Table):
    """The assignments whose confirmation would help most, the most helpful first."""

    segment_id: Series[str] = pa.Field(unique=True, description="of segments")
    theme_id: Series[str] = pa.Field(nullable=True, description="what it has; NA: in none")
    other: Series[str] = pa.Field(nullable=True, description="theme_id of the next best")
    margin: Series[float] = pa.Field(
        ge=0, le=2, description="by how much the nearer theme's cosine is larger"
    )


class Drift(Table):
    """How well each theme that the codebook decides on fits this cohort."""

    theme_id: Series[str] = pa.Field(unique=True, description="of the codebook")
    name: Series[str] = pa.Field(description="its name there")
    n_students: Series[int] = pa.Field(ge=0, description="students who take it up here")
    fit: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="mean cosine of its segments to its centre"
    )
    fit_before: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="the same when the codebook was written"
    )
    nearness: Series[float] = pa.Field(
        ge=-1, le=1, description="cosine of its centre here to where the codebook puts it"
    )
    verdict: Series[str] = pa.Field(
        isin=["holds", "looser", "moved", "rare", "absent", "split"],
        description="what this means",
    )


class Questions(Table):
    """The ledger: questions that ask the same are one row."""

    question_id: Series[str] = pa.Field(unique=True, description="q001, q002 ...")
    text: Series[str] = pa.Field(description="in the clearest student's words")
    n_students: Series[int] = pa.Field(ge=1, description="students who ask it")
    n_direct: Series[int] = pa.Field(ge=0, description="of them, who ask outright")
    n_indirect: Series[int] = pa.Field(ge=0, description="of them, who wonder")
    segment_ids: Series[object] = pa.Field(description="list, clearest first")
    about: Series[str] = pa.Field(nullable=True, description="theme_id")


class Tensions(Table):
    """One row a pull between two poles, the most students first."""

    tension_id: Series[str] = pa.Field(unique=True, description="x01, x02 ...")
    name: Series[str] = pa.Field(description="pole a vs. pole b")
    pole_a: Series[str] = pa.Field(description="the pole that more students speak for")
    pole_b: Series[str] = pa.Field(description="the other pole")
    n_students: Series[int] = pa.Field(ge=0, description="students who are placed")
    n_evidence: Series[int] = pa.Field(ge=0, description="segments that count")
    stability: Series[float] = ratio(nullable=True, description="share of resamples with it")


class Evidence(Table):
    """One row a segment that was used for a tension."""

    tension_id: Series[str] = pa.Field(description="of tensions")
    segment_id: Series[str] = pa.Field(description="of segments")
    pole: Series[str] = pa.Field(isin=("a", "b"), description="the pole that it counts for")
    weight: Series[float] = ratio(description="how much it counts")
    time: Series[str] = pa.Field(
        isin=("now", "prior"), description="what the author believes now, or did before"
    )
    reason: Series[str] = pa.Field(description="why it counts, for a reader")


class Positions(Table):
    """Where an essay that discusses a tension now stands: -1 is pole a, 1 is pole b."""

    essay_id: Series[str] = pa.Field(description="of essays")
    tension_id: Series[str] = pa.Field(description="of tensions")
    position: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="-1 is pole a, 1 is pole b"
    )
    low: Series[float] = pa.Field(ge=-1, le=1, nullable=True, description="95 % interval")
    high: Series[float] = pa.Field(ge=-1, le=1, nullable=True, description="95 % interval")
    stance: Series[str] = pa.Field(
        isin=("a", "b", "both"), nullable=True, description="the pole it leans to, or both"
    )
    prior: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="position of what was believed before"
    )
    n_segments: Series[int] = pa.Field(ge=0, description="segments that it rests on")


class Stances(Table):
    """Where a student stands over all of their essays."""

    author: Series[str] = pa.Field(description="pseudonym")
    tension_id: Series[str] = pa.Field(description="of tensions")
    position: Series[float] = pa.Field(ge=-1, le=1, description="-1 is pole a, 1 is pole b")
    low: Series[float] = pa.Field(ge=-1, le=1, description="95 % interval")
    high: Series[float] = pa.Field(ge=-1, le=1, description="95 % interval")
    stance: Series[str] = pa.Field(
        isin=("a", "b", "both"), description="the pole they lean to, or both"
    )
    n_essays: Series[int] = pa.Field(ge=1, description="essays that it rests on")


class Comparisons(Table):
    """One row a measure, a group and what it is compared with."""

    measure: Series[str] = pa.Field(description="theme, role, move or tension")
    measure_id: Series[str] = pa.Field(
        description="theme_id, 'question', a move, or tension_id with ':a', ':b' or ':both'"
    )
    grouping: Series[str] = pa.Field(description="a column of the roster, or cohort")
    group: Series[str] = pa.Field(description="a value of the grouping; cohort: all")
    versus: Series[str] = pa.Field(
        nullable=True, description="rest: the other groups; NA: a share without comparison"
    )
    n_students: Series[int] = pa.Field(ge=0, description="tension: those placed on it")
    n_with: Series[pd.Int64Dtype] = pa.Field(ge=0, nullable=True, description="students, ever")
    share: Series[float] = ratio(
        nullable=True,
        description="mean over students of the share of their essays; tension: share of the "
        "students who are placed",
    )
    share_low: Series[float] = ratio(nullable=True, description="95 % interval")
    share_high: Series[float] = ratio(nullable=True, description="95 % interval")
    difference: Series[float] = pa.Field(
        ge=-1,
        le=1,
        nullable=True,
        description="share of the group minus share of the rest; two groups mirror each other",
    )
    difference_low: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="95 % interval"
    )
    difference_high: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="95 % interval"
    )
    effect: Series[float] = pa.Field(nullable=True, description="Cohen's h")
    p_value: Series[float] = ratio(nullable=True, description="of a test that shuffles students")
    q_value: Series[float] = ratio(
        nullable=True, description="Benjamini-Hochberg over a measure and a grouping"
    )


class Within(Comparisons):
    """The comparisons of groups within each week: the essays of one week alone."""

    within: Series[str] = pa.Field(description="the column of weeks")
    at: Series[str] = pa.Field(description="which of its weeks")
    q_value: Series[float] = ratio(
        nullable=True, description="Benjamini-Hochberg over a measure, a grouping and all weeks"
    )


class Trends(Table):
    """One row a measure and what it is followed over: how it rises or falls with the weeks."""

    measure: Series[str] = pa.Field(description="theme, role, move or tension")
    measure_id: Series[str] = pa.Field(
        description="theme_id, 'question', a move, or tension_id with ':a', ':b' or ':both'"
    )
    over: Series[str] = pa.Field(description="the column of weeks")
    grouping: Series[str] = pa.Field(description="a column of the roster, or cohort")
    group: Series[str] = pa.Field(description="a value of the grouping; cohort: all")
    versus: Series[str] = pa.Field(
        nullable=True, description="rest: the other groups' trend; NA: no trend at all"
    )
    n_students: Series[int] = pa.Field(
        ge=0, description="students whose essays count: with two weeks, or with one if all have one"
    )
    first: Series[float] = pa.Field(nullable=True, description="the first week")
    last: Series[float] = pa.Field(nullable=True, description="the last week")
    slope: Series[float] = pa.Field(
        nullable=True, description="change of the share in one week, within students"
    )
    slope_low: Series[float] = pa.Field(nullable=True, description="95 % interval")
    slope_high: Series[float] = pa.Field(nullable=True, description="95 % interval")
    change: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="fitted share of the last week less the first's"
    )
    change_low: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="the same with slope_low"
    )
    change_high: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="the same with slope_high"
    )
    difference: Series[float] = pa.Field(
        nullable=True, description="slope of the group minus slope of the rest"
    )
    difference_low: Series[float] = pa.Field(nullable=True, description="95 % interval")
    difference_high: Series[float] = pa.Field(nullable=True, description="95 % interval")
    effect: Series[float] = pa.Field(
        nullable=True, description="Cohen's h of the fitted shares of last and first week"
    )
    p_value: Series[float] = ratio(
        nullable=True,
        description="cohort: of no trend, weeks shuffled within students; group: of the same "
        "trend as the rest, students shuffled between groups",
    )
    q_value: Series[float] = ratio(
        nullable=True,
        description="Benjamini-Hochberg over a measure, the weeks, a grouping",
    )


class Phrases(Table):
    """What students of a group say more than the others: one row a phrase, a student counts once.

    Log odds with a prior from the whole class: Monroe, Colaresi and Quinn (2008).
    """

    grouping: Series[str] = pa.Field(description="a column of the roster")
    group: Series[str] = pa.Field(description="a value of the grouping")
    phrase: Series[str] = pa.Field(description="one to three words, in lower case")
    n_students: Series[int] = pa.Field(ge=1, description="students of the group")
    n_with: Series[int] = pa.Field(ge=1, description="of them, who use the phrase, ever")
    share: Series[float] = ratio(description="mean over them of the share of their essays")
    rest_students: Series[int] = pa.Field(ge=1, description="students of the other groups")
    rest_with: Series[int] = pa.Field(ge=0, description="of them, who use the phrase, ever")
    rest_share: Series[float] = ratio(description="as share, of the other groups")
    log_odds: Series[float] = pa.Field(description="of the group, less those of the rest")
    z: Series[float] = pa.Field(description="log_odds over its standard error")
    p_value: Series[float] = ratio(
        nullable=True, description="of the difference of shares, students shuffled"
    )
    q_value: Series[float] = ratio(
        nullable=True, description="Benjamini-Hochberg over all phrases of a grouping"
    )


class Unusual(Table):
    """What is usual and unusual in an essay: its values beside those of the other students.

    A student counts once: the essays of one share their weight. What lies outside of cohort_low and
    cohort_high is unusual. Themes have the share of the other students who take them up in its
    place, with its interval; a theme that an essay lacks is a row when many others take it up.
    """

    essay_id: Series[str] = pa.Field(description="of essays")
    measure: Series[str] = pa.Field(description="theme, position, length, role, move or alone")
    measure_id: Series[str] = pa.Field(
        description="theme_id; tension_id; words; claim or question; a move; or no theme"
    )
    value: Series[float] = pa.Field(
        description="theme: 1 if it takes it up, else 0; position: -1 to 1; length: words; role "
        "and move: of 100 segments; alone: share of what counts in themes that is in none"
    )
    cohort_low: Series[float] = pa.Field(
        nullable=True, description="the tenth of the other students below; theme: 95 % interval"
    )
    cohort_median: Series[float] = pa.Field(
        nullable=True, description="half of the other students below; theme: their share"
    )
    cohort_high: Series[float] = pa.Field(
        nullable=True, description="the tenth of the other students above; theme: 95 % interval"
    )
    percentile: Series[float] = ratio(
        nullable=True, description="share of the other students below, ties half; theme: NA"
    )
    earlier: Series[float] = pa.Field(
        nullable=True,
        description="mean value of the author's earlier essays, by week, then date; NA: none",
    )
    n_earlier: Series[int] = pa.Field(ge=0, description="earlier essays that have a value")


class Fairness(Table):
    """How often something is found in shorter essays, or in those of second-language writers."""

    measure: Series[str] = pa.Field(description="role, move or theme")
    measure_id: Series[str] = pa.Field(
        description="claim, question, a move, or theme: in any theme"
    )
    grouping: Series[str] = pa.Field(description="length, or a column of the roster about language")
    group: Series[str] = pa.Field(description="short, middle, long; or a value of the column")
    n_students: Series[int] = pa.Field(ge=0, description="students with an essay in the group")
    n_essays: Series[pd.Int64Dtype] = pa.Field(
        ge=0, nullable=True, description="essays in the group; NA: not shared"
    )
    n_segments: Series[int] = pa.Field(ge=0, description="segments but for frames")
    n_with: Series[pd.Int64Dtype] = pa.Field(ge=0, nullable=True, description="students, ever")
    share: Series[float] = ratio(
        nullable=True, description="mean over students of the share of their essays with it"
    )
    share_low: Series[float] = ratio(nullable=True, description="95 % interval")
    share_high: Series[float] = ratio(nullable=True, description="95 % interval")
    rate: Series[float] = pa.Field(
        ge=0, le=100, nullable=True, description="of 100 segments, how many are found to be it"
    )
    rate_low: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="95 % interval")
    rate_high: Series[float] = pa.Field(ge=0, le=100, nullable=True, description="95 % interval")
    difference: Series[float] = pa.Field(
        nullable=True, description="rate of the group minus rate of all other essays"
    )
    difference_low: Series[float] = pa.Field(nullable=True, description="95 % interval")
    difference_high: Series[float] = pa.Field(nullable=True, description="95 % interval")


class Corrections(Table):
    """What somebody set right in corrections.csv, beside what the machine had."""

    segment_id: Series[str] = pa.Field(description="of segments")
    coder: Series[str] = pa.Field(description="by whom")
    text: Series[str] = pa.Field(nullable=True, description="of the segment, when it was corrected")
    role: Series[str] = pa.Field(isin=ROLES, nullable=True, description="the role given by hand")
    theme: Series[str] = pa.Field(
        nullable=True, description="the theme given by hand: theme_id, or none"
    )
    machine_role: Series[str] = pa.Field(
        isin=ROLES, nullable=True, description="what the machine had; NA: role not corrected"
    )
    machine_moves: Series[object] = pa.Field(description="list of MOVES that the machine had")
    machine_theme: Series[str] = pa.Field(
        nullable=True,
        description="theme_id that the machine has, or none, where it has learned from no "
        "correction; NA: not corrected",
    )


class Changes(Table):
    """What `crosscurrent compare` gives: one row a thing that is in one of two runs, or in both."""

    kind: Series[str] = pa.Field(
        isin=("theme", "tension", "stance", "question", "role", "move"),
        description="what it is; tension: whether students discuss it; stance: where they stand",
    )
    name: Series[str] = pa.Field(description="its name, or both where the runs have two")
    before_id: Series[str] = pa.Field(nullable=True, description="in the first run; NA: not there")
    after_id: Series[str] = pa.Field(nullable=True, description="in the second run; NA: not there")
    name_before: Series[str] = pa.Field(nullable=True, description="its name in the first run")
    name_after: Series[str] = pa.Field(nullable=True, description="its name in the second run")
    matched: Series[str] = pa.Field(
        isin=("run", "codebook", "sentences", "words", "names", "always"),
        nullable=True,
        description="what says that it is one thing in both runs; names: alike in name alone",
    )
    nearness: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="where sentences say so: 1 for the same"
    )
    verdict: Series[str] = pa.Field(
        isin=(
            *("rose", "fell", "no clear change", "new", "gone", "no longer fits"),
            *("more in the second", "more in the first", "no clear difference"),
            *("only in the second", "only in the first", "not the same", "can't tell"),
        ),
        description="what this means; runs that aren't in time have no rose, fell, new or gone",
    )
    echoes: Series[pd.Int64Dtype] = pa.Field(
        ge=0,
        nullable=True,
        description="theme of one run alone: students of the other who say something near it",
    )
    n_before: Series[int] = pa.Field(ge=0, description="students; stance: those placed")
    with_before: Series[pd.Int64Dtype] = pa.Field(
        ge=0, nullable=True, description="of them, who have it, ever"
    )
    share_before: Series[float] = ratio(
        nullable=True, description="mean over students of the share of their essays"
    )
    share_before_low: Series[float] = ratio(nullable=True, description="95 % interval")
    share_before_high: Series[float] = ratio(nullable=True, description="95 % interval")
    n_after: Series[int] = pa.Field(ge=0, description="students; stance: those placed")
    with_after: Series[pd.Int64Dtype] = pa.Field(
        ge=0, nullable=True, description="of them, who have it, ever"
    )
    share_after: Series[float] = ratio(nullable=True, description="as share_before")
    share_after_low: Series[float] = ratio(nullable=True, description="95 % interval")
    share_after_high: Series[float] = ratio(nullable=True, description="95 % interval")
    n_paired: Series[pd.Int64Dtype] = pa.Field(
        ge=0,
        nullable=True,
        description="students who are compared with themselves; 0: others wrote; NA: no difference",
    )
    difference: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="share after minus share before, of the n_paired"
    )
    difference_low: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="95 % interval"
    )
    difference_high: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="95 % interval"
    )
    effect: Series[float] = pa.Field(nullable=True, description="Cohen's h")
    p_value: Series[float] = ratio(
        nullable=True, description="students shuffled between runs, or runs within students"
    )
    q_value: Series[float] = ratio(nullable=True, description="Benjamini-Hochberg over a kind")


# Codes of notices of files that nobody would take for an essay.
NO_ESSAYS = ("roster", "not-an-essay", "layout")


class Notices(Table):
    """What a user should know: nothing is lost silently."""

    essay_id: Series[str] = pa.Field(nullable=True, description="of essays; NA: about the cohort")
    stage: Series[str] = pa.Field(description="which stage tells it")
    severity: Series[str] = pa.Field(isin=SEVERITIES, description="how much it matters")
    code: Series[str] = pa.Field(description="its kind, in a word")
    message: Series[str] = pa.Field(description="what to know, in a sentence")


@dataclass(frozen=True)
class Tables:
    """All tables of one run, each valid; `with_` returns a changed copy."""

    essays: pd.DataFrame
    roster: pd.DataFrame
    segments: pd.DataFrame
    embeddings: pd.DataFrame
    move_scores: pd.DataFrame
    shifts: pd.DataFrame
    agreements: pd.DataFrame
    themes: pd.DataFrame
    assignments: pd.DataFrame
    doubts: pd.DataFrame
    drift: pd.DataFrame
    questions: pd.DataFrame
    tensions: pd.DataFrame
    evidence: pd.DataFrame
    positions: pd.DataFrame
    stances: pd.DataFrame
    comparisons: pd.DataFrame
    within: pd.DataFrame
    trends: pd.DataFrame
    phrases: pd.DataFrame
    unusual: pd.DataFrame
    fairness: pd.DataFrame
    corrections: pd.DataFrame
    notices: pd.DataFrame

    SCHEMAS: ClassVar[dict[str, type[Table]]] = {
        "essays": Essays,
        "roster": Roster,
        "segments": Segments,
        "embeddings": Embeddings,
        "move_scores": MoveScores,
        "shifts": Shifts,
        "agreements": Agreements,
        "themes": Themes,
        "assignments": Assignments,
        "doubts": Doubts,
        "drift": Drift,
        "questions": Questions,
        "tensions": Tensions,
        "evidence": Evidence,
        "positions": Positions,
        "stances": Stances,
        "comparisons": Comparisons,
        "within": Within,
        "trends": Trends,
        "phrases": Phrases,
        "unusual": Unusual,
        "fairness": Fairness,
        "corrections": Corrections,
        "notices": Notices,
    }

    @classmethod
    def empty(cls) -> Tables:
        """Return tables without a row."""
        return cls(**{name: frame(schema, []) for name, schema in cls.SCHEMAS.items()})

    def with_(self, **frames: pd.DataFrame) -> Tables:
        """Return a copy with the named tables replaced and validated.

        Raises pandera's SchemaErrors, which lists all failures, when one breaks its schema.
        """
        return replace(self, **{name: valid(self.SCHEMAS[name], f) for name, f in frames.items()})

    def items(self) -> list[tuple[str, pd.DataFrame]]:
        """List the names and frames in the order of the pipeline."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def valid(schema: type[Table], rows: pd.DataFrame) -> pd.DataFrame:
    """Validate a frame against its schema and return it with its types coerced.

    pandera, which takes milliseconds a column and a copy, is only asked where something may be
    wrong; what is right may share its memory with `rows`. Raises pandera's SchemaErrors, which
    lists all failures.
    """
    rows = rows.reset_index(drop=True)
    if fits(schema, rows):
        return rows
    typed = _typed(schema, rows)
    return typed if fits(schema, typed) else schema.validate(rows, lazy=True)


def _typed(schema: type[Table], rows: pd.DataFrame) -> pd.DataFrame:
    """Coerce the columns of another type than the schema's, as pandera does; else give `rows`."""
    own, there = _types(schema), zip(rows.columns, rows.dtypes, strict=True)
    try:
        return rows.astype({name: own[name] for name, t in there if own.get(name, t) != t})
    except (ValueError, TypeError, OverflowError):
        return rows


def fits(schema: type[Table], rows: pd.DataFrame) -> bool:
    """Tell whether a frame is valid as it is; False also where only pandera knows."""
    whole = schema.to_schema()
    if whole.checks or whole.parsers or whole.unique or whole.index:
        return False
    columns = whole.columns
    there = rows.dtypes.iloc[: len(columns)] if schema.Config.strict is False else rows.dtypes
    return (
        rows.columns.is_unique
        and list(there.items()) == list(_types(schema).items())
        and (not len(rows) or all(_is_sound(rows[name], columns[name]) for name in columns))
    )


def _is_sound(values: pd.Series[Any], column: Any) -> bool:
    """Tell whether a column of the right type holds what it may."""
    return (
        (column.nullable or not values.hasnans)
        and not (column.unique and repeats(values).any())
        and all(_holds(check, values) for check in column.checks)
    )


def _holds(check: Any, values: pd.Series[Any]) -> bool:
    """Tell whether a check of a column holds for all that isn't missing."""
    if check.name not in CHECKS:
        return False
    handed, breaks = CHECKS[check.name]
    return not breaks(values, check.statistics[handed])


def shown_level(themes: pd.DataFrame) -> str:
    """Name the level of themes that is shown and counted: fine, or coarse where none is fine."""
    return "fine" if (themes["level"] == "fine").any() else "coarse"


def ordered(themes: pd.DataFrame) -> pd.DataFrame:
    """Put fine themes first, those of most students before the others; coarse ones stay."""
    rows = themes.reset_index(drop=True)
    fine = rows["level"] == "fine"
    first = rows[fine].sort_values(["n_students", "n_segments"], ascending=False, kind="stable")
    return valid(Themes, rows.loc[[*first.index, *rows.index[~fine]]])


def frame(schema: type[Table], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build a valid frame from rows; columns that no row names become NA (lists: empty)."""
    if not rows:
        return _nothing(schema).copy()
    columns = list(schema.to_schema().columns)
    extra = [key for key in rows[0] if key not in columns]
    return valid(schema, pd.DataFrame(rows, columns=columns + extra))


@cache
def _nothing(schema: type[Table]) -> pd.DataFrame:
    """Make a table without a row once: a run starts with all tables empty, and many stay so."""
    columns = schema.to_schema().columns.items()
    return pd.DataFrame({name: pd.Series([], dtype=column.dtype.type) for name, column in columns})


@cache
def _types(schema: type[Table]) -> dict[str, Any]:
    return {str(name): kind for name, kind in _nothing(schema).dtypes.items()}


# What is written beside the tables of a run, or of two.
OTHERS: dict[str, type[Table]] = {"changes": Changes}


def described(table: str) -> pd.DataFrame:
    """List the columns of a table: column, type, whether a cell may be missing, and its meaning."""
    schema = (Tables.SCHEMAS | OTHERS)[table]
    rows = [
        (
            name,
            next(kind for start, kind in KINDS.items() if str(column.dtype).startswith(start)),
            "yes" if column.nullable else "no",
            "; ".join(filter(None, (column.description, choices(column)))),
        )
        for name, column in schema.to_schema().columns.items()
    ]
    return pd.DataFrame(rows, columns=["column", "type", "may be missing", "meaning"])


def choices(column: Any) -> str:
    """List the values that a column may have, where they are few and known."""
    known = [c.statistics["allowed_values"] for c in column.checks if c.name == "isin"]
    return f"one of {', '.join(map(str, known[0]))}" if known else ""


# By how the names of types begin.
KINDS = {"str": "text", "int": "whole number", "Int": "whole number", "float": "number"}
KINDS |= {"object": "list", "vector": "list"}
