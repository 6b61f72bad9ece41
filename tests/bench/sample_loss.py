"""What clustering a sample costs: `python tests/bench/sample_loss.py RUN [--segments N]`.

RUN is the folder of a finished run at `--share full`, small enough to have been clustered all at
once. Its sentences are clustered anew on a sample of students with the others sorted in. Beside
that stands what leaving a fifth of the students out does: that much, themes move anyway.
"""

from __future__ import annotations

import argparse
import resource
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from pipeline.cluster import TAKES, cluster
from pipeline.cluster.sampled import cluster_sampled, of_essays
from pipeline.encode import embedding
from pipeline.runtime.files import read_tables
from pipeline.settings import ClusterSettings, Settings

NOTHING = "none"
Frames = dict[str, pd.DataFrame]


def labels(found: Frames) -> pd.Series[Any]:
    """The theme of each segment that counts in themes."""
    rows = found["assignments"]
    return pd.Series(rows["theme_id"].fillna(NOTHING).to_numpy(object), index=rows["segment_id"])


def alike(one: pd.Series[Any], two: pd.Series[Any]) -> str:
    """Say how far two ways of sorting agree on the segments that both have."""
    both = one.index.intersection(two.index)
    a, b = one.loc[both].to_numpy(str), two.loc[both].to_numpy(str)
    inside = (a != NOTHING) & (b != NOTHING)
    return (
        f"ARI {adjusted_rand_score(a, b):.2f}, where both have a theme "
        f"{adjusted_rand_score(a[inside], b[inside]):.2f}; in none {np.mean(a == NOTHING):.0%} "
        f"and {np.mean(b == NOTHING):.0%}; {len(both):,} segments"
    )


def shares(whole: Frames, part: Frames) -> str:
    """Say how far the shares of themes lie apart that are each other's best match."""
    one, two = labels(whole), labels(part)
    both = one.index.intersection(two.index)
    table = pd.crosstab(one.loc[both].to_numpy(str), two.loc[both].to_numpy(str))
    table = table.drop(index=NOTHING, errors="ignore").drop(columns=NOTHING, errors="ignore")
    jaccard = table / (
        table.sum(axis=1).to_numpy()[:, None] + table.sum(axis=0).to_numpy()[None, :] - table
    )
    pairs = [
        (theme, jaccard.loc[theme].idxmax())
        for theme in jaccard.index
        if jaccard[jaccard.loc[theme].idxmax()].idxmax() == theme
    ]
    share = [frames["themes"].set_index("theme_id")["share"] for frames in (whole, part)]
    apart = [abs(share[0][a] - share[1][b]) for a, b in pairs]
    n = [int((frames["themes"]["level"] == "fine").sum()) for frames in (whole, part)]
    return (
        f"themes {n[0]} and {n[1]}, {len(pairs)} are each other's best match (mean Jaccard "
        f"{np.mean([jaccard.loc[a, b] for a, b in pairs]):.2f}); their shares of students lie "
        f"{100 * np.mean(apart):.1f} points apart on average, {100 * max(apart):.1f} at most"
    )


def pulls(whole: Frames, part: Frames) -> str:
    """Say which tensions both have, and how far evidence and stances agree in those."""
    names = [dict(f["tensions"].set_index("name")["tension_id"].to_dict()) for f in (whole, part)]
    told = []
    for name in sorted(set(names[0]) & set(names[1])):
        sides = []
        for frames, ids in zip((whole, part), names, strict=True):
            rows = frames["evidence"][frames["evidence"]["tension_id"] == ids[name]]
            sides.append(rows.set_index("segment_id")["pole"])
        both = sides[0].index.intersection(sides[1].index)
        either = len(sides[0].index.union(sides[1].index))
        same = (sides[0].loc[both] == sides[1].loc[both]).mean()
        told.append(f"{name}: {len(both) / either:.0%} of the evidence, of that {same:.0%} alike")
    return f"tensions {len(names[0])} and {len(names[1])}, in both: {'; '.join(told) or 'none'}"


def main() -> None:
    """Cluster both ways and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path)
    parser.add_argument("--segments", type=int, nargs="*", default=[5_000])
    asked = parser.parse_args()
    tables = read_tables(asked.run / "tables")
    given = {name: getattr(tables, name) for name in TAKES}
    embed = embedding(Settings().encode)
    one = partial(cluster, embed=embed)

    def timed(what: str, function: Any, settings: ClusterSettings, rows: Frames) -> Frames:
        began = time.process_time()
        found: Frames = function(settings, **rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{what}: {time.process_time() - began:.0f} s of CPU, {peak:,.0f} MB", flush=True)
        return found

    n, students = len(tables.segments), tables.essays["author"].nunique()
    print(f"{n:,} segments of {students:,} students")
    whole = {name: getattr(tables, name) for name in ("assignments", "themes", "tensions")}
    whole["evidence"] = tables.evidence
    for size in asked.segments:
        settings = ClusterSettings(sample_segments=size)
        sampled = timed(f"sample {size:,}", partial(cluster_sampled, embed=embed), settings, given)
        print(f"  beside all: {alike(labels(whole), labels(sampled))}")
        print(f"  {shares(whole, sampled)}\n  {pulls(whole, sampled)}", flush=True)
    names = tables.essays["author"].unique()
    kept = np.random.default_rng(1).permutation(names)[: round(0.8 * len(names))]
    some = of_essays(given, tables.essays.loc[tables.essays["author"].isin(kept), "essay_id"])
    some |= {"embeddings": tables.embeddings}
    fewer = timed("four fifths", one, ClusterSettings(), some)
    print(f"  beside all: {alike(labels(whole), labels(fewer))}\n  {shares(whole, fewer)}")


if __name__ == "__main__":
    main()
