"""What rules, and models of labels, are worth: `python tests/bench/labels_fit.py [--write]`.

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
from pipeline.label.features import ROLES
from pipeline.label.fitted import FILE, first_looks, fitted, linear
from pipeline.label.neighbours import first_look, looked_around
from pipeline.label.together import moves_made, weighed
from pipeline.settings import EncodeSettings
from pipeline.tables import MOVES

REPOSITORY = Path(__file__).resolve().parents[2]
COHORT = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
# Inverse strengths of penalties, and the weight of a frame, chosen with authors left out.
PENALTY, ROLE_PENALTY, AGAIN_PENALTY, FRAME = 0.1, 0.3, 0.01, 1.5
BY_WRITERS = 0.5  # weight of a sentence that its writer labelled, beside one that a reader did
RETOLD = 0.1  # and, for holders, one of an essay that was written to retell
FEWEST = 15  # examples of a move that a model is fitted to; with fewer the words decide
LEAST = 0.1  # probability of a move that is made: else one that nothing tells apart is made always
FEWEST_SIGNS, SIGN_SCALE, SMALL = 5, 0.5, 0.03  # rows with a sign; its size; a weight not stored
SEED, DRAWS, FOLDS = 20, 2_000, 4
LOOKED = [*sorted(ROLES), "not the author", *MOVES]  # the first scores of a segment, in order
TRUST = 8.0  # of a segment's own first score, over those of others
LAST = "with its neighbours"

Numbers = NDArray[np.float64]
Stored = dict[str, list[float]]
Way = tuple[str, float, list[str]]  # of a row: role, its probability, moves


def fit_all_looks(rows: pd.DataFrame) -> dict[str, Stored]:
    """Fit the first looks, and the second on what first looks that didn't see a row's fold say.

    Returns what `fitted.json` holds of them.
    """
    parts_seen = [
        (out, looked(rows[out], fit_looks(rows[~out])))
        for out in ((rows["fold"] == fold).to_numpy() for fold in sorted(rows["fold"].unique()))
    ]
    seen = np.zeros((len(rows), parts_seen[0][1].shape[1]))
    for out, part in parts_seen:
        seen[out] = part
    return fit_looks(rows) | fit_again(rows, seen)


def fit_looks(rows: pd.DataFrame) -> dict[str, Stored]:
    """Fit what a segment looks like by itself: its role, whose it is, its moves.

    What planted cohorts mark isn't used for the last two: they mark readings alone, and no moves.
    """
    table, signs = table_of(rows)
    kept = ((rows["role"] != "frame") & (rows["source"] != "planted")).to_numpy()
    own = rows["own"].to_numpy(dtype=bool)
    found: dict[str, Stored] = {}
    rare = np.where(rows["role"] == "frame", FRAME, 1.0)
    model = fit_one(table, rows["role"].to_numpy(), rare * weights(rows), ROLE_PENALTY)
    found |= parts("roles", list(model.classes_), [model], signs)
    model = fit_one(table[kept], ~own[kept], holder_weights(rows)[kept])
    bar = max(LEAST, expected_best(model.predict_proba(table[kept])[:, 1]))
    found |= parts("holders", ["not the author"], [model], signs, bar)
    kept = of_moves(rows)
    weight = weights(rows)[kept]
    models = [fit_one(table[kept], made_by(rows, move)[kept], weight) for move in MOVES]
    return found | parts("moves", list(MOVES), models, signs)


def made_by(rows: pd.DataFrame, move: str) -> NDArray[np.bool_]:
    """Tell of each row whether it makes a move."""
    return np.array([move in moves for moves in rows["moves"]])


def fit_one(table: Any, meant: Any, weight: Numbers, penalty: float = PENALTY) -> Any:
    """Fit a logistic regression."""
    model = LogisticRegression(C=penalty, max_iter=1_000, tol=1e-3)
    return model.fit(table, meant, sample_weight=weight)


def table_of(rows: pd.DataFrame) -> tuple[Any, list[str]]:
    """Set features, context and signs of each row side by side; with the signs' names."""
    pairs = list(zip(rows["essay"], rows["place"], strict=True))
    found = [essay.signs[place] for essay, place in pairs]
    counts = Counter(sign for one in found for sign in one)
    names = sorted(sign for sign, n in counts.items() if n >= FEWEST_SIGNS)
    place_of = {sign: n for n, sign in enumerate(names)}
    inside = [sorted(place_of[sign] for sign in one if sign in place_of) for one in found]
    ends = np.cumsum([0, *map(len, inside)])
    held = [n for one in inside for n in one]
    values = np.full(len(held), SIGN_SCALE)
    by_sign = sparse.csr_matrix((values, held, ends), shape=(len(rows), len(names)))
    features = sparse.csr_matrix(np.array([essay.described[place] for essay, place in pairs]))
    return sparse.hstack([features, by_sign]).tocsr(), names


