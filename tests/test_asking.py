"""Questions that no set phrase opens."""

from __future__ import annotations

import pytest

from pipeline.encode import shipped_encoder
from pipeline.label.asking import asked_indirectly, asking, signs
from pipeline.runtime.models import english

OPEN = (
    "How long a borrowed kiln stays hot enough is something nobody could tell me.",
    "What I haven't settled is whether the choir should sing it at all.",
    "Which of the two maps the ranger trusts, I can't say.",
)
SETTLED = (
    "He showed me how the kiln is loaded.",
    "When the choir stopped, I knew why the hall had gone quiet.",
    "What matters is the map that the ranger draws.",
    "Nobody told me.",
)


def found(text: str, block: str = "paragraph") -> bool:
    (vector,) = shipped_encoder(1).embed([text])
    return asked_indirectly(signs(english()(text)), block, vector) is not None


@pytest.mark.parametrize("text", OPEN)
def test_what_the_words_around_leave_open_is_a_question(text: str) -> None:
    assert found(text)
    assert not found(text, "quote") and not found(text, "heading")


@pytest.mark.parametrize("text", SETTLED)
def test_what_is_known_or_told_is_none(text: str) -> None:
    assert not found(text)


def test_the_subject_of_a_course_is_no_sign() -> None:
    nouns = {"kiln", "ranger", "choir", "map"}
    assert not any(nouns & set(sign.split()) for text in OPEN for sign in signs(english()(text)))


def test_the_model_belongs_to_the_encoder_that_is_shipped() -> None:
    assert asking().encoder == shipped_encoder(1).fingerprint
