"""Put verbs into their -ing form: "removes" becomes "removing"."""

from __future__ import annotations

import re

IRREGULAR = {
    past: base
    for base, past in {
        "break": "broke", "bring": "brought", "build": "built", "buy": "bought",
        "catch": "caught", "choose": "chose", "cut": "cut", "deal": "dealt", "draw": "drew",
        "drive": "drove", "fall": "fell", "fight": "fought", "find": "found", "give": "gave",
        "grow": "grew", "hear": "heard", "hide": "hid", "hold": "held", "hurt": "hurt",
        "lead": "led", "learn": "learnt", "leave": "left", "lose": "lost", "make": "made",
        "meet": "met", "pay": "paid", "put": "put", "run": "ran", "sell": "sold",
        "send": "sent", "set": "set", "sit": "sat", "speak": "spoke", "spend": "spent",
        "take": "took", "teach": "taught", "throw": "threw", "understand": "understood",
        "wear": "wore", "win": "won",
    }.items()
}  # fmt: skip
# Their last letter doubles although they have two syllables or more.
STRESSED_LAST = frozenset(
    re.findall(
        r"\w+",
        "admit begin commit compel control equip forbid forget occur omit permit prefer rebel "
        "input refer regret submit transfer transmit upset",
    )
)


def gerund(form: str, tag: str, words: frozenset[str]) -> str | None:
    """Give the -ing form of a verb in lower case; None where its base is not plain to see.

    `tag` is its Penn Treebank tag; `words` are words known to exist, to undo "-ed" with.
    """
    if not form.isalpha():
        return None
    if tag == "VBG":
        return form
    base = _base(form, tag, words)
    return _ing(base) if base and len(base) > 2 else None


def _base(form: str, tag: str, words: frozenset[str]) -> str | None:
    if tag in ("VB", "VBP"):
        return form
    if tag == "VBZ" and form.endswith("s"):
        if form.endswith("ies"):
            return form[:-3] + "y"
        hissing = form.endswith(("shes", "ches", "sses", "xes", "zzes", "oes"))
        return form[:-2] if hissing else form[:-1]
    if tag == "VBD":
        tries = (form[:-1], form[:-2], form[:-3], form[:-3] + "y") if form.endswith("ed") else ()
        known = (base for base in tries if base in words)
        return IRREGULAR.get(form) or next(known, None)
    return None


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base[:-1] + "ing"
    vowels = [letter in "aeiou" for letter in base]
    short = len(base) >= 3 and base[-1] not in "aeiouwxy" and vowels[-2] and not vowels[-3]
    doubles = short and (sum(vowels) == 1 or base in STRESSED_LAST)
    return base + (base[-1] if doubles else "") + "ing"


def infinitive(form: str, tag: str, words: frozenset[str]) -> str | None:
    """Give the base of a verb's form by its Penn Treebank tag; None where it isn't plain."""
    if tag == "VBG":
        return _base_of_ing(form, words)
    return _base(form, "VBD" if tag == "VBN" else tag, words)


def _base_of_ing(form: str, words: frozenset[str]) -> str | None:
    """Give the base of an -ing form, a word of `words`: "making" is of "make"; None: none is."""
    root = form.removesuffix("ing")
    tries = (root, root + "e", root[:-1], root[:-1] + "ie" if root.endswith("y") else root)
    return next((base for base in tries if base in words and _ing(base) == form), None)
