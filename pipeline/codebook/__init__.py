"""A codebook: the themes and tensions of a run as people set them, in a TOML file.

`model` says what it holds, `reading` reads and refuses it with the line, `writing` writes a run's.
How it is applied to a cohort is the cluster stage's matter (`pipeline.cluster.applying`).
"""

from pipeline.codebook.model import Codebook, TensionEntry, ThemeEntry
from pipeline.codebook.reading import read_codebook
from pipeline.codebook.writing import book_toml, codebook_toml

__all__ = ["Codebook", "TensionEntry", "ThemeEntry", "book_toml", "codebook_toml", "read_codebook"]
