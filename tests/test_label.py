"""What each sentence is: statements over sentences made up for it, then the sample's gold."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"

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
    "“What is a fair grade?” I keep asking.",
    "What about those who work nights?",
]

INDIRECT = [
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
]

NEVER = [
    "No wonder the interns were tired.",
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
]

CLAIMS = [
    "A good archive forgets on purpose.",
    "Volunteers should be paid for their travel.",
    "I think that rehearsal matters more than talent.",
    "In my view the chapter is too kind to managers.",
    "Patience can't be taught in a weekend.",
    "The museum is there for children rather than for donors.",
    "What I like about the choir is that nobody counts the wrong notes.",
    "I've come to see that a quiet ward is a well-run ward.",
    "I realized that silence is part of the job.",
    "Grades measure obedience, not understanding.",
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
    ("The author argues that museums should lend their paintings.", "source", None),
    ("This chapter, however, shows that most fires start at noon.", "source", None),
    ("According to the article, night shifts shorten lives.", "source", None),
    ("As the lecture pointed out, a map is an opinion.", "source", None),
    ("The reading makes it clear that tenants rarely complain.", "source", None),
    ("The video claims that choirs heal, but I don't buy it.", "source", "no"),
    ("The text says that patience can be taught, and I agree.", "source", "yes"),
    ("My supervisor believes that children should choose the songs.", "other", None),
    ("Ms. Fenwick told me that a good archive forgets.", "other", None),
    ("Henrik, who has run the press for years, told us that paper remembers.", "other", None),
    ("Some people say that grades help.", "other", None),
    ("“A rota is a promise,” the matron said.", "other", None),
    ("I believe that grades help.", "author", None),
    ("The reading changed how I think about noise.", "author", None),
    ("The chapter is too long.", "author", None),
    ("She wrote three letters that afternoon.", "author", None),
    ("They called the fire brigade because of the smoke.", "author", None),
    ("The claim that noise is harmless is wrong.", "author", None),
    ("As a matter of fact, the hall was full.", "author", None),
    ("The people who think in numbers had left by then.", "author", None),
]

MOVES = [
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
]

# Moves that a sentence must not be given.
NO_MOVES = [
    ("Before lunch I saw her in the corridor.", "prior belief"),
    ("I think that archives keep everything.", "prior belief"),
    ("Before we met I ate an apple.", "prior belief"),
    ("The nurses were nervous.", "feeling"),
    ("They will visit two more clinics.", "intention"),
]

# A text of several sentences, the prior belief, and what replaced it.
SHIFTS = [
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
]

NO_SHIFTS = [
    "I think that archives forget. Now I am tired. However, the day was good.",
    "We used to meet at noon. Now we meet at one.",
    "The author used to believe in grades. Today she does not.",
]
