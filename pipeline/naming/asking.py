"""Ask for names and remember the answers, so that nothing is asked twice.

What leaves this machine is announced before it does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.errors import UsageError
from pipeline.naming import server
from pipeline.naming.prompts import TASK, Prompt
from pipeline.runtime.engine import Announce
from pipeline.runtime.store import Store, key_of
from pipeline.settings import NamingSettings

ANSWER_TOKENS = 1_000  # a model that thinks aloud needs more than the phrase has
MOST_FAILURES = 3  # answers in a row that fail before the rest isn't asked for
KEPT = 2_000  # characters of an answer: a phrase has less
SHOWN = 8  # models that are listed


@dataclass
class Answers:
    """What a model said of each theme, and why it said nothing of the others, if so."""

    said: dict[str, str] = field(default_factory=dict)
    failed: int = 0
    trouble: str = ""


class Asker:
    """Asks one model at one address, with the answers of a store.

    `announce` is handed a sentence before anything goes to another machine. Raises UsageError for
    an address that is refused.
    """

    def __init__(self, settings: NamingSettings, store: Store, announce: Announce) -> None:
        self.settings, self.store, self.announce = settings, store, announce
        self.address = server.check(settings)
        self.here = server.is_here(self.address.host)
        self.model, self.trouble = settings.model, ""

    @property
    def named(self) -> str:
        """Name the model and where it is."""
        return f"{self.model or 'a model'} at {self.address.place}"

    def ready(self) -> None:
        """Find out which model answers, where none was named; it is remembered.

        Raises UsageError when there are several to choose from.
        """
        key = key_of("model of", self.settings.address)
        if not self.model and (kept := self.store.get(key)) is not None:
            self.model = str(kept["model"]["id"].iloc[0])
        if self.model:
            return
        try:
            there = server.models(self.address, self.settings)
        except server.NoAnswer as none:
            self.trouble = str(none)
            return
        if len(there) != 1:
            some = ", ".join(there[:SHOWN]) + (" ..." if len(there) > SHOWN else "")
            raise UsageError(
                f"{self.address.place} has {len(there) or 'no'} models"
                + (f" ({some}); name one with --names-model." if there else "; load one there.")
            )
        self.model = there[0]
        self.store.put(key, {"model": pd.DataFrame({"id": there}, dtype="str")})

    def __call__(self, prompts: Sequence[Prompt]) -> Answers:
        """Ask what isn't remembered, one after the other."""
        answers = Answers()
        waiting = []
        for each in prompts:
            kept = self.store.get(self.key(each))
            if kept is None:
                waiting.append(each)
            else:
                answers.said[each.theme_id] = str(kept["answer"]["text"].iloc[0])
        answers.trouble = self.trouble if waiting else ""
        if waiting and not answers.trouble and not self.here:
            self.announce(leaving(waiting, self.address))
        in_a_row = MOST_FAILURES if self.trouble else 0
        for each in waiting:
            if in_a_row >= MOST_FAILURES:
                break
            try:
                said = server.chat(self.address, self.body(each), self.settings)
            except server.NoAnswer as none:
                answers.trouble = answers.trouble or str(none)
                in_a_row += MOST_FAILURES if none.last else 1
                continue
            in_a_row = 0
            answers.said[each.theme_id] = said[:KEPT]
            rows = pd.DataFrame({"text": [said[:KEPT]]}, dtype="str")
            self.store.put(self.key(each), {"answer": rows})
        answers.failed = sum(each.theme_id not in answers.said for each in prompts)
        return answers

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """Write what is sent for a theme."""
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": TASK},
                {"role": "user", "content": prompt.text},
            ],
            "temperature": 0,
            "seed": self.settings.seed,
            "max_tokens": ANSWER_TOKENS,
            "stream": False,
        }

    def key(self, prompt: Prompt) -> str:
        """Hash all that an answer rests on: address, model, prompt."""
        return key_of("name of a theme", self.settings.address, json.dumps(self.body(prompt)))


def sizes(prompts: Sequence[Prompt]) -> str:
    """Say how much some prompts hold; a theme that was asked about twice counts once."""
    themes = {each.theme_id for each in prompts}
    students = frozenset().union(*(each.students for each in prompts))
    letters = sum(len(TASK) + len(each.text) for each in prompts)
    return (
        f"{counted(sum(each.n_passages for each in prompts), 'quote')} of "
        f"{counted(len(students), 'student')} for {counted(len(themes), 'theme')}, "
        f"{letters:,} characters"
    )


def counted(n: int, what: str) -> str:
    """Write a number of things."""
    return f"{n:,} {what}{'s' * (n != 1)}"


def leaving(prompts: Sequence[Prompt], address: server.Address) -> str:
    """Say what leaves this machine, and where to."""
    open_ = ", unencrypted" if address.scheme == "http" else ""
    return (
        f"To {address.place} now go, with --allow-remote{open_}: {sizes(prompts)}; names are "
        "pseudonyms as in the report, and no file's name is among it."
    )