def parts(
    kind: str, names: list[str], models: list[Any], signs: list[str], bar: float = 0.5
) -> dict[str, Stored]:
    """Part models into intercepts and weights of features, and those of signs, for the file."""
    biases = np.concatenate([model.intercept_ for model in models]) - np.log(bar / (1 - bar))
    table = np.vstack([model.coef_ for model in models])
    n = table.shape[1] - len(signs)
    more = SIGN_SCALE * table[:, n:]
    by_name = zip(names, biases, table[:, :n], strict=True)
    return {
        kind: {name: stored(bias, numbers) for name, bias, numbers in by_name},
        f"{kind}_signs": {
            sign: [round(float(number), 3) for number in more[:, column]]
            for column, sign in enumerate(signs)
            if np.abs(more[:, column]).max() > SMALL
        },
    }


def weights(rows: pd.DataFrame) -> Numbers:
    """Weigh what its writers labelled less than what readers did, of real posts or the f sets."""
    return np.where((rows["source"] == "posts") | of_sets(rows, "f"), 1.0, BY_WRITERS)


def holder_weights(rows: pd.DataFrame) -> Numbers:
    """Weigh essays that are mostly retold less still: their share of a source's is no student's."""
    return np.where(of_sets(rows, "e"), RETOLD, weights(rows))


def of_sets(rows: pd.DataFrame, letter: str) -> NDArray[np.bool_]:
    """Tell which rows are of the written sets that a letter names."""
    written = (rows["source"] == "written") & rows["author"].str.startswith(letter)
    return written.to_numpy(dtype=bool)


def fit_again(rows: pd.DataFrame, seen: Numbers) -> dict[str, Stored]:
    """Fit what roles and moves are at a second look.

    The threshold of a move is in its intercept: the one of the best F1 to be expected if the
    model's probabilities are right, at least LEAST.
    """
    scales = trusting(seen.shape[1], list(ROLES))
    roles = fit_one(scales * seen, rows["role"].to_numpy(), weights(rows), AGAIN_PENALTY)
    pairs = zip(roles.classes_, roles.intercept_, scales * roles.coef_, strict=True)
    kept = of_moves(rows)
    moves = {}
    for move in (move for move in MOVES if move != "prior belief"):
        made = made_by(rows, move)[kept]
        if made.sum() < FEWEST:
            continue
        scales = trusting(seen.shape[1], [move])
        model = fit_one(scales * seen[kept], made, weights(rows)[kept], AGAIN_PENALTY)
        bar = max(LEAST, expected_best(model.predict_proba(scales * seen[kept])[:, 1]))
        bias = model.intercept_[0] - np.log(bar / (1 - bar))
        moves[move] = stored(bias, scales * model.coef_[0])
    return {
        "roles_again": {role: stored(bias, numbers) for role, bias, numbers in pairs},
        "moves_again": moves,
    }


def trusting(n_columns: int, names: list[str]) -> Numbers:
    """Scale the columns of a second look so that its own first scores are hardly penalised."""
    scales = np.ones(n_columns)
    scales[[LOOKED.index(name) for name in names]] = TRUST
    return scales


