"""Write what a page shows on demand as one JSON value: every passage once, all else points at it.

The page's script (script/) builds lists of members, the ledger, the essays' views and the search
from it, so that a page of 1,000 essays opens as fast as one of ten. Only what `Findings` quote or
show is in it: a page of quotes holds no more than its quotes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from pipeline.report.caveats import reading
from pipeline.report.facts import (
    Change,
    Essay,
    Findings,
    Link,
    Member,
    Quote,
    Sentence,
    Stand,
    Tension,
    Theme,
)
from pipeline.report.passages import anchor


class Strings:
    """Texts that stand in many places, each kept once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._at: dict[str, int] = {}

    def at(self, text: str) -> int:
        """Return the place of a text, which is new or known."""
        if text not in self._at:
            self._at[text] = len(self.all)
            self.all.append(text)
        return self._at[text]


class Store:
    """Passages and essays by their places in the data, filled as things refer to them."""

    def __init__(self, findings: Findings) -> None:
        self.strings = Strings()
        self.passages: list[list[Any]] = []
        self.essays: list[dict[str, Any]] = []
        self._passage: dict[str, int] = {}
        self._essay: dict[str, int] = {}
        for essay in findings.essays:
            self._essay[essay.essay_id] = len(self.essays)
            self.essays.append({"id": essay.anchor, "author": essay.author})
        for essay in findings.essays:
            self.essays[self._essay[essay.essay_id]] |= self._shown(essay)

    def essay(self, quote: Quote) -> int:
        """Return the place of a quote's essay; one that isn't shown has an author and groups."""
        if quote.essay_id not in self._essay:
            self._essay[quote.essay_id] = len(self.essays)
            groups = quote.where.rpartition("paragraph ")[0].removesuffix(" · ")
            self.essays.append({"id": "", "author": quote.author, "groups": groups})
        return self._essay[quote.essay_id]

    def passage(self, quote: Quote) -> int:
        """Return the place of a passage."""
        if quote.segment_id not in self._passage:
            self._keep(
                quote.segment_id,
                self.essay(quote),
                quote.text,
                quote.mark,
                self.strings.at(quote.reason),
                quote.paragraph,
            )
        place = self._passage[quote.segment_id]
        if quote.manner:
            self.passages[place][6] = self.strings.at(quote.manner)
        return place

    def _keep(self, key: str, essay: int, text: str, mark: str, reason: int, paragraph: int) -> int:
        self._passage[key] = len(self.passages)
        self.passages.append(
            [anchor("s", key)[2:], essay, text, mark, reason, paragraph, self.strings.at("")]
        )
        return self._passage[key]

    def used(self, quotes: Iterable[Quote]) -> list[list[int]]:
        """Write evidence: the passage, its pole (0 none, 1 a, 2 b), said before, and why."""
        return [
            [
                self.passage(quote),
                " ab".index(quote.side or " "),
                int(quote.before),
                self.strings.at(quote.reason),
            ]
            for quote in quotes
        ]

    def members(self, members: Iterable[Member]) -> list[list[int]]:
        """Write the evidence of members; the script gathers it by student again."""
        return self.used(quote for member in members for quote in member.quotes)

    def _shown(self, essay: Essay) -> dict[str, Any]:
        here = self._essay[essay.essay_id]
        blocks: list[list[Any]] = []
        for block in essay.blocks:
            parts: list[Any] = []
            for part in block.parts:
                if not part.role:
                    parts.append(part.text)
                    continue
                reason = self.strings.at(part.reason)
                parts.append(
                    self._keep(part.segment_id, here, part.text, part.mark, reason, block.n)
                )
            blocks.append([block.kind, block.marker, block.n, *parts])
        return {
            "title": essay.title,
            "groups": essay.groups,
            "values": dict(essay.values),
            "submitted": essay.submitted,
            "words": essay.n_words,
            "claims": essay.n_claims,
            "asks": [self.passage(quote) for quote in essay.questions],
            "blocks": blocks,
            "themes": [[_id(t), *map(self.passage, quotes)] for t, quotes in essay.themes],
            "unthemed": [self.passage(quote) for quote in essay.unthemed],
            "shifts": [[self.passage(s.prior), self.passage(s.now)] for s in essay.shifts],
            "stands": [self._stand(stand) for stand in essay.stands],
            "sources": [self.passage(quote) for quote in essay.sources],
            "notices": list(essay.notices),
            "reading": sentences(reading(essay)),
            "usual": sentences(essay.usual),
            "unusual": sentences(essay.unusual),
            "earlier": sentences(essay.earlier),
        }

    def _stand(self, stand: Stand) -> list[Any]:
        numbers = [_short(value) for value in (stand.position, stand.low, stand.high)]
        return [_id(stand.tension), stand.stance, *numbers, self.used(stand.passages)]


def _id(link: Link) -> str:
    return link.anchor


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def sentences(all_: Iterable[Sentence]) -> list[list[Any]]:
    """Write sentences: of each the pieces, a text alone or a text and its address."""
    return [
        [[piece.text, piece.href] if piece.href else piece.text for piece in sentence]
        for sentence in all_
    ]


def _theme(theme: Theme, store: Store) -> dict[str, Any]:
    return {
        "id": theme.anchor,
        "name": theme.name,
        "n": theme.n_students,
        "share": [_short(value) for value in (theme.share, theme.low, theme.high)],
        "members": store.members(theme.members),
    }


def _tension(tension: Tension, store: Store) -> dict[str, Any]:
    return {
        "id": tension.anchor,
        "name": tension.name,
        "poles": [tension.pole_a, tension.pole_b],
        "standings": [
            [
                one.author,
                anchor(tension.anchor, one.author),
                _short(one.position),
                _short(one.low),
                _short(one.high),
                one.stance,
                one.n_essays,
            ]
            for one in tension.standings
        ],
        "a": store.members(tension.members_a),
        "b": store.members(tension.members_b),
        "both": store.members(tension.both),
        "before": store.members(tension.before),
        "moved": [_change(change, store) for change in tension.changes],
        "drifts": [_change(change, store) for change in tension.drifts],
    }


def _change(change: Change, store: Store) -> list[Any]:
    ends = [_short(change.prior), _short(change.position)]
    return [change.author, change.essay_anchor, *ends, change.toward, store.used(change.quotes)]


def embedded(findings: Findings) -> Markup:
    """Write the data of a page as JSON that can stand in a script element."""
    store = Store(findings)
    data = {
        "students": findings.n_students,
        "nessays": findings.n_essays,
        "several": findings.several,
        "themes": [_theme(theme, store) for theme in findings.themes],
        "tensions": [_tension(tension, store) for tension in findings.tensions],
        "questions": [
            {
                "id": question.anchor,
                "text": question.text,
                "n": question.n_students,
                "manner": question.manner,
                "rhetorical": question.n_rhetorical,
                "about": question.about and [question.about.name, question.about.anchor],
                "members": store.members(question.members),
            }
            for question in findings.questions
        ],
        "essays": store.essays,
        "passages": store.passages,
        "strings": store.strings.all,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # An element of script ends at its end tag, wherever that stands; U+2028 ends a line of code.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)
