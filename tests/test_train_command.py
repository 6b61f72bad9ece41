"""How `crosscurrent train encoder` is called; what it does is tested in test_train.py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import cli

OPTIONS = "labelled", "base", "out", "teacher", "claims", "cohort", "posts", "units", "seed"
NEEDED = ("--labelled", "corpora", "--base", "small", "--out", "weights")
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def train_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Call the command in an empty folder; it returns the exit code and what was printed."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["crosscurrent", "train", "encoder", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        return code, *capsys.readouterr()

    monkeypatch.chdir(tmp_path)
    return call


def test_help_lists_every_option(train_encoder: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    code, out, err = train_encoder("--help")
    assert (code, err) == (0, "")
    assert all(f"--{option} " in out for option in OPTIONS)


def test_without_torch_the_command_says_what_to_install(
    train_encoder: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    code, out, err = train_encoder(*NEEDED)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "torch" in err
    assert err.endswith("pip install 'crosscurrent[train]'.\n")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("option", ["--labelled", "--base", "--out"])
def test_an_option_that_is_needed_is_asked_for(option: str, train_encoder: Command) -> None:
    at = NEEDED.index(option)
    code, out, err = train_encoder(*NEEDED[:at], *NEEDED[at + 2 :])
    assert (code, out) == (2, "")
    assert f"Missing option '{option}'" in err
    assert err.count("\n") == 1


def test_a_base_that_is_not_there_is_told_in_one_sentence(train_encoder: Command) -> None:
    pytest.importorskip("torch", reason="training needs torch, of the extra [train]")
    code, out, err = train_encoder(*NEEDED)
    assert (code, out) == (2, "")
    assert err.startswith("small/model.safetensors cannot be read")
    assert err.count("\n") == 1


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the training is called with, instead of being called."""
    pytest.importorskip("torch", reason="training needs torch, of the extra [train]")
    from pipeline.encode import train as trainer

    given: list[Any] = []
    monkeypatch.setattr(trainer, "train", lambda *words: given.extend(words))
    return given


def test_options_reach_the_training(train_encoder: Command, handed: list[Any]) -> None:
    options = ("--teacher", "large", "--claims", "own", "--cohort", "run", "--posts", "points")
    code, out, _ = train_encoder(*NEEDED, *options, "--units", "told", "--seed", "7")
    assert (code, out) == (0, "The encoder is in weights\n")
    sources, target, seed, _ = handed
    assert vars(sources) == {
        "labelled": Path("corpora"),
        "base": Path("small"),
        "claims": Path("own"),
        "teacher": Path("large"),
        "run": Path("run"),
        "posts": Path("points"),
        "units": Path("told"),
    }
    assert (target, seed) == (Path("weights"), 7)


def test_with_a_cohort_its_posts_are_read_by_default(
    train_encoder: Command, handed: list[Any]
) -> None:
    train_encoder(*NEEDED, "--cohort", "run")
    assert handed[0].posts == Path("data/posts")


def test_without_options_there_is_neither_teacher_nor_cohort(
    train_encoder: Command, handed: list[Any]
) -> None:
    train_encoder(*NEEDED)
    sources, _, seed, _ = handed
    assert (sources.teacher, sources.run, sources.posts, seed) == (None, None, None, 1)
    assert sources.claims == Path("data/claims")
