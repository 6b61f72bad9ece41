"""Tell the difference of two runs in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.between.sides import by_id
from pipeline.report.coded import VERDICTS as MEANT
from pipeline.report.words import (
    count,
    counted,
    excerpt,
    listing,
    percent,
    plural,
    points,
    quoted,
    taken_up,
    verb,
)

if TYPE_CHECKING:
    from pipeline.between.found import Found
    from pipeline.between.sides import Pair, Side

SHOWN = 5  # of what isn't certain, or is new: the table has the rest
FEWEST = 2  # students who ask a question that is told as new or gone
BOTH = "hold both"  # as the name of that stance begins, before its tension
LEAST = 0.001  # of a q-value that is written with its digits
FITS = {**MEANT, "moved": "has other sentences around it {now}: read its passages"}
ADVICE = (
    " For a comparison of every theme write the codebook of the one run, set lock = true in each "
    "theme, and run both with it; a codebook in which nothing is set changes nothing."
)
Row = dict[str, Any]

# Verdicts in the order in which they are told, each with its title and how a headline counts it.
# The first five are of runs of which the second came later, the others of two side by side.
VERDICTS = {
    "rose": ("Rose", ("rose", "rose")),
    "fell": ("Fell", ("fell", "fell")),
    "new": (
        "No counterpart in {first}",
        ("have no counterpart in {first}", "has no counterpart in {first}"),
    ),
    "gone": (
        "No counterpart in {second}",
        ("have no counterpart in {second}", "has no counterpart in {second}"),
    ),
    "no longer fits": ("No longer fits", ("no longer fit", "no longer fits")),
    "more in the first": (
        "More in {first}",
        ("are more frequent in {first}", "is more frequent in {first}"),
    ),
    "more in the second": (
        "More in {second}",
        ("are more frequent in {second}", "is more frequent in {second}"),
    ),
    "only in the first": (
        "Not paired, in {first}",
        ("of {first} weren’t paired", "of {first} wasn’t paired"),
    ),
    "only in the second": (
        "Not paired, in {second}",
        ("of {second} weren’t paired", "of {second} wasn’t paired"),
    ),
    "not the same": ("Not the same", ("aren’t the same in both", "isn’t the same in both")),
}
# In parts of one run everything is one thing by its id: what one part alone has needs no pairing.
IN_ONE_PART = {
    "new": "New",
    "gone": "Gone",
    "only in the first": "Found only in {first}",
    "only in the second": "Found only in {second}",
}
ASKED = {"new": "Newly asked", "gone": "No longer asked"}
LEVEL = {
    "no clear change": "No clear change",
    "no clear difference": "No clear difference",
}
DIFFERENT = ("rose", "fell", "more in the first", "more in the second")
ALONE = ("new", "gone", "only in the first", "only in the second")
MISFITS = ("no longer fits", "not the same")
BY = {
    "run": "Both are parts of one run and have its themes.",
    "codebook": "Themes are those of the codebook that both runs share.",
    "sentences": "{} were found in each run by itself and are taken for one only where their "
    "sentences are near and either would claim more than half of the other’s. In our tests such "
    "pairs were few and mostly about the same; what isn’t paired may still be said in both.",
    "words": "A run without vectors is among them, so themes were matched by the words of their "
    "names alone.",
}


@dataclass(frozen=True)
class Part:
    """A heading and its sentences."""

    title: str
    lines: tuple[str, ...]


def paragraphs(found: Found) -> list[Part]:
    """Give the parts of the comparison in the order in which they are read."""
    rows: list[Row] = [{str(k): v for k, v in r.items()} for r in found.table.to_dict("records")]
    pair = found.pair
    parts = [
        Part("Who wrote", tuple(who(pair))),
        Part("Themes", tuple(themes(pair, rows))),
        Part("Tensions", tuple(tensions(pair, rows))),
        Part("Questions", tuple(questions(pair, rows))),
        Part("Moves", tuple(moves(pair, rows))),
        Part("What this can’t tell", tuple(limits(pair, rows))),
    ]
    return [part for part in parts if part.lines]


def headline(found: Found) -> str:
    """Say the most important in one sentence."""
    themes = found.table[found.table["kind"] == "theme"]
    counts = {v: int((themes["verdict"] == v).sum()) for v in VERDICTS}
    told = [f"{n:,} {titled(found.pair, verb(n, *VERDICTS[v][1]))}" for v, n in counts.items() if n]
    runs = f"{found.pair.before.name} and {found.pair.after.name}"
    if not told:
        differs = "changed" if found.pair.order.in_time else "differs"
        return f"Between {runs} no theme {differs} clearly."
    return f"Between {runs}, of {count(len(themes), 'theme')} {listing(told)}."


def titled(pair: Pair, words: str) -> str:
    """Put the names of the runs into words."""
    return words.format(first=pair.before.name, second=pair.after.name)


def title_of(pair: Pair, verdict: str) -> str:
    """Write a verdict as a title: one of `VERDICTS` with the names of the runs, else itself."""
    title = VERDICTS.get(verdict, (verdict.capitalize(),))[0]
    return titled(pair, IN_ONE_PART.get(verdict, title) if pair.same_run else title)


def who(pair: Pair) -> Iterator[str]:
    """Say which classes are compared, in which order, and whether students are the same."""
    if pair.order.in_time:
        yield f"From {told(pair.before)} to {told(pair.after)}."
    else:
        yield f"{told(pair.before)} beside {told(pair.after)}."
    if pair.order.told:
        yield pair.order.told
    n = len(pair.same)
    if pair.level == "numbers":
        yield (
            "At least one of them shares numbers alone, so both are compared by how many students "
            "ever have a thing, and whether the same students wrote can’t be known: tests take "
            "them for different ones."
        )
    elif pair.paired:
        yield f"{count(n, 'student')} wrote in both, and each is compared with themselves."
        yield from alone(pair)
    elif n:
        yield (
            f"{count(n, 'student')} wrote in both, too few to compare them with themselves, so "
            "differences and tests are without them."
        )
    elif pair.n_same_essays:
        yield (
            "Students wrote in both, as their essays show, but have other pseudonyms in each, so "
            "all are taken for different students; runs that share a private folder (--private) "
            "know them again."
        )
    else:
        yield "Nobody is known to have written in both, so all are taken for different students."
    if n := pair.n_same_essays:
        least = "" if pair.same else "At least "
        standing = f"{least}{count(n, 'essay')} {verb(n, 'stand', 'stands')} in both"
        if all(n == len(side.tables.essays) for side in (pair.before, pair.after)):
            yield f"{standing}, and no other: nothing is tested, for only settings may differ."
        else:
            yield (
                f"{standing}, so that nothing is tested and what differs looks smaller than it is; "
                "compare runs without an essay in common, such as single weeks (--exclude week=1)."
            )


def alone(pair: Pair) -> Iterator[str]:
    """Say how many wrote in one run alone: what only they say is missing in the other for that."""
    counts = {side.name: side.n_students - len(pair.same) for side in (pair.before, pair.after)}
    told = [f"{n:,} in {name}" for name, n in counts.items() if n]
    if told:
        yield f"Who wrote in one alone: {listing(told)}. What only they say is in that one alone."


def told(side: Side) -> str:
    """Name a run with its sizes."""
    essays, n = len(side.tables.essays), side.n_students
    return f"{side.name} ({count(essays, 'essay')} by {count(n, 'student')})" if n else side.name


def themes(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say which themes differ, are in one run alone, or don't fit."""
    own = of(rows, "theme")
    if not own:
        yield "Neither run has a theme that can be told."
        return
    ways = {str(row["matched"]) for row in own if isinstance(row["matched"], str)}
    if not pair.same_run and any(unpaired(row) for row in own):
        ways |= {"sentences"} if ways <= {"codebook", "names"} else set()
    for way in BY:
        if way in ways:
            more = ADVICE if way == "sentences" and not decided(pair) else ""
            yield BY[way].format("Other themes" if "codebook" in ways else "Themes") + more
    yield from counted_otherwise(pair, own)
    for verdict in VERDICTS:
        for row in by_size([r for r in own if r["verdict"] == verdict]):
            more = why(pair, row) if verdict in MISFITS else ""
            yield f"{title_of(pair, verdict)}: {change(pair, row)}{more}"
    yield from unclear(pair, own, "theme")


