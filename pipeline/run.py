"""READ FIRST: the whole pipeline, one line a stage.

Essays are read once; every later stage is a pure function from tables to tables, which the engine
caches and, where a stage works essay by essay, may run in parts.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path

from pipeline import cluster, compare, encode, label, segment
from pipeline.ingest import Exclusions, Ingested, ingest, keep_groupings
from pipeline.report import RunInfo, report
from pipeline.runtime.engine import Serial, Stage
from pipeline.runtime.files import write_tables
from pipeline.runtime.models import english_fingerprint
from pipeline.runtime.private import keep_key, private_folder, pseudonym_key, write_private
from pipeline.runtime.progress import Progress, Silent
from pipeline.runtime.record import write_record
from pipeline.runtime.store import Store
from pipeline.settings import Settings
from pipeline.tables import Tables


def stages(settings: Settings) -> tuple[Stage, ...]:
    """List the stages in the order in which data flows, with the tables that each takes."""
    spacy, encoder = english_fingerprint(), encode.shipped_encoder(settings.encode.threads)
    find = partial(cluster.cluster, embed=encoder.embed)
    vectors = (encoder.fingerprint, f"onnxruntime {version('onnxruntime')}")
    labels, s = (spacy, label.FITTED), settings
    # fmt: off
    return (
        Stage("segment", segment.VERSION, segment.segment, ("essays",), True, s.segment, (spacy,)),
        Stage("encode", encode.VERSION, encode.encode, ("segments",), True, s.encode, vectors),
        Stage("label", label.VERSION, label.label, label.TAKES, True, s.label, labels),
        Stage("cluster", cluster.VERSION, find, cluster.TAKES, False, s.cluster, (spacy, *vectors)),
        Stage("compare", compare.VERSION, compare.compare, compare.TAKES, False, s.compare),
    )
    # fmt: on


def run(
    source: Path,
    out: Path,
    settings: Settings,
    *,
    roster: Path | None = None,
    by: tuple[str, ...] = (),
    exclude: Exclusions = (),
    private: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Tables, Ingested]:
    """Read the essays of `source`, analyse them, and write the run's folder `out`.

    `by` names the roster columns to compare by (all when empty), `exclude` columns and values that
    are set aside. Returns all tables, and what was read. Raises NothingReadError, UsageError.
    """
    hidden = private_folder(source, out, private)
    key, engine = pseudonym_key(hidden), Serial(Store(hidden / "cache"), progress or Silent())
    with engine.timed("ingest", tables := Tables.empty()) as given:
        read = keep_groupings(ingest(source, settings.ingest, key, roster, exclude), by)
        given |= {"essays": read.essays, "roster": read.roster, "notices": read.notices}
    keep_key(hidden, key)
    tables = finish(tables.with_(**given), read.title, settings, engine, out)
    write_private(hidden, **read.private())
    return tables, read


def finish(tables: Tables, title: str, settings: Settings, engine: Serial, out: Path) -> Tables:
    """Run all stages over essays and roster, and write the run's folder."""
    for stage in (plan := stages(settings)):
        tables = engine.apply(stage, tables)
    write_tables(tables, out / "tables")
    with engine.timed("report", tables):
        report(tables, RunInfo(title, version("crosscurrent")), settings.report, out)
    write_record(out / "run.json", tables, settings, engine.log, plan, title)
    return tables
