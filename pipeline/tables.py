"""The nouns of the project: one schema a table.

Every stage takes and gives pandas data frames of these forms. Missing is NA, never -1 or "".
Offsets count characters (code points) of `essays.text`, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, cast

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

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
SEVERITIES = ("note", "warning", "skipped", "refused")


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

    essay_id: Series[str] = pa.Field(unique=True)
    author: Series[str] = pa.Field(description="pseudonym")
    title: Series[str] = pa.Field(nullable=True)
    submitted: Series[str] = pa.Field(nullable=True, description="ISO date")
    week: Series[pd.Int64Dtype] = pa.Field(nullable=True)
    language: Series[str] = pa.Field(nullable=True, description="ISO 639-1")
    n_words: Series[int] = pa.Field(ge=0)
    text: Series[str] = pa.Field(description="after redaction")
    essay_sha: Series[str] = pa.Field(description="SHA-256 of text")


class Roster(Table):
    """One row an essay: its author and the groups it belongs to, one further column a grouping."""

    essay_id: Series[str] = pa.Field(unique=True)
    author: Series[str]

    class Config(Table.Config):
        """Groupings may be added."""

        strict = False


class Segments(Table):
    """One row a segment. The segment stage fills the units, the label stage what they are."""

    segment_id: Series[str] = pa.Field(unique=True)
    essay_id: Series[str]
    text_sha: Series[str] = pa.Field(description="SHA-256 of text")
    ordinal: Series[int] = pa.Field(ge=0, description="place in the essay, from 0")
    paragraph: Series[int] = pa.Field(ge=0, description="place of its block, from 0")
    block: Series[str] = pa.Field(isin=BLOCKS)
    start: Series[int] = pa.Field(ge=0)
    end: Series[int] = pa.Field(ge=0)
    text: Series[str]
    role: Series[str] = pa.Field(isin=ROLES, nullable=True)
    role_score: Series[float] = ratio(nullable=True)
    form: Series[str] = pa.Field(isin=("direct", "indirect"), nullable=True)
    rhetorical: Series[float] = ratio(nullable=True)
    moves: Series[object] = pa.Field(description="list of MOVES")
    holder: Series[str] = pa.Field(isin=("author", "source", "other"), nullable=True)
    endorsed: Series[str] = pa.Field(isin=("yes", "no"), nullable=True)
    cue_start: Series[pd.Int64Dtype] = pa.Field(nullable=True)
    cue_end: Series[pd.Int64Dtype] = pa.Field(nullable=True)
    reason: Series[str] = pa.Field(nullable=True, description="why this role, for a reader")


class Embeddings(Table):
    """One row a distinct text."""

    text_sha: Series[str] = pa.Field(unique=True)
    vector: Series[object] = pa.Field(description="float32 numbers, unit length")


class MoveScores(Table):
    """One row a segment: how probable the encoder's head finds each of CATEGORIES."""

    segment_id: Series[str] = pa.Field(unique=True)
    essay_id: Series[str]
    experience: Series[float] = ratio()
    feeling: Series[float] = ratio()
    difficulty: Series[float] = ratio()
    belief: Series[float] = ratio()
    perspective: Series[float] = ratio()
    intention: Series[float] = ratio()
    learning: Series[float] = ratio()
    reflection: Series[float] = ratio()
    other: Series[float] = ratio()


class Shifts(Table):
    """A belief that the author held, and what replaced it."""

    prior_segment_id: Series[str]
    now_segment_id: Series[str]
    essay_id: Series[str]
    score: Series[float] = ratio()


class Themes(Table):
    """One row a theme, the most students first."""

    theme_id: Series[str] = pa.Field(unique=True)
    name: Series[str]
    keywords: Series[object] = pa.Field(description="list of words")
    level: Series[str] = pa.Field(isin=("fine", "coarse"))
    parent: Series[str] = pa.Field(nullable=True, description="theme_id of a coarse theme")
    n_segments: Series[int] = pa.Field(ge=0)
    n_students: Series[int] = pa.Field(ge=0)
    share: Series[float] = ratio(description="of the students who wrote")
    share_low: Series[float] = ratio(nullable=True)
    share_high: Series[float] = ratio(nullable=True)
    stability: Series[float] = ratio(nullable=True, description="share of resamples with it")
    exemplars: Series[object] = pa.Field(description="list of segment_ids, clearest first")
    origin: Series[str] = pa.Field(isin=["found"])


class Assignments(Table):
    """One row a segment that themes were looked for in."""

    segment_id: Series[str] = pa.Field(unique=True)
    theme_id: Series[str] = pa.Field(nullable=True, description="NA: in none")
    strength: Series[float] = pa.Field(ge=-1, le=1, description="cosine to the theme's centre")


