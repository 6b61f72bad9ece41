"""A class whose texts have emoji, combining marks and other trouble, and people who code it."""

from __future__ import annotations

import factory

from pipeline.tables import Assignments, Essays, Roster, Segments, Tables, Themes, frame

SAID = (
    ("👩‍🏫 Teaching is listening, says Zoe\u0308.", "claim", "t01"),
    ("Why does nobody listen? 🤷🏽‍♀️", "question", None),
    ("=SUM(A1) was all she wrote…", "account", None),
    ('Cafe\u0301 talk beats slides — 𝒜lways <so> & "so".', "claim", "t01"),
    ("I walked home.", "account", None),
    ("Thanks 🙏", "frame", None),
)


def troubled(students: int = 8) -> Tables:
    """Give a class that says the same in different order, with one theme."""
    essays, roster, segments, assigned = [], [], [], []
    for student in range(students):
        writer = factory.Writer(f"otter{student}-0a{student}")
        said = SAID[student % 3 :] + SAID[: student % 3]
        for text, role, theme in said:
            holder = {} if role == "frame" else {"holder": "author"}
            more = {"form": "direct"} if role == "question" else {}
            moves = {"claim": ["belief"], "account": ["experience"]}.get(role, [])
            writer.block(
                "paragraph", [{"text": text, "role": role, "moves": moves} | holder | more]
            )
            if role == "claim":
                key = writer.rows[-1]["segment_id"]
                assigned.append({"segment_id": key, "theme_id": theme, "strength": 0.5})
        author = f"Otter{student}"
        essays.append(
            {
                "essay_id": writer.essay_id,
                "author": author,
                "n_words": len(writer.text.split()),
                "text": writer.text,
                "essay_sha": factory.sha(writer.text),
            }
        )
        section = "am" if student % 2 else "pm"
        roster.append({"essay_id": writer.essay_id, "author": author, "section": section})
        segments += writer.rows
    theme = {
        "theme_id": "t01",
        "name": "Listening, and more",
        "keywords": ["listen"],
        "level": "fine",
        "n_segments": len(assigned),
        "n_students": students,
        "share": 1.0,
        "exemplars": [],
        "origin": "found",
    }
    return Tables.empty().with_(
        essays=frame(Essays, essays),
        roster=frame(Roster, roster),
        segments=frame(Segments, segments),
        themes=frame(Themes, [theme]),
        assignments=frame(Assignments, assigned),
    )
