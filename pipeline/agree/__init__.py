"""How far people and the machine agree, and what its errors do to the shares.

`draw` takes a blind sample to code, `units` lines coders up, `chance` has the coefficients,
`pairs`, `errors` and `shares` are the tables that come out, `report` writes them.
"""

from pipeline.agree.draw import sample
from pipeline.agree.report import Agreement, agree

__all__ = ["Agreement", "agree", "sample"]
