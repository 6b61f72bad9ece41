"""The roster: a table with a row a file or an author, with date, week and groups."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

from pipeline.errors import UsageError
from pipeline.ingest.answers import role_of
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Note, one_line
from pipeline.ingest.front_matter import are_groups, iso_date, whole_week
from pipeline.ingest.names import identity
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.sheets import read_workbook
from pipeline.ingest.sniff import kind_of

KNOWN_COLUMNS = ("file", "author", "email", "submitted", "week")
FILE_COLUMNS = ("filename", "file name")
WANTED = "file, author or email, and if you like submitted, week and columns to group by"
RESERVED = ("essay_id",)
MAX_ALONE = 2  # groups of one student that any grouping may have
SHOWN_COLUMNS = 12  # so many column names fit into one sentence
SHOWN_LETTERS = 30  # of each: what is longer is no column's name but somebody's text
# Columns that tell who somebody is are never shown as groups.
IDENTIFYING = re.compile(
    r"(?:(?:first|last|given|family|sur|full|user|nick|fore|student|participant|learner|pupil|"
    r"author)[ _-]?)?names?|(?:student|user|sis|canvas|moodle|orc|net)?[ _-]?(?:id|number|no\.?)|"
    r"students?|participants?|learners?|pupils?|users?|"
    r".*(?:mail|phone|login|matric|birth|address).*",
    re.IGNORECASE,
)
# Canvas's second line: what is said in a column there can be reached in it. Such a grade book also
# lists the student that a teacher sees the course as.
POINTS_POSSIBLE, TEST_STUDENT = "points possible", "test student"
# Columns of grades, as Canvas, Moodle and Blackboard write them.
GRADES = re.compile(
    r".*\(\d{5,}\)|.*\((?:real|percentage|letter)\)|.*\[total pts:.*|course total.*|"
    r"(?:(?:current|final|unposted current|unposted final|override) )+(?:score|grade|points)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Row:
    """What a roster says of one file, or of all files of one author; missing is None."""

    file: str
    author: str | None
    submitted: str | None
    week: int | None
    groups: dict[str, str]
    email: str | None = None
    cells: dict[str, str] = field(default_factory=dict)  # all of them, by column in small letters

    @property
    def label(self) -> str:
        """Name the row: its file, else its author, else the e-mail address."""
        return self.file or self.author or self.email or ""


@dataclass(frozen=True)
class Roster:
    """A roster as read: its rows, its grouping columns, and notes about cells it couldn't use."""

    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read(path: Path) -> Roster:
    """Read a roster: a spreadsheet's first sheet, or CSV with commas, semicolons or tabs.

    Raises UsageError when it can't be opened, is no table, has no column `file`, author or e-mail,
    or no rows.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The roster {path} can't be opened ({error.strerror}); give a CSV file with the "
            f"columns {WANTED}."
        ) from None
    return parse(as_csv(raw), path)


def as_csv(raw: bytes) -> bytes:
    """Return a spreadsheet's first sheet with rows as CSV, and all other bytes as they are."""
    if kind_of(raw) not in ("xlsx", "ole", "zip"):
        return raw
    try:
        sheets = read_workbook(raw, Reading())
    except RefusedError:
        return raw
    written = io.StringIO()
    for sheet in sheets[:1]:
        csv.writer(written).writerows([sheet.columns, *sheet.rows])
    return written.getvalue().encode()


def parse(raw: bytes, path: Path) -> Roster:
    """Read a roster from its bytes; `path` is what messages call it. Raises UsageError."""
    text, notes = decode(raw)
    if any(note.severity == "refused" for note in notes):
        raise UsageError(f"The roster {path} is no text; save it as CSV with the columns {WANTED}.")
    header, *lines = table(text.strip("\n"), path) or [[]]
    names = [one_line(name) or "" for name in header]
    positions = roles(names)
    if not {"file", "author", "email"} & set(positions):
        shown = [name for name in names if name][:SHOWN_COLUMNS]
        came = (
            ", ".join(shorten(name, SHOWN_LETTERS, placeholder=" ...") for name in shown) or "none"
        )
        raise UsageError(
            f"The roster {path} has the columns {came}, and none is called file, author, student, "
            f"name or email; wanted are {WANTED}."
        )
    filled = [cells for cells in lines if any(cell.strip() for cell in cells)]
    filled, points = without_points(filled, positions.get("author"))
    if not filled:
        raise UsageError(f"The roster {path} has no rows; wanted is a row a file: {WANTED}.")
    fitting = [cells for cells in filled if not any(c.strip() for c in cells[len(names) :])]
    known = {*KNOWN_COLUMNS, "first", "last"}
    if "week" in positions and are_groups("".join(c[positions["week"] :][:1]) for c in fitting):
        known.remove("week")
    used = {place for role, place in positions.items() if role in known}
    others = [(place, name) for place, name in enumerate(names) if name and place not in used]
    columns = [n for place, n in others if place not in points and not GRADES.fullmatch(n)]
    rows = [row_of(cells, positions, columns, names) for cells in fitting]
    return Roster(
        [row for row in rows if row.label],
        list(dict.fromkeys(columns)),
        [note for note in notes if note.code != "control-characters"]
        + unused(filled, fitting, rows, {role: positions[role] for role in known & set(positions)})
        + ungraded(len(others) - len(columns)),
    )


