"""Names of people outside the cohort: by a cue, by spaCy, and what stays."""

from __future__ import annotations

import re

import pytest

from pipeline.cues.nouns import NOUNS
from pipeline.ingest.acting import SIGNS, Sign
from pipeline.ingest.mentions import Judged, Mention
from pipeline.ingest.persons import applied, plan
from pipeline.ingest.stars import STARS


def judged(*texts: str, authors: tuple[str, ...] = (), public_at: int = 3) -> list[list[Judged]]:
    names = authors or tuple(f"author {n}" for n in range(len(texts)))
    return plan(texts, names, frozenset(), public_at).judged


def replaced(text: str) -> str:
    made = plan([text], ["author"], frozenset(), 3)
    return applied(text, made.judged[0], made.word_of)[0]


@pytest.mark.parametrize(
    "text,pattern",
    [
        ("I asked Mrs. Bakkerud about it.", r"I asked Mrs\. [A-Z][a-z]+ about it\."),
        ("My sister Ragnhild works there.", r"My sister [A-Z][a-z]+ works there\."),
        ("It was our old manager, Vidkun.", r"It was our old manager, [A-Z][a-z]+\."),
        ("We met Karen Smithson there.", r"We met [A-Z][a-z]+ there\."),
        ("In the end David said no.", r"In the end [A-Z][a-z]+ said no\."),
        ("and Tjorven told me so.", r"and [A-Z][a-z]+ told me so\."),
        ("Here Chef Ilse makes us taste.", r"Here Chef [A-Z][a-z]+ makes us taste\."),
        ("Nurse Manager Kelly said it.", r"Nurse Manager (?!Kelly)[A-Z][a-z]+ said it\."),
        ("I met a Nurse Practitioner there.", r"I met a Nurse Practitioner there\."),
        ("It is Sister Dymphna’s ward.", r"It is Sister [A-Z][a-z]+’s ward\."),
        ("Then Aunty Bev showed me.", r"Then Aunty [A-Z][a-z]+ showed me\."),
    ],
)
def test_a_person_is_replaced(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, replaced(text))


def test_a_person_has_one_word_wherever_the_name_stands() -> None:
    shown = replaced("My friend Karen Smithson came. Karen laughed, and Smithson’s dog did, too.")
    words = [word for word in re.findall(r"[A-Z][a-z]+", shown) if word in STARS]
    assert len(words) == 3 and len(set(words)) == 1


def test_no_half_of_a_name_stays_where_the_other_half_is_hidden() -> None:
    nobody = plan(
        ["My friend Quist came.", "Oda Quist planted beans."],
        ["a", "b"],
        frozenset(),
        3,
        lambda texts: [[] for _ in texts],
    )
    (one,) = nobody.judged[1]
    assert one.is_replaced and (one.mention.start, one.mention.end) == (0, 9)


@pytest.mark.parametrize(
    "text",
    [
        "The Product Manager said no.",  # with "product manager" below
        "So Marsh (2019) says, and Karen Smithson (2014) agrees.",
        "> Karen Smithson said so.",
        "Karen Smithson writes that “work is play” (2008, p. 9). Smithson wrote no more.",
        "On Monday we met in March.",
        "I liked the University of Oslo.",
        "Mam says no, and Dad says that’s what work is. Nan laughed, who is his mother.",
        "Applying Smithson’s idea, I saw it. So Smithson (2014) says.",
        "Donald Smithson saw it. Smithson’s account helps.\n\n> Smithson, D. A. (2014). On work.",
        "We met Karen Smithson there. It is so (Karen Smithson, 2014; Aas & Smithson, 2020).",
        "So Karen Smithson (2014) says. Karen Smithson said it in a talk, too.",
        "# Closing Remarks\n\nIt was good.",
        "Yoga Matters\n\nIt was good.",
        "Some bring God, the cook brings tea, and Jesus wept. The Bible told me, and Allah knows.",
    ],
)
def test_what_is_nobody_of_private_life_stays(text: str) -> None:
    text = f"{text}\n\nA product manager is a kind of person."
    assert replaced(text) == text


@pytest.mark.parametrize(
    "text,left",
    [
        ("Hope Lindqvist met us. Then Hope said no.", "Hope|Lindqvist"),
        ("Nobody came but Jesus Quintero and his dog.", "Jesus|Quintero"),
        ("There is a boy named Jesus here. Jesus put his shoes on.", "Jesus"),
        ("# Karen Smithson\n\nIt was good.", "Karen|Smithson"),
        ("“It is so.” — Inky Smithson. I agree.", "Inky|Smithson"),
        ("Asking Karen Smithson was good.", "Karen|Smithson"),
        ("My friend Anna Smithson came, as Smithson (2014) says.", "Anna"),
        ("We met Anna Smithson there.\n\n> Smithson, K. (2014). On work.", "Anna"),
        ("We met Anna Smithson (1931–2019) there. Anna Smithson said no.", "said Anna"),
    ],
)
def test_a_name_is_hidden_though_it_is_a_word_or_like_one_that_is_cited(
    text: str, left: str
) -> None:
    assert not re.search(left, replaced(text).partition("\n\n>")[0])


