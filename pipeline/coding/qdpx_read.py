"""Read what people coded in a QDPX project, by whatever program wrote it."""

from __future__ import annotations

import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as Xml

from pipeline.coding.codes import MACHINE, Code, codebook, codings
from pipeline.coding.labels import Labels
from pipeline.coding.qdpx import SETS, TO_CODE, code_guid, guid
from pipeline.coding.spans import Places, Read, Span
from pipeline.errors import UsageError
from pipeline.tables import Tables

MAX_BYTES = 500_000_000  # of one member of the zip: no class writes so much
TEXT_LIKE = ".txt"
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
    is left out and told, codes by their names with how often. Raises UsageError for a file that is
    no such project.
    """
    root, texts = opened(path)
    codes, strange = codes_of(root, codebook(tables))
    users = {
        user.get("guid", "").lower(): user.get("name") or "coder" for user in all_of(root, "User")
    }
    places = Places(tables.segments)
    problems: list[str] = []
    found: list[tuple[str, str, str, str]] = []
    missed: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for element in all_of(root, "TextSource"):
        source = source_of(element, texts, tables)
        if source is None:
            name = element.get("name")
            problems.append(f"source {name!r} is no essay of this run; its codings are left out")
            continue
        if whole := len(children(element, "Coding")):
            missed["codings of whole texts, which stand for no segment"] += whole
        for span in spans_of(element, source, users, codes, missed, path.stem):
            if span.dimension == UNKNOWN:
                unknown[strange.get(span.label, "not defined in it")] += 1
                continue
            segments = places.under(span.essay_id, span.start, span.end)
            if not segments:
                missed["selections outside of every segment"] += 1
            found += [(each, span.coder, span.dimension, span.label) for each in segments]
    problems += [f"{n:,} {what}" for what, n in missed.items()]
    return Read(codings(found), (*strangers(unknown), *problems))


def strangers(unknown: Counter[str]) -> list[str]:
    """Say in a sentence which codes the run doesn't have, how often each was given, what to do.

    The mark of a blind sample isn't meant as a code.
    """
    told = [(name, n) for name, n in unknown.most_common() if name.casefold() != TO_CODE.casefold()]
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
    try:
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            texts: dict[str, bytes] = {}
            qde = None
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
    except (
        OSError,
        zipfile.BadZipFile,
        Xml.ParseError,
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
                pair = (dimension, label) if dimension and label else labels.anywhere(name)
                if pair:
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
    missed: Counter[str],
    default: str,
) -> Iterator[Span]:
    """Yield the codings of a source with offsets of the essay, but for the machine's.

    One with a code that isn't in `codes` has the dimension UNKNOWN and the code's id as label.
    """
    selections = children(element, "PlainTextSelection")
    move = Mover(source, selections)
    machine = guid("coder", MACHINE)
    for selection in selections:
        start, end = move(selection)
        for coding in children(selection, "Coding"):
            user = (coding.get("creatingUser") or selection.get("creatingUser") or "").lower()
            coder = users.get(user, default)
            if plain_guid(user) == machine or coder == MACHINE:
                continue
            for reference in children(coding, "CodeRef"):
                key = plain_guid(reference.get("targetGUID"))
                if key in codes:
                    if start < 0:
                        missed["selections whose text the essay doesn't have"] += 1
                        continue
                    yield Span(source.essay_id, start, end, coder, *codes[key])
                else:
                    yield Span(source.essay_id, start, end, coder, UNKNOWN, key)


class Mover:
    """Turn a selection's offsets into those of the essay; -1, -1 where its text isn't there.

    Some programs count UTF-16 units instead of code points, or a line end as two characters: the
    names of selections, which often are their text, tell which.
    """

    def __init__(self, source: Source, selections: list[Xml.Element]) -> None:
        self.text, self.essay_text = source.text, source.essay_text
        self.units = units(self.text) if max(map(ord, self.text), default=0) > 0xFFFF else None
        pairs = [(offsets(each), each.get("name") or "") for each in selections]
        self.by_units = self.units is not None and self._fits(pairs, True) > self._fits(
            pairs, False
        )
        self.kept = [place for place, letter in enumerate(self.text) if letter not in "\r\ufeff"]
        self.same = (
            "".join(self.text[place] for place in self.kept).rstrip() == self.essay_text.rstrip()
        )

    def _fits(self, pairs: list[tuple[tuple[int, int], str]], by_units: bool) -> int:
        return sum(
            int(
                bool(name) and " ".join(self._cut(*place, by_units).split()).startswith(name[:SURE])
            )
            - int(place[1] > (self.units[-1] if by_units and self.units else len(self.text)))
            for place, name in pairs
        )

    def _cut(self, start: int, end: int, by_units: bool) -> str:
        if by_units and self.units is not None:
            start, end = bisect_left(self.units, start), bisect_left(self.units, end)
        return self.text[start:end]

    def __call__(self, selection: Xml.Element) -> tuple[int, int]:
        """Return start and end in code points of the essay."""
        start, end = offsets(selection)
        if self.by_units and self.units is not None:
            start, end = bisect_left(self.units, start), bisect_left(self.units, end)
        if self.same:
            return bisect_left(self.kept, start), bisect_left(self.kept, end)
        wanted = self.text[start:end].replace("\r", "").strip()
        places = list(found_at(self.essay_text, wanted)) if wanted else []
        if not places:
            return -1, -1
        nearest = min(places, key=lambda place: abs(place - start))
        return nearest, nearest + len(wanted)


SURE = 20  # letters of a selection's name that must agree with its text


def offsets(selection: Xml.Element) -> tuple[int, int]:
    """Read a selection's offsets; 0, 0 where they are no numbers."""
    try:
        return int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
    except ValueError:
        return 0, 0


def units(text: str) -> list[int]:
    """Give the UTF-16 offset of each code point, and of the end."""
    places = [0]
    for letter in text:
        places.append(places[-1] + (2 if ord(letter) > 0xFFFF else 1))
    return places


def found_at(text: str, wanted: str) -> Iterator[int]:
    """Yield each place of a passage in a text."""
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)