def of_moves(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows are the author's claims and accounts, with moves that somebody marked."""
    asserts = (rows["role"] != "frame") & (rows["source"] != "planted")
    return (asserts & rows["own"].astype(bool)).to_numpy()


def looked(rows: pd.DataFrame, firsts: dict[str, Stored]) -> Numbers:
    """Give what a second look at each row sees (`neighbours`), by first looks that are given."""
    looks = first_looks(firsts)
    essays = {id(essay): essay for essay in rows["essay"]}
    around = {
        name: looked_around(
            first_look(looks, essay.described, essay.signs), essay.asks, essay.paragraphs
        )
        for name, essay in essays.items()
    }
    pairs = zip(rows["essay"], rows["place"], strict=True)
    return np.array([around[id(essay)][place] for essay, place in pairs])


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


def by_models(fit: pd.DataFrame, rows: pd.DataFrame) -> list[tuple[Way, Way, bool]]:
    """Give what each row is alone, and beside its neighbours, and whether it isn't the author's.

    By models fitted on other rows.
    """
    found = fit_all_looks(fit)
    looks = first_looks(found)
    seen = looked(rows, found)
    again = linear(found["roles_again"]), linear(found["moves_again"])
    decided = []
    for row, around in zip(rows.to_dict("records"), seen, strict=True):
        whole, signs = row["essay"].described[row["place"]], row["essay"].signs[row["place"]]
        scores = iter(looks.scores(whole, signs).tolist())
        roles, holders, moves = ({n: next(scores) for n in model.names} for model in looks.models)
        moves.pop("prior belief", None)
        second = (model.scores(around) for model in again)
        (foreign,) = holders.values()
        decided.append((decide(row, roles, moves), decide(row, *second), foreign >= 0))
    return decided


def decide(row: dict[str, Any], roles: dict[str, float], moves: dict[str, float]) -> Way:
    """Decide a row as the label stage does."""
    role = weighed(row["rule"], roles)
    return role.role, role.score, moves_made(role.role, row["ruled"], moves) if row["held"] else []


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


def left_out(rows: pd.DataFrame) -> list[Any]:
    """Decide each fold's rows with what is fitted on the other folds."""
    found: dict[Any, Any] = {}
    for fold in sorted(rows["fold"].unique()):
        out = rows["fold"] == fold
        found |= dict(zip(rows.index[out], by_models(rows[~out], rows[out]), strict=True))
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
        value, each = found[LAST]
        gains = [interval(value - v, each - e) for v, e in list(found.values())[:-1]]
        grid.add_row("  gain of the second look", *gains, "")
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
        rows = rows.assign(fold=folds(rows))
        if asked.write:
            record: dict[str, Any] = {
                "encoder": shipped_encoder(EncodeSettings().threads).fingerprint,
                **fit_all_looks(rows),
            }
            # Of the models of shifts the old ones stay until what may be a shift is known anew.
            kept = json.loads(FILE.read_text(encoding="utf-8"))
            record |= {name: kept[name] for name in ("beliefs", "successors", "links")}
            FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
            fitted.cache_clear()  # what may be a shift follows from the roles
        essays = known_essays(asked.texts)
        if asked.write:
            record |= fit_all(essays)
            FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
        decided = left_out(rows)
        ways = {
            "rules": by_rules(rows),
            "alone": [alone for alone, _, _ in decided],
            LAST: [second for _, second, _ in decided],
        }
        foreign = [is_foreign for _, _, is_foreign in decided]
    console = Console(width=max(120, Console().width))
    for source, part in rows.groupby("source", sort=True):
        chosen = rows.index.get_indexer(part.index)
        some = {name: [way[n] for n in chosen] for name, way in ways.items()}
        console.print(measured(part, some, f"{source}: {len(part)} sentences, authors left out"))
    console.print(holders_table(rows, foreign), shifts_table(essays))


if __name__ == "__main__":
    main()
