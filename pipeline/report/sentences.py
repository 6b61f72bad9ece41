"""The sentences of the brief, each written from what was collected; links lead to the evidence."""

from __future__ import annotations

from collections import Counter

from pipeline.report.facts import (
    WITH,
    Change,
    Findings,
    Matter,
    Piece,
    Question,
    Row,
    Sentence,
    Tension,
    Theme,
)
from pipeline.report.words import (
    NO_BREAK,
    column_name,
    count,
    counted,
    excerpt,
    kinds,
    listing,
    number,
    percent,
    plural,
    points,
    pole,
    quoted,
    share_of_class,
    share_of_essays,
    verb,
)

SMALL_CLASS = 10  # students; below it the page says how small the class is
NO_TENSION = "The program found no tension, which doesn’t mean that there is none."
UNPROVEN = (  # measured by tests/bench/named_axes.py
    "The codebook names it. Where the sides of such axes were known, three in ten of those placed "
    "stood on the wrong one: read the passages before you count."
)
SHARED = 3  # students; a question of fewer is not what the class wants to know
MANY_MOVED = 0.2  # of the class; from there on movement is worth the headline
HEADED = 0.3  # of the students, whom a tension must place to stand in the headline
CONTESTED, CONTESTED_LENGTH = 2, 200  # matters on the first page, and characters quoted of each
AGREEING = "agreeing"  # the place on the page that lists what students agree on
APART = ("disagrees", "torn", "prefers")
AGREEMENT_VERBS = {  # of many, of one
    "agrees": ("agree outright", "agrees outright"),
    "disagrees": ("disagree", "disagrees"),
    "torn": ("are torn", "is torn"),
    "prefers": ("say which side they are on", "says which side they are on"),
}
LOPSIDED = 0.2  # of those who discuss a tension; fewer at a pole and the class leans


def say(*parts: str | Piece) -> Sentence:
    """Make a sentence from words and links, without empty parts."""
    pieces = (part if isinstance(part, Piece) else Piece(part) for part in parts)
    return tuple(piece for piece in pieces if piece.text)


def to(text: str, anchor: str) -> Piece:
    """Link words to a place on the page."""
    return Piece(text, f"#{anchor}" if anchor else "")


def kicker(findings: Findings) -> str:
    """Say what was read, above the headline."""
    groups = [kinds(len(c.groups), c.grouping) for c in findings.comparisons if len(c.groups) > 1]
    read = count(findings.n_essays, "essay")
    if findings.n_essays != findings.n_students:
        read += f" by {count(findings.n_students, 'student')}"
    parts = ["Cohort brief", findings.title, ", ".join([read, *groups]), "every name a pseudonym"]
    return " · ".join(filter(None, parts))


def read(findings: Findings, n_words: int, left_out: list[str]) -> Sentence:
    """Say how many essays were read, and which documents weren't, and why.

    `left_out` has a reason a document, as it stands after a number.
    """
    essays = to(count(findings.n_essays, "essay"), "essays")
    start = f" by {count(findings.n_students, 'student')}"
    start += f" {verb(findings.n_essays, 'were', 'was')} read, {count(n_words, 'word')} in all; "
    if not left_out:
        return say(essays, f"{start}no document was left out.")
    n = len(left_out)
    kinds = Counter(left_out)
    reasons = listing([f"{number(many)} {reason}" for reason, many in kinds.most_common()])
    if len(kinds) == 1:
        lead = "" if n == 1 else "both " if n == 2 else "all "
        reasons = f"{lead}{left_out[0]}"
    out = f"{counted(n, 'document', start=False)} {plural(n, 'was')} left out ({reasons}): "
    return say(essays, start + out, to("see which", "notices"), ".")


