"""Read what people coded in a QDPX project, by whatever program wrote it."""

from __future__ import annotations

import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as Xml

from pipeline.coding.codes import MACHINE, Code, codebook, codings, machine
from pipeline.coding.labels import Labels, plain
from pipeline.coding.qdpx import SETS, TO_CODE, code_guid, guid, titled
from pipeline.coding.spans import Places, Read, Span
from pipeline.errors import UsageError
from pipeline.tables import Tables

MAX_BYTES = 500_000_000  # of one member of the zip: no class writes so much
TEXT_LIKE = ".txt"
SHOWN = 60  # characters of a line that is no XML
UNKNOWN = "unknown"  # the dimension of a code that the run doesn't have


@dataclass(frozen=True)
class Source:
    """A text of the project: its essay, and a way from its offsets to the essay's."""

    essay_id: str
    text: str
    essay_text: str


def read_qdpx(path: Path, tables: Tables) -> Read:
    """Read the codings of every user but the machine, put onto the run's segments.

    Sources are found by their id, name or text, codes by their id or name. What isn't understood
    is left out and told, codes by their names with how often. QualCoder goes on under the first
    name of a project: in a blind sample what stands under the machine's name counts as by whom the
    file is named. Raises UsageError for a file that is no such project.
    """
    root, texts = opened(path)
    codes, strange = codes_of(root, codebook(tables))
    users = {plain_guid(u.get("guid")): u.get("name") or "coder" for u in all_of(root, "User")}
    users[guid("coder", MACHINE)] = MACHINE
    places = Places(tables.segments)
    problems: list[str] = []
    spans: list[Span] = []
    missed: Counter[str] = Counter()
    for element in all_of(root, "TextSource"):
        source = source_of(element, texts, tables)
        if source is None:
            name = element.get("name")
            problems.append(f"source {name!r} is no essay of this run; its codings are left out")
            continue
        if whole := len(children(element, "Coding")):
            missed["codings of whole texts, which stand for no segment"] += whole
        spans += spans_of(element, source, users, codes, path.stem)
    theirs = {
        (segment, span.coder, span.dimension, span.label)
        for span in spans
        if span.coder == MACHINE and span.dimension != UNKNOWN
        for segment in places.under(span.essay_id, span.start, span.end)
    }
    given = set(machine(tables).itertuples(index=False, name=None))
    blind = any(map(is_mark, strange.values())) and 2 * len(theirs & given) < len(given)
    found: list[tuple[str, str, str, str]] = []
    unknown: Counter[str] = Counter()
    for span in spans:
        if span.coder == MACHINE and not blind:
            continue
        if span.dimension == UNKNOWN:
            unknown[strange.get(span.label, "not defined in it")] += 1
            continue
        if span.start < 0:
            missed["selections whose text the essay doesn't have"] += 1
            continue
        segments = places.under(span.essay_id, span.start, span.end)
        if not segments:
            missed["selections outside of every segment"] += 1
        coder = path.stem if span.coder == MACHINE else span.coder
        found += [(each, coder, span.dimension, span.label) for each in segments]
    problems += [f"{n:,} {what}" for what, n in missed.items()]
    if theirs and blind:
        problems.append(
            f"{len(theirs):,} codings under the name {MACHINE}, which gave none in a sample, count "
            f"as those of {path.stem}"
        )
    elif theirs - given and not found:
        problems.append(
            f"{len(theirs - given):,} codings under the name {MACHINE} aren't what the program "
            "gave; who coded under it (QualCoder does, until you choose a name) must be called "
            "otherwise there, then export it again"
        )
    return Read(codings(found), (*strangers(unknown), *problems))


def is_mark(name: str) -> bool:
    """Tell whether a code is the mark of a blind sample, which isn't meant as a code."""
    return name.casefold() == TO_CODE.casefold()


def strangers(unknown: Counter[str]) -> list[str]:
    """Say in a sentence which codes the run doesn't have, how often each was given, what to do."""
    told = [(name, n) for name, n in unknown.most_common() if not is_mark(name)]
    if not told:
        return []
    each = ", ".join(f"{name!r} {n:,}" for name, n in told)
    return [
        f"codes that this run doesn't have are left out, with their number of codings: {each}; to "
        "keep one, add a theme of its name to the codebook (crosscurrent codebook), run with "
        "--codebook, and import again"
    ]


