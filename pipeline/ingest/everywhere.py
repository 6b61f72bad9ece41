"""Whoever is hidden in one essay is hidden in all of the cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from pipeline.ingest.acting import MIN_LETTERS
from pipeline.ingest.citing import Cited
from pipeline.ingest.given import is_ordinary
from pipeline.ingest.mentions import (
    CITED,
    DECIDED,
    NOBODY,
    PARTICLES,
    REVERED,
    Judged,
    Mention,
    in_quote,
    person_of,
)
from pipeline.ingest.redact import NAME_WORD, fold

NAMED_BY = "named by"
AS_CITED = "cited with a year"


def everywhere(
    texts: Sequence[str],
    authors: Sequence[str],
    judged: Sequence[list[Judged]],
    taken: Set[str],
    writers: Mapping[tuple[str, ...], set[str]],
    public_at: int,
    cited: Sequence[Cited],
    sure: Set[str] = frozenset(),
) -> list[list[Judged]]:
    """Hide whoever is hidden in one essay in all of them, where a word of the name stands too.

    In essays of others only where fewer than `public_at` students write the word, for it may be
    somebody else, or a place, and where it is no ordinary English one. Not so of the words in
    `sure`, which are one person's everywhere. Family names that a text cites (`cited`) stay in it,
    unless its author names somebody else so.
    """
    own: dict[str, list[Judged]] = defaultdict(list)
    for author, listed in zip(authors, judged, strict=True):
        own[author] += [one for one in listed if one.is_replaced]
    all_owners = owners_of([one for listed in own.values() for one in listed], taken)
    shared = {
        part: person
        for part, person in all_owners.items()
        if part in sure or (len(writers.get((part,), ())) < public_at and not is_anybodys(part))
    }
    surely = {part: person for part, person in shared.items() if part in sure}
    hidden = {person_of(one.mention) for listed in own.values() for one in listed}
    hidden = {person for person in hidden if not is_anybodys(person)}
    own_owners = {author: owners_of(listed, taken) for author, listed in own.items()}
    done = []
    for text, author, listed, known in zip(texts, authors, judged, cited, strict=True):
        mine = own_owners[author]
        owner = {part: who for part, who in shared.items() if part not in known} | mine | surely
        done.append(also_alone(text, also_whole(listed, hidden), owner))
    return done


def is_anybodys(word: str) -> bool:
    """Tell whether a word of a hidden name is too common to be that person's in others' essays."""
    return word in REVERED or is_ordinary(word)


def owners_of(replaced: Sequence[Judged], taken: Set[str]) -> dict[str, str]:
    """Map each word of hidden names to the person whom it stands for; whole names go first."""
    owner: dict[str, str] = {}
    for one in sorted(replaced, key=lambda each: -len(each.mention.who)):
        for part in one.mention.who:
            is_word = len(part) >= MIN_LETTERS and part not in PARTICLES
            if is_word and part not in taken and part not in NOBODY:
                owner.setdefault(part, person_of(one.mention))
    return owner


def also_whole(judged: Sequence[Judged], hidden: Set[str]) -> list[Judged]:
    """Replace a name that is hidden elsewhere, unless it is cited or known to many."""
    return [
        replace(one, is_replaced=True, why="hidden in another place")
        if not one.is_replaced and person_of(one.mention) in hidden and not is_public(one)
        else one
        for one in judged
    ]


def also_alone(text: str, judged: list[Judged], owner: Mapping[str, str]) -> list[Judged]:
    """Add the places where a replaced person is named by one word of the name."""
    if not owner:
        return judged
    judged = [as_part(one, owner) for one in judged]
    whole = [
        one
        for one in judged
        if one.mention.cue == DECIDED
        or len(NAME_WORD.findall(text[one.mention.start : one.mention.end])) > 1
    ]
    whole = [one for one in whole if one.is_replaced or is_public(one)]
    spans = [(one.mention.start, one.mention.end) for one in whole]
    alone = {
        word.start(): Judged(
            Mention(word.start(), word.end(), owner[fold(word[0])], "alone"), True, "named before"
        )
        for word in NAME_WORD.finditer(text)
        if word[0][0].isupper()
        and fold(word[0]) in owner
        and not any(start <= word.start() < end for start, end in spans)
        and not in_quote(text, word.start())
        and not CITED.match(text, word.end())
    }
    rest = [
        as_owner(one, owner) if one.is_replaced else one
        for one in judged
        if one.is_replaced or one.mention.start not in alone
    ]
    own = {one.mention.start for one in rest}
    added = [one for start, one in alone.items() if start not in own]
    return sorted([*rest, *added], key=lambda one: one.mention.start)


def as_part(one: Judged, owner: Mapping[str, str]) -> Judged:
    """Replace a name of several words of which one is a hidden person's: no half of it may stay."""
    mention = one.mention
    person = next((owner[part] for part in mention.who if part in owner), None)
    if one.is_replaced or is_public(one) or len(mention.who) == 1 or person is None:
        return one
    return Judged(replace(mention, name=person), True, "named before")


def is_public(one: Judged) -> bool:
    """Tell whether a mention stays because its person is known beyond the cohort."""
    return not one.is_replaced and (one.why == AS_CITED or one.why.startswith(NAMED_BY))


def as_owner(one: Judged, owner: Mapping[str, str]) -> Judged:
    """Return a mention of one word as one of the person whose whole name has it."""
    mention = one.mention
    if len(mention.who) != 1 or owner.get(mention.who[0]) in (None, person_of(mention)):
        return one
    return replace(one, mention=replace(mention, name=owner[mention.who[0]]))
