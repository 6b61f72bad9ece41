"""Decide the role of a segment: question, frame, claim or account, with a reason and a score."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.cues import Cue, Found, first, listed
from pipeline.cues.answers import NO_ANSWER, OPEN, OPEN_ANSWER, OPENS
from pipeline.cues.asked import asked
from pipeline.cues.frames import CELL, FRAMES, FURNITURE, NAMES
from pipeline.cues.holders import ENDORSES, REJECTS
from pipeline.cues.indirect import INDIRECT
from pipeline.cues.moves import HABIT
from pipeline.cues.questions import (
    ASKS_IN_PASSING,
    ENDS_ASKING,
    INVERTED,
    OPEN_ITEM,
    REPORTED,
    RHETORICAL,
)
from pipeline.label.syntax import Grammar

COULD = ("could",)
FEEL = frozenset(("feel",))
FINITE = ("present", "past", "modal", "future")
# A question in parentheses at the end of a sentence that it is no part of.
IN_PASSING = re.compile(r"\S\s*\([^()]*\?[^()?]*\)[.,;\s]*$")
# "Who pays for it." is a question without its mark; "What seemed simple to them took days" isn't.
LONGEST_UNMARKED = 10  # words
OPINION = listed(
    "think believe feel hold guess suspect suppose argue agree disagree doubt find trust consider "
    "say call maintain prefer value expect imagine"
)
STAND = listed(
    "like know see buy agree disagree prefer accept share mean concur understand recognize want "
    "love hate enjoy miss owe admire respect side oppose support"
)
INSIGHT = listed(
    "learned learnt realized realised discovered understood found noticed saw concluded taught "
    "reminded showed learn realize understand notice see know means mean shows"
)


@dataclass(frozen=True)
class Setting:
    """What stands around a segment: its block, and what its neighbours say.

    `answered` says how the author answers a question, or nothing; `answers` is the cue of the
    question above that it shortly answers (a row of ASKS_FOR).
    """

    block: str
    is_title: bool
    announced: bool
    leads: bool
    answered: str
    reading: bool = False
    own: bool | None = None  # whether a marked question is the author's; None: unknown
    announces: bool = False  # ends with a colon, behind which the same sentence asks
    answers: Cue | None = None
    apart: bool = False  # in what no author claims: an appendix, an entry of references


@dataclass(frozen=True)
class Role:
    """A segment's role with its score (0 to 1), reason and cue; a question's form."""

    role: str
    score: float
    reason: str
    form: str | None = None
    rhetorical: float | None = None
    cue: Found | None = None


@dataclass(frozen=True)
class Rule:
    """One row of the table that tells claims from accounts; empty fields match anything.

    Scores are the share of the rule's matches that were right on half of the sample's gold,
    rounded; they are not calibrated on other essays.
    """

    role: str
    score: float
    reason: str
    subject: str = ""
    tense: str = ""
    copular: bool | None = None
    complement: bool | None = None
    negated: bool | None = None
    verbs: frozenset[str] = frozenset()
    modals: tuple[str, ...] = ()

    def fits(self, found: Grammar) -> bool:
        """Tell whether a segment's grammar is of this rule's form."""
        return (
            (not self.subject or found.subject in self.subject.split())
            and (not self.tense or found.tense in self.tense.split())
            and (self.copular is None or self.copular == found.copular)
            and (self.complement is None or self.complement == found.complement)
            and (self.negated is None or self.negated == found.negated)
            and (not self.verbs or found.verb in self.verbs)
            and (not self.modals or found.modal in self.modals)
        )


WORD_ORDER = "word order of a question"
DEMANDS = "says what is to be done"
WAS_LEARNED = "says what was learned"

# The first row that fits decides.
RULES: tuple[Rule, ...] = (
    Rule(
        "account", 0.75, "tells what the author feels", "first", "present", None, False, None, FEEL
    ),
    Rule("claim", 0.9, "says what the author thinks", "first", "present", verbs=OPINION),
    Rule("account", 0.75, "tells what could not be done", "", "modal", negated=True, modals=COULD),
    Rule("account", 0.7, "tells what could be done", "first person people", "modal", modals=COULD),
    Rule("claim", 0.8, "says what ought to be or would be", "", "modal"),
    Rule("account", 0.8, "says what the author will do", "first", "future"),
    Rule("claim", 0.7, "says what will be", "", "future"),
    Rule("claim", 0.75, WAS_LEARNED, "first", "past present", None, True, False, INSIGHT),
    Rule("account", 0.85, "tells what the author did or felt", "first", "past"),
    Rule("account", 0.8, "tells what somebody did or was", "person people", "past"),
    Rule("claim", 0.6, "judges what was", "thing", "past", copular=True),
    Rule("claim", 0.6, "says what the point was", "general", "past", copular=True, complement=True),
    Rule("account", 0.7, "tells what happened", "", "past"),
    Rule("claim", 0.6, "says what some people are", "people", "present"),
    Rule("account", 0.7, "tells what somebody does or is", "person", "present"),
    Rule("claim", 0.6, "says where the author stands", "first", "present", verbs=STAND),
    Rule("claim", 0.6, "says what the author is", "first", "present", copular=True),
    Rule("claim", 0.7, "says what the author does not do", "first", "present", negated=True),
    Rule("claim", 0.75, "says what the author means", "first", "present", complement=True),
    Rule("account", 0.7, "tells what the author does", "first", "present"),
    Rule("claim", 0.85, "asserts what is so in general", "thing general", "present"),
    Rule("claim", 0.75, DEMANDS, "", "imperative"),
    Rule("claim", 0.6, "asserts without a subject", "", "present"),
)


def decide(text: str, found: Grammar, around: Setting) -> Role:
    """Decide one segment's role from its words (made plain), its grammar and its surroundings."""
    return (
        furniture(text, around)
        or question(text, found, around)
        or frame(text, found, around)
        or proposition(text, found, around)
    )


