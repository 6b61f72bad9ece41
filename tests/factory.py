"""A small cohort built in code: valid tables with something of everything, for tests of pages.

`cohort()` has 14 students, 20 essays, two sections, two weeks, 5 themes, 2 tensions, questions,
shifts and notices. `five_essays()`, `one_essay()` and `nothing_found()` are its variants, and
`large()` repeats it. All of it is written for this project.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np

from pipeline.tables import CATEGORIES, Tables, frame

Rows = list[dict[str, Any]]

STUDENTS = [
    "Heron",
    "Juniper",
    "Saffron",
    "Alder",
    "Otter",
    "Maple",
    "Wren",
    "Cedar",
    "Linnet",
    "Rowan",
    "Tansy",
    "Plover",
    "Sorrel",
    "Finch",
]
EVENING = frozenset(["Heron", "Saffron", "Otter", "Wren", "Linnet", "Tansy", "Sorrel"])
TWICE = frozenset(["Heron", "Juniper", "Alder", "Maple", "Linnet", "Finch"])

# theme_id, name, keywords, stability; then a claim a student, the clearest first.
THEMES: dict[str, tuple[str, list[str], float, dict[str, str]]] = {
    "t01": (
        "The PM clears the way for others",
        ["way", "obstacle", "team"],
        0.78,
        {
            "Heron": "A good product manager is the oil, not the engine, and the oil has the "
            "harder job.",
            "Otter": "The best thing a PM can do in a week is to remove one obstacle.",
            "Saffron": "Product managers make room so that engineers can think.",
            "Maple": "The role is mostly about unblocking people before they notice the block.",
            "Wren": "Clearing the way for others counts as work, though nobody sees it.",
            "Cedar": "A PM who gets out of the way has usually cleared it first.",
            "Linnet": "Connecting people who don't talk to each other is the whole craft.",
            "Tansy": "Removing friction is worth more than adding features.",
            "Juniper": "Facilitating is real work, and most meetings would fail without it.",
            "Finch": "Whoever clears the calendar clears the road map.",
        },
    ),
    "t02": (
        "Success belongs to the team",
        ["team", "credit", "success"],
        0.86,
        {
            "Rowan": "A PM's value shows in what the team ships, never in a personal score.",
            "Alder": "Credit for a release belongs to the whole team.",
            "Otter": "Nobody can say which part of a success was the manager's.",
            "Plover": "Success is a property of the group and can't be divided fairly.",
            "Wren": "Teams win or lose together, and a PM who forgets that loses the team.",
            "Sorrel": "Individual praise makes a team worse at the next release.",
            "Finch": "It is right to judge a manager by the people who want to work there again.",
            "Cedar": "Shared success makes people braver than bonuses do.",
        },
    ),
    "t03": (
        "Recruiting tests a job that nobody has",
        ["interview", "recruiting", "advert"],
        0.71,
        {
            "Juniper": "Case interviews test a job that doesn't exist.",
            "Linnet": "Adverts ask for vision where the week asks for patience.",
            "Plover": "Recruiting rewards people who can talk about products they never shipped.",
            "Tansy": "The interview and the work have never been introduced to each other.",
            "Maple": "Hiring for confidence is how a company ends up with loud road maps.",
            "Rowan": "A trial week would tell more than five rounds of puzzles.",
        },
    ),
    "t04": (
        "Staying close to users",
        ["user", "listen"],
        0.83,
        {
            "Sorrel": "A product manager who hasn't met a user this month is guessing.",
            "Saffron": "Watching one person fail teaches more than a hundred survey answers.",
            "Alder": "Users forgive a missing feature sooner than a deaf company.",
            "Heron": "Listening is the only research that can't be delegated.",
            "Cedar": "Staying close to users keeps a team honest.",
        },
    ),
    "t05": (
        "Who decides?",
        ["decision", "authority"],
        0.52,
        {
            "Finch": "Responsibility without authority is a polite name for blame.",
            "Wren": "Somebody has to make the final call, and the chapter hides who.",
            "Rowan": "A road map that everybody owns is decided by whoever stays longest.",
        },
    ),
}
RARE = {
    "Plover": "Nobody asks whether the engineers wanted to be facilitated in the first place.",
    "Sorrel": "Half of the trouble described in this chapter would vanish with shorter contracts.",
    "Tansy": "Every diagram of a process leaves out the person who draws it.",
    "Alder": "They call it alignment when they mean that somebody gave in.",
}
PRIOR = {
    "Heron": "Before the reading I believed that a manager designs the product.",
    "Juniper": "I used to think that the PM builds the thing with their own hands.",
    "Saffron": "I had assumed that product managers write most of the specification alone.",
    "Linnet": "I always thought of the role as a kind of chief engineer.",
}
# Poles of x01 (a: facilitation, b: building) and x02 (a: data, b: intuition).
BUILDING = {
    "Juniper": "If I never touch the product I don't see how I could call it mine.",
    "Alder": "Making things is how I understand them, and a PM should keep making.",
    "Plover": "A manager who can't build will be told stories by those who can.",
    "Rowan": "Building something yourself is the only honest way to learn what it costs.",
    "Finch": "Somebody who never builds can't tell a hard week from a lazy one.",
}
DATA = {
    "Sorrel": "Numbers end arguments that opinions only prolong.",
    "Saffron": "A test with forty users beats the taste of any founder.",
    "Otter": "Measuring is a form of respect for the people who have to live with a decision.",
}
INTUITION = {
    "Wren": "Good taste sees the problem months before a chart does.",
    "Tansy": "Intuition is experience that forgot where it came from.",
    "Saffron": "Some choices have to be felt, because nothing can be counted yet.",
}
# The clearest student first: text, form, rhetorical.
QUESTIONS: list[tuple[str, dict[str, tuple[str, str, float]]]] = [
    (
        "t05",
        {
            "Finch": ("Who makes the final call when everyone is consulted?", "direct", 0.1),
            "Wren": ("Who decides in the end, if all of us are asked?", "direct", 0.1),
            "Otter": ("I wonder who has the last word on the road map.", "indirect", 0.1),
            "Maple": ("Who is it that decides where the product goes?", "direct", 0.2),
        },
    ),
    (
        "t01",
        {
            "Juniper": ("How do you stay motivated if you don't make the thing?", "direct", 0.1),
            "Alder": ("I'm curious how PMs keep a sense of ownership.", "indirect", 0.1),
            "Heron": ("I still don't understand what keeps a PM going.", "indirect", 0.1),
        },
    ),
    (
        "t03",
        {
            "Linnet": (
                "Why does recruiting ask for skills that the job doesn't use?",
                "direct",
                0.3,
            ),
            "Tansy": ("Does anybody in those companies read their own adverts?", "direct", 0.8),
        },
    ),
    (
        "t02",
        {"Plover": ("I wonder how a PM is judged if the team does the work.", "indirect", 0.1)},
    ),
    ("", {"Saffron": ("What do users lose when nobody owns the product?", "direct", 0.1)}),
    ("", {"Juniper": ("Should we teach the theory at all?", "direct", 0.6)}),
]
ACCOUNTS = (
    "I work in a logistics company, in the claims department.",
    "Last spring we shipped a form that nobody filled in.",
    "On Sunday I printed nine adverts for the job and laid them on the floor.",
    "Our guest spoke for an hour and drew one box on the board.",
    "I felt uneasy when I read the second section.",
    "Next week I will sit in on a planning meeting.",
    "My sister managed a shop for six years and never used the word product.",
)
MOVES = {
    "On Sunday I printed nine adverts for the job and laid them on the floor.": ["experience"],
    "I work in a logistics company, in the claims department.": ["experience"],
    "I felt uneasy when I read the second section.": ["feeling"],
    "Next week I will sit in on a planning meeting.": ["intention"],
}
SOURCE = "The author argues that a PM should “carry meaning” from one department to the next."
TITLES = (
    "What the oil does",
    "Against the friendly chapter",
    "Two surprises",
    "Hands",
    "A PM in practice",
)


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Writer:
    """Composes one essay: blocks of sentences, and the segments that cover them exactly."""

    def __init__(self, essay_id: str) -> None:
        self.essay_id = essay_id
        self.text = ""
        self.rows: Rows = []
        self.paragraph = -1

    def block(self, kind: str, sentences: list[dict[str, Any]], marker: str = "") -> None:
        if not sentences:
            return
        self.paragraph += 1
        self.text += ("\n\n" if self.text else "") + (f"{marker} " if marker else "")
        for i, spec in enumerate(sentences):
            self.text += " " if i else ""
            start = len(self.text)
            self.text += spec["text"]
            row = {
                "segment_id": f"{self.essay_id}-{len(self.rows):02d}",
                "essay_id": self.essay_id,
                "text_sha": sha(spec["text"]),
                "ordinal": len(self.rows),
                "paragraph": self.paragraph,
                "block": kind,
                "start": start,
                "end": len(self.text),
                "moves": [],
                "role_score": 0.8,
                "reason": f"reads as {spec['role']}",
            }
            self.rows.append(row | spec)


def claim(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "role": "claim", "holder": "author", "role_score": 0.9} | more


@cache
def cohort() -> Tables:
    """Return 20 essays by 14 students with themes, tensions, questions, shifts and notices."""
    essays: Rows = []
    roster: Rows = []
    segments: Rows = []
    number = 0
    for i, author in enumerate(STUDENTS):
        for week in (1, 2) if author in TWICE else (1 + i % 2,):
            number += 1
            writer = Writer(f"e{number:02d}")
            _write(writer, author, second=author in TWICE and week == 2, i=i)
            section = "evening" if author in EVENING else "morning"
            essays.append(_essay(writer, author, TITLES[number % len(TITLES)], week))
            roster.append(
                {"essay_id": writer.essay_id, "author": author, "section": section, "week": week}
            )
            segments += writer.rows
    return _found(essays, roster, segments)


def _write(writer: Writer, author: str, second: bool, i: int) -> None:
    """Write a student's first essay, or a second with what they say about the other matters."""
    writer.block("heading", [{"text": "My reading", "role": "frame"}])
    opening = [{"text": ACCOUNTS[(i + second) % 7], "role": "account"}]
    opening[0]["moves"] = MOVES.get(opening[0]["text"], [])
    themes = [(key, says[author]) for key, (_, _, _, says) in THEMES.items() if author in says]
    half = [pair for n, pair in enumerate(themes) if (n % 2 == 1) == second or author not in TWICE]
    if author in PRIOR and not second:
        opening.append(
            claim(PRIOR[author], moves=["prior belief"], reason="“before”: prior belief")
        )
    opening += [claim(text, moves=["belief"]) for _, text in half[:1]]
    writer.block("paragraph", opening)
    for n, (_, text) in enumerate(half[1:], 1):
        writer.block("list item", [claim(text, moves=["perspective"])], f"{n}.")
    last = author not in TWICE or second
    pulls = [pool[author] for pool in (BUILDING, DATA, INTUITION, RARE) if author in pool and last]
    writer.block("paragraph", [claim(text, role_score=0.95) for text in pulls])
    if author == "Otter":
        writer.block("quote", [claim(SOURCE, holder="source", endorsed=None)])
    asked = [asks[author] for _, asks in QUESTIONS if author in asks and last]
    questions = [
        {
            "text": t,
            "role": "question",
            "holder": "author",
            "form": form,
            "rhetorical": r,
            "reason": f"a {form} question",
        }
        for t, form, r in asked
    ]
    if questions:
        writer.block("paragraph", [{"text": "This leaves me with:", "role": "frame"}])
    for spec in questions:
        writer.block("list item", [spec], "•")


