"""What somebody decided of names: `names.csv` in the private folder, which no run writes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.ingest.acting import is_english
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Note
from pipeline.ingest.mentions import DECIDED, PARTICLES, Judged, Mention, person_of
from pipeline.ingest.names import identity
from pipeline.ingest.redact import WORD, fold
from pipeline.runtime.files import write_whole
from pipeline.runtime.models import english_words
from pipeline.runtime.private import NAMES

REPLACED, KEPT = "replaced", "kept"  # as in review.csv, whose rows can be copied
WANTED = "the columns name and decision, which is replaced or kept"
WHY = f"decided in {NAMES}"
SHOWN = 5  # rows that one refusal tells of
# Between the words of a name; one line end is no end of a block, unless a mark of a list follows.
GAP = r"(?:(?:[^\S\n]|-)+|[^\S\n]*\n(?=\w))"


@dataclass(frozen=True)
class Decisions:
    """Names that are to be replaced, and names that are to stay, with their rows in the file."""

    replaced: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    @cached_property
    def staying(self) -> frozenset[str]:
        """Give the names that are to stay, in the form in which two spellings are equal."""
        return frozenset(map(identity, self.kept))

    @cached_property
    def words(self) -> frozenset[str]:
        """List the folded words of names that are to be replaced: no student may be called so."""
        return frozenset(word for name in self.replaced for word in words_of(name))

    @cached_property
    def surely(self) -> frozenset[str]:
        """List those of the words that stand for their person wherever they stand.

        Not a word of two names, and none that a dictionary has, such as a place's.
        """
        counts = Counter(word for name in self.replaced for word in words_of(name) if " " in name)
        english = english_words()
        twice = {word for word, n in counts.items() if n > 1}
        return frozenset(w for w in self.words - twice if not is_english(w, english))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds the names to be replaced, longer ones first.

        As they are written in the file, with capitals in front, and in capitals; in small letters
        only what is no English word, for "rose" may be a flower.
        """
        forms = {
            form
            for name in self.replaced
            for form in (name, name.title(), in_front(name), name.upper())
        }
        english = english_words()
        forms |= {
            name.lower()
            for name in self.replaced
            if not any(is_english(word, english) for word in words_of(name))
        }
        forms = {unicodedata.normalize(form, name) for name in forms for form in ("NFC", "NFD")}
        longest = sorted(forms, key=lambda name: (-len(name), name))
        either = "|".join(GAP.join(map(re.escape, name.split())) for name in longest)
        either = re.sub("['’]", "['’]", either)
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)")

    def on(self, text: str) -> bool:
        """Tell whether a text holds a name that is to be replaced."""
        return bool(self.replaced) and self.pattern.search(text) is not None

    def put(self, title: str, word_of: Mapping[str, str]) -> str:
        """Replace names in a title or group: by the word that stands for the person in texts.

        Whom no text names is told from others by a number.
        """
        if not self.replaced:
            return title
        numbers = {identity(name): n for n, name in enumerate(self.replaced, start=1)}

        def word(place: re.Match[str]) -> str:
            person = identity(named(place))
            return word_of.get(person) or f"[name {numbers.get(person, 0)}]"

        return self.pattern.sub(word, title)


NOTHING = Decisions()


def named(place: re.Match[str]) -> str:
    """Give a name as it was found, with a space between its words: "Ada-Quist" is "Ada Quist"."""
    return re.sub(r"[\s-]+", " ", place[0])


