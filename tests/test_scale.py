"""The measure of large cohorts in parts, on essays made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.scale import Posts, long_mode

WORDS = ("We planned the survey together.", "I wonder who reads it.", "The team decided late.")


def test_a_large_cohort_is_analysed_in_parts_which_the_run_over_all_takes_from_the_cache(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = tmp_path / "posts" / "author"
    posts.mkdir(parents=True)
    for n in range(3):
        (posts / f"week{n}.md").write_text("\n\n".join(WORDS[n:] + WORDS[:n]), encoding="utf-8")

    long_mode(4, 2, tmp_path / "kept", "serial", Posts(posts.parent))

    done = [line for line in capsys.readouterr().out.splitlines() if "of 4 essays have" in line]
    assert [line.split()[0] for line in done] == ["2", "4"]
    log = json.loads((tmp_path / "kept" / "run" / "run.json").read_text(encoding="utf-8"))["log"]
    computed = {line["stage"]: line["computed"] for line in log}
    assert [computed[stage] for stage in ("segment", "encode", "label")] == [0, 0, 0]
