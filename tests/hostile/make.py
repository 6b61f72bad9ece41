"""Make the corpus of small hostile files beside this script: python tests/hostile/make.py.

Each attacks one reader; `OUTCOMES` says with which code it must end, or None where an essay must
come out of it. A test checks that the files are what this script makes.
"""

from __future__ import annotations

import io
import stat
import struct
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from documents import DAY, docx, item, lines, odt, p, pdf, rtf, xlsx, zipped

ESSAY = "The harbour is a quiet office, and I had not thought about that before this course. " * 4
HERE = Path(__file__).parent
XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
XML_FILE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
    "<text:p>&f;</text:p></office:text></office:body></office:document-content>"
)


def bomb(name: str, megabytes: int) -> bytes:
    """Pack so many megabytes of one letter under a name."""
    return zipped({name: b"a" * (megabytes * 1_000_000)})


def nested(depth: int) -> bytes:
    """Pack a zip into a zip and so on."""
    content = zipped({"essay.txt": ESSAY})
    for _ in range(depth):
        content = zipped({"inner.zip": content})
    return content


def with_link() -> bytes:
    """Pack a symbolic link."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as target:
        info = zipfile.ZipInfo("link.txt", DAY)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(info, "/etc/passwd")
    return whole.getvalue()


def encrypted_zip() -> bytes:
    """Pack a file and set the flag that says it needs a password."""
    raw = bytearray(zipped({"essay.txt": ESSAY}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        raw[start + place] |= 1
    return bytes(raw)


def lying_zip() -> bytes:
    """Pack a megabyte and say in the directory that it is ten bytes."""
    raw = bytearray(zipped({"essay.txt": "a" * 1_000_000}))
    start = raw.find(b"PK\x01\x02")
    raw[start + 24 : start + 28] = struct.pack("<I", 10)
    return bytes(raw)


def locked_office() -> bytes:
    """Write the head of a document with a password: an OLE file with an EncryptedPackage."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return ole + "EncryptedPackage".encode("utf-16-le") + bytes(480)


def locked_pdf() -> bytes:
    """Write a PDF that names a way of encryption."""
    whole = pdf([lines(["Nobody may read this."])])
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[<00><00>]" % (
        b"o" * 32,
        b"u" * 32,
    )
    return whole.replace(b"trailer<<", b"trailer<<" + lock)


def deep_docx() -> bytes:
    """Write a table in a table and so on, 3,000 deep."""
    depth = 3_000
    return docx("<w:tbl><w:tr><w:tc>" * depth + p("deep") + "</w:tc></w:tr></w:tbl>" * depth)


