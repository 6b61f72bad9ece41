"""Everything a page shows, as plain frozen data: collected first, rendered afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.tables import FEW_USE

if TYPE_CHECKING:
    from pipeline.report.apart import Apart
    from pipeline.report.fairness import Fair

# Of the largest theme's size; from there on a difference says less than how well a theme holds.
AS_LARGE = 0.9
WITH = "agreeing with "  # how a pole begins on which the class agrees with a source


class Piece(NamedTuple):
    """A part of a sentence; with an address it is a link."""

    text: str
    href: str = ""


Sentence = tuple[Piece, ...]


@dataclass(frozen=True)
class Quote:
    """A passage in a student's words and where it stands; no `anchor`: its essay is not shown.

    `mark` names it in its essay (C1, Q2); as evidence it has a `side` (a, b) and may tell what was
    believed `before`; a question has a `manner`.
    """

    segment_id: str
    essay_id: str
    author: str
    where: str
    text: str
    anchor: str = ""
    essay_anchor: str = ""
    mark: str = ""
    reason: str = ""
    side: str = ""
    before: bool = False
    manner: str = ""
    paragraph: int = 0  # from 1
    after: str = ""  # segment_id of the next sentence, where it is quoted, too


@dataclass(frozen=True)
class Member:
    """A student and the passages that stand for a theme, a pole or a question."""

    author: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Row:
    """One line of a comparison, its numbers from 0 to 1; `small`: too few students to tell."""

    what: str
    does: str
    anchor: str
    grouping: str
    group: str
    n_students: int
    n_with: int | None
    share: float | None
    low: float | None
    high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    q_value: float | None
    small: bool
    mirrored: bool = False  # of two groups, the second: what sets it apart is told of the first

    @property
    def certain(self) -> bool:
        """Whether the difference stands after all tests of its kind are counted (q below .05)."""
        return self.q_value is not None and self.q_value < 0.05


@dataclass(frozen=True)
class Link:
    """A name and the place on the page that it leads to."""

    name: str
    anchor: str


@dataclass(frozen=True)
class Related:
    """A tension that passages of a theme count for: students by the pole that they speak for."""

    tension: Link
    n_a: int
    n_b: int
    pole_a: str
    pole_b: str


@dataclass(frozen=True)
class Theme:
    """A theme with everybody who takes it up."""

    theme_id: str
    anchor: str
    name: str
    keywords: tuple[str, ...]
    parent: Link | None
    children: tuple[Link, ...]
    n_students: int
    n_segments: int
    share: float
    low: float | None
    high: float | None
    stability: float | None
    by_chance: float | None
    exemplars: tuple[Quote, ...]
    members: tuple[Member, ...]
    n_unlisted: int
    groups: tuple[Row, ...]
    questions: tuple[Link, ...]
    related: tuple[Related, ...] = ()
    found: str = ""  # the phrase from its sentences, where its name is another
    named_by: str = ""  # the language model that gave the name
    used_by: int | None = None  # its students who use a word of the phrase found for it

    @property
    def borrowed(self) -> bool:
        """Whether its name is a phrase of few of its students, and so no name for all of them."""
        few = self.used_by is not None and self.used_by < FEW_USE * self.n_students
        return few and not self.found

    @property
    def as_by_chance(self) -> bool:
        """Whether it comes back no more often than themes of shuffled data do."""
        known = self.stability is not None and self.by_chance is not None
        return known and (self.stability or 0.0) <= (self.by_chance or 0.0)


@dataclass(frozen=True)
class Doubt:
    """An assignment worth confirming: a passage, the theme it has, and the next best."""

    quote: Quote
    theme: Link
    other: Link


@dataclass(frozen=True)
class Fit:
    """How well a theme of the codebook fits: cosines, and what they mean."""

    theme: Link
    n_students: int
    fit: float | None
    before: float | None
    nearness: float
    verdict: str


@dataclass(frozen=True)
class Standing:
    """Where a student stands on a tension over all their essays, from -1 (pole a) to 1."""

    author: str
    position: float
    low: float | None
    high: float | None
    stance: str
    n_essays: int


@dataclass(frozen=True)
class Change:
    """A student who moved on a tension, in one essay or from one to another: from -1 to 1."""

    author: str
    essay_anchor: str
    prior: float
    position: float
    toward: str
    quotes: tuple[Quote, ...]


class Listed(NamedTuple):
    """How many students a list is of, and how many of their passages it leaves out at its end."""

    n_students: int
    n_unlisted: int


@dataclass(frozen=True)
class Tension:
    """A tension, its students by stance, and all of its evidence."""

    tension_id: str
    anchor: str
    name: str
    pole_a: str
    pole_b: str
    n_students: int
    n_evidence: int
    stability: float | None
    n_a: int
    n_b: int
    n_both: int
    quotes_a: tuple[Quote, ...]
    quotes_b: tuple[Quote, ...]
    members_a: tuple[Member, ...]
    members_b: tuple[Member, ...]
    both: tuple[Member, ...]
    before: tuple[Member, ...]
    lists: dict[str, Listed]  # of the four above: a, b, both, before
    changes: tuple[Change, ...]
    n_before: int
    n_silent: int
    silent: tuple[str, ...]
    groups: tuple[Row, ...]
    standings: tuple[Standing, ...] = ()
    drifts: tuple[Change, ...] = ()  # from a first essay to a last
    has_priors: bool = False  # somebody who is placed says what they believed before
    theme: tuple[str, str] | None = None  # the one that all passages take up: its name, its anchor

    @property
    def poles(self) -> dict[str, str]:
        """The names of the two poles by their letter."""
        return {"a": self.pole_a, "b": self.pole_b}

    @property
    def n_placed(self) -> int:
        """The students who are placed on it now."""
        return self.n_a + self.n_b + self.n_both

    @property
    def source(self) -> str:
        """With whom the class agrees and disagrees; empty for a tension of another kind."""
        short, long = sorted((self.pole_a, self.pole_b), key=len)
        agrees = short.startswith(WITH) and long == f"dis{short}"
        return short.removeprefix(WITH) if agrees else ""

    @property
    def by_hand(self) -> bool:
        """Tell whether a codebook names it: what is found has a stability, but for two students."""
        n_students = self.n_placed + self.n_before + self.n_silent
        return self.stability is None and n_students > 2


@dataclass(frozen=True)
class Question:
    """A row of the ledger with everybody who asks it."""

    anchor: str
    text: str
    n_students: int
    n_direct: int
    n_indirect: int
    rhetorical: bool  # all passages may be
    n_rhetorical: int  # passages
    about: Link | None
    members: tuple[Member, ...]

    @property
    def manner(self) -> str:
        """How it is asked: direct, wondering, or how many of each."""
        if not self.n_indirect:
            return "direct" if self.n_direct else ""
        if not self.n_direct:
            return "all wondering" if self.n_indirect > 1 else "wondering"
        return f"{self.n_direct:,} direct, {self.n_indirect:,} wondering"


@dataclass(frozen=True)
class Move:
    """A reflective move and the students who make it."""

    name: str
    anchor: str
    n_students: int
    share: float
    low: float | None
    high: float | None
    examples: tuple[Quote, ...]


class Part(NamedTuple):
    """A stretch of an essay's text; without a role it is white space between segments."""

    text: str
    role: str = ""
    segment_id: str = ""
    anchor: str = ""
    mark: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Block:
    """A heading, list item, quote or paragraph of an essay, with its number from 1."""

    kind: str
    n: int
    marker: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Shift:
    """A belief that the author held, and what replaced it; how surely, from 0 to 1."""

    prior: Quote
    now: Quote
    score: float
    whole: str = ""  # the words of both, where they make one statement: "harder than I thought"


