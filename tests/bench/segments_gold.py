"""How well real posts are cut and labelled: `python tests/bench/segments_gold.py [--part dev]`.

Measures on the units of `data/gold/posts`, which readers cut and labelled before the code saw them.
A unit that finds no segment is an error, and so is a segment of a read passage that is no unit's.
In brackets: 95 % bootstrap intervals over passages. "weighted": each passage by how many of its
kind the cohort has. It comes out the same each time, and prints texts: don't share what it prints.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from rich.text import Text
from segments_read import (
    GOLD,
    Made,
    Span,
    alignment,
    cut,
    files_of,
    labelled,
    matched,
    read_units,
    span_of,
    unit_span,
    words_of,
)
from sklearn.metrics import cohen_kappa_score

from pipeline.cues import plain
from pipeline.errors import CrosscurrentError
from pipeline.tables import MOVES

REPOSITORY = Path(__file__).resolve().parents[2]
Numbers = NDArray[np.float64]
Truth = Callable[[dict[str, Any]], bool]
DRAWS = 2_000
ROLES = ("claim", "account", "frame")
GOALS = {
    "sentence with question": 0.95,
    "sentence with indirect question": 0.88,
    "question": 0.95,
    "indirect question": 0.88,
    "claim, account, frame: macro-F1": 0.80,
    "sentence ends": 0.94,
    "sentence ends in prose": 0.94,
}
WONDERS = ("wonder", "curious")


def is_role(role: str) -> Truth:
    """Ask a row for its role."""
    return lambda row: row["role"] == role


def is_form(form: str) -> Truth:
    """Ask a row for the form of its question."""
    return lambda row: row["role"] == "question" and row["form"] == form


def asserts(row: dict[str, Any]) -> bool:
    """Tell whether a row is a claim or an account."""
    return row["role"] in ("claim", "account")


def is_holder(*holders: str) -> Truth:
    """Ask a claim or account for its holder."""
    return lambda row: asserts(row) and row["holder"] in holders


def is_endorsed(stance: str) -> Truth:
    """Ask a claim or account of somebody else's for the author's stance."""
    return lambda row: (
        asserts(row) and row["holder"] in ("source", "other") and row["endorsed"] == stance
    )


def makes(move: str) -> Truth:
    """Ask a claim or account of the author's for a move."""
    return lambda row: asserts(row) and row["holder"] == "author" and move in row["moves"]


ASKED: dict[str, Truth] = {
    "question": is_role("question"),
    "direct question": is_form("direct"),
    "indirect question": is_form("indirect"),
    **{role: is_role(role) for role in ROLES},
    "holder: source": is_holder("source"),
    "holder: other": is_holder("other"),
    "holder: source or other": is_holder("source", "other"),
    "endorsed": is_endorsed("yes"),
    "rejected": is_endorsed("no"),
    **{f"move: {move}": makes(move) for move in MOVES},
}


