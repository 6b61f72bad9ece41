from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up import TOPICS, embed

from pipeline.cluster.gerunds import gerund
from pipeline.cluster.lexicon import EMPTY
from pipeline.cluster.names import Voices, name_themes
from pipeline.cluster.phrases import Phrase, in_general, phrases, plain_words, uninflected, usage
from pipeline.cluster.quotes import unclear
from pipeline.cluster.wording import common_words, is_slip, words_of
from pipeline.runtime.models import english
from pipeline.space import unit


def phrases_of(*texts: str) -> set[str]:
    docs = list(english().pipe(texts))
    known = usage(docs)
    return {phrase.text for doc in docs for phrase in phrases(doc, known)}


def voices(*topics: str) -> list[Voices]:
    themes = []
    for topic in topics:
        texts = list(TOPICS[topic])
        vectors = embed(texts)
        centre = unit(vectors.mean(axis=0, keepdims=True))[0]
        themes.append(Voices(texts, np.arange(len(texts)), vectors, vectors @ centre))
    return themes


def test_a_verb_with_its_object_becomes_a_doing() -> None:
    assert "removing obstacles" in phrases_of("She removes obstacles.")
    assert "stopping the developers" in phrases_of("They find what stops the developers.")


def test_a_noun_may_bring_what_hangs_on_it() -> None:
    assert "fear of breaking someone's code" in phrases_of(
        "My fear of breaking someone's code is real."
    )
    assert "responsibility without control" in phrases_of(
        "Responsibility without control is a loop."
    )


def test_a_short_claim_is_a_phrase() -> None:
    assert "users are a weekly appointment" in phrases_of("Users are a weekly appointment.")
    assert "facilitating is real work" in phrases_of("Facilitating is real work, I think.")
    assert "a town picks ancestors" in phrases_of("A town picks its ancestors.")
    assert "praise goes to the team" in phrases_of("The praise goes to the team.")


def test_what_people_are_said_to_say_is_no_phrase() -> None:
    found = phrases_of("People complain about the shouting.", "Chefs shout about soup.")
    assert not any("complain" in said for said in found if not said.startswith("complaining"))
    assert "chefs shout about soup" in found


def test_a_noun_that_is_part_of_a_preposition_begins_no_phrase() -> None:
    found = phrases_of(
        "She corrects nobody in front of people.", "The front of the house needs paint."
    )
    assert not any("people" in said for said in found)
    assert any(said.startswith("front of the house") for said in found)


def test_contractions_without_an_apostrophe_say_nothing() -> None:
    assert plain_words("ive seen that they dont stay well") == ["seen", "stay"]


def test_what_has_more_than_five_words_is_a_students_sentence_and_no_phrase() -> None:
    assert not any("praise" in said for said in phrases_of("The praise should go to the team."))


def test_what_will_be_or_was_asked_by_a_relative_clause_is_no_phrase() -> None:
    found = phrases_of(
        "The group will have a meeting.", "These are the questions that we answer with the forms."
    )
    assert "group will have a meeting" not in found
    assert "answering with the forms" not in found


def test_a_doing_whose_object_stands_before_it_is_no_phrase() -> None:
    found = phrases_of(
        "The questions I had to answer through the evaluations were clear.",
        "The edits made to the page were small.",
        "They answered hard questions and made edits.",
        "We contribute to the wiki.",
    )
    assert "answering through the evaluations" not in found
    assert not any(said.startswith("making to") for said in found)
    assert {"answering hard questions", "making edits", "contributing to the wiki"} <= found


def test_an_article_suits_the_word_that_now_follows_it() -> None:
    assert "Zulip has an active community" in phrases_of("Zulip has a very active community.")


def test_what_somebody_does_not_do_is_not_turned_round() -> None:
    found = phrases_of("They do not use the same words.")
    assert "not using the same words" in found
    assert "using the same words" not in found


def test_owners_and_pointers_are_left_out() -> None:
    found = phrases_of("I improved my communication skills.", "They made such visits this month.")
    assert "communication skills" in found
    assert not any(word in found_.split() for found_ in found for word in ("my", "such", "this"))


def test_how_long_something_took_is_not_what_it_is_about() -> None:
    assert "nobody knows the situation" in phrases_of("Nobody knows the situation in four weeks.")
    assert not phrases_of("The situation in four weeks may be worse.")


@pytest.mark.parametrize(
    "text",
    [
        "These are things like that.",
        "He asked in the comfort of his own home.",
        "It was a lot of them.",
        "I found it.",
        "See https://example.org for 12 of 37.",
    ],
)
def test_phrases_never_dangle_or_point_elsewhere(text: str) -> None:
    for phrase in phrases_of(text):
        words = phrase.lower().split()
        assert 2 <= len(words) <= 6
        assert words[0] not in ("the", "a", "this", "my", "such")
        assert words[-1] not in ("of", "in", "the", "to", "like", "comfort")
        assert not set(words) <= EMPTY
        assert not {"it", "they", "i"} & set(words)


