"""run.json: what was run, with what, on what, and how long each stage took."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from pipeline.runtime.engine import Stage, StageRecord
from pipeline.runtime.files import write_whole
from pipeline.settings import Settings
from pipeline.tables import Tables

LIBRARIES = (
    "crosscurrent",
    "spacy",
    "pandas",
    "numpy",
    "scikit-learn",
    "scipy",
    "onnxruntime",
    "tokenizers",
    "matplotlib",
)


def write_record(
    path: Path,
    tables: Tables,
    settings: Settings,
    log: Sequence[StageRecord],
    stages: Sequence[Stage],
    title: str,
    share: str = "full",
) -> None:
    """Write the record of a run as JSON; times are the only part that differs between two runs."""
    record = {
        "title": title,
        "share": share,
        "settings": settings.model_dump(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "stages": {
            stage.name: {"version": stage.version, "models": list(stage.models)} for stage in stages
        },
        "rows": {name: len(rows) for name, rows in tables.items()},
        "log": [asdict(line) for line in log],
    }
    write_whole(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
