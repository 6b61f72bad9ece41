"""Cues of contrast: one thing set against another, in words that say which is preferred.

Every pattern has the groups `a` and `b`, the two sides. `sign` says what the author does with
them: "a" prefers a to b, "b" prefers b to a, "open" leaves it open.
"""

from __future__ import annotations

from pipeline.cues.cue import Cue, listed

# A side: up to seven words without a clause mark between them.
SIDE = (
    r"[\w'’-]+(?:\s+(?!but\b|and\b(?!\s+\w+\s+(?:rather|instead))|than\b|rather\b|instead\b)"
    r"[\w'’-]+){0,6}"
)
LAST = rf"(?P<b>{SIDE})"
# What is denied or asked puts nothing above the other.
ASSERTED = r"^(?!.*(?:\bnot\b|n't\b|\bnever\b|\bif\b|\bwhether\b|\?))"
# Behind "than" or "to": no time, and nothing that was thought.
COMPARED = (
    r"(?:an?\s+|the\s+|any\s+|all\s+)?(?!(?:ever|usual|before|expected|I|we|he|she|it|they|that"
    rf"|this|what|there|here|time|night|any\w*|half|one|two|most|last|\d+)\b){LAST}"
)

CONTRASTS: tuple[Cue, ...] = (
    Cue(
        "a is better than b",
        "a",
        rf"{ASSERTED}(?:.*?[,;:]\s+|.*?\b(?:think|believe|say|feel|learned|that)\s+)?(?P<a>{SIDE})\s+"
        r"(?:(?:is|are|was|were)\s+(?:\w+\s+)?(?:better|wiser|safer|fairer|stronger|more\s+(?:important"
        r"|useful|reliable|valuable|honest|powerful))|(?:matters?|counts?|weighs?)\s+more)\s+than\s+"
        rf"{COMPARED}",
        "finds one better than the other",
        (
            "Instinct is better than numbers in a small team.",
            "I think that mending is far better than buying.",
            "Instinct matters more than numbers.",
        ),
        (
            "It was better than I expected.",
            "Numbers aren't better than instinct.",
            "Is instinct better than numbers?",
        ),
    ),
    Cue(
        "prefer a to b",
        "a",
        rf"{ASSERTED}.*?\bprefer(?:s|red)?\s+(?!to\b)(?P<a>(?:(?!to\b|over\b)[\w'’-]+\s+){{1,5}})"
        rf"(?:to|over)\s+{COMPARED}",
        "prefers one to the other",
        ("I prefer numbers to instinct.", "We preferred the long way over the road."),
        ("I prefer to go.", "I don't prefer numbers to instinct."),
    ),
    Cue(
        "choose a over b",
        "a",
        r"^(?!.*(?:\bnot\b|n't\b|\bnever\b)).*?\b(?:choos(?:e|es|ing)|chose|chosen|favou?r(?:s|ed|ing)?"
        r"|valu(?:e|es|ed|ing)|trust(?:s|ed|ing)?|prioriti[sz](?:e|es|ed|ing))\s+"
        rf"(?P<a>(?:(?!to\b|over\b)[\w'’-]+\s+){{1,5}})(?:over|above)\s+{COMPARED}",
        "chooses one over the other",
        ("I would choose numbers over instinct.", "They value speed above care."),
        ("I trust the man over there.", "They won't value speed above care."),
    ),
    Cue(
        "a beats b",
        "a",
        rf"{ASSERTED}(?P<a>{SIDE})\s+(?:beats?|trumps?|outweighs?)\s+(?:an?\s+|the\s+)?{LAST}",
        "puts one above the other",
        ("Numbers beat instinct every time.",),
        ("It never beats the drum.", "The drum beats."),
    ),
    Cue(
        "more a than b",
        "a",
        rf"\b(?:more|rather)\s+(?:of\s+)?(?:an?\s+|like\s+(?:an?\s+)?"
        rf"|about\s+)?(?P<a>{SIDE})\s+than\s+"
        rf"(?:of\s+)?(?:an?\s+|like\s+(?:an?\s+)?|about\s+|with\s+an?\s+)?(?!(?:ever|usual|before"
        rf"|I|we|"
        rf"that|this|what|any\w*|half|one|two|\d+)\b){LAST}",
        "puts one above the other",
        ("The role is more of a facilitator than a builder.", "It is more about people than code"),
        ("It takes more time than I thought.", "more often than before"),
    ),
    Cue(
        "a rather than b",
        "a",
        rf"(?P<a>{SIDE}),?\s+(?:rather\s+than|instead\s+of|as\s+opposed\s+to|and\s+not"
        rf"|over\s+and\s+above)"
        rf"\s+(?:by\s+|through\s+|about\s+|to\s+|from\s+|in\s+|on\s+)?(?:an?\s+|the\s+)?{LAST}",
        "prefers one to the other",
        ("Opening doors rather than carrying boxes.", "He is oil and not engine."),
        ("I would rather go.", "It is not so."),
    ),
    Cue(
        "not a but b",
        "b",
        rf"\b(?:not|n't)\s+(?!only\b|just\b|merely\b|simply\b|sure\b)(?:an?\s+|the\s+|by\s+"
        rf"|about\s+|in\s+|on\s+|to\s+)*"
        rf"(?P<a>{SIDE}),?\s+but\s+(?:rather\s+)?(?!I\b|we\b|it\b|he\b|she\b|they\b|also\b|not\b"
        rf"|still\b|"
        rf"there\b|that\b)(?:an?\s+|the\s+|by\s+|about\s+|in\s+|on\s+|to\s+|through\s+)*{LAST}",
        "denies one and asserts the other",
        ("It is not measured by output but through the team.",),
        ("It is not only fun but useful.", "I did not know, but I asked."),
    ),
    Cue(
        "a, not b",
        "a",
        rf"(?P<a>{SIDE})(?:,|\s+[–—-])\s+(?:and\s+)?(?:not|never)\s+(?!only\b|just\b|sure\b"
        rf"|to\s+mention\b|"
        rf"because\b|that\b|so\b|yet\b|even\b|all\b|always\b)(?:an?\s+|the\s+|in\s+|by\s+|on\s+"
        rf"|to\s+)*{LAST}",
        "asserts one and denies the other",
        (
            "Users are a weekly appointment, not a phase.",
            "decided by the crew, not by the captain",
        ),
        ("I went, not sure why.", "It is not so."),
    ),
    Cue(
        "between a and b",
        "open",
        r"\b(?:between|balance|torn\s+between|both|choose\s+between)\s+(?:an?\s+|the\s+)?"
        r"(?P<a>[\w'’-]+(?:\s+(?!and\b)[\w'’-]+){0,3})\s+and\s+(?:an?\s+|the\s+)?"
        r"(?P<b>[\w'’-]+(?:\s+(?!and\b)[\w'’-]+){0,3})",
        "sets two things side by side",
        ("They balance strategy and connection.", "between making things and calling people"),
        ("between us",),
    ),
    Cue(
        "a versus b",
        "open",
        r"(?P<a>[\w'’-]+(?:\s+[\w'’-]+){0,2})\s+(?:vs\.?"
        r"|versus)\s+(?P<b>[\w'’-]+(?:\s+[\w'’-]+){0,2})",
        "sets two things against each other",
        ("PMs in theory vs. practice",),
        ("vs code",),
    ),
)

