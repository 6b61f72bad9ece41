"""Pseudonyms, essay ids and redaction."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cues.nouns import NOUNS
from pipeline.ingest import ingest
from pipeline.ingest.pseudonyms import essay_ids, probes, pseudonyms
from pipeline.ingest.redact import RULES, WORD, Names, Rule, full_names, redact
from pipeline.settings import IngestSettings

KEY = b"key"
# Common first names that are birds, plants, stones or rivers, and words of a software course.
FORBIDDEN = """
    Robin Martin Jay Raven Wren Merlin Phoebe Rhea Linnet Phoenix Lark Dove Ash Rowan Hazel Holly
    Ivy Laurel Willow Olive Myrtle Linden Aspen Iris Rose Lily Daisy Poppy Violet Heather
    Jasmine Dahlia
    Fern Clover Marigold Camellia Magnolia Azalea Veronica Angelica Basil Sage Rosemary Ginger
    Clementine Cherry Senna Ruby Pearl Opal Amber Jade Crystal Coral Beryl Garnet Emerald Sapphire
    Flint Clay Jasper Mica Jordan Shannon Clyde Trent Lena Arno Brook River Forest Glen Dale Meadow
    Savanna Bay Delta Python Swift Eagle Branch Root Tree Seed Stream Atom Bridge Thesis Essay
