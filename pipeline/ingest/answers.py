"""The rows of a table to essays: which columns hold texts, and what the others say of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from statistics import median

from pipeline.cues import first, plain
from pipeline.cues.answers import ASKS, ASKS_FOR, NO_ANSWER
from pipeline.ingest.document import Document, one_line, refused
from pipeline.ingest.front_matter import are_groups, iso_date, week_notes, whole_week
from pipeline.ingest.html import read_page
from pipeline.ingest.language import count_words
from pipeline.ingest.long_tables import one_row_each
from pipeline.ingest.names import WEEK
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.sheets import Sheet
from pipeline.ingest.txt import tidy

MIN_TEXT_WORDS = 8  # median of a column's filled cells from which it holds texts
MIN_ANSWER_WORDS = 4  # likewise where the column's name asks, and next to nobody answers alike
# Such a column tells who somebody is.
ABOUT_PERSON = re.compile(
    r"\b(?:address|names?|phone|mail|degree|programm?e?|majors?|school|university|college|job|"
    r"title|country|city|town|postcode)\b",
    re.I,
)
MIN_ANSWERS = 3
MIN_DISTINCT = 0.9  # share of a column's filled cells that no other cell repeats
NUMBER = re.compile(r"[\s\d.,%+-]+")
# What columns of form exports and grade books are called, without ASKED_FOR.
ROLES = (
    (
        "email",
        re.compile(
            r"(?:recipient ?)?(?:e-?mail|login)(?: ?address)?|your e-?mail.*|username", re.I
        ),
    ),
    ("first", re.compile(r"(?:recipient ?)?(?:first|given) ?names?|forename", re.I)),
    ("last", re.compile(r"(?:recipient ?)?(?:last|family) ?names?|surname", re.I)),
    (
        "author",
        re.compile(
            r"(?:full |(?:student|participant|learner|pupil)(?:'s|’s)? ?(?:full )?|"
            r"author(?:'s)? ?|user ?full ?|display ?)?names?|author|student|participant|learner|"
            r"pupil|(?:posted|written) ?by",
            re.I,
        ),
    ),
    (
        "submitted",
        re.compile(
            r"(?:survey ?)?timestamp|(?:submitted|handed in)(?: at| on)?|date(?: submitted)?|"
            r"(?:completion|end) ?(?:time|date)|(?:submission|submit|post(?:ing)?) ?(?:date|time)|"
            r"(?:time|date) ?(?:created|posted)|(?:created|posted)(?: ?(?:at|on|time|date))?",
            re.I,
        ),
    ),
    ("week", re.compile(r"week(?: ?(?:number|no\.?))?|(?:redcap[ _])?event[ _]name", re.I)),
    # Where nothing else tells who wrote a row.
    (
        "id",
        re.compile(
            r"(?:participant|student|learner|pupil|respondent|user|sis)(?:'s|’s)?[ _-]?"
            r"(?:id(?: number)?|code|number|no\.?|pseudonym)|subject[ _-]?id|[psu]id|pseudonym|"
            r"code ?name",
            re.I,
        ),
    ),
)
ASKED_FOR = re.compile(
    r"^(?:(?:please )?(?:enter|type|write|give|provide)(?: in)? |what(?:'s|’s| is) )?"
    r"your (?=.*\b(?:name|id|number|code|pseudonym)\b)|[?:.* ]+$",
    re.I,
)
# Likewise, if a value of such a column stands in several rows: else it is each row's number.
REPEATED_ID = re.compile(
    r"(?:record|case|sub|subj|person|unique|anon)?[ _-]?id|ppt|vp|token|prolific[ _]?pid|"
    r"matrikelnummer|external ?(?:data ?)?reference",
    re.I,
)
# Such a column may be one of groups as well: it is one of persons if it holds FEW numbers or more.
PERSON_OR_GROUP = re.compile(r"case|subj(?:ect)?|respondent|person", re.I)
FEW = 5
NOBODY = re.compile(r"anonymous|anonym|none|n/?a|-+", re.I)  # no name, no address
ARM = re.compile(r"[ _]*\(?arm[ _]\d+.*$", re.I)  # behind the name of an event of REDCap
# Columns of form tools and forums that say nothing about an essay, and may tell who somebody is.
IGNORED = re.compile(
    r"start ?(?:time|date)|recorded ?date|status|ip ?address|progress|duration.*|finished|"
    r"response ?id|recipient.*|external.*|location.*|distribution.*|user ?language|points?.*|"
    r"feedback.*|last modified.*|comments?|(?:grader|instructor|teacher|tutor|rubric).*|"
    r"modified|updated(?: at)?|parent(?: ?id)?|mail(?:ed| ?now)|message ?(?:format|trust)|deleted|"
    r"total ?score|attachments?|private ?reply ?to.*|(?:word|char(?:acter)?|comment|like) ?count|"
    r"id|number|score",
    re.I,
)
IS_NUMBER = re.compile(r"id|number", re.I)
LIKE_ROSTER = (
    "it looks like a roster: it names students and holds no texts; give it with --roster, or name "
    "a column of texts with --text-column."
)
NO_TEXTS = (
    "a table without a column of texts; name the column with --text-column, or give the table with "
    "--roster if it is one."
)
# What says that a cell is HTML: an element that only editors of forms write, or an entity.
ELEMENT = re.compile(r"</(?:p|div|span|ul|ol|li|b|i|em|strong|a|h[1-6])>|<(?:br|p|div)\s*/?>", re.I)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});", re.I)
YEAR_FIRST = re.compile(r"\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)")
SECONDS = re.compile(r"(1\d{9})(?:\d{3})?")  # since 1970, or thousandths of them, until 2033
ANSWERING = re.compile(r"^(?:(?:re|aw|fwd?): *)+", re.I)  # above a reply
YEAR_LAST = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")


def documents_of(sheets: list[Sheet], reading: Reading) -> list[Document]:
    """Turn tables into a document a row, or a document an answer. Raises RefusedError."""
    if not any(sheet.rows for sheet in sheets):
        raise RefusedError("empty", "it holds no rows.", "skipped")
    done: list[Document] = []
    problems: list[RefusedError] = []
    for given in sheets:
        ignored = [p for p, name in enumerate(given.columns) if role_of(folded(name)) == "ignored"]
        sheet = one_row_each(given, ignored)
        try:
            texts = text_columns(sheet, reading.text_columns)
        except RefusedError as problem:
            problems.append(problem)
            continue
        known = roles_of(sheet)
        done += [
            each
            for row in range(len(sheet.rows))
            for each in of_row(sheet, row, texts, known, reading)
        ]
    if not done:
        raise problems[0]
    return done


def text_columns(sheet: Sheet, wanted: Iterable[str]) -> list[int]:
    """Return the places of the columns that hold texts: those asked for, else those that seem to.

    Raises RefusedError when a column that was asked for isn't there or holds numbers, and when
    there is none.
    """
    names = [folded(name) for name in sheet.columns]
    unfolded = folded(sheet.unfolded)
    if asked := [folded(name) for name in wanted if folded(name) != unfolded]:
        places = [place for place, name in enumerate(names) if name in asked]
        if not places:
            raise RefusedError(
                "no-text-column",
                f"none of its {len(names)} columns has the name that --text-column gives.",
            )
    else:
        places = [place for place in range(len(names)) if role_of(names[place]) is None]
        places = [place for place in places if holds_texts(sheet, place)]
        if not places:
            raise RefusedError(
                "no-text-column",
                LIKE_ROSTER
                if {role_of(name) for name in names} & {"author", "email", "first", "id"}
                else NO_TEXTS,
                "skipped",
            )
    lettered = [place for place in places if not is_numeric(sheet, place)]
    if not lettered:
        raise RefusedError("numbers", "its text column holds numbers; name another --text-column.")
    return lettered


def folded(name: str) -> str:
    """Return the form in which two spellings of a column's name are equal."""
    return " ".join(name.casefold().split())


