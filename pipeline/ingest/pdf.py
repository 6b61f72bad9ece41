"""PDF documents: the letters with their places by PDFium, then lines, columns and paragraphs.

PDFium is C++ and fast; where it fails on a broken file, it fails in the worker process only.
"""

from __future__ import annotations

import ctypes
import re

import pypdfium2 as pdfium
import pypdfium2.raw as raw_pdfium

from pipeline.ingest.blocks import write
from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.html import code_note, set_in_note
from pipeline.ingest.package import LOCKED
from pipeline.ingest.pdf_blocks import blocks_of
from pipeline.ingest.pdf_lines import Letter, Line, lines_of
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.sections import title_of

BOLD = 600  # the weight from which a font is bold
BOLD_NAME = re.compile(rb"bold|black|heavy|semibold|,b", re.IGNORECASE)
MONO_NAME = re.compile(rb"courier|mono|consol|menlo|typewriter|cmtt", re.IGNORECASE)
DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
NAME_BYTES = 128
DEEPEST = 6  # level of headings
MARKS = (1, 3, 8, 9, 10, 11, 12)  # kinds of annotations that hold somebody's remarks
BROKEN = "it is no PDF that can be opened, or was cut off; open it, save it anew, and use that."
SCAN = "its pages are pictures without a text; let a program with text recognition (OCR) save it."


def read(raw: bytes, reading: Reading) -> Document:
    """Read the text layer of a PDF. Raises RefusedError for one locked, broken or a scan."""
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RefusedError("encrypted", LOCKED) from None
        raise RefusedError("broken", BROKEN) from None
    try:
        n_pages = len(document)
        if n_pages > reading.max_pages:
            limit = f"{reading.max_pages:,} pages"
            raise RefusedError("too-long", f"it has more than {limit}; split it.")
        pages: list[list[Line]] = []
        n_remarks = n_unread = 0
        for number in range(n_pages):
            try:
                page = document[number]
            except pdfium.PdfiumError:
                n_unread += 1
                pages.append([])
                continue
            width, height = page.get_size()
            pages.append(lines_of(letters(page), width, height))
            n_remarks += remarks(page)
            page.close()
        about = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    n_empty = sum(not lines for lines in pages)
    if n_empty == n_pages:
        raise RefusedError("broken", BROKEN) if n_unread else RefusedError("scan", SCAN)
    blocks, n_furniture, n_code, n_set_in = blocks_of(pages)
    counts = (
        ("warning", "pages-without-text", "Pages without a text, pictures maybe", n_empty),
        ("note", "comments-left-out", "Comments and marks were left out", n_remarks),
        ("note", "page-furniture", "Lines at pages' heads and feet were left out", n_furniture),
    )
    title = title_of(blocks, DEEPEST)
    author = one_line(about.get("Author"))
    date = DATE.match(about.get("ModDate") or about.get("CreationDate") or "")
    return Document(
        text=write(blocks),
        title=one_line(title),
        author=author if reading.properties else None,
        submitted=iso_date("-".join(date.groups())) if reading.properties and date else None,
        notes=(
            *(Note(how, code, f"{what}: {n}.") for how, code, what, n in counts if n),
            *code_note(n_code),
            *set_in_note(n_set_in),
        ),
        names=(author,) if author else (),
        from_properties=reading.properties,
    )


def letters(page: pdfium.PdfPage) -> list[Letter]:
    """List the letters of a page in the order of its content."""
    text = raw_pdfium.FPDFText_LoadPage(page.raw)
    if not text:
        return []
    found = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    name, flags = ctypes.create_string_buffer(NAME_BYTES), ctypes.c_int()
    try:
        for place in range(raw_pdfium.FPDFText_CountChars(text)):
            code = raw_pdfium.FPDFText_GetUnicode(text, place)
            if code in (0, 10, 13) or raw_pdfium.FPDFText_IsGenerated(text, place) == 1:
                found.append(Letter("\n" if code in (10, 13) else " ", generated=True))
                continue
            raw_pdfium.FPDFText_GetCharBox(text, place, left, right, bottom, top)
            size = raw_pdfium.FPDFText_GetFontSize(text, place)
            matrix = raw_pdfium.FS_MATRIX()
            if raw_pdfium.FPDFText_GetMatrix(text, place, matrix):
                size *= (matrix.b**2 + matrix.d**2) ** 0.5 or 1
            bold = raw_pdfium.FPDFText_GetFontWeight(text, place) >= BOLD
            raw_pdfium.FPDFText_GetFontInfo(text, place, name, NAME_BYTES, flags)
            bold = bold or bool(BOLD_NAME.search(name.value))
            found.append(
                Letter(
                    "\u00ad" if raw_pdfium.FPDFText_IsHyphen(text, place) == 1 else chr(code),
                    left.value,
                    right.value,
                    bottom.value,
                    top.value,
                    round(size, 1),
                    bold,
                    bool(MONO_NAME.search(name.value)),
                )
            )
    finally:
        raw_pdfium.FPDFText_ClosePage(text)
    return found


def remarks(page: pdfium.PdfPage) -> int:
    """Count the remarks of readers on a page."""
    count = 0
    for place in range(raw_pdfium.FPDFPage_GetAnnotCount(page.raw)):
        mark = raw_pdfium.FPDFPage_GetAnnot(page.raw, place)
        if mark:
            count += raw_pdfium.FPDFAnnot_GetSubtype(mark) in MARKS
            raw_pdfium.FPDFPage_CloseAnnot(mark)
    return count
