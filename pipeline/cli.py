"""The command line: `crosscurrent run ESSAYS`, `check`, `codebook`, `export` and others."""

from __future__ import annotations

import gc
import io
import re
import shlex
import sys
import time
import traceback
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table as Grid

from pipeline.errors import CrosscurrentError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ingest import Ingested
    from pipeline.runtime.engine import StageRecord
    from pipeline.settings import IngestSettings, NamingSettings, Pairs, Settings

app = typer.Typer(
    help="Read a cohort's reflective essays: claims, questions, themes, tensions. All offline, but "
    "for run --names-from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
trainers = typer.Typer(help="Train a model anew on labelled data.", no_args_is_help=True)
app.add_typer(trainers, name="train")
Essays = Annotated[
    Path,
    typer.Argument(
        help="A folder or .zip of essays (.txt, .md, .html, .docx, .odt, .rtf, .pdf), a table of "
        "answers (.csv, .tsv, .xlsx, .jsonl), or one essay."
    ),
]
Roster = Annotated[
    Path | None,
    typer.Option(
        help="CSV with a column file, author or email, and any of submitted, week and groupings "
        "such as section. Default: roster.csv in the folder, if there is one."
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(help="A roster column to compare by; may be given again. Default: all."),
]
TextColumn = Annotated[
    list[str] | None,
    typer.Option(
        help="A column of a table that holds texts; may be given again. Default: those that "
        "seem to."
    ),
]
Answers = Annotated[
    str,
    typer.Option(
        help="Several answers in a row of a table: together, one essay with a heading each; or "
        "apart, one essay each."
    ),
]
WholeFiles = Annotated[
    bool,
    typer.Option(
        "--whole-files",
        help="Take a journal with an entry a week as one essay; else each entry is one, where "
        "most files are such journals.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN=VALUE",
        help="Leave out whose roster row has this value, such as consent=no; student=NAME, who is "
        "called so. May be given again.",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN=VALUE",
        help="Read only whose roster row has this value, such as consent=yes; may be given again.",
    ),
]
Properties = Annotated[
    bool,
    typer.Option(
        "--properties",
        help="Take author and date from the properties of Word, OpenDocument, RTF and PDF files.",
    ),
]
Prompt = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The assignment as students got it: what essays repeat of it counts for nothing.",
    ),
]
Run = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished run.")]
Coded = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="What people coded: CSV, XLSX or QDPX.")
]
# What typer raises for an unknown option, a missing argument, a number out of range: it exports
# the class of a wrong value only, and the one above all of them is among that one's bases.
Misuse: Any = typer.BadParameter.__mro__[2]
# What typer says of "two" where a number is wanted, in pydantic's words.
WRONG = re.compile(
    r"Invalid value for '?(.+?)'?: (?:Input should be|.* is not) a valid (integer|number|float).*"
)
INTERRUPTED, BROKEN = 130, 70  # exit codes as shells have them
STOPPED = "Stopped; the same command goes on where it was."
AS_JSON = [False]  # whether stderr is a log of JSON lines, as --log-format asks
LAST = 4  # calls that lead to a mistake of ours are told
SHOWN = 10  # sentences about files before the rest is counted
ALIKE = 3  # files with a note of one kind, from which on they are told together
ESSAY_ID = re.compile(r"(?<!\w)[^\W\d_]+-[0-9a-f]{4,}(?!\w)")