def _essay(writer: Writer, author: str, title: str | None, week: int | None) -> dict[str, Any]:
    return {
        "essay_id": writer.essay_id,
        "author": author,
        "title": title,
        "submitted": None if week is None else f"2024-03-{7 * week:02d}",
        "week": week,
        "language": "en",
        "n_words": len(writer.text.split()),
        "text": writer.text,
        "essay_sha": sha(writer.text),
    }


def _found(essays: Rows, roster: Rows, segments: Rows) -> Tables:
    """Add what the later stages would find in these essays."""
    author_of = {row["essay_id"]: row["author"] for row in essays}
    by_text = {row["text"]: row for row in segments}
    authors = list(dict.fromkeys(author_of.values()))
    tables = Tables.empty()
    themes, assignments = _themes(by_text, segments, len(authors))
    evidence = _evidence(by_text)
    positions, stances = _positions(evidence, by_text, author_of)
    tensions = _tensions(evidence, stances)
    shifts = [
        {
            "prior_segment_id": by_text[text]["segment_id"],
            "now_segment_id": by_text[THEMES[theme][3][author]]["segment_id"],
            "essay_id": by_text[text]["essay_id"],
            "score": 0.8,
        }
        for author, text in PRIOR.items()
        for theme in ("t01", "t03")
        if text in by_text
        and author in THEMES[theme][3]
        and by_text.get(THEMES[theme][3][author], {}).get("essay_id") == by_text[text]["essay_id"]
    ]
    notices = [
        {
            "essay_id": None,
            "stage": "ingest",
            "severity": "refused",
            "code": "scan-without-text",
            "message": "Document 21 (PDF) is a scan without text; give it as text.",
        },
        {
            "essay_id": None,
            "stage": "ingest",
            "severity": "skipped",
            "code": "empty",
            "message": "Document 22 (text) is empty.",
        },
        {
            "essay_id": essays[0]["essay_id"],
            "stage": "ingest",
            "severity": "warning",
            "code": "short",
            "message": "The essay is very short.",
        },
    ]
    shas = dict.fromkeys(row["text_sha"] for row in segments)
    vector = np.array([1.0, 0.0], dtype=np.float32)
    rows: dict[str, Rows] = {
        "essays": essays,
        "roster": roster,
        "segments": segments,
        "embeddings": [{"text_sha": key, "vector": vector} for key in shas],
        "move_scores": [_move_scores(row) for row in segments],
        "shifts": shifts,
        "themes": themes,
        "assignments": assignments,
        "questions": _questions(by_text),
        "tensions": tensions,
        "evidence": evidence,
        "positions": positions,
        "stances": stances,
        "comparisons": _comparisons(themes, stances, segments, roster, author_of),
        "notices": notices,
    }
    return tables.with_(
        **{name: frame(Tables.SCHEMAS[name], found) for name, found in rows.items()}
    )


