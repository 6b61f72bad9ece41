"""Put the comparisons of groups into words."""

from __future__ import annotations

from typing import Any

from pipeline.occasions import in_order
from pipeline.report import measures
from pipeline.report.facts import Comparison, Row
from pipeline.report.measures import known
from pipeline.report.passages import anchor
from pipeline.report.words import quoted
from pipeline.tables import MOVES, Tables

# What a measure counts: its name in a table, and what students "more often" do.
LEANINGS = {
    "a": ("Lean to {pole_a}", "lean to {pole_a}"),
    "b": ("Lean to {pole_b}", "lean to {pole_b}"),
    "both": ("Hold both, {name}", "hold both poles of {name}"),
}
MAKING = {
    "belief": "say what they believe",
    "prior belief": "say what they believed before",
    "learning": "say what they learned",
    "feeling": "speak of a feeling",
    "difficulty": "name a difficulty",
    "perspective": "take somebody else's view",
    "intention": "say what they will do",
    "experience": "tell what they have lived",
}
ROLES = {"question": ("Ask a question", "ask a question")}


def rows_of(tables: Tables) -> list[Row]:
    """List the comparisons of groups, in words, each measure's groups in order."""
    names = measure_names(tables)
    found = []
    turned = measures.mirrored(tables.comparisons)
    for row, told in zip(tables.comparisons.to_dict("records"), turned, strict=True):
        if row["grouping"] != "cohort":
            key = str(row["measure_id"])
            name = names.get((str(row["measure"]), key), (key, key, ""))
            found.append(_row(row, name, bool(told)))
    return found


Names = dict[tuple[str, str], tuple[str, str, str]]


def measure_names(tables: Tables) -> Names:
    """Name each measure: in a table, after "more often", and its place on the page."""
    names: Names = {("role", key): (*words, "") for key, words in ROLES.items()}
    made = {share.name for share in measures.moves_of(tables)}
    for move in MOVES:
        here = anchor("m", move) if move in made else ""
        names["move", move] = (f"Move: {move}", MAKING[move], here)
    for row in tables.themes.to_dict("records"):
        theme, name = str(row["theme_id"]), str(row["name"])
        names["theme", theme] = (name, f"take up {quoted(name)}", anchor("t", theme))
    for row in tables.tensions.to_dict("records"):
        tension = str(row["tension_id"])
        for side, (what, does) in LEANINGS.items():
            words = (what.format_map(row), does.format_map(row), anchor("x", tension))
            names["tension", f"{tension}:{side}"] = words
    return names


def _row(row: dict[Any, Any], name: tuple[str, str, str], told: bool) -> Row:
    share = known(row["share"])
    n_with = known(row["n_with"])
    return Row(
        what=name[0],
        does=name[1],
        anchor=name[2],
        grouping=str(row["grouping"]),
        group=str(row["group"]),
        n_students=int(row["n_students"]),
        n_with=None if n_with is None else int(n_with),
        share=share,
        low=known(row["share_low"]),
        high=known(row["share_high"]),
        difference=known(row["difference"]),
        difference_low=known(row["difference_low"]),
        difference_high=known(row["difference_high"]),
        q_value=known(row["q_value"]),
        small=share is None,
        mirrored=told,
    )


def comparisons(rows: list[Row]) -> list[Comparison]:
    """Gather the rows of each grouping."""
    groupings = dict.fromkeys(row.grouping for row in rows)
    found = []
    for grouping in groupings:
        own = [row for row in rows if row.grouping == grouping]
        groups = in_order(list({row.group for row in own}))
        found.append(Comparison(grouping, anchor("g", grouping), tuple(groups), tuple(own)))
    return found
