"""What the export of an encoder promises, on a tiny BERT of random weights."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from pipeline.encode.encoder import Encoder, open_session
from pipeline.encode.export import ExportError, build_model, export, quantise, read_base
from pipeline.encode.labelled import CATEGORIES

DIMENSION, WIDE, HEADS, LAYERS, POSITIONS, WINDOW = 16, 32, 4, 2, 12, 8
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "mat", "##s", "."]

Tensors = dict[str, NDArray[np.float32]]

TOLD = ("asks", "is_claim")  # labels of the tiny encoder


def random_bert() -> Tensors:
    rng = np.random.default_rng(7)
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), DIMENSION),
        "embeddings.position_embeddings.weight": (POSITIONS, DIMENSION),
        "embeddings.token_type_embeddings.weight": (2, DIMENSION),
        "embeddings.LayerNorm.weight": (DIMENSION,),
        "embeddings.LayerNorm.bias": (DIMENSION,),
    }
    for layer in range(LAYERS):
        for name, rows, columns in (
            ("attention.self.query", DIMENSION, DIMENSION),
            ("attention.self.key", DIMENSION, DIMENSION),
            ("attention.self.value", DIMENSION, DIMENSION),
            ("attention.output.dense", DIMENSION, DIMENSION),
            ("intermediate.dense", WIDE, DIMENSION),
            ("output.dense", DIMENSION, WIDE),
        ):
            shapes[f"encoder.layer.{layer}.{name}.weight"] = (rows, columns)
            shapes[f"encoder.layer.{layer}.{name}.bias"] = (rows,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"encoder.layer.{layer}.{name}.weight"] = (DIMENSION,)
            shapes[f"encoder.layer.{layer}.{name}.bias"] = (DIMENSION,)
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def through_int8(tensors: Tensors) -> Tensors:
    """Round every matrix as its file does, so that only the graph is left to differ."""
    kept = dict(tensors)
    types = kept.pop("embeddings.token_type_embeddings.weight")
    kept["embeddings.position_embeddings.weight"] = (
        kept["embeddings.position_embeddings.weight"] + types[0]
    )
    for name, values in kept.items():
        if values.ndim == 2:
            integers, scales = quantise(values, axis=0)
            kept[name] = integers * scales[:, None]
    return kept


def random_head() -> NDArray[np.float32]:
    shape = (len(CATEGORIES) + len(TOLD), 2 * DIMENSION + 1)
    return np.random.default_rng(8).normal(0, 0.5, shape).astype(np.float32)


def unit_mean(states: NDArray[np.float64]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = states.mean(0)
    return mean / np.linalg.norm(mean)


def forward(tensors: Tensors, tokens: list[int]) -> NDArray[np.float64]:
    """Run BERT on one text with numpy, as in Devlin et al. (2019); returns the last states."""
    w = {name: values.astype(np.float64) for name, values in tensors.items()}

    def dense(x: Any, name: str) -> Any:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x: Any, name: str) -> Any:
        centred = x - x.mean(1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][tokens]
    x = x + w["embeddings.position_embeddings.weight"][: len(tokens)]
    if "embeddings.token_type_embeddings.weight" in w:
        x = x + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        q, k, v = (dense(x, f"{at}.attention.self.{p}") for p in ("query", "key", "value"))
        heads = []
        for head in np.split(np.arange(DIMENSION), HEADS):
            scores = q[:, head] @ k[:, head].T / math.sqrt(len(head))
            shares = np.exp(scores - scores.max(1, keepdims=True))
            heads.append(shares / shares.sum(1, keepdims=True) @ v[:, head])
        attended = dense(np.hstack(heads), f"{at}.attention.output.dense")
        x = norm(attended + x, f"{at}.attention.output.LayerNorm")
        inner = dense(x, f"{at}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = norm(dense(inner, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
    states: NDArray[np.float64] = x
    return states


def tokenizer_json() -> bytes:
    special = {
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }
    words = {
        "version": "1.0",
        "truncation": {
            "direction": "Right",
            "max_length": 4,
            "strategy": "LongestFirst",
            "stride": 0,
        },
        "padding": {
            "strategy": {"Fixed": 8},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": [{"id": i, "content": WORDS[i], **special} for i in range(4)],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: i for i, word in enumerate(WORDS)},
        },
    }
    return json.dumps(words).encode()


def export_tiny(out: Path, tensors: Tensors | None = None, **changes: Any) -> dict[str, Any]:
    """Export the tiny BERT with a random head; `changes` are arguments of `export`."""
    usual: dict[str, Any] = {
        "name": "tiny",
        "base_sha256": "0" * 64,
        "head": random_head(),
        "categories": CATEGORIES,
        "labels": TOLD,
        "heads": HEADS,
        "max_tokens": POSITIONS,
        "window_tokens": WINDOW,
    }
    tokenizer = changes.pop("tokenizer", tokenizer_json())
    return export(tensors or random_bert(), tokenizer, out, **{**usual, **changes})


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tensors]:
    out, tensors = tmp_path_factory.mktemp("export") / "weights", random_bert()
    export_tiny(out, tensors)
    return out, tensors


def run_model(model: onnx.ModelProto, output: str, tokens: list[int]) -> Any:
    session = open_session(model.SerializeToString())
    return session.run([output], {"token_ids": np.array([tokens], np.int64)})[0][0]


TEXTS = {
    "The cat sat on the mats.": [2, 4, 5, 6, 7, 4, 8, 9, 10, 3],
    "cat": [2, 5, 3],
    "": [2, 3],
    "the dog": [2, 4, 1, 3],
    "cat " * 50: [2, *[5] * (POSITIONS - 2), 3],
}


def test_the_graph_computes_bert_with_mean_pooling_and_unit_length(
    exported: tuple[Path, Tensors],
) -> None:
    out, tensors = exported
    vectors = Encoder.load(out).embed(list(TEXTS))
    rounded = through_int8(tensors)
    expected = np.array([unit_mean(forward(rounded, tokens)) for tokens in TEXTS.values()])
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


def test_int8_weights_stay_close_to_the_source(exported: tuple[Path, Tensors]) -> None:
    out, tensors = exported
    vectors = Encoder.load(out).embed(list(TEXTS))
    expected = np.array([unit_mean(forward(tensors, tokens)) for tokens in TEXTS.values()])
    assert (vectors * expected).sum(1).min() > 0.999


def test_the_states_are_those_of_the_last_layer(exported: tuple[Path, Tensors]) -> None:
    out, tensors = exported
    model, rounded = onnx.load(out / "encoder.onnx"), through_int8(tensors)
    for tokens in TEXTS.values():
        states = run_model(model, "states", tokens)
        assert states.shape == (len(tokens), DIMENSION)
        assert states.dtype == np.float32
        np.testing.assert_allclose(states, forward(rounded, tokens), atol=2e-5)


def test_the_float32_graph_computes_the_source_itself_and_int8_is_near_it() -> None:
    tensors = random_bert()
    plain, small = (
        build_model(tensors, heads=HEADS, max_tokens=POSITIONS, quantised=quantised)
        for quantised in (False, True)
    )
    assert not {c.data_type for c in plain.graph.initializer} & {onnx.TensorProto.INT8}
    for tokens in TEXTS.values():
        vector = run_model(plain, "vectors", tokens)
        np.testing.assert_allclose(vector, unit_mean(forward(tensors, tokens)), atol=2e-6)
        assert vector @ run_model(small, "vectors", tokens) > 0.999


def test_every_matrix_is_stored_in_int8(exported: tuple[Path, Tensors]) -> None:
    model = onnx.load(exported[0] / "encoder.onnx")
    floats = [
        list(constant.dims)
        for constant in model.graph.initializer
        if constant.data_type == onnx.TensorProto.FLOAT and len(constant.dims) > 1
    ]
    assert all(dims[1] == 1 for dims in floats)  # nothing but the scales of the embeddings


def test_activations_are_never_quantised(exported: tuple[Path, Tensors]) -> None:
    model = onnx.load(exported[0] / "encoder.onnx")
    constants = {constant.name for constant in model.graph.initializer}
    kinds = {node.op_type for node in model.graph.node}
    assert not kinds & {"QuantizeLinear", "DynamicQuantizeLinear", "MatMulInteger"}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear":
            assert set(node.input) <= constants


def test_the_tokenizer_loses_its_truncation_and_padding(exported: tuple[Path, Tensors]) -> None:
    words = json.loads((exported[0] / "tokenizer.json").read_text("utf-8"))
    assert words["truncation"] is None
    assert words["padding"] is None


def test_the_manifest_names_every_file_by_its_hash(exported: tuple[Path, Tensors]) -> None:
    out, _ = exported
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["name"] == "tiny"
    assert manifest["licence"] == "Apache-2.0"
    assert manifest["source"]["sha256"] == "0" * 64
    assert manifest["source"]["tokenizer_sha256"] == sha256(tokenizer_json()).hexdigest()
    assert manifest["dimension"] == DIMENSION
    assert manifest["max_tokens"] == POSITIONS
    assert manifest["window_tokens"] == WINDOW
    assert manifest["categories"] == list(CATEGORIES)
    assert manifest["labels"] == list(TOLD)
    assert set(manifest["files"]) == {"encoder.onnx", "tokenizer.json", "heads.npy"}
    for name, digest in manifest["files"].items():
        assert sha256((out / name).read_bytes()).hexdigest() == digest


def test_the_head_is_written_as_it_came(exported: tuple[Path, Tensors]) -> None:
    head = np.load(exported[0] / "heads.npy")
    assert head.dtype == np.float32
    assert np.array_equal(head, random_head())


def test_without_a_head_there_is_no_file_of_it(tmp_path: Path) -> None:
    manifest = export_tiny(tmp_path, head=None)
    assert not (tmp_path / "heads.npy").exists()
    assert set(manifest["files"]) == {"encoder.onnx", "tokenizer.json"}
    assert "categories" not in manifest


def test_the_same_tensors_give_the_same_bytes(
    exported: tuple[Path, Tensors], tmp_path: Path
) -> None:
    turned = dict(reversed(random_bert().items()))
    export_tiny(tmp_path, turned, head=np.asfortranarray(random_head()))
    for file in sorted(exported[0].iterdir()):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_tensors_that_lack_one_are_refused_by_its_name(tmp_path: Path) -> None:
    tensors = random_bert()
    del tensors["encoder.layer.1.output.dense.bias"]
    with pytest.raises(ExportError, match=r"no tensor encoder\.layer\.1\.output\.dense\.bias"):
        export_tiny(tmp_path, tensors)


def test_a_tokenizer_of_another_vocabulary_is_refused_with_both_numbers(tmp_path: Path) -> None:
    tensors = random_bert()
    tensors["embeddings.word_embeddings.weight"] = np.ones((5, DIMENSION), np.float32)
    with pytest.raises(ExportError, match="has 11 words but the source has vectors for 5"):
        export_tiny(tmp_path, tensors)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff"])
def test_a_tokenizer_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ExportError, match=r"not a tokenizer\.json"):
        export_tiny(tmp_path, tokenizer=content)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"heads": 5}, "5 heads"),
        ({"max_tokens": 13}, "12 positions"),
        ({"window_tokens": 13}, "13 tokens does not fit: use 3 to 12"),
        ({"window_tokens": 2}, "2 tokens does not fit: use 3 to 12"),
        ({"categories": CATEGORIES[1:]}, r"\(11, 33\): finite numbers of the shape \(10, 33\)"),
        ({"head": np.full((11, 33), np.nan, np.float32)}, "finite numbers"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ExportError, match=reason):
        export_tiny(tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def write_base(folder: Path) -> str:
    save_file(random_bert(), folder / "model.safetensors")
    (folder / "tokenizer.json").write_bytes(tokenizer_json())
    return sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_a_base_is_read_with_its_tokenizer_and_sha256(tmp_path: Path) -> None:
    digest = write_base(tmp_path)
    for expected in (digest, None):
        tensors, tokenizer, found = read_base(tmp_path, expected)
        assert found == digest
        assert tokenizer == tokenizer_json()
        assert tensors.keys() == random_bert().keys()
        for name, values in random_bert().items():
            assert np.array_equal(tensors[name], values)


def test_another_base_is_refused_with_its_sha256(tmp_path: Path) -> None:
    digest = write_base(tmp_path)
    with pytest.raises(ExportError, match=f"{digest}, not .* as expected: take the file"):
        read_base(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_base_that_lacks_a_file_is_refused(tmp_path: Path, name: str) -> None:
    write_base(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ExportError, match=f"{name} cannot be read"):
        read_base(tmp_path, None)


def test_a_base_of_another_kind_is_refused(tmp_path: Path) -> None:
    write_base(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(tokenizer_json())
    with pytest.raises(ExportError, match="not a safetensors file"):
        read_base(tmp_path, None)


def test_quantising_keeps_each_line_within_half_a_step() -> None:
    matrix = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    matrix[3] = 0
    integers, scales = quantise(matrix, axis=0)
    assert integers.min() >= -127
    error = np.abs(integers * scales[:, None] - matrix)
    assert (error <= scales[:, None] * 0.5001).all()
    assert not integers[3].any()
