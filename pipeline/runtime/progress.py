"""Show how far a run is."""

from __future__ import annotations

import sys
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress


class Progress(Protocol):
    """What the engine tells while it works, one stage after another."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of so many essays; 0 when that isn't known yet."""

    def advance(self, n: int) -> None:
        """Count further essays as through."""

    def done(self) -> None:
        """End the stage, finished or not."""


class Silent:
    """Show nothing."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of so many essays; 0 when that isn't known yet."""

    def advance(self, n: int) -> None:
        """Count further essays as through."""

    def done(self) -> None:
        """End the stage, finished or not."""


class Bars:
    """Draw one bar a stage on stderr, and nothing when that is no terminal."""

    def __init__(self, unit: str = "essays") -> None:
        self._unit = unit
        self._bar = self._new()

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of so many essays; 0 when that isn't known yet."""
        self._bar = self._new()
        self._bar.add_task(stage, total=total or None)
        self._bar.start()

    def advance(self, n: int) -> None:
        """Count further essays as through."""
        for task in self._bar.tasks:
            known = task.total or task.completed + n
            self._bar.update(task.id, advance=n, total=known)

    def done(self) -> None:
        """End the stage, finished or not, and give the terminal back."""
        self._bar.stop()

    def _new(self) -> RichProgress:
        return RichProgress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(self._unit),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            disable=not sys.stderr.isatty(),
        )
