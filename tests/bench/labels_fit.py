"""What rules, head and both together are worth: `python tests/bench/labels_fit.py [--write]`.

Fits the models of `pipeline/label/fitted.json` on the real posts whose units readers labelled
(`data/gold/posts`, all but the part `test`), on the sample and on the essays written for it
(`data/gold/written`). Measured with a quarter of the posts' and the sample's authors, of the sets
of written essays and of the planted cohorts left out in turn. Run it with --write whenever the
encoder's weights, the rules or the gold change. In brackets: 95 % bootstrap intervals over
authors. The rules were written with this gold read; `segments_gold.py` measures on authors whose
posts nobody read for them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gold_rows import planted_rows, posts_rows, sample_rows, written_rows
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import sparse
from segments_read import GOLD
from shift_rows import known_essays
from shifts_fit import fit_all, shifts_table
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.encode import shipped_encoder
from pipeline.errors import CrosscurrentError
from pipeline.label.features import ROLES, WORDS
from pipeline.label.fitted import FILE, Fitted, fitted, linear
from pipeline.label.together import moves_made, weighed
from pipeline.settings import EncodeSettings
from pipeline.tables import CATEGORIES, MOVES

REPOSITORY = Path(__file__).resolve().parents[2]
COHORT = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
PENALTY = 0.3  # inverse strength; .1 and 1 are within .01 of it on authors left out
SYNTHETIC = 0.5  # weight of a sentence of the sample, or written for the purpose, beside a real one
FEWEST = 15  # examples of a move that a model is fitted to; with fewer the words decide
LEAST = 0.1  # probability of a move that is made: else one that nothing tells apart is made always
FEWEST_SIGNS, SIGN_SCALE, SMALL = 5, 0.5, 0.03  # rows with a sign; its size; a weight not stored
SEED, DRAWS, FOLDS = 20, 2_000, 4
HEAD = slice(len(WORDS), len(WORDS) + len(CATEGORIES))
EVERYTHING = slice(None)

Numbers = NDArray[np.float64]
Stored = dict[str, list[float]]


def fit_roles(rows: pd.DataFrame, columns: slice = EVERYTHING) -> tuple[Stored, Stored]:
    """Fit a multinomial logistic regression of the role.

    Returns by role the intercept, then weights of features (and context, where all are taken);
    and by sign a weight a role, of which there are none where not all features are taken.
    """
    counts = Counter(sign for found in rows["signs"] for sign in found)
    names = sorted(sign for sign, n in counts.items() if n >= FEWEST_SIGNS)
    x = described(rows) if columns == EVERYTHING else np.stack(rows["x"])[:, columns]
    n_features = x.shape[1]
    table = sparse.csr_matrix(x)
    if columns == EVERYTHING:
        place = {sign: n for n, sign in enumerate(names)}
        known = [[place[sign] for sign in found if sign in place] for found in rows["signs"]]
        ends = np.cumsum([0, *map(len, known)])
        inside = [n for found in known for n in sorted(found)]
        values = np.full(len(inside), SIGN_SCALE)
        by_sign = sparse.csr_matrix((values, inside, ends), shape=(len(rows), len(names)))
        table = sparse.hstack([table, by_sign]).tocsr()
    model = LogisticRegression(C=PENALTY, max_iter=1_000, tol=1e-3)
    model.fit(table, rows["role"], sample_weight=weights(rows))
    pairs = zip(model.classes_, model.intercept_, model.coef_, strict=True)
    linear_part = {role: stored(bias, found[:n_features]) for role, bias, found in pairs}
    more = SIGN_SCALE * model.coef_[:, n_features:]
    weighty = {
        sign: [round(float(number), 3) for number in more[:, n]]
        for n, sign in enumerate(names)
        if columns == EVERYTHING and np.abs(more[:, n]).max() > SMALL
    }
    return linear_part, weighty


def weights(rows: pd.DataFrame) -> Numbers:
    """Weigh sentences that no student wrote for a course less."""
    return np.where(rows["source"] == "posts", 1.0, SYNTHETIC)


def fit_holders(rows: pd.DataFrame) -> Stored:
    """Fit a logistic regression of what isn't the author's; the threshold is in the intercept."""
    kept = rows[
        (rows["role"] != "frame") & (rows["source"] != "planted")
    ]  # it marks readings alone
    x, foreign = described(kept), ~kept["own"].to_numpy(dtype=bool)
    model = LogisticRegression(C=PENALTY, max_iter=5_000)
    model.fit(x, foreign, sample_weight=weights(kept))
    bar = max(LEAST, expected_best(model.predict_proba(x)[:, 1]))
    bias = model.intercept_[0] - np.log(bar / (1 - bar))
    return {"not the author": stored(bias, model.coef_[0])}


def described(rows: pd.DataFrame) -> Numbers:
    """Give features and context of each row, as the label stage puts them together."""
    return np.hstack([np.stack(rows["x"]), np.stack(rows["context"])])


def holders_of(fit: pd.DataFrame, rows: pd.DataFrame) -> list[bool]:
    """Tell of each row whether it isn't the author's, by a model fitted on others."""
    model = linear(fit_holders(fit))
    return (described(rows) @ model.weights[0] + model.intercepts[0] >= 0).tolist()


def holders_table(rows: pd.DataFrame, model: list[bool]) -> Table:
    """Set the F1 of what isn't the author's, by rules and by the model, side by side."""
    grid = Table("source or other: F1", "rules", "model", title_justify="left")
    asserted = rows["role"] != "frame"
    meant = (asserted & ~rows["own"].astype(bool)).tolist()
    for source, part in rows.groupby("source", sort=True):
        at = rows.index.get_indexer(part.index)
        cells = []
        for way in ((~rows["held"].astype(bool)).tolist(), model):
            said = [way[n] and bool(asserted.iloc[n]) for n in at]
            cells.append(interval(*macro([counts(part, [meant[n] for n in at], said)])))
        grid.add_row(str(source), *cells)
    return grid


def fit_moves(rows: pd.DataFrame, columns: slice = EVERYTHING) -> Stored:
    """Fit a logistic regression for each move of the author's claims and accounts.

    The threshold is in the intercept: the one of the best F1 to be expected if the model's
    probabilities are right, at least LEAST. Moves with fewer than FEWEST examples are left out.
    """
    told = rows["source"] != "planted"  # nobody labelled its moves
    kept = rows[rows["own"].astype(bool) & (rows["role"] != "frame") & told]
    x = np.stack(kept["x"])[:, columns]
    found = {}
    for move in MOVES:
        made = np.array([move in moves for moves in kept["moves"]])
        if move == "prior belief" or made.sum() < FEWEST:
            continue
        model = LogisticRegression(C=PENALTY, max_iter=5_000)
        model.fit(x, made, sample_weight=weights(kept))
        bar = max(LEAST, expected_best(model.predict_proba(x)[:, 1]))
        found[move] = stored(model.intercept_[0] - np.log(bar / (1 - bar)), model.coef_[0])
    return found


def stored(bias: float, weights: Numbers) -> list[float]:
    """Round an intercept and weights for the file."""
    return [round(float(number), 4) for number in (bias, *weights)]


def expected_best(p: Numbers) -> float:
    """Find the threshold of the best expected F1 of calibrated probabilities.

    The most probable k hold p1 + ... + pk of the examples to be expected (Lipton et al. 2014).
    """
    falling = np.sort(p)[::-1]
    ratios = np.cumsum(falling) / (np.arange(1, len(p) + 1) + falling.sum())
    return float(falling[ratios.argmax()])


def fitted_way(
    fit: pd.DataFrame, rows: pd.DataFrame, columns: slice
) -> list[tuple[str, float, list[str]]]:
    """Give role, its probability and moves of each row, by models fitted on others."""
    by_feature, by_sign = fit_roles(fit, columns)
    signs = {sign: np.array(given) for sign, given in by_sign.items()}
    models = replace(
        fitted(), roles=linear(by_feature), role_signs=signs, moves=linear(fit_moves(fit, columns))
    )
    return [decided(row, models, columns) for row in rows.to_dict("records")]


def decided(row: dict[str, Any], models: Fitted, columns: slice) -> tuple[str, float, list[str]]:
    """Decide a row as the label stage does."""
    x = row["x"][columns]
    whole = np.concatenate([x, row["context"]]) if columns == EVERYTHING else x
    role = weighed(row["rule"], models.role_scores(whole, row["signs"]))
    made = moves_made(role.role, row["ruled"], models.moves.scores(x)) if row["held"] else []
    return role.role, role.score, made


def by_rules(rows: pd.DataFrame) -> list[tuple[str, float, list[str]]]:
    """Give what the rules alone say of each row."""
    return [
        (
            row["rule"].role,
            row["rule"].score,
            moves_made(row["rule"].role, row["ruled"], None) if row["held"] else [],
        )
        for row in rows.to_dict("records")
    ]


def left_out(
    rows: pd.DataFrame, decide: Callable[[pd.DataFrame, pd.DataFrame], list[Any]]
) -> list[Any]:
    """Decide each fold's rows with what is fitted on the other folds."""
    found: dict[Any, Any] = {}
    for fold in sorted(rows["fold"].unique()):
        out = rows["fold"] == fold
        found |= dict(zip(rows.index[out], decide(rows[~out], rows[out]), strict=True))
    return [found[place] for place in rows.index]


