"""Who agrees with whom: told sentence by sentence, set against each other source by source, and
shown on the page.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from factory import cohort as made_up_class

from pipeline.cluster.agreeing import find_agreeing, more_agreeing, with_sources
from pipeline.label.agreeing import FAR, agreements
from pipeline.report.collect import RunInfo, collect
from pipeline.report.sentences import contested, headline, silence, stances
from pipeline.settings import ClusterSettings, ReportSettings
from pipeline.tables import Agreements, Essays, Segments, Tables, frame

SETTINGS = ClusterSettings()
SAYS = "Hanna Verbeek writes that nobody owes a reply."


def segments(texts: list[str], essay: str = "e", **columns: object) -> pd.DataFrame:
    whole, rows = "", []
    for place, text in enumerate(texts):
        start = len(whole)
        whole += f"{text} "
        rows.append(
            {
                "segment_id": f"{essay}.{place:04d}",
                "essay_id": essay,
                "text_sha": f"{essay}{place}",
                "ordinal": place,
                "paragraph": 0,
                "block": "paragraph",
                "start": start,
                "end": start + len(text),
                "text": text,
                "role": "claim",
                "moves": [],
                "holder": "author",
            }
            | columns
        )
    return frame(Segments, rows)


def essays_of(texts: dict[str, list[str]]) -> pd.DataFrame:
    return frame(
        Essays,
        [
            {
                "essay_id": name,
                "author": name,
                "text": " ".join(said),
                "n_words": 9,
                "essay_sha": name,
            }
            for name, said in texts.items()
        ],
    )


def cohort(texts: dict[str, list[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the essays, and their agreements with the sources that the class speaks of."""
    essays = essays_of(texts)
    rows = pd.concat([segments(said, name) for name, said in texts.items()], ignore_index=True)
    return essays, with_sources(agreements(rows), essays, rows)


def kinds(*texts: str, **columns: object) -> list[tuple[str, str | None]]:
    rows = agreements(segments(list(texts), **columns))
    return [
        (kind, source if isinstance(source, str) else None)
        for kind, source in zip(rows["kind"], rows["source"], strict=True)
    ]


def test_whom_somebody_agrees_with_was_named_before() -> None:
    assert kinds(SAYS, "It is short.", "I think she is right.") == [("agrees", "Verbeek")]
    assert kinds("It is short.", "I do not agree with Verbeek.") == [("disagrees", "Verbeek")]
    assert kinds("I'm torn on this one.") == [("torn", None)]


def test_a_source_is_forgotten_below_another_heading_and_after_a_while() -> None:
    rows = segments([SAYS, "The museum", "I'm not convinced."])
    rows.loc[1, "block"] = "heading"
    assert agreements(rows)["source"].isna().all()
    assert kinds(SAYS, *["It rained."] * FAR, "I agree.") == [("agrees", None)]


def test_who_takes_a_side_does_so_of_nobody_unless_named_there() -> None:
    assert kinds(SAYS, "I'm against the ban.") == [("prefers", None)]


@pytest.mark.parametrize(
    "text",
    [
        'My mentor said, "I don\'t agree with running."',
        "They agreed on Tuesday.",
        "Then we say what we like.",
        "",
    ],
)
def test_what_others_say_is_nobodys_agreement(text: str) -> None:
    assert kinds(text) == []


def test_only_the_torn_may_ask() -> None:
    assert kinds("I can't decide if she is right.", role="question") == [("torn", None)]
    assert kinds("I agree, but why?", role="question") == []
    assert kinds("I agree with her.", block="quote") == []


def test_what_others_have_just_said_is_no_source_s() -> None:
    said = (SAYS, "Some people in our class said it is private.", "I disagree with this.")
    assert kinds(*said) == [("disagrees", "")]
    _, rows = cohort({name: list(said) for name in ("Moth", "Ash")})
    assert rows["source"].isna().all()


def test_who_agrees_in_part_is_torn() -> None:
    assert kinds(SAYS, "Partly she is right.") == [("torn", "Verbeek")]
    assert kinds(SAYS, "I agree with her that it is late.", "But I was waiting.") == [
        ("torn", "Verbeek")
    ]


def test_nobody_who_is_she_is_spoken_of_as_he() -> None:
    she = {name: [SAYS, "I think she is right."] for name in ("Moth", "Ash", "Elm")}
    _, rows = cohort(she | {"Fir": [SAYS, "I don't agree with him."]})
    assert rows["source"].fillna("").tolist() == ["Verbeek"] * 3 + [""]


@pytest.mark.parametrize("text", ["Never say that.", "The Manual misses it.", "Then says who?"])
def test_a_word_with_a_capital_is_no_source(text: str) -> None:
    assert kinds(text, "I agree.") == [("agrees", None)]


def test_no_student_of_the_class_is_a_source() -> None:
    _, rows = cohort(
        {
            "Moth": [SAYS, "I agree with Verbeek.", "Beech says it rains.", "I agree with Beech."],
            "Beech": [SAYS, "I disagree with Verbeek."],
            "Ash": ["Beech says it rains.", "I agree with Beech."],
        }
    )
    of = dict(zip(rows["segment_id"], rows["source"].fillna(""), strict=True))
    assert of["Moth.0001"] == of["Beech.0001"] == "Verbeek"
    assert of["Moth.0003"] == of["Ash.0001"] == ""


