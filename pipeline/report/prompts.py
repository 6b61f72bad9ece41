"""Two prompts for a discussion, each made from what was found and shown with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.report.facts import Findings, Piece, Prompt, Pull, Question, Quote, Theme
from pipeline.report.sentences import say, stances, to
from pipeline.report.words import (
    asks_alone,
    counted,
    ended,
    excerpt,
    general,
    listing,
    pole,
    quoted,
    stands_alone,
    starts,
    taken_up,
    urges,
    verb,
)

PROMPTS = 2
SHARED = 2  # students; a question of one comes after the tensions
NAMED = 3  # students who ask a question
LONG = 220  # characters of a quote in a prompt
SOMEBODY = re.compile(r"\b(?:s?he|him)\b", re.IGNORECASE)  # who is told of isn't argued about


def prompts(
    findings: Findings,
    pulls: tuple[Pull, ...],
    asked: tuple[Question, ...],
    rare: tuple[Quote, ...],
) -> tuple[Prompt, ...]:
    """Make two prompts, or as many as the findings carry.

    From the strongest tension and the question that most students share; without them from the
    next tension, a question of one student, a clear passage of each theme, those that take a stand
    first and then the largest theme's, and claims that stand in none.
    """
    return tuple(islice(_candidates(findings, pulls, asked, rare), PROMPTS))


def _candidates(
    findings: Findings,
    pulls: tuple[Pull, ...],
    asked: tuple[Question, ...],
    rare: tuple[Quote, ...],
) -> Iterator[Prompt]:
    real = [question for question in asked if not question.rhetorical]
    alone = [question for question in real if asks_alone(question.text)]
    shared = [question for question in (alone or real) if question.n_students >= SHARED]
    if pulls:
        yield _pole_against_pole(pulls[0])
    if shared:
        yield _asked(shared[0])
    for pull in pulls[1:]:
        yield _pole_against_pole(pull)
    if not shared and alone:
        yield _asked(alone[0])
    clear = [
        (theme, quote)
        for theme in findings.themes
        for quote in theme.exemplars
        if arguable(quote.text)
    ]
    told: set[str] = set()
    for theme, quote in sorted(clear, key=lambda t: (t[0].as_by_chance, not urges(t[1].text))):
        if theme.anchor not in told:
            told.add(theme.anchor)
            yield _said(findings, theme, quote)
    for quote in rare:
        yield Prompt(
            say(to(quoted(excerpt(quote.text, LONG)), quote.anchor), " What follows if it’s true?"),
            say(f"{quote.author} writes it; no theme or tension holds it."),
        )


def arguable(text: str) -> bool:
    """Tell whether a passage can be argued with: it is of the matter and can be read alone.

    >>> arguable("A roadmap is a promise."), arguable("We lost six weeks.")
    (True, False)
    >>> arguable("The book is on the shelf, as he is too tired.")
    False
    """
    whole = starts(text) and ended(text) and stands_alone(text)
    return whole and general(text) and not SOMEBODY.search(text)


def _pole_against_pole(pull: Pull) -> Prompt:
    tension, quotes = pull.tension, pull.quotes
    ask = say(
        f"Do you agree with {tension.source}? "
        if tension.source
        else either(tension.pole_a, tension.pole_b),
        "Speak first for the side that isn’t yours, then say when each is right.",
    )
    said = [to(quote.author, quote.anchor) for quote in quotes if quote is not None]
    stand = to(stances(tension), tension.anchor)
    if len(said) < 2:
        return Prompt(ask, say(stand, "."))
    return Prompt(ask, say("Start from what ", said[0], " and ", said[1], " write; ", stand, "."))


def either(a: str, b: str) -> str:
    """Ask which of two poles it is; what both end with is said once.

    >>> either("building", "facilitating")
    'Building or facilitating? '
    >>> either("easy to install", "hard to install")
    'Easy or hard to install? '
    """
    adjective, _, thing = a.partition(" ")
    if thing and b.partition(" ")[2] == thing:
        first, second = adjective, b
    else:
        first, second = pole(a), pole(b)
    return f"{first[:1].upper()}{first[1:]} or {second}? "


def _asked(question: Question) -> Prompt:
    n = question.n_students
    who = counted(n, "student")
    if n == 1 and question.members:
        who = question.members[0].author
    asks = "wonder" if question.n_indirect and not question.n_direct else "ask"
    ask = say(
        f"{who} {verb(n, asks, asks + 's')}: ",
        to(quoted(excerpt(question.text, LONG)), question.anchor),
        " What would you answer, and what would you need to know first?",
    )
    known = [member.author for member in question.members][:NAMED]
    more = [f"{n - len(known):,} more"] if known and n > len(known) else []
    names = listing([*known, *more])
    about: tuple[str | Piece, ...] = ()
    if question.about:
        about = (", about ", to(quoted(question.about.name), question.about.anchor))
    where = "Asked by " if n > 1 else "Asked once, by "
    return Prompt(ask, say(where, to(names or who, question.anchor), *about, "."))


def _said(findings: Findings, theme: Theme, quote: Quote) -> Prompt:
    takes = verb(theme.n_students, "take", "takes")
    ever = theme.n_students / findings.n_students
    return Prompt(
        say(
            to(quoted(excerpt(quote.text, LONG)), quote.anchor),
            " Who would say the opposite, and on what grounds?",
        ),
        say(
            f"{quote.author} writes most clearly about ",
            to(quoted(theme.name), theme.anchor),
            f", which {taken_up(theme.n_students, findings.n_students, ever)} {takes} up.",
        ),
    )
