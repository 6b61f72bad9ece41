"""Keep what we don't use from being imported by what we do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def absent(package: str) -> Iterator[None]:
    """Have a package that isn't imported yet seem not to be installed."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # how Python marks what isn't there
    try:
        yield
    finally:
        sys.modules.pop(package, None)