@app.command()
def run(
    essays: Essays,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report. Default: reports/<name of ESSAYS>.")
    ] = None,
    roster: Roster = None,
    by: By = None,
    text_column: TextColumn = None,
    answers: Answers = "together",
    whole_files: WholeFiles = False,
    exclude: Exclude = None,
    only: Only = None,
    properties: Properties = False,
    themes: Annotated[
        int | None, typer.Option(help="How many themes, 2 to 200. Default: as many as hold.")
    ] = None,
    codebook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Themes and tensions as you set them: the TOML that crosscurrent codebook wrote, "
            "changed. Default: all are found.",
        ),
    ] = None,
    names_from: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Have themes named by a language model at an OpenAI-compatible address such as "
            "http://localhost:11434/v1; a name that isn't in their students' words is refused. A "
            "key is taken from CROSSCURRENT_NAMES_KEY in the environment. Default: nothing is "
            "asked.",
        ),
    ] = None,
    names_model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The model to ask there. Default: the one that the address has."
        ),
    ] = None,
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote",
            help="Let --names-from lead beyond this machine; what leaves is printed before.",
        ),
    ] = False,
    prompt: Prompt = None,
    private: Annotated[
        Path | None,
        typer.Option(
            help="Folder for key, cache and sources, never to be shared. Default: <out>.private."
        ),
    ] = None,
    share: Annotated[
        str,
        typer.Option(
            help="What the report's folder holds: full (the essays' texts), quotes (chosen "
            "passages), numbers (counts alone). Pseudonyms always."
        ),
    ] = "full",
    coding: Annotated[
        Path | None,
        typer.Option(
            help="The folder of another run's codings, DIR.coding, whose corrections hold here, "
            "too. Default: <out>.coding."
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            help="Where sentences are analysed: processes; serial: in this one; or the scheduler "
            "of a Dask cluster, such as tcp://127.0.0.1:8786."
        ),
    ] = "processes",
    workers: Annotated[
        int | None, typer.Option(help="How many processes. Default: one a processor.")
    ] = None,
    log_format: Annotated[
        str | None,
        typer.Option(help="text or json: a line a stage on stderr, in place of progress bars."),
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Print what each stage took.")] = False,
) -> None:
    """Analyse essays and write the report."""
    started = time.perf_counter()
    from pipeline.runtime.interrupt import stopped_soon
    from pipeline.runtime.log import check_format, event, teller
    from pipeline.runtime.log import profile as profile_of
    from pipeline.runtime.on_dask import leaving
    from pipeline.runtime.workers import COLLECTED_AT, chosen
    from pipeline.share import check_level

    check_level(share)
    check_format(log_format)
    AS_JSON[0] = log_format == "json"
    gc.set_threshold(COLLECTED_AT)
    from pipeline.ingest.prompt import assignment

    settings = settings_of(
        themes,
        ingest_settings(text_column, answers, whole_files, properties, exclude, only),
        codebook,
        assignment(prompt, essays),
        naming_settings(names_from, names_model, allow_remote),
    )
    from pipeline.run import run as run_pipeline
    from pipeline.runtime.private import default_out
    from pipeline.runtime.progress import Bars, Silent

    target = out or default_out(essays)
    log: list[StageRecord] = []
    tell = teller(log_format)

    def note(line: StageRecord) -> None:
        log.append(line)
        tell(line)

    processes = chosen(engine, workers)

    def announce(sentence: str) -> None:
        if AS_JSON[0]:
            event("announcement", message=sentence)
        else:
            say(sentence, to_stderr=True)

    if sentence := leaving(engine):
        announce(sentence)

    def stopped() -> None:
        processes.close()
        told(STOPPED, INTERRUPTED)

    with closing(processes), stopped_soon(stopped, INTERRUPTED):
        tables, read = run_pipeline(
            essays,
            target,
            settings,
            roster=roster,
            by=tuple(by or ()),
            private=private,
            share=share,
            coding=coding,
            progress=Silent() if log_format else Bars(),
            workers=processes,
            tell=note,
            announce=announce,
        )
    segments = tables.segments
    asking = segments["segment_id"].isin(tables.questions["segment_ids"].explode())
    n_silent = len(tables.essays) - segments["essay_id"][asking].nunique()
    problems = [
        *shortened(read.roster_problems),
        *shortened(about_files(read, tables.notices, expected=False)),
        *warnings(tables.notices),
        *([f"Essays that ask no question: {n_silent}."] if n_silent else []),
    ]
    if AS_JSON[0]:  # a log is kept and passed on, so it names no file
        for row in tables.notices[["stage", "severity", "code", "message"]].to_dict("records"):
            event("notice", **{str(name): value for name, value in row.items()})
    else:
        for problem in problems:
            say(problem, to_stderr=True)
    from pipeline.own import own_claims
    from pipeline.tables import NO_ESSAYS

    left_out = is_left_out(tables.notices) & ~tables.notices["code"].isin(NO_ESSAYS)
    fine = tables.themes[tables.themes["level"] == "fine"]
    counts = {
        "essays read": len(tables.essays),
        "files refused or skipped": int(left_out.sum()),
        "claims": int(own_claims(segments).sum()),
        "questions": len(tables.questions),
        "themes": len(fine),
        **({"themes named by a model": int(fine["name_by"].notna().sum())} if names_from else {}),
        "tensions": len(tables.tensions),
        "seconds": round(time.perf_counter() - started, 1),
    }
    grid = Grid.grid(padding=(0, 2))
    for name, value in counts.items():
        grid.add_row(name, str(value))
    Console(highlight=False).print(grid)
    if profile:
        console = Console(highlight=False)
        console.width = max(100, console.width)
        console.print(profile_of(log, time.perf_counter() - started))
    say(f"The report is in {target / 'index.html'}")


