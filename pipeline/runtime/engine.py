"""Run stages over tables: essay by essay where a stage allows it, and never twice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from pipeline.errors import CrosscurrentError
from pipeline.lookup import repeats
from pipeline.runtime.models import let_models_go
from pipeline.runtime.parts import Cut, Frames, divided
from pipeline.runtime.progress import Progress
from pipeline.runtime.resting import give_back, let_go, put_aside_in
from pipeline.runtime.store import Store, key_of
from pipeline.runtime.tables_at_rest import laid
from pipeline.runtime.workers import InProcess, Lost, Use, Workers
from pipeline.settings import StageSettings
from pipeline.tables import Notices, Tables, frame, valid

Announce = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """Name a step: called as function(settings, **tables it takes), it gives tables by name."""

    name: str
    version: int  # raised when the function gives other rows than before
    function: Callable[..., Frames]
    takes: tuple[str, ...]
    each: bool  # a map stage, which may be handed any subset of essays
    settings: StageSettings
    models: tuple[str, ...] = ()  # fingerprints
    kept: bool = True  # False: what it gives isn't only of what it takes, and is never looked up


@dataclass(frozen=True)
class StageRecord:
    """Hold what a stage did: rows by table, essays from the store, computed and failed."""

    stage: str
    rows_in: dict[str, int]
    rows_out: dict[str, int]
    cached: int
    computed: int
    failed: int
    seconds: float
    cpu_seconds: float  # of all threads of this process and of the workers' chunks
    peak_megabytes: float | None  # of the largest process so far; None: the system doesn't tell


@dataclass(frozen=True)
class Failure:
    """Say which type of exception a stage raised on one essay."""

    kind: str


@dataclass(frozen=True)
class Outcome:
    """Hold what a stage gave for all essays, notices among it, and how it came about."""

    frames: Frames
    cached: int
    computed: int
    failed: int = 0
    uses: tuple[Use, ...] = ()  # of the workers


class Engine:
    """Run stages one after another, the chunks of map stages by `workers`.

    `log` has a record a stage, and `tell` is called with each as its stage ends; `announce` is
    called with a sentence before anything leaves this machine (None: stderr has it).
    """

    def __init__(
        self,
        store: Store,
        progress: Progress,
        chunk: int = 16,
        workers: Workers | None = None,
        tell: Callable[[StageRecord], None] | None = None,
        block: int = 1_024,
        announce: Announce | None = None,
    ) -> None:
        self.store = store
        self.progress = progress
        self.chunk = chunk  # essays handed to a map stage at once
        self.block = block  # essays whose results are apart until they are joined
        self.workers: Workers = workers or InProcess()
        self.tell = tell or (lambda _: None)
        self.announce = announce
        self.log: list[StageRecord] = []

    def take_up(self, log: Iterable[StageRecord]) -> None:
        """Record stages of an earlier run, of which nothing has to be computed again."""
        for line in log:
            again = replace(
                line, cached=line.cached + line.computed, computed=0, seconds=0.0, cpu_seconds=0.0,
                peak_megabytes=peak_megabytes(),
            )  # fmt: skip
            self.log.append(again)
            self.tell(again)

    def apply(self, stage: Stage, tables: Tables) -> Tables:
        """Return the tables with those that the stage gives replaced, and its notices appended.

        In a map stage an essay that fails becomes a notice and keeps its rows of tables that the
        stage both takes and gives. Raises what a whole stage raises, and CrosscurrentError of any.
        """
        began = clocks()
        taken: Frames = {name: getattr(tables, name) for name in stage.takes}
        self.progress.start(stage.name, len(tables.essays))
        try:
            outcome = (self._each if stage.each else self._whole)(stage, taken, tables)
        finally:
            self.progress.done()
        given = dict(outcome.frames)
        if "notices" in given:
            given["notices"] = pd.concat([tables.notices, given["notices"]], ignore_index=True)
        after = replace(tables, **given)
        self._record(stage.name, taken, outcome, began)
        del outcome, given, taken
        give_back()
        return after

    @contextmanager
    def timed(self, name: str, tables: Tables) -> Iterator[Frames]:
        """Record a step that is no stage, such as the report, and show it like one.

        The frames that the step gives, it may put into the dictionary that is handed to it.
        """
        began = clocks()
        given: Frames = {}
        self.progress.start(name, len(tables.essays))
        try:
            yield given
            n = len(given.get("essays", tables.essays))
            self.progress.advance(n)
        finally:
            self.progress.done()
        taken = {table: rows for table, rows in tables.items() if len(rows)}
        self._record(name, taken, Outcome(given, cached=0, computed=n), began)
        give_back()

    def _record(
        self, name: str, taken: Frames, outcome: Outcome, began: tuple[float, float]
    ) -> None:
        """Add a line to the log."""
        wall, cpu = (now - then for now, then in zip(clocks(), began, strict=True))
        peaks = [peak_megabytes(), *(use.peak_megabytes for use in outcome.uses)]
        line = StageRecord(
            stage=name,
            rows_in={name: len(rows) for name, rows in taken.items()},
            rows_out={name: len(rows) for name, rows in outcome.frames.items()},
            cached=outcome.cached,
            computed=outcome.computed,
            failed=outcome.failed,
            seconds=wall,
            cpu_seconds=cpu + sum(use.cpu_seconds for use in outcome.uses),
            peak_megabytes=max((peak for peak in peaks if peak is not None), default=None),
        )
        self.log.append(line)
        self.tell(line)

    def _whole(self, stage: Stage, taken: Frames, tables: Tables) -> Outcome:
        """Run a stage on whole tables, or look it up by their content."""
        n = len(tables.essays)
        key = key_of(stage_key(stage), *named(taken))
        frames = self.store.get(key) if stage.kept else None
        found = frames is not None
        if frames is None:
            # Small products: threads wait, and round otherwise.
            with threadpool_limits(1, "blas"), put_aside_in(self.beside()):
                frames = validated(stage.function(stage.settings, **taken))
            if n > self.block:  # the last stage with models is over; they would stay to the end
                let_models_go()
        frames = {name: self.laid([rows]) for name, rows in frames.items()}
        if stage.kept and not found:
            self.store.put(key, frames)
        self.progress.advance(n)
        return Outcome(frames, cached=n if found else 0, computed=0 if found else n)

    def _each(self, stage: Stage, taken: Frames, tables: Tables) -> Outcome:
        """Run a map stage on the essays that the store lacks, in chunks, and join all in order.

        One block of essays after the other: a frame an essay is many times its rows in memory.
        """
        essays = [str(essay_id) for essay_id in tables.essays["essay_id"]]
        cut = Cut(taken)
        common = key_of(stage_key(stage), *named(cut.whole))
        blocks: list[tuple[Frames, list[str]]] = []
        uses: list[Use] = []
        cached = failed = 0
        for start in range(0, len(essays), self.block):
            block = essays[start : start + self.block]
            results, n = self._block(stage, block, cut, common, uses)
            lost = [essay for essay, result in results.items() if isinstance(result, Failure)]
            frames = joined(stage, results, cut)
            blocks.append(({name: self.laid([rows]) for name, rows in frames.items()}, lost))
            cached, failed = cached + n, failed + len(lost)
            del results
            give_back()
        frames = validated(stacked(blocks, cut, self.laid))
        return Outcome(frames, cached, len(essays) - cached - failed, failed, tuple(uses))

    def laid(self, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """Put frames together; many rows lie on the disk, beside the store."""
        return laid(parts, self.beside())

    def beside(self) -> Path:
        """Give the folder for files without a name, which is on the disk of the store."""
        folder = self.store.folder.parent
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _block(
        self, stage: Stage, essays: list[str], cut: Cut, common: str, uses: list[Use]
    ) -> tuple[dict[str, Frames | Failure], int]:
        """Give each essay's result, in order, and how many were in the store; add to `uses`."""
        keys = dict(zip(essays, cut.keys(common, essays), strict=True))
        results: dict[str, Frames | Failure] = {}
        missing = []
        for essay in essays:
            frames = self.store.get(keys[essay])
            if frames is None:
                missing.append(essay)
            else:
                results[essay] = frames
        cached = len(results)
        self.progress.advance(cached)
        waiting = [
            missing[start : start + self.chunk] for start in range(0, len(missing), self.chunk)
        ]
        while waiting:
            halves: list[list[str]] = []
            chunks = Chunks(stage, waiting, cut)
            for place, found, use in self.workers.each(computed, chunks):
                part = waiting[place]
                uses.append(use)
                if isinstance(found, Lost) and len(part) > 1:
                    halves += [part[: len(part) // 2], part[len(part) // 2 :]]
                    continue
                if isinstance(found, Lost):
                    found = {part[0]: Failure("its process died")}
                for essay, result in found.items():
                    if not isinstance(result, Failure):
                        self.store.put(keys[essay], result)
                    results[essay] = result
                self.progress.advance(len(part))
                let_go()
            waiting = halves
        return {essay: results[essay] for essay in essays}, cached


class Chunks(Sequence[tuple[Stage, list[str], Frames]]):
    """What `computed` takes for each of some parts, cut out only when it is asked for."""

    def __init__(self, stage: Stage, parts: list[list[str]], cut: Cut) -> None:
        self._stage, self._parts, self._cut = stage, parts, cut

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, place: Any) -> Any:
        part = self._parts[place]
        return self._stage, part, self._cut.of(part)


def computed(stage: Stage, essays: list[str], frames: Frames) -> dict[str, Frames | Failure]:
    """Run a map stage on a chunk and give each essay's share; where that fails, on each alone.

    Raises CrosscurrentError, which no essay is to blame for.
    """
    try:
        given = validated(stage.function(stage.settings, **frames))
        return dict(divided(given, essays, given.get("segments", frames.get("segments"))))
    except CrosscurrentError:
        raise
    except Exception as failure:  # whatever one essay does to a stage, the others go on
        if len(essays) == 1:
            return {essays[0]: Failure(type(failure).__name__)}
    cut = Cut(frames)
    return {e: r for essay in essays for e, r in computed(stage, [essay], cut.of([essay])).items()}


def joined(stage: Stage, results: dict[str, Frames | Failure], cut: Cut) -> Frames:
    """Put the essays' results together in their order, failures as notices."""
    given = {name for result in results.values() if isinstance(result, dict) for name in result}
    frames: Frames = {}
    for name in [name for name in Tables.SCHEMAS if name in given]:
        parts = []
        for essay, result in results.items():
            if isinstance(result, dict) and name in result:
                parts.append(result[name])
            elif isinstance(result, Failure) and name in cut.split:
                parts.append(cut.rows(name, [essay]))
        rows = pd.concat(parts, ignore_index=True)
        frames[name] = rows.drop_duplicates("text_sha") if name == "embeddings" else rows
    failures = {e: result for e, result in results.items() if isinstance(result, Failure)}
    if failures:
        notices = frame(Notices, [notice(stage, *failure) for failure in failures.items()])
        earlier = [frames["notices"]] if "notices" in frames else []
        frames["notices"] = pd.concat([*earlier, notices], ignore_index=True)
    return frames


def stacked(
    blocks: list[tuple[Frames, list[str]]],
    cut: Cut,
    laid: Callable[[Sequence[pd.DataFrame]], pd.DataFrame],
) -> Frames:
    """Put blocks of essays together by `laid`; each comes with its essays that failed.

    Those keep their rows of a table that other blocks give, where their own block gives none.
    """
    if len(blocks) == 1:
        return blocks[0][0]
    given = {name for frames, _ in blocks for name in frames}
    frames: Frames = {}
    for name in [name for name in Tables.SCHEMAS if name in given]:
        parts = []
        for block, lost in blocks:
            if name in block:
                parts.append(block.pop(name))
            elif lost and name in cut.split:
                parts.append(cut.rows(name, lost))
        rows = laid(parts)
        del parts
        if name == "embeddings" and (again := repeats(rows["text_sha"])).any():
            rows = laid([rows[~again]])
        frames[name] = rows
        let_go()
    return frames


def notice(stage: Stage, essay_id: str, failure: Failure) -> dict[str, str]:
    """Tell of an essay that a stage failed on; the exception's text may quote it, so isn't told."""
    message = (
        f"The stage {stage.name} failed on this essay ({failure.kind}), which goes on without it "
        "while all others are unaffected; please report it with the versions in run.json."
    )
    return {
        "essay_id": essay_id,
        "stage": stage.name,
        "severity": "warning",
        "code": "failed",
        "message": message,
    }


def validated(frames: Frames) -> Frames:
    """Validate tables by name. Raises pandera's SchemaErrors."""
    return {name: valid(Tables.SCHEMAS[name], rows) for name, rows in frames.items()}


def named(frames: Frames) -> list[str | pd.DataFrame]:
    """List names and frames in turn, as parts of a key."""
    return [part for name in sorted(frames) for part in (name, frames[name])]


def stage_key(stage: Stage) -> str:
    """Hash what a stage is: name, version, settings, models and the columns of tables."""
    return key_of(stage.name, str(stage.version), stage.settings, columns(), *stage.models)


@cache
def columns() -> str:
    """Name the columns of all tables: a changed schema makes the key of each stage a new one."""
    named = {name: list(schema.to_schema().columns) for name, schema in Tables.SCHEMAS.items()}
    return "; ".join(f"{name}: {', '.join(has)}" for name, has in named.items())


def clocks() -> tuple[float, float]:
    """Read the clock on the wall and that of the processor, in seconds."""
    return perf_counter(), process_time()


def peak_megabytes() -> float | None:
    """Give the most memory that this process had so far; None where the system doesn't tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