class Counts:
    """Hits, false alarms and misses by passage, each (passages, 3), and the weights (passages,)."""

    def __init__(self, units: pd.DataFrame, leftover: pd.DataFrame) -> None:
        self.units, self.leftover = units, leftover
        self.passages = units.drop_duplicates("passage").set_index("passage")["weight"]
        rng = np.random.default_rng(0)
        n = len(self.passages)
        self.draws = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(float)

    def by_passage(self, rows: list[tuple[str, bool, bool]]) -> Numbers:
        """Count (passage, meant, said) triples."""
        place = {passage: n for n, passage in enumerate(self.passages.index)}
        table = np.zeros((len(place), 3))
        for passage, meant, said in rows:
            if meant or said:
                table[place[passage], 0 if meant and said else 1 if said else 2] += 1
        return table

    def of(self, asked: Truth) -> Numbers:
        """Count one label: over units, and leftover segments that say it."""
        rows = [
            (row["passage"], asked(row), row["said"] is not None and asked(row["said"]))
            for row in self.units.to_dict("records")
        ]
        rows += [
            (row["passage"], False, asked(row["said"]))
            for row in self.leftover[~self.leftover["end"].astype(bool)].to_dict("records")
        ]
        return self.by_passage(rows)

    def of_sentences(self, asked: Truth) -> Numbers:
        """Count one label over whole sentences: any part of it is meant, any part says it."""
        units = self.units
        number = (units["ends"].shift(fill_value=1) == 1) | (
            units["passage"] != units["passage"].shift()
        )
        rows: list[tuple[str, bool, bool]] = []
        extra = self.leftover[~self.leftover["end"].astype(bool)]
        for _, part in units.groupby(number.cumsum()):
            spans = [span for span in part["span"] if span]
            low, high = (spans[0][0], spans[-1][1]) if spans else (0, 0)
            others = extra.loc[extra["passage"] == part["passage"].iloc[0], ["said", "span"]]
            inside = [
                s for s, (a, b) in others.itertuples(index=False) if low <= (a + b) / 2 < high
            ]
            said = [*(s for s in part["said"] if s), *inside]
            meant = any(asked(row) for row in part.to_dict("records"))
            rows.append((part["passage"].iloc[0], meant, any(map(asked, said))))
        return self.by_passage(rows)

    def of_rule(self, meant: Truth, rule: Callable[[str], bool]) -> Numbers:
        """Count a rule over the words of units, as a baseline."""
        return self.by_passage(
            [(r["passage"], meant(r), rule(r["text"])) for r in self.units.to_dict("records")]
        )

    def of_ends(self, *, prose: bool) -> Numbers:
        """Count the ends of sentences; in prose: of passages of paragraphs alone."""
        keep = self.units[self.units["ends"] == 1]
        extra = self.leftover[self.leftover["end"].astype(bool)]
        if prose:
            prose_passages = {
                passage
                for passage, part in self.units.groupby("passage")
                if all(r is None or r["block"] == "paragraph" for r in part["said"])
            }
            keep = keep[keep["passage"].isin(prose_passages)]
            extra = extra[extra["passage"].isin(prose_passages)]
        rows = [(p, True, bool(f)) for p, f in zip(keep["passage"], keep["end_found"], strict=True)]
        return self.by_passage(rows + [(passage, False, True) for passage in extra["passage"]])


def f1(counts: Numbers) -> Numbers:
    """Give F1 of (..., 3) hits, false alarms and misses."""
    hits, alarms, misses = np.moveaxis(counts, -1, 0)
    return 2 * hits / np.maximum(2 * hits + alarms + misses, 1e-9)


def line(name: str, tables: list[Numbers], counts: Counts) -> list[str]:
    """Lay out one measure: the mean over tables of precision, recall, F1; interval; weighted F1."""
    whole = [table.sum(axis=0) for table in tables]
    value = np.mean([f1(total) for total in whole])
    drawn = np.mean([f1(np.tensordot(counts.draws, t, axes=1)) for t in tables], axis=0)
    low, high = np.quantile(drawn, [0.025, 0.975])
    weights = counts.passages.to_numpy(dtype=float)
    weighted = np.mean([f1(weights @ table) for table in tables])
    goal = GOALS.get(name)
    hits, alarms, misses = whole[0]
    exact = len(tables) == 1
    return [
        name,
        f"{hits + misses:.0f}" if exact else "",
        f"{hits / max(hits + alarms, 1):.3f}" if exact else "",
        f"{hits / max(hits + misses, 1):.3f}" if exact else "",
        f"{value:.3f} [{low:.3f}, {high:.3f}]",
        f"{weighted:.3f}",
        "" if goal is None else f"{goal:.2f}",
        "" if goal is None else "yes" if value >= goal else "no",
    ]


