"""Where a map stage's chunks are computed: on a Dask cluster that somebody started.

Chunks travel as bytes inside their tasks, so that a worker needs no file but the program, and a
chunk whose worker dies can be computed by another one. A worker has one chunk at a time, as its
models can't be shared between threads, and only where it runs the very program that this is.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.models import THREADS, english_fingerprint
from pipeline.runtime.receipts import program
from pipeline.runtime.workers import Lost, Use, answered

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+", re.IGNORECASE)
LOCAL = re.compile(r"\w+://(?:localhost|127\.[\d.]+|\[::1\]):", re.IGNORECASE)
ANSWERS_IN = 10.0  # seconds in which a scheduler must answer, and a worker be there
GONE_FOR = 60.0  # seconds without any worker after which nobody waits any longer
BEAT = 2.0  # seconds after which what waits looks whether anybody is still there
AHEAD = 2  # chunks that a worker has been sent: one that it computes, and the next
LOGGERS = ("distributed", "distributed.client", "tornado.application")
ONE_AT_A_TIME = threading.Lock()


def leaving(address: str) -> str | None:
    """Say what goes to a cluster on another machine; None of one on this, or of no address."""
    if not ADDRESS.fullmatch(address) or LOCAL.match(address):
        return None
    return f"The essays' texts, with pseudonyms for names, go to the workers of {address}."


class OnDask:
    """Compute chunks on the cluster whose scheduler is at `address`, such as tcp://10.0.0.5:8786.

    `gone_for` are the seconds without any worker after which it gives up. Raises UsageError where
    Dask isn't installed here or the address is none.
    """

    def __init__(self, address: str, gone_for: float = GONE_FOR) -> None:
        if not ADDRESS.fullmatch(address):
            raise UsageError(
                f"--engine {address} is refused, as it is no address of a Dask scheduler; "
                "give it as tcp://HOST:PORT, such as tcp://127.0.0.1:8786."
            )
        if find_spec("distributed") is None:
            raise UsageError(
                f"--engine {address} needs Dask, which isn't installed here; install it with "
                "pip install 'crosscurrent[dask]', or leave --engine out."
            )
        self.address = address
        self.gone_for = gone_for
        self._client: Client | None = None

    def ready(self) -> None:
        """Connect, and see that every worker runs the same program.

        Raises UsageError when nobody answers, there is no worker, or one runs another program.
        """
        self._connected()

    def each(
        self, function: Callable[..., Any], chunks: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any, Use]]:
        """Yield each chunk's place, result and use as they come; a lost chunk's result is Lost.

        Raises what the function raises, and CrosscurrentError when the cluster is gone.
        """
        client = self._connected()
        ours, waiting = told(), deque(range(len(chunks)))
        sent: dict[Future, int] = {}
        done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        seen = time.monotonic()
        try:
            while True:
                while waiting and len(sent) < AHEAD * max(1, self._size(client)):
                    place = waiting.popleft()
                    body = pickle.dumps((function, chunks[place]), pickle.HIGHEST_PROTOCOL)
                    future = client.submit(computed_there, ours, body, pure=False)
                    sent[future] = place
                    future.add_done_callback(done.put)
                if not sent:
                    return
                try:
                    future = done.get(timeout=BEAT)
                except queue.Empty:
                    if client.status == "running" and self._size(client):
                        seen = time.monotonic()
                    elif client.status == "closed" or time.monotonic() - seen > self.gone_for:
                        raise self._gone() from None
                    continue
                seen = time.monotonic()
                yield (sent.pop(future), *self._result(future))
        finally:
            with suppress(Exception):
                client.cancel(list(sent), force=True)

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=1)

    def _connected(self) -> Client:
        if self._client is None:
            from distributed import Client

            for name in LOGGERS:  # what happens is told in our own sentence, and once
                logging.getLogger(name).setLevel(logging.CRITICAL)
            try:
                self._client = Client(self.address, timeout=ANSWERS_IN, set_as_default=False)
                self._client.wait_for_workers(1, timeout=ANSWERS_IN)
            except (OSError, TimeoutError, ValueError) as silent:
                answers = self._client is not None
                self.close()
                what = "has no worker" if answers else f"doesn't answer ({type(silent).__name__})"
                raise UsageError(
                    f"The Dask scheduler {self.address} {what}; start one with dask scheduler and "
                    f"dask worker {self.address} --nthreads 1, or leave --engine out."
                ) from silent
            self._check(self._client)
        return self._client

    def _check(self, client: Client) -> None:
        """Refuse workers that run another program than this. Raises UsageError."""
        found = client.run(told, on_error="return")
        ours = told()
        others = sorted(worker for worker, theirs in found.items() if theirs != ours)
        if others:
            theirs = found[others[0]]
            self.close()
            why = "lack crosscurrent" if isinstance(theirs, ImportError) else "run another program"
            raise UsageError(
                f"{len(others)} of {len(found)} workers of {self.address} {why} ({others[0]} is "
                "one), so the results could differ; install the same crosscurrent there, from the "
                "same requirements.lock and with the same Python, and start them again."
            )

    def _result(self, future: Future) -> tuple[Any, Use]:
        from distributed import KilledWorker

        try:
            result, use = pickle.loads(future.result())
        except KilledWorker:
            return Lost(), Use()
        except Exception as failure:  # a task never raises by itself: it wasn't computed at all
            raise self._gone() from failure
        if isinstance(result, BaseException):
            raise result
        return result, use

    def _gone(self) -> CrosscurrentError:
        return CrosscurrentError(
            f"The Dask cluster {self.address} went away or lost all of its workers, so not all "
            "essays could be analysed; start it again, and the same command goes on where it was."
        )

    @staticmethod
    def _size(client: Client) -> int:
        return len(client.scheduler_info(n_workers=-1)["workers"])


def told() -> str:
    """Name the program that this process runs, with its English model: the same, the same bytes."""
    return f"{program()} {english_fingerprint()}"


def computed_there(ours: str, body: bytes) -> bytes:
    """Compute a chunk in a worker of a cluster: pickled, its result and what it used.

    It raises nothing: Dask would write a failed task's arguments into its log, and they hold texts.
    """
    with ONE_AT_A_TIME:
        if told() != ours:  # one that came later than the others
            other = CrosscurrentError(
                "A worker of the Dask cluster runs another program, so its results could differ; "
                "install the same crosscurrent there, and the same command goes on where it was."
            )
            return pickle.dumps((other, Use()))
        os.environ.setdefault(THREADS, str(threads_here()))
        return answered(body)


def threads_here() -> int:
    """Return the threads that a worker of a cluster was given."""
    from distributed import get_worker

    return int(get_worker().state.nthreads)
