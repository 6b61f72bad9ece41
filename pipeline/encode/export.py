"""Write an encoder's folder out of the tensors of a BERT: what `Encoder.load` reads.

`read_base` reads the published encoder that training starts from, and `export` writes the tuned
one, with or without its heads. Needs the extra `[train]` (onnx, safetensors), not torch.
Same tensors, same bytes out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load as read_safetensors

from pipeline.encode.folder import HEAD, MODEL, TOKENIZER
from pipeline.errors import CrosscurrentError

BASE = "sentence-transformers/all-MiniLM-L6-v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TEACHER_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
PROJECTION = "projection.weight"  # (d, d), not a BERT's: the map of summed states to vectors
LICENCE = "Apache-2.0"  # of the base, and so of what is tuned from it
HEADS = 12  # not told by the shapes of the weights; from the base's config.json
MAX_TOKENS = 256  # as the base; with [CLS] and [SEP]
WINDOW_TOKENS = 128  # of a sentence in its context; with [CLS] and [SEP]
EPSILON = 1e-12  # layer_norm_eps of the base's config.json
OPSET = 20  # the first with Gelu
IR_VERSION = 10  # of onnx 1.16; fixed, so that a newer onnx writes the same bytes

FloatArray = NDArray[np.float32]
Tensors = Mapping[str, FloatArray]


class ExportError(CrosscurrentError, ValueError):
    """Weights that cannot be converted."""


def read_base(
    folder: Path, expected_sha256: str | None = BASE_SHA256
) -> tuple[dict[str, FloatArray], bytes, str]:
    """Read model.safetensors and tokenizer.json; return the tensors, the tokenizer and the sha256.

    The tensors are float32, named as by transformers; the sha256 is that of model.safetensors.
    `expected_sha256` is what it must be, and None takes any. Raises ExportError when a file is
    missing, of another kind, or not the one expected.
    """
    source = folder / "model.safetensors"
    weights = _read(source)
    found = sha256(weights).hexdigest()
    if expected_sha256 is not None and found != expected_sha256:
        raise ExportError(
            f"{source} has the sha256 {found}, not {expected_sha256} as expected: "
            "take the file that pipeline/weights/CARD.md names."
        )
    try:
        tensors = {name: t.astype(np.float32) for name, t in read_safetensors(weights).items()}
    except SafetensorError as error:
        raise ExportError(f"{source} is not a safetensors file ({error}).") from error
    return tensors, _read(folder / TOKENIZER), found


def export(
    tensors: Tensors,
    tokenizer_bytes: bytes,
    out: Path,
    *,
    name: str,
    base_sha256: str,
    head: FloatArray | None = None,
    categories: Sequence[str] = (),
    labels: Sequence[str] = (),
    heads: int = HEADS,
    max_tokens: int = MAX_TOKENS,
    window_tokens: int = WINDOW_TOKENS,
) -> dict[str, Any]:
    """Write encoder.onnx, tokenizer.json, heads.npy and manifest.json; return the manifest.

    `tensors` are a BERT's, named as by transformers, and may hold PROJECTION; `tokenizer_bytes` is
    its tokenizer.json, and `base_sha256` that of the weights it was tuned from. `head` (categories
    and labels, 2 d + 1) float32 has a row a category, then one a label: weights for the mean state
    of a sentence's tokens, then for that of its window's, then the bias, with the temperature
    folded in. Without a head there is no heads.npy.

    Raises ExportError when a tensor of BERT is missing, or when tensors, tokenizer, head and
    settings do not fit each other.
    """
    words = _tokenizer(tokenizer_bytes)
    table = _get(tensors, "embeddings.word_embeddings.weight")
    _check_vocabulary(words, table)
    model = build_model(tensors, heads=heads, max_tokens=max_tokens)
    files = {
        MODEL: model.SerializeToString(deterministic=True),
        TOKENIZER: json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode(),
    }
    manifest: dict[str, Any] = {
        "name": name,
        "dimension": int(table.shape[1]),
        "max_tokens": max_tokens,
        "window_tokens": window_tokens,
        "licence": LICENCE,
        "source": {
            "name": BASE,
            "sha256": base_sha256,
            "tokenizer_sha256": sha256(tokenizer_bytes).hexdigest(),
        },
    }
    if not 3 <= window_tokens <= max_tokens:
        raise ExportError(
            f"A window of {window_tokens} tokens does not fit: use 3 to {max_tokens} (max_tokens)."
        )
    if head is not None:
        rows = len(categories) + len(labels)
        files[HEAD] = _head_bytes(head, (rows, 2 * table.shape[1] + 1))
        manifest |= {"categories": list(categories), "labels": list(labels)}
    manifest["files"] = {file: sha256(content).hexdigest() for file, content in files.items()}
    out.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (out / file).write_bytes(content)
    (out / "manifest.json").write_bytes((json.dumps(manifest, indent=2) + "\n").encode())
    return manifest


def build_model(
    tensors: Tensors, *, heads: int = HEADS, max_tokens: int = MAX_TOKENS, quantised: bool = True
) -> onnx.ModelProto:
    """Build BERT with sum pooling and unit length out of its tensors, named as by transformers.

    In: token_ids (n, length) int64, all of one length, without padding. Out: vectors (n, d) float32
    of unit length, and states (n, length, d) float32, the last layer's. The sum over the tokens
    replaces their mean: only its length differs. It is a matrix product because ONNX Runtime's
    ReduceMean rounds one row alone otherwise than many. PROJECTION, if there is one, then maps it.

    Matrices are int8 with one scale an output channel, embeddings with one a row; both become
    float32 again inside the graph, and activations are float32 throughout. When not `quantised`,
    they are float32 as they came: the baseline that int8 is measured against.
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

    graph = _Graph(tensors, quantised)
    length = graph.add("Shape", "token_ids", start=1, end=2)
    # Slice, not Range and Gather: ONNX Runtime 1.32 fails on those ("Starts must be a 1-D array").
    place = graph.look_up("Slice", positions, graph.integers(0), length, graph.integers(0))
    word = graph.look_up("Gather", table, "token_ids")
    states = graph.normalise(graph.add("Add", word, place), "embeddings.LayerNorm")
    for layer in range(count_layers(tensors)):
        states = _add_layer(graph, states, f"encoder.layer.{layer}", dimension, heads)

    shape = graph.add("Concat", graph.integers(1, 1), length, axis=0)
    one = numpy_helper.from_array(np.ones(1, np.float32))
    total = graph.add("MatMul", graph.add("ConstantOfShape", shape, value=one), states)
    if PROJECTION in tensors:  # before Squeeze: a product of one row alone may round otherwise
        total = graph.multiply(total, tensors[PROJECTION], np.zeros(dimension, np.float32))
    pooled = graph.add("Squeeze", total, graph.integers(1))
    graph.name_output(graph.add("LpNormalization", pooled, axis=-1, p=2), "vectors")
    graph.name_output(states, "states")
    return graph.finish(
        helper.make_tensor_value_info("token_ids", TensorProto.INT64, ["n", "length"]),
        helper.make_tensor_value_info("vectors", _FLOAT, ["n", dimension]),
        helper.make_tensor_value_info("states", _FLOAT, ["n", "length", dimension]),
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

    def __init__(self, tensors: Tensors, quantised: bool) -> None:
        self.tensors = tensors
        self.quantised = quantised
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

    def look_up(self, kind: str, table: FloatArray, *places: str) -> str:
        """Add rows of a table, by Gather or Slice, dequantised once they are looked up.

        The whole table in float32 would take 47 MB.
        """
        if not self.quantised:
            return self.add(kind, self.constant(table), *places)
        integers, scales = quantise(table, axis=0)
        rows = self.add("Cast", self.add(kind, self.constant(integers), *places), to=_FLOAT)
        return self.add("Mul", rows, self.add(kind, self.constant(scales[:, None]), *places))

    def multiply(self, states: str, weight: FloatArray, bias: FloatArray) -> str:
        """Add states @ weight.T + bias; weight is (out, in)."""
        if self.quantised:
            integers, scales = quantise(np.ascontiguousarray(weight.T), axis=1)
            parts = self.constant(integers), self.constant(scales)
            matrix = self.add("DequantizeLinear", *parts, axis=1)
        else:
            matrix = self.constant(weight.T)
        return self.add("Add", self.add("MatMul", states, matrix), self.constant(bias))

    def dense(self, states: str, name: str) -> str:
        return self.multiply(states, self.get(f"{name}.weight"), self.get(f"{name}.bias"))

    def normalise(self, states: str, name: str) -> str:
        weight, bias = (self.constant(self.get(f"{name}.{part}")) for part in ("weight", "bias"))
        return self.add("LayerNormalization", states, weight, bias, axis=-1, epsilon=EPSILON)

    def name_output(self, value: str, name: str) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name]))

    def finish(self, given: onnx.ValueInfoProto, *outputs: onnx.ValueInfoProto) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "encoder", [given], outputs, self.constants)
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


