"""Convert the sentence encoder's published weights to the ONNX file that crosscurrent ships.

    python -m pipeline.encode.export --source DIR/model.safetensors \
        --tokenizer DIR/tokenizer.json --out pipeline/weights

Needs the extra `[train]` (onnx, safetensors), not torch. `pipeline/weights/CARD.md` says where the
source comes from. Same source, same bytes out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load as read_safetensors

from pipeline.errors import CrosscurrentError

NAME = "all-MiniLM-L6-v2"
UPSTREAM = "sentence-transformers/all-MiniLM-L6-v2"
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LICENCE = "Apache-2.0"
HEADS = 12  # not told by the shapes of the weights; from the upstream config.json
MAX_TOKENS = 256  # as upstream; with [CLS] and [SEP]
EPSILON = 1e-12  # layer_norm_eps of the upstream config.json
OPSET = 20  # the first with Gelu
IR_VERSION = 10  # of onnx 1.16; fixed, so that a newer onnx writes the same bytes

FloatArray = NDArray[np.float32]
Tensors = Mapping[str, FloatArray]


class ExportError(CrosscurrentError, ValueError):
    """A source that cannot be converted."""


def export(
    source: Path,
    tokenizer: Path,
    out: Path,
    *,
    source_sha256: str = SOURCE_SHA256,
    heads: int = HEADS,
    max_tokens: int = MAX_TOKENS,
) -> dict[str, Any]:
    """Write encoder.onnx, tokenizer.json and manifest.json into `out` and return the manifest.

    Raises ExportError when a file is missing, when the source is not the one expected, lacks a
    tensor of BERT, or does not fit the tokenizer or the settings.
    """
    weights = _read(source)
    found = sha256(weights).hexdigest()
    if found != source_sha256:
        raise ExportError(
            f"{source} has the sha256 {found}, not {source_sha256} as expected: "
            "take the file that pipeline/weights/CARD.md names."
        )
    try:
        tensors = {name: t.astype(np.float32) for name, t in read_safetensors(weights).items()}
    except SafetensorError as error:
        raise ExportError(f"{source} is not a safetensors file ({error}).") from error
    vocabulary = _read(tokenizer)
    words = _tokenizer(vocabulary, tokenizer)
    _check_vocabulary(words, _get(tensors, "embeddings.word_embeddings.weight"), tokenizer)

    model = build_model(tensors, heads=heads, max_tokens=max_tokens)
    files = {
        "encoder.onnx": model.SerializeToString(deterministic=True),
        "tokenizer.json": json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode(),
    }
    manifest = {
        "name": NAME,
        "dimension": int(tensors["embeddings.word_embeddings.weight"].shape[1]),
        "max_tokens": max_tokens,
        "licence": LICENCE,
        "source": {
            "name": UPSTREAM,
            "sha256": found,
            "tokenizer_sha256": sha256(vocabulary).hexdigest(),
        },
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    (out / "manifest.json").write_bytes((json.dumps(manifest, indent=2) + "\n").encode())
    return manifest


def build_model(tensors: Tensors, *, heads: int, max_tokens: int) -> onnx.ModelProto:
    """Build BERT with sum pooling and unit length out of its tensors, named as by transformers.

    In: token_ids (n, length) int64, all of one length, without padding. Out: vectors (n, d) float32
    of unit length. The sum over the tokens replaces their mean: only its length differs. It is a
    matrix product because ONNX Runtime's ReduceMean rounds one row alone otherwise than many.

    Matrices are int8 with one scale an output channel, embeddings with one a row; both become
    float32 again inside the graph, and activations are float32 throughout.
    """
    table = _get(tensors, "embeddings.word_embeddings.weight")
    positions = _get(tensors, "embeddings.position_embeddings.weight")
    dimension = table.shape[1]
    if dimension % heads:
        raise ExportError(f"{heads} heads do not divide {dimension} dimensions: change the heads.")
    if max_tokens > len(positions):
        raise ExportError(
            f"{max_tokens} tokens are wanted but the source knows {len(positions)} positions: "
            "ask for fewer tokens."
        )
    # The token type is 0 everywhere, so its vector belongs to every position.
    positions = positions[:max_tokens] + _get(tensors, "embeddings.token_type_embeddings.weight")[0]

    graph = _Graph(tensors)
    length = graph.add("Shape", "token_ids", start=1, end=2)
    # Slice, not Range and Gather: ONNX Runtime 1.32 fails on those ("Starts must be a 1-D array").
    rows, scales = quantise(positions, axis=0)
    start, axis = graph.integers(0), graph.integers(0)
    place = graph.add(
        "Mul",
        graph.add("Cast", graph.add("Slice", graph.constant(rows), start, length, axis), to=_FLOAT),
        graph.add("Slice", graph.constant(scales[:, None]), start, length, axis),
    )
    # Looked up first and dequantised then: the whole table in float32 would take 47 MB.
    rows, scales = quantise(table, axis=0)
    word = graph.add(
        "Mul",
        graph.add("Cast", graph.add("Gather", graph.constant(rows), "token_ids"), to=_FLOAT),
        graph.add("Gather", graph.constant(scales[:, None]), "token_ids"),
    )
    states = graph.normalise(graph.add("Add", word, place), "embeddings.LayerNorm")
    for layer in range(_count_layers(tensors)):
        states = _add_layer(graph, states, f"encoder.layer.{layer}", dimension, heads)

    shape = graph.add("Concat", graph.integers(1, 1), length, axis=0)
    one = numpy_helper.from_array(np.ones(1, np.float32))
    total = graph.add("MatMul", graph.add("ConstantOfShape", shape, value=one), states)
    pooled = graph.add("Squeeze", total, graph.integers(1))
    graph.name_output(graph.add("LpNormalization", pooled, axis=-1, p=2), "vectors")
    return graph.finish(
        helper.make_tensor_value_info("token_ids", TensorProto.INT64, ["n", "length"]),
        helper.make_tensor_value_info("vectors", _FLOAT, ["n", dimension]),
    )


def quantise(matrix: FloatArray, axis: int) -> tuple[NDArray[np.int8], FloatArray]:
    """Round a matrix to int8 with one symmetric scale for each index along `axis`.

    `matrix` is about the integers (-127 to 127) times the scale; a line of zeros has scale 1.
    """
    largest = np.abs(matrix).max(axis=1 - axis)
    scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.rint(matrix / np.expand_dims(scales, 1 - axis)).astype(np.int8), scales


def _add_layer(graph: _Graph, states: str, layer: str, dimension: int, heads: int) -> str:
    """Add attention and feed-forward (Devlin et al., 2019), each with its residual and norm."""
    attention = f"{layer}.attention"
    parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
    shrink = np.float32(1 / np.sqrt(dimension // heads))  # folded into the query's weights
    weights = [graph.get(f"{part}.weight") for part in parts]
    biases = [graph.get(f"{part}.bias") for part in parts]
    joined = graph.multiply(
        states,
        np.concatenate([weights[0] * shrink, *weights[1:]]),
        np.concatenate([biases[0] * shrink, *biases[1:]]),
    )
    query, key, value = graph.add_many("Split", 3, joined, axis=-1, num_outputs=3)

    by_head = graph.integers(0, 0, heads, dimension // heads)
    queries, keys, values = (
        graph.add("Transpose", graph.add("Reshape", part, by_head), perm=order)
        for part, order in ((query, [0, 2, 1, 3]), (key, [0, 2, 3, 1]), (value, [0, 2, 1, 3]))
    )
    shares = graph.add("Softmax", graph.add("MatMul", queries, keys), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", shares, values), perm=[0, 2, 1, 3])
    mixed = graph.add("Reshape", mixed, graph.integers(0, 0, dimension))
    mixed = graph.dense(mixed, f"{attention}.output.dense")
    states = graph.normalise(graph.add("Add", mixed, states), f"{attention}.output.LayerNorm")

    wide = graph.add("Gelu", graph.dense(states, f"{layer}.intermediate.dense"))
    narrow = graph.dense(wide, f"{layer}.output.dense")
    return graph.normalise(graph.add("Add", narrow, states), f"{layer}.output.LayerNorm")


_FLOAT = TensorProto.FLOAT


class _Graph:
    """Collect nodes and constants; every method returns the name of what it added."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def get(self, name: str) -> FloatArray:
        return _get(self.tensors, name)

    def add_many(self, kind: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        outputs = [f"n{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.add_many(kind, 1, *inputs, **attributes)[0]

    def constant(self, values: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def multiply(self, states: str, weight: FloatArray, bias: FloatArray) -> str:
        """Add states @ weight.T + bias; weight (out, in) is kept as int8."""
        integers, scales = quantise(np.ascontiguousarray(weight.T), axis=1)
        matrix = self.add(
            "DequantizeLinear", self.constant(integers), self.constant(scales), axis=1
        )
        return self.add("Add", self.add("MatMul", states, matrix), self.constant(bias))

    def dense(self, states: str, name: str) -> str:
        return self.multiply(states, self.get(f"{name}.weight"), self.get(f"{name}.bias"))

    def normalise(self, states: str, name: str) -> str:
        weight, bias = (self.constant(self.get(f"{name}.{part}")) for part in ("weight", "bias"))
        return self.add("LayerNormalization", states, weight, bias, axis=-1, epsilon=EPSILON)

    def name_output(self, value: str, name: str) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name]))

    def finish(self, inputs: onnx.ValueInfoProto, outputs: onnx.ValueInfoProto) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, NAME, [inputs], [outputs], self.constants)
        model = helper.make_model(
            graph,
            producer_name="crosscurrent",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
        onnx.checker.check_model(model)
        return model


def _get(tensors: Tensors, name: str) -> FloatArray:
    if name not in tensors:
        raise ExportError(f"The source has no tensor {name}: it is not a BERT encoder's weights.")
    return tensors[name]


def _count_layers(tensors: Tensors) -> int:
    return len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror}).") from error


def _tokenizer(content: bytes, path: Path) -> dict[str, Any]:
    """Read a tokenizer without its settings of truncation and padding: the encoder has its own."""
    try:
        words = json.loads(content)
        return {**words, "truncation": None, "padding": None}
    except (ValueError, TypeError) as error:
        raise ExportError(f"{path} is not a tokenizer.json ({error}).") from error


def _check_vocabulary(words: dict[str, Any], table: FloatArray, path: Path) -> None:
    known = len(words.get("model", {}).get("vocab", ()))
    if known != len(table):
        raise ExportError(
            f"{path} has {known} words but the source has vectors for {len(table)}: "
            "take the tokenizer.json that lies beside the source."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 with one sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.encode.export",
        description=f"Convert {UPSTREAM} from safetensors to ONNX with int8 weights.",
    )
    parser.add_argument("--source", type=Path, required=True, help="model.safetensors")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json beside it")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    options = parser.parse_args(arguments)
    try:
        manifest = export(options.source, options.tokenizer, options.out)
    except ExportError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for name, digest in manifest["files"].items():
        sys.stdout.write(f"{digest}  {options.out / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
