"""The command line in this process, as tests call it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline import cli


def called(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str | Path, ...],
) -> tuple[int, str, str]:
    """Run `crosscurrent` with some words; returns exit code, output and errors."""
    monkeypatch.setattr(sys, "argv", ["crosscurrent", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    told = capsys.readouterr()
    return code, told.out, told.err