"""


def test_the_words_are_single_distinct_and_nobodys_name() -> None:
    assert 400 <= len(NOUNS) == len(set(NOUNS)) <= 500
    assert all(re.fullmatch("[A-Z][a-z]{2,13}", word) for word in NOUNS)
    assert not set(NOUNS) & set(FORBIDDEN.split())


def test_pseudonyms_are_distinct_and_do_not_depend_on_the_order() -> None:
    authors = [f"author {n}" for n in range(300)]
    given_names = pseudonyms(authors, KEY)
    assert len(set(given_names.values())) == 300
    assert given_names == pseudonyms(reversed(authors), KEY)
    assert set(given_names.values()) <= set(NOUNS)


def test_most_pseudonyms_stay_when_students_join() -> None:
    few = pseudonyms([f"author {n}" for n in range(30)], KEY)
    more = pseudonyms([f"author {n}" for n in range(60)], KEY)
    assert sum(few[author] == more[author] for author in few) >= 24


def test_another_key_gives_other_pseudonyms() -> None:
    authors = [f"author {n}" for n in range(50)]
    one, two = pseudonyms(authors, b"one"), pseudonyms(authors, b"two")
    assert sum(one[author] == two[author] for author in authors) < 5


def test_more_authors_than_words_get_numbers() -> None:
    words = ["Heron", "Alder", "Agate"]
    names = pseudonyms([f"author {n}" for n in range(8)], KEY, words=words)
    assert sorted(names.values()) == sorted(
        [*words, *(word + "2" for word in words), *[n for n in names.values() if n[-1] == "3"]]
    )
    assert sum(name.endswith("3") for name in names.values()) == 2


def test_words_that_are_students_names_stand_for_nobody() -> None:
    avoided = frozenset(word.lower() for word in NOUNS[:-1])
    assert pseudonyms(["a"], KEY, avoided) == {"a": NOUNS[-1]}
    assert len(pseudonyms(["a"], KEY, frozenset(word.lower() for word in NOUNS))) == 1


@given(st.binary(min_size=32, max_size=32), st.integers(1, 40))
def test_probes_visit_every_word_once(digest: bytes, count: int) -> None:
    words = [f"Word{n}" for n in range(count)]
    assert sorted(probes(digest, words)) == sorted(words)


def test_essay_ids_are_short_and_unique() -> None:
    paths = {f"folder/{n}.txt": "Heron" if n % 2 else "Alder" for n in range(2_000)}
    ids = essay_ids(paths, KEY)
    assert len(set(ids.values())) == 2_000
    assert all(re.fullmatch("(heron|alder)-[0-9a-f]{4,8}", each) for each in ids.values())
    assert ids == essay_ids(dict(reversed(paths.items())), KEY)
    assert ids["folder/1.txt"] != essay_ids(paths, b"other")["folder/1.txt"]


# --- redaction ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}: {rule.matches}")
def test_each_rule_keeps_its_examples(rule: Rule) -> None:
    assert rule.pattern.search(rule.matches)
    assert not rule.pattern.search(rule.spares)


def replaced(text: str, author: str = "Amina Okafor", own: str = "") -> str:
    names = Names(dict.fromkeys(full_names(author), "Heron"))
    return redact(text, names, own.lower().split(), "Heron")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Amina Okafor",
        "AMINA OKAFOR",
        "amina okafor",
        "Amina  Okafor",
        "Amina\nOkafor",
        "amina-okafor",
        "amina_okafor",
        "Okafor, Amina",
        "Okafor Amina",
        "Amina B. Okafor",
        "Ámina Okafor",
        "A\u0301mina Okafor",
    ],
)
def test_a_full_name_is_found_however_it_is_written(text: str) -> None:
    assert replaced(f"with {text}'s help") == "with Heron's help"


@pytest.mark.parametrize(
    "text",
    ["Amina", "Okafor", "Amina Okafors", "Aminas Okafor", "Amina\n\nOkafor", "Amina said Okafor"],
)
def test_less_than_a_full_name_stays(text: str) -> None:
    assert replaced(text) == text


@pytest.mark.parametrize(
    "author,text",
    [
        ("Okafor, Amina", "Amina Okafor"),
        ("Amina Okafor and Ben Castle", "Ben Castle"),
        ("Siobhán O'Brien", "Siobhan O’Brien"),
        ("Jean-Luc Picard", "Jean Luc Picard"),
        ("mueller joerg", "Jörg Müller"),
        ("soren lukasz", "Søren Łukasz"),
        ("J. Smith", "J. Smith"),
        ("Li Ke", "Li Ke"),
    ],
)
def test_names_of_many_kinds_are_found(author: str, text: str) -> None:
    assert replaced(f"with {text}.", author) == "with Heron."


@pytest.mark.parametrize(
    "text", ["Seán O'Connor", "SEAN O’CONNOR", "O’Connor, Seán", "Oconnor Sean"]
)
@pytest.mark.parametrize("author", ["oconnor sean", "Seán O'Connor", "OCONNOR SEÁN"])
def test_a_name_with_an_apostrophe_is_the_one_in_a_files_name(author: str, text: str) -> None:
    assert replaced(f"I asked {text}.", author) == "I asked Heron."


def test_i_have_is_no_name() -> None:
    assert WORD.findall("I've O'Neil, D’Arcy at ten o'clock; don't") == [
        *("I", "ve", "O'Neil", "D’Arcy", "at", "ten", "o", "clock", "don", "t")
    ]


@pytest.mark.parametrize("author", ["amina", "author 01", "student a", "a b", "王小明", ""])
def test_what_is_no_full_name_is_never_replaced(author: str) -> None:
    assert full_names(author) == []


@pytest.mark.parametrize(
    "line,after",
    [
        ("By Amina", "By Heron"),
        ("# by: Amina O.", "# by: Heron"),
        ("Author: amina", "Author: Heron"),
        ("– written by Amina", "– written by Heron"),
        ("by Amina and her team", "by Amina and her team"),
        ("by far", "by far"),
        ("Amina", "Amina"),
    ],
)
def test_only_a_line_of_its_own_names_the_author(line: str, after: str) -> None:
    assert replaced(f"Title\n{line}\nText by Amina.", own="Amina Okafor") == (
        f"Title\n{after}\nText by Amina."
    )


def test_the_longest_name_wins() -> None:
    names = Names({("amina", "okafor"): "Heron", ("amina", "okafor", "bell"): "Alder"})
    assert redact("Amina Okafor Bell, Amina Okafor", names, [], "X")[0] == "Alder, Heron"


@given(st.text(max_size=200))
def test_replacements_account_for_every_change(text: str) -> None:
    names = Names({("ab", "cd"): "Heron"})
    after, done = redact(text, names, ["ab", "cd"], "Heron")
    assert (after == text) == (not done)


@given(
    st.lists(st.sampled_from(["ab", "cd", " ", "-", ".", "x", "@", "1", "+", "\n"]), max_size=80)
)
def test_a_redacted_text_holds_no_full_name(bits: list[str]) -> None:
    names = Names({("ab", "cd"): "Heron", ("cd", "ab"): "Heron"})
    after, _ = redact("".join(bits), names, ["ab", "cd"], "Heron")
    assert not names.find(after)


def test_a_single_name_is_hidden_behind_a_word_with_a_capital_and_spared_in_anothers() -> None:
    names = Names({("kofi", "anyinam"): "Rhine"}, {"kofi": "Rhine"}, english={"thursday", "new"})
    hidden = "On our Thursday Kofi spoke, and New Kofi is during Class Kofi."
    assert redact(hidden, names, (), "Rhine")[0].count("Rhine") == 2
    spared = "We read Kofi Annan."
    assert redact(spared, names, (), "Rhine")[0] == spared
    names = Names({("ann", "hill"): "Rhine"}, {"hill": "Rhine"}, english={"prospect"})
    assert redact("On Prospect Hill Hill sat.", names, (), "Rhine")[0].endswith(" Hill Rhine sat.")


def test_a_short_first_name_goes_with_its_family_name_and_names_in_a_row_are_one() -> None:
    full = {("rosemary", "quill"): "Rhine", ("quill", "rosemary"): "Rhine"}
    singles = {"rosemary": "Rhine", "quill": "Rhine", "ying": "Heron", "xiu": "Heron"}
    names = Names(full, singles)
    said = "I sat beside Rosie Quill. They can't say Xiu Ying. Quill and Ross Dale came."
    shown = "I sat beside Rhine. They can't say Heron. Rhine and Ross Dale came."
    assert redact(said, names, (), "Otter")[0] == shown
    assert redact("Sam Quill came.", names, (), "Otter")[0] == "Sam Quill came."


def test_the_initial_of_a_family_name_goes_with_its_first_name() -> None:
    full = {("shanelle", "bartholomew"): "Rhine", ("bartholomew", "shanelle"): "Rhine"}
    names = Names(full, {"shanelle": "Rhine", "bartholomew": "Rhine"})
    said = "Week 9, Shanelle B.\n\nBy Shanelle B, for Shanelle K. and Shanelle."
    shown = "Week 9, Rhine.\n\nBy Rhine, for Shanelle K. and Rhine."
    assert redact(said, names, (), "Otter")[0] == shown


def test_a_first_name_of_two_letters_is_hidden_but_not_what_is_all_capitals(tmp_path: Path) -> None:
    texts = {
        "li-zhang": "We met late, and so did they. I liked it.",
        "it-sato": "Li wrote it in IT, with It of our group. So it is.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    essays = ingest(tmp_path, IngestSettings(), KEY).essays
    (told,) = [text for text in essays["text"] if "wrote" in text]
    assert told.split()[0] in set(essays["author"])
    assert "in IT, with It of" in told  # a word that the class writes, too


def test_what_a_set_aside_column_tells_is_hidden_in_all_texts(tmp_path: Path) -> None:
    body = "The work is felt in its absence, and I had not thought about that before."
    folder = tmp_path / "essays"
    folder.mkdir()
    texts = {
        "a.txt": "Amina Okafor, 20231190, wrote this. Call me Mimi, or aokafor7 on the wiki. "
        "The town has 20231 people and 48,000 trees since 2019. ",
        "b.txt": "I sat beside 20231190 and s20231191, whom all call Benno. ",
        "c.txt": "Number 20231192 handed in nothing, and Zed-Xavier neither. ",
    }
    for name, text in texts.items():
        (folder / name).write_text(text + body)
    (folder / "roster.csv").write_text(
        "file;author;Matric. no.;Preferred name;Login;Reg;section\n"
        "a.txt;Okafor, Amina;20231190;Mimi;aokafor7;7700101;x\n"
        "b.txt;Castle, Ben;20231191;Benno;bcastle;7700102;y\n"
        "c.txt;Cole, Cy;;;;7700103;y\ngone.txt;Dorn, Di;20231192;Zed-Xavier;;;y\n"
    )
    (folder / "b.txt").write_text(texts["b.txt"] + "My registration is 7700102. " + body)
    read = ingest(folder, IngestSettings(), KEY)
    whole = " ".join(read.essays["text"])
    secrets = ["20231190", "20231191", "20231192", "7700102"]
    secrets += ["Mimi", "Benno", "aokafor7", "Xavier", "Okafor"]
    assert [each for each in secrets if each in whole] == []
    assert "20231 people and 48,000 trees since 2019" in whole
    kinds = set(read.replacements["kind"])
    assert {"student number", "handle", "first name"} <= kinds


def test_a_survey_s_own_numbers_are_hidden_in_its_answers(tmp_path: Path) -> None:
    answer = "is my number and the work of others is felt in its absence every day."
    path = tmp_path / "survey.csv"
    path.write_text(f"Student ID,Answer\n445566,445566 {answer}\n445577,445566 {answer} Again.\n")
    read = ingest(path, IngestSettings(), KEY)
    assert "445566" not in " ".join(read.essays["text"])
