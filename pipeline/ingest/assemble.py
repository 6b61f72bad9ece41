"""Entries to tables: pseudonyms given, names replaced, notices written."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
from textwrap import shorten
from typing import Any, NamedTuple

import pandas as pd

from pipeline.ingest.decisions import KEPT, NOTHING, REPLACED, Decisions, decision_notes
from pipeline.ingest.document import Note
from pipeline.ingest.drafts import FEW_WORDS
from pipeline.ingest.entries import Entry, names_of, rows_of, told, words_of_names
from pipeline.ingest.joining import Matches
from pipeline.ingest.language import count_words, foreign_paragraphs, language
from pipeline.ingest.marks import Marks, marks_of, without_marks
from pipeline.ingest.names import WAYS, identity
from pipeline.ingest.near_names import near_names, near_note, near_problems
from pipeline.ingest.persons import Plan, applied, only_decided, plan
from pipeline.ingest.pseudonyms import essay_ids, pseudonyms
from pipeline.ingest.redact import WORD, Names, Replacement, fold, redact
from pipeline.ingest.roster import Roster, why_no_grouping
from pipeline.runtime.models import Spans, name_spans
from pipeline.settings import IngestSettings
from pipeline.tables import Essays, Notices, frame
from pipeline.tables import Roster as RosterTable

STAGE = "ingest"
NAMED = "it tells who somebody is"
UNKNOWN = "a capital letter, times: {}"  # a word that is perhaps a name
MOSTLY = 0.5  # of the essays, beyond which what is said of each is said once
SHOWN = 60  # letters of a column's name
MIN_TITLE_NAME = 3  # letters of a name that a cohort's title may not hold
WHOLE = re.compile(r"-?\d+(?:\.0+)?")
STRAYS = 0.1  # of the students with several essays, up to which those in two groups are slips


@dataclass(frozen=True)
class Ingested:
    """What was read, as data frames; `sources`, `replacements`, `roster_problems` are private.

    essays, roster and notices are valid by `pipeline.tables`. sources: essay_id, path relative to
    the source, code (one row a file; a file that became no essay has a code and no essay_id).
    replacements: essay_id, kind, original, replacement. review: essay_id, name, decision, why: all
    that looked like the name of somebody outside the cohort. authors: author (pseudonym), name.
    roster_problems: sentences with file names, for the terminal. title: the cohort's, from its
    folder; never one that names a person.
    """

    essays: pd.DataFrame
    roster: pd.DataFrame
    notices: pd.DataFrame
    sources: pd.DataFrame
    replacements: pd.DataFrame
    review: pd.DataFrame
    authors: pd.DataFrame
    roster_problems: list[str]
    title: str = "Essays"

    def with_essays(self, laid: Callable[[Sequence[pd.DataFrame]], pd.DataFrame]) -> Ingested:
        """Return the same with its essays as `laid` gives them, such as at rest on the disk."""
        return replace(self, essays=laid([self.essays]))

    def private(self) -> dict[str, pd.DataFrame]:
        """Return the frames that only the private folder may hold, by name."""
        return {
            "sources": self.sources,
            "replacements": self.replacements,
            "review": self.review,
            "authors": self.authors,
        }


@dataclass(frozen=True)
class Leftover:
    """A document that became no essay, why, and the path of the essay that its note names."""

    number: int
    path: str
    kind: str
    note: Note
    essay: str | None = None


@dataclass(frozen=True)
class Remark:
    """A note about an essay beside its document's own, and the path of one that it names."""

    path: str
    note: Note
    essay: str | None = None