def counted_otherwise(pair: Pair, own: list[Row]) -> Iterator[str]:
    """Warn of themes that one run found by itself, and that a codebook sorted in the other."""
    runs = pair.before, pair.after
    shared = [{r["before_id"], r["after_id"]} for r in own if r["matched"] == "codebook"]
    for found, other in (runs, runs[::-1]):
        n = sum(bool(ids & sorted_in(other)) and not ids & sorted_in(found) for ids in shared)
        if n:
            yield (
                f"{found.name} found {counted(n, 'theme', start=False)} of these by itself, and "
                f"{other.name} sorted by the codebook, which alone changes how many take them up: "
                f"give the codebook to the essays of {found.name}, too, before you believe a "
                "difference."
            )


def sorted_in(side: Side) -> set[str]:
    """Name the themes into which a run's codebook sorts sentences: more than a name was decided."""
    themes_ = side.book.theme if side.book else ()
    return {entry.id for entry in themes_ if entry.decided and not entry.renamed}


def unpaired(row: Row) -> bool:
    """Tell whether a theme has no counterpart by what both runs decided: a name alone, or none."""
    alone = not (isinstance(row["before_id"], str) and isinstance(row["after_id"], str))
    unsought: bool = pd.isna(row["share_before"]) or pd.isna(row["share_after"])
    return row["matched"] == "names" or (alone and unsought)


