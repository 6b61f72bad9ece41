"""Cues of who holds a claim: the reading, somebody else, and whether the author goes along."""

from __future__ import annotations

from pipeline.cues.cue import Cue, listed

TEXT = (
    r"(?:reading|chapter|article|text|book|author|authors|writer|paper|essay|case|study|lecture|"
    r"video|podcast|talk|speaker|blog\s+post|piece|passage|excerpt|report|interview)s?"
)
SAYS = (
    r"(?:argu|stat|say|said|suggest|claim|highlight|emphasi[sz]|explain|describ|point|not|writ|wrote|"
    r"show|mention|discuss|stress|contend|maintain|propos|assert|insist|believ|think|conclud|"
    r"recommend|advis|tell|told|call|report|observ|define|opens?\b|hold|suppos|admit|warn|treat|"
    r"ma(?:ke|de)s?\s+(?:it\s+)?(?:very\s+)?(?:clear|plain|obvious)|reveal|illustrat|demonstrat|add)"
    r"(?:s|es|ed|d|ing|e|ies|ts?|es\s+out|s\s+out)?"
)

SOURCE: tuple[Cue, ...] = (
    Cue(
        "the reading says",
        "source",
        rf"\b(?:the|this|that|our|her|his|these|week's|today's|first|second)\s+(?:\w+\s+)?{TEXT}\b"
        rf"(?:,\s*\w+,|\s+\w+ly|\s+also|\s+then|\s+here|\s+itself|,)?\s+{SAYS}\b",
        "the reading says so",
        (
            "This reading, however, highlights that they connect.",
            "The author also argues that it is",
            "This chapter, however, makes plain that they connect.",
        ),
        ("Reading this changed me.", "The author is a friend."),
    ),
    Cue(
        "according to",
        "source",
        r"\b(?:according\s+to|in\s+the\s+words\s+of|as)\s+(?:the|this|that|our)\s+"
        rf"(?:\w+\s+)?{TEXT}\b(?!\s+of\s+fact)|\baccording\s+to\s+"
        r"(?!me\b|us\b|plan\b|my\s+(?:own|view|understanding|notes|experience)\b)\w+"
        r"|\bas\s+(?-i:[A-Z])\w+\s+(?:puts|put|says|said|argues|writes|wrote|notes|shows|explains)\b",
        "“according to”",
        (
            "According to the chapter, PMs connect.",
            "According to my boss, it fails.",
            "As Whitby puts it, every archive lies.",
        ),
        ("According to me it is fine.", "As a matter of fact it is.", "It went according to plan."),
    ),
    Cue(
        "would have me",
        "source",
        rf"\b(?:the\s+{TEXT}|she|he|they)\s+would\s+have\s+(?:us|me|you)\s+\w+",
        "what the reading wants of the reader",
        ("She would have us unblock and introduce.",),
        ("She would have been late.",),
    ),
    Cue(
        "central contention",
        "source",
        rf"\b(?:(?:her|his|their|the\s+{TEXT}'s|(?-i:[A-Z])\w+'s)\s+(?:\w+\s+)?"
        r"(?:contention|argument|thesis|claim|point|case|view|advice|idea|answer|position)\b.{0,60}?"
        r"\b(?:is|was)\s+that\b)|\b(?:in|from)\s+(?:the|this)\s+"
        rf"{TEXT},?\s+(?:the\s+author|it\s+(?:is|says)|we\s+(?:read|learn))",
        "names the argument of the reading",
        ("Her central contention is that it is a facilitator.",),
        ("My point is simple.", "Her car is red.", "From a user's point of view it is bad."),
    ),
)

# Verbs of saying and thinking. Where somebody else is their subject and a clause depends on them,
# the clause is theirs (`pipeline.label.holders` asks the parser). Those of inference take things
# for subjects too: "the numbers suggest that ..." is the author's own.
INFERRING = listed(
    "suggest suggests suggested explain explains explained add adds added stress stresses stressed "
    "promise promises promised note notes noted answer answers answered hold holds held"
)
SAYING = INFERRING | listed(
    """
    say says said tell tells told argue argues argued claim claims claimed insist insists insisted
    believe believes believed think thinks thought swear swears swore admit admits admitted write
    writes wrote maintain maintains maintained object objects objected warn warns warned complain
    complains complained mention mentions mentioned advise advises advised assume assumes assumed
    expect expects expected feel feels felt guess guesses guessed fear fears feared reply replies
    replied joke jokes joked
    """
)
THAT_SAYS = (
    r"(?:sa(?:ys?|id)|t(?:ells?|old)|argue[sd]?|claim(?:s|ed)?|insist(?:s|ed)?|believe[sd]?|think[s]?|"
    r"thought|sw(?:ears?|ore)|admit(?:s|ted)?|writes?|wrote|holds|maintain(?:s|ed)?|"
    r"warn(?:s|ed)?|complain(?:s|ed)?|mention(?:s|ed)?|advise[sd]?)"
)

