"""Mend letters that a wrong encoding garbled, and leave correct text alone.

ftfy takes whatever could be garbled for garbled. In correct text that is a letter beside quotes and
dashes: the bytes of "é”—" in Windows-1252 are a Chinese character in UTF-8. So what is typography
where it stands is no sign of garbling, and what comes out must be of a script that people write.
"""

from __future__ import annotations

import re
import unicodedata

import ftfy

# Only the encoding is mended: quotes, ligatures, widths and accents stay the author's.
CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
)

OUTSIDE = r"\s\"'“”„‘’‚«»‹›()\[\]–—…,.;:!?/-"  # what may stand on the outer side of a quote
# Marks where typography has them. A capital with an accent and a mark is left out in the middle of
# a text: "Å‚" is the Polish "ł".
PLACED = re.compile(
    rf"""
    (?: (?<![^{OUTSIDE}]) [“”„‘’‚«»‹›] (?=[{OUTSIDE}]*\w)     # a quote opens before a word
      | (?<=[\w,.;:!?…“”‘’«»‹›)\]-]) [“”‘’«»‹›] (?![^{OUTSIDE}])  # or closes after one
      | (?<=[^\W\d_À-Þ]) ’ (?=[^\W\d_])                        # an apostrophe
      | (?<![À-Þ]) [–—…] (?![^\w{OUTSIDE}])                     # a dash or an ellipsis
    )
    """,
    re.VERBOSE,
)
PLAIN = {"–": "-", "—": "-", "…": "."}
LATIN = frozenset(("", "LATIN", "COMBINING", "MODIFIER", "MASCULINE", "FEMININE"))
# A letter of a further script in an essay is an error of mending.
SCRIPTS = LATIN | {
    *("GREEK", "MICRO", "CYRILLIC", "HEBREW", "ARABIC", "ARMENIAN", "GEORGIAN", "ETHIOPIC"),
    *("DEVANAGARI", "BENGALI", "TAMIL", "THAI"),
    *("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "HANGUL"),
}
# As what UTF-8 is taken for by mistake; of others ftfy knows, only what comes out Latin counts.
READ_AS = frozenset(f"sloppy-windows-{page}" for page in (1251, 1252, 1253)) | {"latin-1"}


def mended(line: str) -> str:
    """Return a line with its garbled letters mended; a correct one as it is."""
    if line.isascii():  # never garbled, and asking takes time
        return line
    found, steps = ftfy.fix_and_explain(line, CONFIG)
    if found == line:
        return line
    scripts = set(map(script, set(found) - set(line)))
    codecs = {str(step.parameter) for step in steps or () if step.action == "encode"}
    if not scripts <= SCRIPTS or (codecs - READ_AS and scripts - LATIN):
        return line
    bare = PLACED.sub(lambda mark: PLAIN.get(mark.group(), '"'), line)
    return found if bare == line or ftfy.fix_text(bare, CONFIG) != bare else line


def script(character: str) -> str:
    """Name the script of a letter; "" for a mark or a sign, "UNASSIGNED" for what is nothing."""
    kind = unicodedata.category(character)
    if kind[0] in "LM":
        return unicodedata.name(character, "UNASSIGNED").split(" ")[0]
    return "UNASSIGNED" if kind == "Cn" else ""