class Questions(Table):
    """The ledger: questions that ask the same are one row."""

    question_id: Series[str] = pa.Field(unique=True)
    text: Series[str] = pa.Field(description="in the clearest student's words")
    n_students: Series[int] = pa.Field(ge=1)
    n_direct: Series[int] = pa.Field(ge=0)
    n_indirect: Series[int] = pa.Field(ge=0)
    segment_ids: Series[object] = pa.Field(description="list, clearest first")
    about: Series[str] = pa.Field(nullable=True, description="theme_id")


class Tensions(Table):
    """One row a pull between two poles, the most students first."""

    tension_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(description="pole a vs. pole b")
    pole_a: Series[str]
    pole_b: Series[str]
    n_students: Series[int] = pa.Field(ge=0)
    n_evidence: Series[int] = pa.Field(ge=0)
    stability: Series[float] = ratio(nullable=True)


class Evidence(Table):
    """One row a segment that was used for a tension."""

    tension_id: Series[str]
    segment_id: Series[str]
    pole: Series[str] = pa.Field(isin=("a", "b"))
    weight: Series[float] = ratio()
    time: Series[str] = pa.Field(isin=("now", "prior"))
    reason: Series[str]


class Positions(Table):
    """Where an essay that discusses a tension now stands: -1 is pole a, 1 is pole b."""

    essay_id: Series[str]
    tension_id: Series[str]
    position: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    low: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    high: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    stance: Series[str] = pa.Field(isin=("a", "b", "both"), nullable=True)
    prior: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    n_segments: Series[int] = pa.Field(ge=0)


class Stances(Table):
    """Where a student stands over all of their essays."""

    author: Series[str]
    tension_id: Series[str]
    position: Series[float] = pa.Field(ge=-1, le=1)
    low: Series[float] = pa.Field(ge=-1, le=1)
    high: Series[float] = pa.Field(ge=-1, le=1)
    stance: Series[str] = pa.Field(isin=("a", "b", "both"))
    n_essays: Series[int] = pa.Field(ge=1)


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
        nullable=True, description="mean over students of the share of their essays"
    )
    share_low: Series[float] = ratio(nullable=True)
    share_high: Series[float] = ratio(nullable=True)
    difference: Series[float] = pa.Field(
        ge=-1, le=1, nullable=True, description="share of the group minus share of the rest"
    )
    difference_low: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    difference_high: Series[float] = pa.Field(ge=-1, le=1, nullable=True)
    effect: Series[float] = pa.Field(nullable=True, description="Cohen's h")
    p_value: Series[float] = ratio(nullable=True)
    q_value: Series[float] = ratio(
        nullable=True, description="Benjamini-Hochberg over a measure and a grouping"
    )


class Notices(Table):
    """What a user should know: nothing is lost silently."""

    essay_id: Series[str] = pa.Field(nullable=True)
    stage: Series[str]
    severity: Series[str] = pa.Field(isin=SEVERITIES)
    code: Series[str]
    message: Series[str]


@dataclass(frozen=True)
class Tables:
    """All tables of one run, each valid; `with_` returns a changed copy."""

    essays: pd.DataFrame
    roster: pd.DataFrame
    segments: pd.DataFrame
    embeddings: pd.DataFrame
    move_scores: pd.DataFrame
    shifts: pd.DataFrame
    themes: pd.DataFrame
    assignments: pd.DataFrame
    questions: pd.DataFrame
    tensions: pd.DataFrame
    evidence: pd.DataFrame
    positions: pd.DataFrame
    stances: pd.DataFrame
    comparisons: pd.DataFrame
    notices: pd.DataFrame

    SCHEMAS: ClassVar[dict[str, type[Table]]] = {
        "essays": Essays,
        "roster": Roster,
        "segments": Segments,
        "embeddings": Embeddings,
        "move_scores": MoveScores,
        "shifts": Shifts,
        "themes": Themes,
        "assignments": Assignments,
        "questions": Questions,
        "tensions": Tensions,
        "evidence": Evidence,
        "positions": Positions,
        "stances": Stances,
        "comparisons": Comparisons,
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
    """Validate a frame against its schema and return it with its types coerced."""
    return cast(pd.DataFrame, schema.validate(rows.reset_index(drop=True), lazy=True))


def frame(schema: type[Table], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build a valid frame from rows; columns that no row names become NA (lists: empty)."""
    columns = list(schema.to_schema().columns)
    extra = [key for key in (rows[0] if rows else {}) if key not in columns]
    built = pd.DataFrame(rows, columns=columns + extra)
    return valid(schema, built)