def role_of(name: str) -> str | None:
    """Return what a column says of an essay; "ignored" for a form tool's own, None for others."""
    asked = ASKED_FOR.sub("", name)
    found = next((role for role, pattern in ROLES if pattern.fullmatch(asked)), None)
    return found or ("ignored" if IGNORED.fullmatch(name) else None)


def roles_of(sheet: Sheet) -> list[str | None]:
    """Say what each column is; weeks that are no numbers ("pre", "post") are groups.

    Where no column tells who wrote a row, one of numbers that come again does; where none tells
    weeks, one does of which each value has one ("Week 2 discussion").
    """
    roles = [role_of(folded(name)) for name in sheet.columns]
    for place, role in enumerate(roles):
        if role == "week" and are_groups(map(event_of, column(sheet, place))):
            roles[place] = None
    if "week" not in roles:
        free = [place for place, role in enumerate(roles) if role is None]
        weekly = [place for place in free if tells_weeks(column(sheet, place))]
        for place in weekly[:1]:
            roles[place] = "week"
    told = {role for place, role in enumerate(roles) if any(map(named, column(sheet, place)))}
    if not told & {"author", "first", "last", "email", "id"}:
        again = [
            place
            for place, name in enumerate(sheet.columns)
            if comes_again(folded(name), column(sheet, place))
        ]
        for place in again[:1]:
            roles[place] = "id"
    return roles


