"""Hand files to worker processes, each for a limited time; a worker that dies is replaced."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.ingest.document import Note
from pipeline.ingest.reading import MEGABYTE, Reading
from pipeline.runtime.processes import end
from pipeline.settings import IngestSettings

ROOT = str(Path(__file__).resolve().parents[2])
CODE = (
    "import sys; sys.path.append(sys.argv[2]); "
    "from pipeline.ingest.worker import main; main(float(sys.argv[1]))"
)
# Requests after which a worker is replaced, so that what libraries leave in memory goes.
LIFE = 500


@dataclass(frozen=True)
class Job:
    """One file, or a member of a zip, and what is wanted of it: documents, members or bytes."""

    path: Path
    chain: tuple[int, ...] = ()
    ending: str = ""
    wanted: str = "documents"


class Worker:
    """One process, and the time that it has for a request."""

    def __init__(self, megabytes: float) -> None:
        self.megabytes = megabytes
        self.process: subprocess.Popen[bytes] | None = None
        self.n_done = 0

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to a request; {"died": why} when the process didn't live to give it."""
        if self.process is None or self.process.poll() is not None or self.n_done >= LIFE:
            self.start()
        process = self.process
        assert process is not None and process.stdin is not None and process.stdout is not None
        self.n_done += 1
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            if "died" in answer:
                self.stop()
            return answer
        self.stop()
        return {"died": "time" if late.is_set() else "crash"}

    def start(self) -> None:
        """Start the process anew."""
        self.stop()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", CODE, str(self.megabytes), ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self.n_done = 0

    def stop(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        end(process)


IDLE: list[Worker] = []  # kept for the next cohort of this process
LOCK = threading.Lock()


def ask_all(
    jobs: Sequence[Job],
    settings: IngestSettings,
    take: Callable[[int, dict[str, Any]], None],
) -> None:
    """Ask workers for all jobs; `take` gets each job's place and answer, in any order."""
    reading = asdict(Reading.of(settings))
    places = iter(range(len(jobs)))
    failures: list[BaseException] = []

    def work(worker: Worker) -> None:
        while not failures:
            with LOCK:
                place = next(places, None)
            if place is None:
                return
            job = jobs[place]
            request = {
                "path": str(
                    job.path.absolute()
                ),  # this process may have moved since a worker began
                "chain": job.chain,
                "ending": job.ending,
                "wanted": job.wanted,
                "reading": reading,
            }
            try:
                take(place, worker.ask(request, settings.max_file_seconds))
            except BaseException as failure:  # told where the caller can see it
                failures.append(failure)

    workers = taken(min(settings.readers, len(jobs)), settings.max_reader_megabytes)
    threads = [threading.Thread(target=work, args=(each,), daemon=True) for each in workers]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:  # an interrupt: what is being read isn't waited for
        failures.append(KeyboardInterrupt())
        for worker in workers:
            worker.stop()
        raise
    with LOCK:
        IDLE.extend(workers)
    if failures:
        raise failures[0]


def taken(count: int, megabytes: float) -> list[Worker]:
    """Take so many workers, idle ones first."""
    with LOCK:
        fitting = [worker for worker in IDLE if worker.megabytes == megabytes][:count]
        IDLE[:] = [worker for worker in IDLE if worker not in fitting]
    return [*fitting, *(Worker(megabytes) for _ in range(count - len(fitting)))]


def stop_all() -> None:
    """End all idle workers."""
    with LOCK:
        while IDLE:
            IDLE.pop().stop()


atexit.register(stop_all)


def death(why: str, settings: IngestSettings) -> Note:
    """Say why a file was given up."""
    seconds, megabytes = settings.max_file_seconds, settings.max_reader_megabytes
    sentences = {
        "time": f"reading it took more than {seconds:g} seconds; save it anew, or as plain text.",
        "memory": f"reading it took more than {megabytes:,g} megabytes of memory; save it anew.",
        "crash": "reading it took its process down, maybe for want of memory; save it anew.",
    }
    codes = {"time": "too-slow", "memory": "too-much-memory", "crash": "failed"}
    return Note("refused", codes[why], sentences[why])


def too_large(size: int, settings: IngestSettings) -> bool:
    """Tell whether a file is larger than the limit, before any worker sees it."""
    return size > settings.max_file_megabytes * MEGABYTE
