"""Groups of four for a discussion: who talks with whom, so that both poles are heard in each.

No chance is in it: the same class gives the same groups. Students who lean to a pole are dealt
first, then those who hold both, then those who aren't placed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.occasions import group_text
from pipeline.report.facts import Circle, Essay, Link, Sentence, Tension
from pipeline.report.passages import anchor, groupings
from pipeline.report.sentences import say, to
from pipeline.report.words import counted, number, verb
from pipeline.tables import Tables

SIZE = 4  # students; what doesn't divide makes groups of three
ONE = 5  # students who talk as one group
# Words in the name of a roster column that tells who sits in a room together.
TOGETHER = ("section", "class", "seminar", "tutorial", "lab", "room", "course", "session", "group")
LEAST = 3  # students in each of them, or they are left aside


class Seat(NamedTuple):
    """A student to be placed: the stance (a, b, both; "": not placed) and the position."""

    author: str
    stance: str = ""
    position: float = 0.0


def circles(tables: Tables, tension: Tension | None, essays: Iterable[Essay]) -> tuple[Circle, ...]:
    """Deal all students into groups of three or four that mix both poles of a tension.

    Where a column of the roster says who meets, students stay among those whom they meet.
    """
    seats = _seats(tables, tension)
    rooms = rooms_of(tables)[1]
    addresses = _addresses(tension, essays)
    found: list[Circle] = []
    for room in sorted({rooms.get(seat.author, "") for seat in seats}):
        here = [seat for seat in seats if rooms.get(seat.author, "") == room]
        for dealt in deal(here):
            name = f"{len(found) + 1}"
            by_stance = {
                stance: tuple(
                    Link(seat.author, addresses.get(seat.author, ""))
                    for seat in dealt
                    if seat.stance == stance
                )
                for stance in ("a", "both", "b", "")
            }
            found.append(
                Circle(name, room, *(by_stance[stance] for stance in ("a", "both", "b", "")))
            )
    return tuple(found)


def deal(seats: list[Seat]) -> list[list[Seat]]:
    """Deal students into groups whose sizes differ by one at the most.

    As many groups have both poles as can be: the fewer of a pole's students, or all groups.
    """
    if not seats:
        return []
    n = len(seats)
    many = 1 if n <= ONE else -(-n // SIZE)
    rooms = [n // many + (i < n % many) for i in range(many)]
    dealt: list[list[Seat]] = [[] for _ in rooms]
    # The strongest lean first, so that they don't meet in one group.
    orders = {"a": 1.0, "b": -1.0, "both": 0.0, "": 0.0}
    for stance, sign in orders.items():
        own = [seat for seat in seats if seat.stance == stance]
        for seat in sorted(own, key=lambda s: (sign * s.position, s.author)):
            free = [i for i, taken in enumerate(dealt) if len(taken) < rooms[i]]
            best = min(free, key=lambda i: _cost(dealt[i], seat, rooms[i] - len(dealt[i]), i))
            dealt[best].append(seat)
    return dealt


def _cost(taken: list[Seat], seat: Seat, room: int, i: int) -> tuple[float, ...]:
    """Rank a group for a student: few of the same stance, a pole that is lacking, balance."""
    stances = Counter(other.stance for other in taken)
    poles = (stances["a"] > 0) + (stances["b"] > 0)
    lacking = {"a": 0, "b": stances["a"] == 0}.get(seat.stance, poles)
    balance = abs(sum(other.position for other in taken) + seat.position)
    if seat.stance == "both":  # where a pole is lacking they speak for it
        return (lacking, stances["both"], -room, balance, i)
    return (stances[seat.stance], lacking, -room, balance, i)


def circle_notes(
    found: tuple[Circle, ...], tension: Tension | None, column: str
) -> tuple[Sentence, ...]:
    """Say how the groups were made, how many have both poles, and where the real names are.

    `column` of the roster says who meets, "" where none does.
    """
    if not found:
        return ()
    notes = []
    if len(found) == 1:
        n = found[0].size
        notes.append(say(f"{counted(n, 'student')} are one group."))
    elif tension is None:
        notes.append(
            say(
                "No tension was found to mix them over: the groups follow the order of the "
                "pseudonyms, which says nothing of the students."
            )
        )
    else:
        mixed = sum(bool(circle.a and circle.b) for circle in found)
        held = sum(bool(circle.both) and not (circle.a and circle.b) for circle in found)
        if mixed == len(found):
            who = "Each group has"
        elif not mixed:
            who = "No group could have"
        else:
            who = f"{number(mixed, start=True)} of {number(len(found))} groups "
            who += verb(mixed, "have", "has")
        more = ""
        if held:
            more = f"; {number(held)} {'more ' if mixed else ''}{verb(held, 'have', 'has')} "
            more += "somebody who holds both"
        notes.append(say(f"{who} somebody at ", to("each pole", tension.anchor), f"{more}."))
    if column:
        notes.append(say(f"Nobody leaves their {column}."))
    notes.append(say("Their names: authors.csv in the private folder."))
    return tuple(notes)


def title(found: tuple[Circle, ...]) -> str:
    """Name what was made: "Six groups of four", "Five groups of three or four"."""
    sizes = sorted({circle.size for circle in found})
    words = " or ".join(number(size) for size in sizes)
    return f"{counted(len(found), 'group')} of {words}"


def _seats(tables: Tables, tension: Tension | None) -> list[Seat]:
    placed: dict[str, Seat] = {}
    if tension is not None:
        rows = tables.stances[tables.stances["tension_id"] == tension.tension_id]
        for row in rows.to_dict("records"):
            author = str(row["author"])
            placed[author] = Seat(author, str(row["stance"]), float(row["position"]))
    authors = sorted(map(str, tables.essays["author"].unique()))
    return [placed.get(author, Seat(author)) for author in authors]


def rooms_of(tables: Tables) -> tuple[str, dict[str, str]]:
    """Tell for each student with whom they meet, by the first column of the roster that says so.

    A column counts when its name says so, no student has two values, and no value is rare.
    """
    for column in groupings(tables):
        if not set(re.split(r"[\W_\d]+", column.casefold())) & set(TOGETHER):
            continue
        known = tables.roster[tables.roster[column].notna()]
        values = known[column].map(group_text).groupby(known["author"]).unique()
        if values.map(len).max() > 1:
            continue
        rooms = {str(author): str(found[0]) for author, found in values.items()}
        everybody = [rooms.get(str(author), "") for author in tables.essays["author"].unique()]
        if min(Counter(everybody).values()) >= LEAST:
            return column, rooms
    return "", {}


def _addresses(tension: Tension | None, essays: Iterable[Essay]) -> dict[str, str]:
    """Find where the page shows each student: their evidence for a pole, else their first essay."""
    found: dict[str, str] = {}
    for essay in essays:
        found.setdefault(essay.author, essay.anchor)
    if tension is not None:
        for member in (*tension.members_a, *tension.both, *tension.members_b):
            found[member.author] = anchor(tension.anchor, member.author)
    return found