def decided(pair: Pair) -> bool:
    """Tell whether a run was made with a codebook in which a theme was decided on."""
    return any(side.book.decides_themes for side in (pair.before, pair.after) if side.book)


def why(pair: Pair, row: Row) -> str:
    """Say what is meant by a theme that doesn't fit."""
    if row["matched"] == "codebook":
        drift = by_id(pair.after.tables.drift, "theme_id")[str(row["after_id"])]
        now = "now" if pair.order.in_time else f"in {pair.after.name}"
        return f" It {FITS[str(drift['verdict'])].format(now=now)}."
    if row["matched"] == "names":
        return " The names are alike, the sentences aren’t."
    return " It is no theme of its own any longer."


def unclear(pair: Pair, own: list[Row], word: str) -> Iterator[str]:
    """Count what shows no clear change, the largest differences first, and what can't be told."""
    for verdict, title in LEVEL.items():
        level = by_size([r for r in own if r["verdict"] == verdict])
        if level:
            named = [f"{before_shares(pair, row)}{moved(pair, row)}{unsure(row)}" for row in level]
            more = f"; and {len(level) - SHOWN} more" if len(level) > SHOWN else ""
            yield f"{title}, {count(len(level), word)}: {'; '.join(named[:SHOWN])}{more}."
    cannot = [r for r in own if r["verdict"] == "can't tell"]
    if cannot:
        names = "; ".join(named_in(pair, row, 60) for row in cannot[:SHOWN])
        more = f"; and {len(cannot) - SHOWN} more" if len(cannot) > SHOWN else ""
        yield f"Can’t tell, {count(len(cannot), word)}: {names}{more}."


def unsure(row: Row) -> str:
    """Say so where an interval leaves out zero and the tests of all don't."""
    if row["difference_low"] > 0 or row["difference_high"] < 0:
        return f"{certainty(row)}, which may be chance"
    return ""


def named_in(pair: Pair, row: Row, most: int) -> str:
    """Name a thing; where the runs call it by two names, by both, each with its run."""
    first, second = row["name_before"], row["name_after"]
    if not two_names(row):
        return quoted(excerpt(second if isinstance(second, str) else first, most))
    names = [quoted(excerpt(name, most)) for name in (first, second)]
    return f"{names[0]} in {pair.before.name} and {names[1]} in {pair.after.name}"


def before_shares(pair: Pair, row: Row) -> str:
    """Name a thing before its shares; a name that ends in its run is set off from them."""
    return f"{named_in(pair, row, 60)}{':' if two_names(row) else ''} "


def two_names(row: Row) -> bool:
    """Tell whether the runs call a thing by two names."""
    first, second = row["name_before"], row["name_after"]
    return isinstance(first, str) and isinstance(second, str) and first != second


def change(pair: Pair, row: Row) -> str:
    """Tell of one thing how it changed, or how the runs differ."""
    name = named_in(pair, row, 160)
    if row["matched"] == "names":
        first, second = (part(row, side) for side in ("before", "after"))
        return f"{name}, {first} in {pair.before.name} and {second} in {pair.after.name}."
    if not isinstance(row["before_id"], str) and pd.isna(row["share_before"]):
        return f"{name}, {part(row, 'after')}{near(pair, row, 'before')}."
    if not isinstance(row["after_id"], str) and pd.isna(row["share_after"]):
        before = "before " if pair.order.in_time else ""
        return f"{name}, {before}{part(row, 'before')}{near(pair, row, 'after')}."
    return f"{name}, {moved(pair, row)}{certainty(row)}."


