"""Sentence vectors from the shipped weights: offline, and the same bits for a text in any company.

Why the bits are the same: a batch holds texts of one token length and so no padding, and the
session runs on one thread. ONNX Runtime then adds up every row of every matrix product in one
order, whatever stands beside it (the graph's pooling is a matrix product for that reason). More
threads run more batches at a time. Another kind of processor, or another version of ONNX Runtime,
may round differently.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import CrosscurrentError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

# Tokens a batch holds at most: 512 to 4,096 were equally fast, and one text at a time took half as
# long again (2,000 sentences of student posts, 2 cores).
BATCH_TOKENS = 1024


class EmbedsTexts(Protocol):
    """Whatever turns texts into vectors; tests bring a small one of their own."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of unit length a text, (n, d) float32."""
        ...


class WeightsError(CrosscurrentError, ValueError):
    """An encoder's folder that is missing, incomplete or changed."""


class Encoder:
    """Turn texts into vectors; made by `Encoder.load`, and safe to share between threads."""

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        *,
        dimension: int,
        fingerprint: str,
        threads: int,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self.dimension = dimension
        self.fingerprint = fingerprint

    @classmethod
    def load(cls, folder: Path | None = None, threads: int | None = None) -> Encoder:
        """Load an encoder's files, after a check that they are those of its manifest.

        `folder` is the package's own weights by default; `threads` is as many as the process may
        use. `fingerprint` is a hex sha256 of the files, for cache keys; it doesn't cover the
        version of ONNX Runtime. Raises WeightsError when a file is missing or changed, and
        ValueError for less than one thread.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}: use 1 or more, or None for all cores.")
        folder = folder or Path(str(files("pipeline").joinpath("weights")))
        manifest = _read_manifest(folder)
        model, words = (
            _read_checked(folder, name, manifest["files"][name])
            for name in ("encoder.onnx", "tokenizer.json")
        )
        return cls(
            _open_session(model),
            _open_tokenizer(words, manifest["max_tokens"]),
            dimension=manifest["dimension"],
            fingerprint=_fingerprint(manifest),
            threads=threads or _usable_cores(),
        )

    def embed(
        self, texts: Sequence[str], contexts: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """Return one vector of unit length a text, (n, d) float32, in the order of the texts.

        A text's vector depends on nothing but the text: not on its neighbours, their order, or the
        number of threads. Each distinct text is encoded once, up to its first 256 tokens (the
        manifest's `max_tokens`, [CLS] and [SEP] included); the rest is ignored. A text without
        words, such as "", has the vector of no words.

        `contexts` has one item a text, for an encoder that reads a text beside what surrounds it.
        The present weights were not trained for that and ignore it.

        Raises TypeError for a single string or an item that is not one, and ValueError when there
        are more or fewer contexts than texts.
        """
        _check(texts, contexts)
        index: dict[str, int] = {}
        rows = np.array([index.setdefault(text, len(index)) for text in texts], dtype=np.intp)
        return self._embed_distinct(list(index))[rows]

    def _embed_distinct(self, texts: list[str]) -> NDArray[np.float32]:
        # One at a time: encode_batch starts threads of its own, and warns in a process that forks.
        tokens = [self._tokenizer.encode(_as_unicode(text)).ids for text in texts]
        vectors = np.empty((len(texts), self.dimension), np.float32)

        def run(batch: list[int]) -> None:
            feed = {"token_ids": np.array([tokens[row] for row in batch], np.int64)}
            vectors[batch] = self._session.run(["vectors"], feed)[0]

        batches = batch_by_length([len(ids) for ids in tokens])
        if self._threads == 1 or len(batches) < 2:
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
                list(pool.map(run, batches))
        return vectors


def batch_by_length(lengths: Sequence[int]) -> list[list[int]]:
    """Group row numbers into batches of one length and at most BATCH_TOKENS tokens, longest first.

    Longest first, so that the threads end at about the same time. A row longer than BATCH_TOKENS is
    a batch of its own.
    """
    rows: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        rows.setdefault(length, []).append(row)
    batches = []
    for length in sorted(rows, reverse=True):
        size = max(1, BATCH_TOKENS // length)
        batches += [rows[length][at : at + size] for at in range(0, len(rows[length]), size)]
    return batches


def _check(texts: Sequence[str], contexts: Sequence[str] | None) -> None:
    for name, given in (("texts", texts), ("contexts", contexts)):
        if isinstance(given, str):
            raise TypeError(f"{name} is one string: put it into a list.")
        for place, item in enumerate(given if given is not None else ()):
            if not isinstance(item, str):
                kind = type(item).__name__
                raise TypeError(
                    f"{name}[{place}] is {item!r} ({kind}), not a string: leave missing texts out."
                )
    if contexts is not None and len(contexts) != len(texts):
        raise ValueError(
            f"{len(contexts)} contexts came with {len(texts)} texts: give one a text, or None."
        )


def _as_unicode(text: str) -> str:
    """Join pairs of surrogates and replace lone ones, which no tokenizer takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        complete = {"encoder.onnx", "tokenizer.json"} <= set(manifest["files"]) and all(
            isinstance(manifest[key], int) for key in ("dimension", "max_tokens")
        )
    except FileNotFoundError:
        raise WeightsError(
            f"{path} is missing: reinstall crosscurrent, or name a folder that "
            "pipeline.encode.export has written."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise WeightsError(f"{path} is no encoder's manifest: {_MEND}")
    return manifest


def _read_checked(folder: Path, name: str, expected: str) -> bytes:
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror}): {_MEND}") from None
    found = sha256(content).hexdigest()
    if found != expected:
        raise WeightsError(
            f"{path} has the sha256 {found}, not {expected} as in its manifest.json: {_MEND}"
        )
    return content


_MEND = "reinstall crosscurrent, or write the folder again with pipeline.encode.export."


def _fingerprint(manifest: dict[str, Any]) -> str:
    parts = [manifest["files"], manifest["max_tokens"]]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _open_session(model: bytes) -> InferenceSession:
    import onnxruntime  # here, so that the command line's help need not wait for it

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # fatal only: what fails is raised anyway
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Turn the int8 matrices into float32 once, at load, and not at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    # Standard operators only: no slower here than the fused ones, and fewer that versions change.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _open_tokenizer(words: bytes, max_tokens: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(words)
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