def count_layers(tensors: Mapping[str, object]) -> int:
    """Count a transformer's layers."""
    return len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read ({error.strerror}): name the folder that holds it."
        ) from error


def _tokenizer(content: bytes) -> dict[str, Any]:
    """Read a tokenizer without its settings of truncation and padding: the encoder has its own."""
    try:
        words = json.loads(content)
        return {**words, "truncation": None, "padding": None}
    except (ValueError, TypeError) as error:
        raise ExportError(f"The tokenizer is not a tokenizer.json ({error}).") from error


def _check_vocabulary(words: dict[str, Any], table: FloatArray) -> None:
    known = len(words.get("model", {}).get("vocab", ()))
    if known != len(table):
        raise ExportError(
            f"The tokenizer has {known} words but the source has vectors for {len(table)}: "
            "take the tokenizer.json that lies beside the source."
        )


def _head_bytes(head: FloatArray, shape: tuple[int, int]) -> bytes:
    if head.shape != shape or not np.isfinite(head).all():
        raise ExportError(
            f"The head has the shape {head.shape}: finite numbers of the shape {shape} are needed, "
            "a row a category or label, two weights a dimension and a bias."
        )
    content = BytesIO()
    np.save(content, np.ascontiguousarray(head, np.float32), allow_pickle=False)
    return content.getvalue()
