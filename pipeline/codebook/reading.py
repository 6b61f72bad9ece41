"""Read a codebook, and refuse a wrong one with the line on which it is wrong."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from pipeline.codebook.model import Codebook, Part, TensionEntry, ThemeEntry
from pipeline.errors import UsageError

MOST_BYTES = 20_000_000
TABLE = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]?\]")
KEY = re.compile(r"^\s*\"?([\w-]+)\"?\s*=")
KNOWN = {
    ("theme",): tuple(ThemeEntry.model_fields),
    ("tension",): tuple(TensionEntry.model_fields),
    ("theme", "split"): tuple(Part.model_fields),
    (): tuple(Codebook.model_fields),
}
SHOWN = 40  # letters of a wrong value
# What a key takes, by the name of pydantic's complaint.
WANTED = {
    "string": 'a text in quotation marks, such as "trust"',
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "tuple": 'a list, such as ["trust", "control"]',
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "string_too_short": "a text of {min_length} letter or more",
    "string_too_long": "at most {max_length} letters long",
    "model": "a table of its own, such as [[theme]]",
}
# What is often wrong in a line that is no TOML, and what to do.
ADVICE = (
    (re.compile(r"=\s*(?:yes|no|on|off|True|False)\b"), "write true or false, in small letters"),
    (re.compile(r"[=\[,]\s*[“”„«‘’']"), 'write straight double marks, as in "trust"'),
    (re.compile(r'^[^"]*(?:"[^"]*"[^"]*)*"[^"]*$'), "close the quotation marks in the same line"),
)
PACKED = b"PK"  # a zip, as workbooks and documents are
Place = tuple[str | int, ...]  # ("theme", 2, "name"): a key of the third theme


def read_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises UsageError with the file's line for what is no TOML, an unknown key, a wrong type, a
    phrase of more than five words, an id or a name that two have, an unknown id, or merges in a
    circle.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large for a codebook; give the TOML file of one.")
        content = path.read_bytes()
        if content.startswith(PACKED):
            raise UsageError(
                f"{path} is a workbook, a document or a zip, and no codebook; give the TOML file "
                "that crosscurrent codebook writes."
            )
        text = content.decode("utf-8-sig")
    except OSError:
        raise UsageError(
            f"There is no codebook {path} that can be read; write one with crosscurrent codebook."
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} isn't saved as UTF-8; save it so and try again.") from None
    return parsed(text.replace("\r\n", "\n"), path.name)


def parsed(text: str, name: str) -> Codebook:
    """Read the text of a codebook that messages call `name`. Raises UsageError as above."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        line = re.search(r"line (\d+)", str(broken))
        what = re.sub(r"\s*\(at .*\)$", "", str(broken)) or "it is nested too deeply"
        rows = text.rstrip().split("\n")
        ends = "end of document" in str(broken)
        number = int(line[1]) if line else len(rows) if ends else 0
        where = f"line {number}" if number else "at its end"
        words = rows[number - 1] if 0 < number <= len(rows) else ""
        mend = next((advice for sign, advice in ADVICE if sign.search(words)), "mend that line")
        raise UsageError(
            f"{name}, {where}, is no TOML ({what[:1].lower()}{what[1:]}); {mend}."
        ) from None
    lines = located(text)
    try:
        book = Codebook.model_validate(content)
    except ValidationError as wrong:
        refuse_field(wrong, lines, name)
    for place, message in problems(book):
        refuse(name, line_of(lines, place), message)
    return book


def located(text: str) -> dict[Place, int]:
    """Map each table and key to its line, from 1."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if table := TABLE.match(line):
            here = ()
            words = table[1].split(".")
            for depth, word in enumerate(words):
                here = (*here, word)
                if depth == len(words) - 1:
                    counts[here] = counts.get(here, -1) + 1
                here = (*here, counts.get(here, 0))
            lines.setdefault(here, number)
        elif key := KEY.match(line):
            lines.setdefault((*here, key[1]), number)
    return lines


def line_of(lines: dict[Place, int], place: Place) -> int:
    """Find the line of a place, or of what holds it."""
    while place and place not in lines and (*place, 0) not in lines:
        place = place[:-1]
    return lines.get(place) or lines.get((*place, 0), 1)


def refuse(name: str, line: int, message: str) -> NoReturn:
    """Raise the UsageError for a line."""
    raise UsageError(f"{name}, line {line}: {message}")


def refuse_field(wrong: ValidationError, lines: dict[Place, int], name: str) -> NoReturn:
    """Refuse the first field that is wrong, in the order of lines."""
    # Where a key may be a number or a list, errors of the kind that it isn't say nothing.
    strange = {"int_type": (list,), "tuple_type": (int,)}
    found = wrong.errors()
    errors = [e for e in found if not isinstance(e["input"], strange.get(e["type"], ()))] or found
    placed = [(line_of(lines, cleaned(error["loc"])), error) for error in errors]
    line, error = min(placed, key=lambda pair: pair[0])
    place = cleaned(error["loc"])
    key = next((str(word) for word in reversed(place) if isinstance(word, str)), "the codebook")
    owner = "theme" if "theme" in place else "tension" if "tension" in place else "codebook"
    if error["type"] == "extra_forbidden":
        table = tuple(str(word) for word in place[:-1] if isinstance(word, str))
        known = KNOWN.get(table, KNOWN[()])
        near = get_close_matches(key, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}."
        refuse(name, line, f"a {owner} has no key {key!r}; {hint}")
    if error["type"] == "missing":
        refuse(name, line, f"this {owner} has no {key}; add {key} = ...")
    if error["type"] == "value_error":
        refuse(name, line, f"{key} is refused: {error['ctx']['error']!s}; mend it.")
    if error["type"] == "string_pattern_mismatch":
        refuse(name, line, f"the id {error['input']!r} is refused; use letters and digits, as t01.")
    kind = error["type"].removesuffix("_type").removesuffix("_parsing")
    want = WANTED.get(kind, "as docs/codebook.md says").format_map(error.get("ctx", {}))
    refuse(name, line, f"{key} is {shown(error['input'])}; it should be {want}.")


def shown(value: object) -> str:
    """Write a value of a codebook as TOML does, as far as it's short."""
    words = "a table" if isinstance(value, dict) else json.dumps(value, default=str)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]} ..."


