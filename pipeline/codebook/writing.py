"""Write the codebook of a finished run: what was decided before, and what was found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import numpy as np
import pandas as pd

from pipeline.codebook.model import Codebook, Part, TensionEntry, ThemeEntry, packed

HEAD = """\
# A codebook of crosscurrent: change it and give it to the next run, with --codebook.
# What you don't change is looked for anew; what you change is yours, and stays. New names alone
# change nothing else.
#   name, description     call it what you like, and say in a sentence what belongs to it
#   include, exclude      phrases of at most 5 words that put a sentence in, or keep it out
#   examples              whole sentences of it
#   lock = true           keep it, also where few take it up; its sentences are told by likeness
#   drop = true           leave what belongs to it in no theme
#   merge_into = "t02"    count it with another theme
#   split = 2             part it in so many; or name the parts: a table [[theme.split]] each
# A theme of your own: a new [[theme]] with an id and a name; a description or examples help.
# A tension of your own: a new [[tension]] with an id, two poles, and phrases_a and phrases_b.
"""


def codebook_toml(
    tables: Mapping[str, pd.DataFrame],
    book: Codebook | None,
    weights: str | None,
    with_exemplars: bool = False,
) -> str:
    """Write the themes and tensions of a run as TOML.

    `tables` has themes, assignments, segments, embeddings and tensions; `book` is the codebook that
    the run was made with, whose decisions go on; `weights` the encoder's fingerprint. Without
    embeddings there are no centroids. Examples of `book` stay; the run's own exemplars are written
    on `with_exemplars` only.
    """
    made = codebook_of(tables, book, weights, with_exemplars)
    words = {
        str(key): f"words: {', '.join(map(str, keywords))}; {n} students"
        for key, keywords, n in zip(
            *(tables["themes"][c] for c in ("theme_id", "keywords", "n_students")), strict=True
        )
    }
    return book_toml(made, words)


def book_toml(book: Codebook, words: Mapping[str, str] | None = None) -> str:
    """Write a codebook as TOML; `words` are remarks on its themes by id."""
    told, lines = words or {}, [HEAD]
    if book.weights:
        lines += [f"weights = {quoted(book.weights)}  # of the encoder that the centroids are of"]
    for theme in book.theme:
        lines += ["", "[[theme]]", *([f"# {told[theme.id]}"] if theme.id in told else [])]
        lines += [*fields(theme)]
        if isinstance(theme.split, tuple):
            for part in theme.split:
                lines += ["", "[[theme.split]]", *fields(part)]
    for tension in book.tension:
        lines += ["", "[[tension]]", *fields(tension)]
    return "\n".join(lines) + "\n"


def codebook_of(
    tables: Mapping[str, pd.DataFrame],
    book: Codebook | None,
    weights: str | None,
    with_exemplars: bool,
) -> Codebook:
    """Build the codebook of a run, without its comments."""
    centroids, fits = centres(tables)
    texts = dict(zip(tables["segments"]["segment_id"], tables["segments"]["text"], strict=True))
    fine = tables["themes"][tables["themes"]["level"] == "fine"]
    before = {entry.id: entry for entry in parted(book or Codebook(), set(fine["theme_id"]))}
    parts = {key for entry in before.values() for key in entry.parts}  # of what stays split
    targets = {entry.merge_into for entry in before.values()}
    entries: list[ThemeEntry] = []
    for row in fine.to_dict("records"):
        key, name = str(row["theme_id"]), str(row["name"])
        if key in parts:
            continue
        old = before.pop(key, None)
        base = old or ThemeEntry(id=key, name=name)
        mine = row["origin"] == "codebook"
        said = [str(texts[s]) for s in row["exemplars"] if s in texts] if with_exemplars else []
        update: dict[str, Any] = {
            "name": name,
            "found": base.found if mine else name,
            "named_by": None if mine or pd.isna(row["name_by"]) else str(row["name_by"]),
            "examples": tuple(dict.fromkeys([*base.examples, *said])),
            "centroid": packed(centroids[key]) if key in centroids else base.centroid,
            "fit": round(fits[key], 3) if key in fits else base.fit,
        }
        entries.append(base.model_copy(update=update))
    # What isn't a theme of this run is still decided: dropped, merged, locked and taken up by none.
    rest = [entry for key, entry in before.items() if entry.decided or key in targets]
    return Codebook(
        weights=weights if centroids else book.weights if book else None,
        theme=(*entries, *rest),
        tension=tuple(tensions(tables["tensions"], book)),
    )


def parted(book: Codebook, found: Set[str]) -> Iterator[ThemeEntry]:
    """Yield the entries of a codebook, for one that was split its parts, which are themes now.

    `found` are the themes of the run. One that others are merged into stays split.
    """
    targets = {entry.merge_into for entry in book.theme}
    for entry in book.theme:
        if entry.id in targets or found.isdisjoint(entry.parts):
            yield entry
            continue
        named = entry.split if isinstance(entry.split, tuple) else None
        for place, key in enumerate(entry.parts):
            if named is not None:
                yield ThemeEntry(id=key, lock=entry.lock, **named[place].model_dump())
            elif key in found:
                yield ThemeEntry(id=key, name=key, lock=entry.lock, exclude=entry.exclude)


def tensions(rows: pd.DataFrame, book: Codebook | None) -> Iterator[TensionEntry]:
    """Yield the tensions of a run, then those that were decided and aren't in it."""
    before = {entry.id: entry for entry in (book.tension if book else ())}
    for key, a, b in zip(*(rows[c] for c in ("tension_id", "pole_a", "pole_b")), strict=True):
        old = before.pop(str(key), None)
        yield (
            old
            if old and old.decided
            else TensionEntry(
                id=str(key), pole_a=cut(a), pole_b=cut(b), found=f"{cut(a)} vs. {cut(b)}"
            )
        )
    yield from (entry for entry in before.values() if entry.decided)


