"""Take what tells of somebody out of files that people coded, and leave the rest as it is."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as Xml

from pipeline.codebook import book_toml, read_codebook
from pipeline.coding.archive import zipped
from pipeline.coding.qdpx import NAMESPACE
from pipeline.coding.sheets import decoded, read_rows, separator_of
from pipeline.errors import CrosscurrentError
from pipeline.runtime.files import to_csv

Tells = Callable[[str], bool]
Blot = Callable[[str], str]
BROKEN = (CrosscurrentError, OSError, ValueError, KeyError, zipfile.BadZipFile, Xml.ParseError)


def cleaned(path: Path, tells: Tells, blot: Blot) -> bytes | None:
    """Return a file's content without the rows or sources that tell; None where that can't be.

    What only names somebody in another's sentence `blot` takes out of a cell: the row stays.
    """
    clean = CLEANERS.get(path.suffix.lower())
    try:
        return clean(path, tells, blot) if clean else None
    except BROKEN:
        return None


def rows(path: Path, tells: Tells, blot: Blot) -> bytes:
    """Blot the cells of a CSV, and drop the rows that still tell."""
    table = read_rows(path).map(blot)
    own = [tells("\n".join(cells)) for cells in table.itertuples(index=False)]
    separator = separator_of(decoded(path.read_bytes()))
    return to_csv(table[[not each for each in own]], separator=separator).encode()


def sheets(path: Path, tells: Tells, blot: Blot) -> bytes:
    """Blot the cells of a workbook, and drop the rows that still tell, in all sheets."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    for sheet in book:
        for row in reversed(list(sheet.iter_rows())):
            for cell in row:
                cell.value = blot(cell.value) if isinstance(cell.value, str) else cell.value
            if tells("\n".join(str(cell.value) for cell in row if cell.value is not None)):
                sheet.delete_rows(row[0].row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sources(path: Path, tells: Tells, _blot: Blot) -> bytes:
    """Drop the sources and cases of a QDPX project that tell, and what points to them.

    Offsets depend on each letter of a text, so no word of it is blotted.
    """
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (qde,) = (name for name in files if name.lower().endswith(".qde"))
    telling = {name for name in files if name != qde and tells(decoded(files[name]))}
    texts = {name.rsplit("/", 1)[-1].lower() for name in telling}
    root = Xml.fromstring(files[qde])
    gone = {
        element.get("guid")
        for element in root.iter()
        if element.tag.rsplit("}", 1)[-1] in ("TextSource", "Case")
        and (
            element.get("plainTextPath", "").rsplit("/", 1)[-1].lower() in texts
            or tells(Xml.tostring(element, encoding="unicode"))
        )
    } - {None}
    for parent in list(root.iter()):
        for child in list(parent):
            if {child.get("guid"), child.get("targetGUID")} & gone:
                parent.remove(child)
    Xml.register_namespace("", NAMESPACE)
    kept = {name: content for name, content in files.items() if name not in telling}
    return zipped(kept | {qde: Xml.tostring(root, encoding="utf-8", xml_declaration=True)})


def examples(path: Path, _tells: Tells, _blot: Blot) -> bytes:
    """Leave out all examples of a codebook."""
    return book_toml(read_codebook(path).without_sentences()).encode()


CLEANERS: dict[str, Callable[[Path, Tells, Blot], bytes]] = {
    ".csv": rows,
    ".xlsx": sheets,
    ".qdpx": sources,
    ".toml": examples,
}
