"""Take a student out of a finished run: its tables, report, cache and private folder.

Themes and comparisons were made with the student, so all stages run again on the other essays,
from the texts in the run's own tables; the essays' files are not needed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from io import BytesIO
from pathlib import Path

import pandas as pd

from pipeline.again import NEVER, noted
from pipeline.coding.cleaning import cleaned
from pipeline.coding.folder import CORRECTIONS, chosen_folder, coding_folder, with_corrections
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.ingest.decisions import forget_words
from pipeline.ingest.names import identity
from pipeline.run import finish
from pipeline.runtime import receipts
from pipeline.runtime.alone import alone
from pipeline.runtime.engine import Engine
from pipeline.runtime.files import from_parquet, read_table, read_tables, write_whole
from pipeline.runtime.private import NAMES, private_of, write_private
from pipeline.runtime.progress import Progress, Silent
from pipeline.runtime.store import DIGEST_BYTES, Store
from pipeline.settings import NamingSettings, Settings, recorded
from pipeline.tables import Tables

PRIVATE = ("sources", "replacements", "review", "authors")
FORGOTTEN = "[student]"  # stands where others' essays name the student
MIN_BINARY = 8  # letters of what is searched for in bytes that are no text
LONG_SENTENCE = 40  # letters of a sentence that is nobody else's
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")  # of JSON
SPACES = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}  # what it writes so


@dataclass(frozen=True)
class Forgotten:
    """What was done: the pseudonym, its essays, their files, and how many files were searched.

    `n_names` counts themes that lost the name that a language model gave them: none is asked here.
    `others` are the runs that share the private folder and still hold the student. `lost` are files
    of codings that couldn't be cleaned of the student, and are gone.
    """

    author: str
    n_essays: int
    paths: list[str]
    n_searched: int
    n_names: int = 0
    others: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Traces:
    """What would give a student away: `exact` texts, and `names` in whatever case."""

    exact: tuple[str, ...]
    names: tuple[str, ...]
    pseudonym: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return a pattern for pseudonym and names in a text."""
        either = [re.escape(self.pseudonym), *(f"(?i:{re.escape(name)})" for name in self.names)]
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(either)})(?![^\W_])")

    def are_in(self, content: bytes | str) -> bool:
        """Tell whether any is in some content, as a word of its own, however that writes it."""
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        # Three letters also come about by chance in a picture or in packed numbers.
        shortest = MIN_BINARY if "\0" in text else 1
        return any(
            present(wanted, place)
            for reading in readings(text)
            for wanteds, place in (
                (self.exact, reading),
                ([name.lower() for name in self.names], reading.lower()),
            )
            for wanted in wanteds
            if len(wanted) >= shortest
        )


def readings(text: str) -> Iterator[str]:
    """Yield a text as it is, and as it reads where it is JSON, HTML or XML, or CSV."""
    yield text
    if "\0" in text:
        return
    if "\\" in text:
        yield ESCAPE.sub(written, text)
    if "&" in text:
        yield unescape(text)
    if '""' in text:
        yield text.replace('""', '"')


def written(escape: re.Match[str]) -> str:
    """Give the letter that an escape of JSON stands for."""
    code, letter = escape.groups()
    return chr(int(code, 16)) if code else SPACES.get(letter, letter)


def present(wanted: str, text: str) -> bool:
    """Tell whether a text holds another as a word of its own."""
    place = text.find(wanted)
    while place >= 0:
        around = text[max(0, place - 1) : place], text[place + len(wanted) :][:1]
        if not any(each.isalnum() for each in around):
            return True
        place = text.find(wanted, place + 1)
    return False


def forget(
    author: str,
    out: Path,
    private: Path | None = None,
    progress: Progress | None = None,
    coding: Path | None = None,
) -> Forgotten:
    """Remove a student, named by pseudonym or real name, from a run and its private folder.

    `coding` is the folder of codings that the run was made with, where it isn't the one beside it.
    Raises UsageError when the run has no such student or none besides, CrosscurrentError when the
    run is broken or a trace of the student is left.
    """
    hidden, coded = private_of(out, private), chosen_folder(coding, out)
    with alone(out), alone(hidden):
        return forgotten(author, out, hidden, coded, progress or Silent())


