"""Questions that no set phrase opens."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.encode import shipped_encoder
from pipeline.label.asking import asked_indirectly, asking, own, places, signs
from pipeline.label.quoting import marked_signs
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
    vector, asks = seen(text)
    at = places([text], [0], [block])[0]
    return asked_indirectly(signs(english()(text)) | at, block, vector, asks) is not None


def seen(text: str) -> tuple[NDArray[np.float32], float]:
    encoder = shipped_encoder(1)
    return encoder.embed([text])[0], encoder.scores([text], [text])["asks"][0]


# Segments of a paragraph, of which the last but one, or the only one, ends with a question mark.
THEIRS = (
    ['My flatmate read the draft in the kitchen and asked me, "Is that a joke?"'],
    ['"Who left the tap open?"', "she said, and nobody had."],
    ["The warden wrote under my timetable: when do you sleep?"],
    ["An old sailor at the bar shouted and who are you?", "I paid and left."],
)
MINE = (
    ["So who decides what a fair rota is?", "I have no answer."],
    ['I keep asking myself, "did I help her at all?"'],
    ["How do the swifts know when to leave?"],
    ["If nobody reads the log, why do we write it?", "It is open to me."],
)


def is_own(texts: list[str]) -> bool | None:
    n = len(texts)
    vector, _ = seen(texts[0])
    return own(marked_signs(texts, [0] * n, ["paragraph"] * n)[0], vector)


@pytest.mark.parametrize("texts", THEIRS)
def test_a_question_that_somebody_else_asks_is_not_the_authors(texts: list[str]) -> None:
    assert is_own(texts) is False


@pytest.mark.parametrize("texts", MINE)
def test_a_question_that_the_author_asks_is_the_authors(texts: list[str]) -> None:
    assert is_own(texts) is True


def test_a_speaker_before_the_quotation_speaks_all_of_it() -> None:
    texts = ["The coach said, “Sit down.", "Who won?", "Who lost?”", "What did I learn?"]
    said = marked_signs(texts, [0] * 4, ["paragraph"] * 4)
    assert not said[0]
    assert all("quoted, somebody says" in found for found in said[1:3])
    assert "quoted" not in said[3]
    other = marked_signs(texts, [0, 1, 1, 1], ["paragraph"] * 4)
    assert "quoted" not in other[1], "a quotation ends with its paragraph"


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
    shipped = shipped_encoder(1).fingerprint
    assert asking().encoder == asking("marked").encoder == shipped
