"""What each sentence is: statements over sentences made up for it, then the sample's gold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.encode import encode, shipped_encoder
from pipeline.label import label
from pipeline.label.features import ROLES as ROLES_WEIGHED
from pipeline.label.features import WORDS
from pipeline.label.fitted import Fitted, Linear, Looks, first_looks, fitted
from pipeline.label.holders import Holder, weighed_holder
from pipeline.label.holding import CONTEXT, contexts, others_speak, source_near
from pipeline.label.linking import N_MENTIONS, N_RELATED
from pipeline.label.neighbours import OWN, columns_of, looked_around
from pipeline.segment import segment
from pipeline.settings import EncodeSettings, LabelSettings, SegmentSettings
from pipeline.tables import CATEGORIES, MOVES, ROLES, Embeddings, Essays, MoveScores, frame

DIMENSION = 384
DATA = Path(__file__).resolve().parents[1] / "data"
Labelled = Callable[[str], pd.DataFrame]

DIRECT = [
    "Who signs off the rota when the head nurse is away?",
    "How much of this can be taught at all, and how much is temperament?",
    "Is the archive really open to everybody?",
    "So what happens to a library when nobody borrows books?",
    "Can a tutor be kind and strict at once, or does one of the two always win?",
    "If the data are wrong, who is to blame?",
    "But isn't that the point of a pilot study?",
    "Why do so few apprentices stay after the second year",
    "And who pays for all of this.",
    "(Would my grandmother have understood a word of it?)",
    "How do you measure calm, if at all.",
    "I asked: why me?",
    "What about those who work nights?",
]

INDIRECT = [
    "We are still grappling with the question of who owns the recipe.",
    "The museum tour left open why the mill closed.",
    "One thing I'm still unsure about is who feeds them in August.",
    "I wonder whether the children notice.",
    "I've often wondered how the conductor keeps forty people together.",
    "It makes me wonder who the exhibition is for.",
    "That left me wondering if kindness can be measured.",
    "I'm curious how other clinics deal with this.",
    "I am really curious about what the second chapter will say of it.",
    "I'd be curious to see whether the same holds in a small town.",
    "I'm not sure whether this would work in a village school.",
    "I am still not quite sure what a good audit looks like.",
    "I don't know if my supervisor would agree.",
    "We do not know yet how the tenants will take it.",
    "It is unclear to me why the survey left out pensioners.",
    "It's still not clear who owns the recordings.",
    "I keep asking myself what the apprentices think of us.",
    "I would like to know how they choose the songs.",
    "I'd love to learn more about how a translator decides what to leave out.",
    "I want to understand why the older nurses laughed.",
    "I hope to find out whether the method travels.",
    "The question is whether anybody will read the minutes.",
    "My question is how a museum apologises.",
    "One question remains: who waters the plants in August.",
    "The question remains how much of it was luck.",
    "This raises the question of who may speak for the patients.",
    "What I still don't understand is why the trains were empty.",
    "What puzzles me is how calm she stayed.",
    "One thing I can't work out is who wrote the rules.",
    "I have no idea how they pay for it.",
    "Whether the orchestra will survive remains to be seen.",
    "How the council will decide is anyone's guess.",
    "I can't help but wonder what my old teacher would say.",
    "Still unanswered: why the second ward had no volunteers.",
    "I am interested in finding out how archives choose what to burn.",
    "A question that I brought home is whether the nurses ever rest.",
    "Perhaps the real question is not who decides but who listens.",
    "How exactly the money flows is something I have yet to find out.",
    "It would be interesting to know how many stay.",
]

NEVER = [
    "They kept the shop shut because I don't know who has the key.",
    "Before the tour I was wondering how a lock gate works.",
    "My aunt doubts whether the ferry is safe.",
    "The guild (I don't know who runs it now) meets on Mondays.",
    "No wonder the interns were tired.",
    "Whoever wrote that label, I want to thank them.",
    "An extra what, she asked me, an extra finger?",
    "If it is the curator or the visitor, I know which door I would hold open.",
    "It is a wonder that the roof held.",
    "She has always been a curious person.",
    "I was surprised how easy it was to tune a piano.",
    "I was amazed at how quickly the children learned the steps.",
    "I know why the bakery closed.",
    "I now understand how a court interpreter prepares.",
    "I'm not sure I agree with the second chapter.",
    "I am not sure that patience is a virtue here.",
    "A second term as treasurer was out of the question.",
    "The midwife asked me whether I had ever held a newborn.",
    "“Do you want the night shift?” the porter asked.",
    "He wanted to know why the samples were warm.",
    "She answered my question about the warm samples.",
    "My first question was answered on page three.",
    "They wondered what I was doing there.",
    "The interview had ten questions, and most were about money.",
    "It showed me how much a good stage manager does.",
    "I learned how to read a balance sheet.",
    "I didn't know how to hold the chisel.",
    "How lovely the reading room was!",
    "What I like about the choir is that nobody counts the wrong notes.",
    "There is no question that the choir needs a hall.",
    "The author questions whether grades help.",
    "I see why the guild keeps its secrets.",
    "When we arrived, the seeds were already in the ground.",
    "Our task was to explain why bridges sing.",
    "I asked the gardener how she prunes the roses.",
    "I used to wonder about such things as a child, but the answer is plain.",
    "The book tells you how to fold a map.",
    "I watched a film called “Who Owns the Night?”",
    "You might wonder why I kept going.",
    "Nobody wondered where the money went.",
    "I don't see why we should pay for that.",
    "I can't see what anyone would learn from such a fright.",
    "We do not decide who is ill.",
    "I want to see her when I return.",
    "“Do you want tea?” Tobias asked.",
    "The reading left me with more questions than answers.",
]

CLAIMS = [
    "A good archive knows what to forget.",
    "Volunteers should be paid for their travel.",
    "I think that rehearsal matters more than talent.",
    "In my view the chapter is too kind to managers.",
    "Patience can't be taught in a weekend.",
    "The museum is there for children rather than for donors.",
    "What I like about the choir is that nobody counts the wrong notes.",
    "I've come to see that a quiet ward is a well-run ward.",
    "I realized that silence is part of the job.",
    "Good grades reward obedience, not understanding.",
    "Honestly, nobody cares about the minutes.",
    "I would do the interview differently next time.",
    "If I ran the museum, I would open it at night.",
    "I don't see why we should pay for that.",
    "I find it odd that nobody mentions the cost.",
    "There is a clear lesson here.",
    "Another point was that a ward is measured by its calm.",
    "To listen is to work.",
    "One might say that a map is an opinion.",
    "It is easier to close a library than to open one.",
    "Teachers need time more than they need tablets.",
    "This is the strongest argument in the book.",
    "Without trust no team survives a bad month.",
    "I disagree with the second part.",
    "I'm not sure I agree with the second chapter.",
    "There is no question that the choir needs a hall.",
    "A coach who shouts has already lost.",
    "Never trust a rota without gaps.",
    "Those who listen longest learn most.",
    "Maybe a pharmacist is more of a translator than a chemist.",
    "We learned that a late answer is worse than a wrong one.",
    "It seems to me that nobody owns the problem.",
    "He is right about the tenants.",
    "Nurses don't diagnose, they notice.",
]

ACCOUNTS = [
    "Last summer I worked in the archive of a small town.",
    "We met every Tuesday in the canteen.",
    "On the first day I dropped a tray of samples.",
    "My supervisor showed me the cold room.",
    "She left before the concert.",
    "I felt useless for most of the first week.",
    "I was nervous before the first lesson.",
    "He handed me the keys and went home.",
    "I will visit two more clinics in May.",
    "Next week I'm going to ask the registrar for the old lists.",
    "As a child I would sit under the piano and listen.",
    "We would meet every morning before the buses came.",
    "There were nine people in the room.",
    "I feel tired.",
    "I wondered at the calm of it.",
    "I couldn't find the light switch.",
    "I did not know the names of the tools.",
    "The choir sang for an hour and then the lights went out.",
    "I read the chapter twice on the train.",
    "I work in a bakery on weekends.",
    "The midwife asked me whether I had ever held a newborn.",
    "We talked to three tenants and a caretaker.",
    "It rained all morning, so the market was empty.",
    "They called the fire brigade because of the smoke.",
    "Nobody mentioned the broken window.",
    "I asked the gardener how she prunes the roses.",
    "She wrote three letters that afternoon.",
    "He told me about his first year at sea.",
]

FRAMES = [
    "These visits raise some questions for me:",
    "Here are three things I took home:",
    "In this essay I will write about two of them.",
    "My thoughts on the reading:",
    "Two observations stood out to me:",
    "Thanks for reading!",
    "See you next week.",
    "Leave a comment",
    "Posted in Uncategorized",
    "Figure 2: the old reading room",
    "That's all for now.",
    "Let me start with the first visit.",
    "The first point is about noise.",
    "https://example.org/reading-room",
    "Week 3",
]

# Text, holder, endorsed (None: doesn't say).
HELD: list[tuple[str, str, str | None]] = [
    ("> Archives lie to whoever reads them.\n\nI fully agree with this.", "source", "yes"),
    ("> Archives lie to whoever reads them.\n\nIt rained on the day.", "source", None),
    ("The author argues that museums should lend their paintings.", "source", None),
    ("This chapter, however, shows that most fires start at noon.", "source", None),
    ("According to the article, night shifts shorten lives.", "source", None),
    ("As the lecture pointed out, a map is an opinion.", "source", None),
    ("Kadlec and Horn (2014) distinguish three aims of a visit.", "source", None),
    ("The reading makes it clear that tenants rarely complain.", "source", None),
    ("The video claims that choirs heal, but I don't buy it.", "source", "no"),
    ("The text says that patience can be taught, and I agree.", "source", "yes"),
    ("My supervisor believes that children should choose the songs.", "other", None),
    ("Ms. Fenwick told me that a good archive forgets.", "other", None),
    ("Henrik, who has run the press for years, told us that paper remembers.", "other", None),
    ("Some people say that grades help.", "other", None),
    ("“A rota is a promise,” the matron said.", "other", None),
    ("I believe that grades help.", "author", None),
    ("Nobody warned us that a body has to be kept sharp.", "author", None),
    ("The reading changed how I think about noise.", "author", None),
    ("The chapter is too long.", "author", None),
    ("She wrote three letters that afternoon.", "author", None),
    ("They called the fire brigade because of the smoke.", "author", None),
    ("The claim that noise is harmless is wrong.", "author", None),
    ("As a matter of fact, the hall was full.", "author", None),
    ("The people who think in numbers had left by then.", "author", None),
    ("This makes me think that schools are too loud.", "author", None),
    ("The numbers suggest that schools are too loud.", "author", None),
    ("From a patient's point of view the corridor was endless.", "author", None),
    ("As Whitby puts it, every archive lies.", "source", None),
    ("In the lecture she is careful to explain that glass is slow.", "source", None),
    ("The speaker is at pains to point out that glass is slow.", "source", None),
    ("In the video he then goes on to argue that glass is slow.", "source", None),
    ("She also talked about how hard it is to find a crew.", "source", None),
    ("The author claims that choirs heal. He's right, I think.", "source", "yes"),
    ("The author claims that choirs heal. I'm not sure I agree.", "source", "no"),
    ("The guide said that paper remembers. That's too easy.", "other", "no"),
    ("She is careful to close the door.", "author", None),
    ("I am careful to say that I was wrong.", "author", None),
    ("We talked about how to find a crew.", "author", None),
]

MADE = [
    ("I believe that grades help nobody.", "belief"),
    ("In my opinion the hall is too small.", "belief"),
    ("I learned that a late answer is worse than a wrong one.", "learning"),
    ("This visit taught me to wait.", "learning"),
    ("I was nervous before the first lesson.", "feeling"),
    ("I really enjoyed the afternoon in the cold room.", "feeling"),
    ("I struggled with the old handwriting.", "difficulty"),
    ("It was hard to find anybody who would talk.", "difficulty"),
    ("Next week I will visit two more clinics.", "intention"),
    ("I plan to ask for the old lists.", "intention"),
    ("From a patient's point of view the corridor is endless.", "perspective"),
    ("Before this visit I thought that archives keep everything.", "prior belief"),
    ("I used to believe that noise is harmless.", "prior belief"),
    ("I had always assumed that the conductor picks the songs.", "prior belief"),
    ("At first I expected the night shift to be quiet.", "prior belief"),
    ("Until last week I believed that midwives work alone.", "prior belief"),
    ("I've come to see that a quiet ward is a well-run ward.", "learning"),
]

# Moves that a sentence must not be given.
NO_MOVES = [
    ("Before lunch I saw her in the corridor.", "prior belief"),
    ("I think that archives keep everything.", "prior belief"),
    ("Before we met I ate an apple.", "prior belief"),
    ("I thought the talk was great.", "prior belief"),
    ("The nurses were nervous.", "feeling"),
    ("They will visit two more clinics.", "intention"),
]

# A text of several sentences, the prior belief, and what replaced it.
SHIFTS = [
    (
        "The dye bath was far messier than I thought it might be.",
        "than I thought it might be.",
        "The dye bath was far messier",
    ),
    (
        "The loom seemed daunting at the open day. After using it for a week I feel much more "
        "sure of it.",
        "The loom seemed daunting at the open day.",
        "After using it for a week I feel much more sure of it.",
    ),
    (
        "The quay is loud, though I had always pictured it as a sleepy place.",
        "though I had always pictured it as a sleepy place.",
        "The quay is loud,",
    ),
    (
        "I used to hear a mess that needed sorting, and now I hear a child with two toolboxes.",
        "I used to hear a mess that needed sorting,",
        "and now I hear a child with two toolboxes.",
    ),
    (
        "I used to think that a nurse only follows orders, but now I see that she decides a lot.",
        "I used to think that a nurse only follows orders,",
        "but now I see that she decides a lot.",
    ),
    (
        "Before, I assumed that archives keep everything. This chapter, however, argues that they "
        "forget on purpose. It is a short chapter.",
        "Before, I assumed that archives keep everything.",
        "This chapter, however, argues that they forget on purpose.",
    ),
    (
        "I always thought that a choir needs a strict leader. Then the leader fell ill. It turned "
        "out that the singers could lead each other.",
        "I always thought that a choir needs a strict leader.",
        "It turned out that the singers could lead each other.",
    ),
    (
        "When I started, I was convinced that silence is boredom. I no longer believe that.",
        "When I started, I was convinced that silence is boredom.",
        "I no longer believe that.",
    ),
    (
        "At first I expected the night shift to be quiet. In reality it was the loudest of all.",
        "At first I expected the night shift to be quiet.",
        "In reality it was the loudest of all.",
    ),
    (
        "I'd assumed that the guide wanted silence, but apparently he liked to talk.",
        "I'd assumed that the guide wanted silence,",
        "but apparently he liked to talk.",
    ),
    (
        "It never crossed my mind that a map could lie. The reading opened my eyes.",
        "It never crossed my mind that a map could lie.",
        "The reading opened my eyes.",
    ),
]

RHETORICAL = [
    "It's hard, isn't it?",
    "Who wouldn't want that?",
    "Does anybody read the minutes?",
    "Why not pay them?",
    "I was late. Does it matter? Not at all, and nobody asked.",
    "I was late. Is the night shift quiet? No, it is the loudest of all.",
    "Why did I pick this ward? I had heard of it from my aunt, who worked there.",
]

EARNEST = [
    "Who signs it?",
    "Why do they leave? Who asks them to stay?",
    "I was late. Who signs it? I asked the night nurse.",
]

ANNOUNCED = "There's one point on which I'd welcome an answer: what did they expect it to be?"
AGREES_AFTER = "The chapter argues that archives lie. I agree with that."
OBJECTS_AFTER = "My aunt says that nurses only follow orders. I don't buy it."
NOTEPAD = "Left over on my notepad:\n\n• whether patience can be tested\n• what Teo would say of it"
LEARNED = "What I learned:\n\n• what a rota is worth\n• how tired nurses are"
# Texts that single tests ask for.
ALONE = [
    *EARNEST,
    AGREES_AFTER,
    ANNOUNCED,
    OBJECTS_AFTER,
    NOTEPAD,
    LEARNED,
    "# Who decides?\n\nNobody knows it.",
]

NO_SHIFTS = [
    "The loom stands by the door. After using it for a week I feel much more sure of it.",
    "We should have asked first. The bread was more salt than flour.",
    "I think that archives forget. Now I am tired. However, the day was good.",
    "We used to meet at noon. Now we meet at one.",
    "The author used to believe in grades. Today she does not.",
    "I always thought that a choir needs a leader.\n\nThe hall was warm. It was full, but calm.",
]


def essays(texts: list[str]) -> pd.DataFrame:
    rows = [
        {
            "essay_id": f"essay-{number:03d}",
            "author": "Student",
            "n_words": len(text.split()),
            "text": text,
            "essay_sha": sha256(text.encode()).hexdigest(),
        }
        for number, text in enumerate(texts)
    ]
    return frame(Essays, rows)


def labelled(frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Label by rules alone."""
    segments = segment(SegmentSettings(), essays=frames)["segments"]
    nothing = {"embeddings": frame(Embeddings, []), "move_scores": frame(MoveScores, [])}
    return label(LabelSettings(), essays=frames, segments=segments, **nothing)


