"""segments, vectors, move scores -> roles, moves, holders; shifts of belief; agreements."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cues import Cue, find, first, plain
from pipeline.cues.answers import ASKS_FOR, OPEN
from pipeline.cues.holders import READING
from pipeline.cues.moves import MOVES
from pipeline.cues.questions import ANNOUNCES, ANSWERED_BY_ONESELF, ANSWERS, SETTLED
from pipeline.cues.shifts import PRIOR
from pipeline.label.agreeing import agreements
from pipeline.label.asking import asked_indirectly, own, places, signs
from pipeline.label.asking import fingerprint as asking_fingerprint
from pipeline.label.features import Scores, features
from pipeline.label.fitted import fingerprint, fitted
from pipeline.label.holders import Holder, apart, holder_of, weighed_holder
from pipeline.label.holding import ASKS, contexts, others_speak, source_near
from pipeline.label.neighbours import first_look, looked_around
from pipeline.label.quoting import marked_signs
from pipeline.label.roles import DEMANDS, Role, Setting, decide, reported
from pipeline.label.shifts import Described, find_shifts
from pipeline.label.syntax import Grammar, grammar
from pipeline.label.together import moves_made, weighable, weighed
from pipeline.runtime.models import parsed
from pipeline.settings import LabelSettings
from pipeline.tables import CATEGORIES, Segments, Shifts, frame, valid

VERSION = 30
TAKES = ("essays", "segments", "embeddings", "move_scores")
FITTED = fingerprint() + asking_fingerprint()
READS = re.compile(READING, re.IGNORECASE)
SHORT_ANSWER = 60  # words at most that answer the question above as one answers a form
READ_BACK = 4  # segments before one in which a reading may have been named
# The colon of a lead-in, and not of a smiley (":laughing:").
COLON = re.compile(r"^(?!.*:\w+:$).*(?<!:):$", re.DOTALL)

Parsed = tuple[Grammar, frozenset[str]]  # a segment's grammar, and its signs of a question


@dataclass(frozen=True)
class Seen:
    """What the encoder makes of a segment: the heads' scores by name, and the text's vector."""

    scores: Scores
    vector: NDArray[np.float32]


def label(
    settings: LabelSettings,
    *,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    embeddings: pd.DataFrame,
    move_scores: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Label the segments of any subset of essays.

    Returns `segments` with role, score, form, moves, holder and reason filled, `shifts` and
    `agreements`. Of a segment without a vector and a row in `move_scores` the rules decide alone.
    """
    seen = encoded(segments, embeddings, move_scores)
    titles = dict(zip(essays["essay_id"], essays["title"], strict=True))
    texts = dict(zip(essays["essay_id"], essays["text"], strict=True))
    pairs = [(grammar(doc), signs(doc)) for doc in parsed(segments["text"])]
    read = pd.Series(pairs, index=segments.index, dtype=object)
    labelled: list[pd.DataFrame] = []
    shifts: list[dict[str, Any]] = []
    for essay_id, rows in segments.groupby("essay_id", sort=False):
        mine = read_essay(
            rows, read.loc[rows.index].tolist(), titles[essay_id], seen, texts[essay_id]
        )
        done = label_essay(rows, mine, seen)
        ids = done["segment_id"].tolist()
        found = find_shifts(done, settings, described(mine))
        labelled.append(with_beliefs(done, [shift.prior for shift in found]))
        shifts += [
            {
                "prior_segment_id": ids[shift.prior],
                "now_segment_id": ids[shift.now],
                "essay_id": essay_id,
                "score": shift.score,
            }
            for shift in found
        ]
    done = valid(Segments, pd.concat(labelled) if labelled else segments)
    return {"segments": done, "shifts": frame(Shifts, shifts), "agreements": agreements(done)}


@dataclass(frozen=True)
class Read:
    """An essay's segments in order: text (made plain), surroundings, grammar, signs (of its words
    and place), role by the rules, and features, None of one without a vector.
    """

    texts: list[str]
    around: list[Setting]
    grammars: list[Grammar]
    signs: list[frozenset[str]]
    rules: list[Role]
    features: list[NDArray[np.float64] | None]


def read_essay(
    rows: pd.DataFrame,
    read: list[Parsed],
    title: str | None,
    seen: dict[str, Seen],
    text: str,
) -> Read:
    """Read what the rules and models weigh off the segments of an essay with this text."""
    texts = [plain(text) for text in rows["text"]]
    views = [seen.get(segment_id) for segment_id in rows["segment_id"]]
    laid_out = (texts, rows["paragraph"].tolist(), rows["block"].tolist())
    around = [
        place if view is None else replace(place, own=own(marked, view.vector))
        for place, view, marked in zip(
            surroundings(rows, texts, title, text), views, marked_signs(*laid_out), strict=True
        )
    ]
    grammars = [found for found, _ in read]
    rules = [decide(*each) for each in zip(texts, grammars, around, strict=True)]
    known = [
        None if view is None else features(text, found, place.block, rule, view.scores, view.vector)
        for text, found, place, rule, view in zip(
            texts, grammars, around, rules, views, strict=True
        )
    ]
    told = [found | at for (_, found), at in zip(read, places(*laid_out), strict=True)]
    return Read(texts, around, grammars, told, rules, known)


