"""Words a second of the segment stage beside the parser alone.

In one run, one process; the ratio says more than the speeds, since machines are noisy. Reads the
essays of a finished run's folder (by default that of open-source-2020), or the sample ten times.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd

from pipeline.ingest import ingest
from pipeline.runtime.models import english, parsable
from pipeline.segment import all_pieces, segment
from pipeline.settings import IngestSettings, SegmentSettings

REPOSITORY = Path(__file__).resolve().parents[2]
ROUNDS = 3


def parse_alone(essays: pd.DataFrame) -> None:
    """Parse the same pieces as the stage does, and nothing else."""
    texts = dict(zip(essays["essay_id"], essays["text"], strict=True))
    nlp = english()
    with nlp.select_pipes(disable=["tagger", "attribute_ruler"]):
        for _ in nlp.pipe(parsable(p.text) for p in all_pieces(texts, SegmentSettings())):
            pass


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    cohort = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
    source = cohort if cohort.is_dir() else REPOSITORY / "data" / "sample"
    parser.add_argument("--essays", type=Path, default=source, metavar="DIR")
    essays = ingest(parser.parse_args().essays, IngestSettings(), b"a key of the bench").essays
    n_words = int(essays["n_words"].sum())
    english()  # loaded before the clock starts
    best = {"parser": float("inf"), "stage": float("inf")}
    for _ in range(ROUNDS):
        started = time.perf_counter()
        parse_alone(essays)
        between = time.perf_counter()
        segment(SegmentSettings(), essays=essays)
        ended = time.perf_counter()
        best["parser"] = min(best["parser"], between - started)
        best["stage"] = min(best["stage"], ended - between)
    print(f"{n_words:,} words, best of {ROUNDS}")
    for name, seconds in best.items():
        print(f"{name}: {n_words / seconds:,.0f} words/s")
    print(f"stage: {best['parser'] / best['stage']:.0%} of the parser's own speed")


if __name__ == "__main__":
    main()