def seen(text: str, *given: dict[str, float]) -> pd.DataFrame:
    """Label an essay of whose first segments the encoder makes this; the rest is left to rules.

    `given` are the head's scores (what is left to 1 is "other"); vectors are of one direction.
    """
    frames = essays([text])
    segments = segment(SegmentSettings(), essays=frames)["segments"]
    rows = [
        {"segment_id": segment_id, "essay_id": "essay-000"}
        | dict.fromkeys(CATEGORIES, 0.0)
        | {"asks": 0.5}
        | {"other": 1 - sum(scores.values())}
        | scores
        for segment_id, scores in zip(segments["segment_id"], given, strict=False)
    ]
    shas = segments["text_sha"].drop_duplicates()
    vectors = [
        {"text_sha": sha, "vector": np.eye(1, DIMENSION, dtype=np.float32)[0]} for sha in shas
    ]
    tables = {"embeddings": frame(Embeddings, vectors), "move_scores": frame(MoveScores, rows)}
    return label(LabelSettings(), essays=frames, segments=segments, **tables)["segments"]


def test_the_pseudonym_of_a_student_makes_no_difference_to_any_label() -> None:
    said = (
        "{0} talks much, but she asks the right people the right thing. In the evenings we sat at "
        "{0}'s table and talked. {0} changed the thumb rest, and I was remaking the fixture twice. "
        "When it met the drum of {0} it blew the leaves away."
    )
    same = ["role", "role_score", "form", "holder", "endorsed", "moves"]
    found = [
        seen(said.format(name), *[{"belief": 0.4}] * 4)[same].to_dict("list")
        for name in ("Heron", "Swallow", "Pine2", "Chalk", "Dune")
    ]
    assert all(labels == found[0] for labels in found)