def test_an_ordinary_word_of_a_hidden_name_stays_in_the_essays_of_others() -> None:
    texts = [
        "My supervisor Karen Black came. Karen left, and Black too.",
        "Black mothers, and Karen, know it.",
    ]
    first, second = shown(texts)
    assert "Black" not in first and "Karen" not in second
    assert second.startswith("Black mothers, and ")


def test_whom_two_essays_cite_stays_in_all_and_a_friend_of_that_name_is_hidden() -> None:
    texts = [
        "So Smithson (2014) says.",
        "It is so (Aas, 2001; Smithson, 2014).",
        "Then Smithson said that work is play.",
        "My friend Tjorven Smithson came. Smithson laughed.",
    ]
    assert shown(texts)[:3] == texts[:3]
    assert not re.search("Tjorven|Smithson", shown(texts)[3])


def test_whom_three_students_name_is_of_the_reading() -> None:
    said = "Karen Smithson is right about it."
    assert [one.is_replaced for each in judged(said, said) for one in each] == [True, True]
    kept = judged(said, said, said)
    assert [one.why for each in kept for one in each] == ["named by 3 students or more"] * 3
    assert judged(said, said, said, authors=("a", "a", "a"))[0][0].is_replaced  # one student


def test_no_person_gets_the_word_of_a_student() -> None:
    text = "My friend Karen Smithson came."
    (word,) = plan([text], ["a"], frozenset(), 3).word_of.values()
    assert word not in plan([text], ["a"], {word.lower()}, 3).word_of.values()


def shown(texts: list[str]) -> list[str]:
    made = plan(texts, [f"author {n}" for n in range(len(texts))], frozenset(), 3)
    return [
        applied(text, each, made.word_of)[0] for text, each in zip(texts, made.judged, strict=True)
    ]


def test_an_essay_more_changes_only_those_that_name_whom_it_names() -> None:
    friends = ("Karen Smithson", "Vidkun Aas", "Tjorven Lund", "Osric Penn", "Marta Quill")
    alone = [f"My friend {friend} came on day {'I' * n}." for n, friend in enumerate(friends)]
    said = [f"My boss Ragnhild Moe left, as {word} knew." for word in ("she", "he")]
    before = shown([*said, *alone])
    assert "Ragnhild" not in "".join(before)
    # A third student makes the boss somebody known, and brings a person of their own.
    after = shown(["My boss Ragnhild Moe left. My friend Ada Brook came.", *said, *alone])[1:]
    assert after[:2] == said and after[2:] == before[2:]
    assert len({text.split()[2] for text in after[2:]}) == len(friends)


def test_more_people_than_stars_have_a_word_each() -> None:
    text = " ".join(
        f"My friend K{'aeiou'[n // 25]}l{'aeiou'[n // 5 % 5]}m{'aeiou'[n % 5]}n came."
        for n in range(125)
    )
    words = list(plan([text], ["a"], frozenset(), 3).word_of.values())
    assert len(words) == len(set(words)) == 125
    assert any(word[-1].isdigit() for word in words)


def test_stars_are_single_distinct_and_no_word_of_a_student() -> None:
    assert 90 <= len(STARS) == len(set(STARS)) and not set(STARS) & set(NOUNS)
    assert all(re.fullmatch("[A-Z][a-z]{2,14}", word) for word in STARS)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_each_sign_finds_its_example_and_spares_the_other(sign: Sign) -> None:
    assert sign.pattern.search(sign.matches.replace("X", "\0"))
    assert not sign.pattern.search(sign.spares.replace("X", "\0"))


# First names and families that the small model of names doesn't know or takes for places.
CHILDREN = """
    On the second morning a boy named Rufaro overturned his desk. There is one boy, Bishal, who
    came late. Then Birta told me that the moon drinks the sea. Hocine, who eats at noon, was sent
    out. Matteo connected the ammeter in a way that was new. Marijn put his shoes on. I say
    "Thiago, I saw your goal", and it works. On Wednesday Wissal wrote the essay after all.
"""
# What an essay tells about somebody of a placement, without a word such as "boy".
OF_A_CLASS = """
    I noticed it with Matteus, ten years old. Margritte, 71, wanted the truth. Leilani danced in
    class and hid at the showing. We had a nine-year-old Sunnivar there. A woman of about forty,
    Tamsyn, was in for a routine check, and so was a friend of mine, Osric. My granda, Wilfrid we
    called him, saw Ysoldine's little brother.
"""
THINGS = """
    We lived in Treorchy and moved to Aberdeenshire, and I learned Tagalog there. Flutter allows
    you to build, so does Strapi. We put it into Moodle, and the Moodle page told us. Excel has
    a table. A tool called Quil is what Ferrosund makes. Beginners who improvise are lucky.
    Cardboard remembers. The Reformation was late, and I work for Parcelbird. It is so in the
    reading, on Saturdays only (Ferrosund, 71; see Ferrosund 12), and Ferrosund, 2019, has 3 parts.
    Then Strapi froze. Having spent a term there, I left. Having kept the key, I went back. Tutor
    said it was late.
"""


