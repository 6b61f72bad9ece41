"""Units: blocks, sentences inside them, clauses where one sentence holds two things."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from hashlib import sha256

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.segment import segment
from pipeline.segment.blocks import blocks
from pipeline.settings import SegmentSettings
from pipeline.tables import Essays, frame

SETTINGS = SegmentSettings()
# What may stand between two segments: white space and the marks of headings, quotes and list items.
MARK = re.compile(
    r"(?:#{1,6}|(?:>[ \t]*)+|[•◦▪‣·∙●○■*+–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])"
)


def essays(texts: Sequence[str]) -> pd.DataFrame:
    return frame(
        Essays,
        [
            {
                "essay_id": f"essay-{number:03d}",
                "author": "Student",
                "n_words": len(text.split()),
                "text": text,
                "essay_sha": sha256(text.encode()).hexdigest(),
            }
            for number, text in enumerate(texts)
        ],
    )


def cut(texts: Sequence[str], knobs: SegmentSettings = SETTINGS) -> pd.DataFrame:
    return segment(knobs, essays=essays(texts))["segments"]


def units(text: str) -> list[str]:
    return cut([text])["text"].tolist()


def kinds(text: str) -> list[tuple[str, str]]:
    rows = cut([text])
    return list(zip(rows["block"], rows["text"], strict=True))


def lost(text: str, rows: pd.DataFrame) -> list[str]:
    """List what stands outside the segments, line by line, but for white space and marks."""
    gaps, place = [], 0
    for start, end in zip(rows["start"], rows["end"], strict=True):
        gaps.append(text[place:start])
        place = end
    gaps.append(text[place:])
    pieces = [piece.strip() for gap in gaps for piece in gap.split("\n")]
    return [piece for piece in pieces if piece and not MARK.fullmatch(piece)]


def check_offsets(text: str, rows: pd.DataFrame) -> None:
    starts, ends = rows["start"].tolist(), rows["end"].tolist()
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == list(rows["text"])
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    assert rows["ordinal"].tolist() == list(range(len(rows)))
    assert rows["paragraph"].is_monotonic_increasing
    assert all(unit == unit.strip() for unit in rows["text"])
    assert lost(text, rows) == []


# Documents as students hand them in, and as nobody does.

SENTENCES = st.sampled_from(
    [
        "The ward was quiet.",
        "Why do they stay?",
        "Before, I thought that grades help, but now I know they don't.",
        "I like the choir, but I wonder whether it lasts!",
        "Dr. Osei came at 9 a.m. and left…",
        "“Is it done?” she asked.",
        "See https://example.org/a.b?c=d for 3.5 reasons",
        "Time heals: nobody waits. 🎉",
        "e.g. this",
        "\t",
        "¿Qué? 你好。",
        "| a cell | Is this (so to say?) one, too? |",
    ]
)
WORDS = st.text(max_size=40)
LINE = st.lists(SENTENCES | WORDS, min_size=1, max_size=4).map(" ".join)
START = st.sampled_from(
    ["", "", "# ", "### ", "> ", "> > ", "• ", "- ", "  * ", "1. ", "  12) ", "(a) ", "iv. ", "—"]
)
BLOCK = st.tuples(START, LINE).map("".join)
DOCUMENT = st.lists(
    st.tuples(BLOCK, st.sampled_from(["\n", "\n\n", "\n\n\n", " \n", "\n> "])), max_size=8
).map(lambda blocks: "".join(part for block in blocks for part in block))


@given(st.lists(DOCUMENT, min_size=1, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_segments_are_in_order_and_lose_nothing_but_space_and_marks(texts: list[str]) -> None:
    rows = cut(texts)
    for number, text in enumerate(texts):
        check_offsets(text, rows[rows["essay_id"] == f"essay-{number:03d}"])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@settings(max_examples=60)
def test_any_characters_are_survived(text: str) -> None:
    check_offsets(text, cut([text]))


@given(st.lists(DOCUMENT, min_size=2, max_size=4), st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_an_essay_is_cut_alike_alone_and_among_others(
    texts: list[str], data: st.DataObject
) -> None:
    together = cut(texts)
    pd.testing.assert_frame_equal(together, cut(texts))
    number = data.draw(st.integers(0, len(texts) - 1))
    essay_id = f"essay-{number:03d}"
    alone = segment(SETTINGS, essays=essays(texts).query("essay_id == @essay_id"))["segments"]
    among = together[together["essay_id"] == essay_id].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among)


@given(DOCUMENT)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_a_block_too_long_for_the_parser_loses_nothing(text: str) -> None:
    long = " ".join([text.replace("\n", " ").lstrip("#>•-* "), *["word " * 300] * 2])
    check_offsets(long, cut([long], SegmentSettings(max_parse_characters=1_000)))


# Sentences.


@pytest.mark.parametrize(
    "sentences",
    [
        ("Dr. Osei met Mrs. Lund at 9 a.m. on Monday.", "They talked, e.g. about pay."),
        ("He lives in the U.S. with his aunt.", "No. 5 is his house."),
        ("They cite Picard et al. in 1999.", "They reply, i.e. they object."),
        ("J. R. Okafor wrote it.", "We read ch. 3 and fig. 2."),
        ("We read ‘J. R. Okafor at sea’.", "It is short."),
        ("It ends at 5 p.m.", "Nobody stays."),
        ("The rate rose by 3.5 per cent.", "It was 1.2 before.", "Version 2.0 is out."),
        ("I waited... and waited.", "Hm...", "She left."),
        ("Then… nothing.", "And again…", "Nobody came."),
        ("“Come in!” she said.", "“I will,” he said, “but not today.”", "Then he left."),
        ("“Do you want tea?” Tobias asked.", "I did."),
        ("We call it “done.”", "The end was near."),
        ("“It works.”", "“It never did.”"),
        ("See https://example.org/a.b?c=d.", "Or www.example.org, if you like."),
        ("Write to a.b@example.org before May.", "Nobody answers."),
        ("I loved it 🎉🎉", "It was great! 😀", "Really great."),
        ("I was so proud :)", "My team was too."),
        ("What is it?!", "Really??", "Yes!!!", "Fine."),
        ("It cost £3 (about 4 euros).", "We paid.", "[He paid later.]", "Fine."),
        ("The plan was simple — we wait.", "And we waited."),
        ("It was **bold.**", "And then *not.*", "Fine."),
        ("She can and I can't.", "The desk is my mother’s.", "How old is it?"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: tuple[str, ...]) -> None:
    assert units(" ".join(sentences)) == list(sentences)


def test_hard_line_ends_do_not_end_sentences() -> None:
    text = (
        "This line was wrapped by an editor that\nthinks in forty columns and goes on in\n"
        "the next one. A new sentence starts here\nand ends here.\n\nThe next paragraph."
    )
    rows = cut([text])
    assert [" ".join(unit.split()) for unit in rows["text"]] == [
        "This line was wrapped by an editor that thinks in forty columns and goes on in the next "
        "one.",
        "A new sentence starts here and ends here.",
        "The next paragraph.",
    ]
    assert rows["paragraph"].tolist() == [0, 0, 1]


def test_words_hyphenated_at_a_line_end_stay_in_their_sentence() -> None:
    text = (
        "This is text of a PDF that was hyphen-\nated at its line ends for no rea-\nson. It ends."
    )
    assert len(units(text)) == 2


# Blocks.


def test_items_of_nested_lists_are_blocks_of_their_own() -> None:
    text = (
        "To do:\n\n- first thing\n  - a part of it\n    1. deeper still. Two sentences.\n- last one"
    )
    rows = cut([text])
    assert list(zip(rows["block"], rows["text"], rows["paragraph"], strict=True)) == [
        ("paragraph", "To do:", 0),
        ("list item", "first thing", 1),
        ("list item", "a part of it", 2),
        ("list item", "deeper still.", 3),
        ("list item", "Two sentences.", 3),
        ("list item", "last one", 4),
    ]


@pytest.mark.parametrize(
    "heading", ["2. What I saw", "2.1 What I saw", "What I saw", "IV. The end"]
)
def test_a_heading_is_one_segment_with_its_number(heading: str) -> None:
    assert kinds(f"## {heading}\n\nI saw a dog. It ran.")[0] == ("heading", heading)


def test_a_short_line_above_text_is_a_heading_without_a_mark() -> None:
    assert kinds("My week\n\nI saw a dog.\n\nThe dog\n\nIt ran.") == [
        ("heading", "My week"),
        ("paragraph", "I saw a dog."),
        ("heading", "The dog"),
        ("paragraph", "It ran."),
    ]


def test_a_numbered_line_above_text_is_a_heading_and_one_among_items_is_none() -> None:
    assert kinds("1. Background\n\nI saw a dog.\n\nB. The end\n\nIt ran.") == [
        ("heading", "1. Background"),
        ("paragraph", "I saw a dog."),
        ("heading", "B. The end"),
        ("paragraph", "It ran."),
    ]
    assert [kind for kind, _ in kinds("1. a dog\n2. a cat\n\nI saw both.")] == [
        *("list item", "list item", "paragraph")
    ]


def test_an_answer_to_a_forms_question_is_no_heading_of_the_next() -> None:
    assert kinds("# What is open?\n\nwhy it rusts\n\n# What helped?\n\nless rain") == [
        ("heading", "What is open?"),
        ("paragraph", "why it rusts"),
        ("heading", "What helped?"),
        ("paragraph", "less rain"),
    ]


def test_one_line_paragraphs_without_full_stops_are_paragraphs() -> None:
    assert kinds("My week\n\nI saw a dog\n\nIt ran away\n\nI went home.\n\nNobody asked") == [
        ("heading", "My week"),
        ("paragraph", "I saw a dog"),
        ("heading", "It ran away"),  # above other text: nothing tells it from a heading
        ("paragraph", "I went home."),
        ("paragraph", "Nobody asked"),
    ]


def test_marks_of_a_quote_are_in_no_sentence_that_starts_behind_them() -> None:
    assert kinds("> Trust is slow.\n> It is worth it.\n\nI agree.") == [
        ("quote", "Trust is slow."),
        ("quote", "It is worth it."),
        ("paragraph", "I agree."),
    ]


SAID = (
    '"When I began I believed that the public was a threat. I used to think that we keep things '
    'from people. Now I think that we keep things for people. Why should nobody touch them?"'
)


@pytest.mark.parametrize(
    ("before", "said", "block"),
    [
        ("I interviewed my supervisor, and this is what she said:", SAID, "quote"),
        ("In my journal of the first week I wrote:", SAID, "paragraph"),
        ("I interviewed my supervisor.", SAID, "paragraph"),
        ("She put it like this:", '"Let go of fear." I still hear it, ' * 5, "paragraph"),
        ("She put it like this:", '"Let go of fear."', "paragraph"),
    ],
)
def test_a_paragraph_that_a_colon_brings_in_as_somebodys_words_is_a_quote(
    before: str, said: str, block: str
) -> None:
    found = blocks(f"{before}\n\n{said}\n\nShe then made tea.", 12)
    assert [each.kind for each in found] == ["paragraph", block, "paragraph"]


def test_lines_of_a_page_are_in_no_paragraph() -> None:
    text = "A dog ran over the long road to the sea\nLeave a comment\nPosted in Uncategorized"
    assert units(text) == text.split("\n")


def test_an_essay_of_one_word_is_one_segment() -> None:
    assert kinds("Yes") == [("paragraph", "Yes")]


def test_an_essay_without_words_has_no_segment() -> None:
    assert units("  \n\n ") == []


# Clauses.


@pytest.mark.parametrize(
    "parts",
    [
        ("I used to see audits as a nuisance", "and these days I volunteer for them."),
        ("I'd always thought of silence as agreement;", "it is usually exhaustion."),
        ("I'd pictured the choir as one big voice,", "when it's really forty small ones."),
        ("We filed the pump under scrap,", "whereas at this point we'd miss it."),
        ("I went in sure that it would sink,", "and I came out much less certain."),
        ("I'd been giving the credit to the kiln,", "and it was never the kiln."),
        ("I had the caretaker down as a fool,", "and she has proved the best of us."),
        ("I thought I was facing defiance,", "and I was facing laundry."),
        ("Everybody took his silence for rudeness,", "until a nurse learned that he is deaf."),
        ("For me a contract was always a threat,", "and since the seminar I read it twice."),
        ("I love the organ now,", "which in May I'd have called a machine."),
        ("I thought the quiet ones had nothing to say;", "they were waiting to be asked."),
        ("I used to get angry at the bell", "but now I wait for it."),
        ("I went in against telling them,", "and I came out for it."),
    ],
)
def test_a_view_of_the_past_is_cut_from_what_replaced_it(parts: tuple[str, str]) -> None:
    assert units(" ".join(parts)) == list(parts)


@pytest.mark.parametrize(
    "sentence",
    [
        "I thought we'd be late, so we ran.",
        "I expected rain, and it rained.",
        "I expected the quiz to be easy and it was.",
        "I'd guessed strangers wait longer and strangers do wait longer.",
        "I always felt that maps are honest, and that borders are real.",
        "I believed engineers decide and workers execute.",
        "I assumed that the landlord owns the shop and he lets it to his son.",
        "I was against the plan, and I said so in the meeting.",
        "I used to row with my brother, and my aunt rows with us.",
        "As I had thought, the pump was blocked; it is always the pump.",
        "I'd have liked to ask Mr. Brask, but the bus was leaving.",
        "My view was that quality comes first: one does not show a lawyer a draft.",
        "We thought the plan was finished, and Maria sent it to the client.",
    ],
)
def test_a_view_of_the_past_with_what_came_of_it_stays_whole(sentence: str) -> None:
    assert units(sentence) == [sentence]


@pytest.mark.parametrize(
    "parts",
    [
        ("I like the choir,", "but I wonder whether it lasts."),
        ("While I admire the plan,", "I'm curious how they pay for it."),
        ("While I admire the plan,", "how would anybody pay for it?"),
        ("The plan is bold, I admit,", "but who will pay for it?"),
        ("We paid for the boat in the end,", "but who is counting? :joy::joy:"),
        ("After two weeks we had a boat,", "but who will sail it?"),
        ("I'm not sure who decides,", "but the plan is bold and good."),
        ("I used to think that grades help,", "but now I see that they harm."),
        ("I always thought that noise is harmless,", "but I no longer believe that."),
    ],
)
def test_a_sentence_of_two_things_is_two_segments(parts: tuple[str, str]) -> None:
    assert units(" ".join(parts)) == list(parts)


@pytest.mark.parametrize(
    "sentence",
    [
        "I like the choir, but it is loud.",
        "I wonder whether it lasts, and who pays for it.",
        "Can patience be taught, or does it come with time?",
        "If the choir closes, who will sing?",
        "When they came, did anybody notice?",
        "No wonder, I thought, that they left.",
        "It is late, but we stay.",
        "She asked whether I was tired, and I was.",
        "Since the first time I sang, I have always wondered why nobody claps.",
        "When I sing in the choir, I have always wondered why nobody claps.",
        "As I write this now, I'm unsure what the end will be.",
        "Now that I sit in the choir, I'm curious how long it lasts.",
        "It was odd because, in the past, I have always wondered what they sing.",
        "After all I've said about choirs, how do I plan to join one?",
        "The old roof raises the question of why it hasn't yet been mended.",
    ],
)
def test_a_sentence_of_one_thing_stays_whole(sentence: str) -> None:
    assert units(sentence) == [sentence]


def test_the_headline_of_an_item_is_told_from_its_body() -> None:
    text = (
        "1. Nurses don’t diagnose: Before, I assumed that they only follow. They notice.\n"
        "2. Nurses notice: they see what nobody else reports, and they say so.\n"
        "3. Nurses don’t hurry: before, I assumed they run."
    )
    rows = cut([text])
    assert list(zip(rows["paragraph"], rows["text"], strict=True)) == [
        (0, "Nurses don’t diagnose:"),
        (0, "Before, I assumed that they only follow."),
        (0, "They notice."),
        (1, "Nurses notice:"),
        (1, "they see what nobody else reports, and they say so."),
        (2, "Nurses don’t hurry:"),
        (2, "before, I assumed they run."),
    ]


def test_a_colon_inside_a_short_item_is_no_headline() -> None:
    assert units("• Time: it is short.\n• At 10:30 it was over: lunch.") == [
        "Time: it is short.",
        "At 10:30 it was over: lunch.",
    ]


# Speed.


def essay_of(n_words: int) -> str:
    paragraph = (
        "Before, I assumed that a choir needs a leader, but now I see that it needs ears. The ward "
        "was quiet and nobody asked. I wonder whether it lasts?\n\n"
    )
    return paragraph * (n_words // len(paragraph.split()))


def seconds(text: str) -> float:
    began = time.perf_counter()
    cut([text])
    return time.perf_counter() - began


@pytest.mark.slow
def test_the_time_for_a_long_essay_grows_as_its_words() -> None:
    seconds(essay_of(1_000))
    assert seconds(essay_of(40_000)) <= 6 * seconds(essay_of(10_000))


@pytest.mark.slow
def test_an_essay_of_200_000_words_is_cut_without_loss() -> None:
    text = essay_of(200_000)
    check_offsets(text, cut([text]))


@pytest.mark.parametrize("line", ["=" * 50_000, "word\n" * 10_000, "a short line\n" * 4_000])
def test_a_text_that_is_no_prose_takes_no_longer_than_prose(line: str) -> None:
    assert seconds(line) < 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We tested it late (does that even count?) and got full marks.",
            ["We tested it late", "(does that even count?)", "and got full marks."],
        ),
        ("He smiled (why not?) and left.", ["He smiled (why not?) and left."]),
        (
            "• Django: I never used it before this spring.",
            ["Django:", "I never used it before this spring."],
        ),
        ("It was fun. 🎨", ["It was fun. 🎨"]),
        ("It was fun. :art:", ["It was fun. :art:"]),
        (
            "I like it ( Icebreaker? More like a wall ), in some ways.",
            ["I like it ( Icebreaker? More like a wall ), in some ways."],
        ),
        ("I wrote ok ? 1 : 0 and it ran.", ["I wrote ok ? 1 : 0 and it ran."]),
        (
            "While I thought the kiln was off, I had left it on.",
            ["While I thought the kiln was off,", "I had left it on."],
        ),
        ("We left early, but who would mind?", ["We left early,", "but who would mind?"]),
        (
            "While reading Fraud: Is there a cure?, I fell asleep.",
            ["While reading Fraud: Is there a cure?, I fell asleep."],
        ),
    ],
)
def test_what_does_two_things_is_cut_and_what_does_one_is_not(
    text: str, expected: list[str]
) -> None:
    assert units(text) == expected


def test_a_row_of_a_table_is_cut_only_where_a_cell_is_prose() -> None:
    assert units("Date | Small thing | Done\n3/05 | Picked a project | yes") == [
        "Date | Small thing | Done",
        "3/05 | Picked a project | yes",
    ]
    prose = "The first reason why I like this choir is its noise. It is loud. | Yes"
    assert units(f"Plus | Minus\n{prose}")[1:] == [
        "The first reason why I like this choir is its noise.",
        "It is loud. |",
        "Yes",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "My aunt wrote me: “And you, do you want to sell it, or is it lost?”",
        'The porter asked, "You are new here, so who let you in?"',
    ],
)
def test_what_somebody_is_quoted_with_is_not_cut(text: str) -> None:
    assert units(text) == [text]


def test_many_emoji_before_a_letter_take_no_time() -> None:
    began = time.perf_counter()
    assert units(f"Great!{'❤️' * 40}x and so on.")
    assert time.perf_counter() - began < 10


def test_who_uses_no_capitals_writes_sentences_all_the_same() -> None:
    text = "i haven't slept. did you ever see the tide come in? it was fast, approx. a metre."
    assert units(text) == [
        "i haven't slept.",
        "did you ever see the tide come in?",
        "it was fast, approx. a metre.",
    ]
    assert units("We met at 9 a.m. and again at ten.") == ["We met at 9 a.m. and again at ten."]