def opened(path: Path) -> tuple[Xml.Element, dict[str, bytes]]:
    """Open a project: its XML and its texts by name. Raises UsageError when that can't be done."""
    qde = None
    try:
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            texts: dict[str, bytes] = {}
            for info in archive.infolist():
                name = info.filename.replace("\\", "/").rsplit("/", 1)[-1]
                wanted = name.lower().endswith((".qde", TEXT_LIKE))
                if not wanted:
                    continue
                if info.file_size > MAX_BYTES:
                    raise UsageError(f"{path} holds {name} of {info.file_size:,} bytes; split it.")
                if name.lower().endswith(".qde"):
                    qde = archive.read(info)
                else:
                    texts[name.lower()] = archive.read(info)
        if qde is None:
            raise UsageError(f"{path} holds no project (.qde); export it as REFI-QDA project.")
        return Xml.fromstring(qde), texts
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {path}; give a CSV, XLSX or QDPX that exists."
        ) from None
    except Xml.ParseError as broken:
        line = broken.position[0]
        words = (qde or b"").splitlines()[line - 1 : line]
        shown = b"".join(words).decode(errors="replace").strip()[:SHOWN]
        raise UsageError(
            f"{path} can't be read as a REFI-QDA project: line {line} of it is no XML: {shown!r}. "
            "QualCoder writes an annotation with & or < so: write it with a word, and "
            "export it again as QDPX."
        ) from broken
    except (
        OSError,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
    ) as broken:
        raise UsageError(
            f"{path} can't be read as a REFI-QDA project ({type(broken).__name__}); "
            "export it again as QDPX."
        ) from broken


def all_of(root: Xml.Element, name: str) -> Iterator[Xml.Element]:
    """Yield the elements of a name, whatever their namespace's version."""
    return (each for each in root.iter() if each.tag.rsplit("}", 1)[-1] == name)


def children(element: Xml.Element, name: str) -> list[Xml.Element]:
    """List the direct children of a name."""
    return [each for each in element if each.tag.rsplit("}", 1)[-1] == name]


def plain_guid(value: str | None) -> str:
    """Write an id as ours are written: lower case, without braces."""
    return (value or "").strip("{}").lower()


