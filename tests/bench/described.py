"""How well themes that somebody describes take in what is about them, and nothing else.

    python tests/bench/described.py [--cohort NAME ...] [--fit]

The themes of each planted cohort, by the names and descriptions of those who planted them, are the
codebook: each alone, and all together. Beside them stand controls, themes of other cohorts that
nobody in this one writes about. Precision and recall count the sentences that count in themes and
whose gold is known; of a control each student who gets it is one too many. `--fit` fits the
weights of `pipeline.cluster.described` to the dev cohorts, and measures each by those of the other
three.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from planted_gold import analysed, folder_of, meant
from sklearn.linear_model import LogisticRegression

from pipeline import encode
from pipeline.cluster import described
from pipeline.cluster.echo import echoes
from pipeline.cluster.held import Held, hold
from pipeline.cluster.sorting import Order, Sphere, senses_of, sort
from pipeline.codebook import Codebook, ThemeEntry
from pipeline.settings import ClusterSettings, Settings
from pipeline.space import encoded, place
from pipeline.tables import Corrections, Tables, frame

DEV = ("data-journalism", "engineering", "heritage", "teaching")
SETTINGS = ClusterSettings()
# Themes whose subject is their cohort's own, and by cohort those of them that it touches, too.
CONTROLS = {
    "data-journalism": ("T3", "T4", "T5", "T8"),
    "engineering": ("T1", "T2", "T3", "T6", "T7"),
    "heritage": ("T1", "T3", "T4", "T5", "T7"),
    "teaching": ("T1", "T2", "T4", "T7", "T8"),
    "sample": ("T3", "T4", "T7"),
}
TOUCHED = {
    "data-journalism": {("heritage", "T1")},
    "engineering": {("data-journalism", "T3"), ("sample", "T4"), ("sample", "T7")},
    "heritage": {("engineering", "T7")},
    "teaching": {("data-journalism", "T5"), ("engineering", "T7")},
    "sample": {("engineering", theme) for theme in ("T1", "T2", "T3", "T6")},
}
Weights = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cohort:
    """A cohort as its themes are looked for, and the planted theme of each row that counts.

    `gold` has "" for a row without a theme and None where the gold doesn't know the row.
    """

    held: Held
    sphere: Sphere
    gold: NDArray[np.object_]
    themes: tuple[ThemeEntry, ...]
    controls: tuple[ThemeEntry, ...]

    @property
    def students(self) -> NDArray[np.int64]:
        """The student of each row."""
        return self.held.students[self.held.said]

    def sorted(self, entries: Sequence[ThemeEntry]) -> Order:
        """Sort the rows into the themes of a codebook."""
        senses = senses_of(Codebook(theme=tuple(entries)))
        return sort(senses, self.held, self.sphere, frame(Corrections, []), SETTINGS)


@cache
def vector(text: str) -> NDArray[np.float32]:
    """Embed a text once: the background is asked for again and again."""
    return np.asarray(encode.shipped_encoder(2).embed([text])[0], dtype=np.float32)


def embed_once(texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed texts, (n, d); a vector doesn't depend on its batch."""
    return np.stack([vector(text) for text in texts])


def entry(theme: dict[str, Any], key: str) -> ThemeEntry:
    """Make a planted theme an entry of a codebook."""
    return ThemeEntry(id=key, name=theme["name"], description=theme["description"], lock=True)


def controls_of(name: str) -> Iterator[ThemeEntry]:
    """Describe what nobody in a cohort writes about."""
    for other, ids in CONTROLS.items():
        for theme in gold_of(other)["themes"]:
            if (
                other != name
                and theme["id"] in ids
                and (other, theme["id"]) not in TOUCHED.get(name, ())
            ):
                yield entry(theme, f"{other}.{theme['id']}")


def gold_of(name: str) -> dict[str, Any]:
    """Read the gold of a cohort."""
    return dict(json.loads(folder_of(name)[1].read_text(encoding="utf-8")))


def cohort(tables: Tables, file_of: dict[str, str], gold: dict[str, Any], name: str) -> Cohort:
    """Set the gold beside what a run of a cohort found until it was clustered."""
    segments = encoded(
        tables.segments[~echoes(tables.essays, tables.segments, SETTINGS)], tables.embeddings
    )
    placed = place(segments, tables.embeddings, SETTINGS)
    held = hold(tables.essays, segments, placed, SETTINGS)
    theme_of = meant(held.segments.iloc[held.said], file_of, gold)
    return Cohort(
        held,
        Sphere.of(held, placed, embed_once),
        theme_of.to_numpy(dtype=object),
        tuple(entry(theme, theme["id"]) for theme in gold["themes"]),
        tuple(controls_of(name)),
    )


