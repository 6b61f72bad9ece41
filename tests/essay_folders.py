"""Folders of made-up essays, for tests of whole runs. All of it is written for this project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

# Each student takes up three of these, in words that only some others use.
SAID = {
    "visits": (
        "Visiting users every week keeps a manager honest.",
        "A manager learns most by visiting users at their desks.",
        "Visiting users beats reading reports about users.",
        "Every manager should be visiting users each month.",
    ),
    "credit": (
        "The credit belongs to the whole team.",
        "Sharing credit makes a team braver.",
        "Credit given to one person splits a team.",
        "A team that shares credit ships sooner.",
    ),
    "interviews": (
        "Interviews test puzzles that nobody solves at work.",
        "Puzzles in interviews reward loud people.",
        "Interviews with puzzles tell nothing about patience.",
        "Most interviews ask puzzles instead of listening.",
    ),
    "pull": (
        "The job is measuring rather than guessing.",
        "A good manager trusts guessing rather than measuring.",
        "I believe in measuring instead of guessing.",
        "Guessing is right while measuring is late.",
    ),
}
ASKED = (
    "How should I measure trust?",
    "I wonder whether anybody reads the reports.",
    "Who decides when two teams disagree?",
)
NAMES = (
    *("Ada Brook", "Bo Castle", "Cy Dale", "Di Ember", "Ed Flint", "Flo Grange"),
    *("Gus Hollow", "Hal Inlet", "Ida Jetty", "Jo Kiln", "Kay Lock", "Lou Mere"),
)


def essay_of(student: int) -> str:
    """Write one student's essay: three paragraphs of claims and a question."""
    topics = list(SAID)
    paragraphs = [
        f"{SAID[topic][student % 4]} {SAID[topic][(student + 1) % 4]}"
        for topic in (topics[(student + turn) % 4] for turn in range(3))
    ]
    place = f"In my year at the harbour office, desk {student + 1}, I saw this daily."
    return "\n\n".join([place, *paragraphs, ASKED[student % 3]]) + "\n"


def write_class(folder: Path, n: int, order: Iterable[int] | None = None) -> Path:
    """Write a folder of n students with a roster; `order` is the order in which files are made."""
    folder.mkdir(parents=True)
    rows = ["file,author,section"]
    for student in range(n):
        rows.append(f"{file_of(student)},{NAMES[student]},{'am' if student % 2 else 'pm'}")
    for student in order or range(n):
        (folder / file_of(student)).write_text(essay_of(student), encoding="utf-8")
    (folder / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def file_of(student: int) -> str:
    """Name a student's file."""
    return f"{NAMES[student].lower().replace(' ', '-')}.md"