def headline(findings: Findings, tension: Tension | None, asked: tuple[Question, ...]) -> str:
    """Say the finding: the largest theme and the strongest pull, or what there is of them."""
    n = findings.n_students
    theme = next((theme for theme in findings.leading if not theme.borrowed), None)
    if tension and tension.n_placed < HEADED * n:
        tension = None
    if theme and tension:
        return f"{_take_up(theme, findings)}, and {_pull(tension, n)}."
    if theme:
        return f"{_take_up(theme, findings)}{_next(findings)}."
    if tension:
        pull = _pull(tension, n)
        return f"{pull[:1].upper()}{pull[1:]}."
    if asked and asked[0].n_students > 1:
        return f"{share_of_class(asked[0].n_students, n)} ask the same: {quoted(asked[0].text)}"
    if findings.themes:
        return "No theme of this class is in words that many of its students share."
    few = count(findings.n_essays, "essay")
    return f"Nothing that students share was found in these {few}."


def _next(findings: Findings) -> str:
    """Say which theme comes after the largest; of several alike none is said to be first."""
    themes = findings.leading
    ranked = [t.share if findings.series else t.n_students for t in themes]
    sizes = [percent(size) for size in ranked] if findings.series else ranked
    if len(sizes) < 2:
        return ""
    second = themes[1]
    if sizes[0] == sizes[1]:
        return f", and as many {quoted(second.name)}"
    if ranked[1] > ranked[0]:
        return f", and about as many {quoted(second.name)}"
    tied = [theme for theme, size in zip(themes, sizes, strict=True) if size == sizes[1]]
    if len(tied) > 2:
        return f"; {number(len(tied))} others come next"
    names = [quoted(theme.name) for theme in tied]
    return f"; {listing(names)} {verb(len(tied), 'come', 'comes')} next"


def _take_up(theme: Theme, findings: Findings) -> str:
    if findings.series:
        words = share_of_essays(theme.share)
        return f"{words[:1].upper()}{words[1:]} take up {quoted(theme.name)}"
    words = share_of_class(theme.n_students, findings.n_students)
    return f"{words} {verb(theme.n_students, 'take', 'takes')} up {quoted(theme.name)}"


def _pull(tension: Tension, n: int) -> str:
    a, b = pole(tension.pole_a), pole(tension.pole_b)
    movers = _movers(tension.changes)
    if movers:
        end = max(movers, key=lambda side: len(movers[side]))
        moved = len(movers[end])
        others = sum(map(len, movers.values())) - moved
        if moved >= MANY_MOVED * n and moved > 2 * others:
            ends = (a, b) if end == "b" else (b, a)
            return f"{number(moved)} moved from {ends[0]} to {ends[1]}"
    if tension.source:
        return f"the class is divided over what {tension.source} says"
    placed = tension.n_placed
    fewer = min(tension.n_a, tension.n_b) + tension.n_both
    if placed and fewer < LOPSIDED * placed:
        ends = (a, b) if tension.n_a > tension.n_b else (b, a)
        return f"those who discuss it lean to {ends[0]} rather than {ends[1]}"
    if placed and tension.n_both > tension.n_a + tension.n_b:
        return f"most who weigh {a} against {b} hold both"
    return f"the class is pulled between {a} and {b}"


def lede(
    findings: Findings, tension: Tension | None, asked: tuple[Question, ...]
) -> tuple[Sentence, ...]:
    """Write the three sentences under the headline: theme, tension, question."""
    return (
        _theme_sentence(findings),
        _tension_sentence(findings, tension),
        _question_sentence(findings, asked),
    )


def _theme_sentence(findings: Findings) -> Sentence:
    n = findings.n_students
    if not findings.themes:
        return say(f"No theme is shared by enough of the {count(n, 'student')}.")
    theme = findings.leading[0]
    if theme.borrowed:
        found = counted(len(findings.themes), "theme")
        return say(
            f"{found} {verb(len(findings.themes), 'were', 'was')} found, but students word what "
            "they say so differently that no name stands for all of one: ",
            to("read the passages", "themes"),
            ".",
        )
    name = to(quoted(theme.name), theme.anchor)
    if findings.series:
        ever = f"all {n:,}" if theme.n_students == n else f"{theme.n_students:,} of the {n:,}"
        return say(
            "On average a student takes up ",
            name,
            f" in {percent(theme.share)} of their essays{_interval(theme)}; ",
            f"{ever} do at least once{_changed(findings, theme)}.",
        )
    takes = verb(theme.n_students, "take", "takes")
    ever = " in at least one essay" if findings.several else ""
    more = _changed(findings, theme)
    if not more and theme.stability is not None:
        more = f"; it comes back in {percent(theme.stability)} of resampled classes"
    who = (
        f"All {n:,} students"
        if theme.n_students == n
        else (f"{theme.n_students:,} of {count(n, 'student')}")
    )
    return say(f"{who} {takes} up ", name, ever, more, ".")


