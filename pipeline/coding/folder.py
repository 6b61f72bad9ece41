"""The folder of what people code, beside a run: <run>.coding. Runs read it and never write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.coding.codes import COLUMNS, codings
from pipeline.coding.sheets import decoded, read_rows, separator_of
from pipeline.coding.spans import Texts
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
    there = {str(column).strip().casefold(): column for column in rows.columns}
    columns = {
        name: next(there[each] for each in names if each in there)
        for name, names in HEADINGS.items()
        if any(each in there for each in names)
    }
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

    The text of each segment stays with them, so that they find it again in a later run.
    """
    path = coding_folder(run) / CODERS
    known = kept_codings(run, tables)
    known = known[~known["coder"].isin(set(found["coder"]))]
    rows = pd.concat([known, found], ignore_index=True)
    texts = dict(zip(tables.segments["segment_id"], tables.segments["text"], strict=True))
    write_whole(path, to_csv(rows.assign(text=rows["segment_id"].map(texts))))
    return path


def kept_codings(run: Path, tables: Tables) -> pd.DataFrame:
    """Read the codings that were imported beside a run; none without the file.

    Those whose segment is gone are left out, and stay in the file until its coder is imported anew.
    """
    path = coding_folder(run) / CODERS
    if not path.is_file():
        return codings([])
    rows = read_rows(path)
    if list(rows.columns) != [*COLUMNS, "text"]:
        raise UsageError(f"{path} isn't what crosscurrent import writes; remove it, import again.")
    texts = Texts(tables.segments)
    placed = [
        (texts.place(str(segment).removeprefix("'"), str(text)), str(coder).removeprefix("'"), d, k)
        for segment, coder, d, k, text in rows.itertuples(index=False)
    ]
    return codings((s, c, str(d), str(k)) for s, c, d, k in placed if s is not None)