def told(rows: pd.DataFrame) -> dict[str, Any]:
    """Return what is said of the only segment of an essay, with None for NA."""
    assert len(rows) == 1, rows["text"].tolist()
    row = rows.iloc[0].to_dict()
    return {
        name: None if value is pd.NA or value != value else value for name, value in row.items()
    }


FORM = """# What did you learn today?

{0}

# What is still unclear?

{1}

# What would have helped you?

{2}"""


def test_a_few_words_below_a_question_say_what_it_asks_for() -> None:
    text = FORM.format("how glass is blown", "why it cracks", "more time")
    rows = labelled(essays([text]))["segments"]
    rows = rows[rows["block"] != "heading"]
    assert rows["role"].tolist() == ["account", "question", "claim"]
    assert rows["form"].tolist()[1] == "indirect"
    assert rows["moves"].tolist() == [["learning"], [], ["belief"]]


def test_who_has_nothing_to_answer_asserts_nothing() -> None:
    rows = labelled(essays([FORM.format("Nothing really", "n/a", "all good")]))["segments"]
    assert set(rows.loc[rows["block"] != "heading", "role"]) == {"frame"}
    alone = labelled(essays(["Nothing really mattered to me. All good."]))["segments"]
    assert "says that there is no answer" not in set(alone["reason"])