def furniture(text: str, around: Setting) -> Role | None:
    """Recognise page furniture, rows of tables, the essay's title, and what is no answer."""
    found = first(FURNITURE, text)
    if found:
        return Role("frame", 0.95, found.cue.reason, cue=found)
    if around.is_title:
        return Role("frame", 0.9, "the essay's title")
    if CELL in text and "?" not in text:
        return Role("frame", 0.9, "a row of a table")
    nothing = first(NO_ANSWER, text) if around.answers else None
    return Role("frame", 0.95, nothing.cue.reason, cue=nothing) if nothing else None


def question(text: str, grammar: Grammar, around: Setting) -> Role | None:
    """Recognise what the author asks, directly or indirectly."""
    if around.announces or around.apart:
        return None
    marked = ENDS_ASKING.search(text) is not None
    if marked and (first(ASKS_IN_PASSING, text) or not is_own(text, around)):
        return None
    found = first(INDIRECT, text)
    if marked and found and ":" not in text and not first(INVERTED, text):
        return Role("question", 0.95, found.cue.reason, "indirect", 0.05, found)
    if marked:
        return direct(0.95, "ends with a question mark", text, around)
    found = next(asked(text), None)
    if found:
        return Role("question", 0.85, found.cue.reason, "indirect", 0.05, found)
    if around.block == "list item":
        found = first(OPEN_ITEM if around.announced else OPEN_ITEM[:1], text)
        if found:
            return Role("question", 0.8, found.cue.reason, "indirect", 0.05, found)
    found = first(INVERTED, text)
    asks = found is not None or (
        grammar.asks
        and around.block != "heading"
        and grammar.n_words <= LONGEST_UNMARKED
        and not text.endswith(",")
    )
    if asks and ":" not in text and not first(REPORTED, text):
        return direct(0.7, WORD_ORDER, text, around, found)
    if around.answers and around.answers.sign == OPEN and (found := first(OPEN_ANSWER, text)):
        return Role("question", 0.8, found.cue.reason, "indirect", 0.05, found)
    return None


def is_own(text: str, around: Setting) -> bool:
    """Tell whether a question with a question mark is the author's: by its words, if need be."""
    if around.own is not None:
        return around.own
    return first(REPORTED, text) is None and IN_PASSING.search(text) is None


def direct(
    score: float, reason: str, text: str, around: Setting, found: Found | None = None
) -> Role:
    """Make a question that is asked outright, and say where it may expect no answer, and why."""
    effect = first(RHETORICAL, text)
    why = effect.cue.reason if effect else around.answered
    likely = 0.8 if effect else 0.6 if why else 0.1
    reason = f"{reason}; may be rhetorical: {why}" if why else reason
    return Role("question", score, reason, "direct", likely, found)


def frame(text: str, found: Grammar, around: Setting) -> Role | None:
    """Recognise headings and sentences that assert nothing."""
    if around.announces:
        return Role("frame", 0.95, "leads in to the question behind it")
    cue = first(FRAMES, text)
    if cue and not (around.block == "list item" and found.tense in FINITE):
        return Role("frame", 0.8, cue.cue.reason, cue=cue)
    asserts = found.tense in FINITE and found.subject != "none"
    if around.leads and not cue:
        return Role("frame", 0.7, "leads in to what follows")
    names = first(NAMES, text)
    if around.block == "heading" and (names or not (asserts and found.n_words >= 4)):
        return Role("frame", 0.85, "a heading that asserts nothing")
    few = found.n_words <= 3 and not asserts
    if few and around.block != "list item" and not around.answers:
        return Role("frame", 0.6, "too few words to assert anything")
    return None


def proposition(text: str, found: Grammar, around: Setting) -> Role:
    """Tell a claim from an account by who does what and when."""
    stance = first(ENDORSES, text) or first(REJECTS, text)
    if stance:
        return Role("claim", 0.8, "says whether the author agrees", cue=stance)
    habit = first(HABIT, text)
    if habit:
        return Role("account", 0.75, habit.cue.reason, cue=habit)
    ruled = by_rule(found)
    if around.answers:
        demands = found.tense == "imperative" and around.answers.sign == "belief"
        if OPENS.match(text) or (found.subject == "none" and not demands):
            role = "claim" if around.answers.sign == "belief" else "account"
            return Role(role, 0.7, around.answers.reason)
    if ruled:
        return ruled
    if around.block in ("list item", "quote"):
        return Role("claim", 0.55, "a point in a list")
    return Role("account", 0.5, "a remark without a verb")


def by_rule(found: Grammar) -> Role | None:
    """Return the role that the first fitting row of the table gives, or None."""
    number = rule_number(found)
    if number == len(RULES):
        return None
    rule = RULES[number]
    return Role(rule.role, rule.score, rule.reason)


def rule_number(found: Grammar) -> int:
    """Return the number of the first row of the table that fits, len(RULES) where none does."""
    return next((n for n, rule in enumerate(RULES) if rule.fits(found)), len(RULES))


def reported(found: Grammar, own: Role) -> Role:
    """Decide the role of what somebody else holds: what they say counts, not that they say it."""
    said = by_rule(found.reported) if found.reported else None
    if said and said.role == "account":
        return Role("account", 0.6, "reports what somebody tells", cue=own.cue)
    return Role("claim", 0.7, "reports what somebody holds", cue=own.cue)