def near(pair: Pair, row: Row, side: str) -> str:
    """Say that none was paired with a theme, and how many students say something near it anyway.

    That nobody does isn't said: what counts as near is narrower than what a reader would.
    """
    if row["kind"] != "theme" or pair.same_run:
        return ""
    there = pair.before.name if side == "before" else pair.after.name
    words = f"; no theme of {there} was paired with it"
    n: int = 0 if pd.isna(row["echoes"]) else int(row["echoes"])
    if not n:
        return words
    says = verb(n, "say", "says")
    return f"{words}, and {n} of {int(row[f'n_{side}'])} there {says} something near it"


def part(row: Row, side: str) -> str:
    """Say how many students of one run have a thing."""
    n, of_, share = int(row[f"with_{side}"]), int(row[f"n_{side}"]), row[f"share_{side}"]
    low, high = row[f"share_{side}_low"], row[f"share_{side}_high"]
    return f"{taken_up(n, of_, share)} ({percent(low)} to {percent(high)})"


def moved(pair: Pair, row: Row) -> str:
    """Say from which share to which, or in which run it is which."""
    if pd.isna(row["share_before"]) or pd.isna(row["share_after"]):
        return "can’t tell how often"
    first, second = percent(row["share_before"]), percent(row["share_after"])
    if pair.order.in_time:
        return f"{first}, then {second}"  # "to" would read as an interval
    return f"{first} in {pair.before.name}, {second} in {pair.after.name}"


def certainty(row: Row) -> str:
    """Give the difference in points with its interval, and how sure it is."""
    if pd.isna(row["difference"]):
        return ""
    words = span(row, " points")
    if row["n_paired"] > 0:
        words += f" among {int(row['n_paired'])} who wrote in both"
    if pd.notna(row["q_value"]):
        words += f"; q {'' if row['q_value'] < LEAST else '= '}{chance(row['q_value'])}"
    return f" ({words})"


def chance(q_value: float) -> str:
    """Write a q-value to three digits; none is 0."""
    return f"{q_value:.3f}" if q_value >= LEAST else f"< {LEAST:.3f}"


def span(row: Row, unit: str = "") -> str:
    """Write a difference with its interval, in points."""
    ends = [row["difference_low"], row["difference_high"]]
    return f"{signed(row['difference'])}{unit}, {points(ends[0])} to {points(ends[1])}"


def signed(share: float) -> str:
    """Write a difference in points with its sign."""
    return ("+" if round(100 * share) > 0 else "") + points(share)


