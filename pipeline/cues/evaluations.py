"""Words that evaluate, as scales with two ends: who finds it easy, and who finds it hard.

A scale's words are told apart by their part of speech, as "like" the verb from "like" the
preposition. The first adjective of an end stands for it where nobody uses one. `joined` says how an
adjective goes with the name of what is evaluated: "to" before a deed ("easy to install"), "about"
before anything ("nervous about the shift"), "" before a thing alone ("friendly community"), "deed"
with what is done alone, of which both ends must speak ("necessary to kill").
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from pipeline.cues.cue import listed

# Nouns that say how it was only where somebody meets them, and verbs for meeting them: "the problem
# with lenses is" doesn't, nor does "the book has issues".
MEETING = listed("run ran running face faced facing encounter encountered encountering hit met")
HAVING = MEETING | listed("have had having get got getting give gave giving")
MET = dict.fromkeys(
    listed("problem problems error errors obstacle obstacles hurdle hurdles"), HAVING
)
MET |= {"issues": MEETING}
# Words, beside the adjectives, that may say what has to be done (`cluster/obliged.py`):
# auxiliaries, verbs ("have to"), and those by which a deed is spared or can't be.
MODALS = listed("must should")
DUTIES = listed("have has need needs")
MEANS = listed("against without")
OBLIGING = MODALS | DUTIES | MEANS


@dataclass(frozen=True)
class End:
    """One end of a scale: its words by part of speech, and sentences that do and don't say it."""

    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """Two opposed ways to find one thing."""

    name: str
    joined: str
    ends: tuple[End, End]


def end(
    adjectives: str, yes: tuple[str, ...], no: tuple[str, ...], nouns: str = "", verbs: str = ""
) -> End:
    """Read an end's words, parted by white space."""
    return End(tuple(adjectives.split()), tuple(nouns.split()), tuple(verbs.split()), yes, no)


NEED = Scale(
    "need",
    "deed",
    (
        end(
            "necessary essential needed required indispensable",
            (
                "For good data the moths must be pinned.",
                "We have to pin the moths.",
                "You can't learn that without pinning them.",
                "It is necessary to pin the moths.",
            ),
            ("We had to pin the moths.", "I have two moths.", "If we need to pin them, we stop."),
        ),
        end(
            "unnecessary needless",
            (
                "We don't need to pin the moths.",
                "No moth has to be pinned.",
                "I am against pinning them.",
                "A good student can work without pinning anything.",
                "There is no need to pin the moths.",
                "It is unnecessary to pin the moths.",
            ),
            ("We pinned them without gloves.", "I leaned against the wall."),
        ),
    ),
)

