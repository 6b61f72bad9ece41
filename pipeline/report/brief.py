"""Choose what the first page shows: one tension, the quotes, whom to read first, what is rare.

Every choice is a rule over the tables that a reader could check; the page says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Set

import numpy as np

from pipeline.report import caveats, circles, prompts, sentences, voices
from pipeline.report.facts import (
    Brief,
    Essay,
    Findings,
    First,
    Member,
    Pull,
    Question,
    Quote,
    Sentence,
    Tension,
)
from pipeline.report.passages import Passages
from pipeline.report.words import (
    asks_alone,
    count,
    counted,
    ended,
    general,
    is_title,
    number,
    pole,
    quoted,
    stands_alone,
    starts,
    urges,
)
from pipeline.settings import ReportSettings
from pipeline.tables import NO_ESSAYS, Tables

QUOTE_LENGTH = (35, 260)  # characters: shorter says little, longer isn't read
# What was wrong with a document, as it stands after a number.
CODES = {
    "format": "of another format",
    "not-text": "without text",
    "duplicate": "sent twice",
    "unreadable": "impossible to open",
    "failed": "impossible to read",
    "too-deep": "nested too deep",
    "link": "behind a link",
    "broken": "damaged",
    "encrypted": "protected by a password",
    "scan": "scanned without text",
    "language": "not in English",
    "excluded": "excluded on purpose",
    "assignment": "named like the assignment",
    "maybe-excluded": "perhaps of students to exclude",
    "draft": "replaced by a later draft",
    "earlier-attempt": "replaced by a later attempt",
    "no-text-column": "without a column of texts",
    "numbers": "of numbers alone",
    "old-office": "in an old Office format",
    "too-slow": "too slow to read",
}
TENSIONS = 2
QUESTION_LENGTH = (20, 200)  # characters: "Why?" says little, a paragraph isn't read
RARE = 2  # quotes
RARE_LENGTH = 170  # characters at the most
CLEAR = 0.9  # `role_score` from which one claim is as surely one as another
FIRST = 3  # essays
SURE = 0.6  # score of a change of mind that the first page may speak of
LEFT_OUT = ("skipped", "refused")


def brief(
    findings: Findings, tables: Tables, passages: Passages, settings: ReportSettings
) -> Brief:
    """Compose the brief from what was collected."""
    pulls = main_pulls(findings.tensions, set(tables.agreements["segment_id"]), passages)
    tension = pulls[0].tension if pulls else None
    shown = findings.themes[: settings.main_themes]
    asked = main_questions(findings.questions, settings.main_questions)
    first = read_first(findings, tension)
    quoted_essays = {quote.essay_id for pull in pulls for quote in pull.quotes if quote}
    rare = rare_claims(tables, passages, quoted_essays)
    notices = tables.notices[tables.notices["severity"].isin(LEFT_OUT)]
    notices = notices[~notices["code"].isin(NO_ESSAYS)]
    left_out = [CODES.get(code, str(code).replace("-", " ")) for code in notices["code"]]
    language = tables.essays["language"]
    notes = sentences.theme_notes(findings, len(shown))
    room = voices.room_for(shown, notes, asked, rare)
    quoted_already = [
        *(quote for pull in pulls for quote in pull.quotes),
        *(f.quote for f in first),
    ]
    elsewhere = {quote.segment_id for quote in quoted_already if quote}
    elsewhere |= {
        quote.segment_id  # what a chapter says is no student's own sentence, agreed with or not
        for theme in shown
        for quote in theme.exemplars
        if passages.get(quote.segment_id, "holder") in ("source", "other")
    }
    groups_of_four = circles.circles(tables, tension, findings.essays)
    return Brief(
        kicker=sentences.kicker(findings),
        headline=sentences.headline(findings, tension, asked),
        lede=sentences.lede(findings, tension, asked),
        read=sentences.read(findings, int(tables.essays["n_words"].sum()), left_out),
        themes=shown,
        theme_notes=notes,
        voices=voices.voices(shown, room, elsewhere),
        questions=asked,
        question_notes=sentences.question_notes(findings, len(asked)),
        pulls=pulls,
        tension_notes=sentences.more_tensions(findings, len(pulls)),
        contested=sentences.contested(findings),
        first=first,
        rare=rare,
        rare_notes=(_rare_note(rare),),
        prompts=prompts.prompts(findings, pulls, asked, rare),
        circles=groups_of_four,
        circle_title=circles.title(groups_of_four),
        circle_notes=circles.circle_notes(groups_of_four, tension, circles.rooms_of(tables)[0]),
        groups=caveats.groups(findings),
        limits=caveats.limits(
            findings, int((language.notna() & (language != "en")).sum()), merely_told(tables)
        ),
    )


def merely_told(tables: Tables) -> float:
    """Give the share of the authors' own sentences that tell what happened and are in no theme."""
    rows = tables.segments
    own = rows["role"].isin(("claim", "account")) & rows["holder"].eq("author").fillna(False)
    outside = ~rows["segment_id"].isin(tables.assignments["segment_id"])
    return float(((rows["role"] == "account") & outside)[own].mean()) if own.any() else 0.0


