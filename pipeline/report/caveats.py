"""The careful sentences: how groups differ, what a page can't tell, what a single essay says."""

from __future__ import annotations

from pipeline.report.facts import Comparison, Essay, Findings, Piece, Row, Sentence
from pipeline.report.sentences import SMALL_CLASS, difference, say, to
from pipeline.report.words import (
    column_name,
    count,
    counted,
    excerpt,
    group_name,
    listing,
    number,
    percent,
    plural,
    points,
    quoted,
    taken_up,
    verb,
)

MUCH = 0.4  # share of sentences that merely tell what happened, from which that is said


def groups(findings: Findings, most: int = 2) -> tuple[Sentence, ...]:
    """Say what differs for certain between groups, or that the largest difference may be chance."""
    if not findings.comparisons:
        return (say("The essays came without groups, so none are compared."),)
    found: list[Sentence] = []
    unsure: list[tuple[Comparison, Row]] = []
    untested: list[Comparison] = []
    broader = {theme.anchor for theme in findings.broader}
    placed = {tension.anchor for tension in findings.tensions}
    for comparison in findings.comparisons:
        rows = [row for row in comparison.rows if (row.difference or 0) > 0]
        rows = [row for row in rows if row.anchor not in broader]
        rows.sort(key=lambda row: (not row.certain, -(row.difference or 0)))
        sure = list({row.does: row for row in reversed(rows) if row.certain}.values())[::-1]
        for row in sure[: max(1, most // len(findings.comparisons))]:
            found.append(_difference(comparison, row, "In ", placed))
        if rows and not sure:
            if findings.tested:
                unsure.append((comparison, rows[0]))
            else:
                untested.append(comparison)
        elif not rows:
            names = listing([f"{g}" for g in comparison.groups])
            found.append(
                say(
                    to(comparison.grouping.capitalize(), comparison.anchor),
                    f" ({names}): the groups are too small to compare.",
                )
            )
    parted = _parted(findings, broader)[:most]
    found += parted
    if unsure:
        whole = " over all essays" if parted else ""
        links = _groupings([comparison for comparison, _ in unsure])
        comparison, row = max(unsure, key=lambda pair: pair[1].difference or 0)
        tied = _tied(unsure, row)
        chance = "among the largest, which may be chance:" if tied else "the largest may be chance:"
        found.append(say("No difference by ", *links, f"{whole} is certain; {chance}"))
        found.append(_difference(comparison, row, "in ", placed))
    if untested:
        links = _groupings(untested)
        few = count(findings.n_students, "student")
        found.append(say(f"With {few} no difference by ", *links, " can be tested."))
    return tuple(found)


def _parted(findings: Findings, broader: set[str]) -> list[Sentence]:
    """Say what groups certainly differ in within one week, or in how they change."""
    return [
        say(to(quoted(course.what), course.anchor), f" differs: {course.group}, {course.number}.")
        for grouping in findings.apart.values()
        for course in grouping.sure
        if course.anchor not in broader and course.group != "all"
    ]


def _tied(unsure: list[tuple[Comparison, Row]], row: Row) -> bool:
    """Tell whether another difference is as large in points, as it is written."""
    others = [each for comparison, _ in unsure for each in comparison.rows if each is not row]
    sizes = {points(each.difference or 0) for each in others}
    return points(row.difference or 0) in sizes


def _groupings(comparisons: list[Comparison]) -> list[str | Piece]:
    """Link groupings: section, week or year."""
    links: list[str | Piece] = []
    for i, comparison in enumerate(comparisons):
        links.append("" if i == 0 else " or " if i == len(comparisons) - 1 else ", ")
        links.append(to(column_name(comparison.grouping), comparison.anchor))
    return links


def _difference(comparison: Comparison, row: Row, start: str, placed: set[str]) -> Sentence:
    whose = " who are placed" if row.anchor in placed else ""
    who = taken_up(row.n_with or 0, row.n_students, row.share or 0, whose)
    return say(
        start,
        to(f"{column_name(comparison.grouping)} {row.group}", comparison.anchor),
        ", more of the students ",
        to(row.does, row.anchor or comparison.anchor),
        f" ({who}; {difference(row)}).",
    )


def limits(findings: Findings, n_foreign: int, told: float) -> tuple[Sentence, ...]:
    """Say what the page can't tell: a small class, small groups, doubtful questions.

    `told` is the share of students' own sentences that merely tell what happened, in no theme.
    """
    found = []
    if findings.n_students < SMALL_CLASS:
        found.append(
            say(
                f"{counted(findings.n_students, 'student')} are few: read the shares as counts, "
                "and expect another class of this size to look different."
            )
        )
    found += [_sizes(comparison) for comparison in findings.comparisons]
    if told >= MUCH and findings.themes:
        found.append(
            say(
                f"{percent(told)} of what students say only tells what happened and is in no "
                "theme: it may be about one all the same, and isn’t counted."
            )
        )
    rhetorical = sum(question.n_rhetorical for question in findings.questions)
    if rhetorical:
        found.append(
            say(
                to(counted(rhetorical, "question"), "questions"),
                " may be rhetorical.",
            )
        )
    if n_foreign:
        words = f"{counted(n_foreign, 'essay')} {plural(n_foreign, 'is')} not in English"
        found.append(say(f"{words}; the rules that find claims and questions are English."))
    found.append(say("None of this is a judgement of a student."))
    return tuple(found)


def _sizes(comparison: Comparison) -> Sentence:
    """Say on how many students the groups rest, and which are too small to tell anything."""
    sizes = {
        group: max(row.n_students for row in comparison.rows if row.group == group)
        for group in comparison.groups
    }
    told = {row.group for row in comparison.rows if not row.small}
    small = [
        f"{group_name(comparison.grouping, group)} ({count(n, 'student')})"
        for group, n in sizes.items()
        if group not in told
    ]
    if small:
        return say("Can’t tell for ", to(listing(small), comparison.anchor), ".")
    least, most = min(sizes.values()), max(sizes.values())
    each = f"{least:,} students each" if least == most else f"groups of {least:,} to {most:,}"
    return say(
        to(f"Differences by {column_name(comparison.grouping)}", comparison.anchor),
        f" rest on {each}.",
    )


def reading(essay: Essay) -> tuple[Sentence, ...]:
    """Write the three sentences above a single essay: what it says, asks, and gave up."""
    main = [point for point in essay.points if point.headline and point.head]
    first = say(f"It makes {count(essay.n_claims, 'claim')}.")
    if main:
        links: list[str | Piece] = []
        for i, point in enumerate(main):
            links.append("" if i == 0 else (" and " if i == len(main) - 1 else ", "))
            anchor = point.head.anchor if point.head else ""
            links.append(to(quoted(excerpt(point.headline.rstrip("."), 120)), anchor))
        n = len(main)
        first = say(f"Its main {plural(n, 'point')} {plural(n, 'is')} ", *links, ".")
    direct = sum("direct" in quote.manner for quote in essay.questions)
    wondering = len(essay.questions) - direct
    if not essay.questions:
        second = say("It asks nothing.")
    else:
        n_asked = counted(len(essay.questions), "question", start=False)
        both = f", {number(direct)} outright and {number(wondering)} by wondering"
        how = both if direct and wondering else ("" if direct else ", by wondering")
        second = say(f"It asks {n_asked}{how}.")
    shifts = len(essay.shifts)
    third = say(
        f"{counted(shifts, 'belief')} {verb(shifts, 'give', 'gives')} way to another."
        if shifts
        else "It names no belief that gave way."
    )
    return first, second, third
