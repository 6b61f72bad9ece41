"""Cues of indirect questions: declarative sentences that leave a question of the author's open.

Patterns are verbose regular expressions: a space is written `\\s` or `[ ]`.
"""

from __future__ import annotations

from pipeline.cues.cue import Cue

# What opens an embedded question.
WH = r"(?:who|whom|whose|what|when|where|which|why|how|whether|if)\b"
AUTHOR = r"\b(?:I|we)\b"
# "how to do it" after these is a wish to be able to, not a question left open.
NOT_HOW_TO = r"(?!(?:how|what|where|when|which\s\w+|whether)\s+to\b)"

INDIRECT: tuple[Cue, ...] = (
    Cue(
        "wonder",
        "indirect",
        rf"{AUTHOR}(?:'\w+)?(?!\s+used\s+to\b)(?:\s+[\w']+){{0,4}}?\s+wonder(?:ed|ing)?\b"
        r"(?!\s+at\b)"
        r"|\b(?:ma(?:de|kes?|king)|le(?:ft|aves?|aving)|ha(?:d|s|ve)|got|gets?)\s+(?:me|us)"
        r"(?:\s+\w+){0,2}?\s+wonder(?:ing)?\b"
        r"|^(?:still|also|just|now|always)?\s*wondering\b"
        r"|\bone\s+(?:\w+\s+)?wonders\b",
        "“wonder” leaves a question open",
        (
            "I wonder whether it holds.",
            "I've always wondered how it is done.",
            "It makes me wonder",
        ),
        (
            "No wonder they left.",
            "She wondered whether he knew.",
            "It is a wonder that it works.",
            "I used to wonder about it.",
        ),
    ),
    Cue(
        "curious",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|\s+was|\s+were|\s+remain|'ve\s+been|\s+have\s+been|"
        r"'d\s+be|\s+would\s+be)(?:\s+\w+){0,3}?\s+(?:curious|intrigued)\s+(?:about|as\s+to|to\s|how|why|what|whether|if|"
        r"who|where|which|when)"
        rf"|^(?:still\s|also\s|very\s|really\s)?curious\s+(?:about|as\s+to|to\s|{WH})"
        r"|\bmakes?\s+me\s+curious\b",
        "“curious” leaves a question open",
        (
            "I'm curious to learn more about how it works.",
            "I am still curious why they stay.",
            "I'd be curious to see if it holds.",
        ),
        ("She is a curious person.", "I was curious and impatient as a child."),
    ),
    Cue(
        "not sure",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|\s+remain)(?:\s+\w+){{0,2}}?\s+"
        r"(?:not\s+(?:\w+\s+){0,2}?(?:sure|certain|clear|confident|positive)|unsure|uncertain|unclear)"
        rf"\s+(?:about\s+|as\s+to\s+|of\s+|on\s+)?{NOT_HOW_TO}{WH}"
        rf"|^(?:still\s+|also\s+)?(?:not\s+(?:\w+\s+)?(?:sure|certain|clear)|unsure|unclear)\s+"
        rf"(?:about\s+|to\s+me\s+)?{NOT_HOW_TO}{WH}",
        "“not sure” leaves a question open",
        ("I am not sure how much it matters.", "I'm still unsure about what they want."),
        (
            "I'm not sure I agree.",
            "He is not sure why.",
            "I'm not sure how to do it.",
            "We are not there when it counts.",
        ),
    ),
    Cue(
        "don't know",
        "indirect",
        rf"{AUTHOR}\s+(?:\w+\s+)?(?:(?:do\s+not|don't)\b(?:\s+\w+){{0,3}}?\s+"
        r"(?:know|see(?!\s+why\b)|understand|get|grasp)|(?:can't|cannot|can\s+not)\b(?:\s+\w+){0,3}?\s+"
        r"(?:know|see|understand|tell|say|grasp|work\s+out|figure\s+out|explain|imagine|find\s+out|"
        r"decide|make\s+out))(?:\s+(?:exactly|yet|quite|fully|really|for\s+sure))?\s+"
        rf"{NOT_HOW_TO}(?:who|whose|what|when|where|which|why|how|whether|if)\b"
        r"(?!\s+(?:\w+\s+)?(?:I|we)\s+would\b)",
        "“don't know” leaves a question open",
        ("I don't know why they do it.", "I cannot yet say how she would measure it."),
        (
            "They don't know why.",
            "I do not know how to start.",
            "I know why it failed.",
            "We do not decide who is ill.",
            "I don't see why we should pay.",
        ),
    ),
    Cue(
        "could not find out",
        "indirect",
        rf"{WH}[^?]*?,?\s+(?:I|nobody|no\s+one|she|he|they)\s+(?:could|can)(?:\s+not|n't|not)?\s+"
        r"(?:establish|find\s+out|tell\s+me|tell|say|work\s+out|learn|discover)\b\s*[.!]?$"
        rf"|{AUTHOR}\s+(?:could\s+not|couldn't|never\s+did|have\s+yet\s+to)\s+"
        rf"(?:find\s+out|establish|work\s+out|learn)\s+{NOT_HOW_TO}{WH}",
        "says that the answer could not be found",
        ("Who gave her that power, I could not establish.", "I couldn't find out why."),
        ("I could not find the file.", "He couldn't find out why."),
    ),
    Cue(
        "no idea",
        "indirect",
        rf"(?<!had\s)(?<!have\shad\s)\bno\s+(?:idea|clue)\s+(?:about\s+)?{NOT_HOW_TO}{WH}",
        "“no idea” leaves a question open",
        ("No idea whether they would let me.", "I have no idea why it broke."),
        ("I had no idea how kilns cool.", "It was no idea of mine."),
    ),
    Cue(
        "would like to know",
        "indirect",
        rf"{AUTHOR}(?:'d|\s+would|\s+do|\s+still|\s+also|\s+really)*\s+"
        r"(?:like|love|want|hope|wish|need|am\s+eager|am\s+keen|look\s+forward)"
        r"(?:\s+\w+){0,2}?\s+to\s+(?:also\s+|better\s+|really\s+)?"
        r"(?:know|find\s+out|understand|see|hear|learn|ask|explore|hearing|learning|seeing)\b"
        rf"(?:(?:\s+(?:more|further))?(?:\s+about)?\s+{NOT_HOW_TO}{WH}|"
        r"\s+(?:them|her|him|someone|people)\s+(?:who|whose|what|which|why|how|whether|if)\b"
        r"(?!\s+to\b))"
        rf"|\b(?:interested|eager|keen)\s+(?:in|to)\s+(?:know|learn|see|find\s+out|hear|"
        rf"knowing|learning|seeing|finding\s+out|hearing)(?:\s+more)?(?:\s+about)?\s+{NOT_HOW_TO}{WH}",
        "wants to know something still open",
        ("I would also like to know how she decides.", "I want to understand why it is so."),
        (
            "I want to learn how to code.",
            "They want to know why.",
            "I would like to know her.",
            "I want to see her when I return.",
        ),
    ),
    Cue(
        "what I don't understand",
        "indirect",
        r"^(?:and\s+|but\s+|so\s+|also,?\s+)?(?:what|(?:one|another|some|the(?:\s+\w+)?)\s*thing"
        r"(?:\s+that)?)\s+(?:I|we)(?='|\s)(?:(?:'m|\s+am)\s+(?:\w+\s+)?(?:missing|unsure\s+about)|"
        r"(?:\s+[\w']+){0,2}?\s+(?:miss|wonder|ask)|(?:'d|\s+would)\s+(?:\w+\s+)?(?:like|love)\s+to\s+"
        r"(?:know|ask|learn|see|understand)|(?:\s+\w+)?(?:n't|\s+(?:\w+n't|\w*not|never))(?:\s+\w+){0,5}?"
        r"\s+(?:know|understood|understand|get|got|see|grasp|work(?:ed)?\s+out|figured?\s+out|"
        r"establish(?:ed)?|find\s+out|found\s+out|learn(?:ed)?|sure\s+about))\b"
        rf".{{0,30}}?\s(?:is|was|are|remains)\s+(?:still\s+)?{NOT_HOW_TO}{WH}"
        r"|^what\s+(?:the|this|she|he|it|they)\b.{0,40}?\s(?:leaves?\s+out|doesn't\s+say|does\s+not\s+"
        rf"say|never\s+says|leaves?\s+open|omits?)\s+is\s+{WH}",
        "names what is still not understood",
        (
            "What I cannot work out is why no firm does.",
            "What the chapter leaves out is whether",
            "What I still don't understand is why they stay.",
            "One thing I haven't figured out yet is who pays.",
        ),
        (
            "What I learned is that users matter.",
            "What I did is simple.",
            "What I know is how it ends.",
        ),
    ),
    Cue(
        "the question is",
        "indirect",
        r"\b(?:the|my|one|another|a|big|bigger|real|open|remaining|next|last|only)\s+"
        r"(?:\w+\s+)?question\s+(?:for\s+me\s+|(?:that\s+)?I\s+(?:\w+\s+){1,4}?|"
        r"that\s+(?:\w+\s+){1,4}?)?"
        rf"(?:is|remains|becomes|would\s+be|will\s+be|then\s+is|now\s+is|of)\b[\s:,]+"
        rf"(?:therefore\s+|then\s+|still\s+|really\s+|not\s+)*{WH}"
        r"|\braises?\s+(?:the|a|another|an\s+\w+)\s+(?:\w+\s+)?question\s+(?:of|as\s+to|about|whether|"
        r"how|why|what|who)\b"
        rf"|\b(?:begs|poses)\s+the\s+question\b|\bleaves?\s+(?:open|me\s+with)\b.{{0,25}}?{WH}"
        r"|\b(?:it\s+)?remains\s+(?:open|to\s+be\s+seen|a\s+question)\b",
        "names a question that is open",
        (
            "The question is whether it pays.",
            "This raises the question of who decides.",
            "A question that I brought home is whether they rest.",
        ),
        ("It is out of the question.", "She answered my question.", "These raise a few questions:"),
    ),
    Cue(
        "unclear",
        "indirect",
        r"\b(?:it|this|that|things?)?\s*(?:is|'s|remains|seems)\s+(?:\w+\s+){0,2}?"
        r"(?:unclear|not\s+(?:\w+\s+)?(?:clear|obvious)|a\s+(?:mystery|riddle|puzzle)|unknown|hard\s+"
        r"to\s+(?:say|tell))(?:\s+yet)?(?:\s+to\s+me)?(?:\s+yet|\s+still)?,?\s+"
        rf"(?:in\s+)?{NOT_HOW_TO}{WH}"
        rf"|\b(?:unclear|unresolved|unanswered|unsettled|unknown|open)\s*:\s*{WH}",
        "“unclear” leaves a question open",
        (
            "It remains unclear to me who decides.",
            "It is not clear to me yet where they learn it.",
            "Still unanswered: why they stay.",
        ),
        ("It is clear why.", "The text is unclear.", "It is unclear what to do."),
    ),
    Cue(
        "ask myself",
        "indirect",
        rf"{AUTHOR}(?:'\w+)?(?:\s+\w+){{0,3}}?\s+ask(?:ing|ed)?\s+(?:myself|ourselves)\b"
        r"|\b(?:would|might|may)\s+(?:\w+\s+){0,2}be\s+(?:\w+\s+){0,2}to\s+(?:ask|know|learn|see)\s+"
        rf"(?:more\s+about\s+)?{WH}"
        rf"|{AUTHOR}(?:'d|\s+would|\s+will|'ll)\s+(?:\w+\s+)?ask\s+(?:them|her|him|the\s+\w+)?\s*{WH}",
        "the author asks",
        ("I keep asking myself who it serves.", "It would be prudent to ask how far it goes."),
        ("She asked herself why.", "I asked her why."),
    ),
    Cue(
        "puzzle over",
        "indirect",
        rf"\b(?:{AUTHOR}(?:'m|\s+am|'ve\s+been|\s+have\s+been|\s+keep|\s+remain|\s+find\s+myself)"
        r"(?:\s+\w+){0,2}?\s+|^(?:still\s+)?)"
        r"(?:puzzl(?:ed|ing)|ponder(?:ed|ing)|question(?:ing)|debating|thinking\s+about|baffled|"
        rf"confused|stuck\s+on|unconvinced)(?:\s+(?:by|about|over|as\s+to))?\s+{NOT_HOW_TO}"
        r"(?:who|whose|why|how|whether|if)\b",
        "still turns a question over",
        ("Still puzzling over how it will change.", "I am puzzled why nobody says so."),
        ("He puzzled over it.", "I was thinking about how to fix it."),
    ),
    Cue(
        "still open to me",
        "indirect",
        rf"\b(?:puzzles|intrigues|bothers|bugs|nags(?:\s+at)?|interests|baffles|confuses|escapes|eludes)"
        rf"\s+me\s+(?:\w+\s+)?(?:is\s+)?{NOT_HOW_TO}(?:who|whose|why|how|whether|where|what)\b"
        rf"|{AUTHOR}(?:'m|\s+am|\s+keep|\s+find\s+myself|'ve|\s+have)(?:\s+\w+){{0,2}}?\s+"
        r"(?:torn|undecided|in\s+two\s+minds|divided|unsettled|coming\s+back\s+to|returning\s+to|"
        r"no\s+answer|yet\s+to\s+(?:see|learn|understand|hear|find\s+out)|trying\s+to\s+(?:understand|"
        r"work\s+out|figure\s+out|see|make\s+sense\s+of)|looking\s+for\s+(?:an\s+)?answers?)"
        rf"(?:\s+(?:on|about|over|as\s+to|to|between|for))?\s+(?:the\s+question\s+(?:of\s+)?)?"
        rf"{NOT_HOW_TO}(?:who|whose|why|how|whether|where|what)\b"
        rf"|\b(?:nobody|no\s+one|neither)\s+(?:\w+\s+){{0,3}}?(?:explain(?:s|ed)?|t(?:ells?|old)|says?|"
        rf"said|answers?|answered|could\s+(?:say|tell|explain))\s+(?:(?:to\s+)?me\s+)?(?:why|how|whether)\b"
        rf"|\bworth\s+(?:asking|knowing|finding\s+out|exploring)\b.{{0,20}}?\s*{WH}",
        "leaves a question open",
        (
            "It puzzles me why they stay.",
            "I am torn on whether it pays.",
            "Nobody told me why.",
            "I have yet to understand how they decide.",
            "It is worth asking who gains.",
        ),
        ("It bothers me.", "I am torn.", "I am trying to understand git.", "She told me why."),
    ),
    Cue(
        "fronted and left open",
        "indirect",
        r"^(?:and\s+|but\s+|so\s+|still,?\s+|yet\s+)?(?:who|whose|what|where|which|why|how|whether)\b"
        r"(?!\s+to\b)[^?]{8,}?\s(?:is|remains|are)\s+(?:still\s+|quite\s+|simply\s+|to\s+me\s+|for\s+me\s+)*"
        r"(?:unclear|beyond\s+me|a\s+(?:mystery|riddle|puzzle)|anyone's\s+guess|(?:an\s+)?open(?:\s+"
        r"question|(?=\W*$))|another\s+(?:matter|question)|not\s+(?:\w+\s+)?clear|unknown|to\s+be\s+seen|"
        r"(?:what|(?:some|one|a)\s*thing(?:\s+that)?)\s+I\s+(?:[\w']+\s+){0,4}?(?:know|wonder|find\s+out|"
        r"ask|understand|figure\s+out|work\s+out))\b"
        r"|^(?:and\s+|but\s+|so\s+|still,?\s+)?(?:who|whose|where|why|how|whether)\b(?!\s+to\b)[^?]{8,}?,"
        r"?\s+I\s+(?:\w+\s+){0,2}?(?:do\s+not|don't|cannot|can't|couldn't|could\s+not|did\s+not|didn't)\s+"
        r"(?:\w+\s+)?(?:know|say|tell|learn|see|find\s+out|hear|ask)\b",
        "names a matter and leaves it open",
        (
            "How they decide is still unclear.",
            "Whether it pays is another matter.",
            "Who signs it I do not know.",
            "How it is paid for is something I have yet to find out.",
        ),
        (
            "What I like is clear.",
            "How it works is simple.",
            "What they do all day is open doors.",
        ),
    ),
)