def folds(rows: pd.DataFrame) -> pd.Series[str]:
    """Name each row's fold: a quarter of the posts' and the sample's authors, of the sets of
    written essays, and of the planted cohorts.
    """
    groups = [
        author[: -len("001")]
        if source == "written"
        else author.split()[0]
        if source == "planted"
        else author
        for author, source in zip(rows["author"], rows["source"], strict=True)
    ]
    known = sorted(set(zip(rows["source"], groups, strict=True)))
    numbers = {group: str(n % FOLDS) for n, group in enumerate(known)}
    return pd.Series(
        [numbers[pair] for pair in zip(rows["source"], groups, strict=True)], index=rows.index
    )


def counts(rows: pd.DataFrame, meant: list[bool], said: list[bool]) -> Numbers:
    """Count hits, false alarms and misses by author, (authors, 3)."""
    codes, authors = pd.factorize(rows["author"], sort=True)
    m, s = np.array(meant), np.array(said)
    table = np.zeros((len(authors), 3))
    np.add.at(table, codes, np.column_stack([m & s, ~m & s, m & ~s]).astype(float))
    return table


def f1(found: Numbers) -> Numbers:
    """Give the F1 of hits, false alarms and misses, (..., 3)."""
    hits, alarms, misses = np.moveaxis(found, -1, 0)
    return np.asarray(2 * hits / np.maximum(2 * hits + alarms + misses, 1))


