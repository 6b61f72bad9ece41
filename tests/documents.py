"""Documents of every format, made part by part: for tests, the fuzzer and the speed bench."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

DAY = (2024, 1, 1, 0, 0, 0)  # the same parts make the same bytes on every day
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HEADING = "heading"


def zipped(files: Mapping[str, bytes | str], stored: Iterable[str] = ()) -> bytes:
    """Pack files into a zip."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return whole.getvalue()


# --- Word -----------------------------------------------------------------------------------------


def p(text: str, style: str = "", run: str = "") -> str:
    """Write a paragraph of Word's XML; `run` is XML after the text."""
    wanted = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    words = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f"<w:p>{wanted}{words}{run}</w:p>"


def docx(
    body: str,
    *,
    author: str = "",
    comments: Sequence[str] = (),
    footnotes: Sequence[str] = (),
    header: str = "",
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """Build a Word document from the XML of its body and the texts of its other parts."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (
            *((f"Heading{n}", f"heading {n}") for n in range(1, 4)),
            ("Title", "Title"),
            ("Quote", "Quote"),
            ("Code", "HTML Preformatted"),
            ("ListParagraph", "List Paragraph"),
        )
    )
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl>'
        f'<w:lvl w:ilvl="1"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        for n, kind in ((1, "bullet"), (2, "decimal"))
    ) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    parts: dict[str, tuple[str, str]] = {
        "styles": ("styles", f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'),
        "numbering": ("numbering", f'<w:numbering xmlns:w="{WORD}">{numbering}</w:numbering>'),
    }
    if comments:
        inside = "".join(
            f'<w:comment w:id="{n}" w:author="A reader" w:initials="R">{p(text)}</w:comment>'
            for n, text in enumerate(comments)
        )
        parts["comments"] = ("comments", f'<w:comments xmlns:w="{WORD}">{inside}</w:comments>')
    if footnotes:
        inside = "".join(
            f'<w:footnote w:id="{n}">{p(text)}</w:footnote>' for n, text in enumerate(footnotes, 2)
        )
        parts["footnotes"] = ("footnotes", f'<w:footnotes xmlns:w="{WORD}">{inside}</w:footnotes>')
    if header:
        parts["header1"] = ("header", f'<w:hdr xmlns:w="{WORD}">{p(header)}</w:hdr>')
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{CONTENT}.{kind}+xml"/>'
        for name, (kind, _) in parts.items()
    )
    related = "".join(
        f'<Relationship Id="r{name}" Type="{OFFICE_TYPE}/{kind}" Target="{name}.xml"/>'
        for name, (kind, _) in parts.items()
    )
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:creator>{escape(author)}</dc:creator>"
        "<dcterms:created>2024-03-04T10:00:00Z</dcterms:created></cp:coreProperties>"
    )
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": f"{XML}<Types xmlns="
        '"http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{CONTENT}.document.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'{XML}<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE_TYPE}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'{XML}<w:document xmlns:w="{WORD}" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml">'
        f"<w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'{XML}<Relationships xmlns="{RELATIONS}">{related}'
        "</Relationships>",
        "docProps/core.xml": f"{XML}{core}",
        **{f"word/{name}.xml": XML + content for name, (_, content) in parts.items()},
    }
    return zipped(files | dict(more or {}))


def item(text: str, *, numbered: bool = False, level: int = 0) -> str:
    """Write a list item of Word's XML."""
    numbering = (
        f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{2 if numbered else 1}"/></w:numPr>'
    )
    style = '<w:pStyle w:val="ListParagraph"/>'
    return f"<w:p><w:pPr>{style}{numbering}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Write a table of Word's XML."""
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


# --- OpenDocument ---------------------------------------------------------------------------------


def odt(body: str, *, author: str = "", more: Mapping[str, bytes | str] | None = None) -> bytes:
    """Build an OpenDocument text from the XML of its body."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("style", "style"),
            ("svg", "svg-compatible"),
            ("meta", "meta"),
        )
    )
    lists = (
        '<text:list-style style:name="L2"><text:list-level-style-number text:level="1"/>'
        "</text:list-style>"
        '<style:style style:name="P1" style:family="paragraph" '
        'style:parent-style-name="Quotations"/>'
    )
    dublin = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    files: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"{XML}<office:document-content {spaces} {dublin}>"
        f"<office:automatic-styles>{lists}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"{XML}<office:document-meta {spaces} {dublin}><office:meta>"
        f"<meta:initial-creator>{escape(author)}</meta:initial-creator>"
        "<dc:date>2024-03-04T10:00:00</dc:date></office:meta></office:document-meta>",
        "META-INF/manifest.xml": f'{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
        'opendocument:xmlns:manifest:1.0"/>',
    }
    return zipped(files | dict(more or {}), stored=["mimetype"])


# --- RTF ------------------------------------------------------------------------------------------


def rtf(body: str, *, author: str = "") -> bytes:
    """Build an RTF document from its body; letters beyond ASCII are written as codes."""
    head = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}"
        r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 Quote;}{\s3 HTML Preformatted;}}"
        rf"{{\info{{\author {author}}}{{\creatim\yr2024\mo3\dy4}}}}"
        r"{\header\pard A running head\par}"
    )
    coded = "".join(c if ord(c) < 128 else f"\\u{ord(c) - 65536 * (ord(c) > 32767)}?" for c in body)
    return f"{head}{coded}}}".encode("ascii")


# --- PDF ------------------------------------------------------------------------------------------

Words = tuple[float, float, float, str]  # x, y, size, text; points from the lower left corner


def pdf(pages: Sequence[Sequence[Words]], *, author: str = "", bold: Iterable[str] = ()) -> bytes:
    """Build a PDF of plain text in Helvetica, Letter size, each text at its place."""
    bold = set(bold)
    objects: list[bytes] = [b"", b""]  # catalogue and pages come last, for they name all others
    kids = []
    fonts = "<</F1 <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    fonts += "/F2 <</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>>>"
    for words in pages:
        drawn = [
            f"BT /F{2 if text in bold else 1} {size} Tf {x} {y} Td ({pdf_escape(text)}) Tj ET"
            for x, y, size, text in words
        ]
        stream = "\n".join(drawn).encode("cp1252", "replace")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {content} 0 R"
            f"/Resources<</Font{fonts}>>>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects.append(f"<</Author({pdf_escape(author)})/CreationDate(D:20240304100000)>>".encode())
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    whole, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\n" % (len(objects) + 1, len(objects))
    return bytes(whole + b"startxref\n%d\n%%%%EOF\n" % start)


def pdf_escape(text: str) -> str:
    """Write a text as a PDF string."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def lines(texts: Iterable[str], x: float = 72, y: float = 700, size: float = 11) -> list[Words]:
    """Place lines below each other, a seventh of their size apart."""
    return [(x, y - n * size * 1.2, size, text) for n, text in enumerate(texts)]


def wrapped(text: str, width: int = 88) -> list[str]:
    """Cut a text into lines of so many letters."""
    import textwrap

    return textwrap.wrap(text, width)


# --- spreadsheets ---------------------------------------------------------------------------------


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float]]], formulas: bool = False) -> bytes:
    """Build a spreadsheet with cells of texts and numbers."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE_TYPE}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": f"{XML}<Types xmlns="
        '"http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'{XML}<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{OFFICE_TYPE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{main}" xmlns:r="{OFFICE_TYPE}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{RELATIONS}">{related}'
        "</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), start=1):
        body = "".join(
            f'<row r="{r}">'
            + "".join(cell(c, r, v, formulas) for c, v in enumerate(row))
            + "</row>"
            for r, row in enumerate(rows, start=1)
        )
        files[f"xl/worksheets/s{n}.xml"] = (
            f'{XML}<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    return zipped(files)


def cell(column: int, row: int, value: str | float, formulas: bool) -> str:
    """Write a cell of a spreadsheet's XML."""
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, str) and value.startswith("=") and formulas:
        return f'<c r="{place}" t="str"><f>{escape(value[1:])}</f><v>the last value</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
