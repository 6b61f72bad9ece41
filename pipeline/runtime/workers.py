"""Where a map stage's chunks are computed: in this process, or in several of our own.

A Dask cluster is a third place, in `on_dask.py`.

Chunks travel as bytes, never as paths. Each process loads its models once. One that dies is
replaced, and its chunk is computed again; a chunk that takes two processes down is halved until
the essay that does it is alone, which then fails.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import IO, Any, Protocol

from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.models import THREADS
from pipeline.runtime.processes import end

ROOT = str(Path(__file__).resolve().parents[2])
CODE = "import sys; sys.path.append(sys.argv[1]); from pipeline.runtime.workers import main; main()"
# Libraries that would start a thread a processor in each worker, and so use two cores twice.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
LENGTH = struct.Struct("<Q")
ENGINES = ("processes", "serial")
# Objects more than before, from which the collector of cycles comes by: tables are few objects, and
# at Python's own 700 it took a twentieth of a run.
COLLECTED_AT = 50_000
DEATHS = 2  # processes that a chunk may take down before it is halved


@dataclass(frozen=True)
class Use:
    """What a worker used for one chunk: CPU seconds, and the most megabytes that it ever had."""

    cpu_seconds: float = 0.0
    peak_megabytes: float | None = None


@dataclass(frozen=True)
class Lost:
    """Stand for the result of a chunk that took its processes down."""


class Workers(Protocol):
    """What computes chunks; `function(*chunk)` must be the same wherever it runs."""

    def each(
        self, function: Callable[..., Any], chunks: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any, Use]]:
        """Yield each chunk's place, its result, and what it used, in any order.

        Raises what the function raises.
        """
        ...

    def ready(self) -> None:
        """See that what computes is there. Raises UsageError when it isn't."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...


class InProcess:
    """Compute chunks one after another in this process."""

    def each(
        self, function: Callable[..., Any], chunks: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any, Use]]:
        """Yield each chunk's place and result in order; this process's own use is not told."""
        for place, chunk in enumerate(chunks):
            yield place, function(*chunk), Use()

    def ready(self) -> None:
        """This process is there."""

    def close(self) -> None:
        """There is nothing to end."""


