"""The assignment's own words are nobody's: not clustered, not asked, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_up import cohort
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cluster.echo import echo_notices, echoes, framed
from pipeline.errors import UsageError
from pipeline.ingest.prompt import assignment, read_prompt
from pipeline.settings import ClusterSettings
from pipeline.tables import Corrections, Segments, frame, valid

PROMPT = """Write about the visit. What did you learn this week?

Describe one moment in which a patient surprised you, and say what you would do differently."""
ASKED: dict[str, Any] = {"role": "question", "form": "direct"}
LEADS = ["", "I.e., ", "And so, "]


def marked(sentences: list[list[Any]], **settings: Any) -> list[list[bool]]:
    """Which sentences are echoes, an essay (of a student) a list."""
    essays, segments, _ = cohort(
        {(f"e{n}", f"Student {n}"): [said] for n, said in enumerate(sentences)}
    )
    found = iter(echoes(essays, segments, ClusterSettings(**settings)).tolist())
    return [[next(found) for _ in said] for said in sentences]


def test_a_question_that_three_students_write_word_for_word_is_the_assignments() -> None:
    asked = ASKED | {"text": "What did you learn this week?"}
    essays = [[asked, ASKED | {"text": f"Who decides on {n}?"}] for n in "abc"]
    assert marked(essays) == [[True, False]] * 3
    assert marked(essays[:2]) == [[False, False]] * 2
    led_in = [[ASKED | {"text": f"{lead}what did you learn this week?"}] for lead in LEADS]
    assert marked(led_in) == [[True]] * 3


def test_what_three_students_ask_below_a_forms_question_is_theirs() -> None:
    head = {"text": "What is still open?", "block": "heading"} | ASKED
    asked = ASKED | {"text": "When is the exam?"}
    essays = [[head, asked]] * 3 + [[head, "Nothing."]] * 3
    assert marked(essays) == [[True, False]] * 6
    assert marked([said[1:] for said in essays]) == [[True]] * 3 + [[False]] * 3


def test_what_three_students_wonder_in_the_same_words_is_their_own() -> None:
    wonder = {"role": "question", "form": "indirect", "text": "I am not sure whether they heed me."}
    assert marked([[wonder], [wonder], [wonder], *[["Nothing."]] * 7]) == [[False]] * 10


def test_a_sentence_that_most_students_share_is_the_assignments_and_a_short_one_is_not() -> None:
    shared = "Describe one moment that surprised you."
    essays = [[shared, "I was wrong."] for _ in range(7)] + [["Rain fell."] for _ in range(3)]
    assert marked(essays) == [[True, False]] * 7 + [[False]] * 3
    assert not any(any(said) for said in marked(essays[:6] + essays[7:] * 2))


def test_what_repeats_the_prompt_is_an_echo_and_what_answers_it_is_not() -> None:
    said = [
        "Describe one moment in which a patient surprised you, and say what you would do.",
        "describe one moment in which a PATIENT surprised you —",
        "One moment in which a patient surprised me came on Tuesday, when she sang.",
        "Write about the visit.",
        "We write.",
    ]
    assert marked([said], prompt=PROMPT) == [[True, True, False, True, False]]
    assert marked([said]) == [[False] * 5]


def test_echoes_are_told_in_numbers_and_without_their_words() -> None:
    essays, segments, _ = cohort(
        {("e", "A"): [[ASKED | {"text": "What did you learn this week?"}]]}
    )
    given = ClusterSettings(prompt=PROMPT)
    echo = echoes(essays, segments, given)
    (row,) = echo_notices(segments, echo, given).itertuples()
    assert "1 in 1 essay, 1 of them questions" in row.message
    assert "learn" not in row.message
    (none,) = echo_notices(segments, echo & False, given).itertuples()
    assert "own words: 0 in 0 essays" in none.message
    assert echo_notices(segments, echo & False, ClusterSettings()).empty


def test_the_assignments_question_is_its_own_also_where_somebody_asks_it_of_themselves() -> None:
    task = (
        "Think back on our play. What did you learn about working with people who are not like "
        "you? What would you do differently if you could start over?"
    )
    questions = {
        "The question is what I learned about working with people that are not like me.": True,
        "What would I do differently if I could start over?": True,
        "How do people who aren't like me learn to trust a director?": False,
        "Would I work with these people again?": False,
        "Why did nobody start over?": False,
    }
    said = [ASKED | {"text": text} for text in questions]
    assert marked([said], prompt=task) == [list(questions.values())]


def test_a_prompt_among_the_essays_or_without_words_is_refused(tmp_path: Path) -> None:
    essays = tmp_path / "essays"
    essays.mkdir()
    (essays / "handout.txt").write_text(PROMPT, encoding="utf-8")
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n", encoding="utf-8")
    with pytest.raises(UsageError, match="would be read as an essay"):
        read_prompt(essays / "handout.txt", essays)
    (essays / "handout.txt").rename(essays / "Assignment.txt")  # which is read as no essay
    assert read_prompt(essays / "Assignment.txt", essays).strip() == PROMPT.strip()
    with pytest.raises(UsageError, match="holds no words"):
        read_prompt(empty, essays)
    with pytest.raises(UsageError, match="can't be opened"):
        read_prompt(tmp_path / "missing.txt", essays)


def test_a_run_leaves_the_prompts_words_out_of_questions_and_says_so(tmp_path: Path) -> None:
    essays = tmp_path / "essays"
    essays.mkdir()
    task = tmp_path / "task.md"
    task.write_text(f"# Task\n\n{PROMPT}", encoding="utf-8")
    (essays / "a.txt").write_text(
        "What did you learn this week?\n\nI learned that handovers lose the person. "
        "Who reads the notes at night?",
        encoding="utf-8",
    )
    checked = CliRunner().invoke(app, ["check", str(essays), "--prompt", str(task)])
    assert "5 words of the assignment in a row stand in 1 of 1 essays" in checked.output
    inside = essays / "handout.md"
    task.rename(inside)
    refused = CliRunner().invoke(app, ["check", str(essays), "--prompt", str(inside)])
    assert isinstance(refused.exception, UsageError)  # as run would say
    inside.rename(task)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["run", str(essays), "--out", str(out), "--prompt", str(task)])
    assert done.exit_code == 0, done.output
    questions = (out / "tables" / "questions.csv").read_text(encoding="utf-8")
    assert "Who reads the notes" in questions and "What did you learn" not in questions
    assert "assignment's own words" in (out / "tables" / "notices.csv").read_text(encoding="utf-8")


def test_a_form_s_question_above_answers_is_the_form_s_and_a_rare_short_heading_is_not() -> None:
    form = ASKED | {"text": "What did the evening leave open?", "block": "heading"}
    short = ASKED | {"text": "What next?", "block": "heading"}
    essays = [[form, f"Answer {n}.", short] for n in "abc"] + [["Nothing."]] * 7
    assert marked(essays) == [[True, False, False]] * 3 + [[False]] * 7
    optional = [[f"Answer {n}.", short] for n in "abcd"] + [["Nothing."]] * 6
    assert marked(optional) == [[False, True]] * 4 + [[False]] * 6  # whoever answered it


def test_echoes_are_frames_afterwards_unless_somebody_said_otherwise() -> None:
    asked = ASKED | {"text": "What did you learn this week?"}
    claimed = {"text": "Describe one moment that surprised you.", "moves": ["belief"]}
    own = ASKED | {"text": "Who decides on it?"}
    _, segments, _ = cohort({("e", "A"): [[asked, claimed, own]], ("f", "B"): [[asked, claimed]]})
    by_hand = [
        {
            "segment_id": segments["segment_id"][3],
            "coder": "Ana",
            "role": "question",
            "machine_moves": [],
        }
    ]
    echo = segments["text"].ne("Who decides on it?").to_numpy(dtype=bool)
    found = framed(segments, echo, frame(Corrections, by_hand), ClusterSettings())["segments"]
    assert valid(Segments, found)["role"].tolist() == [
        "frame",
        "frame",
        "question",
        "question",
        "frame",
    ]
    assert found["moves"].tolist() == [[]] * 5
    assert found["form"].isna().tolist() == [True, True, False, False, True]
    assert segments["role"].tolist() == ["question", "claim", "question", "question", "claim"]


def test_a_question_that_some_students_took_over_stays_theirs() -> None:
    asked = ASKED | {"text": "How do you know whether a project is alive?"}
    _, segments, _ = cohort({(n, n): [[asked] if n in "abc" else ["Nothing."]] for n in "abcdefgh"})
    echo = segments["role"].eq("question").to_numpy(dtype=bool)
    none = frame(Corrections, [])
    assert framed(segments, echo, none, ClusterSettings()) == {}
    given = framed(segments, echo, none, ClusterSettings(prompt=f"Say it. {asked['text']}"))
    assert given["segments"]["role"].eq("frame").sum() == 3  # its own words, in any number


def test_an_assignment_on_top_of_the_essays_is_used_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "Assignment.md").write_text("What did you learn?", encoding="utf-8")
    (tmp_path / "rubric.txt").write_text("Say what you felt.", encoding="utf-8")
    (tmp_path / "task.pdf").write_bytes(b"no pdf")
    assert assignment(None, tmp_path) == ""  # nothing else: perhaps an essay
    (tmp_path / "ann.txt").write_text("I learned much.", encoding="utf-8")
    other = tmp_path.parent / "other.txt"
    other.write_text("Other words.", encoding="utf-8")
    assert assignment(None, tmp_path) == "What did you learn?\n\nSay what you felt."
    assert assignment(other, tmp_path) == "Other words."
    assert assignment(None, tmp_path / "ann.txt") == assignment(None, tmp_path / "none") == ""