def test_a_demand_below_a_forms_question_is_a_claim_and_no_intention() -> None:
    rows = labelled(essays([FORM.format("n/a", "did women join a guild", "Slow down please")]))
    done = rows["segments"].iloc[[3, 5]]
    assert done["role"].tolist() == ["question", "claim"]
    assert done["moves"].tolist() == [[], ["belief"]]


def test_a_section_of_an_essay_is_no_short_answer() -> None:
    long = "The kiln was cold and we waited for it. " * 8 + "More time"
    rows = labelled(essays([FORM.format(long, long, long)]))["segments"]
    assert not rows["reason"].str.contains("the question above").any()


def test_a_row_of_a_table_asserts_and_asks_nothing() -> None:
    rows = labelled(essays(["Patient | Silence in minutes | Who spoke first\n4 | 29 | 7"]))
    assert set(rows["segments"]["role"]) == {"frame"}


@pytest.fixture(scope="session")
def of() -> Labelled:
    """Look up the labelled segments of any text of this module; all are labelled in one call."""
    texts = [*DIRECT, *INDIRECT, *NEVER, *CLAIMS, *ACCOUNTS, *FRAMES, *RHETORICAL, *NO_SHIFTS]
    texts += [row[0] for table in (HELD, MADE, NO_MOVES, SHIFTS) for row in table]
    texts = list(dict.fromkeys([*texts, *ALONE]))
    rows = labelled(essays(texts))["segments"]
    by_essay = dict(iter(rows.groupby("essay_id")))
    found = {text: by_essay[f"essay-{number:03d}"] for number, text in enumerate(texts)}
    return found.__getitem__


@pytest.mark.parametrize("text", DIRECT)
def test_a_direct_question(text: str, of: Labelled) -> None:
    row = told(of(text))
    assert (row["role"], row["form"]) == ("question", "direct")


@pytest.mark.parametrize("text", INDIRECT)
def test_an_indirect_question_shows_the_words_that_make_it_one(text: str, of: Labelled) -> None:
    row = told(of(text))
    assert (row["role"], row["form"]) == ("question", "indirect")
    assert text[row["cue_start"] : row["cue_end"]]
    assert row["reason"]


@pytest.mark.parametrize("text", NEVER)
def test_what_only_looks_like_a_question(text: str, of: Labelled) -> None:
    assert "question" not in set(of(text)["role"])


