"""Tell the difference of two runs in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.between.sides import by_id
from pipeline.report.coded import VERDICTS as MEANT
from pipeline.report.words import count, excerpt, listing, percent, points, quoted, taken_up, verb

if TYPE_CHECKING:
    from pipeline.between.found import Found
    from pipeline.between.sides import Pair, Side

SHOWN = 5  # of what isn't certain, or is new: the table has the rest
FEWEST = 2  # students who ask a question that is told as new or gone
LEAST = 0.001  # of a q-value that is written with its digits
MISFIT = "no longer fits"
FITS = {**MEANT, "moved": "has other sentences around it now: read its passages"}
Row = dict[str, Any]

VERDICTS = (
    ("rose", "Rose"),
    ("fell", "Fell"),
    ("new", "New"),
    ("gone", "Gone"),
    (MISFIT, "No longer fits"),
)
HEADS = {
    "rose": ("rose", "rose"),
    "fell": ("fell", "fell"),
    "new": ("are new", "is new"),
    "gone": ("are gone", "is gone"),
    "no longer fits": ("no longer fit", "no longer fits"),
}
BY = {
    "run": "Both are parts of one run and have its themes.",
    "codebook": "Themes are those of the codebook that both runs share.",
    "sentences": "{} were found in each run by itself and matched by their sentences: at least "
    ".4 times as near to each other as within a theme, or .25 with words of their names in common. "
    "Of such pairs in our tests three in four were about the same, so look at the names. A share "
    "may also differ because the program drew a line elsewhere; for a stricter comparison give the "
    "later run the codebook of the earlier one.",
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
    parts = [
        Part("Who wrote", tuple(who(found.pair))),
        Part("Themes", tuple(themes(found.pair, rows))),
        Part("Tensions", tuple(tensions(rows))),
        Part("Questions", tuple(questions(found.pair, rows))),
        Part("Moves", tuple(moves(rows))),
        Part("What this can’t tell", tuple(limits(found.pair, rows))),
    ]
    return [part for part in parts if part.lines]


def headline(found: Found) -> str:
    """Say the most important in one sentence."""
    themes = found.table[found.table["kind"] == "theme"]
    counts = {v: int((themes["verdict"] == v).sum()) for v in HEADS}
    told = [f"{n:,} {verb(n, *HEADS[v])}" for v, n in counts.items() if n]
    runs = f"{found.pair.before.name} and {found.pair.after.name}"
    if not told:
        return f"Between {runs} no theme changed clearly."
    return f"Between {runs}, of {count(len(themes), 'theme')} {listing(told)}."


def who(pair: Pair) -> Iterator[str]:
    """Say which classes are compared, and whether students are the same."""
    yield f"From {told(pair.before)} to {told(pair.after)}."
    n = len(pair.same)
    if pair.level == "numbers":
        yield (
            "At least one of them shares numbers alone, so both are compared by how many students "
            "ever have a thing, and whether the same students wrote can’t be known: tests take "
            "them for different ones."
        )
    elif pair.paired:
        yield f"{count(n, 'student')} wrote in both, and each is compared with themselves."
    elif n:
        yield (
            f"{count(n, 'student')} wrote in both, too few to compare them with themselves, so "
            "differences and tests are without them."
        )
    else:
        yield "Nobody is known to have written in both, so all are taken for different students."
    if n := pair.n_same_essays:
        yield (
            f"{count(n, 'essay')} {verb(n, 'stand', 'stands')} in both, so that nothing is tested: "
            "what differs may come from settings alone."
        )


def told(side: Side) -> str:
    """Name a run with its sizes."""
    essays, n = len(side.tables.essays), side.n_students
    return f"{side.name} ({count(essays, 'essay')} by {count(n, 'student')})" if n else side.name


def themes(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say what rose, fell, is new or gone, and no longer fits."""
    own = of(rows, "theme")
    if not own:
        yield "Neither run has a theme that can be told."
        return
    ways = {str(row["matched"]) for row in own if isinstance(row["matched"], str)}
    for way in BY:
        if way in ways:
            yield BY[way].format("Other themes" if "codebook" in ways else "Themes")
    for verdict, title in VERDICTS:
        for row in by_size([r for r in own if r["verdict"] == verdict]):
            yield f"{title}: {change(row)}{why(pair, row) if verdict == MISFIT else ''}"
    yield from unclear(own, "theme")


def why(pair: Pair, row: Row) -> str:
    """Say what is meant by a theme that no longer fits."""
    if row["matched"] == "codebook":
        drift = by_id(pair.after.tables.drift, "theme_id")[str(row["after_id"])]
        return f" It {FITS[str(drift['verdict'])]}."
    if isinstance(row["after_id"], str):
        return " The names are alike, the sentences are only in part."
    return " It is no theme of its own any longer."


def unclear(own: list[Row], word: str) -> Iterator[str]:
    """Count what shows no clear change, the largest differences first, and what can't be told."""
    level = by_size([r for r in own if r["verdict"] == "no clear change"])
    if level:
        named = [f"{short(row)} {moved(row)}{unsure(row)}" for row in level[:SHOWN]]
        more = f" and {len(level) - SHOWN} more" if len(level) > SHOWN else ""
        yield f"No clear change, {count(len(level), word)}: {', '.join(named)}{more}."
    cannot = [r for r in own if r["verdict"] == "can't tell"]
    if cannot:
        names = ", ".join(map(short, cannot[:SHOWN]))
        yield f"Can’t tell, {count(len(cannot), word)}: {names}."


