"""A stage that gives other rows has another version: else the cache would give the old ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import versions
from versions import difference, given, plan, recorded, recorded_versions

STAGES = plan()


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_gives_what_it_gave_under_its_version(name: str) -> None:
    stage = STAGES[name]
    assert recorded_versions().get(name) == stage.version, (
        f"the version of {name} was raised: record what it gives by python tests/versions.py"
    )
    found = difference(recorded(stage), given(stage))
    assert not found, f"{name} gives other rows than version {stage.version} did: raise it\n{found}"


def test_a_changed_output_under_the_same_version_is_noticed() -> None:
    stage = STAGES["compare"]

    def changed(*arguments: object, **tables: object) -> versions.Frames:
        frames = stage.function(*arguments, **tables)
        rows = frames["comparisons"]
        return frames | {"comparisons": rows.assign(share=rows["share"] * 0.99)}

    assert "comparisons" in difference(recorded(stage), given(replace(stage, function=changed)))


def test_something_of_each_stage_is_recorded() -> None:
    assert recorded_versions().keys() == STAGES.keys()
    for stage in STAGES.values():
        assert any(len(rows) for rows in recorded(stage).values()), stage.name
