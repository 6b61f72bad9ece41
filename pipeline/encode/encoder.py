"""Vectors and scores of sentences, offline: the same bits for a text, whatever is encoded with it.

One transformer gives both. A vector says what a sentence is about; the heads, on the transformer's
last states, say which move it makes in its context, and which labels people would give it.

Why the bits are the same: a batch holds texts of one token length and so no padding, and the
session runs on one thread. ONNX Runtime then adds up every row of every matrix product in one
order, whatever stands beside it (the graph's pooling is a matrix product for that reason). The
heads are computed a sentence at a time. More threads run more batches at a time. Another kind of
processor, or another version of ONNX Runtime, may round differently.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.encode.folder import Contents, WeightsError, read_folder
from pipeline.encode.windows import windows

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


def shipped_folder() -> Path:
    """Return the folder of the package's own weights."""
    return Path(str(files("pipeline").joinpath("weights")))


class Encoder:
    """Turn texts into vectors, and sentences into probabilities of the moves they make.

    Made by `Encoder.load`, and safe to share between threads. `categories` names the moves, and
    `labels` what people told of sentences; both are empty when the weights have no heads.
    """

    def __init__(self, contents: Contents, threads: int) -> None:
        self._session = open_session(contents.model)
        self._tokenizer = _open_tokenizer(contents.tokenizer)
        self._head = None if contents.head is None else contents.head.astype(np.float64)
        self._max_tokens = contents.max_tokens
        self._window_tokens = contents.window_tokens
        self._threads = threads
        self.dimension = contents.dimension
        self.categories = contents.categories
        self.labels = contents.labels
        self.fingerprint = contents.fingerprint

    @classmethod
    def load(cls, folder: Path | None = None, threads: int | None = None) -> Encoder:
        """Load an encoder's files, after a check that they are those of its manifest.

        `folder` is the package's own weights by default; `threads` is as many as the process may
        use. `fingerprint` is a hex sha256 of the files and of what the manifest sets, for cache
        keys; it doesn't cover the version of ONNX Runtime. Raises WeightsError when a file is
        missing, changed, or doesn't fit the manifest, and ValueError for less than one thread.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}: use 1 or more, or None for all cores.")
        folder = folder or shipped_folder()
        return cls(read_folder(folder), threads or _usable_cores())

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
        _check("texts", texts, contexts)
        index: dict[str, int] = {}
        rows = np.array([index.setdefault(text, len(index)) for text in texts], dtype=np.intp)
        tokens = [self._tokens(text) for text in index]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        self._run("vectors", tokens, vectors.__setitem__)
        return vectors[rows]

    def moves(self, sentences: Sequence[str], contexts: Sequence[str]) -> pd.DataFrame:
        """Return how probable each move is for each sentence: a row a sentence, a column a move.

        Rows stand in the order of the sentences and sum to 1; columns are `categories`. A context
        is the text around its sentence, normally with the sentence in it: of a long one, the tokens
        nearest to the sentence are read (the manifest's `window_tokens`). A row depends on nothing
        but its sentence and context. Sentences whose windows are equal are encoded once.

        The head is a linear layer, then a softmax, over the mean of the last states of the
        sentence's tokens beside that of all the window's tokens.

        Raises WeightsError when the weights have no head, and TypeError and ValueError as `embed`.
        """
        return self.scores(sentences, contexts)[list(self.categories)]

    def scores(self, sentences: Sequence[str], contexts: Sequence[str]) -> pd.DataFrame:
        """Return the columns of `moves`, and how probable each of `labels` is, by itself.

        A label's head reads the same as that of the moves. Raises as `moves` does.
        """
        _check("sentences", sentences, contexts)
        if self._head is None:
            raise WeightsError(
                "These weights have no heads.npy and so score nothing: name a folder that "
                "pipeline.encode.export has written with a head."
            )
        clean = {text: _as_unicode(text) for text in {*sentences, *contexts}}
        found = windows(
            [clean[sentence] for sentence in sentences],
            [clean[context] for context in contexts],
            self._tokenizer,
            self._window_tokens,
        )
        rows: dict[tuple[int, ...], list[int]] = {}
        for row, window in enumerate(found):
            rows.setdefault(window.ids, []).append(row)
        tokens = list(rows)
        scores = np.empty((len(found), len(self.categories) + len(self.labels)))
        head, n = self._head, len(self.categories)

        def pool(batch: list[int], states: NDArray[np.float32]) -> None:
            for place, one in zip(batch, states, strict=True):
                whole = one.mean(axis=0, dtype=np.float64)
                for row in rows[tokens[place]]:
                    _, lo, hi = found[row]
                    part = one[lo:hi].mean(axis=0, dtype=np.float64)
                    scores[row] = _probabilities(head, n, np.concatenate([part, whole]))

        self._run("states", tokens, pool)
        return pd.DataFrame(scores, columns=[*self.categories, *self.labels])

    def _tokens(self, text: str) -> list[int]:
        # One at a time: encode_batch starts threads of its own, and warns in a process that forks.
        ids: list[int] = self._tokenizer.encode(_as_unicode(text)).ids
        return ids if len(ids) <= self._max_tokens else [*ids[: self._max_tokens - 1], ids[-1]]

    def _run(
        self,
        output: str,
        tokens: Sequence[Sequence[int]],
        take: Callable[[list[int], NDArray[np.float32]], None],
    ) -> None:
        """Hand over each batch's rows of `tokens` with their output; threads may do so at once."""

        def run(batch: list[int]) -> None:
            feed = {"token_ids": np.array([tokens[row] for row in batch], np.int64)}
            take(batch, self._session.run([output], feed)[0])

        batches = batch_by_length([len(ids) for ids in tokens])
        if self._threads == 1 or len(batches) < 2:
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
                list(pool.map(run, batches))


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


def _probabilities(
    head: NDArray[np.float64], n: int, pooled: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the shares of the first n rows, which exclude each other, and what each other row has.

    A sum, not a matrix product: a BLAS may split that among threads and round otherwise.
    """
    logits = (head[:, :-1] * pooled).sum(axis=1) + head[:, -1]
    odds = np.exp(logits[:n] - logits[:n].max(initial=-np.inf))
    return np.concatenate([odds / odds.sum(), 1 / (1 + np.exp(-logits[n:]))])


def _check(noun: str, texts: Sequence[str], contexts: Sequence[str] | None) -> None:
    for name, given in ((noun, texts), ("contexts", contexts)):
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
            f"{len(contexts)} contexts came with {len(texts)} {noun}: give as many of each."
        )


def _as_unicode(text: str) -> str:
    """Join pairs of surrogates and replace lone ones, which no tokenizer takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def open_session(model: bytes) -> InferenceSession:
    """Open a graph of `export.build_model` on one thread, computed in float32 throughout.

    ONNX Runtime's own settings replace int8 matrices with kernels that are less exact.
    """
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


def _open_tokenizer(words: bytes) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(words)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