def macro(tables: list[Numbers]) -> tuple[float, Numbers]:
    """Give the mean F1 over tables of counts by author, and that of each draw of authors."""
    n = len(tables[0])
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), DRAWS).astype(float)
    whole = float(np.mean([f1(table.sum(axis=0)) for table in tables]))
    return whole, np.mean([f1(np.tensordot(drawn, t, axes=1)) for t in tables], axis=0)


def interval(value: float, each: Numbers) -> str:
    """Write a number with its 95 % interval over draws."""
    low, high = np.quantile(each, [0.025, 0.975])
    return f"{value:.3f} \\[{low:.3f}, {high:.3f}]"


def measured(rows: pd.DataFrame, ways: dict[str, list[Any]], title: str) -> Table:
    """Set macro-F1 of roles and of moves, each move, and calibration side by side."""
    grid = Table("measure", *ways, title=title, title_justify="left")
    scored = [m for m in MOVES if m != "prior belief"]
    own = (rows["own"] & (rows["role"] != "frame")).tolist()

    def of_role(way: list[Any], role: str) -> Numbers:
        return counts(rows, (rows["role"] == role).tolist(), [r == role for r, _, _ in way])

    def of_move(way: list[Any], move: str) -> Numbers:
        meant = [o and move in moves for o, moves in zip(own, rows["moves"], strict=True)]
        return counts(rows, meant, [o and move in m for o, (_, _, m) in zip(own, way, strict=True)])

    lines: list[tuple[str, Callable[[list[Any]], list[Numbers]]]] = [
        ("claim, account, frame: macro-F1", lambda way: [of_role(way, role) for role in ROLES]),
        ("seven moves: macro-F1", lambda way: [of_move(way, move) for move in scored]),
    ]
    for name, tables_of in lines:
        found = {way: macro(tables_of(given)) for way, given in ways.items()}
        grid.add_row(name, *(interval(*one) for one in found.values()))
        value, each = found["both"]
        gains = [interval(value - v, each - e) for v, e in list(found.values())[:-1]]
        grid.add_row("  gain of both", *gains, "")
    for role in ROLES:
        cells = [f"{float(f1(of_role(way, role).sum(axis=0))):.3f}" for way in ways.values()]
        grid.add_row(f"  {role} ({(rows['role'] == role).sum()})", *cells)
    for move in scored:
        n = sum(o and move in moves for o, moves in zip(own, rows["moves"], strict=True))
        cells = [f"{float(f1(of_move(way, move).sum(axis=0))):.3f}" for way in ways.values()]
        grid.add_row(f"  {move} ({n})", *cells)
    grid.add_row(
        "calibration error of the role's score", *(calibration(rows, w) for w in ways.values())
    )
    return grid


