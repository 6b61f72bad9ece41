"""themes, segments -> themes with the names that a language model gave them, where somebody asks.

A step like a stage, whose function is handed what asks: `server` talks to the address, `asking`
remembers and announces, `prompts` says what is told of a theme, `accepting` what may name one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from pipeline.naming.accepting import (
    REASONS,
    Refusal,
    Voices,
    cleaned,
    lowered,
    refusal,
    written_small,
)
from pipeline.naming.asking import Answers, Asker, counted, sizes
from pipeline.naming.prompts import Members, Prompt, again, members, prompt
from pipeline.runtime.engine import Engine, Stage
from pipeline.settings import NamingSettings
from pipeline.tables import Notices, Themes, frame, valid

VERSION = 1
TAKES = ("essays", "segments", "themes", "assignments")
UNANSWERED = "names-unanswered"  # such a run is asked again: see again.py

Ask = Callable[[Sequence[Prompt]], Answers]

__all__ = ["Asker", "name_anew", "stage", "to_stderr"]


def stage(settings: NamingSettings, engine: Engine | None) -> tuple[Stage, ...]:
    """Give the stage that asks, where the settings name an address.

    Its answers are kept one by one, and not its tables as a whole. Raises UsageError for an address
    that is refused, and for several models to choose from.
    """
    if engine is None or not settings.address:
        return ()
    asker = Asker(settings, engine.store, engine.announce or to_stderr)
    asker.ready()
    ask = partial(name_anew, ask=asker, named=asker.named)
    return (Stage("name", VERSION, ask, TAKES, False, settings, (asker.named,), kept=False),)


def to_stderr(sentence: str) -> None:
    """Say something on the terminal, aside from what a program writes."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def name_anew(
    settings: NamingSettings,
    *,
    ask: Ask,
    named: str,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Give `themes` the names that a model gives them, each that is refused or lacking its own.

    `ask` gives the answers to prompts, `named` is what answers and where. Themes that a codebook
    names aren't asked about. What was found stays in `name_found`, and each refusal is a notice.
    """
    said = members(essays, segments, themes, assignments)
    asked = {
        str(row["theme_id"]): prompt(
            str(row["theme_id"]),
            str(row["name"]),
            [str(word) for word in row["keywords"]],
            said[str(row["theme_id"])],
            settings,
        )
        for row in themes.to_dict("records")
        if row["origin"] == "found"
        and pd.isna(row["name_found"])
        and said[str(row["theme_id"])].texts
    }
    if not asked:
        return {"themes": themes}
    judge = Judge(themes, said, written_small(segments["text"]), settings)
    answers = ask(list(asked.values()))
    refused = judge.heard(answers.said)
    second = [again(asked[key], judge.said[key], no.why) for key, no in refused.items()]
    if second:
        more = ask(second)
        refused |= judge.heard(more.said)
        refused = {key: no for key, no in refused.items() if key not in judge.given}
        answers = Answers(
            answers.said, answers.failed + more.failed, answers.trouble or more.trouble
        )
    told = notices([*asked.values(), *second], answers, judge, refused, named)
    return {"themes": renamed(themes, judge.given, named), "notices": told}


class Judge:
    """Decides over answers, one theme after the other, and keeps the names that are `given`.

    `said` is what was answered last, cleaned.
    """

    def __init__(
        self,
        themes: pd.DataFrame,
        members: dict[str, Members],
        small: frozenset[str],
        settings: NamingSettings,
    ) -> None:
        self.found = dict(zip(themes["theme_id"], themes["name"], strict=True))
        self.members, self.small, self.settings = members, small, settings
        self.given: dict[str, str] = {}
        self.said: dict[str, str] = {}

    def heard(self, answers: dict[str, str]) -> dict[str, Refusal]:
        """Take the answers that may be names, and give why the others may not."""
        refused = {}
        for key, answer in answers.items():
            voices = Voices.of(self.members[key], self.small)
            name = lowered(cleaned(answer), voices)
            self.said[key] = name
            others = [n for names in (self.found, self.given) for k, n in names.items() if k != key]
            no = refusal(name, voices, others, self.settings.most_words)
            if no is None:
                self.given[key] = " ".join(name.split())
            else:
                refused[key] = no
        return refused


def renamed(themes: pd.DataFrame, names: dict[str, str], named: str) -> pd.DataFrame:
    """Put names in, with what gave them, and what was found beside them."""
    rows: list[dict[str, Any]] = []
    for each in themes.to_dict("records"):
        row = {str(column): value for column, value in each.items()}
        if row["theme_id"] in names:
            row |= {"name_found": row["name"], "name_by": named, "name": names[row["theme_id"]]}
        rows.append(row)
    return valid(Themes, frame(Themes, rows))


def notices(
    asked: list[Prompt],
    answers: Answers,
    judge: Judge,
    refused: dict[str, Refusal],
    named: str,
) -> pd.DataFrame:
    """Say what was asked for, and whose answer was refused or lacking; no answer is repeated."""
    rows = []
    if answers.said:
        message = (
            f"The names of themes were asked of {named}, with {sizes(asked)}; of its answers "
            f"{len(judge.given)} {'is' if len(judge.given) == 1 else 'are'} used."
        )
        rows.append(note("names-asked", message))
    for key, no in refused.items():
        message = f"The theme “{judge.found[key]}” keeps that name: what {named} answered "
        rows.append(note(no.code, f"{message}{REASONS[no.code]}."))
    if (n := answers.failed) > 0:
        kept = "keeps the name that was" if n == 1 else "keep the names that were"
        message = f"{counted(n, 'theme')} {kept} found, since {named} {answers.trouble}; "
        rows.append(note(UNANSWERED, f"{message}the same command asks again.", "warning"))
    return frame(Notices, rows)


def note(code: str, message: str, severity: str = "note") -> dict[str, str]:
    """Make a row of notices."""
    return {"stage": "name", "severity": severity, "code": code, "message": message}
