"""How files are to be read: limits and options, as a worker process takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import IngestSettings

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Reading:
    """The settings of ingest that a reader needs; megabytes are of 1,000,000 bytes."""

    max_file_megabytes: float = 50
    max_unpacked_megabytes: float = 2_000
    max_ratio: float = 200
    max_members: int = 20_000
    max_rows: int = 20_000
    max_pages: int = 500
    text_columns: tuple[str, ...] = ()
    answers: str = "together"
    properties: bool = False

    @classmethod
    def of(cls, settings: IngestSettings) -> Reading:
        """Take from the settings what a reader needs."""
        return cls(**{name: getattr(settings, name) for name in cls.__dataclass_fields__})


class RefusedError(Exception):
    """A file can't become an essay: a code and one sentence, without a word of its text or name."""

    def __init__(self, code: str, message: str, severity: str = "refused") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.severity = severity