def forgotten(author: str, out: Path, hidden: Path, coded: Path, progress: Progress) -> Forgotten:
    """Do what `forget` does, in a run's folder, its private one and that of codings."""
    tables = read_tables(out / "tables")
    kept = {name: read_private(hidden, name) for name in PRIVATE}
    pseudonym = found(author, tables, kept["authors"])
    is_own = tables.essays["author"] == pseudonym
    essay_ids = set(tables.essays.loc[is_own, "essay_id"])
    if is_own.all():
        raise UsageError(
            f"{out} has no essay of anybody else, so nothing of it would be left; delete the "
            "folder and its private one."
        )
    traces = traces_of(pseudonym, essay_ids, tables, kept["authors"])
    sources = kept["sources"]
    paths = sorted(sources.loc[sources["essay_id"].isin(essay_ids), "path"])
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    level = record.get("share", "full")
    if level != "full":
        raise UsageError(
            f"{out} was made with --share {level} and lacks the texts that it would be made from "
            "anew; delete it, and run crosscurrent again without the student's files."
        )
    if len(tables.corrections) and not (coded / CORRECTIONS).is_file():
        raise UsageError(
            f"{out} was made with corrections that aren't in {coded}; name their folder with "
            "--coding, or run crosscurrent again without them."
        )
    forget_words(hidden / NAMES, (*traces.names, pseudonym))  # may refuse: before all else
    folders = dict.fromkeys((coding_folder(out), coded))
    lost = [path for folder in folders for path in clean_codings(folder, traces)]
    rest = without(tables, traces, essay_ids)
    rest = rest.with_(**with_corrections(coded, rest.notices))
    settings = without_sentences(recorded(record["settings"]), traces)
    settings = settings.model_copy(update={"naming": NamingSettings()})  # nothing is sent unasked
    besides = [r for r in receipts.read_all(hidden / "cache") if r.out != str(out.resolve())]
    others = tuple(each.out for each in besides if pseudonym in authors_of(Path(each.out)))
    # The cache holds the student's segments and whatever was made with them. Who else used it is
    # asked again when the next student is forgotten; what their runs wrote may name this one.
    shutil.rmtree(hidden / "cache", ignore_errors=True)
    for each in besides:
        place = Path(each.out)
        receipts.keep(hidden / "cache", place, receipts.Receipt(each.out, NEVER, each.title))
    for folder in ("figures", "exports"):
        shutil.rmtree(out / folder, ignore_errors=True)
    engine = Engine(Store(hidden / "cache"), progress)
    finish(rest, record.get("title", "Essays"), settings, engine, out, level)
    noted(out, engine, record.get("title", "Essays"))
    write_private(hidden, **forgotten_rows(kept, traces, essay_ids, paths))
    n_searched = search([out, hidden, *folders], traces)
    n_names = int(tables.themes["name_by"].notna().sum())
    return Forgotten(pseudonym, len(essay_ids), paths, n_searched, n_names, others, tuple(lost))


def authors_of(run: Path) -> set[str]:
    """List the pseudonyms of a run; of one that is gone or broken none."""
    try:
        return set(read_table(run / "tables", "essays")["author"])
    except CrosscurrentError:
        return set()


def without_sentences(settings: Settings, traces: Traces) -> Settings:
    """Leave out the examples of the codebook where one of them is the student's."""
    book = settings.cluster.codebook
    if book is None or not traces.are_in(book.model_dump_json().encode()):
        return settings
    cluster = settings.cluster.model_copy(update={"codebook": book.without_sentences()})
    return settings.model_copy(update={"cluster": cluster})


def clean_codings(folder: Path, traces: Traces) -> Iterator[str]:
    """Take the student out of the files that people coded; yield those that had to go.

    Rows and sources of the student go, and the examples of a codebook where one is the student's;
    the name goes out of others' sentences in tables. A file that holds no trace stays as it is.
    """
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if not any(map(traces.are_in, contents(path.read_bytes(), path.suffix))):
            continue
        content = cleaned(path, traces.are_in, partial(traces.pattern.sub, FORGOTTEN))
        if content is None or any(map(traces.are_in, contents(content, path.suffix))):
            path.unlink()
            yield str(path)
        else:
            write_whole(path, content)


def read_private(folder: Path, name: str) -> pd.DataFrame:
    """Read a frame of the private folder. Raises CrosscurrentError when it isn't there."""
    path = folder / f"{name}.csv"
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise CrosscurrentError(
            f"{path} can't be read ({type(error).__name__}), and without it nobody can be "
            "forgotten; name the run's private folder with --private, or run crosscurrent again."
        ) from None