def test_names_keep_their_capitals_and_words_of_titles_do_not() -> None:
    found = phrases_of(
        "I like the Zulip Server Community.",
        "The server community of Zulip answers.",
        "A server community helps.",
    )
    assert "Zulip server community" in found


def test_a_word_in_capitals_gives_way_to_its_usual_spelling_and_an_abbreviation_does_not() -> None:
    found = phrases_of(
        "We read the CONDUCT file.",
        "They changed the CONDUCT file.",
        "The Code of Conduct is long.",
        "We read the NASA file.",
    )
    assert {"Conduct file", "NASA file"} <= set(found)


@pytest.mark.parametrize(
    ("form", "tag", "expected"),
    [
        ("remove", "VB", "removing"),
        ("carries", "VBZ", "carrying"),
        ("teaches", "VBZ", "teaching"),
        ("stops", "VBZ", "stopping"),
        ("visits", "VBZ", "visiting"),
        ("tied", "VBD", None),
        ("built", "VBD", "building"),
        ("shared", "VBD", "sharing"),
        ("agree", "VB", "agreeing"),
        ("lie", "VB", "lying"),
        ("making", "VBG", "making"),
        ("hidden", "VBN", None),
    ],
)
def test_verbs_are_put_into_their_ing_form(form: str, tag: str, expected: str | None) -> None:
    assert gerund(form, tag, frozenset(("share", "walk"))) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("users", "user"),
        ("stories", "story"),
        ("making", "make"),
        ("stopped", "stop"),
        ("team's", "teams"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert uninflected(one) == uninflected(other)


def test_each_theme_is_named_in_its_own_words() -> None:
    themes = voices("visits", "credit", "interviews")
    names = [named.name for named in name_themes(themes, 3, embed)]
    for name, theme, word in zip(names, themes, ("visit", "credit", "interview"), strict=True):
        said = " ".join(theme.texts).lower()
        assert word in name
        assert all(uninflected(part) in said for part in name.split() if part != "and")


def test_two_themes_of_the_same_words_get_different_names() -> None:
    named = name_themes(voices("visits", "visits"), 2, embed)
    assert named[0].name != named[1].name


def test_keywords_are_the_words_that_set_a_theme_apart() -> None:
    named = name_themes(voices("visits", "credit", "interviews"), 3, embed)
    assert set(named[1].keywords) >= {"credit", "team"}
    assert all(len(theme.keywords) == 5 for theme in named)


def test_no_name_of_a_person_whom_only_one_student_mentions() -> None:
    themes = voices("visits", "credit")
    alone = ["Petra Quillfeather praised Petra Quillfeather's credit.", *themes[1].texts]
    vectors = embed(alone)
    themes[1] = Voices(alone, np.arange(7), vectors, np.array([9.0, *themes[1].nearness]))
    assert "Quillfeather" not in name_themes(themes, 2, embed)[1].name


def test_no_keyword_is_a_name_that_one_student_alone_has() -> None:
    texts = ["We saw Betelgeuse laugh at the oars.", "We saw rowers laugh at the oars."]
    theme = Voices(texts, np.arange(2), embed(texts), np.ones(2))
    (named,) = name_themes([theme], 1, embed)
    assert "betelgeuse" not in named.keywords and "rowers" in named.keywords


def test_a_theme_without_a_phrase_is_named_by_its_keywords() -> None:
    vectors = embed(["Hmm.", "Hmm."])
    theme = Voices(["Quickly, gladly.", "Gladly, quickly."], np.arange(2), vectors, np.ones(2))
    assert name_themes([theme], 1, embed)[0].name == "gladly and quickly"


def test_without_a_theme_there_is_no_name() -> None:
    assert name_themes([], 0, embed) == []


def test_a_whole_sentence_is_clearer_than_one_that_leans() -> None:
    whole = "A manager learns most by visiting users at their desks."
    assert unclear(whole) < unclear("But this is why they said it to them there.")
    assert unclear(whole) < unclear("Users, mostly")
    assert unclear(whole) < unclear(" ".join(["word"] * 60) + ".")
    assert unclear(whole) < unclear("| [x] visited | 3/4 | users and desks and so on |")


def test_what_says_nothing_by_itself_is_no_clear_quote() -> None:
    whole = "A manager learns most by visiting users at their desks."
    for empty in (
        "I don't think so, to be quite honest with you.",
        "I was there and I said so to all of us.",
    ):
        assert unclear(empty) > unclear(whole) + 0.15
    assert unclear("I now think that she must see the visitors better.") > unclear(
        "I now think that a manager must see the visitors better."
    )


def test_what_is_denied_is_no_name() -> None:
    assert "rules are a cage" not in phrases_of("This does not mean that rules are a cage.")
    assert "rules are a cage" in phrases_of("It means that rules are a cage.")


def test_a_name_that_few_of_a_theme_s_students_use_names_no_theme() -> None:
    texts = [f"The {team} team could not agree on a final decision." for team in "ABCDEFG"]
    texts[0] = "The OpenCV team could not agree on a final decision."
    vectors = embed(texts)
    theme = Voices(texts, np.arange(len(texts)), vectors, np.arange(len(texts), 0.0, -1.0))
    docs = list(english().pipe(texts))
    (of_one,) = {p for d in docs for p in phrases(d, usage(docs)) if p.text == "OpenCV team"}
    assert of_one.names == ("opencv",)
    (named,) = name_themes([theme], 1, embed)
    assert "OpenCV" not in named.name


def test_a_phrase_does_not_stop_before_the_place_that_its_verb_asks_for() -> None:
    found = phrases_of("I put the chairs in rows.", "She put the chairs back.")
    assert "putting the chairs" not in found
    assert "putting the chairs in rows" in found


def test_what_the_reading_does_is_no_doing_of_the_students() -> None:
    assert "benefiting the skills" not in phrases_of("Open source can benefit my skills.")
    assert "improving skills" in phrases_of("I want to improve my skills.")


def test_no_name_ends_in_a_word_that_could_be_any() -> None:
    found = phrases_of("A strict director is a strict thing.", "We found new creative ways.")
    assert "strict director" in found
    assert not {text for text in found if text.split()[-1] in ("thing", "ways")}


def test_no_clause_that_takes_a_side_names_a_theme() -> None:
    judged = (
        "Strictness is fine.",
        "Issues are too difficult.",
        "The pace is too quick.",
        "Rules are useless.",
    )
    assert not {text for text in phrases_of(*judged) if " is " in text or " are " in text}
    assert "pride is expensive" in phrases_of("Pride is expensive.")


def test_a_noun_stands_with_less_before_it_and_with_what_follows_and() -> None:
    assert "art and design" in phrases_of("I kept to art and design.")
    found = phrases_of("We had a long formal meeting.")
    assert {"long formal meeting", "formal meeting"} <= found


def test_a_judgement_alone_is_no_claim() -> None:
    assert "teacher is good" not in phrases_of("The teacher is good.")
    assert "handwriting is better than slides" in phrases_of("Handwriting is better than slides.")


def test_who_says_a_thing_often_draws_the_centre_no_further() -> None:
    texts = ["I watched the users.", "Credit goes to the team.", "We held an interview."]
    once, often = (
        Voices(said, np.array(who), embed(said), np.ones(len(said)))
        for said, who in ((texts, [0, 1, 2]), (texts + texts[:1] * 5, [0, 1, 2, 0, 0, 0, 0, 0]))
    )
    assert once.centre == pytest.approx(often.centre, abs=1e-6)


def test_where_every_phrase_is_one_student_s_the_name_is_nouns_that_they_share() -> None:
    texts = [
        "Honest percentages comforted the anxious councils.",
        "Reluctant councils buried uncomfortable percentages.",
        "Percentages frightened grumpy provincial councils.",
    ]
    other = voices("visits", "credit", "interviews")
    vectors = embed(texts)
    theme = Voices(texts, np.arange(3), vectors, np.ones(3))
    assert name_themes([theme, *other], 4, embed)[0].name in (
        "percentages and councils",
        "councils and percentages",
    )


def test_two_things_that_one_student_puts_side_by_side_name_no_theme() -> None:
    texts = ["I thought about art and storms.", "Art, again.", "Loud art!", "Plain art."]
    for last, together in ((texts[3], False), ("We were asked about storms and art.", True)):
        said = [*texts[:3], last]
        theme = Voices(said, np.arange(4), embed(said), np.array([9.0, 1, 1, 2]))
        named = name_themes([theme, *voices("visits", "credit")], 3, embed)[0].name
        assert (named in ("art and storms", "storms and art")) == together


def test_two_shared_nouns_name_a_theme_for_which_no_phrase_stands() -> None:
    texts = [
        "The virus frightened my aunt; the deaths went on.",
        "Deaths again, and a virus behind them.",
        "Which virus? So many deaths on a map.",
        "I counted deaths, then read of one virus at breakfast.",
    ]
    assert phrases_of(*texts) == {"deaths on a map"}
    theme = Voices(texts, np.arange(4), embed(["virus"] * 4), np.ones(4))
    named = name_themes([theme, *voices("visits", "credit")], 3, embed)[0].name
    assert named == "deaths and virus"


def test_a_name_counts_the_students_who_use_a_word_of_it() -> None:
    texts = [
        "Honest percentages comforted the anxious councils.",
        "Reluctant councils buried uncomfortable percentages.",
        "Grumpy councils frightened the provincial mayor.",
        "Nobody came.",
    ]
    theme = Voices(texts, np.arange(4), embed(texts), np.ones(4))
    named = name_themes([theme, *voices("visits", "credit")], 3, embed)[0]
    assert "councils" in named.name and named.used_by == 3


def test_a_pair_is_of_two_things() -> None:
    texts = [f"The {who} child cried; children cry." for who in ("small", "tall", "loud")]
    theme = Voices(texts, np.arange(3), embed(texts), np.ones(3))
    named = name_themes([theme, *voices("visits", "credit")], 3, embed)[0].name
    assert not {"child", "children"} <= set(named.split())


def test_a_claim_that_one_student_makes_names_no_theme_where_a_noun_is_shared() -> None:
    texts = ["The garden is the kitchen.", "A garden calms.", "Wet garden.", "Gardens, mostly."]
    other = voices("visits", "credit", "interviews")
    theme = Voices(texts, np.arange(4), embed(texts), np.array([9.0, 1, 1, 1]))
    docs = list(english().pipe(texts))
    assert "garden is the kitchen" in {p.text for d in docs for p in phrases(d, usage(docs))}
    assert name_themes([theme, *other], 4, embed)[0].name in ("garden", "gardens")


def test_what_both_joins_is_not_named_by_half() -> None:
    found = phrases_of("I am using both git and GitHub.", "We were using both dialects.")
    assert "using both git" not in found
    assert "using both dialects" in found


def test_a_unit_that_a_number_measures_begins_no_name() -> None:
    found = phrases_of("In a forty minute swimming lesson there is no time.")
    assert "swimming lesson" in found and "minute swimming lesson" not in found
    assert "project reports" in phrases_of("We read three project reports there.")


def test_an_object_of_which_nothing_is_said_makes_no_doing() -> None:
    found = phrases_of("I never found a good answer.", "I found the assignment question.")
    assert not any("good answer" in phrase for phrase in found)
    assert "finding the assignment question" in found


def test_a_parent_is_named_by_a_noun_of_each_child() -> None:
    themes = voices("visits", "credit", "interviews")
    first, second = themes[:2]
    parent = Voices(
        first.texts + second.texts,
        np.concatenate([first.students, second.students]),
        np.concatenate([first.vectors, second.vectors]),
        np.concatenate([first.nearness, second.nearness]),
    )
    named = name_themes([*themes, parent], 3, embed, np.array([0, 0, -1]))
    assert " and " in named[3].name
    one, other = named[3].name.split(" and ")
    assert one in " ".join(first.texts).lower() and other in " ".join(second.texts).lower()


def test_a_misspelt_word_counts_against_a_phrase() -> None:
    texts = [*["We make weekly contributions."] * 3, "We make weekly contribtuions."]
    used = words_of(texts, np.array([0, 1, 2, 3]))
    common = common_words([used])
    assert is_slip("contribtuions", used, common)
    assert not is_slip("contributions", used, common)
    assert not is_slip("waistcoat", used, common)


def test_a_clause_whose_noun_and_verb_do_not_agree_is_no_phrase() -> None:
    assert "head become white" not in phrases_of("My head become white.")
    assert "heads become white" in phrases_of("Heads become white.")


def test_what_is_somebodys_but_not_said_is_in_no_phrase() -> None:
    said = phrases_of("Every file has a photograph of a chair, and mine contains a mother.")
    assert not any("mine" in phrase for phrase in said)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("noun", "merged pull request", "merged pull requests"),
        ("pair", "phone and child", "phones and children"),
        ("list", "phone, child and water", "phones, children and water"),
        ("noun", "last pull request", "last pull request"),
        ("noun", "contributor's phone", "contributor's phone"),
        ("noun", "request for help", "request for help"),
        ("doing", "merging a request", "merging a request"),
    ],
)
def test_what_is_mostly_many_is_named_in_the_plural(kind: str, text: str, name: str) -> None:
    plurals = {"request": "requests", "phone": "phones", "child": "children"}
    known = replace(usage([]), plurals=plurals)
    assert in_general(Phrase(text, kind, (), ()), known) == name


def test_plurals_are_those_that_the_class_uses() -> None:
    said = ["Pull requests help.", "Two requests came.", "A request came.", "The water was cold."]
    assert usage(english().pipe(said)).plurals == {"request": "requests"}
