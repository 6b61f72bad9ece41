"""What is measured on each corpus: a section of the scorecard each.

Intervals are over groups (a subject, or a topic and stance) or, for CEReD, over sentences;
differences to the base are paired.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import measures
import numpy as np
import pandas as pd
from measures import Codes, Numbers
from scorecard import Interval, Row, Section
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from pipeline.encode import labelled
from pipeline.encode.encoder import Encoder
from pipeline.errors import UsageError

THREADS = 2
SPEED_TEXTS = 2_000
SPEED_TURNS = 3
INTENT_TEXTS = 3_000  # of train; another split is taken whole
STARTS = 10  # of k-means on small groups
CLASSES = list(labelled.CATEGORIES)

OWN_GOALS = {"ARI": 0.35, "nearest": 0.65, "nearest, centred": 0.65}
ARGUMENT_GOALS = {"V-measure": 0.50, "ARI": 0.42}
MOVE_GOALS = {("accuracy", 3): 0.79, ("macro-F1", 3): 0.58}
INTENT_GOAL = 0.99  # of the base's
SPEED_GOAL = 1.0  # of the base's

# What is measured of the moves, and on sentences of which confidence.
MOVE_SCORES: list[tuple[str, Callable[[Numbers, Codes], float], int]] = [
    ("accuracy", measures.accuracy, 3),
    ("accuracy", measures.accuracy, 4),
    ("accuracy", measures.accuracy, 5),
    ("macro-F1", measures.macro_f1, 3),
    ("calibration error", measures.calibration_error, 3),
    ("log loss", measures.log_loss, 3),
]


@dataclass(frozen=True)
class Encoders:
    """The encoder to measure, and its base as the float32 graph."""

    ours: Encoder
    base: Encoder


def own(encoders: Encoders, folder: Path) -> Section:
    """Measure on the subjects of our own claims that are held out of training."""
    rows = labelled.claims(folder).query("held_out").rename(columns={"subject": "group"})
    return grouped("Own claims, held-out subjects", encoders, rows, OWN_GOALS)


def key_points(encoders: Encoders, folder: Path, split: str) -> Section:
    """Measure on ArgKP; the key points to choose from are those that some argument makes."""
    name = available(folder / "key-points", "labels_{}.csv", split, "dev")
    rows = labelled.arguments(folder, name).dropna(subset="theme")
    return grouped(f"ArgKP, {name}", encoders, rows, ARGUMENT_GOALS)


def posts(encoders: Encoders, folder: Path, run: Path) -> Section:
    """Measure on the sentences of real posts that are held out of training."""
    rows = labelled.posts(folder, run).query("held_out").dropna(subset="theme")
    return grouped("Real posts, held-out batches", encoders, rows, {}, with_k_means=True)


def sorted_points(encoders: Encoders, files: Sequence[Path]) -> Section:
    """Measure on claims that a reader sorted: CSV with text and point, a group a file."""
    frames = []
    for file in files:
        try:
            frame = pd.read_csv(file)
        except (OSError, ValueError) as error:
            raise UsageError(f"{file} cannot be read as CSV ({error}).") from None
        if not {"text", "point"} <= set(frame):
            raise UsageError(f"{file} has the columns {list(frame)}: text and point are needed.")
        frame = frame.dropna(subset=["text", "point"]).astype({"text": str, "point": str})
        frames.append(frame.rename(columns={"point": "theme"}).assign(group=str(file)))
    rows = pd.concat(frames, ignore_index=True)
    return grouped("Claims sorted by a reader", encoders, rows, {}, with_k_means=True)


def grouped(
    title: str,
    encoders: Encoders,
    rows: pd.DataFrame,
    goals: Mapping[str, float],
    *,
    with_k_means: bool = False,
) -> Section:
    """Compare both encoders on rows of group, text and theme; the mean over groups counts.

    Groups of a single theme are left out.
    """
    rows = rows[rows.groupby("group")["theme"].transform("nunique") > 1]
    if rows.empty:
        raise UsageError("No group has two or more points, so there is nothing to tell apart.")
    ours, base = (
        scores_by_group(encoder, rows, with_k_means=with_k_means)
        for encoder in (encoders.ours, encoders.base)
    )
    several = len(ours) > 2  # two groups say nothing of others
    found = [
        Row(
            measure,
            float(ours[measure].mean()),
            {"base": float(base[measure].mean())},
            measures.mean_interval(ours[measure]) if several else None,
            float((ours[measure] - base[measure]).mean()),
            measures.mean_interval(ours[measure] - base[measure]) if several else None,
            goals.get(measure),
            {"ours": ours[measure].to_dict(), "base": base[measure].to_dict()},
        )
        for measure in ours
    ]
    return Section(f"{title}: {len(rows):,} texts in {len(ours)} groups", found)


def scores_by_group(encoder: Encoder, rows: pd.DataFrame, *, with_k_means: bool) -> pd.DataFrame:
    """Score an encoder on rows of group, text and theme: a row a group, a column a measure."""
    scores = {}
    for group, those in rows.groupby("group", sort=True):
        themes, wordings = pd.factorize(those["theme"], sort=True)
        texts = vectors(encoder, those["text"])
        found = measures.group_scores(texts, themes, vectors(encoder, wordings))
        if with_k_means:
            v, ari = measures.k_means_scores(
                measures.centred(texts), themes, len(wordings), starts=STARTS
            )
            found |= {"V-measure, k-means": v, "ARI, k-means": ari}
        scores[str(group)] = found
    return pd.DataFrame.from_dict(scores, orient="index")


def moves(encoders: Encoders, folder: Path, split: str) -> Section:
    """Measure the moves on CEReD, beside classifiers that know no language."""
    name = available(folder / "cered", "{}.tsv", split, "val")
    rows = labelled.reflections(folder, name)
    gold = np.array([CLASSES.index(category) for category in rows["category"]])
    said = encoders.ours.moves(rows["sentence"].tolist(), rows["context"].tolist())
    ours = said[CLASSES].to_numpy(np.float64)
    others: dict[str, Numbers] = {}
    with contextlib.suppress(UsageError):  # a folder without train has no baselines
        others = move_baselines(labelled.reflections(folder, "train"), rows["sentence"])
    found = []
    for measure, score, least in MOVE_SCORES:
        kept = np.flatnonzero(rows["confidence"] >= least)
        found.append(
            Row(
                f"{measure} at ≥ {least} (n {len(kept)})",
                score(ours[kept], gold[kept]),
                {other: score(guess[kept], gold[kept]) for other, guess in others.items()},
                score_interval(score, ours[kept], gold[kept]),
                goal=MOVE_GOALS.get((measure, least)),
            )
        )
    return Section(f"CEReD, {name}, by the annotators' mean confidence", found)


def score_interval(
    score: Callable[[Numbers, Codes], float], probabilities: Numbers, gold: Codes
) -> Interval:
    """Give a score's interval over sentences."""
    return measures.interval(lambda drawn: score(probabilities[drawn], gold[drawn]), len(gold))