@app.command()
def check(
    essays: Essays,
    roster: Roster = None,
    by: By = None,
    text_column: TextColumn = None,
    answers: Answers = "together",
    whole_files: WholeFiles = False,
    exclude: Exclude = None,
    only: Only = None,
    properties: Properties = False,
    prompt: Prompt = None,
    private: Annotated[
        Path | None,
        typer.Option(
            help="The private folder of the run, whose names.csv decides on names, if it is there. "
            "Default: reports/<name of ESSAYS>.private."
        ),
    ] = None,
) -> None:
    """Say what would be read, what would be refused and why; write nothing."""
    from pipeline.ingest import ingest, keep_groupings
    from pipeline.ingest.prompt import assignment
    from pipeline.runtime.private import NAMES, default_out, private_of

    names = private_of(default_out(essays), private) / NAMES
    settings = ingest_settings(text_column, answers, whole_files, properties, exclude, only)
    read = ingest(essays, settings, b"check", roster, decisions=names)
    groups = keep_groupings(read, tuple(by or ())).roster.columns.drop(["essay_id", "author"])
    n_essays, n_authors = len(read.essays), read.essays["author"].nunique()
    say(
        f"{n_essays} essay{'s' * (n_essays != 1)} of {n_authors} author{'s' * (n_authors != 1)}, "
        f"{read.essays['n_words'].sum():,} words would be read."
    )
    if len(groups):
        say(f"Compared would be by {', '.join(groups)}.")
    cohort = read.notices[read.notices["essay_id"].isna() & ~is_left_out(read.notices)]
    cohort = cohort[~told_by_name(cohort)]  # among the roster's problems
    misfit = "roster-misfit" in set(read.notices["code"])
    files = about_files(read, read.notices, expected=True)
    problems = [*read.roster_problems, *files] if misfit else [*files, *read.roster_problems]
    for sentence in (*problems, *cohort["message"]):
        say(sentence)
    if given := assignment(prompt, essays):
        from pipeline.cluster.echo import RUN, repeating

        n = repeating(read.essays["text"], given)
        say(
            f"{RUN} words of the assignment in a row stand in {n} of {n_essays} essays; sentences "
            "of it would count for nothing."
        )


@app.command()
def forget(
    author: Annotated[str, typer.Argument(help="A student's pseudonym or name.")],
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    private: Annotated[
        Path | None, typer.Option(help="Its private folder. Default: <run>.private.")
    ] = None,
    coding: Annotated[
        Path | None,
        typer.Option(help="The folder of codings that it was made with. Default: <run>.coding."),
    ] = None,
) -> None:
    """Remove a student from a run, its cache, private folder and codings, and make the report anew.

    Of tables and projects in the folder of codings the student's rows and texts go; other files
    there that hold a trace of the student are deleted, and named.
    """
    from pipeline.forgetting import forget as forget_student
    from pipeline.runtime.private import private_of
    from pipeline.runtime.progress import Bars

    done = forget_student(author, run, private, Bars(), coding)
    say(
        f"Forgotten: {done.n_essays} essay{'s' * (done.n_essays != 1)}; {done.n_searched} files "
        "were searched, and none holds a trace."
    )
    if done.n_names:
        say(f"Themes that have the names again that were found, not a model's: {done.n_names}.")
    for path in done.lost:
        say(f"{path} is gone: it held a trace of the student, and no part of it can be taken out.")
    for path in done.paths:
        say(f"Delete {path} among the essays, too, or the next run reads it again.")
    if not done.paths:
        say(
            "Which files or rows the essays came from isn't known any more, as the private folder "
            "was changed since, by another run or by forgetting the student in one; take them out "
            "of your own folder, or the next run reads them."
        )
    hidden = shlex.quote(str(private_of(run, private)))
    for other in done.others:
        who, where = shlex.quote(done.author), shlex.quote(other)
        again = f"crosscurrent forget {who} {where} --private {hidden}"
        say(f"{other} still holds the student: {again}")


