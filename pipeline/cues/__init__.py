"""The rules over words: tables of cues that segment, label and cluster share.

Each row has a name, a reason and its own examples; `tests/test_cues.py` walks the tables.
"""

from pipeline.cues.cue import EMOJI, Cue, Found, find, first, listed, plain

__all__ = ["EMOJI", "Cue", "Found", "find", "first", "listed", "plain"]