def codes_of(
    root: Xml.Element, codes: list[Code]
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Map the project's ids of codes to dimension and label; the others to their names."""
    labels = Labels(codes)
    titles = {plain(title): pair for pair, title in titled(codes).items()}
    called = [(code, name) for code in codes for name in code.formerly]
    called += [(code, code.name) for code in codes]
    ours = {code_guid(code.dimension, name): (code.dimension, code.label) for code, name in called}
    known: dict[str, tuple[str, str]] = {}
    strange: dict[str, str] = {}

    def walk(element: Xml.Element, dimension: str | None) -> None:
        for code in children(element, "Code"):
            key, name = plain_guid(code.get("guid")), code.get("name") or ""
            below = next(
                (d for d, title in SETS.items() if title.casefold() == name.casefold()), None
            )
            if key in ours:
                known[key] = ours[key]
            elif below is None:
                label = labels.find(dimension, name) if dimension else None
                pair = (dimension, label) if dimension and label else titles.get(plain(name))
                pair = pair or labels.anywhere(name)
                if pair and not is_mark(name):
                    known[key] = pair
                else:
                    strange[key] = name
            walk(code, below or dimension)

    for top in all_of(root, "Codes"):
        walk(top, None)
    return known, strange


def source_of(element: Xml.Element, texts: dict[str, bytes], tables: Tables) -> Source | None:
    """Find the essay that a source is, by id, name or text; None when it is none."""
    (content,) = [c.text or "" for c in children(element, "PlainTextContent")] or [""]
    name = (element.get("plainTextPath") or "").rsplit("/", 1)[-1].lower()
    if name in texts:
        content = texts[name].decode("utf-8-sig", errors="replace")
    essays = dict(zip(tables.essays["essay_id"], tables.essays["text"], strict=True))
    by_guid = {guid("source", essay): essay for essay in essays}
    key = plain_guid(element.get("guid"))
    title = (element.get("name") or "").removesuffix(TEXT_LIKE)
    same = flat(content)
    essay_id = by_guid.get(key) or (title if title in essays else None)
    if essay_id is None and same:
        essay_id = next((e for e, text in essays.items() if flat(text) == same), None)
    if essay_id is None:
        return None
    return Source(essay_id, content or essays[essay_id], essays[essay_id])


def flat(text: str) -> str:
    """Return a text without white space, for comparison."""
    return "".join(text.split())


def spans_of(
    element: Xml.Element,
    source: Source,
    users: dict[str, str],
    codes: dict[str, tuple[str, str]],
    default: str,
) -> Iterator[Span]:
    """Yield the codings of a source with offsets of the essay, -1 where it lacks their text.

    One with a code that isn't in `codes` has the dimension UNKNOWN and the code's id as label.
    """
    selections = children(element, "PlainTextSelection")
    move = Mover(source, selections)
    for selection in selections:
        start, end = move(selection)
        for coding in children(selection, "Coding"):
            user = coding.get("creatingUser") or selection.get("creatingUser")
            coder = users.get(plain_guid(user), default)
            for reference in children(coding, "CodeRef"):
                key = plain_guid(reference.get("targetGUID"))
                yield Span(source.essay_id, start, end, coder, *codes.get(key, (UNKNOWN, key)))


class Mover:
    """Turn a selection's offsets into those of the essay; -1, -1 where its text isn't there.

    Some programs count UTF-16 units instead of code points, and of a line end of two characters
    both (NVivo) or one (QualCoder, ATLAS.ti): the names of selections, which often are their text,
    tell which.
    """

    def __init__(self, source: Source, selections: list[Xml.Element]) -> None:
        self.text = "".join(letter for letter in source.text if letter not in UNSEEN)
        self.essay_text = source.essay_text
        self.same = self.text.rstrip() == self.essay_text.rstrip()
        pairs = [(offsets(each), " ".join((each.get("name") or "").split())) for each in selections]
        units = (False, True) if max(map(ord, source.text), default=0) > 0xFFFF else (False,)
        returns = (True, False) if "\r" in source.text else (True,)
        ways = [counted(source.text, *way) for way in product(units, returns)]
        self.places = max(ways, key=lambda places: self._fits(pairs, places))

    def _fits(self, pairs: list[tuple[tuple[int, int], str]], places: list[int]) -> int:
        return sum(
            int(bool(name) and " ".join(self._cut(*place, places).split()).startswith(name[:SURE]))
            - int(place[1] > places[-1])
            for place, name in pairs
        )

    def _cut(self, start: int, end: int, places: list[int]) -> str:
        return self.text[bisect_left(places, start) : bisect_left(places, end)]

    def __call__(self, selection: Xml.Element) -> tuple[int, int]:
        """Return start and end in code points of the essay."""
        start, end = (bisect_left(self.places, place) for place in offsets(selection))
        if self.same:
            return start, min(end, len(self.text))
        wanted = self.text[start:end].strip()
        places = list(found_at(self.essay_text, wanted)) if wanted else []
        if not places:
            return -1, -1
        nearest = min(places, key=lambda place: abs(place - start))
        return nearest, nearest + len(wanted)


UNSEEN = "\r\ufeff"  # what an essay's text doesn't have
SURE = 20  # letters of a selection's name that must agree with its text


def offsets(selection: Xml.Element) -> tuple[int, int]:
    """Read a selection's offsets; 0, 0 where they are no numbers."""
    try:
        return int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
    except ValueError:
        return 0, 0


def counted(text: str, by_units: bool, with_returns: bool) -> list[int]:
    """Give the offset of each letter but the unseen, and of the end, as a program counts them."""
    places, place = [], 0
    for letter in text:
        if letter not in UNSEEN:
            places.append(place)
        if with_returns or letter != "\r":
            place += 2 if by_units and ord(letter) > 0xFFFF else 1
    return [*places, place]


def found_at(text: str, wanted: str) -> Iterator[int]:
    """Yield each place of a passage in a text."""
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)
