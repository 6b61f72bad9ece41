"""Find the evidence for an axis, and where each essay and each student stands on it.

A sentence counts for the pole that it lies nearer to and clearly speaks of. A pole that the author
denies or sets below the other counts for the other. What was believed before counts as prior, what
a source says only as far as the author goes along with it, and what merely describes not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.cluster.contrast import Said, preferred
from pipeline.cluster.denials import NOT, denied, qualified, supposed
from pipeline.cluster.words import stem
from pipeline.cues import plain
from pipeline.settings import ClusterSettings
from pipeline.space import Vectors, unit
from pipeline.statistics import jeffreys

DENIES = "denies"  # begins the reason of a sentence that only turns the other pole down


@dataclass(frozen=True)
class Pole:
    """One end of an axis: its name, the stems of its words (its own first), and its unit vector.

    What a user's phrases deny, and phrases of common words, are among the stems (`seeds.keys`).
    """

    name: str
    stems: tuple[str, ...]
    vector: Vectors


def evidence_rows(
    poles: tuple[Pole, Pole],
    held: Sequence[Said],
    stems: Sequence[frozenset[str]],
    vectors: Vectors,
    settings: ClusterSettings,
    plainly: Sequence[bool] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the evidence for one axis: its table's rows without tension_id, with essay and author.

    `held` are the segments that may count, `stems` their content words and `vectors` (n, d) their
    places in the cohort's space; `plainly` tells which surely speak of a pole if they have its
    words, wherever they lie: what two poles are about lies near both.
    """
    near = vectors @ np.stack([pole.vector for pole in poles]).T
    for place, said in enumerate(held):
        if said.describes:
            continue
        spoken = [tuple(s for s in pole.stems if s in stems[place]) for pole in poles]
        surely = plainly is not None and plainly[place]
        found = judge(plain(said.text), poles, spoken, near[place], settings, surely=surely)
        if found is None:
            continue
        side, weight, reason = found
        if said.endorsed == "no":
            side, reason = 1 - side, f"the author disagrees with it; {reason}"
        yield {
            "segment_id": said.segment_id,
            "essay_id": said.essay_id,
            "author": said.author,
            "pole": "ab"[side],
            "weight": round(float(weight), 3),
            "time": said.time,
            "reason": reason,
        }


def kindred_rows(
    poles: tuple[Pole, Pole],
    evidence: pd.DataFrame,
    held: Sequence[Said],
    told: Vectors,
    settings: ClusterSettings,
) -> Iterator[dict[str, Any]]:
    """Yield further evidence: what lies, in its paragraph, near to what speaks for one pole.

    Who has a side seldom says the pole's own word twice. `told` (n, d) holds the segments with
    their neighbours' share, as `Placed.told`; each side is the mean of its evidence there.
    """
    around = unit(told - told.mean(axis=0))
    place = {said.segment_id: row for row, said in enumerate(held)}
    now = evidence[evidence["time"] == "now"]
    rows = {pole: [place[i] for i in now["segment_id"][now["pole"] == pole]] for pole in "ab"}
    sides = unit(np.stack([around[rows[pole]].mean(axis=0) for pole in "ab"]))
    near = around @ sides.T
    known = set(evidence["segment_id"])
    for row, said in enumerate(held):
        side = int(near[row, 1] > near[row, 0])
        lead = float(near[row, side] - near[row, 1 - side])
        strange = near[row, side] < settings.kindred_near or lead < settings.kindred_lead
        counts = said.time == "now" and said.endorsed != "no" and not said.describes
        if strange or not counts or said.segment_id in known:
            continue
        yield {
            "segment_id": said.segment_id,
            "essay_id": said.essay_id,
            "author": said.author,
            "pole": "ab"[side],
            "weight": round(min(lead, settings.kindred_most), 3),
            "time": "now",
            "reason": f"says with its neighbours what speaks for {poles[side].name}",
        }


def judge(
    text: str,
    poles: tuple[Pole, Pole],
    spoken: list[tuple[str, ...]],
    near: Vectors,
    settings: ClusterSettings,
    *,
    surely: bool = False,
) -> tuple[int, float, str] | None:
    """Decide which pole (0 or 1) a sentence counts for, with weight and reason, or None.

    It must lie nearer to the pole whose words it has, by half of what is asked of one that has
    neither's, unless it `surely` speaks of it.
    """
    names = (poles[0].name, poles[1].name)
    if all(spoken):
        side = preferred_side(text, spoken)
        if side is None:
            return None
        return side, 1.0, f"sets {names[side]} above {names[1 - side]}"
    side = int(bool(spoken[1])) if any(spoken) else int(near[1] > near[0])
    lead = float(near[side] - near[1 - side])
    if any(spoken):
        if lead < settings.pole_lead / 2 and not surely:
            return None
        if supposed(text, spoken[side]) or qualified(text, spoken[side]):
            return None
        meant = any(key.startswith(NOT) for key in spoken[side])  # the pole's own denial
        if not meant and denied(text, spoken[side]):
            return 1 - side, 0.5, f"{DENIES} {names[side]}"
        return side, min(1.0, 0.5 + max(lead, 0.0)), f"speaks of {names[side]}"
    if near[side] >= settings.pole_near and lead >= settings.pole_lead:
        return side, min(1.0, lead + 0.2), f"lies near {names[side]}"
    return None


def preferred_side(text: str, spoken: list[tuple[str, ...]]) -> int | None:
    """Return the pole that a construction in the text puts first, where both are spoken of."""
    choice = preferred(text)
    if choice is None:
        return None
    winner, loser = ({stem(word) for word in side.split()} for side in choice)
    for side in (0, 1):
        if winner & set(spoken[side]) and loser & set(spoken[1 - side]):
            return side
    return None


def positions(evidence: pd.DataFrame, by: str, settings: ClusterSettings) -> list[dict[str, Any]]:
    """Sum evidence up to one position a value of the column `by` (essay_id or author) and tension.

    The position is the balance of weights from -1 (pole a) to 1 (pole b), with the interval of the
    pole counts (`pipeline.statistics.jeffreys`); `both` where neither pole has clearly more.
    """
    rows: list[dict[str, Any]] = []
    for (key, tension_id), part in evidence.groupby([by, "tension_id"], sort=False):
        now, prior = part[part["time"] == "now"], part[part["time"] == "prior"]
        n_a, n_b = weights(now)
        before = balance(*weights(prior))
        if n_a + n_b == 0 and before is None:
            continue
        place = balance(n_a, n_b)
        low, high = jeffreys(n_a, n_b) if place is not None else (None, None)
        rows.append(
            {
                by: key,
                "tension_id": tension_id,
                "position": place,
                "low": low,
                "high": high,
                "stance": None if place is None else stance(place, settings.both_within),
                "prior": before,
                "n_segments": len(part),
                "n_essays": now["essay_id"].nunique(),
            }
        )
    return rows


def weights(part: pd.DataFrame) -> tuple[float, float]:
    """Sum the weights of both poles."""
    sums = part.groupby("pole")["weight"].sum()
    return float(sums.get("a", 0.0)), float(sums.get("b", 0.0))


def balance(n_a: float, n_b: float) -> float | None:
    """Return the position from -1 to 1 that two weights give, or None without any."""
    return (n_b - n_a) / (n_a + n_b) if n_a + n_b > 0 else None


def stance(position: float, both_within: float) -> str:
    """Name the stance that a position means."""
    if abs(position) <= both_within:
        return "both"
    return "a" if position < 0 else "b"
