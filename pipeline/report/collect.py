"""Collect everything that a report shows into one plain structure.

For maintainers: `collect` reads the tables and returns `Findings` (facts.py), in which every number
already has its words, its interval and its address; `page.render` only lays it out. What the brief
says first is chosen in `brief.py` and worded in `sentences.py`. Nothing here knows HTML.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.own import all_rhetorical
from pipeline.report import measures
from pipeline.report.agreeing import matters
from pipeline.report.apart import apart
from pipeline.report.brief import brief
from pipeline.report.coded import doubts, fits
from pipeline.report.comparing import comparisons, measure_names, rows_of
from pipeline.report.essays import essays
from pipeline.report.facts import (
    Findings,
    Link,
    Move,
    Notice,
    Question,
    Related,
    Row,
    Theme,
)
from pipeline.report.fairness import fair, without_language
from pipeline.report.measures import known
from pipeline.report.passages import Passages, anchor, to_show
from pipeline.report.pulls import tensions
from pipeline.report.shortcodes import emoji_shown
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

MIN_COHORT = 3  # students; one or two are readings of their essays
EXAMPLES = 3  # of a move, of different students
SHARED = 2  # students whose passages of a theme count for one pole relate it to the tension
NOTICES = 400  # that the page lists; the table holds all
SEVERITY_ORDER = {"refused": 0, "skipped": 1, "warning": 2, "note": 3}


@dataclass(frozen=True)
class RunInfo:
    """What the tables don't say about a run: the cohort's name, and who made the page."""

    title: str
    version: str = ""


def collect(tables: Tables, run: RunInfo, settings: ReportSettings) -> Findings:
    """Collect the findings of a run."""
    n = measures.n_students(tables)
    passages = Passages(tables, to_show(tables, settings.essays_in_full))
    rows = rows_of(tables)
    by_theme = _passages_by_theme(tables, passages, settings.listed)
    questions = _questions(tables, passages, settings)
    themes = {
        row["theme_id"]: _theme(row, tables, passages, by_theme, rows, questions, settings)
        for row in tables.themes.to_dict("records")
    }
    main = measures.themes_of(tables, None)["theme_id"].tolist()
    findings = Findings(
        title=run.title,
        n_students=n,
        n_essays=len(tables.essays),
        is_cohort=n >= MIN_COHORT,
        tested=bool(tables.comparisons["p_value"].notna().any()),
        several=measures.several_essays(tables),
        series=measures.series(tables),
        themes=tuple(themes[theme_id] for theme_id in main),
        broader=tuple(theme for key, theme in themes.items() if key not in set(main)),
        tensions=tensions(tables, passages, rows, settings),
        matters=matters(tables, passages),
        questions=questions,
        n_questions=len(tables.questions),
        moves=tuple(_moves(tables, passages)),
        comparisons=tuple(comparisons(rows)),
        essays=essays(tables, passages),
        n_hidden=len(tables.essays) - len(passages.shown),
        notices=tuple(_notices(tables, passages)[:NOTICES]),
        n_notices=len(tables.notices),
        fairness=fair(tables),
        doubts=doubts(tables, passages, settings),
        fits=fits(tables),
        apart=apart(tables, measure_names(tables)),
        no_language=without_language(tables),
    )
    if not findings.is_cohort:
        return findings
    return replace(findings, brief=brief(findings, tables, passages, settings))


def _passages_by_theme(
    tables: Tables, passages: Passages, listed: int
) -> dict[str, tuple[list[str], int]]:
    """List each theme's segments that are no exemplars, the strongest first, and count them.

    A coarse theme has those of its parts; no more are listed than a page shows.
    """
    rows = tables.assignments[tables.assignments["theme_id"].notna()]
    at = passages.places(rows["segment_id"])
    order = np.argsort(-rows["strength"].to_numpy(dtype=float), kind="stable")
    order = order[at[order] >= 0]
    places, theme = at[order], rows["theme_id"].array[order]
    parents = tables.themes.set_index("theme_id")["parent"]
    above = pd.Series(theme).map(parents)
    found = {}
    for row in tables.themes.to_dict("records"):
        key = str(row["theme_id"])
        inside = np.asarray(theme == key) | above.eq(key).fillna(False).to_numpy(dtype=bool)
        own = places[inside]
        own = own[~np.isin(own, passages.places(pd.Series(row["exemplars"], dtype="str")))]
        found[key] = passages.ids(own[:listed]), len(own)
    return found


def _theme(
    row: dict[Any, Any],
    tables: Tables,
    passages: Passages,
    by_theme: dict[str, tuple[list[str], int]],
    rows: list[Row],
    questions: tuple[Question, ...],
    settings: ReportSettings,
) -> Theme:
    theme_id = str(row["theme_id"])
    names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
    children = tables.themes[tables.themes["parent"] == theme_id]["theme_id"]
    parent = known(row["parent"])
    here = anchor("t", theme_id)
    exemplars = [segment for segment in row["exemplars"] if segment in passages]
    segments, n_segments = by_theme[theme_id]
    listed = [*exemplars, *segments][: settings.listed]
    return Theme(
        theme_id=theme_id,
        anchor=here,
        name=str(row["name"]),
        keywords=tuple(map(str, row["keywords"])),
        parent=Link(names[parent], anchor("t", parent)) if parent in names else None,
        children=tuple(Link(names[child], anchor("t", child)) for child in children),
        n_students=int(row["n_students"]),
        n_segments=int(row["n_segments"]),
        share=float(row["share"]),
        low=known(row["share_low"]),
        high=known(row["share_high"]),
        stability=known(row["stability"]),
        by_chance=known(row["stability_by_chance"]),
        exemplars=tuple(passages.quote(s) for s in exemplars[: settings.quotes]),
        members=passages.members(passages.quote(s) for s in listed),
        n_unlisted=len(exemplars) + n_segments - len(listed),
        groups=tuple(line for line in rows if line.anchor == here),
        questions=tuple(
            Link(q.text, q.anchor) for q in questions if q.about and q.about.anchor == here
        ),
        related=_related(theme_id, tables, passages),
        found=known(row["name_found"]) or "",
        named_by=known(row["name_by"]) or "",
        used_by=known(row["name_used_by"]),
    )


def _related(theme_id: str, tables: Tables, passages: Passages) -> tuple[Related, ...]:
    """List the tensions that passages of a theme count for, the most students first."""
    own = tables.assignments.loc[tables.assignments["theme_id"] == theme_id, "segment_id"]
    students: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in tables.evidence[tables.evidence["segment_id"].isin(own)].to_dict("records"):
        if row["time"] == "now" and row["segment_id"] in passages:
            author = passages.author_of(row["segment_id"])
            students[row["tension_id"], row["pole"]].add(author)
    found = []
    for row in tables.tensions.to_dict("records"):
        a, b = (len(students[row["tension_id"], pole]) for pole in ("a", "b"))
        if max(a, b) >= SHARED:
            link = Link(str(row["name"]), anchor("x", row["tension_id"]))
            found.append(Related(link, a, b, str(row["pole_a"]), str(row["pole_b"])))
    return tuple(sorted(found, key=lambda r: -(r.n_a + r.n_b)))


def _questions(
    tables: Tables, passages: Passages, settings: ReportSettings
) -> tuple[Question, ...]:
    """Collect the questions that the page lists, in the order of the ledger."""
    names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
    found = []
    for row in measures.ledger(tables, settings.listed).to_dict("records"):
        segments = [segment for segment in row["segment_ids"] if segment in passages]
        quotes = [passages.quote(segment) for segment in segments[: settings.listed]]
        about = known(row["about"])
        scores = pd.Series([passages.get(s, "rhetorical") for s in segments], dtype=float)
        found.append(
            Question(
                anchor=anchor("q", row["question_id"]),
                text=emoji_shown(str(row["text"])),
                n_students=int(row["n_students"]),
                n_direct=int(row["n_direct"]),
                n_indirect=int(row["n_indirect"]),
                rhetorical=all_rhetorical(scores),
                n_rhetorical=sum("rhetorical" in quote.manner for quote in quotes),
                about=Link(names[about], anchor("t", about)) if about in names else None,
                members=passages.members(quotes),
            )
        )
    return tuple(found)


def _moves(tables: Tables, passages: Passages) -> list[Move]:
    moves = tables.segments["moves"].array
    order = np.argsort(-tables.segments["role_score"].to_numpy(dtype=float), kind="stable")
    examples: dict[str, dict[str, str]] = defaultdict(dict)  # a segment of each author
    for place in order:
        for move in moves[place]:
            if len(examples[move]) < EXAMPLES:
                (segment,) = passages.ids(np.array([place]))
                examples[move].setdefault(passages.author_of(segment), segment)
    return [
        Move(
            share.name,
            anchor("m", share.name),
            share.n_students,
            share.share,
            share.low,
            share.high,
            tuple(passages.quote(segment) for segment in examples[share.name].values()),
        )
        for share in measures.moves_of(tables)
    ]


def _notices(tables: Tables, passages: Passages) -> list[Notice]:
    rows = sorted(
        tables.notices.to_dict("records"), key=lambda row: SEVERITY_ORDER[row["severity"]]
    )
    found = []
    for row in rows:
        essay = known(row["essay_id"])
        link = None
        if essay in passages.author:
            link = Link(
                passages.author[essay], anchor("e", essay) if essay in passages.shown else ""
            )
        found.append(Notice(link, str(row["severity"]), str(row["stage"]), str(row["message"])))
    return found
