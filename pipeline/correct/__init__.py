"""What somebody set right by hand: roles after the label stage, themes after the cluster stage.

The corrected label goes on through the run; the machine's stays beside it in `corrections`. Where
two people corrected a segment, the last line decides, and all lines stay.
"""

from __future__ import annotations

from pipeline.correct.roles import roles
from pipeline.correct.themes import themes
from pipeline.runtime.engine import Stage
from pipeline.tables import Tables

VERSION = 6  # raised when the stages give other rows than before
ROLES_TAKE = ("segments", "corrections")
THEMES_TAKE = ("essays", "segments", "themes", "assignments", "corrections")

__all__ = ["ROLES_TAKE", "THEMES_TAKE", "VERSION", "needed", "roles", "themes"]


def needed(stages: tuple[Stage, ...], tables: Tables) -> list[Stage]:
    """Leave the stages "correct ..." out where nobody corrected anything."""
    corrected = len(tables.corrections) > 0
    return [stage for stage in stages if corrected or not stage.name.startswith("correct")]
