"""What people code: a run's codes, and the codings of coders as one long table.

A coding is a row (segment_id, coder, dimension, label): a coder gave a segment a label. `codes`
says which labels there are and what the machine gave, `sheets` and `qdpx_read` read what people
coded, `qdpx` writes projects, `folder` keeps codings and corrections beside a run.
"""

from pipeline.coding.codes import (
    CORRECTED,
    DIMENSIONS,
    HIDDEN,
    MACHINE,
    NONE,
    Code,
    codebook,
    codings,
    corrected,
    distinct,
    has_texts,
    machine,
)

__all__ = [
    "CORRECTED",
    "DIMENSIONS",
    "HIDDEN",
    "MACHINE",
    "NONE",
    "Code",
    "codebook",
    "codings",
    "corrected",
    "distinct",
    "has_texts",
    "machine",
]