@pytest.mark.parametrize("text", CLAIMS)
def test_a_claim(text: str, of: Labelled) -> None:
    assert told(of(text))["role"] == "claim"


@pytest.mark.parametrize("text", ACCOUNTS)
def test_an_account(text: str, of: Labelled) -> None:
    assert told(of(text))["role"] == "account"


@pytest.mark.parametrize("text", FRAMES)
def test_a_frame(text: str, of: Labelled) -> None:
    assert told(of(text))["role"] == "frame"


@pytest.mark.parametrize("text", RHETORICAL)
def test_a_question_asked_for_effect_has_a_high_score_and_says_why(text: str, of: Labelled) -> None:
    (row,) = of(text).dropna(subset="rhetorical").to_dict("records")
    assert row["rhetorical"] >= 0.5
    assert "; may be rhetorical: " in row["reason"]


def test_what_announces_a_question_of_its_sentence_asks_nothing_itself(of: Labelled) -> None:
    assert of(ANNOUNCED)["role"].tolist() == ["frame", "question"]


def test_a_question_asked_in_earnest_has_a_low_score(of: Labelled) -> None:
    earnest = [of(text)["rhetorical"].dropna() for text in EARNEST]
    assert max(map(max, earnest)) < 0.5


@pytest.mark.parametrize(("text", "holder", "endorsed"), HELD)
def test_who_holds_it(text: str, holder: str, endorsed: str | None, of: Labelled) -> None:
    row = of(text).iloc[0]
    stance = row["endorsed"] if isinstance(row["endorsed"], str) else None
    assert (row["holder"], stance) == (holder, endorsed)


def test_whether_the_author_goes_along_may_follow_in_the_next_sentence(of: Labelled) -> None:
    assert of(AGREES_AFTER)["endorsed"].iloc[0] == "yes"
    assert of(OBJECTS_AFTER)["endorsed"].iloc[0] == "no"


@pytest.mark.parametrize(("text", "move"), MADE)
def test_a_move(text: str, move: str, of: Labelled) -> None:
    assert move in told(of(text))["moves"]


@pytest.mark.parametrize("text", ACCOUNTS)
def test_an_account_of_the_author_always_makes_a_move(text: str, of: Labelled) -> None:
    row = told(of(text))
    assert row["moves"] or row["holder"] != "author"


@pytest.mark.parametrize(("text", "move"), NO_MOVES)
def test_a_move_that_is_not_made(text: str, move: str, of: Labelled) -> None:
    assert move not in told(of(text))["moves"]


@pytest.mark.parametrize("sign", [">>", "> Bee, A. (2014)."])
@pytest.mark.parametrize(
    "said",
    [
        "Who steers the boat at night?",
        "I wonder whether the children notice.",
        "I believe that every harbour needs a kitchen.",
        "I completely agree that he is right about the tides.",
    ],
)
def test_nothing_in_an_appendix_or_a_list_of_references_is_the_authors(
    sign: str, said: str
) -> None:
    frames = essays([f"I rowed out.\n\n{sign} {said}"])
    units = segment(SegmentSettings(), essays=frames)["segments"]
    vectors = encode(EncodeSettings(), segments=units)
    for rows in (
        labelled(frames)["segments"],
        label(LabelSettings(), essays=frames, segments=units, **vectors)["segments"],
    ):
        last = rows.iloc[-1]
        assert last["role"] in ("claim", "account")
        assert (last["holder"], list(last["moves"])) == ("source", [])
        assert pd.isna(last["endorsed"])


def test_what_others_hold_has_no_moves(of: Labelled) -> None:
    held = [text for text, holder, _ in HELD if holder != "author"]
    assert not any(of(text)["moves"].iloc[0] for text in held)


def test_a_claim_without_another_move_is_a_belief_and_an_account_experience(of: Labelled) -> None:
    assert told(of("A good archive knows what to forget."))["moves"] == ["belief"]
    assert told(of("We met every Tuesday in the canteen."))["moves"] == ["experience"]


# Rules and head together, with numbers that the shipped ones don't change.

NERVOUS = "I was nervous before the first interview."
SHAKING = "My hands shook before the first interview."
ARCHIVE = "A good archive knows what to forget."
TUESDAY = "We met every Tuesday in the canteen."


def linear(intercepts: dict[str, float], **weights: dict[str, float]) -> Linear:
    """Build a model from the weights of named features; the head's are named by category."""
    columns = [*WORDS, *CATEGORIES, *range(DIMENSION), *CONTEXT]
    table = np.zeros((len(intercepts), len(columns)))
    for place, name in enumerate(intercepts):
        for feature, weight in weights.get(name.replace(" ", "_"), {}).items():
            table[place, columns.index(feature)] = weight
    return Linear(tuple(intercepts), np.array(list(intercepts.values())), table)


@pytest.fixture
def fitted_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the head's "experience" speak for an account, "belief" for a claim, words for feeling."""
    roles = linear(
        {"claim": 2.3, "account": 2.3, "frame": 0.0},
        claim={"rules say claim": 4.0, "belief": 2.0},
        account={"rules say account": 4.0, "experience": 2.0},
        frame={"rules say frame": 4.0},
    )
    moves = linear(
        {"feeling": 0.0, "belief": 0.0},
        feeling={"words of feeling": 1.0, "feeling": 2.0},
        belief={"belief": 1.0},
    )
    holders = linear(
        {"not the author": -1.0},
        not_the_author={"rules: source": 2.0, "1 before: source": 2.0, "first person": -4.0},
    )
    looks = (roles, holders, moves)
    names = [name for look in looks for name in look.names]
    again = [
        Linear(look.names, np.zeros(len(look.names)), as_before(names, look.names))
        for look in (roles, moves)
    ]
    n = N_MENTIONS + len(WORDS) + len(CATEGORIES) + DIMENSION
    nothing = [
        Linear((name,), np.array([-9.0]), np.zeros((1, width)))
        for name, width in (("belief", n), ("successor", n), ("link", N_RELATED))
    ]
    first = Looks(looks, {}, np.zeros((1, len(names))))
    stand_in = Fitted("an encoder of the tests", first, *again, *nothing)
    monkeypatch.setattr("pipeline.label.fitted", lambda: stand_in)


