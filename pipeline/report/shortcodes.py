"""Show the emoji that chats and forges write as names: ":tada:". Tables keep what was written."""

from __future__ import annotations

import re

# Between colons, with nothing that makes it a time, a ratio or a path: 10:30:45, a::b.
CODE = re.compile(r"(?<![\w:]):([a-z0-9_+-]{2,}):(?![\w:])", re.IGNORECASE)
UNKNOWN = re.compile(r"\s*" + CODE.pattern, re.IGNORECASE)


def emoji_shown(text: str) -> str:
    """Return a text with emoji for their names; a name that isn't known is left out.

    Only where other words are left, and only for showing: offsets are those of what was written.

    >>> emoji_shown("Who pays :moneybag:?"), emoji_shown("Thanks :octocat: !"), emoji_shown(":np:")
    ('Who pays 💰?', 'Thanks !', ':np:')
    """
    if not CODE.search(text):
        return text
    from rich.emoji import Emoji  # takes time that most texts needn't

    def named(code: re.Match[str]) -> str:
        found = Emoji.replace(code.group().lower())
        return code.group() if found == code.group().lower() else found

    known = CODE.sub(named, text)
    return UNKNOWN.sub("", known).strip() if re.search(r"\w", CODE.sub("", known)) else known