@app.command()
def cache(
    folder: Run,
    private: Annotated[
        Path | None, typer.Option(help="Its private folder. Default: <DIR>.private.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove what this run alone uses, and what none does.")
    ] = False,
    older_than: Annotated[
        float | None,
        typer.Option(metavar="DAYS", min=0, help="Remove what was not used for so many days."),
    ] = None,
) -> None:
    """Show how large the cache of a run is and who uses it, or clear it by run or age."""
    from pipeline.runtime import shelf
    from pipeline.runtime.alone import alone
    from pipeline.runtime.private import private_of

    hidden = private_of(folder, private)
    shelves = hidden / "cache"
    if not shelves.is_dir():
        raise UsageError(
            f"There is no cache in {hidden}; give the folder of a run, and with --private its "
            "private folder where that is elsewhere."
        )
    if clear or older_than is not None:
        with alone(hidden):
            n, size = shelf.clear(shelves, run=folder if clear else None, older=older_than)
        say(f"Removed: {n:,} entries, {shelf.megabytes(size)}.")
    grid = Grid("run", "entries", "size", "last used")
    for column in grid.columns[1:]:
        column.justify = "right"
    for each in (found := shelf.shares(shelves)):
        days = "today" if each.days < 1 else f"{each.days:,.0f} days ago"
        name = each.out or "(left by earlier or stopped runs)"
        if each.out and not (Path(each.out) / "run.json").is_file():
            name += " (no longer there)"
        grid.add_row(plain(name), f"{each.n:,}", shelf.megabytes(each.size), days)
    if found:
        Console(highlight=False).print(grid)
    there = shelf.entries(shelves)
    size = sum(entry.size for entry in there)
    say(f"In all {len(there):,} entries, {shelf.megabytes(size)} in {shelves}")


@app.command()
def export(
    folder: Run,
    to: Annotated[str, typer.Option(help="qdpx (NVivo, QualCoder ...), xlsx, csv or md.")],
    out: Annotated[
        Path | None, typer.Option(help="The file, for csv the folder. Default: in DIR/exports.")
    ] = None,
) -> None:
    """Write a finished run for another program: QDPX, XLSX, CSV or Markdown."""
    from pipeline.export import export as export_run
    from pipeline.runtime.files import read_tables

    tables = read_tables(folder / "tables")
    say(f"Written: {export_run(folder, tables, to, out)}")
    if to == "qdpx":
        from pipeline.coding.folder import kept_codings

        for problem in kept_codings(folder, tables).problems:
            say(problem, to_stderr=True)


@app.command("codebook")
def write_codebook(
    folder: Run,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to. Default: DIR.coding/codebook.toml."),
    ] = None,
    with_exemplars: Annotated[
        bool,
        typer.Option(
            "--with-exemplars",
            help="Write students' sentences as examples, too; without it only examples of the "
            "codebook that the run was made with travel.",
        ),
    ] = False,
) -> None:
    """Write a run's themes and tensions as a codebook that you can change: run --codebook FILE."""
    from pipeline.coding.keeping import keep_codebook

    path, problems = keep_codebook(folder, out, with_exemplars)
    for problem in problems:
        say(problem, to_stderr=True)
    command = f"crosscurrent run ESSAYS --codebook {shlex.quote(str(path))}"
    say(f"The codebook is in {path}; change it, then: {command}")


