"""Draw a blind, stratified sample of segments for people to code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.coding import Code, codebook, codings, has_texts, machine, qdpx
from pipeline.coding.folder import DESIGN, coding_folder
from pipeline.coding.workbook import workbook
from pipeline.errors import UsageError
from pipeline.runtime.files import to_csv, write_whole
from pipeline.tables import Tables

FORMATS = ("csv", "xlsx", "qdpx")
TO_FILL = ("role", "moves", "theme", "coder", "note")


def sample(run: Path, tables: Tables, n: int, kind: str, seed: int, out: Path | None) -> Path:
    """Draw n segments, write them for coding, and keep their probabilities apart; return the file.

    The file holds no label of the machine; order and strata don't show in it. The probabilities,
    which would tell, go to design.csv in the folder of codings, where a sample drawn earlier stays.
    Raises UsageError for a run without texts, a format or number that can't be.
    """
    if kind not in FORMATS:
        raise UsageError(f"--to {kind} is no format of a sample; use one of {', '.join(FORMATS)}.")
    if n < 1:
        raise UsageError(f"--n {n} is no sample; ask for 1 segment or more.")
    if not has_texts(tables):
        raise UsageError(
            f"{run} holds no texts to code, for it was made with --share; run it with --share full."
        )
    design = draw(tables, n, seed)
    folder = coding_folder(run)
    target = out or folder / f"sample-{len(design)}.{kind}"
    codes = codebook(tables)
    if kind == "qdpx":
        write_whole(target, project(run, tables, codes, design))
    else:
        sheet = to_code(tables, design, seed)
        if kind == "csv":
            write_whole(target, to_csv(sheet))
        else:
            write_whole(target, in_sheets(sheet, codes))
    path = folder / DESIGN
    earlier = pd.read_csv(path, dtype={"segment_id": str}) if path.is_file() else design.iloc[:0]
    again = (earlier["seed"].astype(int) == seed) & (earlier["n"].astype(int) == len(design))
    both = pd.concat([earlier[~again], design], ignore_index=True)
    # What was drawn first keeps its probability: its codings have been weighed by it.
    write_whole(path, to_csv(both.drop_duplicates("segment_id")))
    return target


def draw(tables: Tables, n: int, seed: int) -> pd.DataFrame:
    """Draw segments: segment_id, stratum, probability, seed, n.

    Strata are the machine's roles, claims in a theme apart from others. A stratum gets segments in
    proportion to the root of its size, so that rare roles are judged too; all of it if it is small.
    Within a stratum the draw is systematic over students in random order: each segment has the
    same probability, and no student crowds the sample. Source: Cochran (1977), Sampling Techniques,
    chapters 5 and 8.
    """
    rng = np.random.default_rng(seed)
    labels = machine(tables).drop_duplicates(["segment_id", "dimension"])
    # PD010 wants pivot_table, which would hide a pair that is there twice.
    wide = labels.pivot(index="segment_id", columns="dimension", values="label")  # noqa: PD010
    rows = tables.segments[["segment_id", "essay_id"]].merge(
        tables.essays[["essay_id", "author"]], on="essay_id"
    )
    rows = rows[rows["segment_id"].isin(wide.index)]
    role = rows["segment_id"].map(wide["role"])
    themed = rows["segment_id"].map(wide["theme"]).ne("none") & role.eq("claim")
    rows = rows.assign(stratum=role.where(~themed, "claim in a theme"))
    sizes = rows["stratum"].value_counts().sort_index()
    drawn = []
    for stratum, wanted in allocated({str(k): int(v) for k, v in sizes.items()}, n).items():
        own = rows[rows["stratum"] == stratum]
        students = rng.permutation(own["author"].unique())
        turn = {author: place for place, author in enumerate(students)}
        order = np.lexsort((rng.random(len(own)), own["author"].map(turn)))
        start = rng.random() * len(own) / wanted
        places = np.floor(start + np.arange(wanted) * len(own) / wanted).astype(int)
        ids = own["segment_id"].to_numpy()[order][places]
        for segment in ids:
            drawn.append((segment, stratum, wanted / len(own), seed))
    columns = ["segment_id", "stratum", "probability", "seed"]
    return pd.DataFrame(drawn, columns=columns).assign(n=len(drawn))


def allocated(sizes: dict[str, int], n: int) -> dict[str, int]:
    """Share n segments among strata by the roots of their sizes, at most what each holds.

    >>> allocated({"claim": 900, "question": 100}, 40)
    {'claim': 30, 'question': 10}
    """
    n = min(n, sum(sizes.values()))
    given = dict.fromkeys(sizes, 0)
    while (left := n - sum(given.values())) > 0:
        open_ = {s: size**0.5 for s, size in sizes.items() if given[s] < size}
        whole = sum(open_.values())
        more = {s: int(left * root / whole) for s, root in open_.items()}
        if not any(more.values()):
            first = sorted(open_, key=lambda s: (given[s] / open_[s], s))[:left]
            more = dict.fromkeys(first, 1)
        for stratum, extra in more.items():
            given[stratum] += min(extra, sizes[stratum] - given[stratum])
    return {stratum: wanted for stratum, wanted in given.items() if wanted}


def to_code(tables: Tables, design: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Lay out a sample as rows to fill, in random order, each with the sentences around it."""
    rows = tables.segments.sort_values(["essay_id", "ordinal"], kind="stable")
    around = rows.groupby("essay_id", sort=False)["text"]
    rows = rows.assign(before=around.shift(1), after=around.shift(-1))
    rows = rows[rows["segment_id"].isin(set(design["segment_id"]))]
    order = np.random.default_rng([seed, 1]).permutation(len(rows))
    sheet = rows[["segment_id", "before", "text", "after"]].iloc[order].reset_index(drop=True)
    empty = pd.DataFrame({name: pd.array([None] * len(sheet), dtype="str") for name in TO_FILL})
    return pd.concat([sheet, empty], axis=1)


def in_sheets(sheet: pd.DataFrame, codes: list[Code]) -> bytes:
    """Write a sample as a workbook: the rows, with roles and themes to choose, and the codes."""
    known = pd.DataFrame(
        [(code.dimension, code.name, code.about) for code in codes],
        columns=["dimension", "code", "about"],
    )
    choices = {}
    for name in ("role", "theme"):
        places = [place for place, code in enumerate(codes, start=2) if code.dimension == name]
        choices[name] = f"codes!$B${places[0]}:$B${places[-1]}"
    return workbook({"to code": sheet, "codes": known}, choices)


def project(run: Path, tables: Tables, codes: list[Code], design: pd.DataFrame) -> bytes:
    """Write a sample as a QDPX project: whole essays, with the segments to code marked."""
    chosen = tables.segments[tables.segments["segment_id"].isin(set(design["segment_id"]))]
    return qdpx.project(
        tables,
        codes,
        codings([]),
        title=f"{run.resolve().name}: {len(design)} segments to code",
        essays=chosen["essay_id"].unique(),
        marked=chosen["segment_id"],
    )