def test_a_source_that_the_class_speaks_of_is_known_where_it_is_only_mentioned() -> None:
    _, rows = cohort(
        {
            "Moth": [SAYS, "I agree."],
            "Ash": ["I disagree with Verbeek."],
            "Elm": ["The article, Hanna Verbeek, 2021.", "I'm not convinced."],
            "Fir": ["Hanna's article is short.", "I agree.", "Read Verbeek Hanna says so."],
            "Oak": ["Hanna says so.", "I agree."],
        }
    )
    assert rows["source"].tolist() == ["Verbeek"] * 5  # by whichever of her names


def pulled_class() -> tuple[pd.DataFrame, pd.DataFrame]:
    sides = ["I agree with Verbeek."] * 6 + ["I disagree with Verbeek."] * 4
    sides += ["I'm torn about what Verbeek says."] * 2
    return cohort({f"s{n:02d}": [SAYS, side] for n, side in enumerate(sides)})


def test_a_source_divides_a_class_where_enough_agree_and_enough_disagree() -> None:
    essays, rows = pulled_class()
    everybody = frozenset(essays["author"])
    (found,) = find_agreeing(rows, essays, [everybody, everybody - {"s06", "s07", "s08"}], SETTINGS)
    assert found.names == ("agreeing with Verbeek", "disagreeing with Verbeek")
    assert found.evidence.groupby("pole")["author"].nunique().to_dict() == {"a": 8, "b": 6}
    assert found.stability == 0.5
    torn = found.evidence[found.evidence["author"].isin(("s10", "s11"))]
    assert torn["weight"].tolist() == [0.5] * 4


def test_two_who_disagree_divide_no_class_of_ten() -> None:
    essays, rows = pulled_class()
    some = essays[~essays["author"].isin(("s06", "s07"))]
    assert find_agreeing(rows[rows["essay_id"].isin(some["essay_id"])], some, [], SETTINGS) == []


def test_what_others_say_of_a_source_counts_for_the_same_poles() -> None:
    essays, rows = pulled_class()
    (found,) = find_agreeing(rows, essays, [], SETTINGS)
    more = pd.concat(more_agreeing({"x01": found}, rows.iloc[5:7], essays))
    assert more[["author", "pole", "tension_id"]].to_numpy().tolist() == [
        ["s05", "a", "x01"],
        ["s06", "b", "x01"],
    ]


def with_agreements(kinds_: list[str], source: str | None) -> Tables:
    """The made-up class, in which a claim each of the first students agrees or not."""
    tables = made_up_class()
    authors = tables.essays.set_index("essay_id")["author"]
    claims = tables.segments[tables.segments["role"] == "claim"]
    claims = claims[~claims["essay_id"].map(authors).duplicated()].head(len(kinds_))
    rows = claims[["segment_id", "essay_id"]].assign(kind=kinds_, source=source, reason="says so")
    return tables.with_(agreements=frame(Agreements, rows.to_dict("records")))


def test_the_page_says_how_many_agree_with_a_source_and_quotes_who_does_not() -> None:
    tables = with_agreements(["agrees", "agrees", "agrees", "disagrees", "torn"], "Verbeek")
    findings = collect(tables, RunInfo("class"), ReportSettings())
    (matter,) = findings.matters
    assert matter.about == "what Verbeek says"
    assert matter.counts == {"agrees": 3, "disagrees": 1, "torn": 1}
    assert findings.brief is not None
    (told,) = findings.brief.contested
    words = "".join(piece.text for piece in told)
    assert words.startswith(
        "On what Verbeek says, three agree outright, one disagrees and one is torn: “"
    )


def test_a_student_who_agrees_and_disagrees_is_torn() -> None:
    tables = with_agreements(["agrees", "disagrees", "agrees"], "Verbeek")
    essays = tables.essays.assign(author=["Moth"] * len(tables.essays))
    findings = collect(replace(tables, essays=essays), RunInfo("c"), ReportSettings())
    (matter,) = findings.matters
    assert matter.counts == {"torn": 1}
    several = replace(matter, counts={"torn": 3})
    (told,) = contested(replace(findings, matters=(several,)))
    words = "".join(piece.text for piece in told)
    assert words.endswith(", who is torn).")
    assert [len(quotes) for quotes in matter.quotes.values()] == [1, 1]


def test_without_a_source_the_theme_is_the_matter() -> None:
    tables = with_agreements(["agrees"] * 6, None)
    found = collect(tables, RunInfo("class"), ReportSettings()).matters
    names = set(tables.themes["name"]) | {""}
    assert {matter.about for matter in found} <= names
    assert sum(matter.n_students for matter in found) == 6


def test_the_brief_says_over_whom_a_class_is_divided() -> None:
    findings = collect(made_up_class(), RunInfo("class"), ReportSettings())
    found = findings.tensions[0]
    a, b = "agreeing with Verbeek", "disagreeing with Verbeek"
    tension = replace(found, pole_a=a, pole_b=b, changes=())
    assert tension.source == "Verbeek" and found.source == ""
    assert headline(findings, tension, ()).endswith("divided over what Verbeek says.")
    assert stances(tension).startswith(f"{tension.n_a} agree outright, {tension.n_b} disagree")
    assert silence(tension).endswith("say so outright") and silence(found).endswith("discuss it")