def measured(counts: Counts, shifts: Numbers, *, whole_gold: bool = True) -> Table:
    """Set all measures out, a line each; those of moves and ends for a gold that has them."""
    grid = Table("label", "n", "precision", "recall", "F1", "weighted", "goal", "reached")
    known = {n: asked for n, asked in ASKED.items() if whole_gold or not n.startswith("move")}
    rows = [line(name, [counts.of(asked)], counts) for name, asked in known.items()]
    whole = {f"sentence with {kind}": ASKED[kind] for kind in ("question", "indirect question")}
    rows[:0] = [line(name, [counts.of_sentences(asked)], counts) for name, asked in whole.items()]
    tables = [counts.of(ASKED[role]) for role in ROLES]
    rows.insert(8, line("claim, account, frame: macro-F1", tables, counts))
    meant = ASKED["question"]
    rules: dict[str, Callable[[str], bool]] = {
        "  baseline: ends in ?": lambda text: text.rstrip("\"'”’)* ").endswith("?"),
        "  baseline: that, or wonder, curious": lambda text: (
            text.rstrip("\"'”’)* ").endswith("?") or any(word in text.lower() for word in WONDERS)
        ),
    }
    rows[3:3] = [line(name, [counts.of_rule(meant, rule)], counts) for name, rule in rules.items()]
    if whole_gold:
        rows.append(line("sentence ends", [counts.of_ends(prose=False)], counts))
        rows.append(line("sentence ends in prose", [counts.of_ends(prose=True)], counts))
    rows.append(shift_line(shifts))
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def shift_counts(gold: pd.DataFrame, made: Made, cohort: Path) -> tuple[Numbers, list[list[str]]]:
    """Count shifts by file, and list those missed and invented.

    A shift found is right where both its segments share at least half of the shorter's words with
    what the reader marked. What the reader wasn't sure of counts neither way.
    """
    sides = ("prior", "now")
    meant: dict[str, list[dict[str, Any]]] = {}
    words = {file: words_of(text) for file, text in made.texts.items()}
    for file, rows in gold.groupby("file"):
        original = (cohort / str(file)).read_text(encoding="utf-8")
        places, _ = alignment(original, made.texts[str(file)])
        for row in rows.to_dict("records"):
            bounds = {side: (row[f"{side}_start"], row[f"{side}_end"]) for side in sides}
            row |= {side: unit_span(original, places, *bounds[side]) for side in sides}
            row["texts"] = [original[slice(*bounds[side])] for side in sides]
            meant.setdefault(str(file), []).append(row)
    by_id = made.segments.set_index("segment_id")
    table = {file: np.zeros(3) for file in made.texts}
    wrong: list[list[str]] = []
    read = set(gold["file"].str.split("/").str[0])  # authors whose posts were read for shifts
    for shift in made.shifts.sort_values("score", ascending=False).to_dict("records"):
        file = made.file_of[shift["essay_id"]]
        if file.split("/")[0] not in read:
            continue
        found = [by_id.loc[shift[f"{side}_segment_id"]] for side in sides]
        spans = [span_of(words[file], one["start"], one["end"]) for one in found]
        hit = next(
            (
                row
                for row in meant.get(file, [])
                if all(shared(row[side], span) for side, span in zip(sides, spans, strict=True))
            ),
            None,
        )
        if hit is None:
            table[file][1] += 1
            wrong.append(["shift invented", *(one["text"] for one in found)])
            continue
        meant[file].remove(hit)
        table[file][0] += hit["sure"]
    for file, rows in meant.items():
        table[file][2] += sum(row["sure"] for row in rows)
        wrong += [["shift missed", *row["texts"]] for row in rows if row["sure"]]
    return np.array(list(table.values())), wrong


def shared(meant: Span | None, found: Span) -> bool:
    """Tell whether two spans of words share at least half of the shorter."""
    if meant is None:
        return False
    both = min(meant[1], found[1]) - max(meant[0], found[0])
    return both >= min(meant[1] - meant[0], found[1] - found[0]) / 2


