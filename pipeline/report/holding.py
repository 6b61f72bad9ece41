"""Say in words how well a theme or a tension holds when other students are in the class."""

from __future__ import annotations

from pipeline.report.words import percent

# From the first number on a stability is called so. Where a theme may be dissolved, that happens
# below .3; the steps above it are for a reader and no test.
WORDS = (
    (0.8, "It hardly depends on who is in the class."),
    (
        0.5,
        "Its core stays; which passages at its edge belong to it depends on who is in the class.",
    ),
    (
        0.0,
        "It depends much on who is in the class: read its passages before you build on it, and "
        "expect other borders in another class.",
    ),
)


NO_BETTER = (
    "Themes of shuffled data come back as often here, so nothing says that it is more than chance: "
    "read its passages before you build on it."
)


def holding(stability: float | None, by_hand: bool = False, by_chance: float | None = None) -> str:
    """Explain a stability from 0 to 1, beside that of themes of shuffled data.

    `by_hand`: a codebook set it, so it isn't looked for.
    """
    if stability is None:
        if by_hand:
            return "The codebook sets it, so the program doesn’t test whether it would find it."
        return "Whether it holds in other classes wasn’t tested: there are too few students."
    chance = by_chance is not None and stability <= by_chance
    words = NO_BETTER if chance else next(words for least, words in WORDS if stability >= least)
    often = percent(stability)
    return f"It came back in {often} of the classes from which some students were left out. {words}"