GOOD_DOCX = docx(p("A title", "Title") + p(ESSAY) + item("a point"))
FILES: dict[str, bytes] = {
    "zip-bomb.zip": bomb("essay.txt", 40),
    "zip-nested-too-deep.zip": nested(5),
    "zip-path-traversal.zip": zipped({"../../escape.txt": ESSAY, "/etc/escape.txt": ESSAY}),
    "zip-link.zip": with_link(),
    "zip-encrypted.zip": encrypted_zip(),
    "zip-lying-size.zip": lying_zip(),
    "zip-truncated.zip": zipped({"essay.txt": ESSAY})[:-40],
    "zip-empty.zip": zipped({}),
    "zip-no-zip.zip": b"this is no zip at all",
    "docx-bomb.docx": docx(p("x"), more={"word/media/image1.bin": b"a" * 40_000_000}),
    "docx-entities.docx": docx(p("x"), more={"word/document.xml": XML_BOMB}),
    "docx-is-a-pdf.docx": pdf([lines([ESSAY[:80], "and it goes on here."])]),
    "docx-truncated.docx": GOOD_DOCX[: len(GOOD_DOCX) // 2],
    "docx-locked.docx": locked_office(),
    "docx-no-body.docx": zipped({"word/document.xml": "<nothing/>"}),
    "docx-broken-xml.docx": docx("<w:p><w:r><w:t>never closed"),
    "docx-deep.docx": deep_docx(),
    "odt-outside-entity.odt": odt("", more={"content.xml": XML_FILE}),
    "odt-locked.odt": odt(
        "<text:p>x</text:p>", more={"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    ),
    "odt-truncated.odt": odt(f"<text:p>{ESSAY}</text:p>")[:-60],
    "rtf-deep.rtf": rtf("{" * 5_000 + "deep" + "}" * 5_000),
    "rtf-huge-binary.rtf": rtf(r"{\pict\bin999999999 x}" + ESSAY),
    "rtf-unclosed.rtf": rtf(ESSAY + "{{{{")[:-6],
    "pdf-truncated.pdf": pdf([lines([ESSAY[:80]])])[:150],
    "pdf-scan.pdf": pdf([[]]),
    "pdf-locked.pdf": locked_pdf(),
    "pdf-endless-pages.pdf": pdf([lines(["x"])]).replace(b"/Count 1", b"/Count 999999999"),
    "pdf-page-is-its-parent.pdf": pdf([lines(["x"])]).replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"),
    "xlsx-numbers.xlsx": xlsx({"s": [["score"], [1], [2]]}),
    "xlsx-bomb.xlsx": zipped({"xl/workbook.xml": "<x/>", "xl/big.xml": b" " * 40_000_000}),
    "xlsx-formulas.xlsx": xlsx(
        {"s": [["Name", "Answer"], ["Ann Bee", '=HYPERLINK("x")'], ["Bo Cee", ESSAY]]},
        formulas=True,
    ),
    "csv-open-quote.csv": b'Name,Answer\nAnn,"' + ESSAY.encode() + b"\nBo," + ESSAY.encode(),
    "csv-numbers.csv": b"Answer\n1\n2\n3\n",
    "csv-nul.csv": b"Name,Answer\nAnn,\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n",
    "csv-formulas.csv": b"Name,Answer\nAnn,=cmd|' /C calc'!A0 " + ESSAY.encode() + b"\n",
    "jsonl-deep.jsonl": b"[" * 50_000,
    "html-script.html": b"<p>"
    + ESSAY.encode()
    + b"</p><script>alert(1)</script><img src=x onerror=alert(1)>",
    "md-script.md": ESSAY.encode() + b"\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))",
    "html-deep.html": b"<div>" * 30_000 + b"deep",
    "md-brackets.md": b"[" * 20_000,
    "txt-controls.txt": ("\u202eevil\u202c \u0000\u200b" + ESSAY).encode(),
    "txt-utf16-cut.txt": ESSAY.encode("utf-16")[:-1],
}
OUTCOMES: dict[str, str | None] = {
    "zip-bomb.zip": "zip-bomb",
    "zip-nested-too-deep.zip": "nested-zip",
    "zip-path-traversal.zip": "path",
    "zip-link.zip": "link",
    "zip-encrypted.zip": "encrypted",
    "zip-lying-size.zip": "broken",
    "zip-truncated.zip": "broken",
    "zip-empty.zip": "empty",
    "zip-no-zip.zip": "broken",
    "docx-bomb.docx": "zip-bomb",
    "docx-entities.docx": "entities",
    "docx-is-a-pdf.docx": None,
    "docx-truncated.docx": "broken",
    "docx-locked.docx": "encrypted",
    "docx-no-body.docx": "broken",
    "docx-broken-xml.docx": "broken",
    "docx-deep.docx": "too-deep",
    "odt-outside-entity.odt": "entities",
    "odt-locked.odt": "encrypted",
    "odt-truncated.odt": "broken",
    "rtf-deep.rtf": "too-deep",
    "rtf-huge-binary.rtf": "empty",
    "rtf-unclosed.rtf": None,
    "pdf-truncated.pdf": "broken",
    "pdf-scan.pdf": "scan",
    "pdf-locked.pdf": "encrypted",
    "pdf-endless-pages.pdf": None,
    "pdf-page-is-its-parent.pdf": "broken",
    "xlsx-numbers.xlsx": "no-text-column",
    "xlsx-bomb.xlsx": "zip-bomb",
    "xlsx-formulas.xlsx": None,
    "csv-open-quote.csv": None,
    "csv-numbers.csv": "no-text-column",
    "csv-nul.csv": "not-text",
    "csv-formulas.csv": None,
    "jsonl-deep.jsonl": "broken",
    "html-script.html": None,
    "md-script.md": None,
    "html-deep.html": "too-deep",
    "md-brackets.md": "empty",
    "txt-controls.txt": None,
    "txt-utf16-cut.txt": None,
}

if __name__ == "__main__":
    for name, content in FILES.items():
        (HERE / name).write_bytes(content)