def described(read: Read) -> Described | None:
    """Describe an essay's segments for the models of shifts, None where one has no vector."""
    known = [each for each in read.features if each is not None]
    if len(known) < len(read.features):
        return None
    return Described(read.grammars, np.array(known), fitted())


def with_beliefs(rows: pd.DataFrame, places: list[int]) -> pd.DataFrame:
    """Mark the author's segments at places, which something replaced, as prior beliefs."""
    moves = [
        ["prior belief"] if place in places and holder == "author" else made
        for place, (holder, made) in enumerate(zip(rows["holder"], rows["moves"], strict=True))
    ]
    return rows.assign(moves=pd.Series(moves, index=rows.index, dtype=object))


def encoded(
    segments: pd.DataFrame, embeddings: pd.DataFrame, move_scores: pd.DataFrame
) -> dict[str, Seen]:
    """Gather what the encoder makes of each segment, where it has a vector and scores."""
    vectors = dict(zip(embeddings["text_sha"], embeddings["vector"], strict=True))
    scores = dict(
        zip(
            move_scores["segment_id"],
            move_scores[[*CATEGORIES, "asks"]].to_dict("records"),
            strict=True,
        )
    )
    return {
        segment_id: Seen(scores[segment_id], np.asarray(vectors[text_sha]))
        for segment_id, text_sha in zip(segments["segment_id"], segments["text_sha"], strict=True)
        if segment_id in scores and text_sha in vectors
    }


def label_essay(rows: pd.DataFrame, read: Read, seen: dict[str, Seen]) -> pd.DataFrame:
    """Label one essay's segments, given in order with what was read off them."""
    texts = read.texts
    after = nexts(rows, texts)
    holders = [
        holder_of(text, found, place.block, following, reading=place.reading)
        for text, found, place, following in zip(
            texts, read.grammars, read.around, after, strict=True
        )
    ]
    ruled = [held.holder for held in holders]
    blocks, paragraphs = rows["block"].tolist(), rows["paragraph"].tolist()
    context = contexts(texts, paragraphs, blocks, ruled)
    reading, others = source_near(context), others_speak(context)
    looks = fitted().looks
    alone = first_look(looks, whole(read, context), read.signs)
    around = looked_around(alone, asked(read), paragraphs)
    foreign = alone[:, len(looks.models[0].names)].tolist()
    filled = [
        fields(
            Told(n, after[n], holders[n], reading[n], others[n], foreign[n], around[n]),
            read,
            start,
            seen.get(name),
        )
        for n, (name, start) in enumerate(zip(rows["segment_id"], rows["start"], strict=True))
    ]
    return rows.assign(**{name: [each[name] for each in filled] for name in filled[0]})


def whole(read: Read, context: NDArray[np.float64]) -> list[NDArray[np.float64] | None]:
    """Put each segment's features and context together, None where it has no vector."""
    return [
        None if described is None else np.concatenate([described, around])
        for described, around in zip(read.features, context, strict=True)
    ]


def asked(read: Read) -> list[bool]:
    """Tell which segments are questions by the rules."""
    return [rule.role == "question" for rule in read.rules]


def surroundings(
    rows: pd.DataFrame, texts: list[str], title: str | None, essay: str
) -> list[Setting]:
    """Describe the surroundings of each segment of an essay, given its text."""
    announced = False
    found: list[Setting] = []
    title = title if isinstance(title, str) else None
    paragraphs = rows["paragraph"].tolist()
    reads = [
        READS.search(text) is not None and not (block == "heading" and ASKS.search(text))
        for text, block in zip(texts, rows["block"], strict=True)
    ]
    ends = [here != after for here, after in zip(paragraphs, [*paragraphs[1:], None], strict=True)]
    answers = answered(texts, rows["block"].tolist(), title)
    starts = rows["start"].tolist()
    for place, (block, text) in enumerate(zip(rows["block"], texts, strict=True)):
        if block != "list item":
            announced = text.endswith(":") or block == "heading"
            announced = announced and first(ANNOUNCES, text) is not None
        answer = texts[place + 1] if place + 1 < len(texts) else ""
        found.append(
            Setting(
                block=block,
                is_title=place == 0
                and block == "heading"
                and title is not None
                and text == plain(title),
                announced=announced,
                leads=ends[place]
                and block in ("paragraph", "heading")
                and bool(COLON.search(text)),
                answered=how_answered(text, answer, opens=place == 0),
                reading=any(reads[max(place - READ_BACK, 0) : place + 1]),
                announces=not ends[place] and bool(COLON.search(text)) and answer.endswith("?"),
                answers=answers[place],
                apart=apart(essay, starts[place]),
            )
        )
    return found