def _move_scores(row: dict[str, Any]) -> dict[str, Any]:
    """Score the moves that a segment makes alike, and "other" where it makes none."""
    made = [move for move in row["moves"] if move in CATEGORIES] or ["other"]
    scores = {move: float(move in made) / len(made) for move in CATEGORIES}
    scores["asks"] = float(row["role"] == "question")
    return {"segment_id": row["segment_id"], "essay_id": row["essay_id"]} | scores


def wilson(k: int, n: int) -> tuple[float, float]:
    p, z = k / n, 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _themes(by_text: dict[str, Any], segments: Rows, n: int) -> tuple[Rows, Rows]:
    themes, placed = [], {}
    for theme_id, (name, keywords, stability, says) in THEMES.items():
        found = [by_text[text]["segment_id"] for text in says.values() if text in by_text]
        if len(found) < 2:
            continue
        low, high = wilson(len(found), n)
        placed |= {segment: (theme_id, 0.9 - 0.05 * k) for k, segment in enumerate(found)}
        themes.append(
            {
                "theme_id": theme_id,
                "name": name,
                "keywords": keywords,
                "level": "fine",
                "n_segments": len(found),
                "n_students": len(found),
                "share": len(found) / n,
                "share_low": low,
                "share_high": high,
                "stability": stability,
                "exemplars": found[:3],
                "origin": "found",
            }
        )
    assignments = []
    for row in segments:
        if row["role"] == "claim" and row["holder"] == "author":
            theme_id, strength = placed.get(row["segment_id"], (None, 0.2))
            assignments.append(
                {"segment_id": row["segment_id"], "theme_id": theme_id, "strength": strength}
            )
    return themes, assignments