def column(sheet: Sheet, place: int) -> list[str]:
    """List the cells of a column."""
    return [row[place].strip() for row in sheet.rows]


def named(cell: str) -> bool:
    """Tell whether a cell may name somebody."""
    return bool(cell) and not NOBODY.fullmatch(cell)


def comes_again(name: str, cells: list[str]) -> bool:
    """Tell whether a column may number persons, some of whom have several rows."""
    given = set(cells) - {""}
    if PERSON_OR_GROUP.fullmatch(name):
        may = len(given) >= FEW and all(re.search(r"\d", cell) for cell in given)
    else:
        may = REPEATED_ID.fullmatch(name) is not None
    return may and 1 < len(given) < len(cells) - cells.count("")


def event_of(cell: str) -> str:
    """Give the week that a cell names: "week_1_arm_1" of an event, "Week 1: nets" of a topic."""
    found = WEEK.search(cell)
    return found[1] if found else ARM.sub("", cell).replace("_", " ")


def tells_weeks(cells: list[str]) -> bool:
    """Tell whether each value of a column has a week, and no two of them the same."""
    values = {ANSWERING.sub("", cell) for cell in cells} - {""}
    weeks = {found[1] for value in values if (found := WEEK.search(value))}
    return 1 < len(values) == len(weeks)


def holds_texts(sheet: Sheet, place: int) -> bool:
    """Tell whether a column seems to hold texts: of many words, or each another answer to it.

    "n/a", "nothing" and the like are no answers.
    """
    filled = [folded(cell) for cell in column(sheet, place) if not first(NO_ANSWER, plain(cell))]
    words = median([len(cell.split()) for cell in filled] or [0])
    if words < MIN_ANSWER_WORDS or words >= MIN_TEXT_WORDS:
        return words >= MIN_TEXT_WORDS
    name, counts = sheet.columns[place], Counter(filled)
    alone = sum(counts[cell] == 1 for cell in filled)
    asks = first(ASKS_FOR, plain(name)) is not None and not ABOUT_PERSON.search(name)
    return asks and len(filled) >= MIN_ANSWERS and alone >= MIN_DISTINCT * len(filled)


def is_numeric(sheet: Sheet, place: int) -> bool:
    """Tell whether a column holds numbers and nothing else."""
    cells = [cell for cell in column(sheet, place) if cell]
    return bool(cells) and all(NUMBER.fullmatch(cell) for cell in cells)