def tensions(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say who discusses what, and where they stand."""
    for row in of(rows, "tension"):
        if row["verdict"] in ALONE:
            yield f"{title_of(pair, str(row['verdict']))}: {change(pair, row)}"
            continue
        yield f"{named_in(pair, row, 160)}: {discussed(pair, row)}.{sought(pair, row)}"
        stances = [
            s
            for s in of(rows, "stance")
            if str(s["before_id"]).rpartition(":")[0] == row["before_id"]
        ]
        known = [s for s in stances if pd.notna(s["share_before"]) and pd.notna(s["share_after"])]
        if not known:
            yield "Too few are placed on it to say where they stand."
            continue
        ends = [certainty(s) if s["verdict"] in DIFFERENT else "" for s in known]
        where = [
            f"{stance(pair, s)}{moved(pair, s)}{end}" for s, end in zip(known, ends, strict=True)
        ]
        n = f"{int(known[0]['n_before'])} and {int(known[0]['n_after'])}"
        clear = "" if any(ends) else f"; no clear {pair.order.noun}"
        yield f"Of the {n} who are placed on it: {'; '.join(where)}{clear}."


def sought(pair: Pair, row: Row) -> str:
    """Warn of a tension that one run found and the other looked for by its words."""
    sides = ((pair.before, row["before_id"]), (pair.after, row["after_id"]))
    alone = [
        side.name
        for side, key in sides
        if pd.isna(by_id(side.tables.tensions, "tension_id")[str(key)]["stability"])
    ]
    if len(alone) != 1:
        return ""
    return (
        f" In {alone[0]} it wasn’t found, but looked for by the words of its poles, which takes in "
        "other sentences: read both ends before you believe a difference."
    )


def discussed(pair: Pair, row: Row) -> str:
    """Say which part of the students discusses a tension."""
    shares = [row[f"share_{side}"] for side in ("before", "after")]
    if any(map(pd.isna, shares)):
        return "can’t tell how many discuss it"
    first, second = map(percent, shares)
    if pair.order.in_time:
        return f"{first} of the students discussed it, then {second}"
    a, b = pair.before.name, pair.after.name
    return f"{first} of the students in {a} and {second} of those in {b} discuss it"


def stance(pair: Pair, row: Row) -> str:
    """Name a stance before its shares; poles of two names are told by both."""
    if row["name_after"].startswith(BOTH):
        return f"{BOTH} "
    first, second = str(row["name_before"]), str(row["name_after"])
    if first == second:
        return f"{second} "
    return f"{first} in {pair.before.name} and {second} in {pair.after.name}: "


def questions(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say which questions are in one run alone, or asked in both."""
    own = of(rows, "question")
    if pair.level == "numbers":
        yield "Questions are withheld where numbers alone are shared."
        return
    both = [r for r in own if isinstance(r["before_id"], str) and isinstance(r["after_id"], str)]
    if both:
        yield f"Asked in both: {listed(pair, both, 'with_after')}."
    elif own:
        yield "No question was found in both."
    for verdict, key in (*zip(ALONE, ("with_after", "with_before") * 2, strict=True),):
        found = [r for r in own if r["verdict"] == verdict]
        title = ASKED.get(verdict) or title_of(pair, verdict)
        many = [r for r in found if students(r, key) >= FEWEST]
        if many:
            yield f"{title}: {listed(pair, many, key, len(found))}."
        elif found:
            yield f"{title}: {count(len(found), 'question')}, none asked by more than one student."


def listed(pair: Pair, rows: list[Row], key: str, n: int = 0) -> str:
    """List the questions that most students ask."""
    ordered = sorted(rows, key=lambda row: -students(row, key))
    named = [f"{named_in(pair, row, 140)} ({asking(row)})" for row in ordered[:SHOWN]]
    left = (n or len(rows)) - len(named)
    return "; ".join(named) + (f"; and {left:,} more" if left > 0 else "")


def asking(row: Row) -> str:
    """Say how many students ask a question, in both runs where both have it."""
    counts = [
        int(row[f"with_{side}"])
        for side in ("before", "after")
        if isinstance(row[f"{side}_id"], str) and pd.notna(row[f"with_{side}"])
    ]
    if len(counts) == 2 and counts[0] == counts[1]:
        return f"{count(counts[0], 'student')} each"
    told = " and ".join(f"{n:,}" for n in counts)
    return f"{told} {plural(counts[-1] if len(counts) == 1 else 2, 'student')}"


def students(row: Row, key: str) -> int:
    """Read how many students there are, 0 for an unknown number."""
    return int(row[key]) if pd.notna(row[key]) else 0


def moves(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say which moves differ."""
    own = [*of(rows, "role"), *of(rows, "move")]
    for verdict in DIFFERENT:
        for row in by_size([r for r in own if r["verdict"] == verdict]):
            yield f"{title_of(pair, verdict)}: {change(pair, row)}"
    yield from unclear(pair, own, "move")


def limits(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say what the numbers don't tell."""
    stages = [
        stage
        for stage in ("segment", "label", "cluster", "compare")
        if pair.before.version(stage) != pair.after.version(stage)
    ]
    if stages:
        yield (
            f"The two were made by different versions of {listing(stages)}, which alone may make a "
            "difference; run crosscurrent again on the older essays."
        )
    words = "“Rose” and “fell”" if pair.order.in_time else "“More in”"
    cause = (
        "Intervals are 95 %, over students. A difference isn’t a cause: another task, week or "
        "teacher changes what is written."
    )
    tested = any(pd.notna(row["p_value"]) for row in rows)
    if tested and not any(row["verdict"] in DIFFERENT for row in rows):
        yield (
            f"No {pair.order.noun} stands after all tests of a kind are counted (q below .05), so "
            f"each may be chance. {cause}"
        )
    elif tested:
        stand = "stand" if pair.order.in_time else "stands"
        yield f"{words} {stand} after all tests of a kind are counted (q below .05). {cause}"
    else:
        say = "say" if pair.order.in_time else "says"
        yield (
            f"Nothing was tested, so {words.lower()} only {say} that an interval "
            "leaves out zero. A difference isn’t a cause."
        )
    if not pair.order.in_time and not pair.order.told:
        yield (
            "Nothing says that one came after the other, so nothing is said to rise or fall; "
            "--in-time (in Python in_time=True) says that it did."
        )


def of(rows: list[Row], kind: str) -> list[Row]:
    """Choose the rows of a kind."""
    return [row for row in rows if row["kind"] == kind]


def by_size(rows: list[Row]) -> list[Row]:
    """Sort by how large the difference is, or the share."""

    def size(row: Row) -> float:
        for key in ("difference", "share_after", "share_before"):
            if pd.notna(row[key]):
                return -abs(float(row[key]))
        return 0.0

    return sorted(rows, key=size)
