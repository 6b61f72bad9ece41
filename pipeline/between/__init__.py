"""Two finished runs side by side: what rose, fell, is new, is gone, or no longer fits.

Reads the folders of runs and runs nothing again. `sides` opens them, `matching` finds which theme,
tension and question of the one is which of the other, `measured` gives shares, differences and
tests, `found` puts them together, and `words` and `page` tell them.
"""

from pipeline.between.found import Found, compare_cohorts, compare_runs

__all__ = ["Found", "compare_cohorts", "compare_runs"]
