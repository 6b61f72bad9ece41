"""Mark an essay's abstract, references and appendix as quotes: what stands there nobody claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.ingest.blocks import Block

LIST_NAMES = (
    r"references?(?: list)?|list of references|reference list|bibliography|works cited|"
    r"works consulted|literature cited|sources(?: cited)?|citations"
)
NOTES = r"(?:foot|end)?notes"
# What stands above the text of any paper, and names none.
GENERIC = (
    rf"abstract|(?:table of )?contents|introduction|preface|foreword|background|summary|"
    rf"discussion|conclusions?|concluding remarks|acknowledge?ments?|appendix|appendices|{NOTES}|"
    rf"{LIST_NAMES}"
)


def named(names: str) -> re.Pattern[str]:
    """Build the pattern of a heading, marked or bare, that has one of these names and no other."""
    return re.compile(rf"(?:#{{1,6}} )?[*_]*(?:\d{{1,2}}[.)]? )?(?:{names})[*_]*:?", re.IGNORECASE)


REFERENCES = named(LIST_NAMES)
ABSTRACT = named("abstract")
GENERIC_NAME = named(GENERIC)
APPENDIX = re.compile(
    r"#{1,6} [*_]*append(?:ix|ices)\b.*|"
    r"[*_]*append(?:ix|ices)(?: (?:[A-Z]|\d{1,2}))?(?:\s?[:.—–-]\s.{0,100}[^.\s])?[*_]*:?",
    re.IGNORECASE,
)
# Bare lines behind a list of references that no entry is.
BEHIND_LIST = named(rf"{LIST_NAMES}|{NOTES}|acknowledge?ments?|(?:tables?|figures?)(?: \d{{1,2}})?")
BEHIND_APPENDIX = named(rf"{NOTES}|{LIST_NAMES}")
RUN_IN = re.compile(r"[*_]*(?:abstract|key ?words)[*_]*\s?[:—–]\s?[*_]*\s?\S.*", re.IGNORECASE)
KEYWORDS = re.compile(r"[*_]*key ?words\b", re.IGNORECASE)
ANY_HEADING = re.compile(r"#{1,6} ")
# An item, a row of a table, a quote or a heading: each is a block of its own.
OF_ITS_OWN = re.compile(r"\s*(?:[•*+–—-]|\(?\w{1,3}[.)]|#{1,6}|>+) |.* \| ")
SENTENCE_END = re.compile(r"[.!?…:;,][\"'”’»)\]*_]*$")
# An entry holds a year, an address or a DOI; half of the entries must.
ENTRY = re.compile(
    r"\b(?:1[5-9]|20)\d\d[a-z]?\b|https?://|www\.|\bdoi\b|n\.d\.|\bpp?\. ?\d", re.IGNORECASE
)
MIN_SHARE = 0.5
MAX_HEADING_WORDS = 12  # as the segment stage takes a bare line for a heading
MAX_ABSTRACT_WORDS = 300  # APA allows 250
MAX_ABSTRACT_SHARE = 0.5  # of an essay's words: more is the essay itself
FRONT = 0.25  # of an essay's words, where an abstract begins, and no appendix but in contents


class Part(NamedTuple):
    """Lines from `start` to before `end` that are no claims, and what they are part of."""

    kind: str
    start: int
    end: int


def marked(text: str) -> tuple[str, dict[str, int]]:
    """Put "> " before each entry of a list of references, ">> " before an abstract and appendix.

    Counts the entries ("references") and the paragraphs ("abstract", "appendix"). In ">> " people
    are looked for as in the author's own words: a transcript names those whom a source doesn't.
    """
    lines = text.split("\n")
    parts = [*abstracts(lines), *references(lines), *appendix(lines)]
    kinds = {n: part.kind for part in parts for n in range(part.start, part.end)}
    counts = dict.fromkeys((part.kind for part in parts), 0)
    done: list[str] = []
    for n, line in enumerate(lines):
        kind, before = kinds.get(n), kinds.get(n - 1)
        if not line.strip():
            done.append(line)
            continue
        begins = kind == "references" or not n or not lines[n - 1].strip() or of_its_own(lines, n)
        # Items stand line by line; as quotes each needs a blank line to be a block of its own.
        if (kind or before) and begins and done and done[-1].strip():
            done.append("")
        if kind is None or (kind == "appendix" and is_title(line)):
            done.append(line)
            continue
        counts[kind] += begins
        done.append(quoted(line, ">" if kind == "references" else ">>"))
    return "\n".join(done), {kind: count for kind, count in counts.items() if count}


def quoted(line: str, sign: str) -> str:
    """Write a line as one of a quote; of a heading only the words."""
    if sign == ">" and line.startswith(">"):
        return line
    return f"{sign} {re.sub(r'^(?:#{1,6}|>+) +', '', line.strip())}"


def of_its_own(lines: Sequence[str], n: int) -> bool:
    """Tell whether a line doesn't go on with the line right above it."""
    return any(OF_ITS_OWN.match(line) for line in lines[n - 1 : n + 1])


def is_title(line: str) -> bool:
    """Tell whether a line is an appendix's heading that doesn't ask anything."""
    return APPENDIX.fullmatch(line.strip()) is not None and "?" not in line