def _interval(theme: Theme) -> str:
    if theme.low is None or theme.high is None:
        return ""
    return f" (interval {percent(theme.low)} to {percent(theme.high)})"


def _changed(findings: Findings, theme: Theme) -> str:
    """Say how many came to the theme from another belief, which a shift tells."""
    own = {quote.segment_id for member in theme.members for quote in member.quotes}
    shifts = [shift for essay in findings.essays for shift in essay.shifts]
    n = len({shift.now.author for shift in shifts if shift.now.segment_id in own})
    if n < 2:
        return ""
    return f"; {number(n)} of them say that they believed something else before"


def _tension_sentence(findings: Findings, tension: Tension | None) -> Sentence:
    if tension is None:
        return say(NO_TENSION)
    lean, n = _leaning_group(findings, tension), tension.n_students
    whether = f"whether they agree with {tension.source}" if tension.source else tension.name
    does = ("say", "says") if tension.source else ("discuss", "discusses")
    return say(
        f"{n:,} {verb(n, *does)} ",
        to(whether, tension.anchor),
        f": {stances(tension)}",
        *(("; ", *lean) if lean else ()),
        ".",
    )


def stances(tension: Tension) -> str:
    """Say how many lean to each pole, and how many hold both."""
    return listing([words for words, _ in _sides(tension)])


def _sides(tension: Tension) -> list[tuple[str, str]]:
    """Say how many stand on each side that somebody is on, and where the page lists them."""
    found: list[tuple[str, str]] = []
    for side, n, name, members in (
        ("a", tension.n_a, tension.pole_a, tension.members_a),
        ("b", tension.n_b, tension.pole_b, tension.members_b),
    ):
        if n:
            lean = "" if found else f"{verb(n, 'lean', 'leans')} "
            does = f"{lean}to {pole(name)}"
            if tension.source:
                kind = "agrees" if name == f"{WITH}{tension.source}" else "disagrees"
                does = verb(n, *AGREEMENT_VERBS[kind])
            here = f"{tension.anchor}-{side}" if members else tension.anchor
            found.append((f"{n:,} {does}", here))
    if tension.n_both:
        here = f"{tension.anchor}-both" if tension.both else tension.anchor
        n = tension.n_both
        hold = verb(n, "do", "does") if tension.source else verb(n, "hold", "holds")
        found.append((f"{n:,} {hold} both", here))
    return found


def silence(tension: Tension) -> str:
    """Say how many aren't placed: they don't discuss it, or don't say whether they agree."""
    n = tension.n_silent
    does = "say so outright" if tension.source else "discuss it"
    return f"{n:,} {verb(n, 'don’t', 'doesn’t')} {does}"


def _leaning_group(findings: Findings, tension: Tension) -> tuple[str | Piece, ...]:
    for comparison in findings.comparisons:
        for row in comparison.rows:
            if row.anchor == tension.anchor and row.certain and (row.difference or 0) > 0:
                who = f"{column_name(comparison.grouping)} {row.group}"
                does = row.does.replace(f" poles of {tension.name}", "")
                leads = ("students in ", to(who, comparison.anchor))
                return (*leads, f" more often {does} ({difference(row)})")
    return ()


