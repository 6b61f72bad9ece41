"""Whom a text cites with a year."""

from __future__ import annotations

import pytest

from pipeline.ingest.citing import cited_in, is_known, known_in


@pytest.mark.parametrize(
    "text,who",
    [
        ("Marsh (2019) says so.", {"marsh"}),
        ("In Marsh’s (2019, p. 3) view", {"marsh"}),
        ("Marsh, Quill, and Penn-Aas (2019) say so.", {"marsh", "quill", "penn", "aas"}),
        ("Marsh et al. (2019a) say so.", {"marsh"}),
        ("It is so (see Marsh & Quill, 2019; Penn, 2001, p. 3).", {"marsh", "quill", "penn"}),
        ("> Marsh, A. B., & Quill, C. (2019). *On tides*.", {"marsh", "quill"}),
        ("Marsh came in 2019 (a wet year).", set()),
        ("Ada Marsh (1931–2019) was born here.", set()),
        ("She told me (A. Marsh, personal communication, May 3, 2019).", set()),
    ],
)
def test_who_is_cited_is_found_in_every_form(text: str, who: set[str]) -> None:
    assert set(cited_in(text)) == who


def test_a_full_name_is_known_where_its_first_name_fits() -> None:
    cited = cited_in("> Marsh, A. B. (2019). *On tides*.")
    assert is_known(("marsh",), cited) and is_known(("ada", "marsh"), cited)
    assert not is_known(("oda", "marsh"), cited)


def test_whom_two_texts_cite_is_known_in_all() -> None:
    once, twice, nobody = "Quill (2001)", "Marsh (2019)", ""
    known = known_in([cited_in(f"{once} and {twice}."), cited_in(f"So {twice}."), cited_in(nobody)])
    assert set(known[2]) == {"marsh"}