def shift_line(table: Numbers) -> list[str]:
    """Lay out the shifts: precision and recall with their intervals over files."""
    n = len(table)
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), DRAWS) @ table
    cells = []
    for column, total in ((1, table.sum(axis=0)), (2, table.sum(axis=0))):
        value = total[0] / max(total[0] + total[column], 1)
        low, high = np.quantile(
            drawn[:, 0] / np.maximum(drawn[:, 0] + drawn[:, column], 1), [0.025, 0.975]
        )
        cells.append(f"{value:.3f} [{low:.3f}, {high:.3f}]")
    hits, _, misses = table.sum(axis=0)
    f1_found = float(f1(table.sum(axis=0)))
    return [
        "shifts (precision, recall)",
        f"{hits + misses:.0f}",
        *cells,
        f"{f1_found:.3f}",
        "",
        ".75, .60",
        "",
    ]


def confusions(counts: Counts) -> Table:
    """Set the roles that were meant against those that were found."""
    names = ("question", *ROLES, "none")
    said = [row["role"] if row else "none" for row in counts.units["said"]]
    pairs = Counter(zip(counts.units["role"], said, strict=True))
    extra = counts.leftover[~counts.leftover["end"].astype(bool)]
    pairs.update(("none", row["role"]) for row in extra["said"])
    grid = Table("meant, down; found, across", *names)
    for meant in names:
        grid.add_row(meant, *(str(pairs[meant, found]) for found in names))
    return grid


def errors_of(counts: Counts, asked: str) -> list[tuple[str, ...]]:
    """List the texts that are wrong in one label: the kind of error, text and reason."""
    truth = ASKED[asked]
    found = []
    for row in counts.units.to_dict("records"):
        meant, said = truth(row), row["said"] is not None and truth(row["said"])
        if meant != said:
            other = row["said"] or {"role": "none", "reason": "", "text": ""}
            kind = f"{asked} " + ("missed" if meant else "invented")
            found.append((kind, row["text"], f"{other['role']}: {other['reason']}"))
    for row in counts.leftover[~counts.leftover["end"].astype(bool)]["said"]:
        if truth(row):
            found.append((f"{asked} in a segment that is no unit", row["text"], row["reason"]))
    return found


def agreement(units: pd.DataFrame, second: pd.DataFrame) -> Table:
    """Give the agreement of a second reader with the first (Cohen's kappa), label by label."""
    grid = Table("label", "units", "same", "kappa")
    both = units.merge(second, on=["file", "start"], suffixes=("", "_2"))
    both["question"], both["question_2"] = both["role"] == "question", both["role_2"] == "question"
    held = both[both["role"].isin(("claim", "account")) & both["role_2"].isin(("claim", "account"))]
    for name, rows in (("question", both), ("role", both), ("form", both), ("holder", held)):
        same = (rows[name] == rows[f"{name}_2"]).mean()
        kappa = cohen_kappa_score(rows[name], rows[f"{name}_2"])
        grid.add_row(name, str(len(rows)), f"{same:.3f}", f"{kappa:.3f}")
    return grid


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    cohort = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
    parser.add_argument("--texts", type=Path, default=cohort, metavar="DIR", help="the posts")
    parser.add_argument("--gold", type=Path, default=GOLD, metavar="DIR")
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument(
        "--errors", nargs="*", default=[], metavar="LABEL", help="print their texts"
    )
    asked = parser.parse_args(arguments)
    console = Console(width=max(120, Console().width))
    try:
        units = read_units(asked.gold)
        units = units[units["part"] == asked.part].reset_index(drop=True)
        made = labelled(cut(asked.texts, files_of(asked.texts, set(units["author"]))))
        counts = Counts(*matched(units, made, asked.texts))
        gold = pd.read_csv(asked.gold / "shifts.csv")
        shifts, wrong = shift_counts(gold[gold["part"] == asked.part], made, asked.texts)
    except CrosscurrentError as error:
        console.print(f"Real posts, units: not measured. {error}", markup=False)
        sys.exit(1)
    console.print(measured(counts, shifts), confusions(counts))
    second = pd.read_csv(asked.gold / "second.csv", keep_default_na=False)
    console.print(agreement(read_units(asked.gold), second))
    for name in asked.errors:
        for row in wrong if name == "shifts" else errors_of(counts, name):
            console.print(" | ".join(plain(part) for part in row), markup=False, highlight=False)


if __name__ == "__main__":
    main()
