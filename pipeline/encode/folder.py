"""The files of an encoder's folder, checked against its manifest."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import CrosscurrentError

MODEL, TOKENIZER, HEAD = "encoder.onnx", "tokenizer.json", "heads.npy"
MEND = "reinstall crosscurrent, or write the folder again with pipeline.encode.export."


class WeightsError(CrosscurrentError, ValueError):
    """An encoder's folder that is missing, incomplete or changed."""


class Contents(NamedTuple):
    """What a folder holds; without a head there are no names, and `window_tokens` is 0.

    `head` has a row a category, then one a label: weights of the sentence's mean state, then of its
    window's, then the bias; its temperature is folded in. `fingerprint` is a hex sha256 of all that
    counts here.
    """

    model: bytes
    tokenizer: bytes
    head: NDArray[np.float32] | None
    categories: tuple[str, ...]
    labels: tuple[str, ...]
    dimension: int
    max_tokens: int
    window_tokens: int
    fingerprint: str


def read_folder(folder: Path) -> Contents:
    """Read an encoder's files; raise WeightsError when one is missing, changed or of a wrong shape.

    The folder needs encoder.onnx, tokenizer.json and manifest.json. heads.npy is read when the
    manifest names it.
    """
    manifest = _read_manifest(folder)
    has_head = HEAD in manifest["files"]
    return Contents(
        model=_read_checked(folder, MODEL, manifest),
        tokenizer=_read_checked(folder, TOKENIZER, manifest),
        head=_read_head(folder, manifest) if has_head else None,
        categories=tuple(manifest["categories"]) if has_head else (),
        labels=tuple(manifest["labels"]) if has_head else (),
        dimension=manifest["dimension"],
        max_tokens=manifest["max_tokens"],
        window_tokens=manifest["window_tokens"] if has_head else 0,
        fingerprint=_fingerprint(manifest),
    )


def fingerprint_of(folder: Path) -> str:
    """Return the fingerprint of an encoder by its manifest alone; its files are checked when read.

    Raises WeightsError when the manifest is missing or none.
    """
    return _fingerprint(_read_manifest(folder))


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        complete = _is_complete(manifest)
    except FileNotFoundError:
        raise WeightsError(
            f"{path} is missing: reinstall crosscurrent, or name a folder that "
            "pipeline.encode.export has written."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise WeightsError(f"{path} is no encoder's manifest: {MEND}")
    return manifest


def _is_complete(manifest: dict[str, Any]) -> bool:
    complete = {MODEL, TOKENIZER} <= set(manifest["files"]) and all(
        isinstance(manifest[key], int) for key in ("dimension", "max_tokens")
    )
    if complete and HEAD in manifest["files"]:
        length = manifest["window_tokens"]
        complete = all(
            isinstance(names, list) and all(isinstance(name, str) for name in names)
            for names in (manifest["categories"], manifest["labels"])
        )
        complete = complete and isinstance(length, int) and 3 <= length <= manifest["max_tokens"]
    return complete


def _read_checked(folder: Path, name: str, manifest: dict[str, Any]) -> bytes:
    path, expected = folder / name, manifest["files"][name]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror}): {MEND}") from None
    found = sha256(content).hexdigest()
    if found != expected:
        raise WeightsError(
            f"{path} has the sha256 {found}, not {expected} as in its manifest.json: {MEND}"
        )
    return content


def _read_head(folder: Path, manifest: dict[str, Any]) -> NDArray[np.float32]:
    path, content = folder / HEAD, _read_checked(folder, HEAD, manifest)
    names = (*manifest["categories"], *manifest["labels"])
    expected = (len(names), 2 * manifest["dimension"] + 1)
    try:
        head: NDArray[np.float32] = np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise WeightsError(f"{path} is not a NumPy array ({error}): {MEND}") from None
    if head.shape != expected or head.dtype != np.float32:
        raise WeightsError(
            f"{path} is {head.dtype} of shape {head.shape}, not float32 of {expected}: {MEND}"
        )
    return head


def _fingerprint(manifest: dict[str, Any]) -> str:
    keys = ("files", "max_tokens", "categories", "labels", "window_tokens")
    parts = [manifest.get(key) for key in keys]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
