"""The roster: a table with a row a file, its author, date, week and groups."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.errors import UsageError
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Note, one_line
from pipeline.ingest.front_matter import iso_date, whole_week
from pipeline.ingest.names import identity

KNOWN_COLUMNS = ("file", "author", "submitted", "week")
WANTED = "file, and if you like author, submitted, week and columns to group by"
RESERVED = ("essay_id",)
MAX_ALONE = 2  # groups of one student that any grouping may have
SHOWN_COLUMNS = 12  # so many column names fit into one sentence
# Columns that tell who somebody is are never shown as groups.
IDENTIFYING = re.compile(
    r"(?:(?:first|last|given|family|sur|full|user|nick|fore|student|author)[ _-]?)?names?|"
    r"(?:student|user|sis|canvas|moodle|orc|net)?[ _-]?(?:id|number|no\.?)|students?|users?|"
    r".*(?:mail|phone|login|matric|birth|address).*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Row:
    """What a roster says of one file; missing is None."""

    file: str
    author: str | None
    submitted: str | None
    week: int | None
    groups: dict[str, str]


@dataclass(frozen=True)
class Roster:
    """A roster as read: its rows, its grouping columns, and notes about cells it couldn't use."""

    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Matches:
    """Which row belongs to which file, and what didn't fit, with names for the terminal only."""

    by_file: dict[str, Row]
    missing: list[str]
    unlisted: list[str]
    twice: list[str]

    def problems(self) -> list[str]:
        """Say each misfit in full, with its file's name."""
        return [
            *(f"The roster names {name}, which isn't there." for name in self.missing),
            *(f"The roster lacks {name}: read, without groups." for name in self.unlisted),
            *(f"The roster lists {name} twice: the first row counts." for name in self.twice),
        ]

    def notes(self) -> list[Note]:
        """Count each kind of misfit, without a name."""
        kinds = (
            ("roster-missing", self.missing, "Files that the roster names and that aren't there"),
            ("roster-unlisted", self.unlisted, "Essays that the roster lacks, read without groups"),
            ("roster-twice", self.twice, "Files listed more than once, of which the first counts"),
        )
        return [Note("warning", code, f"{what}: {len(n)}.") for code, n, what in kinds if n]


def read(path: Path) -> Roster:
    """Read a roster: CSV with commas, semicolons or tabs, in UTF-8 or Windows-1252.

    Raises UsageError when it can't be opened, is no table, has no column `file`, or no rows.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The roster {path} can't be opened ({error.strerror}); give a CSV file with the "
            f"columns {WANTED}."
        ) from None
    text, notes = decode(raw)
    if any(note.severity == "refused" for note in notes):
        raise UsageError(f"The roster {path} is no text; save it as CSV with the columns {WANTED}.")
    header, *lines = table(text.strip("\n"), path) or [[]]
    names = [one_line(name) or "" for name in header]
    positions = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
    if "file" not in positions:
        came = ", ".join([name for name in names if name][:SHOWN_COLUMNS]) or "none"
        raise UsageError(
            f"The roster {path} has the columns {came}, and none is called file; "
            f"wanted are {WANTED}."
        )
    filled = [cells for cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        raise UsageError(f"The roster {path} has no rows; wanted is a row a file: {WANTED}.")
    columns = [name for name in names if name and name.lower() not in (*KNOWN_COLUMNS, *RESERVED)]
    fitting = [cells for cells in filled if not any(c.strip() for c in cells[len(names) :])]
    rows = [row_of(cells, positions, columns) for cells in fitting]
    return Roster(
        [row for row in rows if row.file],
        list(dict.fromkeys(columns)),
        [note for note in notes if note.code != "control-characters"]
        + unused(filled, fitting, rows, positions),
    )


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


def row_of(cells: list[str], positions: dict[str, int], columns: list[str]) -> Row:
    """Read one row's cells by their columns."""

    def cell(name: str) -> str | None:
        place = positions.get(name.lower(), len(cells))
        return one_line(cells[place]) if place < len(cells) else None

    values = {name: cell(name) for name in columns}
    return Row(
        file=normal(cell("file") or ""),
        author=cell("author"),
        submitted=iso_date(cell("submitted")),
        week=whole_week(cell("week")),
        groups={name: value for name, value in values.items() if value},
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
        "Rows that name no file, not used": sum(not row.file for row in rows),
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


def normal(path: str) -> str:
    """Return a path as rosters and file systems may both write it."""
    return unicodedata.normalize("NFC", path.strip().replace("\\", "/").removeprefix("./"))


def match(roster: Roster, files: Iterable[str], essays: Iterable[str]) -> Matches:
    """Find each row's file: by its path, else by its name when unique, else without regard to case.

    `files` are all paths relative to the source, `essays` those of them that were read.
    """
    indexes: list[dict[str, list[str]]] = [defaultdict(list) for _ in range(4)]
    for path in files:
        whole, name = normal(path), PurePosixPath(normal(path)).name
        forms = (whole, name, whole.casefold(), name.casefold())
        for form, index in zip(forms, indexes, strict=True):
            index[form].append(path)

    def find(name: str) -> str | None:
        keys = (name, name, name.casefold(), name.casefold())
        hits = (index.get(key, []) for key, index in zip(keys, indexes, strict=True))
        return next((paths[0] for paths in hits if len(paths) == 1), None)

    by_file: dict[str, Row] = {}
    missing: list[str] = []
    n_rows: Counter[str] = Counter()
    for row in roster.rows:
        hit = find(row.file)
        if hit is None:
            missing.append(row.file)
            continue
        by_file.setdefault(hit, row)
        n_rows[hit] += 1
    return Matches(
        by_file,
        missing,
        unlisted=[path for path in essays if path not in by_file],
        twice=[path for path, count in n_rows.items() if count > 1],
    )


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
    if IDENTIFYING.fullmatch(column) or any(
        "@" in value or identity(value) in identities for value in authors_of
    ):
        return "it tells who somebody is"
    if len(authors_of) > limit:
        return f"it has {len(authors_of)} values, more than {limit}"
    n_alone = sum(len(authors) == 1 for authors in authors_of.values())
    if n_alone > max(MAX_ALONE, len(authors_of) / 2):
        return "most of its values belong to one student alone"
    return None