def is_heading(lines: Sequence[str], n: int) -> bool:
    """Tell whether a line is a marked heading, or could be one: short, alone, no sentence."""
    line = lines[n].strip()
    if ANY_HEADING.match(line):
        return True
    is_alone = not any(each.strip() for each in [*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2]])
    is_short = 0 < len(line.split()) <= MAX_HEADING_WORDS and not SENTENCE_END.search(line)
    if not is_alone or not is_short or OF_ITS_OWN.match(line) or line[0].islower():
        return False
    return any(lines[after].strip() for after in range(n + 1, len(lines)))


def n_words(lines: Iterable[str]) -> int:
    """Count the words of lines."""
    return sum(len(line.split()) for line in lines)


def abstracts(lines: Sequence[str]) -> list[Part]:
    """Find the abstract below its heading, and what "Abstract:" or "Keywords:" begins."""
    front = range(in_front(lines))
    found = [Part("abstract", n, n + 1) for n in front if is_run_in(lines[n])]
    heads = (n for n in front if ABSTRACT.fullmatch(lines[n].strip()))
    ends = ((start, abstract_end(lines, start + 1)) for start in heads)
    first = next((Part("abstract", n + 1, end) for n, end in ends if end > n + 1), None)
    found += [first] if first else []
    of_them = n_words(line for part in found for line in lines[part.start : part.end])
    return found if of_them <= MAX_ABSTRACT_SHARE * n_words(lines) else []


def is_run_in(line: str) -> bool:
    """Tell whether a line begins with "Abstract:" or "Keywords:"."""
    return RUN_IN.fullmatch(line.strip()) is not None


def abstract_end(lines: Sequence[str], start: int) -> int:
    """Return the line before which an abstract ends; `start` where there is none.

    It ends at a heading or with its keywords; where neither comes soon, with its first paragraph.
    What holds a list or a quote is none.
    """
    first = next((n for n in range(start, len(lines)) if lines[n].strip()), None)
    if first is None:
        return start
    for n in range(first, len(lines)):
        is_last = KEYWORDS.match(lines[n].strip()) is not None
        end = n + is_last
        if n_words(lines[first:end]) > MAX_ABSTRACT_WORDS:
            break
        if lines[n].strip() and (is_last or is_heading(lines, n)):
            return end if end > first else start
        if OF_ITS_OWN.match(lines[n]):
            return start
    return next((n for n in range(first, len(lines)) if not lines[n].strip()), len(lines))


def references(lines: Sequence[str]) -> list[Part]:
    """Find the last list of references of whose entries half look like one."""
    for n in reversed(range(len(lines))):
        if REFERENCES.fullmatch(lines[n].strip()):
            end = references_end(lines, n + 1)
            entries = [line for line in lines[n + 1 : end] if line.strip()]
            n_alike = sum(bool(ENTRY.search(line)) for line in entries)
            if entries and n_alike >= MIN_SHARE * len(entries):
                return [Part("references", n + 1, end)]
    return []


def references_end(lines: Sequence[str], start: int) -> int:
    """Return the line before which a list ends: a heading, or a bare one with no entry behind."""
    hard_end = next((n for n in range(start, len(lines)) if ends_list(lines[n])), len(lines))
    alike = [n for n in range(start, hard_end) if ENTRY.search(lines[n])]
    behind = range(max(alike, default=start) + 1, hard_end)
    return next((n for n in behind if is_heading(lines, n)), hard_end)


def ends_list(line: str) -> bool:
    """Tell whether a line is a marked heading, or a bare one that no entry can be."""
    bare = line.strip()
    patterns = (APPENDIX, BEHIND_LIST)
    return bool(ANY_HEADING.match(line)) or any(each.fullmatch(bare) for each in patterns)


def appendix(lines: Sequence[str]) -> list[Part]:
    """Find what stands below the first heading of an appendix, up to notes or references."""
    behind = range(in_front(lines), len(lines))
    start = next((n for n in behind if is_appendix(lines, n)), None)
    if start is None:
        return []
    after = range(start + 1, len(lines))
    ends = (n for n in after if BEHIND_APPENDIX.fullmatch(lines[n].strip()))
    return [Part("appendix", start, next(ends, len(lines)))]


def is_appendix(lines: Sequence[str], n: int) -> bool:
    """Tell whether a line is the heading of an appendix; above a bare one a line is blank."""
    line = lines[n].strip()
    begins = ANY_HEADING.match(line) or not n or not lines[n - 1].strip()
    return bool(begins and APPENDIX.fullmatch(line))


def in_front(lines: Sequence[str]) -> int:
    """Count the lines that begin in the first quarter of an essay's words."""
    whole, before = n_words(lines), 0
    for n, line in enumerate(lines):
        if before > FRONT * whole:
            return n
        before += len(line.split())
    return len(lines)


def title_of(blocks: Iterable[Block], deepest: int = 1) -> str | None:
    """Return the first heading that isn't a section's name such as "Introduction"."""
    heads = (each for each in blocks if each.kind == "heading" and each.level <= deepest)
    return next((each.text for each in heads if not is_generic(each.text)), None)


def is_generic(heading: str) -> bool:
    """Tell whether a heading names a section that any paper has."""
    return GENERIC_NAME.fullmatch(" ".join(heading.split())) is not None
