"""The conversion of the encoder's weights, on a tiny BERT of random weights."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.encode.encoder import Encoder

pytest.importorskip("onnx")
pytest.importorskip("safetensors")

from hashlib import sha256

import onnx
from safetensors.numpy import save_file

from pipeline.encode.export import ExportError, export, main, quantise

DIMENSION, WIDE, HEADS, LAYERS, POSITIONS = 16, 32, 4, 2, 12
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "mat", "##s", "."]

Tensors = dict[str, NDArray[np.float32]]


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


def forward(tensors: Tensors, tokens: list[int]) -> NDArray[np.float64]:
    """Run BERT on one text with numpy, as in Devlin et al. (2019)."""
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
    mean: NDArray[np.float64] = x.mean(0)
    return mean / np.linalg.norm(mean)


def write_source(folder: Path, tensors: Tensors) -> tuple[Path, Path, str]:
    source, tokenizer = folder / "model.safetensors", folder / "source-tokenizer.json"
    save_file(tensors, source)
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
    tokenizer.write_text(json.dumps(words), encoding="utf-8")
    return source, tokenizer, sha256(source.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tensors]:
    folder = tmp_path_factory.mktemp("export")
    tensors = random_bert()
    source, tokenizer, digest = write_source(folder, tensors)
    out = folder / "weights"
    export(source, tokenizer, out, source_sha256=digest, heads=HEADS, max_tokens=POSITIONS)
    return out, tensors


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
    expected = np.array([forward(rounded, tokens) for tokens in TEXTS.values()])
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


def test_int8_weights_stay_close_to_the_source(exported: tuple[Path, Tensors]) -> None:
    out, tensors = exported
    vectors = Encoder.load(out).embed(list(TEXTS))
    expected = np.array([forward(tensors, tokens) for tokens in TEXTS.values()])
    assert (vectors * expected).sum(1).min() > 0.999


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
    assert manifest["dimension"] == DIMENSION
    assert manifest["max_tokens"] == POSITIONS
    assert set(manifest["files"]) == {"encoder.onnx", "tokenizer.json"}
    for name, digest in manifest["files"].items():
        assert sha256((out / name).read_bytes()).hexdigest() == digest


def test_the_same_source_gives_the_same_bytes(
    exported: tuple[Path, Tensors], tmp_path: Path
) -> None:
    source, tokenizer, digest = write_source(tmp_path, random_bert())
    again = tmp_path / "again"
    export(source, tokenizer, again, source_sha256=digest, heads=HEADS, max_tokens=POSITIONS)
    for file in sorted(exported[0].iterdir()):
        assert (again / file.name).read_bytes() == file.read_bytes()


def test_another_source_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, tokenizer, digest = write_source(tmp_path, random_bert())
    out = tmp_path / "weights"
    code = main(["--source", str(source), "--tokenizer", str(tokenizer), "--out", str(out)])
    said = capsys.readouterr().err
    assert code == 2
    assert digest in said
    assert "as expected: take the file" in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        export(tmp_path / "none.safetensors", tmp_path / "tokenizer.json", tmp_path / "out")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    _, tokenizer, _ = write_source(tmp_path, random_bert())
    digest = sha256(tokenizer.read_bytes()).hexdigest()
    with pytest.raises(ExportError, match="not a safetensors file"):
        export(tokenizer, tokenizer, tmp_path / "out", source_sha256=digest)


def test_a_source_that_lacks_a_tensor_is_refused_by_its_name(tmp_path: Path) -> None:
    tensors = random_bert()
    del tensors["encoder.layer.1.output.dense.bias"]
    source, tokenizer, digest = write_source(tmp_path, tensors)
    with pytest.raises(ExportError, match=r"no tensor encoder\.layer\.1\.output\.dense\.bias"):
        export(source, tokenizer, tmp_path / "out", source_sha256=digest, heads=4, max_tokens=8)


def test_a_tokenizer_of_another_vocabulary_is_refused_with_both_numbers(tmp_path: Path) -> None:
    tensors = random_bert()
    tensors["embeddings.word_embeddings.weight"] = np.ones((5, DIMENSION), np.float32)
    source, tokenizer, digest = write_source(tmp_path, tensors)
    with pytest.raises(ExportError, match="has 11 words but the source has vectors for 5"):
        export(source, tokenizer, tmp_path / "out", source_sha256=digest)


@pytest.mark.parametrize(
    ("heads", "max_tokens", "reason"), [(5, 8, "5 heads"), (4, 13, "12 positions")]
)
def test_settings_that_do_not_fit_the_source_are_refused(
    tmp_path: Path, heads: int, max_tokens: int, reason: str
) -> None:
    source, tokenizer, digest = write_source(tmp_path, random_bert())
    out = tmp_path / "out"
    with pytest.raises(ExportError, match=reason):
        export(source, tokenizer, out, source_sha256=digest, heads=heads, max_tokens=max_tokens)


def test_quantising_keeps_each_line_within_half_a_step() -> None:
    matrix = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    matrix[3] = 0
    integers, scales = quantise(matrix, axis=0)
    assert integers.min() >= -127
    error = np.abs(integers * scales[:, None] - matrix)
    assert (error <= scales[:, None] * 0.5001).all()
    assert not integers[3].any()