def unsure(row: Row) -> str:
    """Say so where an interval leaves out zero and the tests of all don't."""
    if row["difference_low"] > 0 or row["difference_high"] < 0:
        return f"{certainty(row)}, which may be chance"
    return ""


def short(row: Row) -> str:
    """Name a thing in few words."""
    return quoted(excerpt(str(row["name"]), 60))


def change(row: Row) -> str:
    """Tell of one thing how it changed."""
    name = quoted(excerpt(str(row["name"]), 160))
    if (
        isinstance(row["name_before"], str)
        and isinstance(row["name_after"], str)
        and row["name_before"] != row["name_after"]
    ):
        name += f", before called {quoted(excerpt(row['name_before'], 80))}"
    if not isinstance(row["before_id"], str):
        return f"{name}, {part(row, 'after')}{near(row, 'before')}."
    if not isinstance(row["after_id"], str) and pd.isna(row["share_after"]):
        return f"{name}, before {part(row, 'before')}{near(row, 'after')}."
    return f"{name}, {moved(row)}{certainty(row)}."


def near(row: Row, side: str) -> str:
    """Say how many students of the run without a theme say something near it."""
    if pd.isna(row["echoes"]):
        return ""
    n, of_ = int(row["echoes"]), int(row[f"n_{side}"])
    when = "before, " if side == "before" else "now "
    return f"; {when}{n or 'none'} of {of_} {verb(n, 'say', 'says')} something near it"


def part(row: Row, side: str) -> str:
    """Say how many students of one run have a thing."""
    n, of_, share = int(row[f"with_{side}"]), int(row[f"n_{side}"]), row[f"share_{side}"]
    low, high = row[f"share_{side}_low"], row[f"share_{side}_high"]
    return f"{taken_up(n, of_, share)} ({percent(low)} to {percent(high)})"


def moved(row: Row) -> str:
    """Say from which share to which."""
    if pd.isna(row["share_before"]) or pd.isna(row["share_after"]):
        return "can’t tell how often"
    return f"{percent(row['share_before'])} to {percent(row['share_after'])}"


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


def tensions(rows: list[Row]) -> Iterator[str]:
    """Say who discusses what, and where they stand."""
    for row in of(rows, "tension"):
        if row["verdict"] in ("new", "gone"):
            yield f"{dict(VERDICTS)[row['verdict']]}: {change(row)}"
            continue
        yield f"{quoted(str(row['name']))} is discussed by {moved(row)} of the students."
        stances = [
            s
            for s in of(rows, "stance")
            if str(s["before_id"]).rpartition(":")[0] == row["before_id"]
        ]
        known = [s for s in stances if pd.notna(s["share_before"]) and pd.notna(s["share_after"])]
        if not known:
            yield "Too few are placed on it to say where they stand."
            continue
        ends = [certainty(s) if s["verdict"] in ("rose", "fell") else "" for s in known]
        where = [f"{s['name']} {moved(s)}{end}" for s, end in zip(known, ends, strict=True)]
        n = f"{int(known[0]['n_before'])} and {int(known[0]['n_after'])}"
        clear = "" if any(ends) else "; no clear change"
        yield f"Of the {n} who are placed on it: {'; '.join(where)}{clear}."


def questions(pair: Pair, rows: list[Row]) -> Iterator[str]:
    """Say which questions are new, gone, or asked in both."""
    own = of(rows, "question")
    if pair.level == "numbers":
        yield "Questions are withheld where numbers alone are shared."
        return
    both = [r for r in own if isinstance(r["before_id"], str) and isinstance(r["after_id"], str)]
    if both:
        yield f"Asked in both: {listed(both, 'with_after')}."
    elif own:
        yield "No question is asked in both."
    for verdict, title, key in (
        ("new", "New", "with_after"),
        ("gone", "No longer asked", "with_before"),
    ):
        found = [r for r in own if r["verdict"] == verdict]
        many = [r for r in found if students(r, key) >= FEWEST]
        if many:
            yield f"{title}: {listed(many, key, len(found))}."
        elif found:
            yield f"{title}: {count(len(found), 'question')}, none asked by more than one student."


def listed(rows: list[Row], key: str, n: int = 0) -> str:
    """List the questions that most students ask."""
    ordered = sorted(rows, key=lambda row: -students(row, key))
    named = [
        f"{quoted(excerpt(str(row['name']), 140))} ({count(students(row, key), 'student')})"
        for row in ordered[:SHOWN]
    ]
    left = (n or len(rows)) - len(named)
    return ", ".join(named) + (f" and {left:,} more" if left > 0 else "")


def students(row: Row, key: str) -> int:
    """Read how many students there are, 0 for an unknown number."""
    return int(row[key]) if pd.notna(row[key]) else 0


def moves(rows: list[Row]) -> Iterator[str]:
    """Say which moves rose or fell."""
    own = [*of(rows, "role"), *of(rows, "move")]
    for verdict, title in VERDICTS[:2]:
        for row in by_size([r for r in own if r["verdict"] == verdict]):
            yield f"{title}: {change(row)}"
    yield from unclear(own, "move")


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
    tested = any(pd.notna(row["p_value"]) for row in rows)
    if tested:
        yield (
            "“Rose” and “fell” stand after all tests of a kind are counted (q below .05). "
            "Intervals are 95 %, over students. A difference isn’t a cause: another task, week or "
            "teacher changes what is written."
        )
    else:
        yield (
            "Nothing was tested, so “rose” and “fell” only say that an interval leaves out zero. A "
            "difference isn’t a cause."
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
