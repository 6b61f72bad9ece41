"""Tables with a row an answer: to a row a person and a column a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ingest.sheets import Sheet

QUESTION = re.compile(r"(?:survey )?(?:question|item|prompt)(?: ?(?:text|title|wording))?", re.I)
ANSWER = re.compile(r"(?:response|answer|reply)(?: ?(?:text|value))?", re.I)
MOST = 60  # questions; of more values a column is none of questions


def one_row_each(sheet: Sheet, left_out: Sequence[int] = ()) -> Sheet:
    """Give a table in which each row answers one question a column for each of its questions.

    Rows that are alike but for question, answer and the columns `left_out` become one; who answers
    a question again begins another. A table without a column of questions, each asked of several,
    and one of answers stays as it is.
    """
    asked = [place for place, name in enumerate(sheet.columns) if QUESTION.fullmatch(name.strip())]
    given = [place for place, name in enumerate(sheet.columns) if ANSWER.fullmatch(name.strip())]
    if len(asked) != 1 or len(given) != 1:
        return sheet
    question, answer = asked[0], given[0]
    questions = list(dict.fromkeys(row[question].strip() for row in sheet.rows))
    if not 1 < len(questions) <= min(MOST, len(sheet.rows) // 2):
        return sheet
    others = [p for p in range(len(sheet.columns)) if p not in (question, answer, *left_out)]
    people: dict[tuple[tuple[str, ...], int], tuple[int, dict[str, str]]] = {}
    for row, number in zip(sheet.rows, sheet.numbers, strict=True):
        about, again = tuple(row[place] for place in others), 0
        while row[question].strip() in people.get((about, again), (0, {}))[1]:
            again += 1
        people.setdefault((about, again), (number, {}))[1][row[question].strip()] = row[answer]
    return replace(
        sheet,
        columns=[*(sheet.columns[place] for place in others), *questions],
        rows=[
            [*about, *(said.get(each, "") for each in questions)]
            for (about, _), (_, said) in people.items()
        ],
        numbers=[number for number, _ in people.values()],
        unfolded=sheet.columns[answer],
    )