@dataclass(frozen=True)
class Stand:
    """Where an essay stands on a tension."""

    tension: Link
    pole_a: str
    pole_b: str
    stance: str
    position: float | None
    low: float | None
    high: float | None
    passages: tuple[Quote, ...]


@dataclass(frozen=True)
class Point:
    """A block's claims: for a list item its headline, then what follows."""

    n: int
    headline: str
    head: Quote | None
    claims: tuple[Quote, ...]


@dataclass(frozen=True)
class Essay:
    """One essay with its marked text and what was found in it."""

    essay_id: str
    anchor: str
    author: str
    title: str
    groups: str
    submitted: str
    n_words: int
    n_claims: int
    n_questions: int
    blocks: tuple[Block, ...]
    themes: tuple[tuple[Link, tuple[Quote, ...]], ...]
    unthemed: tuple[Quote, ...]
    questions: tuple[Quote, ...]
    shifts: tuple[Shift, ...]
    stands: tuple[Stand, ...]
    points: tuple[Point, ...]
    sources: tuple[Quote, ...]
    notices: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()  # a grouping and the essay's group
    usual: tuple[Sentence, ...] = ()
    unusual: tuple[Sentence, ...] = ()
    earlier: tuple[Sentence, ...] = ()  # beside the author's essays before it


@dataclass(frozen=True)
class Notice:
    """What a user should know; the essay it is about, where it is about one."""

    essay: Link | None
    severity: str
    stage: str
    message: str

    @property
    def of_file(self) -> bool:
        """Whether it is about a file that is told by its number alone."""
        return re.match(r"File \d+ \(", self.message) is not None