def _evidence(by_text: dict[str, Any]) -> Rows:
    facilitation = {a: t for a, t in THEMES["t01"][3].items() if a not in ("Finch", "Tansy")}
    pools = (
        ("x01", "a", "now", facilitation, "says that clearing the way is the work"),
        ("x01", "b", "now", BUILDING, "says that a PM should build"),
        ("x01", "b", "prior", PRIOR, "believed before that a PM builds"),
        ("x02", "a", "now", DATA, "trusts what can be measured"),
        ("x02", "b", "now", INTUITION, "trusts taste"),
    )
    rows = []
    for tension_id, pole, time, pool, reason in pools:
        for k, text in enumerate(pool.values()):
            if text in by_text:
                rows.append(
                    {
                        "tension_id": tension_id,
                        "segment_id": by_text[text]["segment_id"],
                        "pole": pole,
                        "weight": round(0.95 - 0.04 * k, 2),
                        "time": time,
                        "reason": reason,
                    }
                )
    return rows


def _positions(
    evidence: Rows, by_text: dict[str, Any], author_of: dict[str, str]
) -> tuple[Rows, Rows]:
    home = {row["segment_id"]: row["essay_id"] for row in by_text.values()}
    essays: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in evidence:
        essays.setdefault((home[row["segment_id"]], row["tension_id"]), []).append(row)
    positions, per_author = [], {}
    for (essay_id, tension_id), used in essays.items():
        now = [row["pole"] for row in used if row["time"] == "now"]
        before = [row["pole"] for row in used if row["time"] == "prior"]
        where = _place(now.count("a"), now.count("b")) if now else {}
        prior = _place(before.count("a"), before.count("b"))["position"] if before else None
        positions.append(
            {
                "essay_id": essay_id,
                "tension_id": tension_id,
                **where,
                "prior": prior,
                "n_segments": len(used),
            }
        )
        if now:
            key = (author_of[essay_id], tension_id)
            a, b, n = per_author.get(key, (0, 0, 0))
            per_author[key] = (a + now.count("a"), b + now.count("b"), n + 1)
    stances = [
        {"author": author, "tension_id": tension_id, **_place(a, b), "n_essays": n}
        for (author, tension_id), (a, b, n) in per_author.items()
    ]
    return positions, stances