def as_before(scores: list[str], names: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Give the weights of a second look that says what the first one said."""
    table = np.zeros((len(names), columns_of(len(scores))))
    for place, name in enumerate(names):
        table[place, scores.index(name)] = 1 / OWN
    return table


def test_a_sign_adds_to_the_models_that_know_it() -> None:
    roles = {"claim": [0.5, 1.0], "account": [0.0, -1.0]}
    stored = {"roles": roles, "holders": {"other": [0.0, 2.0]}, "moves": {"belief": [1.0, 0.0]}}
    signs = {
        "roles_signs": {"may": [0.25, 0.0], "not": [0.0, 1.0]},
        "holders_signs": {"says": [4.0]},
        "moves_signs": {"may": [8.0], "says": [-1.0]},
    }
    looks = first_looks(stored | signs)
    assert looks.scores(np.array([1.0]), {"new"}).tolist() == [1.5, -1.0, 2.0, 1.0]
    assert looks.scores(np.array([1.0]), {"may"}).tolist() == [1.75, -1.0, 2.0, 9.0]
    assert looks.scores(np.array([1.0]), {"says", "not"}).tolist() == [1.5, 0.0, 6.0, 0.0]


@pytest.mark.usefixtures("fitted_so")
def test_what_the_encoder_sees_overturns_a_rule_and_says_so() -> None:
    row = told(seen(ARCHIVE, {"experience": 1.0}))
    assert row["role"] == "account"
    assert row["reason"] == "the sentence reads like an account of what happened"
    row = told(seen(TUESDAY, {"belief": 1.0}))
    assert (row["role"], row["reason"]) == ("claim", "the sentence reads like a claim")
    assert 0.5 < row["role_score"] < 1


@pytest.mark.usefixtures("fitted_so")
def test_what_the_author_knows_is_no_question_however_it_looks_to_the_encoder() -> None:
    said = "So I know on which side of the rope I stand. And I know whose side the warden is on."
    frames = essays([said])
    segments = segment(SegmentSettings(), essays=frames)["segments"]
    known = encode(EncodeSettings(), segments=segments)
    rows = label(LabelSettings(), essays=frames, segments=segments, **known)["segments"]
    assert len(rows) == 2 and "question" not in set(rows["role"])


def test_where_both_agree_the_rule_gives_the_reason() -> None:
    ruled, row = told(labelled(essays([ARCHIVE]))["segments"]), told(seen(ARCHIVE, {"belief": 1.0}))
    assert (row["role"], row["reason"]) == (ruled["role"], ruled["reason"])
    assert row["role_score"] > 0.9


@pytest.mark.parametrize(
    ("text", "feeling", "moves"),
    [
        (NERVOUS, 0.3, ["feeling"]),  # the words say it, and the head hardly denies it
        (NERVOUS, 0.01, []),
        (SHAKING, 0.9, ["feeling", "experience"]),  # the head is sure
        (SHAKING, 0.3, ["experience"]),
    ],
)
@pytest.mark.usefixtures("fitted_so")
def test_words_and_head_give_a_move_together_and_the_head_alone_where_it_is_sure(
    text: str, feeling: float, moves: list[str]
) -> None:
    assert told(seen(text, {"feeling": feeling}))["moves"] == moves


@pytest.mark.usefixtures("fitted_so")
def test_a_move_without_a_model_comes_from_the_rules() -> None:
    assert "difficulty" in told(seen("I struggled with the old handwriting.", {}))["moves"]


@pytest.mark.usefixtures("fitted_so")
def test_a_prior_belief_comes_from_its_words_alone() -> None:
    text = "I used to believe that noise is harmless."
    assert told(seen(text, {"feeling": 1.0}))["moves"] == ["prior belief"]


@pytest.mark.usefixtures("fitted_so")
def test_what_goes_on_with_a_report_is_the_sources_until_the_author_speaks() -> None:
    text = "The article says that soil is alive. Worms carry most of it. I have none in my pots."
    assert seen(text, {}, {}, {})["holder"].tolist() == ["source", "source", "author"]


@pytest.mark.parametrize("text", [DIRECT[0], INDIRECT[0], "Leave a comment"])
@pytest.mark.usefixtures("fitted_so")
def test_questions_and_page_furniture_stay_with_the_rules(text: str, of: Labelled) -> None:
    row, ruled = told(seen(text, {"experience": 1.0})), told(of(text))
    assert [row[name] for name in ("role", "role_score", "reason")] == [
        ruled[name] for name in ("role", "role_score", "reason")
    ]


@pytest.mark.usefixtures("fitted_so")
def test_a_segment_that_the_encoder_did_not_see_is_labelled_by_rules_alone() -> None:
    text = f"{ARCHIVE} {NERVOUS} {TUESDAY}"
    rows = seen(text, {"experience": 1.0})
    assert rows["role"].tolist() == ["account", "account", "account"]
    pd.testing.assert_frame_equal(rows.iloc[1:], labelled(essays([text]))["segments"].iloc[1:])


def test_the_models_fit_the_features_and_are_finite() -> None:
    models = fitted()
    n = len(WORDS) + len(CATEGORIES) + shipped_encoder(EncodeSettings().threads).dimension
    assert set(models.roles_again.names) == set(ROLES_WEIGHED)
    assert set(models.moves_again.names) <= set(MOVES) - {"prior belief"}
    seen = columns_of(models.looks.width)
    assert models.looks.width == sum(len(look.names) for look in models.looks.models)
    assert np.isfinite(models.looks.weights).all()
    for model, width in (
        *((look, n + len(CONTEXT)) for look in models.looks.models),
        (models.roles_again, seen),
        (models.moves_again, seen),
        (models.beliefs, N_MENTIONS + n),
        (models.successors, N_MENTIONS + n),
        (models.links, N_RELATED),
    ):
        assert model.weights.shape == (len(model.names), width)
        assert np.isfinite(model.weights).all() and np.isfinite(model.intercepts).all()


def test_a_second_look_sees_two_segments_to_each_side_and_no_further() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(size=(7, 4))
    other = first.copy()
    other[[0, 6]] += 1.0
    asks, paragraphs = [False] * 7, [0, 0, 0, 1, 1, 1, 2]
    seen, changed = (looked_around(one, asks, paragraphs) for one in (first, other))
    assert seen.shape == (7, columns_of(4))
    assert np.array_equal(seen[3], changed[3])
    assert all(not np.array_equal(seen[n], changed[n]) for n in (0, 1, 2, 4, 5, 6))


def test_to_a_second_look_a_segment_without_a_vector_is_not_there() -> None:
    first = np.arange(12.0).reshape(3, 4) / 12
    unknown = first.copy()
    unknown[2] = np.nan
    alone = looked_around(first[:2], [False] * 2, [0, 0])
    beside = looked_around(unknown, [False, False, True], [0, 0, 0])
    assert np.array_equal(alone, beside[:2])
    assert looked_around(np.empty((0, 4)), [], []).shape == (0, columns_of(4))


def test_the_models_were_fitted_to_the_shipped_encoder() -> None:
    shipped = shipped_encoder(EncodeSettings().threads).fingerprint
    assert shipped == fitted().encoder, "run tests/bench/labels_fit.py --write"


@pytest.mark.parametrize(("text", "prior", "now"), SHIFTS)
def test_a_shift_links_a_prior_belief_to_what_replaced_it(text: str, prior: str, now: str) -> None:
    done = labelled(essays([text]))
    words = dict(zip(done["segments"]["segment_id"], done["segments"]["text"], strict=True))
    ends = done["shifts"][["prior_segment_id", "now_segment_id"]].map(words.__getitem__)
    assert ends.to_numpy().tolist() == [[prior, now]]
    assert done["shifts"]["score"].between(0, 1).all()


@pytest.mark.parametrize("text", NO_SHIFTS)
def test_a_turn_without_a_prior_belief_of_the_author_is_no_shift(text: str) -> None:
    assert labelled(essays([text]))["shifts"].empty


REMEMBERED = [
    (
        "In my first letter I wrote that wool is dead. We sheared for two days in the rain. "
        "The mill paid more than last year. I take it back: wool has a future.",
        "In my first letter I wrote that wool is dead.",
        "I take it back: wool has a future.",
    ),
    (
        "I came to the valley convinced that geese are stupid.\n\nOne of them opened the gate on "
        "Monday. Another one closed it.\n\nI no longer believe that a bird can't plan.",
        "I came to the valley convinced that geese are stupid.",
        "I no longer believe that a bird can't plan.",
    ),
]


@pytest.mark.parametrize(("text", "prior", "now"), REMEMBERED)
def test_a_shift_is_found_over_several_sentences(text: str, prior: str, now: str) -> None:
    frames = essays([text])
    segments = segment(SegmentSettings(), essays=frames)["segments"]
    known = encode(EncodeSettings(), segments=segments)
    done = label(LabelSettings(), essays=frames, segments=segments, **known)
    rows = done["segments"].set_index("segment_id")
    (found,) = done["shifts"].to_dict("records")
    assert rows.loc[found["prior_segment_id"], "text"] == prior
    assert rows.loc[found["now_segment_id"], "text"] == now
    assert rows.loc[found["prior_segment_id"], "moves"] == ["prior belief"]


def test_items_under_a_heading_that_announces_questions_are_questions(of: Labelled) -> None:
    rows = of(NOTEPAD)
    assert rows["role"].tolist() == ["frame", "question", "question"]
    assert of(LEARNED)["role"].tolist()[1:] == ["claim", "claim"]


def test_a_heading_that_asks_is_a_question_in_a_heading(of: Labelled) -> None:
    row = of("# Who decides?\n\nNobody knows it.").iloc[0]
    assert (row["block"], row["role"], row["form"]) == ("heading", "question", "direct")


def test_every_segment_has_a_role_a_score_and_a_reason(of: Labelled) -> None:
    rows = pd.concat([of(text) for text in (*CLAIMS, *ACCOUNTS, *FRAMES, *DIRECT)])
    assert rows["role"].isin(ROLES).all()
    assert rows["role_score"].between(0, 1).all()
    assert (rows["reason"].str.len() > 0).all()
    assert rows.loc[rows["role"] != "question", ["form", "rhetorical"]].isna().all(axis=None)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_any_characters_are_survived(texts: list[str]) -> None:
    rows = labelled(essays(texts))["segments"]
    assert rows["role"].isin(ROLES).all()


MIXED = st.lists(st.sampled_from([*DIRECT, *NEVER, *CLAIMS, *ACCOUNTS, *INDIRECT]), max_size=6)


@given(st.lists(MIXED.map(" ".join), min_size=2, max_size=4), st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_labels_are_the_same_alone_and_among_others(texts: list[str], data: st.DataObject) -> None:
    frames = essays(texts)
    together = labelled(frames)
    essay_id = data.draw(st.sampled_from(frames["essay_id"].tolist()))
    alone = labelled(frames[frames["essay_id"] == essay_id])
    for name, rows in together.items():
        among = rows[rows["essay_id"] == essay_id].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone[name], among)


# The sample's gold: floors stand a little below what was measured when they were set.


def normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def nearest(sentence: str, rows: pd.DataFrame) -> dict[str, Any]:
    """Return the segment that shares most words with a sentence of the gold; {} for none."""
    wanted = set(normal(sentence).split())

    def shared(row: dict[str, Any]) -> float:
        words = set(normal(row["text"]).split())
        return len(wanted & words) / max(1, len(wanted | words))

    best = max(rows.to_dict("records"), key=shared)
    return best if shared(best) >= 0.5 else {}


@pytest.fixture(scope="session")
def gold(sample_run: Run) -> pd.DataFrame:
    """Set the role and form of each sentence of the gold beside those found; None: no segment."""
    by_essay = dict(iter(sample_run.tables.segments.groupby("essay_id")))
    sources = sample_run.read.sources
    essay_of = dict(zip(sources["path"], sources["essay_id"], strict=True))
    listed = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["essays"]
    pairs = [
        (sentence, nearest(sentence["text"], by_essay[essay_of[essay["file"]]]))
        for essay in listed
        for sentence in essay["sentences"]
    ]
    return pd.DataFrame(
        [
            {
                "role": sentence["role"],
                "form": sentence.get("form"),
                "found_role": found.get("role"),
                "found_form": found.get("form"),
            }
            for sentence, found in pairs
        ]
    )


def f1(wanted: pd.Series[bool], found: pd.Series[bool]) -> float:
    return float(2 * (wanted & found).sum() / (wanted.sum() + found.sum()))


def test_questions_of_the_sample_are_found(gold: pd.DataFrame) -> None:
    score = f1(gold["role"] == "question", gold["found_role"] == "question")
    print(f"question F1 {score:.3f} (n = {(gold['role'] == 'question').sum()})")
    assert score >= 0.96


def test_indirect_questions_of_the_sample_are_found(gold: pd.DataFrame) -> None:
    score = f1(gold["form"] == "indirect", gold["found_form"] == "indirect")
    print(f"indirect F1 {score:.3f} (n = {(gold['form'] == 'indirect').sum()})")
    assert score >= 0.95


def test_roles_of_the_sample_are_told_apart(gold: pd.DataFrame) -> None:
    scores = {
        role: f1(gold["role"] == role, gold["found_role"] == role)
        for role in ("claim", "account", "frame")
    }
    print(", ".join(f"{role} F1 {score:.3f}" for role, score in scores.items()))
    assert sum(scores.values()) / len(scores) >= 0.81


def test_nearly_every_sentence_of_the_sample_is_a_segment(gold: pd.DataFrame) -> None:
    assert gold["found_role"].isna().mean() <= 0.01


def test_what_is_told_as_settled_is_no_question() -> None:
    settled = labelled(essays(["I was unsure if the robe had to be ironed, so I ironed it."]))
    assert "question" not in set(settled["segments"]["role"])
    row = told(labelled(essays(["I am unsure if the robe has to be ironed."]))["segments"])
    assert (row["role"], row["form"]) == ("question", "indirect")


def test_a_declarative_sentence_with_a_question_mark_asks_indirectly() -> None:
    texts = {"I wonder if another archive has it?": "indirect", "I ask: is there one?": "direct"}
    for text, form in texts.items():
        assert told(labelled(essays([text]))["segments"])["form"] == form


@pytest.mark.parametrize("name", ["questions_1.jsonl", "questions_2.jsonl"])
def test_questions_that_were_written_for_it_are_found(name: str) -> None:
    """Rules were widened with these: this holds what was reached, and measures nothing."""
    lines = (DATA / "gold" / "written" / name).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = labelled(essays([row["text"] for row in rows]))["segments"]
    asks = found[found["role"] == "question"].groupby("essay_id").size()
    ids = [f"essay-{number:03d}" for number in range(len(rows))]
    said = pd.Series([name in asks.index for name in ids])
    meant = pd.Series([row["label"] != "none" for row in rows])
    assert f1(meant, said) >= 0.93


def test_a_form_s_question_about_a_lecture_makes_no_answer_a_lecturer_s() -> None:
    asked, answer = "What can a farm show you that a lecture cannot?", "Soil needs many years."
    blocks, texts = ["heading", "paragraph"], [asked, answer]
    alone = contexts(texts, [0, 1], blocks, ["author", "author"])
    assert source_near(alone) == others_speak(alone) == [False, False]
    titled = contexts(["The lecture", answer], [0, 1], blocks, ["author", "author"])
    assert source_near(titled) == [True, True]
    told = contexts(["She says so.", answer], [0, 0], ["paragraph"] * 2, ["other", "author"])
    assert others_speak(told) == [True, True]


def test_what_nobody_else_says_is_the_author_s_whatever_the_model_thinks() -> None:
    def holder(others_speak: bool) -> str:
        said = "Cheap food is paid for by those who harvest it."
        held = weighed_holder(
            Holder("author"), 1.0, said, None, reading=False, others_speak=others_speak
        )
        return held.holder

    assert holder(others_speak=True) == "source"
    assert holder(others_speak=False) == "author"


def test_a_headline_is_the_author_s_unless_its_own_words_say_whose() -> None:
    headline = "A manager's value shows in the team:"
    for ruled, said, expected in (
        ("author", headline, "author"),
        ("author", headline.replace(":", "."), "source"),
        ("source", headline, "source"),
    ):
        held = weighed_holder(Holder(ruled), 1.0, said, None, reading=True)
        assert held.holder == expected