class Processes:
    """Compute chunks in `n` processes, started when first needed.

    Where there are fewer than `least` chunks they are computed here: starting processes that load
    models takes longer.
    """

    def __init__(self, n: int, least: int = 4) -> None:
        self.n = n
        self.least = least
        self._idle: list[Worker] = []
        self._all: list[Worker] = []

    def each(
        self, function: Callable[..., Any], chunks: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any, Use]]:
        """Yield each chunk's place, result and use as they come; a lost chunk's result is Lost."""
        if len(chunks) < self.least or self.n < 2:
            yield from InProcess().each(function, chunks)
            return
        jobs: queue.SimpleQueue[int] = queue.SimpleQueue()
        for place in range(len(chunks)):
            jobs.put(place)
        answers: queue.SimpleQueue[tuple[int, Any, Use]] = queue.SimpleQueue()
        stop = threading.Event()

        def work(worker: Worker) -> None:
            while not stop.is_set():
                try:
                    place = jobs.get_nowait()
                except queue.Empty:
                    return
                try:
                    answers.put((place, *worker.ask((function, chunks[place]))))
                except BaseException as failure:  # told where the caller can see it
                    answers.put((place, failure, Use()))

        workers = self._taken(min(self.n, len(chunks)))
        threads = [threading.Thread(target=work, args=(each,), daemon=True) for each in workers]
        for thread in threads:
            thread.start()
        try:
            for _ in range(len(chunks)):
                place, result, use = answers.get()
                if isinstance(result, BaseException):
                    raise result
                yield place, result, use
        except BaseException:  # an interrupt: what is being computed isn't waited for
            stop.set()
            self.close()
            raise
        for thread in threads:
            thread.join()
        self._idle.extend(workers)

    def ready(self) -> None:
        """Processes start when they are first needed."""

    def close(self) -> None:
        """End all processes."""
        for worker in self._all:
            worker.stop()
        self._all.clear()
        self._idle.clear()

    def _taken(self, count: int) -> list[Worker]:
        while len(self._idle) < count:
            share = max(1, usable_processors() // self.n)
            self._idle.append(Worker(share))
            self._all.append(self._idle[-1])
        taken, self._idle = self._idle[:count], self._idle[count:]
        return taken


def chosen(engine: str, n: int | None = None) -> Workers:
    """Return the workers of an engine, `n` of them or as many as there are processors to use.

    An address is that of a Dask cluster's scheduler, which has its own workers. Raises UsageError
    for an engine that there isn't, and for less than one worker.
    """
    if "://" in engine:
        if n is not None:
            raise UsageError(
                f"--workers {n} is refused, as {engine} has workers of its own; leave it out."
            )
        from pipeline.runtime.on_dask import OnDask

        return OnDask(engine)
    if engine not in ENGINES:
        raise UsageError(
            f"--engine {engine} is refused; use {' or '.join(ENGINES)}, or the address of a Dask "
            "scheduler such as tcp://127.0.0.1:8786."
        )
    if n is not None and n < 1:
        raise UsageError(f"--workers {n} is refused; give 1 or more, or leave it out.")
    if engine == "serial":
        return InProcess()
    return Processes(n or usable_processors())


def usable_processors() -> int:
    """Count the processors that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """One process that computes chunks, with its share of the processor's threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.process: subprocess.Popen[bytes] | None = None
        self.is_ended = False
        self.starting = threading.Lock()

    def ask(self, request: tuple[Any, ...]) -> tuple[Any, Use]:
        """Return a chunk's result and what it used; an exception is returned, not raised."""
        body = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
        for _ in range(DEATHS):
            if self.is_ended:
                break
            try:
                process = self.started()
                assert process.stdin is not None and process.stdout is not None
                send(process.stdin, body)
                answer: tuple[Any, Use] = pickle.loads(received(process.stdout))
                return answer
            except (OSError, EOFError):  # it died: the next one computes the chunk again
                self.ended()
            except Exception as broken:  # told to who waits for the chunk
                return broken, Use()
        return Lost(), Use()

    def started(self) -> subprocess.Popen[bytes]:
        """Return the process, a new one where it isn't alive."""
        with self.starting:
            return self.begun()

    def begun(self) -> subprocess.Popen[bytes]:
        """Do what `started` does. Raises EOFError where nothing may be started any longer."""
        if self.is_ended:
            raise EOFError
        if self.process is None or self.process.poll() is not None:
            pinned = dict.fromkeys(ONE_THREAD, str(self.threads)) | {THREADS: str(self.threads)}
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", CODE, ROOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what a library says may quote an essay
                env=os.environ | pinned,
            )
        return self.process

    def ended(self) -> None:
        """End the process; the next request starts another."""
        process, self.process = self.process, None
        end(process)

    def stop(self) -> None:
        """End the process for good."""
        with self.starting:
            self.is_ended = True
        self.ended()


def send(stream: IO[bytes], body: bytes) -> None:
    """Write bytes with their length before them."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def received(stream: IO[bytes]) -> bytes:
    """Read what `send` wrote. Raises EOFError when the other end is gone."""
    return exactly(stream, LENGTH.unpack(exactly(stream, LENGTH.size))[0])


def exactly(stream: IO[bytes], n: int) -> bytes:
    """Read so many bytes. Raises EOFError when there are fewer."""
    body = stream.read(n)
    if len(body) < n:
        raise EOFError
    return body


def answered(request: bytes) -> bytes:
    """Compute a pickled function and chunk: pickled, the result and what it used.

    What it raises is the result: with its text only where that is ours, as others may quote an
    essay. Raises what pickle raises for a result that can't travel.
    """
    from pipeline.runtime.engine import peak_megabytes

    result: Any
    began = process_time()
    try:
        function, chunk = pickle.loads(request)
        result = function(*chunk)
    except CrosscurrentError as refused:
        result = refused
    except Exception as failure:  # whatever it is, who asked is told
        result = RuntimeError(type(failure).__name__)
    use = Use(process_time() - began, peak_megabytes())
    return pickle.dumps((result, use), protocol=pickle.HIGHEST_PROTOCOL)


def main() -> None:
    """Answer requests on stdin until it ends, which it also does when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all: the parent ends its workers
    gc.set_threshold(COLLECTED_AT)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes elsewhere
    while True:
        try:
            request = received(sys.stdin.buffer)
        except EOFError:
            return
        try:
            send(answers, answered(request))
        except OSError:
            return