def found(here: Cohort, order: Order, key: str, code: int) -> dict[str, int]:
    """Count the rows of one theme: right, wrong, and those that are of it."""
    got, is_it = order.classes == code, here.gold == key
    known = np.array([theme is not None for theme in here.gold])
    return {
        "right": int((got & is_it).sum()),
        "wrong": int((got & ~is_it & known).sum()),
        "all": int(is_it.sum()),
        "students": len(np.unique(here.students[got])),
    }


def measure(here: Cohort) -> pd.DataFrame:
    """Measure a cohort: a row a theme or control, alone and beside the book."""
    rows: list[dict[str, Any]] = []
    together = here.sorted(here.themes)
    for code, theme in enumerate(here.themes):
        for how, order, at in (
            ("alone", here.sorted([theme]), 0),
            ("together", together, code),
        ):
            rows.append(
                {"theme": theme.name, "how": how, "control": False}
                | found(here, order, theme.id, at)
            )
    for control in here.controls:
        for how, others in (("alone", ()), ("together", here.themes)):
            order = here.sorted([*others, control])
            row = found(here, order, control.id, len(others))
            rows.append({"theme": control.name, "how": how, "control": True} | row)
    return pd.DataFrame(rows).assign(n_students=len(np.unique(here.students)))


def told(rows: pd.DataFrame) -> str:
    """Sum up what was measured in a line for each way."""
    lines = []
    for how, part in rows.groupby("how", sort=False):
        own, others = part[~part["control"]], part[part["control"]]
        right, wrong, every = (own[c].sum() for c in ("right", "wrong", "all"))
        precision, recall = right / max(right + wrong, 1), right / every
        few = (others["students"] < SETTINGS.min_students).mean()
        lines.append(
            f"  {how}: precision {precision:.2f}, recall {recall:.2f}, "
            f"F1 {2 * right / (right + wrong + every):.2f}; a control gets "
            f"{others['students'].mean():.1f} of {others['n_students'].mean():.0f} students, "
            f"at most {others['students'].max()}; {few:.0%} of {len(others)} get fewer than three"
        )
    return "\n".join(lines)


def signs(here: Cohort) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give what the weights are fitted to: a row a sentence and description, and whether it is."""
    entries = [*here.themes, *here.controls]
    known = np.array([theme is not None for theme in here.gold])
    columns, right = [], []
    for weights in np.eye(3):
        with using((*weights, 0.0)):
            parts = [here.sorted([each]).probable[known, 0] for each in entries]
        odds = np.concatenate(parts)
        columns.append(np.log(odds / (1 - odds)))
    for each in entries:
        right.append(here.gold[known] == each.id)
    return np.stack(columns, axis=1), np.concatenate(right)


def using(weights: Weights) -> Any:
    """Have other weights for a while: of a sentence, of its kin, of its words, and the rest."""
    names = ("OF_OWN", "OF_KIN", "OF_WORDS", "BIAS")
    return mock.patch.multiple(described, **dict(zip(names, weights, strict=True)))


def fitted(parts: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]]) -> Weights:
    """Fit the weights."""
    model = LogisticRegression(C=10, max_iter=1000)
    model.fit(np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts]))
    own, kin, words = (float(each) for each in model.coef_[0])
    return own, kin, words, float(model.intercept_[0])


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", nargs="*", default=[*DEV, "sample"])
    parser.add_argument("--fit", action="store_true", help="each dev cohort by the others' weights")
    asked = parser.parse_args()
    quick = Settings(cluster=ClusterSettings(resamples=10, tries=3))
    here = {name: cohort(*analysed(name, quick), name) for name in asked.cohort}
    parts = {name: signs(each) for name, each in here.items() if name in DEV} if asked.fit else {}
    results = {}
    for name, each in here.items():
        if asked.fit:
            weights = fitted([part for other, part in parts.items() if other != name])
            print(f"{name}, without it:", *(f"{weight:.3f}" for weight in weights))
            with using(weights):
                results[name] = measure(each)
        else:
            results[name] = measure(each)
        print(f"{name}\n{told(results[name])}", flush=True)
    dev = [rows for name, rows in results.items() if name in DEV]
    if len(dev) > 1:
        print(f"dev\n{told(pd.concat(dev))}")
    if asked.fit:
        print("all dev:", *(f"{weight:.3f}" for weight in fitted(list(parts.values()))))


if __name__ == "__main__":
    main()