def of_row(
    sheet: Sheet, row: int, texts: list[int], roles: list[str | None], reading: Reading
) -> list[Document]:
    """Build the documents of one row; one without an answer is a refusal."""
    cells = sheet.rows[row]
    shown = (one_line(unmarked(sheet.columns[place])) for place in texts)
    known = replace(about(sheet, row, texts, roles), columns=tuple(name for name in shown if name))
    part = f"row {sheet.numbers[row]}"
    part = f"sheet {sheet.number} {part}" if sheet.number > 1 else part
    notes = (*known.notes, *(sheet.notes if row == 0 else ()))
    given = [(place, text) for place in texts if (text := tidy(unmarked(cells[place])))]
    if not given:
        return [replace(refused("empty", "a row without an answer.", "skipped"), part=part)]
    if reading.answers == "apart":
        return [
            replace(
                known,
                text=text,
                title=one_line(sheet.columns[place]) if len(texts) > 1 else None,
                part=f"{part} answer {texts.index(place) + 1}" if len(texts) > 1 else part,
                notes=notes if place == given[0][0] else (),
            )
            for place, text in given
        ]
    if len(texts) == 1:
        name = one_line(sheet.columns[texts[0]])
        title = name if name and ASKS.search(name) else None
        return [replace(known, text=given[0][1], title=title, part=part, notes=notes)]
    asked = [one_line(unmarked(sheet.columns[place])) or "Answer" for place, _ in given]
    answers = [f"# {each}\n\n{text}" for each, (_, text) in zip(asked, given, strict=True)]
    n_asked = sum(count_words(each) for each in asked)
    return [replace(known, text="\n\n".join(answers), part=part, notes=notes, n_asked=n_asked)]


def unmarked(cell: str) -> str:
    """Read a cell that a form tool wrote in HTML: its elements, or its entities alone ("&rsquo;").

    A cell without either stays as it is, a "<" or "&" of the writer's included.
    """
    if ELEMENT.search(cell):
        return read_page(cell).text
    return unescape(cell).replace("\xa0", " ") if ENTITY.search(cell) else cell


def about(sheet: Sheet, row: int, texts: list[int], roles: list[str | None]) -> Document:
    """Gather what the other columns of a row say: author, e-mail, date, week and groups."""
    values: dict[str, str] = {}
    groups: dict[str, str] = {}
    marks: dict[str, str] = {}
    for place, (name, role) in enumerate(zip(sheet.columns, roles, strict=True)):
        cell = one_line(sheet.rows[row][place])
        if place in texts or cell is None:
            continue
        if role is None and name:
            groups.setdefault(name, ANSWERING.sub("", cell))
        elif role == "ignored" and IS_NUMBER.fullmatch(folded(name)):
            marks.setdefault(folded(name), cell)
        elif role in ("author", "first", "last", "email") and not named(cell):
            continue
        elif role == "submitted":
            values.setdefault(role, date_of(sheet, row, place) or "")
        elif role == "week":
            values.setdefault(role, event_of(cell))
        elif role:
            values.setdefault(role, cell)
            if role == "id":
                marks.setdefault(folded(name), cell)
    both = " ".join(values[role] for role in ("first", "last") if role in values)
    email = values.get("email")
    return Document(
        author=values.get("author") or both or email or values.get("id"),
        submitted=values.get("submitted") or None,
        week=whole_week(values.get("week")),
        email=email,
        groups=groups,
        marks=marks,
        notes=week_notes(values.get("week")),
    )


def date_of(sheet: Sheet, row: int, place: int) -> str | None:
    """Return the ISO date of a cell; which part is the day, the whole column decides."""
    cell = sheet.rows[row][place].strip()
    if found := SECONDS.fullmatch(cell):
        return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat()
    if found := YEAR_FIRST.match(cell):
        return iso_date("-".join(found.groups()))
    if not (found := YEAR_LAST.match(cell)):
        return None
    others = [YEAR_LAST.match(each[place]) for each in sheet.rows]
    day_first = any(int(other[1]) > 12 for other in others if other)
    month_first = any(int(other[2]) > 12 for other in others if other)
    if day_first == month_first:  # nothing decides
        return None
    day, month = (found[1], found[2]) if day_first else (found[2], found[1])
    return iso_date(f"{found[3]}-{month}-{day}")
