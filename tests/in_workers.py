"""What the tests let worker processes do; a module of its own, which workers import."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def doubled(number: int) -> int:
    print("a library talks")
    return 2 * number


def pid(_: int) -> int:
    return os.getpid()


def dies_once(mark: str, number: int) -> int:
    """Kill the process of whoever comes first."""
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return number
    os.kill(os.getpid(), signal.SIGKILL)
    return -1


def dies_of_seven(numbers: list[int]) -> list[int]:
    if 7 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return numbers


def raises(number: int) -> int:
    raise ValueError(f"private text {number}")


def threads(_: int) -> tuple[str, int]:
    from pipeline.runtime.models import spare_threads

    return os.environ["OMP_NUM_THREADS"], spare_threads()


def sleeps(seconds: float) -> float:
    import time

    time.sleep(seconds)
    return seconds