@dataclass(frozen=True)
class First:
    """An essay to read first, and why."""

    author: str
    anchor: str
    reason: str
    quote: Quote | None
    detail: str


@dataclass(frozen=True)
class Prompt:
    """A prompt for a discussion, and what it was made from."""

    ask: Sentence
    evidence: Sentence


@dataclass(frozen=True)
class Circle:
    """A group of four who talk with each other, by where they stand on the main tension.

    `room` is the value of the roster column that says who meets, "" where none does.
    """

    name: str
    room: str
    a: tuple[Link, ...]
    both: tuple[Link, ...]
    b: tuple[Link, ...]
    unplaced: tuple[Link, ...]

    @property
    def size(self) -> int:
        """How many students are in it."""
        return len(self.a) + len(self.both) + len(self.b) + len(self.unplaced)


@dataclass(frozen=True)
class Pull:
    """A tension of the first page: a quote for each pole, and where the class stands."""

    tension: Tension
    quotes: tuple[Quote | None, Quote | None]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Voice:
    """A theme and a student's sentence that stands for it on the first page."""

    theme: Theme
    quote: Quote


@dataclass(frozen=True)
class Brief:
    """The first page: what a reader should know if nothing else is read."""

    kicker: str
    headline: str
    lede: tuple[Sentence, ...]
    read: Sentence
    themes: tuple[Theme, ...]
    theme_notes: tuple[Sentence, ...]
    voices: tuple[Voice, ...]
    questions: tuple[Question, ...]
    question_notes: tuple[Sentence, ...]
    pulls: tuple[Pull, ...]
    tension_notes: tuple[Sentence, ...]
    contested: tuple[Sentence, ...]
    first: tuple[First, ...]
    rare: tuple[Quote, ...]
    rare_notes: tuple[Sentence, ...]
    prompts: tuple[Prompt, ...]
    circles: tuple[Circle, ...]
    circle_title: str
    circle_notes: tuple[Sentence, ...]
    groups: tuple[Sentence, ...]
    limits: tuple[Sentence, ...]


@dataclass(frozen=True)
class Matter:
    """On what students say whether they agree: what a source says, else a theme, else neither;
    the students of each kind (`tables.AGREEMENT`), and quotes of them."""

    source: str
    theme: Link | None
    counts: dict[str, int]
    quotes: dict[str, tuple[Quote, ...]]

    @property
    def about(self) -> str:
        """What it is called, empty for neither."""
        if self.source:
            return f"what {self.source} says"
        return self.theme.name if self.theme else ""

    @property
    def n_students(self) -> int:
        """The students who say anything of the kind."""
        return sum(self.counts.values())

    @property
    def n_against(self) -> int:
        """Those of them who disagree or are torn."""
        return self.counts.get("disagrees", 0) + self.counts.get("torn", 0)


@dataclass(frozen=True)
class Comparison:
    """All rows of one grouping."""

    grouping: str
    anchor: str
    groups: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Findings:
    """A whole report before it is rendered."""

    title: str
    n_students: int
    n_essays: int
    is_cohort: bool
    tested: bool
    several: bool
    series: bool
    themes: tuple[Theme, ...]
    broader: tuple[Theme, ...]
    tensions: tuple[Tension, ...]
    matters: tuple[Matter, ...]
    questions: tuple[Question, ...]
    n_questions: int
    moves: tuple[Move, ...]
    comparisons: tuple[Comparison, ...]
    essays: tuple[Essay, ...]
    n_hidden: int
    notices: tuple[Notice, ...]
    n_notices: int
    brief: Brief | None = field(default=None)
    fairness: tuple[Fair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    fits: tuple[Fit, ...] = ()
    apart: dict[str, Apart] = field(default_factory=dict)  # by grouping
    no_language: str = ""  # why fairness isn't shown by language

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The changes of mind of the essays that are shown, the surest first."""
        found = [shift for essay in self.essays for shift in essay.shifts]
        return tuple(sorted(found, key=lambda shift: -shift.score))

    @property
    def leading(self) -> tuple[Theme, ...]:
        """The themes that the brief may open with, without those that chance gives or whose names
        are few students' words, if any stay.

        The first is the steadiest of those as large as the largest; the others follow by size.
        """
        held = tuple(theme for theme in self.themes if not theme.as_by_chance) or self.themes
        held = tuple(theme for theme in held if not theme.borrowed) or held
        sizes = [theme.share if self.series else theme.n_students for theme in held]
        large = [t for t, size in zip(held, sizes, strict=True) if size >= AS_LARGE * sizes[0]]
        first = max(large, key=lambda theme: theme.stability or 0.0, default=None)
        return tuple(sorted(held, key=lambda theme: theme is not first))