def build(
    ordered: list[Entry],
    leftovers: Mapping[str, Leftover],
    table: Roster,
    matches: Matches,
    notes: list[Note],
    settings: IngestSettings,
    key: bytes,
    *,
    title: str = "Essays",
    remarks: Sequence[Remark] = (),
    absent: Iterable[str] = (),
    spans: Spans = name_spans,
    decisions: Decisions = NOTHING,
) -> Ingested:
    """Build the tables of a cohort from its entries in their final order.

    `absent` are names of authors without an essay, beside those that the roster has; `decisions`
    are on names of people outside the cohort.
    """
    authors = {*absent, *(row.author for row in table.rows if row.author)}
    missing = sorted(authors, key=lambda name: (identity(name), name))
    hidden = words_of_names(ordered, missing)
    known = {each.author for each in ordered} | {identity(name) for name in missing}
    stand_in = pseudonyms(known, key, avoided=hidden, spoken_for=decisions.words)
    ids = essay_ids({each.path: stand_in[each.author] for each in ordered}, key, rows_of(ordered))
    users = (each.origin.user for each in ordered if each.origin and each.origin.user)
    written = (name for each in ordered for name in each.guessed)
    written_texts = (each.document.text for each in ordered)
    marks = marks_of(told(ordered, table.rows), (*users, *written), written_texts)
    names, n_phrases = names_of(ordered, missing, stand_in, marks.names)

    cohort = redacted(ordered, names, marks, stand_in)
    said = [essay.text for essay in cohort]
    taken = frozenset(word.lower() for word in stand_in.values()) | hidden
    if settings.third_persons:
        wrote = [each.author for each in ordered]
        people = plan(said, wrote, taken, settings.public_at, spans, decisions)
    else:
        people = only_decided(said, taken, decisions)
    rows, replaced, review = essay_rows(ordered, cohort, people, stand_in, ids, decisions)
    others = {one["original"] for one in replaced}

    def names_somebody(column: str) -> bool:
        plain, done = redact(column, names, (), "")
        return bool(done) or decisions.on(plain) or any(one in plain for one in others)

    def unnamed(value: Any) -> Any:
        return decisions.put(value, people.word_of) if isinstance(value, str) else value

    groups, group_notes = groupings(ordered, table, names, ids, settings.max_group_values)
    roster_rows = [
        {"essay_id": ids[each.path], "author": stand_in[each.author]}
        | {name: unnamed(values.get(each.path)) for name, values in groups.items()}
        for each in ordered
    ]
    near = near_names(each.author for each in ordered)
    cohort_notes = [
        *notes,
        *near_note(near),
        *author_notes(ordered),
        *column_notes(ordered, names_somebody),
        *phrase_note(n_phrases),
        *case_note(ordered),
        *group_notes,
        *decision_notes(said, decisions, names.are_in),
    ]
    short = short_notes(rows, settings)
    cohort_notes += [short[None]] if None in short else []
    own: dict[str, list[Note]] = defaultdict(list)
    for remark in remarks:
        own[remark.path].append(naming(remark.note, remark.essay, ids))
    notices = [
        *(notice(None, note) for note in cohort_notes),
        *(left_notice(left, ids) for left in sorted(leftovers.values(), key=attrgetter("number"))),
        *(
            notice(row["essay_id"], note)
            for each, row in zip(ordered, rows, strict=True)
            for note in [*each.document.notes, *essay_notes(each, row, short), *own[each.path]]
        ),
        *same_text_notices(rows),
    ]
    return Ingested(
        essays=frame(Essays, rows),
        roster=typed_roster(roster_rows),
        notices=frame(Notices, notices),
        sources=sources(ordered, ids, leftovers, matches),
        replacements=texts(replaced, ["essay_id", "kind", "original", "replacement"]),
        review=texts(review, ["essay_id", "name", "decision", "why"]),
        authors=texts(spoken_names(ordered, stand_in), ["author", "name"]),
        roster_problems=[*matches.problems(), *near_problems(near)],
        title="Essays" if decisions.on(title) else nameless(title, names, hidden),
    )


