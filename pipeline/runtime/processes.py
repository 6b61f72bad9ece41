"""Processes that answer through pipes: how one is ended."""

from __future__ import annotations

import subprocess
from contextlib import suppress


def end(process: subprocess.Popen[bytes] | None) -> None:
    """Kill a process, if there is one, wait for it, and close its pipes."""
    if process is None:
        return
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
