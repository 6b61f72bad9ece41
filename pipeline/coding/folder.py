"""The folder of what people code, beside a run: <run>.coding. Runs read it and never write it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.coding.codes import COLUMNS, codebook, codings
from pipeline.coding.labels import Labels
from pipeline.coding.sheets import columns_called, decoded, read_rows, separator_of
from pipeline.coding.spans import Read, Texts
from pipeline.errors import UsageError
from pipeline.runtime.files import to_csv, write_whole
from pipeline.tables import ROLES, Corrections, Notices, Tables, frame

CORRECTIONS = "corrections.csv"
CODERS = "coders.csv"
DESIGN = "design.csv"
HEADINGS = {
    "segment": ("segment", "segment_id"),
    "role": ("role",),
    "theme": ("theme", "theme_id"),
    "by": ("by", "by whom", "coder"),
    "text": ("text",),
}


def coding_folder(run: Path) -> Path:
    """Return the folder of people's codings of a run; it may not be there."""
    return Path(f"{run.resolve()}.coding")


def chosen_folder(coding: Path | None, out: Path) -> Path:
    """Return the folder of codings that holds for a run. Raises UsageError when it isn't there."""
    if coding is not None and not coding.is_dir():
        raise UsageError(f"{coding} is no folder; give the .coding folder beside another run.")
    return coding or coding_folder(out)


def read_corrections(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read corrections.csv of a folder of codings, and notices of what it can't mean.

    Its columns: segment, role, theme, by; an empty role or theme is not corrected. Without the file
    both frames are empty. Raises UsageError for a file that is no such table.
    """
    path = folder / CORRECTIONS
    if not path.is_file():
        return frame(Corrections, []), frame(Notices, [])
    rows = read_rows(path)
    columns = headed(rows, path)
    found: list[dict[str, Any]] = []
    notices: list[str] = []
    for line, row in enumerate(rows.to_dict("records"), start=2):
        cells = {
            name: str(row[columns[name]]).strip().removeprefix("'") if name in columns else ""
            for name in HEADINGS
        }
        role = cells["role"].casefold()
        if role and role not in ROLES:
            message = f"Line {line} of corrections.csv names a role that there isn't; use one of "
            notices.append(f"{message}{', '.join(ROLES)}.")
            role = ""
        if not cells["segment"] or not (role or cells["theme"]):
            continue
        found.append(
            {
                "segment_id": cells["segment"],
                "coder": cells["by"] or "somebody",
                "text": cells["text"] or None,
                "role": role or None,
                "theme": cells["theme"] or None,
                "machine_role": None,
                "machine_moves": [],
                "machine_theme": None,
            }
        )
    return frame(Corrections, found), noticed(notices)


def headed(rows: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Map HEADINGS to the columns of a file of corrections. Raises UsageError without enough."""
    columns = columns_called(rows, HEADINGS)
    if "segment" not in columns or not {"role", "theme"} & set(columns):
        raise UsageError(
            f"{path} has the columns {', '.join(map(str, rows.columns)) or 'none'}, but needs "
            "segment, role or theme, and by; name them so in its first line."
        )
    return columns


def with_corrections(folder: Path, notices: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give the table of corrections, and notices with those of what can't be applied."""
    corrections, problems = read_corrections(folder)
    return {"corrections": corrections, "notices": pd.concat([notices, problems])}


def noticed(messages: list[str]) -> pd.DataFrame:
    """Make notices of corrections that can't be applied."""
    row = {"stage": "correct", "severity": "warning", "code": "correction"}
    return frame(Notices, [row | {"message": message} for message in messages])


def correct(run: Path, segment_id: str, text: str, role: str, theme: str, by: str) -> Path:
    """Add a line to corrections.csv beside a run, which the next run takes over.

    The file may be anybody's: its columns and what parts them stay, and those it lacks are added.
    Raises UsageError for a file that is no such table.
    """
    path = coding_folder(run) / CORRECTIONS
    content = decoded(path.read_bytes()) if path.is_file() else ""
    rows = read_rows(path) if content else pd.DataFrame(columns=list(HEADINGS))
    columns = headed(rows, path)
    cells = (segment_id, role, theme, by, " ".join(text.split()))
    line = {columns.get(name, name): cell for name, cell in zip(HEADINGS, cells, strict=True)}
    both = pd.concat([rows, pd.DataFrame([line])], ignore_index=True).fillna("")
    write_whole(path, to_csv(both, separator=separator_of(content)))
    return path


def keep_codings(run: Path, tables: Tables, found: pd.DataFrame) -> Path:
    """Keep imported codings beside a run; those of the same coders are replaced.

    The text of each segment stays with them, and a theme by its name, so that they find both again
    in a later run, in which a segment or theme of the same number may be another.
    """
    path = coding_folder(run) / CODERS
    known = kept_codings(run, tables).codings
    known = known[~known["coder"].isin(set(found["coder"]))]
    rows = pd.concat([known, found], ignore_index=True)
    texts = dict(zip(tables.segments["segment_id"], tables.segments["text"], strict=True))
    names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
    is_theme = rows["dimension"] == "theme"
    called = rows["label"].mask(is_theme, rows["label"].map(lambda label: names.get(label, label)))
    kept = rows.assign(label=called, text=rows["segment_id"].map(texts))
    write_whole(path, to_csv(kept))
    return path


def kept_codings(run: Path, tables: Tables) -> Read:
    """Read the codings that were imported beside a run; none without the file.

    Those whose segment or theme this run doesn't have are left out, and themes are told.
    """
    path = coding_folder(run) / CODERS
    if not path.is_file():
        return Read(codings([]))
    rows = read_rows(path)
    if list(rows.columns) != [*COLUMNS, "text"]:
        raise UsageError(f"{path} isn't what crosscurrent import writes; remove it, import again.")
    texts, labels = Texts(tables.segments), Labels(codebook(tables))
    found: list[tuple[str, str, str, str]] = []
    gone: Counter[str] = Counter()
    for cells in rows.itertuples(index=False):
        segment, coder, dimension, word, text = (str(cell).removeprefix("'") for cell in cells)
        place, label = texts.place(segment, text), labels.find(dimension, word)
        if label is None:
            gone[word] += 1
        elif place is not None:
            found.append((place, coder, dimension, label))
    each = ", ".join(f"{word!r} {n:,}" for word, n in gone.most_common())
    told = f"{CODERS}: codings of themes that this run doesn't have are left out: {each}"
    return Read(codings(found), (told,) if gone else ())