def _place(a: int, b: int) -> dict[str, Any]:
    position = (b - a) / (a + b + 1)
    stance = "both" if a and b else ("a" if a else "b")
    low, high = max(-1.0, position - 0.6), min(1.0, position + 0.6)
    return {"position": position, "low": low, "high": high, "stance": stance}


def _tensions(evidence: Rows, stances: Rows) -> Rows:
    poles = {"x01": ("facilitation", "building"), "x02": ("data", "intuition")}
    return [
        {
            "tension_id": key,
            "name": f"{a} vs. {b}",
            "pole_a": a,
            "pole_b": b,
            "n_students": sum(row["tension_id"] == key for row in stances),
            "n_evidence": sum(row["tension_id"] == key for row in evidence),
            "stability": 0.7,
        }
        for key, (a, b) in poles.items()
        if any(row["tension_id"] == key for row in stances)
    ]


def _questions(by_text: dict[str, Any]) -> Rows:
    rows = []
    for k, (about, asks) in enumerate(QUESTIONS):
        found = [by_text[text] for text, _, _ in asks.values() if text in by_text]
        if found:
            rows.append(
                {
                    "question_id": f"q{k + 1:02d}",
                    "text": found[0]["text"],
                    "n_students": len(found),
                    "n_direct": sum(row["form"] == "direct" for row in found),
                    "n_indirect": sum(row["form"] == "indirect" for row in found),
                    "segment_ids": [row["segment_id"] for row in found],
                    "about": about or None,
                }
            )
    return rows