def test_children_are_hidden_by_what_they_do() -> None:
    shown = replaced(" ".join(CHILDREN.split()))
    names = ["Rufaro", "Bishal", "Birta", "Hocine", "Matteo", "Marijn", "Thiago", "Wissal"]
    assert [name for name in names if name in shown] == []


def test_who_has_an_age_or_moves_as_bodies_do_is_hidden() -> None:
    shown = replaced(" ".join(OF_A_CLASS.split()))
    names = ["Matteus", "Margritte", "Leilani", "Sunnivar", "Tamsyn", "Osric"]
    names += ["Wilfrid", "Ysoldine"]
    assert [name for name in names if name in shown] == []


def test_places_and_products_are_not_hidden() -> None:
    text = " ".join(THINGS.split())
    assert replaced(text) == text


def test_titles_are_no_names_and_who_stands_beside_them_is_hidden_alike_everywhere() -> None:
    texts = [
        "My teacher Devika came. I asked Madam Boadiwaa. When Madam returned, Madam Boadiwaa left.",
        "I had watched Devika Miss for days. Madam Boadiwaa fell ill.",
        "Respected Madam, Namaste. So a Frau Doktor Imhaslegg demands it, pan Rysiek too.",
    ]
    made = plan(texts, ["a", "a", "b"], frozenset(), 3)
    shown = [
        applied(text, each, made.word_of)[0] for text, each in zip(texts, made.judged, strict=True)
    ]
    devika, boadiwaa = (made.word_of[name] for name in ("devika", "boadiwaa"))
    assert shown[0] == (
        f"My teacher {devika} came. I asked Madam {boadiwaa}. "
        f"When Madam returned, Madam {boadiwaa} left."
    )
    assert shown[1] == f"I had watched {devika} Miss for days. Madam {boadiwaa} fell ill."
    assert re.fullmatch(
        r"Respected Madam, Namaste. So a Frau Doktor [A-Z]\w+ demands it, pan [A-Z]\w+ too.",
        shown[2],
    )


def test_one_name_in_two_pieces_is_one_star() -> None:
    first, second = (
        Judged(Mention(start, end, "Karen Smithson", "title"), True, "")
        for start, end in ((0, 5), (6, 14))
    )
    shown, done = applied("Karen Smithson left.", [first, second], {"karen smithson": "Acrux"})
    assert shown == "Acrux left." and len(done) == 2


def test_the_page_of_another_quote_keeps_nobody() -> None:
    text = "My friend Karen Smithson says that “work is play” (p. 9). Then David said no. "
    shown = replaced(text + "Marsh says that “it is” (2008, p. 9).")
    assert "Karen" not in shown and "David" not in shown and "Marsh says" in shown


def test_what_stays_with_a_capital_is_left_to_the_reader_with_its_count() -> None:
    text = "We read about Kinga and Kinga twice, in Rome. Alessia is late. Totally. The end."
    (left,) = plan([text], ["a"], frozenset(), 3).doubtful
    assert left == {"Alessia": 1, "Kinga": 2, "Rome": 1}
    many = plan([text] * 3, ["a", "b", "c"], frozenset(), 3).doubtful
    assert not any(many)


AT_ONE_PLACE = (
    "Miss Tovela told me to wait, and Birk handed me his shoe. Ragnhild says that waiting teaches.",
    "I sat with Birk while Miss Tovela sang. Like Ragnhild I believe in waiting.",
    "Miss Tovela asked me to stay, and so did Ragnhild in her book. Oddvar climbed over Birk.",
    "I told Birk to come, and Oddvar danced. Oddvar smiled at me as Ragnhild would say.",
    "We read Ragnhild, and Oddvar slept. Oddvar’s mother was late.",
    "With Jun, who is 74 and well, I rest.",
    "Jun said that it is so, and I like Jun.",
    "So said Jun. It was what Jun asked for.",
)


def left_over(*texts: str) -> set[str]:
    made = plan(texts, [f"author {n}" for n in range(len(texts))], frozenset(), 3)
    pairs = zip(texts, made.judged, strict=True)
    shown = " ".join(applied(text, each, made.word_of)[0] for text, each in pairs)
    return {name for name in ("Tovela", "Birk", "Oddvar", "Ragnhild", "Jun") if name in shown}


def test_whom_a_class_meets_at_one_place_is_hidden_however_many_name_them() -> None:
    assert left_over(*AT_ONE_PLACE) == {"Ragnhild"}


def test_whom_many_only_read_about_stays() -> None:
    read = [text.replace(" me", " us").replace("I sat with", "So did") for text in AT_ONE_PLACE]
    assert left_over(*(text.replace("I told", "Kings told") for text in read)) == {
        "Tovela",
        "Birk",
        "Oddvar",
        "Ragnhild",
        "Jun",
    }
