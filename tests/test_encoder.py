"""What the shipped encoder promises about its vectors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from pipeline.encode.encoder import (
    BATCH_TOKENS,
    EmbedsTexts,
    Encoder,
    WeightsError,
    batch_by_length,
)

MODULE = sys.modules[Encoder.__module__]
WEIGHTS = Path(str(files("pipeline").joinpath("weights")))

SENTENCES = [
    "I wonder whether open source projects can survive without paid maintainers.",
    "Can a project live on when nobody pays the people who keep it running?",
    "We met every Tuesday to plan the next release.",
    "Our group gathered weekly and prepared the new version.",
    "Communication was harder than the code.",
    "Yes.",
    "No!",
    "The instructor told us that documentation matters, and at first I did not believe it, but "
    "after three newcomers had asked me the same question in one week I changed my mind.",
]

HARD = {
    "10,000 words": "word and more of them " * 2000,
    "empty": "",
    "blank": " \n\t",
    "emoji": "🎉🙃 fine 👩‍👩‍👧",
    "lone surrogate": "\ud800",
    "surrogate inside": "before \udfff after",
    "NUL": "a\0b\0",
    "mixed scripts": "Привет 世界 hello مرحبا 안녕",
    "one long word": "a" * 20_000,
    "control characters": "\x85\u2028\u200b\ufeff\x1b[0m",
    "special tokens": "[SEP] [CLS] [MASK] [PAD]",
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(threads=2)


def test_every_vector_is_finite_and_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.embed(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.dimension) == (8, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_have_vectors_too(encoder: Encoder, name: str) -> None:
    vector = encoder.embed([HARD[name]])
    assert np.isfinite(vector).all()
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-6)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    vectors = encoder.embed([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


def test_sentences_that_mean_the_same_are_closer_than_others(encoder: Encoder) -> None:
    vectors = encoder.embed(SENTENCES)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.5 > cosines[0, 2]
    assert cosines[2, 3] > 0.5 > cosines[2, 4]


def test_the_vectors_are_those_of_the_upstream_model(encoder: Encoder) -> None:
    # Cosines of the float32 source; its weights in int8 move them by less than .015.
    upstream = {(0, 1): 0.6728, (2, 3): 0.5045, (0, 4): 0.0940, (5, 6): 0.5216, (3, 7): 0.1869}
    vectors = encoder.embed(SENTENCES)
    cosines = [vectors[i] @ vectors[j] for i, j in upstream]
    np.testing.assert_allclose(cosines, [*upstream.values()], atol=0.015)


def test_a_vector_does_not_depend_on_order_neighbours_or_threads(encoder: Encoder) -> None:
    rng = np.random.default_rng(3)
    words = " ".join(SENTENCES).split()
    texts = [" ".join(rng.choice(words, size=n)) for n in rng.integers(1, 60, size=60)]
    texts += [*SENTENCES, *HARD.values()]
    together = encoder.embed(texts)
    order = rng.permutation(len(texts))
    assert np.array_equal(encoder.embed([texts[i] for i in order]), together[order])
    some = order[:30]
    assert np.array_equal(encoder.embed([texts[i] for i in some]), together[some])
    alone = Encoder.load(threads=1)
    assert np.array_equal(alone.embed(texts), together)
    for i in order[:40]:
        assert np.array_equal(alone.embed([texts[i]])[0], together[i])


def test_a_vector_does_not_depend_on_the_size_of_batches(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{sentence} {i}" for sentence in SENTENCES for i in range(9)]
    usual = encoder.embed(texts)
    for tokens in (1, 70, 100_000):
        monkeypatch.setattr(MODULE, "BATCH_TOKENS", tokens)
        assert np.array_equal(encoder.embed(texts), usual)


def test_an_encoder_may_be_shared_between_threads(encoder: Encoder) -> None:
    usual = encoder.embed(SENTENCES)
    same: list[bool] = []

    def work() -> None:
        same.extend(np.array_equal(encoder.embed(SENTENCES), usual) for _ in range(3))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert same == [True] * 12


def test_a_repeated_text_is_encoded_once(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    plain = MODULE._as_unicode

    def watch(text: str) -> str:
        seen.append(text)
        return str(plain(text))

    monkeypatch.setattr(MODULE, "_as_unicode", watch)
    vectors = encoder.embed(["Yes.", "No!", "Yes.", "Yes."])
    assert seen == ["Yes.", "No!"]
    assert np.array_equal(vectors[0], vectors[3])
    assert not np.array_equal(vectors[0], vectors[1])


def test_what_lies_past_256_tokens_is_ignored(encoder: Encoder) -> None:
    first, then, more = encoder.embed(["cat " * 254, "cat " * 254 + "dog", "cat " * 253 + "dog"])
    assert np.array_equal(first, then)
    assert not np.array_equal(first, more)


def test_a_pair_of_surrogates_is_the_character_it_stands_for(encoder: Encoder) -> None:
    pair, whole = encoder.embed(["so \ud83d\ude00", "so 😀"])
    assert np.array_equal(pair, whole)


def test_contexts_do_not_change_the_present_weights(encoder: Encoder) -> None:
    contexts = ["Something before it."] * len(SENTENCES)
    assert np.array_equal(encoder.embed(SENTENCES, contexts), encoder.embed(SENTENCES))


def test_too_few_contexts_are_refused_with_both_numbers(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="1 contexts came with 2 texts"):
        encoder.embed(["a", "b"], ["c"])


def test_a_single_string_is_refused(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="texts is one string: put it into a list"):
        encoder.embed("Communication was harder than the code.")


def test_a_missing_text_is_refused_by_its_place(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match=r"texts\[1\] is nan \(float\), not a string"):
        encoder.embed(["a", float("nan")])  # type: ignore[list-item]


def test_less_than_one_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        Encoder.load(threads=0)


def test_batches_hold_one_length_and_every_row_once() -> None:
    lengths = [int(n) for n in np.random.default_rng(5).integers(2, 257, size=700)]
    batches = batch_by_length([*lengths, 5000])
    assert sorted(row for batch in batches for row in batch) == list(range(701))
    assert batches[0] == [700]
    for batch in batches[1:]:
        assert len({lengths[row] for row in batch}) == 1
        assert sum(lengths[row] for row in batch) <= BATCH_TOKENS


def test_an_encoder_is_something_that_embeds_texts(encoder: Encoder) -> None:
    embeds: EmbedsTexts = encoder
    assert embeds.embed(["Yes."]).shape == (1, 384)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    return tmp_path / "weights"


def test_the_fingerprint_is_that_of_the_files(encoder: Encoder, copy: Path) -> None:
    assert Encoder.load(copy).fingerprint == encoder.fingerprint
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["max_tokens"] = 128
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert Encoder.load(copy).fingerprint != encoder.fingerprint


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(WeightsError, match=f"{name} has the sha256 .*: reinstall crosscurrent"):
        Encoder.load(copy)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "manifest.json"])
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(WeightsError, match=f"{name} .*: reinstall crosscurrent"):
        Encoder.load(copy)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": {}}', '{"files": 3}', "\x00"])
def test_a_broken_manifest_is_refused(copy: Path, content: str) -> None:
    (copy / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="is no encoder's manifest"):
        Encoder.load(copy)


SILENT = """
import os, sys
from pipeline.encode.encoder import Encoder
encoder = Encoder.load(threads=2)
texts = [f"The cat sat on {i} mats." for i in range(90)] + ["Yes."]
before = encoder.embed(texts).tobytes()
if hasattr(os, "fork"):
    child = os.fork()
    if child == 0:
        os._exit(0 if encoder.embed(texts).tobytes() == before else 1)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_it_is_silent_and_survives_a_fork() -> None:
    told = {key: value for key, value in os.environ.items() if key != "TOKENIZERS_PARALLELISM"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SILENT],
        capture_output=True,
        text=True,
        timeout=60,
        env=told,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_card_and_the_notice_name_the_source() -> None:
    manifest = json.loads((WEIGHTS / "manifest.json").read_text("utf-8"))
    card = (WEIGHTS / "CARD.md").read_text("utf-8")
    assert manifest["source"]["sha256"] in card
    assert manifest["licence"] == "Apache-2.0"
    assert manifest["source"]["name"] in (WEIGHTS / "NOTICE").read_text("utf-8")