@app.command("import")
def import_codings(folder: Run, files: Coded) -> None:
    """Take over what people coded, as coders beside the machine, for export and agree."""
    from pipeline.agree.report import read_all
    from pipeline.coding.folder import keep_codings
    from pipeline.runtime.files import read_tables

    tables = read_tables(folder / "tables")
    read = read_all(files, tables)
    for problem in shortened(list(read.problems), ""):
        say(problem, to_stderr=True)
    coded = read.codings
    if coded.empty:
        raise UsageError("Nobody has coded a segment in what was given, so nothing is taken over.")
    path = keep_codings(folder, tables, coded)
    for coder, rows in coded.groupby("coder", sort=False):
        say(f"{coder}: {rows['segment_id'].nunique():,} segments coded.")
    say(f"Kept in {path}")


@app.command("compare")
def compare_two(
    before: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished run.")],
    after: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of another one.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for a page and the numbers as CSV and Parquet. Default: none."),
    ] = None,
    in_time: Annotated[
        bool | None,
        typer.Option(
            "--in-time/--side-by-side",
            help="Whether the second came after the first, so that something rose or fell. "
            "Default: as dates, weeks or names such as 2023 and 2024 tell.",
        ),
    ] = None,
) -> None:
    """Compare two finished runs: what rose, fell, is new, is gone, or no longer fits.

    Of two that aren't one after the other: what is more in one of them, or in one alone.
    """
    from pipeline.between import compare_runs
    from pipeline.between.words import paragraphs
    from pipeline.report.words import NO_BREAK

    found = compare_runs(before, after, in_time)
    for part in paragraphs(found):
        say(part.title)
        for line in part.lines:
            say(f"  {line}".replace(NO_BREAK, " "))
    if out is not None:
        say(f"The comparison is in {found.write(out)}")


@app.command()
def sample(
    folder: Run,
    n: Annotated[int, typer.Option(help="How many segments.")] = 200,
    to: Annotated[str, typer.Option(help="csv, xlsx or qdpx.")] = "csv",
    seed: Annotated[int, typer.Option(help="Another one draws another sample.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="The file. Default: in DIR.coding, beside the run.")
    ] = None,
) -> None:
    """Draw a blind, stratified sample of segments for people to code."""
    from pipeline.agree import sample as draw
    from pipeline.runtime.files import read_tables

    path = draw(folder, read_tables(folder / "tables"), n, to, seed, out)
    say(f"The sample is in {path}; give each coder a copy of it alone.")
    say(f"Then: crosscurrent agree {shlex.quote(str(folder))} and the coded files.")


@app.command()
def agree(
    folder: Run,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="What people coded: CSV, XLSX or QDPX."),
    ] = None,
) -> None:
    """Compare coders with each other and the machine, and correct shares for its errors."""
    from pipeline.agree import agree as compare
    from pipeline.coding.folder import coding_folder
    from pipeline.runtime.files import read_tables

    found = compare(folder, read_tables(folder / "tables"), list(files or []))
    for problem in shortened(list(found.problems), ""):
        say(problem, to_stderr=True)
    path = found.write(coding_folder(folder) / "agreement")
    for line in repr(found).splitlines():
        say(line)
    say(f"All tables, and {len(found.disagreements)} disagreements with their text: {path.parent}")


