"""Stop within seconds when the user asks, also while a library computes and listens to nobody."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GRACE = 0.7  # seconds in which the program may stop by itself


@contextmanager
def stopped_soon(last: Callable[[], None], code: int, grace: float = GRACE) -> Iterator[None]:
    """Within, end the process by force when it goes on for `grace` seconds after a SIGINT.

    `last` is called before, and `code` is the exit code. That is safe at any moment: every file
    appears whole or not at all. Outside of the main thread, and on Windows, nothing is done.
    """
    if os.name == "nt" or threading.current_thread() is not threading.main_thread():
        yield
        return
    hear, speak = os.pipe()
    os.set_blocking(speak, False)
    over = threading.Event()

    def watch() -> None:
        while heard := os.read(hear, 1):
            if heard[0] != signal.SIGINT:
                continue
            if not over.wait(grace):
                last()
                os._exit(code)
            return

    earlier = signal.set_wakeup_fd(speak, warn_on_full_buffer=False)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(earlier)
        os.close(speak)  # the watcher reads the end, and ends
        watcher.join()
        os.close(hear)
