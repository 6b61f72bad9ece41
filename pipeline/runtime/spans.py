"""Find names in paragraphs, and remember which were found: spaCy reads no paragraph twice."""

from __future__ import annotations

import pandas as pd

from pipeline.runtime.models import Span, Spans, english_fingerprint, name_spans
from pipeline.runtime.store import Store, key_of

COLUMNS = {"start": "int64", "end": "int64", "kind": "str"}


class Remembered:
    """Give the names of texts as `find` does, each distinct text once for as long as the store."""

    def __init__(self, store: Store, find: Spans = name_spans) -> None:
        self.store = store
        self.find = find

    def __call__(self, texts: list[str]) -> list[list[Span]]:
        """List start, end and kind of each name in each text."""
        known: dict[str, list[Span]] = {}
        keys = {text: key_of("names", english_fingerprint(), text) for text in texts}
        for text, key in keys.items():
            kept = self.store.get(key)
            if kept is not None:
                known[text] = list(kept["names"].itertuples(index=False, name=None))
        unknown = [text for text in keys if text not in known]
        for text, found in zip(unknown, self.find(unknown), strict=True):
            rows = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)
            self.store.put(keys[text], {"names": rows})
            known[text] = found
        return [known[text] for text in texts]