def found(author: str, tables: Tables, authors: pd.DataFrame) -> str:
    """Return the pseudonym of a student given by pseudonym or name. Raises UsageError."""
    pseudonyms = {name.casefold(): name for name in tables.essays["author"]}
    if author.casefold() in pseudonyms:
        return str(pseudonyms[author.casefold()])
    hits: list[str] = []
    for form in (identity, lambda name: unaccented(identity(name))):  # "Renee" is Renée, if nobody
        is_named = authors["name"].map(form) == form(author)
        hits = hits or sorted(set(authors.loc[is_named, "author"]))
    if len(hits) == 1 and hits[0].casefold() in pseudonyms:
        return str(hits[0])
    why = "several students go by that name" if len(hits) > 1 else "nobody there goes by that name"
    raise UsageError(
        f"The student to forget can't be found, for {why}; give the pseudonym in the report."
    )


def unaccented(name: str) -> str:
    """Leave out the accents of a name."""
    parted = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def traces_of(
    pseudonym: str, essay_ids: Iterable[str], tables: Tables, authors: pd.DataFrame
) -> Traces:
    """Gather what would give the student away: pseudonym, names, ids, hashes, own sentences."""
    essays = tables.essays
    own, others = essays[essays["author"] == pseudonym], essays[essays["author"] != pseudonym]
    elsewhere = "\n".join(others["text"])
    segments = tables.segments[tables.segments["essay_id"].isin(list(essay_ids))]
    sentences = [text for text in segments["text"] if len(text) >= LONG_SENTENCE]
    names = authors.loc[authors["author"] == pseudonym, "name"]
    return Traces(
        exact=(
            pseudonym,
            *own["essay_id"],
            *own["essay_sha"],
            *(text for text in dict.fromkeys(sentences) if text not in elsewhere),
        ),
        names=tuple(dict.fromkeys(name for name in names if len(name.split()) > 1 or "@" in name)),
        pseudonym=pseudonym,
    )


def without(tables: Tables, traces: Traces, essay_ids: set[str]) -> Tables:
    """Return essays, roster and ingest's notices without the student, also in others' texts."""
    essays = tables.essays[tables.essays["author"] != traces.pseudonym].copy()
    for column in ("text", "title"):
        essays[column] = essays[column].map(
            lambda text: traces.pattern.sub(FORGOTTEN, text) if isinstance(text, str) else text
        )
    essays["essay_sha"] = [hashlib.sha256(text.encode()).hexdigest() for text in essays["text"]]
    roster = tables.roster[~tables.roster["essay_id"].isin(list(essay_ids))]
    notices = tables.notices[
        (tables.notices["stage"] == "ingest")
        & ~tables.notices["essay_id"].isin(list(essay_ids))
        & ~tables.notices["message"].str.contains(word(traces.pseudonym, *essay_ids))
    ]
    return Tables.empty().with_(
        essays=essays.reset_index(drop=True),
        roster=roster.reset_index(drop=True),
        notices=notices.reset_index(drop=True),
    )


def word(*words: str) -> re.Pattern[str]:
    """Build a pattern for whole words."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")


def forgotten_rows(
    kept: dict[str, pd.DataFrame], traces: Traces, essay_ids: set[str], paths: list[str]
) -> dict[str, pd.DataFrame]:
    """Drop the private rows of the student, and those in which others name the student."""
    done: dict[str, pd.DataFrame] = {}
    for name, rows in kept.items():
        is_own = pd.Series(False, index=rows.index)
        for column in rows.columns:
            is_own |= rows[column].isin([traces.pseudonym, *essay_ids, *paths])
            is_own |= rows[column].str.contains(traces.pattern).astype(bool)
        done[name] = rows[~is_own]
    return done


def search(folders: Iterable[Path], traces: Traces) -> int:
    """Search the bytes of all files, of packed ones what is in them; count the files.

    Raises CrosscurrentError when a trace is found.
    """
    count = 0
    for path in sorted(each for folder in folders for each in folder.rglob("*")):
        if not path.is_file():
            continue
        count += 1
        if any(map(traces.are_in, contents(path.read_bytes(), path.suffix))):
            raise CrosscurrentError(
                f"{path} still holds a trace of the student; delete the run and its private "
                "folder, and run crosscurrent again without the student's files."
            )
    return count


def contents(raw: bytes, suffix: str) -> Iterator[bytes]:
    """Yield a file's bytes, and of Parquet, zip files and the cache's files what they hold."""
    yield raw
    packed = raw[DIGEST_BYTES:] if raw[DIGEST_BYTES : DIGEST_BYTES + 2] == b"PK" else raw
    if suffix == ".parquet":
        yield from_parquet(raw).to_csv().encode()
    elif packed[:2] == b"PK" and zipfile.is_zipfile(BytesIO(packed)):
        with zipfile.ZipFile(BytesIO(packed)) as parts:
            for name in parts.namelist():
                content = parts.read(name)
                yield content if packed is raw else from_parquet(content).to_csv().encode()