SCALES: tuple[Scale, ...] = (
    NEED,
    Scale(
        "ease",
        "to",
        (
            end(
                "easy simple straightforward smooth painless effortless manageable doable "
                "intuitive logical",
                (
                    "Mounting the lens was easy.",
                    "We had no trouble with the tripod.",
                    "Mounting the lens was easier than I expected.",
                    "Mounting it wasn't as hard as they said.",
                ),
                ("The lens would be easy to mount.", "An easy lens was sold.", "It seemed easy."),
                nouns="breeze",
            ),
            end(
                "hard difficult challenging tough tricky complicated daunting frustrating annoying "
                "brutal overwhelming exhausting",
                (
                    "I found it difficult to mount the lens.",
                    "Mounting the lens wasn't easy.",
                    "We struggled with the tripod.",
                    "I ran into problems with the tripod.",
                ),
                (
                    "I worked hard on the lens.",
                    "The lens is harder than the body.",
                    "If it is hard to mount, we leave.",
                    "The problem with lenses is their price.",
                ),
                nouns="struggle nightmare torture hassle difficulty difficulties trouble challenge "
                "challenges problem problems error errors issues obstacle obstacles hurdle hurdles",
                verbs="struggle struggled struggling struggles",
            ),
        ),
    ),
    Scale(
        "pleasure",
        "to",
        (
            end(
                "fun enjoyable exciting interesting engaging fascinating pleasant",
                ("I really enjoyed the night shift.", "Counting moths was fun."),
                ("I would enjoy the shift.", "It might be fun."),
                nouns="fun pleasure",
                verbs="enjoy enjoyed enjoying enjoys like love loved liked",
            ),
            end(
                "boring tedious dull unpleasant tiresome monotonous",
                ("Counting moths is tedious.", "I didn't enjoy the night shift."),
                ("A boring book fell down.", "She hated the night shift."),
                nouns="chore",
                verbs="dislike disliked hate hated",
            ),
        ),
    ),
    Scale(
        "use",
        "to",
        (
            end(
                "helpful useful valuable worthwhile effective rewarding beneficial",
                ("The checklist was useful.",),
                ("A useful checklist should be short.",),
            ),
            end(
                "useless unhelpful pointless worthless ineffective",
                ("The checklist was pointless.", "The checklist wasn't helpful."),
                ("It would be pointless.",),
                nouns="waste",
            ),
        ),
    ),
    Scale(
        "welcome",
        "",
        (
            end(
                "friendly welcoming supportive kind responsive approachable respectful",
                ("The choir was friendly to me.",),
                ("The choir should be friendly.",),
            ),
            end(
                "unfriendly unwelcoming hostile rude toxic unresponsive dismissive",
                ("The choir was hostile.", "The choir is not friendly."),
                ("A rude man left.",),
            ),
        ),
    ),
    Scale(
        "clarity",
        "",
        (
            end(
                "clear understandable thorough organized transparent",
                ("The rules were clear.",),
                ("It became clear that she left.", "The rules must be clear."),
            ),
            end(
                "confusing unclear vague ambiguous messy disorganized cryptic",
                ("The rules were confusing.", "The rules weren't clear."),
                ("A confusing man called.",),
                nouns="confusion",
            ),
        ),
    ),
    Scale(
        "confidence",
        "about",
        (
            end(
                "confident comfortable calm relaxed hopeful optimistic",
                ("I was confident about the injections.",),
                ("I want to be confident about it.",),
            ),
            end(
                "nervous anxious afraid scared intimidated worried uncomfortable hesitant",
                ("I was nervous about the injections.", "I'm not comfortable with injections."),
                ("The nurse was afraid of injections.",),
            ),
        ),
    ),
    Scale(
        "fairness",
        "",
        (
            end(
                "fair just ethical",
                ("The ranking is fair.",),
                ("A fair man left.",),
            ),
            end(
                "unfair unjust unethical",
                ("The ranking is unfair.", "The ranking isn't fair."),
                ("An unfair man won.",),
            ),
        ),
    ),
)


@cache
def ends() -> dict[tuple[str, str], tuple[Scale, int]]:
    """Map a word and its part of speech (J, N, V) to its scale and end (0 or 1)."""
    return {
        (word, part): (scale, side)
        for scale in SCALES
        for side, one in enumerate(scale.ends)
        for part, words in (
            ("J", (*one.adjectives, *map(comparative, one.adjectives))),
            ("N", one.nouns),
            ("V", one.verbs),
        )
        for word in words
    }


def comparative(adjective: str) -> str:
    """Give the form in -er, whether or not anybody says it.

    >>> comparative("easy"), comparative("simple"), comparative("hard")
    ('easier', 'simpler', 'harder')
    """
    if adjective.endswith("y"):
        return adjective[:-1] + "ier"
    return adjective + ("r" if adjective.endswith("e") else "er")


@cache
def ends_of() -> dict[str, frozenset[tuple[str, int]]]:
    """Map a word to the scales, by name, and ends for which it may speak if nothing is denied."""
    words: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for (word, _), (scale, side) in ends().items():
        words[word].add((scale.name, side))
    for word in OBLIGING:
        words[word].add((NEED.name, 0))
    for word in MEANS:
        words[word].add((NEED.name, 1))
    return {word: frozenset(found) for word, found in words.items()}
