"""Find opposed evaluations of one object: what some students find easy and others hard.

The object is a theme. Who says something in it on a scale of evaluations (`cues/evaluations.py`)
speaks for one end of the scale; where enough students speak for either, that is a tension. Nobody
needs to have set one against the other, as for pairs of words (`tensions`): the class does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cluster.contrast import Said
from pipeline.cluster.evaluated import evaluations
from pipeline.cluster.gerunds import infinitive
from pipeline.cluster.obliged import obligations
from pipeline.cluster.words import forms, stem, stems, tagged
from pipeline.codebook.model import MOST_WORDS
from pipeline.cues import plain
from pipeline.cues.contrasts import DENIAL, GENERIC
from pipeline.cues.cue import compiled
from pipeline.cues.evaluations import MEANS, NEED, OBLIGING, SCALES, Scale, ends, ends_of
from pipeline.runtime.models import english_words, parsed
from pipeline.settings import ClusterSettings

COLUMNS = [
    *("theme_id", "scale", "end", "word", "denied", "deed"),
    *("segment_id", "essay_id", "author", "time"),
]
# Weights of "not easy" and of "ran into errors" beside that of "hard".
DENIED = 0.5
BETWEEN = 0.8
SHARING = 0.5  # of the students at either end, who must speak of a deed of the other end's
POLES = np.array(["a", "b"])
MOST_NOUNS = 2  # of a thing: "easy issues", not "easy beginner friendly labeled issues"
BEFORE_THING = ("JJ", "JJR", "JJS", "CC", "DT", "IN", "RB", "VBG", "VBN")
BEHIND_THING = ("IN", "VBZ", "VBP", "VBD", "MD")
BY_NAME = {scale.name: scale for scale in SCALES}


@dataclass(frozen=True)
class Opposed:
    """Opposed evaluations of a theme: the scale, its end (0 or 1) that is pole a, the deeds that
    count (None: all), the names of the poles, the evidence, a row a segment with author and essay,
    and how often they come back."""

    theme_id: str
    scale: str
    first: int
    deeds: frozenset[str] | None
    names: tuple[str, str]
    evidence: pd.DataFrame
    stability: float


def find_opposed(
    held: Sequence[Said],
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    draws: Sequence[frozenset[str]],
    settings: ClusterSettings,
) -> list[Opposed]:
    """Find what a class evaluates in opposed ways, what most students speak of first.

    No two have the same poles' names. `draws` are subsamples of students: the stability is the
    share of them in which enough speak for either end (NaN without draws).
    """
    names = dict(zip(themes["theme_id"], themes["name"], strict=True))
    keywords = dict(zip(themes["theme_id"], themes["keywords"], strict=True))
    least = settings.needed_students(len({said.author for said in held}))
    found: list[Opposed] = []
    for key, rows in spoken(held, assignments, least).groupby(["theme_id", "scale"]):
        theme_id, scale = map(str, key)
        deeds, called = None, names[theme_id]
        if BY_NAME[scale].joined == "deed":
            deeds, called = of_one_deed(rows, stems(" ".join([called, *keywords[theme_id]])))
            rows = rows[rows["deed"].isin(deeds)]
        now = rows[rows["time"] == "now"]
        students = [frozenset(now["author"][now["end"] == end]) for end in (0, 1)]
        stability = held_apart(students, least, draws, settings)
        if stability is None:
            continue
        first = int(len(students[1]) > len(students[0]))
        a, b = (pole_name(rows, BY_NAME[scale], end, called) for end in (first, 1 - first))
        evidence = as_evidence(rows, first)
        found.append(Opposed(theme_id, scale, first, deeds, (a, b), evidence, stability))
    once: dict[frozenset[str], Opposed] = {}  # two themes may be of one deed
    for each in sorted(found, key=lambda each: -each.evidence["author"].nunique()):
        once.setdefault(frozenset(each.names), each)
    return list(once.values())


def held_apart(
    students: Sequence[frozenset[str]],
    least: int,
    draws: Sequence[frozenset[str]],
    settings: ClusterSettings,
) -> float | None:
    """Give the share of draws in which enough students are left at either of two ends.

    NaN without draws; None where fewer than `least`, or than a share of both (settings.opposed),
    stand at the rarer end: then the class isn't divided.
    """
    if min(map(len, students)) < max(least, settings.opposed * len(students[0] | students[1])):
        return None
    enough = max(2, round(least * settings.subsample))
    back = [min(len(draw & side) for side in students) >= enough for draw in draws]
    return float(np.mean(back)) if back else np.nan


def of_one_deed(rows: pd.DataFrame, words: frozenset[str]) -> tuple[frozenset[str], str]:
    """Give the deeds that evaluations speak of, and the main one, which both ends speak of.

    It is among a theme's words (stems), as are others of both ends; what is done "without" a deed,
    and who is "against" one, may name it otherwise. None, unless half of the students at either end
    speak of the same: what has to be done and what hasn't are opposed only then.
    """
    ends = [rows[rows["end"] == end] for end in (0, 1)]
    both = set(ends[0]["deed"]) & set(ends[1]["deed"])
    both = {deed for deed in both if stem(deed) in words}
    mine = rows[rows["deed"].isin(both) | rows["word"].isin(MEANS)]
    for at_end in (mine[mine["end"] == end] for end in (0, 1)):
        same = at_end.loc[at_end["deed"].isin(both), "author"].nunique()
        if same == 0 or same < SHARING * at_end["author"].nunique():
            return frozenset(), ""
    users = mine[mine["deed"].isin(both)].groupby("deed")["author"].nunique()
    return frozenset(mine["deed"]), str(users.idxmax())


def spoken(held: Sequence[Said], assignments: pd.DataFrame, least: int) -> pd.DataFrame:
    """List what students say on some scale in a theme: COLUMNS, a row a segment and scale.

    A theme in which fewer than `least` students may speak for either end, by their words, isn't
    looked into. A sentence that stands at both ends of a scale speaks for neither; what the author
    rejects of what a source says turns round.
    """
    themed = assignments.dropna(subset="theme_id")
    theme_of = dict(zip(themed["segment_id"], themed["theme_id"], strict=True))
    told = [
        (said, str(theme_of[said.segment_id]), ends_in(said))
        for said in held
        if said.segment_id in theme_of
    ]
    users: defaultdict[tuple[str, str], tuple[set[str], set[str]]]
    users = defaultdict(lambda: (set(), set()))
    for said, theme_id, sides in told:
        for scale, end in sides:
            users[theme_id, scale][end].add(said.author)
    wanted = {key for key, who in users.items() if min(map(len, who)) >= least}
    looked_at = [each for each in told if any((each[1], scale) in wanted for scale, _ in each[2])]
    rows = []
    docs = parsed([said.text for said, _, _ in looked_at])
    for (said, theme_id, _), doc in zip(looked_at, docs, strict=True):
        read = [*evaluations(doc), *obligations(doc)]
        for scale in dict.fromkeys(one.scale.name for one in read):
            mine = [one for one in read if one.scale.name == scale]
            if len({one.end for one in mine}) == 1:
                end = 1 - mine[0].end if said.endorsed == "no" else mine[0].end
                row = (theme_id, scale, end, mine[0].word, mine[0].denied, mine[0].deed)
                rows.append((*row, said.segment_id, said.essay_id, said.author, said.time))
    return pd.DataFrame(rows, columns=COLUMNS)


def ends_in(said: Said) -> frozenset[tuple[str, int]]:
    """Name the scales and ends for which a sentence may speak, by its words; a denial turns any."""
    known = ends_of()
    found = frozenset().union(*(known[word] for word in forms(said.text) if word in known))
    if found and (said.endorsed == "no" or compiled(DENIAL).search(plain(said.text))):
        return frozenset((scale, end) for scale, _ in found for end in (0, 1))
    return found


def as_evidence(rows: pd.DataFrame, first: int) -> pd.DataFrame:
    """Make evidence of evaluations on one scale, whose end `first` is pole a."""
    words = list(zip(rows["word"], rows["denied"], strict=True))
    must = np.where(rows["end"] == 0, "says that one must ", "says that one needn't or mustn't ")
    told = [f"{'denies' if denied else 'says'} “{word}”" for word, denied in words]
    return rows[["segment_id", "essay_id", "author", "time"]].assign(
        pole=POLES[(rows["end"].to_numpy(dtype=int) + first) % 2],
        weight=[weight(word, denied) for word, denied in words],
        reason=np.where(rows["scale"] == NEED.name, must + rows["deed"], told),
    )


def weight(word: str, denied: bool) -> float:
    """Weigh an evaluation by its word."""
    if denied:
        return DENIED
    return 1.0 if (word, "J") in ends() or word in OBLIGING else BETWEEN


def more_evidence(
    known: Mapping[str, Opposed], held: Sequence[Said], assignments: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """Yield the evidence in what others say for what a sample evaluates, by tension."""
    inside = assignments["theme_id"].isin([each.theme_id for each in known.values()])
    rows = spoken(held, assignments[inside], 0)
    for key, each in known.items():
        mine = rows[(rows["theme_id"] == each.theme_id) & (rows["scale"] == each.scale)]
        if each.deeds is not None:
            mine = mine[mine["deed"].isin(each.deeds)]
        yield as_evidence(mine, each.first).assign(tension_id=key)


def pole_name(rows: pd.DataFrame, scale: Scale, end: int, called: str) -> str:
    """Name a pole by the adjective that most students use there, and by what is evaluated."""
    here = rows[(rows["end"] == end) & ~rows["denied"]]
    users = here.groupby("word")["author"].nunique()
    adjective = max(scale.ends[end].adjectives, key=lambda word: users.get(word, 0))
    return f"{adjective} {joined(called, scale.joined)}"


def joined(theme: str, how: str) -> str:
    """Join a theme's name, or a deed, to an adjective in at most four words: "to install"."""
    if how == "deed":
        return f"to {theme}"
    words = [(token.text, token.tag_) for token in tagged([theme])[0]]
    room = MOST_WORDS - 1
    if how == "about" and len(words) < room:
        return f"about {theme}"
    deed = words[0][1] == "VBG" and [tag for _, tag in words[1:2]] != ["CC"]
    base = infinitive(words[0][0].lower(), "VBG", english_words()) if deed else None
    if how == "to" and base:
        bare = [base, *(word for word, tag in words[1:] if tag != "DT")]
        light = words[0][0].lower() in GENERIC
        tries = ([base, *(word for word, _ in words[1:])], bare if light else [base])
        fits = [each for each in tries if len(each) < room]
        if fits:
            return "to " + " ".join(fits[0])
    start = next((at for at, (_, tag) in enumerate(words) if tag not in BEFORE_THING), 0)
    stop = next((at for at in range(start, len(words)) if words[at][1] in BEHIND_THING), len(words))
    group = words[start:stop]
    if len(group) > MOST_NOUNS and group[-1][1].startswith("NN"):
        group = [word for word in group[-MOST_NOUNS:] if word[1].startswith("NN")]
    chosen = [word for word, _ in group[:room]]
    behind = " ".join(word for word, _ in words[stop + 1 :] if words[stop][1] == "IN")
    if behind and not ends_of().keys().isdisjoint(map(str.lower, chosen)):
        return joined(behind, how)  # "difficult issues", not "difficult difficulty"
    thing = " ".join(chosen)
    return f"about {thing}" if how == "about" else thing
