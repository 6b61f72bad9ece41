"""Cues of short answers, to a form's question or under a heading that asks."""

from __future__ import annotations

import re

from pipeline.cues.cue import Cue

ASKS = re.compile(r"\?\W*$")  # a question of a form's by its mark
OPENER = r"(?:whether|who|whose|whom|what|which|why|how|where)"
OPENS = re.compile(rf"{OPENER}\b", re.IGNORECASE)
OPEN = "open"  # the sign of what asks for questions
# What the question above asks for: the sign is the move that a few words under it make; of what is
# OPEN, that is a difficulty. The first row that fits decides.
ASKS_FOR: tuple[Cue, ...] = (
    Cue(
        "what is open",
        OPEN,
        r"\b(?:unclear|not\s+(?:yet\s+)?clear|unsure|confus\w+|muddi?est|puzzl\w+|unanswered|"
        r"unresolved|(?:your?|any|open|what|which|a)\s+(?:\w+\s+)?questions?|wonder\w*|"
        r"do(?:n't|\s+not)\s+(?:\w+\s+)?understand|"
        r"(?:would|do)\s+you\s+(?:still\s+)?(?:like|want)\s+to\s+(?:know|ask|understand))\b",
        "names what is open, as the question above asks",
        ("What is still unclear?", "Muddiest point", "What questions do you have?"),
        ("What did you learn today?", "What would have helped you?"),
    ),
    Cue(
        "what was hard",
        "difficulty",
        r"\b(?:difficult\w*|hard(?:est)?|struggl\w+|stuck|challeng\w+|problems?|obstacles?)\b",
        "names what was hard, as the question above asks",
        ("Which part was most difficult?", "What was hardest this week"),
        ("What did you learn today?", "What is still unclear?"),
    ),
    Cue(
        "what was learned",
        "learning",
        r"\b(?:learn(?:ed|t)?|take\s?-?aways?|tak(?:e|ing)\s+(?:\w+\s+)?away|found\s+out|"
        r"discover(?:ed)?|clicked|insights?|(?:most\s+)?(?:useful|important)\s+(?:thing|point|idea))\b",
        "names what was learned, as the question above asks",
        ("What did you learn today?", "One thing you are taking away"),
        ("What is still unclear?", "What would you change?"),
    ),
    Cue(
        "what would be better",
        "belief",
        r"^\W*(?:(?:any|your|some)\s+)?(?:suggestions?|wishes|ideas|comments|feedback)\b|"
        r"\b(?:improve\w*|do\s+better|change)\b",
        "answers the question above",
        ("Suggestions for next time", "One thing to improve"),
        ("What did you learn today?", "What is still unclear?"),
    ),
    Cue(
        "anything",
        "belief",
        ASKS.pattern,
        "answers the question above",
        ("What would have helped you?",),
        ("What would have helped me",),
    ),
)

# The whole answer is of this form.
NO_ANSWER: tuple[Cue, ...] = (
    Cue(
        "no answer",
        "frame",
        r"^\W*(?:(?:honestly|really|actually|um+|oh|hmm+)\W+)?(?:"
        r"n\W?a|none?(?:\s+from\s+(?:me|here))?(?:\W+thanks)?|crystal\s+clear(?:\s+today)?|"
        r"no(?:pe|ne)?(?:\W+(?:questions?|problems?|issues?|comments?|complaints?|idea|"
        r"suggestions?|nothing|answer|i\s+am\s+good|all\s+good))?|nil|not\s+applicable|"
        r"no(?:thing|t)(?:\s+(?:really|much|at\s+all|to\s+add|i\s+can\s+think\s+of|specific|special|"
        r"else|new|yet|today|in\s+particular|comes\s+to\s+mind|so\s+far|for\s+now|this\s+(?:week|"
        r"time)|unclear))*|nothing\s+(?:is|was)\s+(?:still\s+)?unclear|"
        r"(?:(?:it|that|this)?(?:'s|\s+(?:is|was))\s+)?(?:all|pretty|mostly)\s+(?:good|fine|clear|"
        r"ok(?:ay)?|set|well)(?:\s+(?:here|today|so\s+far|for\s+now|thanks|thank\s+you))*|"
        r"(?:i(?:'?m|\s+am)\s+)?(?:good|fine|ok(?:ay)?)(?:\s+(?:here|thanks|so\s+far|for\s+now))*|"
        r"(?:everything|all(?:\s+of\s+it)?)\s+(?:(?:is|was|seems?|made)\s+)?(?:\w+ly\s+)?(?:good|fine|"
        r"clear|ok(?:ay)?|sense)(?:\s+(?:here|today|so\s+far|for\s+now|to\s+me))*|"
        r"i?\s*d(?:o\s*n'?t|unno|k)(?:\s+know)?|i\s+do\s+not\s+know|"
        r"(?:the\s+)?same(?:\s+(?:as|here)\b.{0,25})?|see\s+above|as\s+above|tbd|test|x+)?\W*$",
        "says that there is no answer",
        (
            "n/a",
            "-",
            "Nothing really",
            "all good",
            "No questions!",
            "everything was clear",
            "not much",
            "idk",
        ),
        (
            "Nothing about the proof made sense",
            "no homework on weekends",
            "not enough time",
            "good examples",
            "the same question as before",
        ),
    ),
)

# What is open, named by a clause: "why we divide by n-1", or "alpha or beta, which is which".
OPEN_ANSWER: tuple[Cue, ...] = (
    Cue(
        "open matter",
        "indirect",
        r"^(?:(?:and|but|also|still|just|mostly|maybe|only|mainly|honestly|so)\W+)*"
        rf"(?:{OPENER}|when\s+(?:to|do(?:es)?|should))\b(?!.{{3,60}}?\b(?:is|was)\s+(?:that|when)\b)",
        "names what is open, as the question above asks",
        ("why we divide by n-1", "still how to pick a test", "when to use which"),
        ("What bugs me is that we rush", "The p value", "when you rush I get lost"),
    ),
    Cue(
        "turned round",
        "indirect",
        r"^(?:(?:but|and|so|or)\s+)?(?P<cue>did|does|can|could|would|will|should|is|are)"
        r"(?=\s+(?!not\b)\w+\s+\w+)"
        r"|\bhow\s+come\b",
        "names what is open, as the question above asks",
        ("did women ever join a guild", "if it fell everywhere how come it rose here"),
        ("does not work", "they did join"),
    ),
    Cue(
        "open at the end",
        "indirect",
        rf",\s+(?:(?:but|so|and)\s+)?(?P<cue>{OPENER}|when\s+(?:to|do(?:es)?|should))\b[^,.;]*$|"
        r"\s(?P<last>what|which|who|why|how)\W*$",
        "names what is open, as the question above asks",
        ("alpha or beta, which is which", "the p value, extreme compared to what"),
        ("The p value, the one from R", "what we did in class today"),
    ),
)
