"""crosscurrent reads a cohort's reflective essays: what students claim, what they ask, which themes
run through the cohort, and where those themes pull against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.cohort import Cohort, analyse, load

__all__ = ["Cohort", "analyse", "load"]


def __getattr__(name: str) -> Any:
    """Import the notebook face only when it is asked for: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    from pipeline import cohort

    return getattr(cohort, name)