def _question_sentence(findings: Findings, asked: tuple[Question, ...]) -> Sentence:
    if not asked:
        return say("Nobody asks a question.")
    first = asked[0]
    if first.n_students == 1:
        if findings.n_questions == 1:
            return say("One question is asked: ", to(quoted(first.text), first.anchor))
        many = f"{count(findings.n_questions, 'question')}"
        return say(
            "They ask ", to(many, "questions"), "; none was found that two students ask alike."
        )
    by = f" ({count(first.n_students, 'student')})."
    tied = len(asked) > 1 and asked[1].n_students == first.n_students
    if first.n_students < SHARED:
        many = count(findings.n_questions, "question")
        share = "one that several share" if tied else "the one that most students share"
        start = ("They ask ", to(many, "questions"), f"; {share}: ")
        return say(*start, to(quoted(excerpt(first.text, 160)), first.anchor), by)
    lead = (
        "No question is asked by more students than " if tied else "What they most want to know: "
    )
    return say(lead, to(quoted(excerpt(first.text, 160)), first.anchor), by)


def difference(row: Row) -> str:
    """Write a difference in points with its interval."""
    if row.difference is None:
        return ""
    low, high = row.difference_low, row.difference_high
    span = "" if low is None or high is None else f", {points(low)} to {points(high)}"
    return f"difference {points(row.difference)} points{span}"


def theme_notes(findings: Findings, shown: int) -> tuple[Sentence, ...]:
    """Say how to read the shares, and how many themes stand behind the brief."""
    if not findings.themes:
        return (say("No theme was found that enough students share."),)
    n = findings.n_students
    several = any(theme.n_students / n > theme.share + 0.005 for theme in findings.themes)
    numbers = (
        "" if findings.series else "Numbers and pale bars count who takes it up in any essay; "
    )
    bars = (
        f"{numbers}dark bars are the mean share of a student’s essays, lines its"
        if several
        else "Bars count students, not sentences; lines are"
    )
    bars = bars[:1].upper() + bars[1:]
    ever = " Pale: in any essay." if several and findings.series else ""
    notes = [
        say(
            f"{bars} 95{NO_BREAK}% intervals.{ever} “Holds”: the share of resampled classes in "
            "which the theme comes back."
        )
    ]
    chance = [theme for theme in findings.themes[:shown] if theme.as_by_chance]
    if chance:
        which = f"{number(len(chance), start=True)} of these"
        link = to(which, "themes") if chance[1:] else to(quoted(chance[0].name), chance[0].anchor)
        back = f" {verb(len(chance), 'come', 'comes')} back no more often than themes of shuffled"
        notes.append(say(link, f"{back} data do."))
    borrowed = [theme for theme in findings.themes[:shown] if theme.borrowed]
    if borrowed:
        one = len(borrowed) == 1
        which = quoted(borrowed[0].name) if one else f"{number(len(borrowed))} of these"
        what = f" {verb(len(borrowed), 'are phrases', 'is a phrase')} of few students."
        lead = f"The {plural(len(borrowed), 'name')} of "
        notes.append(say(lead, to(which, borrowed[0].anchor if one else "themes"), what))
    models = list(dict.fromkeys(t.named_by for t in findings.themes[:shown] if t.named_by))
    if models:
        by = " and ".join(models)
        notes.append(
            say(
                f"Names by {by}, in the students’ words; ",
                to("the themes", "themes"),
                " tell which, and what was found.",
            )
        )
    left = len(findings.themes) - shown
    if left > 0:
        more = counted(left, "more theme")
        notes.append(say(to(more, "themes"), f" {verb(left, 'stand', 'stands')} behind these."))
    return tuple(notes)


def question_notes(findings: Findings, shown: int) -> tuple[Sentence, ...]:
    """Say how many more questions there are."""
    if not findings.n_questions:
        return (say("No question was found."),)
    left = findings.n_questions - shown
    if left <= 0:
        return ()
    words = f"{left:,} more {plural(left, 'question')}"
    return (say(to(words, "questions"), f" {verb(left, 'stand', 'stands')} in the ledger."),)


