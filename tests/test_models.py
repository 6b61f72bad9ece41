"""The language model's parts: loaded where they are needed, and never for a table's sake."""

from __future__ import annotations

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