def main_pulls(
    tensions: tuple[Tension, ...], agreeing: Set[str], passages: Passages
) -> tuple[Pull, ...]:
    """Choose two tensions, the strongest first, each with a quote for both poles.

    Who only says that they agree (a segment of `agreeing`) is quoted with what follows.
    """
    ranked = sorted(tensions, key=lambda tension: strength(tension), reverse=True)
    found = []
    for tension in ranked[:TENSIONS]:
        a, b = (
            passages.followed(quote) if quote and quote.segment_id in agreeing else quote
            for quote in pole_quotes(tension)
        )
        found.append(Pull(tension, (a, b), sentences.tension_notes(tension)))
    return tuple(found)


def strength(tension: Tension) -> tuple[int, int]:
    """Rank a tension by the students who voice its rarer pole, then by all who discuss it."""
    return min(tension.n_a, tension.n_b) + tension.n_both, tension.n_students


def main_questions(questions: tuple[Question, ...], most: int) -> tuple[Question, ...]:
    """Choose the questions that students are really asking.

    Those that aren't all rhetorical, the most students first; of equals those that can be read
    alone; and first one a student.
    """

    def rank(question: Question) -> tuple[bool, int, bool, bool]:
        least, longest = QUESTION_LENGTH
        return (
            question.rhetorical,
            -question.n_students,
            not (asks_alone(question.text) and least <= len(question.text) <= longest)
            or is_title(question.text),
            not starts(question.text),
        )

    ranked = sorted(questions, key=rank)
    asked_by: set[str] = set()
    fresh: list[Question] = []
    again: list[Question] = []
    for question in ranked:
        own = {member.author for member in question.members}
        repeats = question.n_students == 1 and own and own <= asked_by
        (again if repeats else fresh).append(question)
        asked_by |= own
    chosen = {question.anchor for question in [*fresh, *again][:most]}
    return tuple(question for question in ranked if question.anchor in chosen)


def pole_quotes(tension: Tension) -> tuple[Quote | None, Quote | None]:
    """Choose a quote for each pole: a student who leans there, readable alone, of most weight.

    What speaks for both is none, where there is another.
    """
    torn = {q.segment_id for q in tension.quotes_a} & {q.segment_id for q in tension.quotes_b}
    for_a, for_b = (
        tuple(quote for quote in quotes if quote.segment_id not in torn) or quotes
        for quotes in (tension.quotes_a, tension.quotes_b)
    )
    a = _best(for_a, tension.members_a, None)
    return a, _best(for_b, tension.members_b, a)


def _best(
    quotes: tuple[Quote, ...], leaning: tuple[Member, ...], taken: Quote | None
) -> Quote | None:
    authors = {member.author for member in leaning}
    free = [q for q in quotes if taken is None or q.segment_id != taken.segment_id]
    leaners = [quote for quote in free if quote.author in authors]
    return _fittest(leaners or free) if free else None


def _fittest(quotes: list[Quote], alone: Callable[[str], bool] = stands_alone) -> Quote:
    """Choose the first quote of a fitting length that can be read alone, as far as there is one."""
    least, most = QUOTE_LENGTH
    return max(
        quotes,
        key=lambda q: (
            not is_title(q.text),
            least <= len(q.text) <= most,
            starts(q.text),
            alone(q.text),
        ),
    )


def read_first(findings: Findings, tension: Tension | None) -> tuple[First, ...]:
    """Name up to three essays by different students, each the first by another reason."""
    kinds = [
        _holding_both(findings, tension),
        _changing(findings),
        _asking(findings),
        _voicing(findings),
    ]
    found: dict[str, First] = {}
    while any(kinds) and len(found) < FIRST:
        for ranked in kinds:
            while ranked and ranked[0][0].author in found:
                ranked.pop(0)
            if ranked and len(found) < FIRST:
                essay, reason, quote = ranked.pop(0)
                detail = " · ".join(filter(None, (essay.groups, count(essay.n_words, "word"))))
                found[essay.author] = First(essay.author, essay.anchor, reason, quote, detail)
    return tuple(found.values())


Ranked = list[tuple[Essay, str, Quote | None]]