# Two clauses set against each other; the author holds the second, or both.
TURNS: tuple[Cue, ...] = (
    Cue(
        "while a, b",
        "b",
        r"^(?:while|although|though|even\s+though|whereas)\s+(?P<a>[^,;]{12,}),\s+(?P<b>.{12,})",
        "concedes one and asserts the other",
        ("While numbers help us decide, the gut knows what is missing.",),
        ("While I slept it rained.",),
    ),
    Cue(
        "a, but b",
        "b",
        r"^(?P<a>[^;?]{12,}?)[,;]?\s+(?:but|yet|whereas|while|although|though)\s+(?P<b>.{12,})",
        "sets one against the other",
        ("Data shows what happened, but it has no taste at all.",),
        ("But it works.",),
    ),
)

# A segment that opens so is set against the one before it.
OPENS: tuple[Cue, ...] = (
    Cue(
        "but",
        "turn",
        r"^(?:but|however|yet|still|then\s+again|on\s+the\s+other\s+hand|nevertheless|nonetheless"
        r"|instead|"
        r"conversely|in\s+contrast|by\s+contrast)\b|^[^,;]{0,30},\s*(?:however|though"
        r"|on\s+the\s+other\s+hand)"
        r"\s*,",
        "opens against what went before",
        ("But we part company.", "However, users matter.", "This reading, however, says so."),
        ("And so it went.",),
    ),
)

# Before a pole's word: the author denies it.
DENIAL = (
    r"\bnot\b|n't\b|\b(?:never|no|nobody|nothing|none|cannot|without|hardly|rarely|neither|nor|"
    r"instead\s+of|rather\s+than|stop(?:s|ped)?)\b"
)

# The denial is part of a supposition or of what somebody is like, not of what is asserted.
SUPPOSED = (
    r"\b(?:who|whoever|that|which|if|when|without)\s+(?:\w+\s+){0,2}?(?:not\b|never\b|no\s"
    r"|stopp?\w*|"
    r"\w+n't\b)|\bwithout\b"
)

# Behind a pole's word: what is denied of it may speak for it or against it ("is not overhead").
QUALIFIED = (
    r"^\W*(?:\w+\W+)?(?:is|are|was|were|does|do|did|can|will|should|would)(?:n't|\s+not|\s+never)\b"
)

# Words that name no pole: what every course, week and text is about, and words without content.
GENERIC = listed(
    """
    course courses class classes week weeks chapter reading readings article video post blog essay
    text book author assignment semester year years month day days morning monday tuesday
    wednesday thursday friday saturday sunday night afternoon hour hours minutes time times thing
    things way ways lot lots kind sort part bit example examples case cases point points reason
    reasons fact person people someone somebody everyone everybody anybody nobody man woman men
    women guy student students teacher professor word words question questions answer answers idea
    ideas one two three first second last half end start beginning place home name page note notes
    list thought thoughts belief beliefs assumption assumptions expectation expectations impression
    opinion opinions view views viewpoint perspective understanding situation something anything
    everything nothing today tomorrow yesterday life world problem
    problems issue issues stuff type level set side top group being having doing going getting
    holding keeping looking talking trying coming calling giving leaving using asking telling
    thinking saying seeing starting taking putting bringing feeling knowing letting needing wanting
    turning moving happening finding showing waiting standing sitting running spending line place
    """
)