def texts(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Build a private frame of texts."""
    return pd.DataFrame(rows, columns=columns, dtype="str")


def spoken_names(ordered: list[Entry], stand_in: Mapping[str, str]) -> list[dict[str, str]]:
    """List each pseudonym with its author's name, then with all else that the author goes by.

    The first is the roster's spelling, or else the best that is known.
    """
    first: dict[str, str] = {}
    listed: dict[tuple[str, str], None] = {}
    for each in ordered:
        user = each.document.email or (each.origin.user if each.origin else None)
        names = [*each.stated, each.squashed, *each.guessed, user, each.author]
        listed |= {(stand_in[each.author], name): None for name in names if name}
        known = [name for name in names if name]
        if each.way == "roster" or stand_in[each.author] not in first:
            first[stand_in[each.author]] = known[0]
    order = dict.fromkeys([*sorted(first.items()), *listed])
    return [{"author": author, "name": name} for author, name in order]


def nameless(title: str, names: Names, hidden: Set[str]) -> str:
    """Return a cohort's title, or "Essays" when it holds somebody's name."""
    words = {fold(word) for word in WORD.findall(title)}
    is_name = names.find(title) or any(
        len(word) >= MIN_TITLE_NAME and word in hidden and word not in names.ordinary
        for word in words
    )
    return "Essays" if is_name else title


class Redacted(NamedTuple):
    """An essay without the cohort's names and marks, and what was replaced in it."""

    text: str
    title: str
    done: list[Replacement]


def redacted(
    ordered: list[Entry], names: Names, marks: Marks, stand_in: Mapping[str, str]
) -> list[Redacted]:
    """Take the cohort's names and what else tells who somebody is out of each essay."""
    essays = []
    for each in ordered:
        pseudonym = stand_in[each.author]
        text, in_text = redact(each.document.text, names, each.own_parts, pseudonym)
        title, in_title = redact(each.document.title or "", names, each.own_parts, pseudonym)
        text, marked = without_marks(text, marks)
        title, marked_in_title = without_marks(title, marks)
        in_text, in_title = in_text + marked, in_title + marked_in_title
        done = in_text + [one for one in in_title if one not in in_text]
        essays.append(Redacted(text, title, done))
    return essays


def essay_rows(
    ordered: list[Entry],
    cohort: list[Redacted],
    people: Plan,
    stand_in: Mapping[str, str],
    ids: Mapping[str, str],
    decisions: Decisions,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Build the essays' rows, the replacements in them, and the review of other people's names."""
    rows, replaced, review = [], [], []
    for each, essay, judged, doubts in zip(
        ordered, cohort, people.judged, people.doubtful, strict=True
    ):
        text, done = applied(essay.text, judged, people.word_of)
        title = decisions.put(in_titles(essay.title, done), people.word_of)
        essay_id = ids[each.path]
        row = essay_row(each, text, title, stand_in[each.author])
        rows.append({"essay_id": essay_id} | row)
        replaced += [{"essay_id": essay_id} | one._asdict() for one in [*essay.done, *done]]
        review += [
            {
                "essay_id": essay_id,
                "name": one.mention.name,
                "decision": REPLACED if one.is_replaced else KEPT,
                "why": one.why,
            }
            for one in judged
        ]
        review += [
            {"essay_id": essay_id, "name": word, "decision": KEPT, "why": UNKNOWN.format(count)}
            for word, count in doubts.items()
        ]
    return rows, replaced, review


def in_titles(title: str, people: Iterable[Replacement]) -> str:
    """Replace in a title whom the text names, whole words alone."""
    stand_ins = {one.original: one.replacement for one in people}
    if not stand_ins:
        return title
    either = "|".join(map(re.escape, sorted(stand_ins, key=len, reverse=True)))
    words = rf"(?<![^\W_])(?:{either})(?![^\W_])"
    return re.sub(words, lambda name: stand_ins[name[0]], title)


def essay_row(each: Entry, text: str, title: str, pseudonym: str) -> dict[str, Any]:
    """Build an essay's row but for its id."""
    return {
        "author": pseudonym,
        "title": title or None,
        "submitted": each.submitted,
        "week": each.week,
        "language": language(text),
        "n_words": max(0, count_words(text) - each.document.n_asked),
        "text": text,
        "essay_sha": hashlib.sha256(text.encode()).hexdigest(),
    }


def groupings(
    ordered: list[Entry], table: Roster, names: Names, ids: Mapping[str, str], limit: int
) -> tuple[dict[str, dict[str, Any]], list[Note]]:
    """Return each grouping's values by path, and a note for each column that is none.

    Where students stay in their group but for a few, those few are in none of its groups, and told:
    a slip in the roster, or two students of one name, would make it a column that changes within
    students, whose tests set nobody beside anybody else.
    """
    columns_given = dict.fromkeys(
        [*table.columns, *(name for each in ordered for name in each.groups)]
    )
    columns: dict[str, dict[str, Any]] = {
        name: whole_numbers({e.path: e.groups[name] for e in ordered if name in e.groups})
        for name in columns_given
    }
    columns["week"] = {each.path: each.week for each in ordered if each.week is not None}
    identities = {identity(name) for each in ordered for name in each.stated}
    kept: dict[str, dict[str, Any]] = {}
    notes = []
    for name, values in columns.items():
        pairs = [(each.author, str(values[each.path])) for each in ordered if each.path in values]
        cells = dict.fromkeys([name, *(value for _, value in pairs)])
        named = any(map(names.are_in, cells))
        why = why_no_grouping(name, pairs, identities, limit)
        why = NAMED if named and why is None else why
        if why is None:
            astray = strays(pairs) if name != "week" else []
            left = {
                each.path: ids[each.path]
                for each in ordered
                if each.author in astray and each.path in values
            }
            kept[name] = {path: value for path, value in values.items() if path not in left}
            if astray:
                notes.append(stray_note(name, len(astray), sorted(left.values())))
        elif name != "week" or len(set(values.values())) > 1:
            shown = "that names somebody" if names.are_in(name) else name
            message = f"The column {shown} is kept out of the comparisons: {why}."
            notes.append(Note("note", "no-grouping", message))
    return kept, notes


def whole_numbers(values: dict[str, str]) -> dict[str, str]:
    """Write a column of whole numbers without the ".0" that spreadsheets and pandas give them.

    >>> whole_numbers({"a": "1.0", "b": "2"}), whole_numbers({"a": "1.0", "b": "1.5"})
    ({'a': '1', 'b': '2'}, {'a': '1.0', 'b': '1.5'})
    """
    if not all(WHOLE.fullmatch(value) for value in values.values()):
        return values
    return {key: value.partition(".")[0] for key, value in values.items()}


def strays(pairs: list[tuple[str, str]]) -> list[str]:
    """List the students with essays in two groups where next to all others stay in theirs."""
    found: dict[str, list[str]] = {}
    for author, value in pairs:
        found.setdefault(author, []).append(value)
    several = [author for author, values in found.items() if len(values) > 1]
    astray = [author for author in several if len(set(found[author])) > 1]
    return astray if len(astray) <= STRAYS * len(several) else []


def stray_note(column: str, students: int, essays: list[str]) -> Note:
    """Tell of students who are left out of a column's groups, by their essays."""
    who = "One student stands" if students == 1 else f"{students} students stand"
    listed = f"{', '.join(essays[:-1])} and {essays[-1]}"
    return Note(
        "warning",
        "two-groups",
        f"{who} in several groups of {column}, as nobody else does: essays {listed} are in none of "
        "them; set the roster right, or tell students of one name apart there.",
    )


def typed_roster(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build the roster with weeks as whole numbers and all other groups as strings."""
    built = frame(RosterTable, rows)
    return built.astype({name: "Int64" if name == "week" else "str" for name in built.columns})


def sources(
    ordered: list[Entry],
    ids: Mapping[str, str],
    leftovers: Mapping[str, Leftover],
    matches: Matches,
) -> pd.DataFrame:
    """List every file in the order of their numbers, then what only the roster names."""
    rows: list[tuple[int, tuple[str | None, str, str | None]]] = [
        (each.number, (ids[each.path], each.path, None)) for each in ordered
    ]
    rows += [(left.number, (None, left.path, left.note.code)) for left in leftovers.values()]
    listed = [row for _, row in sorted(rows, key=itemgetter(0))]
    listed += [(None, name, "roster-missing") for name in matches.missing]
    return pd.DataFrame(listed, columns=["essay_id", "path", "code"], dtype="str")


def notice(essay_id: str | None, note: Note) -> dict[str, Any]:
    """Build a row of notices."""
    return {"essay_id": essay_id, "stage": STAGE} | note._asdict()


def left_notice(left: Leftover, ids: Mapping[str, str]) -> dict[str, Any]:
    """Build the notice of a file that became no essay: by number and type, never by name."""
    note = naming(left.note, left.essay, ids)
    return notice(None, note._replace(message=f"File {left.number} ({left.kind}): {note.message}"))


def naming(note: Note, essay: str | None, ids: Mapping[str, str]) -> Note:
    """Put the id of the essay that a note names into its message."""
    return (
        note
        if essay is None
        else note._replace(message=note.message.replace("{essay}", ids[essay]))
    )


def author_notes(ordered: list[Entry]) -> list[Note]:
    """Tell where the authors' names came from."""
    counts = Counter(each.way for each in ordered)
    return [
        Note(
            "warning" if way == "row" else "note",
            f"author-from-{way.replace(' ', '-')}",
            f"{counts[way]} essay{'s' * (counts[way] != 1)}: author taken from {where}.",
        )
        for way, where in WAYS.items()
        if counts[way]
    ]


def column_notes(ordered: list[Entry], names_somebody: Callable[[str], bool]) -> list[Note]:
    """Tell which columns of tables the texts were read from: another one may hold texts, too."""
    counts = Counter(each.document.columns for each in ordered if each.document.columns)
    notes = []
    for columns, count in sorted(counts.items()):
        shown = ", ".join(
            "one that names somebody"
            if names_somebody(name)
            else f"“{shorten(name, SHOWN, placeholder=' ...')}”"
            for name in columns
        )
        message = (
            f"{count} essay{'s' * (count != 1)}: text read from the column"
            f"{'s' * (len(columns) != 1)} {shown}; --text-column names others."
        )
        notes.append(Note("note", "text-columns", message))
    return notes


def phrase_note(count: int) -> list[Note]:
    """Warn that file names were not taken for names of people."""
    message = (
        f"Names of files that several authors use as ordinary words were not replaced: {count}."
    )
    return [Note("warning", "phrase-kept", message)] if count else []


def case_note(ordered: list[Entry]) -> list[Note]:
    """Warn of files whose names differ only in case: on another machine they are one."""
    counts = Counter(each.path.casefold() for each in ordered)
    count = sum(n for n in counts.values() if n > 1)
    message = f"Essays whose files' names differ only in capital letters, all read: {count}."
    return [Note("warning", "case-twins", message)] if count else []


def essay_notes(
    each: Entry, row: Mapping[str, Any], short: Mapping[str | None, Note]
) -> list[Note]:
    """Tell what is unusual about an essay."""
    notes = []
    if each.origin and each.origin.late:
        message = f"Handed in late, by the name that {each.origin.platform} gave it."
        notes.append(Note("note", "late", message))
    if n_foreign := foreign_paragraphs(row["text"]):
        message = f"Paragraphs that don't look like English, analysed still: {n_foreign}."
        notes.append(Note("warning", "language-parts", message))
    return [*notes, *([short[row["essay_id"]]] if row["essay_id"] in short else [])]


def short_notes(rows: list[dict[str, Any]], settings: IngestSettings) -> dict[str | None, Note]:
    """Tell of each essay that is very short, by its id; of all at once (None) where most are."""
    most = settings.short_words
    short = {row["essay_id"]: row["n_words"] for row in rows if row["n_words"] < most}
    if len(short) > MOSTLY * len(rows) and len(short) > 1:
        message = f"Texts of fewer than {most} words: {len(short)} of {len(rows)}."
        return {None: Note("note", "very-short", message)}
    return {
        essay_id: Note("note", "very-short", f"It is very short: {n} word{'s' if n != 1 else ''}.")
        for essay_id, n in short.items()
    }


def same_text_notices(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Warn of essays with the text of another author's."""
    holders: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["n_words"] >= FEW_WORDS:
            holders[row["essay_sha"]].append(row["essay_id"])
    return [
        notice(essay_id, Note("warning", "same-text", f"Another author's {ids[0]} has this text."))
        for ids in holders.values()
        for essay_id in ids[1:]
    ]