def _holding_both(findings: Findings, tension: Tension | None) -> Ranked:
    """Rank the students who hold both poles by the poorer of their two sides."""
    if tension is None:
        return []
    by_id = {essay.essay_id: essay for essay in findings.essays}
    found = []
    for member in tension.both:
        a, b = (sum(quote.side == side for quote in member.quotes) for side in ("a", "b"))
        home = Counter(quote.essay_id for quote in member.quotes).most_common(1)[0][0]
        if min(a, b) and home in by_id:
            sides = f"{counted(a, 'passage', start=False)} for {pole(tension.pole_a)}"
            reason = f"holds both poles: {sides}, {number(b)} for {pole(tension.pole_b)}."
            found.append((min(a, b), a + b, by_id[home], reason))
    found.sort(key=lambda item: (-item[0], -item[1]))
    return [(essay, reason, None) for _, _, essay, reason in found]


def _changing(findings: Findings) -> Ranked:
    """Rank the essays that say what their author used to believe, the most such beliefs first.

    What is less than SURE to be a change of mind doesn't count, nor what was merely "harder than I
    thought"; the surest is quoted.
    """
    sure = [(e, [s for s in e.shifts if s.score >= SURE and not s.whole]) for e in findings.essays]
    told = [(e, sorted(own, key=lambda s: -s.score)) for e, own in sure if own]
    found: Ranked = []
    for essay, own in sorted(told, key=lambda item: (-len(item[1]), -item[1][0].score)):
        times = len(own)
        often = f" {number(times)} times" if times > 2 else " twice" if times == 2 else ""
        found.append((essay, f"changes course{often}:", own[0].prior))
    return found


def _asking(findings: Findings) -> Ranked:
    """Rank the essays by the questions they ask, those that may be rhetorical left out."""
    asked = [
        ([quote for quote in essay.questions if "rhetorical" not in quote.manner], essay)
        for essay in findings.essays
    ]
    asked = sorted((item for item in asked if len(item[0]) > 1), key=lambda item: -len(item[0]))
    found: Ranked = []
    for place, (own, essay) in enumerate(asked):
        alone = len(asked) == 1 or len(asked[1][0]) < len(own)
        superlative = ", the most" if place == 0 and alone else ""
        told = _fittest(own, asks_alone)
        found.append((essay, f"asks {number(len(own))} questions{superlative}:", told))
    return found


def _voicing(findings: Findings) -> Ranked:
    """Rank the essays with the clearest passages of the theme that leads."""
    by_id = {essay.essay_id: essay for essay in findings.essays}
    theme = findings.leading[0] if findings.leading else None
    said = theme.exemplars if theme else ()
    quotes = [quote for quote in said if theme and voices.says_more(quote.text, theme.name)] or said
    name = quoted(theme.name) if theme else ""
    return [
        (by_id[quote.essay_id], f"writes most clearly about {name}:", quote)
        for quote in quotes
        if quote.essay_id in by_id
    ]


def rare_claims(tables: Tables, passages: Passages, quoted_essays: set[str]) -> tuple[Quote, ...]:
    """Choose clear claims that no theme or tension holds, from essays not quoted yet.

    Only claims of the authors' own, of a quotable length, that can be read alone and don't speak of
    their author; first those that are surely claims, of these what says how things ought to be or
    compare, of equals the one farthest from every theme.
    """
    segments, assigned = tables.segments, tables.assignments
    own = segments["role"].eq("claim") & segments["holder"].fillna("author").eq("author")
    free = np.array(own & ~segments["essay_id"].isin(quoted_essays), dtype=bool)
    near = np.zeros(len(segments))
    at = passages.places(assigned["segment_id"])
    near[at[at >= 0]] = assigned["strength"].fillna(0.0).to_numpy(dtype=float)[at >= 0]
    placed = at[assigned["theme_id"].notna().to_numpy(dtype=bool)]
    for held in (placed, passages.places(tables.evidence["segment_id"])):
        free[held[held >= 0]] = False
    places = np.flatnonzero(free)
    clear = segments["role_score"].to_numpy(dtype=float)[places] >= CLEAR
    urging = segments["text"].iloc[places].map(urges).to_numpy(dtype=bool)
    places = places[np.lexsort((near[places], ~urging, ~clear))]
    found: dict[str, Quote] = {}
    least, most = QUOTE_LENGTH[0], RARE_LENGTH
    for place in places:
        (segment,) = passages.ids(np.array([place]))
        author, text = passages.author_of(segment), passages.get(segment, "text")
        alone = all(fits(text) for fits in (stands_alone, general, starts, ended))
        if alone and least <= len(text) <= most and author not in found:
            found[author] = passages.quote(segment)
        if len(found) == RARE:
            break
    return tuple(found.values())


def _rare_note(rare: tuple[Quote, ...]) -> Sentence:
    if not rare:
        return sentences.say(
            "No claim that could be quoted alone stands outside the themes, the tensions and the "
            "essays quoted on this page."
        )
    if len(rare) == 1:
        return sentences.say("A clear claim that no theme or tension holds.")
    return sentences.say("Clear claims that no theme or tension holds.")
