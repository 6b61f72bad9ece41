"""Files to essays: the first stage.

The text convention
-------------------
`essays.text` is plain text with line ends "\\n", the author's own characters (not normalised).
Blocks are separated by a blank line; only list items and rows of a table follow each other line by
line. The segment stage depends on this:

==================  ============================================================================
heading             "# Heading", "## Heading" by its level
list item           "• item" or "1. item", two spaces before it for each level of nesting; a
                    further paragraph of an item is a paragraph of its own
quote               each paragraph, heading and list item of it begins with "> "; with ">> "
                    where only its place tells that it is one
row of a table      cells joined by " | "
paragraph           one line; a line break that the author set (<br>) is "\\n"
==================  ============================================================================

That holds for all formats but plain text: inline markup is gone, links keep their text, code blocks
are left out with a note, page furniture is left out, an image's description of three words or more
is a paragraph "[Image: ...]". Plain text (.txt) is kept as written, but for control characters,
trailing spaces and long runs of blank lines; its marks are the author's. In every format entries
of a list of references become quotes, and so, with ">> ", do an abstract and an appendix
(`sections`). A survey's answers are headed by their questions.

Read `stage.ingest` first, then `discover` (files and zips), `pool` and `worker` (processes that
read), `readers` (which format), one module a format, `layouts` (what learning platforms put into
names), `weeks` (what folders say), `entries` (what is known about a file), `left_out` (whom options
leave out), `journals` (files with an entry a week), `drafts`, `pseudonyms`, `redact`, `marks`,
`persons`, `mentions`, `acting`, `everywhere` and `decisions` (what is hidden), `assemble` (tables).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.ingest.stage import Ingested, ingest, keep_groupings

__all__ = ["Ingested", "ingest", "keep_groupings"]


def __getattr__(name: str) -> Any:
    """Import the stage only when it is asked for: a process that reads files starts without it."""
    if name not in __all__:
        raise AttributeError(f"module 'pipeline.ingest' has no attribute {name!r}")
    from pipeline.ingest import stage

    return getattr(stage, name)