@trainers.command("encoder")
def train_encoder(
    labelled: Annotated[
        Path, typer.Option(help="Folder with key-points/, cered/ and banking77/, splits as files.")
    ],
    base: Annotated[
        Path, typer.Option(help="Folder with all-MiniLM-L6-v2: model.safetensors, tokenizer.json.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the encoder's files.")],
    teacher: Annotated[
        Path | None,
        typer.Option(
            help="Folder with all-mpnet-base-v2, which is tuned first and then taught from. "
            "Default: no teacher, labels alone."
        ),
    ] = None,
    claims: Annotated[Path, typer.Option(help="Folder of our own claims and held_out.txt.")] = Path(
        "data/claims"
    ),
    cohort: Annotated[
        Path | None,
        typer.Option(help="A finished run of open-source-2020, whose sentences are learned from."),
    ] = None,
    posts: Annotated[
        Path, typer.Option(help="Folder of the points that the cohort's sentences make.")
    ] = Path("data/posts"),
    units: Annotated[
        Path | None,
        typer.Option(
            help="File of labelled sentences, as tests/bench/held_scores.py --units writes it. "
            "Default: none, and nothing is known of questions."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 1,
) -> None:
    """Train the sentence encoder; needs the extra `train`, and an hour or more on two cores."""
    if find_spec("torch") is None:
        raise UsageError(
            "torch is not installed, and training needs it: pip install 'crosscurrent[train]'."
        )
    from pipeline.encode.train import Sources, train
    from pipeline.runtime.progress import Bars

    sources = Sources(labelled, base, claims, teacher, cohort, posts if cohort else None, units)
    train(sources, out, seed, Bars("steps"))
    say(f"The encoder is in {out}")


def settings_of(
    themes: int | None,
    ingest: IngestSettings,
    codebook: Path | None = None,
    prompt: str = "",
    naming: NamingSettings | None = None,
) -> Settings:
    """Build the settings that the options ask for.

    Raises UsageError for one out of range, and for a codebook that is refused.
    """
    from pydantic import ValidationError

    from pipeline.codebook import read_codebook
    from pipeline.settings import ClusterSettings, NamingSettings, Settings

    book = read_codebook(codebook) if codebook else None
    try:
        cluster = ClusterSettings(themes=themes, codebook=book, prompt=prompt)
        return Settings(ingest=ingest, cluster=cluster, naming=naming or NamingSettings())
    except ValidationError:
        raise UsageError(
            f"--themes {themes} is refused, as it isn't 2 to 200; leave it out for as many themes "
            "as hold."
        ) from None


def ingest_settings(
    text_columns: list[str] | None,
    answers: str,
    whole_files: bool,
    properties: bool,
    exclude: list[str] | None,
    only: list[str] | None,
) -> IngestSettings:
    """Build the settings of reading.

    Raises UsageError for an unknown way with answers, and where no column and value are given.
    """
    from pipeline.settings import IngestSettings

    if answers not in ("together", "apart"):
        raise UsageError(f"--answers {answers} is refused; give together or apart.")
    chosen: Any = answers
    return IngestSettings(
        text_columns=tuple(text_columns or ()),
        answers=chosen,
        whole_files=whole_files,
        properties=properties,
        exclude=pairs_of("--exclude", exclude),
        only=pairs_of("--only", only),
    )


def naming_settings(address: str | None, model: str | None, allow_remote: bool) -> NamingSettings:
    """Build the settings of asking a model. Raises UsageError for an address that is refused."""
    from pipeline.settings import NamingSettings

    if address is None:
        if model or allow_remote:
            raise UsageError(
                "--names-model and --allow-remote are refused without --names-from; give the "
                "address of a language model with it."
            )
        return NamingSettings()
    from pipeline.naming.server import check

    settings = NamingSettings(address=address, model=model or "", allow_remote=allow_remote)
    check(settings)  # before seconds of loading
    return settings


def pairs_of(option: str, given: list[str] | None) -> Pairs:
    """Part COLUMN=VALUE at the sign. Raises UsageError where there is none."""
    pairs = [each.partition("=") for each in given or ()]
    for column, sign, _ in pairs:
        if not sign or not column.strip():
            raise UsageError(
                f"{option} {column} is refused; give a column and a value, such as consent=no."
            )
    return tuple((column.strip(), value.strip()) for column, _, value in pairs)


def is_left_out(notices: pd.DataFrame) -> pd.Series[bool]:
    """Mark the notices of files that became no essay."""
    lost = notices["severity"].isin(["skipped", "refused"])
    return lost & notices["essay_id"].isna() & (notices["stage"] == "ingest")


def about_files(read: Ingested, notices: pd.DataFrame, *, expected: bool) -> list[str]:
    """List a sentence a notice about a file, with its name: for the terminal only.

    With `expected` also of READMEs and rosters, which nobody takes for essays; without, notes of
    one kind about ALIKE files or more are one line.
    """
    files = read.sources[read.sources["code"] != "roster-missing"]
    lost = files[files["essay_id"].isna()]
    messages = notices[is_left_out(notices)]["message"]  # in the order of the files, as `lost`
    from pipeline.tables import NO_ESSAYS

    left = [
        f"{path} is left out: {message.partition(': ')[2]}"
        for path, code, message in zip(lost["path"], lost["code"], messages, strict=True)
        if expected or code not in NO_ESSAYS
    ]
    essays = files.dropna(subset="essay_id")
    paths = dict(zip(essays["essay_id"], essays["path"], strict=True))
    told = notices.dropna(subset="essay_id")
    often = told["severity"].eq("note") & told.groupby("code")["code"].transform("size").ge(ALIKE)
    often &= not expected
    alone = told[~often]
    pairs = zip(alone["essay_id"].map(paths), alone["message"], strict=True)
    kinds = told[often].groupby("code", sort=False)["message"].agg(["size", "first"])
    found = [
        *left,
        *(f"{path}: {message}" for path, message in pairs),
        *(
            f"{first.partition(':')[0]}: in {n} files."
            for n, first in kinds.itertuples(index=False)
        ),
    ]
    # Of another essay, too, the file is told: an id says nothing before there is a report.
    return [ESSAY_ID.sub(lambda each: paths.get(each[0], each[0]), line) for line in found]


def warnings(notices: pd.DataFrame) -> list[str]:
    """List what is wrong with the cohort as a whole; the roster's misfits are told by name."""
    whole = notices["essay_id"].isna() & (notices["severity"] == "warning")
    return [str(message) for message in notices[whole & ~told_by_name(notices)]["message"]]


def told_by_name(notices: pd.DataFrame) -> pd.Series:
    """Tell which notices count what the roster's problems name."""
    codes = notices["code"]
    kinds = codes.str.startswith("roster-") & ~codes.isin(["roster-cells", "roster-found"])
    return kinds | codes.eq("near-names")


def shortened(
    sentences: list[str], where: str = ": crosscurrent check lists them all"
) -> list[str]:
    """Keep the first sentences and count the rest; `where` says what lists them."""
    rest = len(sentences) - SHOWN
    more = [f"... and {rest} more{where}."] if rest > 0 else []
    return [*sentences[:SHOWN], *more]


def say(sentence: str, *, to_stderr: bool = False) -> None:
    """Print a sentence on a line; what a file's name may do to a terminal is taken out."""
    console = Console(stderr=to_stderr, soft_wrap=True, highlight=False, emoji=False)
    console.print(plain(sentence), markup=False)


def plain(sentence: str) -> str:
    """Take out what may move a terminal's cursor or change its colours."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in sentence)


def main() -> None:
    """Run the command; an error is one sentence on stderr and an exit code, never a traceback."""
    AS_JSON[0] = False
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack letters of a file's name
    try:
        if app(standalone_mode=False) == INTERRUPTED:
            raise KeyboardInterrupt
    except Misuse as error:
        where = error.ctx.command_path if error.ctx else "crosscurrent"
        message = error.format_message().rstrip(".")
        if isinstance(error, typer.BadParameter):
            message = WRONG.sub(
                lambda of: f"{of[1]} takes a {'whole ' if of[2] == 'integer' else ''}number",
                message,
            )
        if message.startswith("Got unexpected extra argument"):
            message += ": a path with spaces stands in quotation marks"
        if message:
            fail(f"{message}; {where} --help shows what it takes.", UsageError.exit_code)
        sys.exit(UsageError.exit_code)  # no arguments at all: the help was shown
    except CrosscurrentError as error:
        fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        fail(STOPPED, INTERRUPTED)
    except OSError as error:
        fail(
            f"{error.filename or 'A file'}: {error.strerror or error}; "
            "check that the folder can be written and the disk has room.",
            UsageError.exit_code,
        )
    except Exception as error:  # a mistake of ours: its place helps to mend it, a traceback nobody
        places = [
            f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)
        ]
        fail(
            f"crosscurrent failed by a mistake of its own ({type(error).__name__} in "
            f"{', '.join(places[-LAST:])}); please report it with this line.",
            BROKEN,
        )


def fail(message: str, code: int) -> NoReturn:
    """Print one sentence on stderr and leave with an exit code."""
    told(message, code)
    sys.exit(code)


def told(message: str, code: int) -> None:
    """Print one sentence on stderr, or a line of JSON where the log is one."""
    if AS_JSON[0]:
        from pipeline.runtime.log import event

        event("error", message=message, exit_code=code)
    else:
        say(message, to_stderr=True)