def _comparisons(
    themes: Rows, stances: Rows, segments: Rows, roster: Rows, author_of: dict[str, str]
) -> Rows:
    home = {row["segment_id"]: author_of[row["essay_id"]] for row in segments}
    everybody = list(dict.fromkeys(author_of.values()))
    groups: dict[tuple[str, str], list[str]] = {}
    for row in roster:
        for column in ("section", "week"):
            if row.get(column) is not None:
                members = groups.setdefault((column, str(row[column])), [])
                if row["author"] not in members:
                    members.append(row["author"])
    by_text = {row["text"]: home[row["segment_id"]] for row in segments}
    has: dict[tuple[str, str], set[str]] = {}
    for theme in themes:
        says = THEMES[theme["theme_id"]][3].values()
        has["theme", theme["theme_id"]] = {by_text[text] for text in says if text in by_text}
    has["role", "question"] = {home[r["segment_id"]] for r in segments if r["role"] == "question"}
    for move in ("belief", "prior belief", "feeling", "perspective", "intention", "experience"):
        has["move", move] = {home[r["segment_id"]] for r in segments if move in r["moves"]}
    for pole in ("a", "b", "both"):
        placed = {r["author"] for r in stances if r["tension_id"] == "x01" and r["stance"] == pole}
        if stances:
            has["tension", f"x01:{pole}"] = placed
    rows = []
    tested = len(everybody) >= 10
    for (measure, key), students in has.items():
        row = {"measure": measure, "measure_id": key}
        whole = _share(students, everybody)
        rows.append(row | {"grouping": "cohort", "group": "all"} | whole)
        for (grouping, group), members in groups.items():
            line = row | {"grouping": grouping, "group": group, "versus": "rest"}
            rest = [author for author in everybody if author not in members]
            if len(members) < 5 or len(rest) < 2:
                small = len(members) < 5
                rows.append(
                    line | ({"n_students": len(members)} if small else _share(students, members))
                )
                continue
            own, other = _share(students, members), _share(students, rest)
            gap = own["share"] - other["share"]
            p = min(1.0, max(0.002, 0.6 - abs(gap))) if tested else None
            rows.append(
                line
                | own
                | {
                    "difference": gap,
                    "difference_low": max(-1.0, gap - 0.3),
                    "difference_high": min(1.0, gap + 0.3),
                    "effect": gap * 2,
                    "p_value": p,
                    "q_value": p,
                }
            )
    return rows


def _share(students: set[str], members: list[str]) -> dict[str, Any]:
    k, n = len(students & set(members)), len(members)
    low, high = wilson(k, n)
    return {"n_students": n, "n_with": k, "share": k / n, "share_low": low, "share_high": high}


def _part(keep: set[str]) -> Tables:
    """Return the findings in the essays of some students only, one essay each."""
    whole = cohort()
    first = whole.essays[whole.essays["author"].isin(keep)].drop_duplicates("author", keep="last")
    ids = set(first["essay_id"])
    rows = {
        name: frame_.loc[frame_["essay_id"].isin(ids)].to_dict("records")
        for name, frame_ in (
            ("essays", whole.essays),
            ("roster", whole.roster),
            ("segments", whole.segments),
        )
    }
    return _found(rows["essays"], rows["roster"], rows["segments"])


def five_essays() -> Tables:
    """Return the essays of five students: a small class, nothing tested."""
    return _part({"Heron", "Juniper", "Otter", "Wren", "Saffron"})