def tension_notes(tension: Tension) -> tuple[Sentence, ...]:
    """Say who stands where, who holds both, who moved, and who is not placed.

    Of one within a theme also which, and of one that a codebook names how often sides are wrong.
    """
    notes = [_where(tension)]
    if tension.theme:
        name, here = tension.theme
        notes.append(say("All of it is about ", to(quoted(name), here), "."))
    if tension.changes:
        notes.append(_moved(tension.changes, tension))
    silent = tension.n_silent
    if silent:
        notes.append(
            say(
                to(silence(tension), f"{tension.anchor}-silent"),
                f" and {verb(silent, 'aren’t', 'isn’t')} placed.",
            )
        )
    if tension.n_before:
        only = f"{tension.n_before:,} only {verb(tension.n_before, 'say', 'says')} what they "
        notes.append(say(to(f"{only}believed before", tension.anchor), "."))
    if tension.by_hand:
        notes.append(say(UNPROVEN))
    return tuple(notes)


def more_tensions(findings: Findings, shown: int) -> tuple[Sentence, ...]:
    """Say that none was found, or which stand behind the first page."""
    if not findings.tensions:
        return (say(NO_TENSION),)
    left = len(findings.tensions) - shown
    if left <= 0:
        return ()
    words = counted(left, "more tension", start=False)
    return (say(to(words, "tensions"), f" {verb(left, 'stand', 'stands')} behind these."),)


def contested(findings: Findings) -> tuple[Sentence, ...]:
    """Say of the most contested matters how many agree, and how many don't, with a quote.

    Those that are a tension, with poles of their own, are shown above.
    """
    shown = {tension.source for tension in findings.tensions} - {""}
    found = [
        one
        for one in findings.matters
        if one.about and one.n_students >= SHARED and one.source not in shown
    ]
    some = [one for one in found if one.n_against or one.counts.get("prefers", 0) >= SHARED]
    return tuple(map(_contested, some[:CONTESTED]))


def _contested(matter: Matter) -> Sentence:
    """Say how many agree on a matter, and how many don't, with one of the latter's words."""
    kind = next(kind for kind in APART if kind in matter.quotes)
    quote = matter.quotes[kind][0]
    who = kind if kind in matter.counts else "torn"  # whoever disagrees agrees elsewhere, too
    one = kind == "prefers"  # a side, and the others may be on the other one
    return say(
        "On ",
        to(matter.about, AGREEING),
        f", {agreeing(matter)}{', one of them' * one}: ",
        f"{quoted(excerpt(quote.text, CONTESTED_LENGTH))} (",
        to(quote.author, quote.anchor),
        ")." if one else f", who {AGREEMENT_VERBS[who][1]}).",
    )


def agreeing(matter: Matter) -> str:
    """Say how many students agree on a matter, disagree, are torn or say which side they are on."""
    parts = [f"{number(n)} {verb(n, *AGREEMENT_VERBS[kind])}" for kind, n in matter.counts.items()]
    return listing(parts)


def _where(tension: Tension) -> Sentence:
    sides = _sides(tension)
    links: list[str | Piece] = []
    for i, (words, here) in enumerate(sides):
        links += ["" if i == 0 else " and " if i == len(sides) - 1 else ", ", to(words, here)]
    return say(*links, "." if tension.n_both else "; nobody holds both.")


def _movers(changes: tuple[Change, ...]) -> dict[str, set[str]]:
    """Name the students who moved towards each pole; one may have moved in several essays."""
    found: dict[str, set[str]] = {}
    for change in changes:
        found.setdefault(change.toward, set()).add(change.author)
    return found


def _moved(changes: tuple[Change, ...], tension: Tension) -> Sentence:
    movers = _movers(changes)
    n, end = len(set().union(*movers.values())), max(movers, key=lambda side: len(movers[side]))
    names = (tension.pole_b, tension.pole_a) if end == "a" else (tension.pole_a, tension.pole_b)
    many = len(movers[end])
    which = "" if many == n else f"{number(many)} of them "
    return say(
        to(
            f"{number(n, start=True)} {verb(n, 'move', 'moves')} inside their own essay",
            f"{tension.anchor}-moved",
        ),
        f", {which}from {pole(names[0])} towards {pole(names[1])}.",
    )
