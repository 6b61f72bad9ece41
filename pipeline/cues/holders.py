"""Cues of who holds a claim: the reading, somebody else, and whether the author goes along."""

from __future__ import annotations

from pipeline.cues.cue import Cue

TEXT = (
    r"(?:reading|chapter|article|text|book|author|authors|writer|paper|essay|case|study|lecture|"
    r"video|podcast|talk|speaker|blog\s+post|piece|passage|excerpt|report|interview)s?"
)
SAYS = (
    r"(?:argu|stat|say|said|suggest|claim|highlight|emphasi[sz]|explain|describ|point|not|writ|wrote|"
    r"show|mention|discuss|stress|contend|maintain|propos|assert|insist|believ|think|conclud|"
    r"recommend|advis|tell|told|call|report|observ|define|opens?\b|hold|suppos|admit|warn)"
    r"(?:s|es|ed|d|ing|e|ies|ts?|es\s+out|s\s+out)?"
)

SOURCE: tuple[Cue, ...] = (
    Cue(
        "the reading says",
        "source",
        rf"\b(?:the|this|that|our|her|his|these|week's|today's|first|second)\s+(?:\w+\s+)?{TEXT}\b"
        rf"(?:,\s*\w+,|\s+\w+ly|\s+also|\s+then|\s+here|\s+itself|,)?\s+{SAYS}\b",
        "the reading says so",
        ("This reading, however, highlights that they connect.", "The author also argues that it is"),
        ("Reading this changed me.", "The author is a friend."),
    ),
    Cue(
        "according to",
        "source",
        r"\b(?:according\s+to|in\s+the\s+words\s+of|as)\s+(?:the|this|that|our)\s+"
        rf"(?:\w+\s+)?{TEXT}\b(?!\s+of\s+fact)|\baccording\s+to\s+(?!me\b|my\b|us\b)[A-Z]?\w+",
        "“according to”",
        ("According to the chapter, PMs connect.", "According to Cagan, it fails."),
        ("According to me it is fine.", "As a matter of fact it is."),
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
        rf"\b(?:(?:her|his|their|the\s+{TEXT}'s|[A-Z]\w+'s)\s+(?:\w+\s+)?"
        r"(?:contention|argument|thesis|claim|point|case|view|advice|idea|word|position)\b.{0,40}?"
        r"\b(?:is|was|that|for)\b)|\b(?:in|from)\s+(?:the|this)\s+"
        rf"{TEXT},?\s+(?:the\s+author|it\s+(?:is|says)|we\s+(?:read|learn))",
        "names the argument of the reading",
        ("Her central contention is that it is a facilitator.",),
        ("My point is simple.", "Her car is red."),
    ),
)

# Cued by somebody with a name or a pronoun who says; the reading's author when named beside it.
OTHER: tuple[Cue, ...] = (
    Cue(
        "somebody says",
        "other",
        r"(?:^|[.,;:]\s+|\b(?:and|but|because|as|while|when|that)\s+)(?P<cue>(?:(?!(?:I|This|That|It|These|Those|There|What|Which|Who|We|You|And|But|So|If)\b)(?-i:[A-Z])[\w'.-]+"
        r"(?:\s+(?-i:[A-Z])[\w'.-]+)?|he|she|they|everyone|everybody|people|many|most|some|one|"
        r"(?:the|my|our|a|an|her|his)\s+(?:\w+\s+){0,2}?(?:teacher|professor|friend|manager|"
        r"boss|colleague|classmate|brother|sister|father|mother|partner|engineer|mentor|interviewee|"
        r"ceo|founder|team(?:mate)?s?|instructor|speaker|guest|designer|developer|student|pm)s?)"
        r"(?:\s+(?:of|from|at|in)(?:\s+\w+){1,4}?)?(?:\s+\w+ly|\s+also|\s+even|\s+once|\s+may|\s+"
        r"would|\s+might|\s+himself|\s+herself)?\s+"
        r"(?:say|said|says|told\s+(?:me|us)|tells\s+(?:me|us)|argues?|argued|claims?|claimed|insists?|"
        r"insisted|believes?|believed|thinks?|thought|swears?|swore|admits?|admitted|writes?|wrote|"
        r"holds\s+that|suggests?|suggested|explains?|explained|maintains?|object(?:s|ed)?|warn(?:s|ed)|"
        r"calls?|called|defends?|complain(?:s|ed)|mention(?:s|ed)|advised?|advises))\b",
        "somebody else says so",
        ("She told me that a form is her thank you.", "Ragna at the parcel company said it is hers.",
         "My friend thinks it is luck."),
        ("I think it is luck.", "It is luck.", "This explains the mess."),
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
        r"a\s+mistake)|part\s+company|I\s+object)\b",
        "the author disagrees",
        ("I don't buy that.", "But we part company over the hands.", "I'm sure she is wrong."),
        ("I agree.", "I don't know."),
    ),
)
