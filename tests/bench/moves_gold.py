"""What rules and head are worth in students' essays: `python tests/bench/moves_gold.py [--write]`.

Fits the numbers of `pipeline/label/fitted.py` on the essays of the sample's 24 students. What is
measured is fitted anew without each student and applied to that student (leave one out), over all
sentences. Run it with --write whenever the encoder's weights, the rules or the gold change. It
comes out the same each time. In brackets: 95 % bootstrap intervals over students.

The rules were written with this gold read, so they look better here than they are elsewhere; and
the form of the models and of the windows was chosen on it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from gold_rows import matched, read_gold, scored, segmented
from moves_fit import (
    SCORED,
    Numbers,
    Way,
    by_both,
    by_head,
    by_student,
    counts,
    decided,
    draws,
    f1,
    fit_account,
    fit_moves,
    left_out,
    role_counts,
)
from rich.console import Console
from rich.table import Table

from pipeline.encode import shipped_encoder
from pipeline.encode.contexts import contexts
from pipeline.settings import EncodeSettings
from pipeline.tables import MOVES

REPOSITORY = Path(__file__).resolve().parents[2]
FITTED = REPOSITORY / "pipeline" / "label" / "fitted.py"

Measure = Callable[[Way], tuple[float, Numbers]]  # the value, and that of each draw of students

MODULE = '''"""What rules and head are worth together in students' essays.

