"""The language model's parts: loaded where they are needed, and never for a table's sake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import spacy

from pipeline.runtime import models


def test_the_lemmatizers_tables_are_read_without_loading_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def loading(*_: object, **__: object) -> None:
        raise AssertionError("the model is loaded")

    monkeypatch.setattr(spacy, "load", loading)
    irregular, words = models.irregular_forms.__wrapped__(), models.english_words.__wrapped__()
    assert (irregular["told"], irregular["children"]) == ("tell", "child")
    assert "sentence" in words and "nyasha" not in words and len(words) > 80_000


def test_tables_bring_no_dask_along_and_whoever_wants_it_has_it() -> None:
    code = (
        "import sys; from pipeline.tables import Tables; Tables.empty()\n"
        "assert 'pandera' in sys.modules and 'dask' not in sys.modules\n"
        "from pandera.typing.dask import DataFrame"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_spacy_brings_no_torch_along_and_whoever_wants_it_has_it(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("", encoding="utf-8")
    code = (
        "import sys; from pipeline.runtime.models import english; english()\n"
        "assert 'spacy' in sys.modules and 'torch' not in sys.modules\n"
        "import torch"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": path})
