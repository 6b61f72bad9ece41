"""Whether a fresh reader sees what the themes of a run are: a quiz, and its marks.

    python tests/bench/reader_quiz.py RUN QUIZ            writes intruders.md, names.md, key.json
    python tests/bench/reader_quiz.py RUN QUIZ --marks    reads QUIZ/answers.json

Intruder: six quotes, five of one theme and one of another; which? Once with the quotes that the
report shows, once with members drawn by lot. Names: four quotes of a theme; which of all the names
fits them? A reader sees one of the .md files alone and adds to {"1": "c", ...}. Intervals: Wilson,
95 %, over themes. The quiz holds texts of the cohort: it belongs outside the repository.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.statistics import wilson

LETTERS = "abcdef"
KINDS = ("intruder, quotes shown", "intruder, by lot", "name, quotes shown", "name, by lot")


def drawn(pool: pd.DataFrame, n: int, rng: np.random.Generator) -> list[str]:
    """Draw texts of different students, as far as there are so many."""
    mixed = pool.iloc[rng.permutation(len(pool))]
    first = mixed.drop_duplicates("author")
    return pd.concat([first, mixed.drop(first.index)])["text"].tolist()[:n]


def quiz(run: Path, seed: int = 0) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Lay out the files of questions, and the kind and right answer of each question."""
    rng = np.random.default_rng(seed)
    tables = {
        name: pd.read_parquet(run / "tables" / f"{name}.parquet")
        for name in ("themes", "assignments", "segments", "essays")
    }
    themes = tables["themes"].query("level == 'fine'")
    rows = tables["assignments"].merge(tables["segments"], on="segment_id")
    rows = rows.merge(tables["essays"][["essay_id", "author"]], on="essay_id")
    names = dict(zip(themes["theme_id"], themes["name"], strict=True))
    numbers = {theme: n for n, theme in enumerate(rng.permutation(list(names)), start=1)}
    questions: list[tuple[str, str, str]] = []
    for theme, shown in zip(themes["theme_id"], themes["exemplars"], strict=True):
        own = rows[rows["theme_id"] == theme]
        others = rows[rows["theme_id"].isin(set(names) - {theme})]
        seen = rows[rows["segment_id"].isin(list(shown))]
        for kind, pool in (("quotes shown", seen), ("by lot", own)):
            given = drawn(pool, 5, rng)
            given += drawn(own[~own["text"].isin(given)], 5 - len(given), rng)
            stranger = drawn(others, 1, rng)[0]
            six = [*given, stranger]
            order = rng.permutation(len(six))
            lines = [f"{LETTERS[n]}) {six[place]}" for n, place in enumerate(order)]
            place = LETTERS[order.tolist().index(len(six) - 1)]
            head = "Five of these make one point or speak of one thing; which one doesn't belong?"
            questions.append((f"intruder, {kind}", "\n".join([head, *lines]), place))
            four = "\n".join(
                f"- {text}" for text in drawn(own if kind == "by lot" else seen, 4, rng)
            )
            questions.append((f"name, {kind}", f"Which name?\n{four}", str(numbers[theme])))
    asked = [questions[n] for n in rng.permutation(len(questions))]
    key = {str(n): (kind, answer) for n, (kind, _, answer) in enumerate(asked, start=1)}
    texts = {
        kind: "\n".join(
            f"\n## Question {n}\n{body}"
            for n, (what, body, _) in enumerate(asked, start=1)
            if what.startswith(kind)
        )
        for kind in ("intruder", "name")
    }
    listed = "\n".join(f"{n}. {names[theme]}" for theme, n in numbers.items())
    return {"intruders": texts["intruder"], "names": f"# Names\n{listed}\n{texts['name']}"}, key


def main(arguments: list[str] | None = None) -> None:
    """Write a quiz or mark it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("quiz", type=Path, metavar="QUIZ")
    parser.add_argument("--marks", action="store_true")
    asked = parser.parse_args(arguments)
    texts, key = quiz(asked.run)
    if not asked.marks:
        asked.quiz.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (asked.quiz / f"{name}.md").write_text(text, encoding="utf-8")
        (asked.quiz / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
        return
    answers = json.loads((asked.quiz / "answers.json").read_text(encoding="utf-8"))
    for kind in KINDS:
        marks = [str(answers.get(n)) == right for n, (what, right) in key.items() if what == kind]
        low, high = wilson(sum(marks), len(marks))
        print(f"{kind}: {sum(marks)} of {len(marks)}, {np.mean(marks):.0%} [{low:.0%}, {high:.0%}]")


if __name__ == "__main__":
    main()