def one_essay() -> Tables:
    """Return a single essay with numbered insights, a shift, questions and its own pull."""
    writer = Writer("e01")
    writer.block("heading", [{"text": "A PM in practice", "role": "frame"}])
    writer.block(
        "paragraph",
        [
            {
                "text": "I talked to three managers this week.",
                "role": "account",
                "moves": ["experience"],
            },
            {"text": "Two insights stood out to me:", "role": "frame"},
        ],
    )
    writer.block(
        "list item",
        [
            claim("A PM rarely builds the product:"),
            claim("Before, I assumed that a manager makes the product.", moves=["prior belief"]),
            claim("They seem to connect people who make things.", moves=["perspective"]),
            claim("This was jarring, because I enjoy making things myself.", moves=["feeling"]),
        ],
        "1.",
    )
    writer.block(
        "list item",
        [
            claim("Success belongs to the team:"),
            claim("A manager's worth shows in what others achieve.", moves=["belief"]),
        ],
        "2.",
    )
    writer.block("paragraph", [{"text": "These raise questions for me:", "role": "frame"}])
    asked = (
        ("Who makes the final call on the road map?", "direct", 0.1),
        ("I wonder how a manager stays motivated.", "indirect", 0.1),
        ("Isn't all of this obvious?", "direct", 0.8),
    )
    for text, form, rhetorical in asked:
        spec = {"text": text, "role": "question", "form": form, "rhetorical": rhetorical}
        spec["holder"] = "author"
        writer.block("list item", [spec | {"reason": f"a {form} question"}], "•")
    ids = {row["text"]: row["segment_id"] for row in writer.rows}
    prior = ids["Before, I assumed that a manager makes the product."]
    now = ids["They seem to connect people who make things."]
    wants = ids["This was jarring, because I enjoy making things myself."]
    evidence = [
        ("a", now, "now", "believes"),
        ("b", wants, "now", "wants"),
        ("b", prior, "prior", "held"),
    ]
    rows: dict[str, Rows] = {
        "essays": [_essay(writer, "Otter", "A PM in practice", None)],
        "roster": [{"essay_id": "e01", "author": "Otter"}],
        "segments": writer.rows,
        "shifts": [
            {"prior_segment_id": prior, "now_segment_id": now, "essay_id": "e01", "score": 0.9}
        ],
        "tensions": [
            {
                "tension_id": "x01",
                "name": "connecting vs. making",
                "pole_a": "connecting",
                "pole_b": "making",
                "n_students": 1,
                "n_evidence": 3,
            }
        ],
        "evidence": [
            {"tension_id": "x01", "segment_id": s, "pole": p, "weight": 0.9, "time": t, "reason": r}
            for p, s, t, r in evidence
        ],
        "positions": [
            {"essay_id": "e01", "tension_id": "x01", "prior": 0.5, "n_segments": 3} | _place(1, 1)
        ],
    }
    return Tables.empty().with_(
        **{name: frame(Tables.SCHEMAS[name], found) for name, found in rows.items()}
    )


def nothing_found() -> Tables:
    """Return four essays in which nothing was found: no theme, tension, question or notice."""
    essays, roster, segments = [], [], []
    for i, author in enumerate(STUDENTS[:4]):
        writer = Writer(f"e{i}")
        writer.block("paragraph", [{"text": ACCOUNTS[i], "role": "account"}])
        essays.append(_essay(writer, author, None, None))
        roster.append({"essay_id": writer.essay_id, "author": author})
        segments += writer.rows
    rows = {"essays": essays, "roster": roster, "segments": segments}
    return Tables.empty().with_(
        **{name: frame(Tables.SCHEMAS[name], found) for name, found in rows.items()}
    )


def large(times: int = 10, n_themes: int = 40) -> Tables:
    """Return the cohort `times` over with `n_themes` themes of long names: 20 essays each time."""
    whole = cohort()
    segments, essays, roster = [], [], []
    for k in range(times):
        for source, target in ((whole.essays, essays), (whole.roster, roster)):
            for row in source.to_dict("records"):
                changed = {"essay_id": f"{row['essay_id']}-{k}", "author": f"{row['author']} {k}"}
                target.append(row | changed)
        for row in whole.segments.to_dict("records"):
            changed = {
                "segment_id": f"{row['segment_id']}-{k}",
                "essay_id": f"{row['essay_id']}-{k}",
            }
            segments.append(row | changed)
    claims = [row["segment_id"] for row in segments if row["role"] == "claim"]
    n = len(STUDENTS) * times
    themes, assignments = [], []
    for t in range(n_themes):
        own = claims[t::n_themes]
        low, high = wilson(min(len(own), n), n)
        assignments += [{"segment_id": s, "theme_id": f"t{t}", "strength": 0.5} for s in own]
        name = (
            f"Theme {t} has a name that is rather long, so that it must be wrapped "
            + "and on " * (t % 4)
        )
        themes.append(
            {
                "theme_id": f"t{t}",
                "name": name.strip(),
                "keywords": ["word"],
                "level": "fine",
                "n_segments": len(own),
                "n_students": min(len(own), n),
                "share": min(1.0, len(own) / n),
                "share_low": low,
                "share_high": high,
                "stability": 0.5,
                "exemplars": own[:3],
                "origin": "found",
            }
        )
    rows = {
        "essays": essays,
        "roster": roster,
        "segments": segments,
        "themes": themes,
        "assignments": assignments,
    }
    return Tables.empty().with_(
        **{name: frame(Tables.SCHEMAS[name], found) for name, found in rows.items()}
    )