def move_baselines(train: pd.DataFrame, sentences: pd.Series) -> dict[str, Numbers]:
    """Give the probabilities of train's shares, and of words (TF-IDF, logistic regression)."""
    shares = train["category"].value_counts(normalize=True).reindex(CLASSES, fill_value=0)
    words = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2),
        LogisticRegression(C=10, max_iter=1_000),
    ).fit(train["sentence"], train["category"])
    said = pd.DataFrame(words.predict_proba(sentences), columns=words.classes_)
    return {
        "majority": np.tile(shares.to_numpy(np.float64), (len(sentences), 1)),
        "TF-IDF": said.reindex(columns=CLASSES, fill_value=0).to_numpy(np.float64),
    }


def intents(encoders: Encoders, folder: Path, split: str) -> Section:
    """Measure how well questions of another domain are grouped: BANKING77, k-means."""
    name = available(folder / "banking77", "{}.csv", split, "train")
    rows = labelled.intents(folder, name)
    if name == "train":
        rows = rows.sample(min(INTENT_TEXTS, len(rows)), random_state=0)
    themes, labels = pd.factorize(rows["category"], sort=True)
    ours, base = (
        measures.k_means_scores(vectors(encoder, rows["text"]), themes, len(labels))[0]
        for encoder in (encoders.ours, encoders.base)
    )
    return Section(
        f"BANKING77, {name}: {len(rows):,} texts in {len(labels)} intents",
        [
            Row("V-measure, k-means", ours, {"base": base}, difference=ours - base),
            Row("ratio to the base", ours / base, {"base": 1.0}, goal=INTENT_GOAL),
        ],
    )


def speed(encoders: Encoders, folder: Path) -> Section:
    """Time both encoders in turns on the same texts, and take the best of each.

    The base runs as its float32 graph through the same Encoder: batches of one token length, spread
    over THREADS threads. Padded batches of 32 on a session of THREADS threads, as is usual, would
    need an attention mask, which our graph lacks.
    """
    pool = pd.concat(sentences(folder), ignore_index=True).drop_duplicates()
    texts = pool.sample(min(SPEED_TEXTS, len(pool)), random_state=0).tolist()
    seconds: dict[str, list[float]] = {"ours": [], "base": []}
    encoders.ours.embed(texts[:50])  # warm
    encoders.base.embed(texts[:50])
    for _ in range(SPEED_TURNS):
        for name, encoder in (("ours", encoders.ours), ("base", encoders.base)):
            began = time.perf_counter()
            encoder.embed(texts)
            seconds[name].append(time.perf_counter() - began)
    ours, base = (len(texts) / min(seconds[name]) for name in ("ours", "base"))
    return Section(
        f"Speed: {len(texts):,} texts, {THREADS} threads, best of {SPEED_TURNS}",
        [
            Row("sentences/s", ours, {"base": base}, difference=ours - base),
            Row("ratio to the base", ours / base, {"base": 1.0}, goal=SPEED_GOAL),
        ],
    )


def sentences(folder: Path) -> list[pd.Series]:
    """Read the texts of all splits of CEReD and ArgKP that are there, a column each."""

    def found() -> Iterator[pd.Series]:
        for split in ("train", "dev", "val", "test"):
            with contextlib.suppress(UsageError):
                yield labelled.reflections(folder, split)["sentence"]
            with contextlib.suppress(UsageError):
                yield labelled.arguments(folder, split)["text"]

    if columns := list(found()):
        return columns
    raise UsageError(f"{folder} holds neither cered nor key-points, so there are no texts to time.")


def available(folder: Path, name: str, asked: str, default: str) -> str:
    """Choose the split asked for, else the default one, else any that is there."""
    wanted = "test" if asked == "test" else default
    splits = (wanted, default, "dev", "val", "test", "train")
    return next((split for split in splits if (folder / name.format(split)).is_file()), default)


def vectors(encoder: Encoder, texts: Sequence[str] | pd.Series | pd.Index) -> Numbers:
    """Embed texts as unit vectors in float64."""
    return measures.unit(encoder.embed(list(texts)).astype(np.float64))