OTHER: tuple[Cue, ...] = (
    Cue(
        "says that",
        "other",
        r"^(?!(?:when|after|because|if|since|before|while|although|though|as|this|that|these|those|it|"
        r"there|which|what)\b)"
        rf"(?!.*\b(?:I|we|you|one|may|might|can|could|would|should|must)\s+(?:[\w']+\s+){{0,3}}?"
        rf"{THAT_SAYS}\b)"
        rf"(?P<cue>\w[^\"“?;:]{{1,90}}?(?<!the)(?<!this)(?<!\ba)(?<!\bto)(?<!\bme)(?<!\bus)\s{THAT_SAYS}\s+"
        r"(?:(?:me|us)\s+)?that\b)"
        r"(?!\s+(?:to|in|of|and|\w+ing)\b)",
        "somebody else says so",
        (
            "She told me that a form is her thank you.",
            "Henrik, who runs the press, told us that paper remembers.",
            "My friend also thinks that it is luck.",
        ),
        (
            "I think that it is luck.",
            "Because she said that it rains, we left.",
            "She told me.",
            "The claim that it rains is wrong.",
            "One might say that it rains.",
            "This makes me think that it rains.",
            "It is hard to say that it rains.",
        ),
    ),
    Cue(
        "says in quotation marks",
        "other",
        rf"^(?!I\b|We\b)\w[^\"“?;:]{{1,60}}?(?<!\bI)(?<!\bwe)\s(?P<cue>{THAT_SAYS}|calls|called)\s*[,:]?\s+"
        r"(?:(?:me|us|it|this|that|them)\s*[,:]?\s+)?(?:that\s+\w+\s+(?:\w+\s+)?)?[\"“]",
        "somebody else's words, quoted",
        ("Ragna said, “It is hers.”", "My boss calls it “the mop test”."),
        ("I said, “It is mine.”", "She wrote three letters."),
    ),
    Cue(
        "quoted",
        "other",
        r"^[\"“].{8,}[\"”]\W*\s*(?:,?\s*(?!I\b)(?:\w+\s+){0,3}(?:said|says|told|wrote|writes|"
        r"explained|announced|answered|replied)\b.*)?$",
        "somebody else's words, quoted",
        ("“We test for chess and then hand them a mop,” she said.",),
        ("“Done” means tested.", "I said it."),
    ),
)

ENDORSES: tuple[Cue, ...] = (
    Cue(
        "agrees",
        "yes",
        r"\b(?:I\s+(?:\w+\s+){0,2}?(?:agree|concur|believe\s+(?:her|him|them|it|this)|buy\s+(?:this|it|"
        r"that)|accept|share\s+(?:this|her|his|that)\s+view|(?:am\s+inclined|tend)\s+to\s+(?:agree|"
        r"accept)|like\s+(?:this|that|her|his|the)|liked\s+(?:this|that))\b"
        r"|\b(?:she|he|they|the\s+author|this|that)\s+(?:is|are|was|were)\s+(?:\w+\s+)?"
        r"(?:right|correct)\b|\brightly\b|\bI\s+can\s+only\s+(?:agree|concur)\b|\bexactly\s+right\b)",
        "the author agrees",
        ("I like this and I agree.", "I think she is right.", "Here I can only concur"),
        ("I disagree.", "We agreed to meet."),
    ),
)

REJECTS: tuple[Cue, ...] = (
    Cue(
        "disagrees",
        "no",
        r"\b(?:I\s+(?:\w+\s+){0,2}?disagree|I\s+(?:\w+\s+)?(?:do\s+not|don't|cannot|can't|am\s+not|"
        r"didn't|did\s+not)\s+(?:\w+\s+){0,2}?(?:agree|buy|believe|accept|convinced|think\s+(?:so|it\s+"
        r"is|that\s+is|she|he|they)|share)|I\s+doubt|(?:she|he|the\s+\w+)\s+is\s+(?:\w+\s+)?(?:wrong|"
        r"mistaken)|(?:that|this|it)(?:'s|\s+is)\s+(?:\w+\s+)?(?:wrong|not\s+true|false|"
        r"a\s+mistake)|part\s+company|I\s+object|I\s+take\s+issue)\b",
        "the author disagrees",
        ("I don't buy that.", "But we part company over the hands.", "I'm sure she is wrong."),
        ("I agree.", "I don't know."),
    ),
)