def without_points(
    lines: list[list[str]], author: int | None
) -> tuple[list[list[str]], frozenset[int]]:
    """Drop the lines of a Canvas grade book that are nobody's; give the places of its points."""

    def who(cells: list[str]) -> str:
        return identity(cells[author]) if author is not None and author < len(cells) else ""

    first = next((cells for cells in lines if who(cells) == POINTS_POSSIBLE), None)
    if first is None:
        return lines, frozenset()
    kept = [cells for cells in lines if who(cells) not in (POINTS_POSSIBLE, TEST_STUDENT)]
    points = {place for place, cell in enumerate(first) if cell.strip() and place != author}
    return kept, frozenset(points)


def ungraded(n_columns: int) -> list[Note]:
    """Tell of columns of grades, which are read by nobody."""
    if not n_columns:
        return []
    what = "A column of grades is" if n_columns == 1 else f"{n_columns} columns of grades are"
    return [Note("note", "no-grouping", f"{what} kept out of the comparisons.")]


def roles(names: list[str]) -> dict[str, int]:
    """Map what is known of a file to the place of its column, and each other column's name.

    Grade books of learning platforms call the author name, student, or first and last name.
    """
    folded = [name.lower() for name in names]
    positions = {name: place for place, name in reversed(list(enumerate(folded)))}
    for role, others in (("file", FILE_COLUMNS), ("author", ()), ("email", ())):
        if role not in positions:
            place = next(
                (p for p, n in enumerate(folded) if n in others or role_of(n) == role), None
            )
            positions |= {} if place is None else {role: place}
    for role in ("first", "last"):
        place = next((p for p, name in enumerate(folded) if role_of(name) == role), None)
        positions |= {} if place is None else {role: place}
    if "author" in positions or not {"first", "last"} <= set(positions):
        positions.pop("first", None)
        positions.pop("last", None)
    else:
        positions["author"] = positions["first"]
    if not {"author", "email"} & set(positions):
        place = next((p for p, name in enumerate(folded) if role_of(name) == "id"), None)
        positions |= {} if place is None else {"author": place}
    return positions


def table(text: str, path: Path) -> list[list[str]]:
    """Split CSV into cells by the separator that yields a column `file`, else the most columns."""

    def header_of(separator: str) -> tuple[bool, int]:
        cells = next(csv.reader(io.StringIO(text), delimiter=separator), [])
        return "file" in [cell.strip().lower() for cell in cells], len(cells)

    try:
        best = max((",", ";", "\t"), key=header_of)
        return list(csv.reader(io.StringIO(text), delimiter=best))
    except csv.Error as error:
        raise UsageError(
            f"The roster {path} is not valid CSV ({error}); save it as CSV with the columns "
            f"{WANTED}."
        ) from None


def row_of(
    cells: list[str], positions: dict[str, int], columns: list[str], names: list[str]
) -> Row:
    """Read one row's cells by their columns."""

    def cell(name: str) -> str | None:
        place = positions.get(name.lower(), len(cells))
        return one_line(cells[place]) if place < len(cells) else None

    values = {name: cell(name) for name in columns}
    named = [
        one_line(cells[positions[part]]) or ""
        for part in ("first", "last")
        if part in positions and positions[part] < len(cells)
    ]
    return Row(
        file=unicodedata.normalize(
            "NFC", (cell("file") or "").replace("\\", "/").removeprefix("./")
        ),
        author=" ".join(filter(None, named)) or cell("author"),
        submitted=iso_date(cell("submitted")),
        week=whole_week(cell("week")),
        groups={name: value for name, value in values.items() if value},
        email=cell("email"),
        cells={name.lower(): one_line(c) or "" for name, c in zip(names, cells, strict=False)},
    )


def unused(
    filled: list[list[str]], fitting: list[list[str]], rows: list[Row], positions: dict[str, int]
) -> list[Note]:
    """Warn of rows and cells that couldn't be used."""

    def n_given(column: str) -> int:
        place = positions.get(column)
        if place is None:
            return 0
        return sum(bool(cells[place].strip()) for cells in fitting if place < len(cells))

    counts = {
        "Rows with more cells than there are columns, not used": len(filled) - len(fitting),
        "Rows that name no file, author or e-mail, not used": sum(not row.label for row in rows),
        "Dates in `submitted` that are not of the form 2024-09-30, not used": n_given("submitted")
        - sum(row.submitted is not None for row in rows),
        "Weeks that are no whole number, not used": n_given("week")
        - sum(row.week is not None for row in rows),
    }
    return [
        Note("warning", "roster-cells", f"{what}: {count}.")
        for what, count in counts.items()
        if count
    ]


def why_no_grouping(
    column: str, values: list[tuple[str, str]], identities: Set[str], limit: int
) -> str | None:
    """Say why a column is no grouping; None when it is one.

    `values` are pairs of author and value. A grouping has 2 to `limit` values and doesn't tell who
    somebody is: by its name, by an e-mail address, by one of the authors' `identities`, or because
    most of its values belong to one author alone.
    """
    authors_of: dict[str, set[str]] = defaultdict(set)
    for author, value in values:
        authors_of[value].add(author)
    if len(authors_of) < 2:
        return "it has only one value" if authors_of else "it has no value"
    if column.lower() in RESERVED:
        return "a column of the tables has that name; call it otherwise to compare by it"
    if IDENTIFYING.fullmatch(column) or any(
        "@" in value or (identity(value) in identities and not value.strip().isdecimal())
        for value in authors_of
    ):
        return "it tells who somebody is"
    if len(authors_of) > limit:
        return f"it has {len(authors_of)} values, more than {limit}"
    n_alone = sum(len(authors) == 1 for authors in authors_of.values())
    if n_alone > max(MAX_ALONE, len(authors_of) / 2):
        return "most of its values belong to one student alone"
    return None
