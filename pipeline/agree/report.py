"""Compare what people coded with each other and with the machine, and write it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.agree import errors, pairs, shares
from pipeline.agree.pages import summary
from pipeline.agree.units import Frame, population, variables, with_majority
from pipeline.coding import MACHINE, codebook, corrected, distinct, machine
from pipeline.coding.codes import codings
from pipeline.coding.folder import DESIGN, coding_folder, kept_codings
from pipeline.coding.labels import Labels
from pipeline.coding.qdpx_read import read_qdpx
from pipeline.coding.sheets import ENDINGS, read_sheet
from pipeline.coding.spans import Read, Texts
from pipeline.compare.fairness import groups as fairness_groups
from pipeline.errors import UsageError
from pipeline.runtime.files import to_csv, write_whole
from pipeline.settings import CompareSettings
from pipeline.tables import Tables

FOLDER = "agreement"


@dataclass(frozen=True)
class Agreement:
    """Hold what a comparison of coders gave, each a data frame.

    `problems` are sentences, `names` has what each theme's id is called.
    agreement: kappa and alpha of pairs and of all. labels: precision and recall of the machine's
    labels. disagreements: segments with their text. shares: corrected for the errors.
    """

    agreement: pd.DataFrame
    labels: pd.DataFrame
    disagreements: pd.DataFrame
    shares: pd.DataFrame
    problems: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return summary(self.agreement, self.labels, self.shares, self.names)

    def write(self, folder: Path) -> Path:
        """Write the four tables as CSV and a summary as Markdown; return the summary."""
        for name in ("agreement", "labels", "disagreements", "shares"):
            write_whole(folder / f"{name}.csv", to_csv(getattr(self, name)))
        write_whole(folder / "agreement.md", f"{self}\n")
        return folder / "agreement.md"


def agree(run: Path, tables: Tables, files: list[Path]) -> Agreement:
    """Compare the coders of some files, of earlier imports and of corrections with the machine.

    Raises UsageError when a file can't be read or nobody coded anything.
    """
    if tables.segments.empty:
        raise UsageError(
            f"{run} holds no segments to compare with; run crosscurrent with --share full."
        )
    given = read_all(files, tables)
    imported = kept_codings(run, tables)
    problems = [*given.problems, *imported.problems]
    people = [given.codings, imported.codings, corrected(tables)]
    coded = pd.concat(distinct(people), ignore_index=True)  # files before imports
    if coded.empty:
        raise UsageError(
            "Nobody has coded a segment in what was given; fill in role, moves or theme of a "
            "sample (crosscurrent sample) and give its file."
        )
    design = read_design(run)
    problems += left_open(coded, design)
    frame = population(tables, design)
    coded = coded[coded["segment_id"].isin(frame.students)]
    return compared(pd.concat([machine(tables), coded], ignore_index=True), tables, frame, problems)


def left_open(coded: pd.DataFrame, design: pd.DataFrame) -> list[str]:
    """Say of each coder of a sample how many of its segments have no code."""
    drawn = set(design["segment_id"])
    done = {str(who): len(drawn & set(own["segment_id"])) for who, own in coded.groupby("coder")}
    return [
        f"{who} gave no code to {len(drawn) - n:,} of the {len(drawn):,} segments of the sample"
        for who, n in done.items()
        if 0 < n < len(drawn)
    ]


def compared(coded: pd.DataFrame, tables: Tables, frame: Frame, problems: list[str]) -> Agreement:
    """Give all tables for some codings."""
    found = variables(coded)
    beside = [with_majority(variable) for variable in found]
    essays = tables.essays
    by_essay = {
        name: dict(zip(essays["essay_id"], labels, strict=True))
        for name, labels in fairness_groups(CompareSettings(), essays, tables.roster).items()
    }
    home = dict(zip(tables.segments["segment_id"], tables.segments["essay_id"], strict=True))
    groups = {
        name: {segment: label for segment, essay in home.items() if (label := of.get(essay, ""))}
        for name, of in by_essay.items()
    }
    return Agreement(
        pairs.agreement(found, frame),
        errors.labels(beside, frame, groups),
        errors.disagreements(found, tables),
        shares.shares(beside, frame),
        tuple(problems),
        dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True)),
    )


def read_all(files: list[Path], tables: Tables) -> Read:
    """Read coded files. Raises UsageError for one that can't be read.

    A coder without a name is called by the file, and where two files have one name, by its folder,
    too. What a coder coded in two files counts as in the first, and is told.
    """
    stems = Counter(path.stem for path in files)
    found = [codings([])]
    problems: list[str] = []
    seen: set[tuple[str, str]] = set()
    for place, path in enumerate(files):
        read = read_coded(path, tables)
        coded = apart(read.codings, place)
        if stems[path.stem] > 1:
            apart_by = f"{path.resolve().parent.name}/{path.stem}"
            coded = coded.assign(coder=coded["coder"].replace(path.stem, apart_by))
        pairs = list(zip(coded["coder"], coded["segment_id"], strict=True))
        twice = np.array([pair in seen for pair in pairs], dtype=bool)
        again = len(set(pairs) & seen)
        seen |= set(pairs)
        found.append(coded[~twice])
        problems += [f"{path.name}: {problem}" for problem in read.problems]
        if again:
            problems.append(
                f"{path.name}: {again} segment{'s' * (again != 1)} had the same coder in a file "
                "before, whose codings count; name the coders in a column coder."
            )
    return Read(pd.concat(found, ignore_index=True), tuple(problems))


def read_coded(path: Path, tables: Tables) -> Read:
    """Read a coded file by its ending. Raises UsageError for one that can't be read."""
    if path.suffix.lower() == ".qdpx":
        return read_qdpx(path, tables)
    if path.suffix.lower() in ENDINGS:
        labels = Labels(codebook(tables))
        return read_sheet(path, labels, Texts(tables.segments))
    raise UsageError(
        f"{path} is no file that can be read here; give coded segments as CSV, XLSX or QDPX."
    )


def read_design(run: Path) -> pd.DataFrame:
    """Read the probabilities of the samples drawn from a run; empty without a sample."""
    path = coding_folder(run) / DESIGN
    if not path.is_file():
        return pd.DataFrame({"segment_id": [], "probability": []})
    return pd.read_csv(path, dtype={"segment_id": str}).drop_duplicates("segment_id")


def apart(coded: pd.DataFrame, place: int) -> pd.DataFrame:
    """Keep a person who calls themselves as the machine does apart from it."""
    return coded.assign(coder=coded["coder"].mask(coded["coder"] == MACHINE, f"coder {place + 1}"))
