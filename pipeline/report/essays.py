"""Collect what each essay's own view shows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pipeline.own import own_questions
from pipeline.report import markup
from pipeline.report.beside import Beside
from pipeline.report.facts import Essay, Link, Point, Quote, Shift, Stand
from pipeline.report.measures import known
from pipeline.report.passages import Passages, anchor
from pipeline.tables import Tables


def essays(tables: Tables, passages: Passages) -> tuple[Essay, ...]:
    """Collect the essays that are shown, in the order of the table."""
    segments = tables.segments[tables.segments["essay_id"].isin(passages.shown)]
    segments = segments.sort_values("ordinal", kind="stable")
    asking = set(segments["segment_id"][own_questions(segments)])
    by_essay = dict(list(segments.groupby("essay_id", sort=False)))
    themes = _themes(tables, passages)
    shifts = _shifts(tables, passages)
    stands = _stands(tables, passages)
    notices: dict[str, list[str]] = defaultdict(list)
    for row in tables.notices[tables.notices["essay_id"].notna()].to_dict("records"):
        notices[row["essay_id"]].append(str(row["message"]))
    none = segments.iloc[:0]
    beside = Beside(tables, passages.shown)
    found = []
    shown = tables.essays["essay_id"].isin(passages.shown)
    for row in tables.essays[shown].to_dict("records"):
        essay_id = row["essay_id"]
        own = by_essay.get(essay_id, none)
        quotes = {key: passages.quote(key) for key in own["segment_id"]}
        claims = [quote for quote in quotes.values() if quote.mark.startswith("C")]
        asked = [quotes[key] for key in own["segment_id"] if key in asking]
        placed = themes.get(essay_id, {})
        held = {key for keys in placed.values() for key in keys}
        found.append(
            Essay(
                essay_id=essay_id,
                anchor=anchor("e", essay_id),
                author=row["author"],
                title=known(row["title"]) or "",
                groups=passages.groups[essay_id],
                submitted=known(row["submitted"]) or "",
                n_words=row["n_words"],
                n_claims=len(claims),
                n_questions=len(asked),
                blocks=markup.blocks(row["text"], own, passages),
                themes=tuple((t, tuple(quotes[k] for k in keys)) for t, keys in placed.items()),
                unthemed=tuple(quote for quote in claims if quote.segment_id not in held),
                questions=tuple(asked),
                shifts=tuple(shifts.get(essay_id, ())),
                stands=tuple(stands.get(essay_id, ())),
                points=_points(claims, passages),
                sources=tuple(quote for quote in quotes.values() if quote.mark.startswith("S")),
                notices=tuple(notices.get(essay_id, ())),
                values=passages.values[essay_id],
                usual=beside.usual(essay_id),
                unusual=beside.unusual(essay_id),
                earlier=beside.earlier(essay_id),
            )
        )
    return tuple(found)


def _themes(tables: Tables, passages: Passages) -> dict[str, dict[Link, list[str]]]:
    names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
    found: dict[str, dict[Link, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = tables.assignments[tables.assignments["theme_id"].notna()]
    shown = passages.in_shown(rows["segment_id"])
    for segment, theme in zip(rows["segment_id"][shown], rows["theme_id"][shown], strict=True):
        link = Link(names.get(theme, theme), anchor("t", theme))
        found[passages.essay_of(segment)][link].append(segment)
    return found


def _shifts(tables: Tables, passages: Passages) -> dict[str, list[Shift]]:
    found: dict[str, list[Shift]] = defaultdict(list)
    shown = tables.shifts["essay_id"].isin(passages.shown)
    for row in tables.shifts[shown].to_dict("records"):
        prior, now = row["prior_segment_id"], row["now_segment_id"]
        before, after = passages.quote(prior), passages.quote(now)
        gap = passages.get(prior, "start") - passages.get(now, "end")
        joined = 0 <= gap <= 1 and before.text.startswith("than ")
        whole = f"{after.text} {before.text}" if joined else ""
        shift = Shift(before, after, float(row["score"]), whole)
        found[row["essay_id"]].append(shift)
    return found


def _stands(tables: Tables, passages: Passages) -> dict[str, list[Stand]]:
    tensions = {row["tension_id"]: row for row in tables.tensions.to_dict("records")}
    used: dict[tuple[str, str], list[Quote]] = defaultdict(list)
    shown = passages.in_shown(tables.evidence["segment_id"])
    for row in tables.evidence[shown].to_dict("records"):
        segment = row["segment_id"]
        key = (passages.essay_of(segment), row["tension_id"])
        used[key].append(
            passages.quote(segment, row["reason"], row["pole"], row["time"] == "prior")
        )
    found: dict[str, list[Stand]] = defaultdict(list)
    placed = tables.positions["essay_id"].isin(passages.shown)
    for row in tables.positions[placed].to_dict("records"):
        tension = tensions[row["tension_id"]]
        found[row["essay_id"]].append(
            Stand(
                Link(str(tension["name"]), anchor("x", row["tension_id"])),
                str(tension["pole_a"]),
                str(tension["pole_b"]),
                _stance(known(row["stance"]), tension),
                known(row["position"]),
                known(row["low"]),
                known(row["high"]),
                tuple(used.get((row["essay_id"], row["tension_id"]), ())),
            )
        )
    return found


def _stance(stance: str | None, tension: dict[Any, Any]) -> str:
    if stance is None:
        return "says only what was believed before"
    return "holds both poles" if stance == "both" else f"leans to {tension[f'pole_{stance}']}"


def _points(claims: list[Quote], passages: Passages) -> tuple[Point, ...]:
    """Gather claims by block; a list item's first claim that ends in a colon is its headline."""
    by_block: dict[int, list[Quote]] = {}
    for claim in claims:
        by_block.setdefault(passages.get(claim.segment_id, "paragraph"), []).append(claim)
    points = []
    for paragraph, found in by_block.items():
        first = found[0]
        item = passages.get(first.segment_id, "block") == "list item"
        headed = item and (first.text.rstrip().endswith(":") or len(found) > 1)
        headline = first.text.rstrip(" :") if headed else ""
        rest = tuple(found[1:] if headed else found)
        points.append(Point(paragraph + 1, headline, first if headed else None, rest))
    return tuple(points)
