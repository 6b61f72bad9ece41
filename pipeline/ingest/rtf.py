"""Rich Text Format to blocks.

A reader of our own: the library for it gives deleted text as text and knows no headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.ingest.blocks import Block, write
from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.html import code_note
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.sections import title_of

TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
# Groups that hold no text of the author's.
SILENT_LISTED = """
    fonttbl colortbl listtable listoverridetable revtbl rsidtbl generator pict header headerl
    headerr headerf footer footerl footerr footerf object objdata objclass themedata datastore
    colorschememapping latentstyles xmlnstbl mmathPr filetbl nonshppict atnid atnauthor atntime
    atndate atnref atnparent atnicn ftnsep ftnsepc aftnsep aftnsepc fldinst bkmkstart bkmkend
    private template operator comment keywords subject company manager category hlinkbase tc xe
    sp sn sv picprop falt panose
"""
SILENT = frozenset(SILENT_LISTED.split())
STARRED_TEXT = frozenset(("shpinst", "shptxt", "footnote", "listtext", "pntext", "annotation"))
SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "tab": " ",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "line": "\n",
    "lbr": "\n",
}
ESCAPED = {"~": "\u00a0", "_": "-", "-": "", "\n": "\r", "\r": "\r"}
# Windows code pages by the number that a font has for its letters.
CODE_PAGES = {
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
QUOTE = re.compile(r"(?:intense )?quot(?:e|ations?)$|block (?:text|quotation)$", re.IGNORECASE)
CODE = re.compile(r"(?:html )?preformatted(?: text)?$|(?:source )?code$", re.IGNORECASE)
NUMBER = re.compile(r"\(?([0-9]{1,3}|[a-z]|[ivxl]{1,5})[.)]$", re.IGNORECASE)
TYPED = re.compile(r"(?:(\d{1,2})[.)]|[•▪◦·–—-])\s+(?=\S)")
MAX_DEPTH = 500
BODY_LEVEL = 9  # what \outlinelevel says of text that is no heading


@dataclass
class Group:
    """What holds inside one pair of braces."""

    kind: str = "text"  # or: silent, styles, style, info, footnote, marker, comment
    skip: int = 1  # characters that follow a \\u for readers without Unicode
    font: int = 0
    deleted: bool = False
    hidden: bool = False
    starred: bool = False


@dataclass
class Paragraph:
    """What was said about the paragraph that is being read."""

    style: int = 0
    outline: int | None = None
    level: int = 0
    marker: str = ""
    in_table: bool = False


@dataclass
class Reader:
    """One pass over a document's tokens."""

    code_page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    styles: dict[int, str] = field(default_factory=dict)
    info: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # of a style's name, a footnote, a marker
    stack: list[Group] = field(default_factory=lambda: [Group()])
    now: Paragraph = field(default_factory=Paragraph)
    waiting: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    style: int = 0
    field_name: str = ""
    n_comments: int = 0
    n_deleted: int = 0
    n_code: int = 0

    def read(self, source: str) -> None:
        """Go through all tokens."""
        place = 0
        while place < len(source) and (token := TOKEN.match(source, place)):
            place = token.end()
            word, number, byte, sign, brace, text = token.groups()
            if byte:
                self.byte(byte)
                continue
            self.flush()
            if brace == "{":
                if len(self.stack) > MAX_DEPTH:
                    raise RefusedError("too-deep", f"its groups are nested over {MAX_DEPTH} deep.")
                self.stack.append(replace(self.stack[-1], starred=False))
            elif brace == "}":
                self.close()
            elif word == "bin":
                place += max(int(number or 0), 0)
            elif word:
                self.control(word, int(number) if number else None)
            elif sign:
                self.sign(sign)
            elif text:
                self.characters(text)
        self.flush()
        self.end_row()
        self.now.in_table = False
        self.paragraph()

    def byte(self, digits: str) -> None:
        """Take up a character that is written as the code of a byte."""
        if self.to_skip:
            self.to_skip -= 1
        else:
            self.waiting.append(int(digits, 16))

    def flush(self) -> None:
        """Turn gathered bytes into characters: two may be one."""
        if self.waiting:
            page = self.fonts.get(self.stack[-1].font, self.code_page)
            try:
                text = self.waiting.decode(page, errors="replace")
            except LookupError:
                text = self.waiting.decode("cp1252", errors="replace")
            self.waiting.clear()
            self.put(text)

    def characters(self, text: str) -> None:
        """Take up plain characters."""
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        self.put(text)

    def sign(self, sign: str) -> None:
        """Take up a control symbol."""
        if sign == "*":
            self.stack[-1].starred = True
        elif sign in "\r\n":
            self.control("par", None)
        else:
            self.put(ESCAPED.get(sign, sign))

    def put(self, text: str) -> None:
        """Put characters where the group wants them."""
        group = self.stack[-1]
        if group.kind == "text":
            if group.deleted or group.hidden:
                return
            self.text.append(text)
        elif group.kind in ("style", "footnote", "marker", "info") and not group.deleted:
            self.aside.append(text)

    def control(self, word: str, number: int | None) -> None:
        """Obey a control word."""
        group = self.stack[-1]
        if word == "u" and number is not None:
            code = number + 65_536 if number < 0 else number
            self.put(chr(code) if code < 0x110000 else "\ufffd")
            self.to_skip = group.skip
        elif word == "uc":
            group.skip = max(number or 0, 0)
        elif word in SIGNS:
            self.put(SIGNS[word])
        elif word == "f":
            group.font = number or 0
        elif word == "fcharset" and number in CODE_PAGES:
            self.fonts[group.font] = CODE_PAGES[number]
        elif word == "ansicpg" and number:
            self.code_page = f"cp{number}"
        elif word == "deleted":
            group.deleted = number != 0
            self.n_deleted += number != 0 and group.kind == "text"
        elif word == "v":
            group.hidden = number != 0
        elif word == "plain":
            group.hidden = False
        else:
            self.place(word, number, group)

    def place(self, word: str, number: int | None, group: Group) -> None:
        """Obey a control word about groups and paragraphs."""
        is_starred, group.starred = group.starred, False
        if word == "stylesheet":
            group.kind = "styles"
        elif word == "s" and group.kind in ("style", "styles"):
            group.kind, self.style, self.aside = "style", number or 0, []
        elif word == "info":
            group.kind = "silent"
        elif word in ("author", "title") and group.kind == "silent" and len(self.stack) > 2:
            group.kind, self.field_name = "info", word
            self.aside = []
        elif word in ("yr", "mo", "dy") and group.kind == "silent":
            self.info.setdefault(word, str(number))
        elif word in ("listtext", "pntext"):
            group.kind, self.aside = "marker", []
        elif word == "footnote":
            group.kind, self.aside = "footnote", []
        elif word == "annotation":
            self.n_comments += group.kind != "silent"
            group.kind = "silent"
        elif word in SILENT or (is_starred and word not in STARRED_TEXT):
            group.kind = "silent"
        elif group.kind == "text":
            self.layout(word, number)
        elif group.kind == "footnote" and word == "par":
            self.aside.append(" ")

    def layout(self, word: str, number: int | None) -> None:
        """Obey a control word about the paragraph, its list or its table."""
        if word in ("par", "sect", "page"):
            self.paragraph()
        elif word == "pard":
            self.now = Paragraph(marker=self.now.marker if not "".join(self.text).strip() else "")
        elif word == "s":
            self.now.style = number or 0
        elif word == "outlinelevel":
            self.now.outline = number
        elif word == "ilvl":
            self.now.level = min(max(number or 0, 0), 8)
        elif word == "intbl":
            self.now.in_table = True
        elif word in ("cell", "nestcell"):
            self.cells.append(folded("".join(self.text)).replace("\n", " "))
            self.text.clear()
        elif word in ("row", "nestrow"):
            self.end_row()

    def close(self) -> None:
        """Leave a group."""
        if len(self.stack) == 1:
            return
        group = self.stack.pop()
        if group.kind == self.stack[-1].kind:
            return
        text = "".join(self.aside)
        if group.kind == "style":
            self.styles[self.style] = text.strip().rstrip(";")
        elif group.kind == "info":
            self.info[self.field_name] = text
        elif group.kind == "marker":
            self.now.marker = text.strip() or "•"
        elif group.kind == "footnote" and folded(text):
            self.footnotes.append(folded(text))
        else:
            return
        self.aside = []

    def end_row(self) -> None:
        """End a table's row."""
        if any(self.cells):
            self.blocks.append(Block("row", " | ".join(self.cells).rstrip(" |")))
        self.cells.clear()

    def paragraph(self) -> None:
        """End a paragraph."""
        if self.now.in_table:  # a further paragraph of its cell
            self.text.append(" ")
            return
        text = folded("".join(self.text))
        self.text.clear()
        if text:
            block = self.block(text)
            self.blocks += [block] if block else []
        self.now.marker = ""

    def block(self, text: str) -> Block | None:
        """Build the block that a paragraph is by its style, list and outline level."""
        style, spaced = self.styles.get(self.now.style, ""), text.replace("\n", " ")
        if CODE.match(style):
            self.n_code += 1
            return None
        if self.now.marker:
            number = NUMBER.match(self.now.marker)
            return Block("item", spaced, self.now.level, f"{number[1]}." if number else "•")
        heading = HEADING.match(style)
        if heading or style.lower() == "title":
            return Block("heading", spaced, min(int(heading[1]), 6) if heading else 1)
        if self.now.outline is not None and 0 <= self.now.outline < BODY_LEVEL:
            return Block("heading", spaced, min(self.now.outline + 1, 6))
        if typed := TYPED.match(text):  # a list that some program wrote as plain paragraphs
            marker = f"{typed[1]}." if typed[1] else "•"
            return Block("item", spaced[typed.end() :], self.now.level, marker)
        return Block("paragraph", text, quoted=bool(QUOTE.match(style)))