def cut(words: str) -> str:
    """Keep the first five words of a pole's name."""
    return " ".join(str(words).split()[:5])


def centres(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, Any], dict[str, float]]:
    """Give the mean vector of each theme's segments, and their mean strength."""
    placed = tables["assignments"].dropna(subset=["theme_id"])
    sha = dict(zip(tables["segments"]["segment_id"], tables["segments"]["text_sha"], strict=True))
    at = {key: place for place, key in enumerate(tables["embeddings"]["text_sha"])}
    vectors = tables["embeddings"]["vector"].array
    found: dict[str, Any] = {}
    fits: dict[str, float] = {}
    for theme, rows in placed.groupby("theme_id", sort=False):
        own = [vectors[at[sha[s]]] for s in rows["segment_id"] if sha.get(s) in at]
        if own:
            found[str(theme)] = np.mean(np.stack(own).astype(np.float64), axis=0)
        strength = rows["strength"].mean()
        if pd.notna(strength):
            fits[str(theme)] = float(strength)
    return found, fits


ALWAYS = (
    *("id", "name", "description", "include", "exclude"),
    *("pole_a", "pole_b", "phrases_a", "phrases_b", "lock"),
)


def fields(entry: Part | ThemeEntry | TensionEntry) -> Iterator[str]:
    """Yield the lines of an entry: what a user fills in stands there empty, the rest if it's so."""
    values = {name: getattr(entry, name) for name in type(entry).model_fields}
    order = [name for name in ALWAYS if name in values]
    order += [name for name in values if name not in ALWAYS]
    for name in order:
        value = values[name]
        if name == "split" and not isinstance(value, int):
            continue  # tables of their own, which stand last
        if name in ALWAYS or not (value is None or value is False or value in ((), "")):
            yield f"{name} = {written(value)}"


def written(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        return array(value)
    return str(value)


def array(values: Iterable[str]) -> str:
    """Write texts as a list, a line each where they are long."""
    each = [quoted(value) for value in values]
    if sum(map(len, each)) <= 80:
        return f"[{', '.join(each)}]"
    return "[\n" + "".join(f"  {value},\n" for value in each) + "]"


def quoted(text: str) -> str:
    """Write a text as a basic string of TOML, which JSON's are but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