Written by `tests/bench/moves_gold.py --write`: fitted on the essays of the sample's students
(data/gold). Where the head didn't help students that were left out, its table is empty and the
rules decide alone.
"""

from __future__ import annotations

# Fingerprint of the encoder whose head they were fitted to.
ENCODER = "{encoder}"

# A move is made when intercept + rule (if the rules give the move) + head * (log odds of the head's
# score for it) is 0 or more. Logistic regression, L2 of strength 1, with the threshold of the best
# F1 to be expected, at least .1, in the intercept. Of a move that isn't here the rules decide.
MOVES: dict[str, tuple[float, float, float]] = {{{moves}}}

# Log odds that a claim or account is an account: "rule" times the log odds of the rule's score for
# one, and each other number times the head's score. Logistic regression, L2 of strength 1.
ACCOUNT: dict[str, float] = {{{account}}}
'''


def module(moves: dict[str, tuple[float, float, float]], account: dict[str, float]) -> str:
    """Write the text of `pipeline/label/fitted.py`."""
    encoder = shipped_encoder(EncodeSettings().threads).fingerprint
    filled = {}
    for name, numbers in (("moves", moves), ("account", account)):
        lines = [f'    "{key}": {value},\n' for key, value in numbers.items()]
        filled[name] = "".join(["\n", *lines]) if lines else ""
    return MODULE.format(encoder=encoder, **filled)


def macro(tables: Sequence[Numbers], drawn: Numbers) -> tuple[float, Numbers]:
    """Give the mean F1 over tables of counts by student, and that of each draw."""
    whole = np.mean([f1(table.sum(axis=0)) for table in tables])
    return float(whole), np.mean([f1(np.tensordot(drawn, t, axes=1)) for t in tables], axis=0)


def measures(rows: pd.DataFrame) -> tuple[Measure, Measure, Measure]:
    """Give what is measured on gold sentences: macro-F1 of moves, and of roles, and accuracy."""
    drawn = draws(rows)
    sizes = by_student(rows, np.ones((len(rows), 1)))[:, 0]

    def of_moves(way: Way) -> tuple[float, Numbers]:
        return macro([counts(rows, way.moves, move) for move in SCORED], drawn)

    def of_roles(way: Way) -> tuple[float, Numbers]:
        return macro([role_counts(rows, way, role) for role in ("claim", "account")], drawn)

    def accuracy(way: Way) -> tuple[float, Numbers]:
        right = (pd.Series(way.roles, index=rows.index) == rows["role"]).to_numpy()
        hits = by_student(rows, right[:, None])[:, 0]
        return float(right.mean()), drawn @ hits / (drawn @ sizes)

    return of_moves, of_roles, accuracy


def add_measure(grid: Table, name: str, found: Sequence[tuple[float, Numbers]]) -> None:
    """Add a line with a measure of each way, and two with its gain over rules and over the head."""
    grid.add_row(name, *(interval(*one) for one in found))
    for place, than in enumerate(("rules", "head")):
        value, each = found[place]
        gains = [interval(one - value, draw - each) for one, draw in found[place + 1 :]]
        grid.add_row(f"  more than {than}", *[""] * (place + 1), *gains)


def interval(value: float, each: Numbers) -> str:
    """Write a number with its 95 % interval over draws."""
    low, high = np.quantile(each, [0.025, 0.975])
    return f"{value:.3f} \\[{low:.3f}, {high:.3f}]"


def table_of_moves(rows: pd.DataFrame, ways: Sequence[Way]) -> Table:
    """Set precision, recall and F1 of each move side by side."""
    grid = Table("move (n): precision, recall, F1")
    for way in ways:
        grid.add_column(way.name, justify="right")
    for move in MOVES:
        n = sum(move in moves for moves in rows.loc[rows["own"], "moves"])
        cells = []
        for way in ways:
            hits, alarms, misses = found = counts(rows, way.moves, move).sum(axis=0)
            precision = hits / max(hits + alarms, 1)
            cells.append(f"{precision:.2f} {hits / max(hits + misses, 1):.2f}  {f1(found):.3f}")
        grid.add_row(f"{move} ({n})", *cells)
    of_moves, _, _ = measures(rows)
    add_measure(grid, "macro-F1 without prior belief", [of_moves(way) for way in ways])
    return grid


def table_of_roles(rows: pd.DataFrame, ways: Sequence[Way]) -> Table:
    """Set accuracy and macro-F1 of claim and account side by side, and the Brier score."""
    grid = Table(f"claim or account ({len(rows)})")
    for way in ways:
        grid.add_column(way.name, justify="right")
    _, of_roles, accuracy = measures(rows)
    add_measure(grid, "accuracy", [accuracy(way) for way in ways])
    add_measure(grid, "macro-F1", [of_roles(way) for way in ways])
    account = (rows["role"] == "account").to_numpy()
    briers = [np.nanmean((way.p_account - account) ** 2) for way in ways]
    grid.add_row("Brier score", *(f"{brier:.3f}" for brier in briers))
    return grid


def main() -> None:
    """Fit, measure, print, and write on demand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write pipeline/label/fitted.py")
    asked = parser.parse_args()
    console = Console(width=max(110, Console().width))

    segments, files = segmented()
    gold = matched(read_gold(), segments, files)
    rows = read_in(gold, segments, segments)
    of_moves, of_roles, _ = measures(rows)
    rules = decided("rules", rows, {}, {})
    head, both = left_out("head", rows, by_head), left_out("rules and head", rows, by_both)

    console.print(
        f"{rows['author'].nunique()} students, each left out in turn, {len(rows)} sentences; "
        f"{rows['segment_id'].isna().sum()} have no segment.\n"
        "Moves are counted where the author holds what the sentence says."
    )
    console.print(
        table_of_moves(rows, [rules, head, both]), table_of_roles(rows, [rules, head, both])
    )
    account = fit_account(rows)
    if of_roles(both)[0] <= of_roles(rules)[0]:
        console.print("Claim or account: the head doesn't help, so the rules decide alone.")
        account = {}
    moves = fit_moves(rows, account)
    if of_moves(both)[0] <= of_moves(rules)[0]:
        console.print("Moves: the head doesn't help, so the rules decide alone.")
        moves = {}
    apart = segments["essay_id"] + "/" + segments["paragraph"].astype(str)
    for name, cut in (
        ("within paragraphs", segments.assign(essay_id=apart)),
        ("that ignore paragraphs", segments.assign(paragraph=0)),
    ):
        read = read_in(gold, segments, cut)
        for way in (left_out("head", read, by_head), left_out("both", read, by_both)):
            console.print(
                f"Windows {name}, {way.name}: macro-F1 of moves {of_moves(way)[0]:.3f}, "
                f"of claim and account {of_roles(way)[0]:.3f}"
            )
    text = module(moves, account)
    if asked.write:
        FITTED.write_text(text, encoding="utf-8")
    console.print("", f"Wrote {FITTED}." if asked.write else text, markup=False, highlight=False)


def read_in(gold: pd.DataFrame, segments: pd.DataFrame, cut: pd.DataFrame) -> pd.DataFrame:
    """Add the head's scores in the windows of `cut`: the segments, other paragraphs."""
    return scored(gold, segments, contexts(cut, EncodeSettings().context_words))


if __name__ == "__main__":
    main()
