"""Collect each tension: who stands where, on which passages, who moved, who is not placed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from pipeline.report.beside import in_time
from pipeline.report.facts import Change, Listed, Quote, Row, Standing, Tension
from pipeline.report.measures import known, names_of_themes, priors
from pipeline.report.passages import Passages, anchor
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

MOVED = 0.5  # of the scale from -1 to 1: a smaller change is no move


def tensions(
    tables: Tables, passages: Passages, rows: list[Row], settings: ReportSettings
) -> tuple[Tension, ...]:
    """Collect the tensions in the order of the table."""
    return tuple(
        _tension(row, tables, passages, rows, settings)
        for row in tables.tensions.to_dict("records")
    )


def _tension(
    row: dict[Any, Any],
    tables: Tables,
    passages: Passages,
    rows: list[Row],
    settings: ReportSettings,
) -> Tension:
    tension_id = str(row["tension_id"])
    here = anchor("x", tension_id)
    placed = tables.stances[tables.stances["tension_id"] == tension_id]
    stance: dict[str, str] = dict(zip(placed["author"], placed["stance"], strict=True))
    evidence = _evidence(tables, passages, tension_id)
    now = [quote for quote in evidence if not quote.before]
    side: dict[str, list[Quote]] = defaultdict(list)
    for quote in now:
        side[stance.get(quote.author, quote.side)].append(quote)
    changes = _changes(tables, passages, tension_id, evidence)
    told = {quote.segment_id for change in changes for quote in change.quotes}
    side["before"] = [q for q in evidence if q.before and q.segment_id not in told]
    counts = list(stance.values())
    heard = stance.keys() | {quote.author for quote in evidence}
    silent = [a for a in dict.fromkeys(tables.essays["author"]) if a not in heard]
    most = settings.listed
    return Tension(
        tension_id=tension_id,
        anchor=here,
        name=str(row["name"]),
        pole_a=str(row["pole_a"]),
        pole_b=str(row["pole_b"]),
        n_students=len(stance) or int(row["n_students"]),
        n_evidence=int(row["n_evidence"]),
        stability=known(row["stability"]),
        n_a=counts.count("a"),
        n_b=counts.count("b"),
        n_both=counts.count("both"),
        quotes_a=tuple(quote for quote in now if quote.side == "a")[:most],
        quotes_b=tuple(quote for quote in now if quote.side == "b")[:most],
        members_a=passages.members(side["a"][:most]),
        members_b=passages.members(side["b"][:most]),
        both=passages.members(side["both"][:most]),
        before=passages.members(side["before"][:most]),
        lists={key: _listed(side[key], most) for key in ("a", "b", "both", "before")},
        changes=changes,
        n_before=len(heard - stance.keys()),
        n_silent=len(silent),
        silent=tuple(silent[:most]),
        groups=tuple(line for line in rows if line.anchor == here),
        standings=_standings(placed),
        drifts=_drifts(tables, passages, tension_id, now),
        has_priors=not stance.keys().isdisjoint(priors(tables, tension_id)),
        theme=_theme(tables, tension_id),
    )


def _listed(quotes: list[Quote], most: int) -> Listed:
    return Listed(len({quote.author for quote in quotes}), max(0, len(quotes) - most))


def _theme(tables: Tables, tension_id: str) -> tuple[str, str] | None:
    """Name the theme that all passages of a tension take up, if there is one, and its place."""
    rows = tables.evidence[tables.evidence["tension_id"] == tension_id]
    used = tables.assignments[tables.assignments["segment_id"].isin(rows["segment_id"])]
    ids, names = used["theme_id"].unique(), names_of_themes(tables)
    if len(used) < rows["segment_id"].nunique() or len(ids) != 1 or ids[0] not in names:
        return None
    return names[ids[0]], anchor("t", ids[0])


def _standings(placed: pd.DataFrame) -> tuple[Standing, ...]:
    """List everybody who is placed, from pole a to pole b."""
    rows = placed[placed["position"].notna()].sort_values(["position", "author"], kind="stable")
    return tuple(
        Standing(
            author=str(row["author"]),
            position=float(row["position"]),
            low=known(row["low"]),
            high=known(row["high"]),
            stance=str(row["stance"]),
            n_essays=int(row["n_essays"]),
        )
        for row in rows.to_dict("records")
    )


def _evidence(tables: Tables, passages: Passages, tension_id: str) -> list[Quote]:
    """Quote the evidence of a tension: the student's own words first, then by weight."""
    rows = tables.evidence[tables.evidence["tension_id"] == tension_id]
    rows = rows.assign(own=[passages.get(s, "holder") == "author" for s in rows["segment_id"]])
    rows = rows.sort_values(["own", "weight"], ascending=False, kind="stable")
    return [
        passages.quote(used["segment_id"], used["reason"], used["pole"], used["time"] == "prior")
        for used in rows.to_dict("records")
        if used["segment_id"] in passages
    ]


def _changes(
    tables: Tables, passages: Passages, tension_id: str, evidence: list[Quote]
) -> tuple[Change, ...]:
    """List the essays in which a student moved, what was believed before ahead of what is now."""
    by_essay: dict[str, list[Quote]] = defaultdict(list)
    for quote in sorted(evidence, key=lambda quote: not quote.before):
        by_essay[quote.essay_id].append(quote)
    rows = tables.positions[tables.positions["tension_id"] == tension_id]
    rows = rows[rows["prior"].notna() & rows["position"].notna()]
    found = []
    for row in rows.to_dict("records"):
        moved = row["position"] - row["prior"]
        if abs(moved) >= MOVED:
            essay = row["essay_id"]
            found.append(
                Change(
                    author=passages.author[essay],
                    essay_anchor=anchor("e", essay) if essay in passages.shown else "",
                    prior=row["prior"],
                    position=row["position"],
                    toward="a" if moved < 0 else "b",
                    quotes=tuple(by_essay[essay]),
                )
            )
    return tuple(sorted(found, key=lambda c: (c.toward, -abs(c.position - c.prior), c.author)))


def _drifts(
    tables: Tables, passages: Passages, tension_id: str, now: list[Quote]
) -> tuple[Change, ...]:
    """List the students whose last essay stands elsewhere than their first, the farthest first."""
    rows = tables.positions[tables.positions["tension_id"] == tension_id]
    place = {
        e: float(p)
        for e, p in zip(rows["essay_id"], rows["position"], strict=True)
        if known(p) is not None
    }
    found = []
    for author, essays in in_time(tables).items():
        placed = [essay for essay in essays if essay in place]
        if not placed or essays[placed[0]] == essays[placed[-1]]:
            continue
        first, last = placed[0], placed[-1]
        moved = place[last] - place[first]
        if abs(moved) >= MOVED:
            quotes = sorted(
                (q for q in now if q.essay_id in (first, last)), key=lambda q: q.essay_id != first
            )
            found.append(
                Change(
                    author=author,
                    essay_anchor=anchor("e", last) if last in passages.shown else "",
                    prior=place[first],
                    position=place[last],
                    toward="a" if moved < 0 else "b",
                    quotes=tuple(quotes),
                )
            )
    return tuple(sorted(found, key=lambda c: (c.toward, -abs(c.position - c.prior), c.author)))