def calibration(rows: pd.DataFrame, way: list[Any]) -> str:
    """Give the expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    p = np.array([score for _, score, _ in way])
    right = np.array([role for role, _, _ in way]) == rows["role"].to_numpy()
    bins = np.minimum((p * 10).astype(int), 9)
    gaps = [
        abs(p[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)
    ]
    return f"{sum(gaps):.3f}"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, default=COHORT, metavar="DIR", help="the posts")
    parser.add_argument("--gold", type=Path, default=GOLD, metavar="DIR")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    asked = parser.parse_args(arguments)
    try:
        posts = posts_rows(asked.texts, asked.gold)
        rows = pd.concat([posts, sample_rows(), written_rows(), planted_rows()], ignore_index=True)
    except CrosscurrentError as error:
        sys.exit(f"Rules and head: not measured. {error}")
    with threadpool_limits(1):  # threads add up in any order
        if asked.write:
            record = {
                "encoder": shipped_encoder(EncodeSettings().threads).fingerprint,
                **dict(zip(("roles", "role_signs"), fit_roles(rows), strict=True)),
                "moves": fit_moves(rows),
                "holders": fit_holders(rows),
            }
            kept = json.loads(FILE.read_text(encoding="utf-8"))
            FILE.write_text(json.dumps(kept | record) + "\n", encoding="utf-8")
            fitted.cache_clear()  # what may be a shift follows from the roles
        essays = known_essays(asked.texts)
        if asked.write:
            record |= fit_all(essays)
            FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
        rows = rows.assign(fold=folds(rows))
        ways = {
            "rules": by_rules(rows),
            "head": left_out(rows, partial(fitted_way, columns=HEAD)),
            "both": left_out(rows, partial(fitted_way, columns=EVERYTHING)),
        }
        foreign = left_out(rows, holders_of)
    console = Console(width=max(120, Console().width))
    for source, part in rows.groupby("source", sort=True):
        chosen = rows.index.get_indexer(part.index)
        some = {name: [way[n] for n in chosen] for name, way in ways.items()}
        console.print(measured(part, some, f"{source}: {len(part)} sentences, authors left out"))
    console.print(holders_table(rows, foreign), shifts_table(essays))


if __name__ == "__main__":
    main()