def folded(text: str) -> str:
    """Fold white space but for the line breaks that the author set."""
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r" *\n *", "\n", re.sub(r"[^\S\n]+", " ", paired)).strip()


def read(raw: bytes, reading: Reading) -> Document:
    """Read an RTF document. Raises RefusedError for one without any text group."""
    start = raw.find(b"{\\rtf")
    if start < 0:
        raise RefusedError("broken", "it is no RTF document; open it, save it anew, and use that.")
    reader = Reader()
    reader.read(raw[start:].decode("latin-1"))
    notes = [Block("item", each, 0, f"{n}.") for n, each in enumerate(reader.footnotes, start=1)]
    blocks = [*reader.blocks, *([Block("heading", "Notes", 2)] if notes else []), *notes]
    heading = title_of(blocks)
    author = one_line(reader.info.get("author"))
    date = "-".join(reader.info.get(part, "").zfill(2) for part in ("yr", "mo", "dy"))
    counts = (
        ("comments-left-out", "Comments were left out", reader.n_comments),
        ("changes-accepted", "Tracked deletions were taken as done", reader.n_deleted),
    )
    told = [Note("note", code, f"{what}: {n}.") for code, what, n in counts if n]
    return Document(
        text=write(blocks),
        title=one_line(heading or reader.info.get("title")),
        author=author if reading.properties else None,
        submitted=iso_date(date) if reading.properties else None,
        notes=(*told, *code_note(reader.n_code)),
        names=(author,) if author else (),
        from_properties=reading.properties,
    )