def cleaned(loc: tuple[str | int, ...]) -> Place:
    """Leave out the words that pydantic adds for one of several types."""
    return tuple(word for word in loc if isinstance(word, int) or re.fullmatch(r"\w+", word))


def problems(book: Codebook) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong between entries, with its place."""
    kinds: dict[str, tuple[ThemeEntry | TensionEntry, ...]] = {
        "theme": book.theme,
        "tension": book.tension,
    }
    for kind, entries in kinds.items():
        ids: dict[str, int] = {}
        names: dict[str, str] = {}
        for place, entry in enumerate(entries):
            here: Place = (kind, place)
            key = entry.id.casefold()
            if key in ids:
                yield (*here, "id"), f"two {kind}s have the id {entry.id!r}; give one another id."
            ids[key] = place
            where = (*here, "name" if kind == "theme" else "pole_a")
            yield from twice(names, entry.name, entry.id, kind, where)
            parts = getattr(entry, "split", ())
            for number, part in enumerate(parts if isinstance(parts, tuple) else ()):
                here_too = (*here, "split", number, "name")
                yield from twice(names, part.name, f"a part of {entry.id}", kind, here_too)
    yield from part_problems(book)
    yield from merge_problems(book)
    for place, entry in enumerate(book.tension):
        if entry.pole_a.casefold() == entry.pole_b.casefold():
            yield ("tension", place, "pole_b"), "both poles are the same; name two that differ."
        if both := {p.casefold() for p in entry.phrases_a} & {
            p.casefold() for p in entry.phrases_b
        }:
            yield (
                ("tension", place, "phrases_b"),
                f"{sorted(both)[0]!r} stands at both poles; leave it at one.",
            )


def twice(
    names: dict[str, str], name: str, owner: str, kind: str, place: Place
) -> Iterator[tuple[Place, str]]:
    """Yield a problem where a name was there before, and note it."""
    key = " ".join(name.casefold().split())
    if key in names:
        yield place, f"the name {name!r} is that of {names[key]}, too; give one {kind} another."
    names[key] = owner


def part_problems(book: Codebook) -> Iterator[tuple[Place, str]]:
    """Yield parts of split themes whose ids are those of other themes or parts."""
    owners = {entry.id.casefold(): f"the theme {entry.id}" for entry in book.theme}
    for place, entry in enumerate(book.theme):
        for part in entry.parts:
            if owner := owners.get(part.casefold()):
                yield (
                    ("theme", place, "id"),
                    f"a part of {entry.id!r} would have the id {part!r}, which {owner} has; give "
                    "one of them another id.",
                )
            owners[part.casefold()] = f"a part of {entry.id}"


def merge_problems(book: Codebook) -> Iterator[tuple[Place, str]]:
    """Yield merges into what isn't there, and the first that closes a circle."""
    into = {entry.id: entry.merge_into for entry in book.theme}
    for place, entry in enumerate(book.theme):
        here: Place = ("theme", place, "merge_into")
        if entry.merge_into is None:
            continue
        if entry.merge_into not in into:
            near = get_close_matches(entry.merge_into, list(into), n=1, cutoff=0)
            hint = f"the nearest is {near[0]!r}" if near else "there is none"
            yield here, f"there is no theme with the id {entry.merge_into!r}; {hint}."
            return
    for place, entry in enumerate(book.theme):
        path, following = [entry.id], entry.merge_into
        while following and following not in path:
            path.append(following)
            following = into[following]
        if following:
            way = " -> ".join([*path, following])
            yield ("theme", place, "merge_into"), f"the merges go in a circle ({way}); end one."
            return
