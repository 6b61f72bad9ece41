"""What each stage gave under its version, kept in `tests/golden`: `python tests/versions.py`.

Inputs are frozen, so that a change of one stage shows in that stage alone; they are made again only
where a table's columns changed (`--inputs`). Records a stage anew when its version was raised, and
refuses when its output changed and its version didn't.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from pipeline.ingest import ingest
from pipeline.run import stages
from pipeline.runtime.engine import Stage
from pipeline.runtime.files import from_parquet, to_parquet
from pipeline.settings import Settings
from pipeline.tables import Corrections, Tables, frame

GOLDEN = Path(__file__).parent / "golden"
SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
ESSAYS = 12
VECTOR_DIGITS = 2  # keeps the files small
# Processors round differently in the last digits; what a change of method does is larger.
TOLERANCE = 2e-3
# Tables before the label stage; afterwards `segments` has roles.
EARLY = {"segments": "units"}
EARLY_STAGES = ("encode", "label")

Frames = dict[str, pd.DataFrame]


def plan() -> dict[str, Stage]:
    """All stages by name, with default settings."""
    return {stage.name: stage for stage in stages(Settings())}


def taken(stage: Stage) -> Frames:
    """Read the frozen tables that a stage takes."""
    names = {n: EARLY.get(n, n) if stage.name in EARLY_STAGES else n for n in stage.takes}
    return {n: from_parquet((GOLDEN / f"{f}.parquet").read_bytes()) for n, f in names.items()}


def given(stage: Stage) -> Frames:
    """Run a stage on the frozen tables."""
    return {
        n: shortened(rows) for n, rows in stage.function(stage.settings, **taken(stage)).items()
    }


def shortened(rows: pd.DataFrame) -> pd.DataFrame:
    """Round vectors, which are most of the bytes."""
    if "vector" not in rows:
        return rows.reset_index(drop=True)
    short = [np.round(vector, VECTOR_DIGITS).astype(np.float32) for vector in rows["vector"]]
    return rows.assign(vector=pd.Series(short, index=rows.index, dtype=object))


def folder(stage: Stage) -> Path:
    """Where the output of a stage is kept."""
    return GOLDEN / stage.name.replace(" ", "-")


def recorded(stage: Stage) -> Frames:
    """Read what a stage gave when it was recorded."""
    return {path.stem: from_parquet(path.read_bytes()) for path in folder(stage).glob("*.parquet")}


def recorded_versions() -> dict[str, int]:
    """Read the versions under which the stages were recorded."""
    path = GOLDEN / "versions.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def difference(before: Frames, now: Frames) -> str:
    """Say where two outputs of a stage differ; "" where they don't."""
    if before.keys() != now.keys():
        return f"tables {sorted(before.keys() ^ now.keys())}"
    for name, rows in before.items():
        try:
            assert_frame_equal(plain(rows), plain(now[name]), atol=tolerance(name), rtol=TOLERANCE)
        except AssertionError as differs:
            return f"{name}: {differs}"
    return ""


def tolerance(name: str) -> float:
    """How far a number may be off: a vector's by one of its last digit."""
    return 1.2 * 10**-VECTOR_DIGITS if name == "embeddings" else TOLERANCE


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay vectors out as columns of numbers, and take lists as texts."""
    if "vector" in rows:
        wide = pd.DataFrame(np.array(rows["vector"].tolist(), dtype=np.float64))
        wide.columns = wide.columns.astype(str)
        return pd.concat([rows.drop(columns="vector"), wide], axis=1)
    lists = [name for name in rows if rows[name].dtype == object]
    return rows.assign(**{name: rows[name].map(repr) for name in lists})


def freeze() -> None:
    """Make the inputs anew, from a few essays of the sample."""
    with TemporaryDirectory() as temporary:
        files = [f for f in sorted(SAMPLE.iterdir()) if f.suffix != ".csv" and f.stem != "README"]
        for file in files[:: max(1, len(files) // ESSAYS)][:ESSAYS]:
            shutil.copy(file, temporary)
        shutil.copy(SAMPLE / "roster.csv", temporary)
        read = ingest(Path(temporary), Settings().ingest, b"k" * 32)
    tables = Tables.empty().with_(essays=read.essays, roster=read.roster)
    for stage in plan().values():
        if stage.name == "correct roles":
            keep(GOLDEN, {"corrections": corrections(tables)})
            continue
        if stage.name.startswith("correct"):
            continue
        out = stage.function(
            stage.settings, **{name: getattr(tables, name) for name in stage.takes}
        )
        tables = tables.with_(**{n: shortened(rows) for n, rows in out.items() if n != "notices"})
        if stage.name == "segment":
            keep(GOLDEN, {"units": tables.segments})
    wanted = {name for stage in plan().values() for name in stage.takes} - {"corrections"}
    keep(GOLDEN, {name: getattr(tables, name) for name in sorted(wanted)})


def corrections(tables: Tables) -> pd.DataFrame:
    """Set two roles and a theme right."""
    ids = tables.segments.loc[tables.segments["role"] == "claim", "segment_id"].tolist()
    rows: list[dict[str, Any]] = [
        {"segment_id": ids[0], "coder": "ana", "role": "account", "machine_moves": []},
        {"segment_id": ids[1], "coder": "ana", "role": "question", "machine_moves": []},
        {"segment_id": ids[2], "coder": "bo", "theme": "none", "machine_moves": []},
    ]
    return frame(Corrections, rows)


def keep(place: Path, frames: Frames) -> None:
    """Write frames as Parquet."""
    place.mkdir(parents=True, exist_ok=True)
    for name, rows in frames.items():
        (place / f"{name}.parquet").write_bytes(to_parquet(rows))


def main() -> None:
    """Record the stages whose version was raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", action="store_true", help="make the inputs anew, too")
    if parser.parse_args().inputs:
        shutil.rmtree(GOLDEN, ignore_errors=True)
        freeze()
    versions = recorded_versions()
    for name, stage in plan().items():
        now = given(stage)
        if versions.get(name) == stage.version:
            if found := difference(recorded(stage), now):
                sys.exit(f"The stage {name} gives other rows: raise its VERSION first.\n{found}")
            continue
        shutil.rmtree(folder(stage), ignore_errors=True)
        keep(folder(stage), now)
        versions[name] = stage.version
        print(f"recorded: {name}, version {stage.version}")
    (GOLDEN / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