def read_decisions(path: Path) -> Decisions:
    """Read the decisions on names; where there is no file, nothing was decided.

    Raises UsageError when the file is no table with the columns, or a row decides nothing.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise UsageError(
            f"{path} can't be opened ({error.strerror}); close or delete it."
        ) from None
    text = decode(raw)[0].strip("\n")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        header, *lines = list(csv.reader(io.StringIO(text), delimiter=separator)) or [[]]
    except csv.Error as error:
        raise UsageError(f"{path} is not valid CSV ({error}); give it {WANTED}.") from None
    columns = [name.strip().lower() for name in header]
    if not {"name", "decision"} <= set(columns):
        came = f"has the columns {', '.join(columns)}" if any(columns) else "is empty"
        raise UsageError(f"{path} {came}; give it {WANTED}.")
    decided: dict[str, dict[str, int]] = {REPLACED: {}, KEPT: {}}
    wrong: list[tuple[int, str]] = []
    for row, cells in enumerate(lines, start=2):
        cell = dict(zip(columns, map(str.strip, cells), strict=False))
        name, decision = " ".join(cell.get("name", "").split()), cell.get("decision", "").lower()
        if not name and not decision:
            continue
        if decision not in decided or not WORD.search(name):
            told = f"the decision “{decision}”" if decision else "no decision"
            wrong.append((row, told if WORD.search(name) else "no name"))
        else:
            decided[decision].setdefault(name, row)
    if wrong:
        raise UsageError(refusal(path, wrong))
    found = Decisions(decided[REPLACED], decided[KEPT])
    both = [str(row) for name, row in found.replaced.items() if identity(name) in found.staying]
    if both:
        rows = f"row {both[0]}" if len(both) == 1 else f"rows {', '.join(both)}"
        raise UsageError(
            f"{path} wants the same name both replaced and kept ({rows}); delete one of its rows."
        )
    return found


def refusal(path: Path, wrong: Sequence[tuple[int, str]]) -> str:
    """Say which rows decide nothing, and what each has instead."""
    (row, came), *others = wrong
    more = "".join(f", row {n} {also}" for n, also in others[: SHOWN - 1])
    if len(wrong) > SHOWN:
        more += f", and {len(wrong) - SHOWN:,} more are like them"
    return (
        f"Row {row} of {path} has {came}{more}, where a name and replaced or kept are wanted; "
        f"mend or delete {'them' if others else 'it'}."
    )


def forget_words(path: Path, names: Iterable[str]) -> None:
    """Drop the decisions on a forgotten student's name, or on words of it alone, from the file.

    Raises UsageError as `read_decisions` does.
    """
    decisions, own = read_decisions(path), {word for name in names for word in words_of(name)}
    rows = [
        (name, decision)
        for decision, decided in ((REPLACED, decisions.replaced), (KEPT, decisions.kept))
        for name in decided
    ]
    rest = [row for row in rows if not own.issuperset(words_of(row[0]))]
    if len(rest) < len(rows):
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows([("name", "decision"), *rest])
        write_whole(path, written.getvalue())


def words_of(name: str) -> list[str]:
    """List the folded words of a name, without initials and the s of a genitive."""
    words = [fold(word) for word in WORD.findall(name)]
    return [word for word in words if len(word) > 1] or words


def in_front(name: str) -> str:
    """Write each word of a name with a capital in front, but for those such as "de"."""
    words = (word if word in PARTICLES else word[:1].upper() + word[1:] for word in name.split())
    return " ".join(words)


def decide(text: str, judged: Sequence[Judged], decisions: Decisions) -> list[Judged]:
    """Put what was decided over what was judged of one text, in the order of the places."""
    if not (decisions.replaced or decisions.kept):
        return list(judged)
    stays = [
        replace(one, is_replaced=False, why=WHY)
        if {person_of(one.mention), identity(text[one.mention.start : one.mention.end])}
        & decisions.staying
        else one
        for one in judged
    ]
    found = decisions.pattern.finditer(text) if decisions.replaced else ()
    asked = [
        Judged(Mention(place.start(), place.end(), named(place), DECIDED), True, WHY)
        for place in found
    ]
    hidden = [one.mention for one in stays if one.is_replaced]
    names = [one.mention for one in stays if one.why != WHY]
    asked = [
        widened(one, names)
        for one in asked
        if not any(holds(other, one.mention) for other in hidden)
    ]
    rest = [one for one in stays if not any(meets(one.mention, other.mention) for other in asked)]
    return sorted([*rest, *asked], key=lambda one: one.mention.start)


def widened(one: Judged, names: Sequence[Mention]) -> Judged:
    """Let a mention take in the names that it meets: no half of them may stay."""
    met = [one.mention, *(other for other in names if meets(one.mention, other))]
    start, end = min(each.start for each in met), max(each.end for each in met)
    return replace(one, mention=replace(one.mention, start=start, end=end))


def holds(outer: Mention, inner: Mention) -> bool:
    """Tell whether one mention lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


def meets(one: Mention, other: Mention) -> bool:
    """Tell whether two mentions have a place in common."""
    return one.start < other.end and other.start < one.end


def decision_notes(
    texts: Sequence[str], decisions: Decisions, is_ours: Callable[[str], bool]
) -> list[Note]:
    """Tell that names were decided on, and which can't be as decided: by rows, not by names.

    `is_ours` tells whether a name is a student's, which stays hidden.
    """
    if decisions == NOTHING:
        return []
    replaced, kept = len(decisions.replaced), len(decisions.kept)
    told = f"{NAMES} in the private folder decides on names: {replaced} replaced, {kept} kept."
    notes = [Note("note", "names", told)]
    rows = []
    for name, row in decisions.replaced.items():
        alone = Decisions({name: row})
        if not any(alone.on(text) for text in texts):
            rows.append(str(row))
    if rows:
        told = (
            f"{NAMES} wants names replaced that stand in no essay, or are a student's and replaced "
            f"anyway (row{'s' * (len(rows) != 1)} {', '.join(rows)}); write them as the essays do."
        )
        notes.append(Note("warning", "names-unseen", told))
    ours = [str(row) for name, row in decisions.kept.items() if is_ours(name)]
    if ours:
        told = (
            f"{NAMES} wants names kept that are a student's here, and stay hidden "
            f"(row{'s' * (len(ours) != 1)} {', '.join(ours)}); where such a word is no name, take "
            "it out of the file's name, or give a roster with the student's."
        )
        notes.append(Note("warning", "names-ours", told))
    return notes