def how_answered(text: str, following: str, *, opens: bool) -> str:
    """Say how the author answers a question, in a few words or, of an essay's first, in all of it.

    Nothing where it isn't answered, as far as what follows tells.
    """
    found = first(ANSWERS, following)
    if not found and text.endswith("?"):
        found = first(ANSWERED_BY_ONESELF, f"{text} {following}")
    if found:
        return found.cue.reason
    led = opens and text.endswith("?") and following and not following.endswith("?")
    return "opens the essay, as a title does" if led else ""


def answered(texts: list[str], blocks: list[str], title: str | None) -> list[Cue | None]:
    """Give for each segment the cue of the question that it answers in a few words, or None.

    The question is the heading above; of an answer that stands alone, the title.
    """
    parts: list[list[int]] = [[]]
    heads = [title if title and title.endswith("?") else ""]
    for place, block in enumerate(blocks):
        if block == "heading":
            parts.append([])
            heads.append(texts[place])
        else:
            parts[-1].append(place)
    found: list[Cue | None] = [None] * len(texts)
    for head, part in zip(heads, parts, strict=True):
        asked = first(ASKS_FOR, head)
        if asked and sum(len(texts[place].split()) for place in part) <= SHORT_ANSWER:
            for place in part:
                found[place] = asked.cue
    return found


def nexts(rows: pd.DataFrame, texts: list[str]) -> list[str | None]:
    """Return for each segment the next of its paragraph, of a quote what follows it, or None."""
    paragraphs, blocks = rows["paragraph"].tolist(), rows["block"].tolist()
    found: list[str | None] = [None] * len(texts)
    behind = None  # the first sentence below a quote
    for place in reversed(range(len(texts) - 1)):
        if blocks[place] == "quote":
            behind = texts[place + 1] if blocks[place + 1] == "paragraph" else behind
            found[place] = behind
            continue
        behind = None
        if paragraphs[place] == paragraphs[place + 1]:
            found[place] = texts[place + 1]
    return found


@dataclass(frozen=True)
class Told:
    """A segment's place, the next text of its paragraph, its holder by the rules, whether it or one
    soon before names a source, whether anything there is somebody else's, the score of its not
    being the author's, and what the models make of it and of what stands around (`neighbours`).
    """

    place: int
    following: str | None
    held: Holder
    reading: bool
    others_speak: bool
    foreign: float
    around: NDArray[np.float64]


def fields(told: Told, read: Read, start: int, seen: Seen | None) -> dict[str, Any]:
    """Return the label columns of one segment; offsets of the cue count in the essay."""
    place, text = told.place, read.texts[told.place]
    role, described = read.rules[place], read.features[place]
    held: Holder | None = told.held
    scores = None
    around = read.around[place]
    answers = around.answers
    named = answers if answers and role.reason in (answers.reason, DEMANDS) else None
    if seen is not None and weighable(role, text) and may_ask(text, around):
        asks = seen.scores["asks"]
        role = asked_indirectly(read.signs[place], around.block, seen.vector, asks) or role
    if described is not None and weighable(role, text):
        models = fitted()
        weights = models.roles_again.scores(told.around)
        role = role if named else weighed(role, weights, answers=answers is not None)
        scores = models.moves_again.scores(told.around)
        held = weighed_holder(
            told.held,
            told.foreign,
            text,
            told.following,
            reading=told.reading,
            others_speak=told.others_speak,
        )
    if around.apart:
        held = Holder("source", None, "stands in a quote, a list of references or an appendix")
    asserts = role.role in ("claim", "account")
    held = held if asserts else None
    own = held is not None and held.holder == "author"
    ruled = moves_of(text) if own else []
    if "prior belief" in ruled:
        role = Role("claim", 0.8, "says what the author believed before", cue=role.cue)
    elif asserts and not own and scores is None:
        role = reported(read.grammars[place], role)
    moves = moves_made(role.role, ruled, scores) if own else []
    if named and own:
        moves = ["difficulty" if named.sign == OPEN else named.sign]
    reason = "; ".join(filter(None, (role.reason, held.reason if held else None)))
    return {
        "role": role.role,
        "role_score": role.score,
        "form": role.form,
        "rhetorical": role.rhetorical,
        "moves": moves,
        "holder": held.holder if held else "author",
        "endorsed": held.endorsed if held else None,
        "cue_start": start + role.cue.start if role.cue else None,
        "cue_end": start + role.cue.end if role.cue else None,
        "reason": reason,
    }


def may_ask(text: str, around: Setting) -> bool:
    """Tell whether a text in which the rules find no question may be one to a model.

    What leads in isn't, nor what says itself what it is, nor what answers a question in a few words
    (but one for what is open), nor what no author claims.
    """
    names = around.answers is not None and around.answers.sign != OPEN
    return not (around.apart or names or text.endswith(":") or first(SETTLED, text))


def moves_of(text: str) -> list[str]:
    """List the moves that a claim or account makes by its words (made plain)."""
    if first(PRIOR, text):
        return ["prior belief"]
    return [found.cue.sign for found in find(MOVES, text)]
