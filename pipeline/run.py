"""READ FIRST: the whole pipeline, one line a stage.

Essays are read once; every later stage is a pure function from tables to tables, which the engine
caches and, where a stage works essay by essay, may run in parts.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path

from pipeline.again import begun, put_down, request, taken_up
from pipeline.coding.folder import chosen_folder, with_corrections
from pipeline.ingest import Ingested, ingest, keep_groupings
from pipeline.ingest.left_out import unnamed
from pipeline.runtime.alone import alone
from pipeline.runtime.engine import Announce, Engine, Stage
from pipeline.runtime.log import Tell
from pipeline.runtime.models import english_fingerprint
from pipeline.runtime.private import NAMES, keep_key, private_folder, pseudonym_key, write_private
from pipeline.runtime.progress import Progress, Silent
from pipeline.runtime.spans import Remembered
from pipeline.runtime.store import Store
from pipeline.runtime.workers import Workers
from pipeline.settings import Settings
from pipeline.share import check_level
from pipeline.tables import Tables


def stages(settings: Settings, engine: Engine | None = None) -> tuple[Stage, ...]:
    """List the stages in the order in which data flows, with the tables that each takes."""
    # These take seconds to import, and a run that computes nothing ends before.
    from pipeline import cluster, compare, correct, encode, label, naming, segment
    from pipeline.cluster.sampled import cluster_sampled

    spacy, weights = english_fingerprint(), encode.fingerprint()
    find = partial(cluster_sampled, embed=encode.embedding(settings.encode), weights=weights)
    vectors = (weights, f"onnxruntime {version('onnxruntime')}")
    s, by_hand, labels = settings, correct.VERSION, (spacy, label.FITTED)
    # fmt: off
    return (
        Stage("segment", segment.VERSION, segment.segment, ("essays",), True, s.segment, (spacy,)),
        Stage("encode", encode.VERSION, encode.encode, ("segments",), True, s.encode, vectors),
        Stage("label", label.VERSION, label.label, label.TAKES, True, s.label, labels),
        Stage("correct roles", by_hand, correct.roles, correct.ROLES_TAKE, False, s.correct),
        Stage("cluster", cluster.VERSION, find, cluster.TAKES, False, s.cluster, (spacy, *vectors)),
        *naming.stage(s.naming, engine),  # only where somebody asks for it
        Stage("correct themes", by_hand, correct.themes, correct.THEMES_TAKE, False, s.correct),
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
    private: Path | None = None,
    share: str = "full",
    coding: Path | None = None,
    progress: Progress | None = None,
    workers: Workers | None = None,
    tell: Tell | None = None,
    announce: Announce | None = None,
) -> tuple[Tables, Ingested]:
    """Read the essays of `source`, analyse them, and write the run's folder `out`.

    `by` names roster columns to compare by (all when empty), `share` what may be in `out`, `coding`
    whose corrections are applied. `workers` compute map stages, `tell` gets each stage's record,
    `announce` what leaves this machine, and how much of the cache was damaged. Returns tables and
    what was read, of the last run where nothing changed. Raises NothingReadError, UsageError.
    """
    check_level(share)
    coding, hidden = chosen_folder(coding, out), private_folder(source, out, private)
    with alone(out), alone(hidden, owners_only=True):
        key, store, names = pseudonym_key(hidden), Store(hidden / "cache"), hidden / NAMES
        engine = Engine(store, progress or Silent(), workers=workers, tell=tell, announce=announce)
        asked = partial(request, source, settings, key, share, roster, by, coding, names)
        if earlier := taken_up(first := asked(), out, hidden, engine, share):
            return earlier
        stages(settings, engine)  # a server that can't name themes is told of before a long run
        engine.workers.ready()
        with begun(out, hidden, engine) as given:
            read = ingest(source, settings.ingest, key, roster, Remembered(store), names)
            read = keep_groupings(read, by).with_essays(engine.laid)
            given |= {"essays": read.essays, "roster": read.roster}
            given |= with_corrections(coding, read.notices)
        keep_key(hidden, key)
        tables = Tables.empty().with_(**given)
        tables, files = finish(tables, read.title, unnamed(settings), engine, out, share)
        write_private(hidden, **read.private())
        put_down(first, asked(), out, engine, tables, read, files)
    return tables, read


def finish(
    tables: Tables, title: str, settings: Settings, engine: Engine, out: Path, share: str
) -> tuple[Tables, dict[str, str]]:
    """Run all stages, write the run's folder; give all tables, and the sha256 of each file."""
    from pipeline.correct import needed
    from pipeline.share.write import write_shared

    for stage in (plan := needed(stages(settings, engine), tables)):
        tables = engine.apply(stage, tables)
    return tables, write_shared(out, share, tables, title, settings, engine, plan)
