"""Cues of indirect questions by what the author says of a matter: in doubt, to be found out, open.

Beside the set phrases of `indirect`: a word of not knowing, and an embedded question soon after it.
Patterns are verbose regular expressions: a space is written `\\s` or `[ ]`.
"""

from __future__ import annotations

from pipeline.cues.cue import AUTHOR, Cue

WH = r"(?:who|whom|whose|what|when|where|which|why|how|whether|if|to\s+(?:what|which|whom))\b"
NOT_HOW_TO = r"(?!(?:how|what|where|when|which\s\w+|whether)\s+to\b)"
# Up to so many words between the cue and the question, none of which ends a clause.
SOON = (
    r"(?:\s+(?!(?:because|since|but|and|so|although|though|ways|things|her|him|them|you|us"
    r"|me)\b)[\w'’%-]+){0,5}?"
)
ABOUT = r"(?:\s+(?:about|as\s+to|on|over|of|for|in))?"
FIND_OUT = (
    r"(?:find\s+out|finding\s+out|figure\s+out|figuring\s+out|work\s+out|look\s+into|look\s+up"
    r"|dig\s+into|"
    r"get\s+to\s+the\s+bottom\s+of|wrap\s+my\s+head\s+around|be\s+told|be\s+shown|understand|see"
    r"|compare|"
    r"know|get\s+(?:an?\s+)?(?:\w+\s+)?(?:idea|feel|sense|picture|understanding|answer)\s+(?:of"
    r"|for|to|about))"
)
STILL_TO = (
    r"(?:want(?:\s+to)?|wanna|hope|hoping|need|like(?<=d\slike)|would\s+like|love(?<=d\slove)"
    r"|would\s+love|trying|"
    r"still\s+have|keep\s+meaning|plan|intend|dying|curious|excited|scared|eager|waiting|going"
    r"|left\s+is|help(?:\s+a\s+lot)?|"
    r"cool|nice|great|good|interesting)"
)

UNCERTAIN: tuple[Cue, ...] = (
    Cue(
        "still to find out",
        "indirect",
        rf"(?:{AUTHOR}|\b(?:it\s+would|the\s+only\s+thing)\b)(?:(?!n't\b|\bnot\b)[^.?!;]){{0,40}}?"
        rf"\b{STILL_TO}\s+"
        rf"(?:to\s+)?{FIND_OUT}{SOON}\s+"
        rf"{NOT_HOW_TO}{WH}"
        rf"|\bhopefully\b.{{0,40}}?\b{FIND_OUT}{SOON}\s+{NOT_HOW_TO}{WH}"
        rf"|\bthe\s+only\s+thing\s+left\s+is\s+{FIND_OUT}\s+{NOT_HOW_TO}{WH}",
        "has still to find it out",
        (
            "I hope to get a better idea of how the nurses decide.",
            "I keep meaning to look up what the difference is.",
            "I'm still trying to wrap my head around how it can lose a commit.",
            "I still have to figure out where the strings live.",
        ),
        (
            "I want to figure out how to code.",
            "We tried to find out, and we did.",
            "I want to see her, and I know what she likes.",
            "He hopes to find out why.",
            "I don't think that a nurse should need to know what a fuse is.",
        ),
    ),
    Cue(
        "I wish I knew",
        "indirect",
        rf"\bI\s+(?:really\s+)?wish\s+(?:I\s+knew|I\s+could\s+(?:know|see|tell)"
        rf"|somebody\s+would\s+tell\s+me|someone\s+would\s+tell\s+me)\s+{NOT_HOW_TO}{WH}"
        rf"|(?<!\bhe\s)(?<!\bshe\s)(?<!\bthey\s)\b(?:could|can|would)\s+tell\s+me\s+{NOT_HOW_TO}{WH}",
        "wishes to know",
        (
            "I wish I knew what he is looking for.",
            "I'd be glad if anyone could tell me how it is done.",
        ),
        (
            "I wish I had gone.",
            "She told me how.",
            "I read him a line and he would tell me what was wrong with it.",
        ),
    ),
    Cue(
        "cannot say",
        "indirect",
        rf"(?:{AUTHOR}|\b(?:nobody|none\s+of\s+us|no\s+one)\b)(?:\s+[\w']+){{0,3}}?\s+(?:can't"
        rf"|cannot|couldn't|could\s+not|can\s+(?=say))"
        rf"(?:\s+\w+){{0,2}}?\s+(?:say|tell(?:\s+you)?|explain(?:\s+to\s+myself)?|picture"
        rf"|put\s+my\s+finger\s+on|decide|make\s+out)"
        rf"(?:\s+\w+)?\s+{NOT_HOW_TO}{WH}(?!,?\s+but\b)"
        rf"|\bwhat\s+(?:none\s+of\s+us|nobody|I)\s+can(?:not|'t)?\s+(?:yet\s+)?(?:say"
        rf"|tell)\s+(?:yet\s+)?is\s+{WH}"
        rf"|^{WH}.{{6,80}}?\s+I\s+(?:\w+\s+)?(?:could\s+not|couldn't|can't"
        rf"|cannot)\s+(?:\w+\s+)?(?:say|tell)\b"
        rf"|\b(?:which|where|why|how|who|what|whether)\b[^?.;]{{4,60}}?\s+I\s+(?:honestly\s+"
        rf"|still\s+)?(?:could\s+not|couldn't|can't|cannot)\s+say\b",
        "cannot say it",
        (
            "It fell flat and I can't quite put my finger on why.",
            "I couldn't say what problem it is meant to solve.",
        ),
        (
            "I could not say it, but she could.",
            "I couldn't tell you why, but I laughed.",
            "I can't say no.",
        ),
    ),
    Cue(
        "in two minds",
        "indirect",
        r"\b(?:mixed\s+feelings|(?:have|had)\s+(?:\w+\s+)?doubts|on\s+the\s+fence|torn"
        r"|undecided|back\s+and\s+forth|debating(?:\s+in\s+my\s+head)?|"
        r"clueless|at\s+a\s+loss|(?:bit|little|totally|completely)\s+lost"
        r"|hard\s+time\s+(?:deciding|seeing|understanding)|trouble\s+"
        r"(?:seeing|deciding|understanding)|less\s+sure|jury\s+is\s+(?:still\s+)?out|zero\s+idea"
        r"|less\s+of\s+an\s+idea|(?<=\s)not\s+knowing|no\s+clue|"
        rf"unsure|undecided|none\s+the\s+wiser){ABOUT}\s+{NOT_HOW_TO}{WH}"
        rf"|\b(?:less\s+sure\s+about|unsure\s+about|torn\s+about)\s+is\s+{WH}"
        rf"|{AUTHOR}(?:\s+[\w']+){{0,4}}?\s+question(?:ing)?\s+(?:if|whether)\b",
        "is in two minds about it",
        (
            "I have mixed feelings about whether they should.",
            "Jury is still out on whether it suits me.",
            "I am clueless about what the pipes are for.",
        ),
        (
            "I have mixed feelings about him.",
            "We went back and forth on the train.",
            "My aunt doubts whether it is safe.",
            "Not knowing how deep it was, they swam.",
        ),
    ),
    Cue(
        "not plain to me",
        "indirect",
        r"\b(?:(?:not|isn't|never|n't)\s+(?:\w+\s+){0,2}?(?:obvious|apparent|clear|evident)|fuzzy"
        r"|confusing|confuses\s+me|unclear|a\s+mystery|"
        rf"(?:big|great)\s+unknown|unknown)\b(?:\s+(?:to|for)\s+(?:me"
        r"|us))?(?:(?!,\s*(?:it|he|she|they|you|who|which)\b)[^.?!;]){0,40}?(?:\s+is)?\s+"
        rf"{NOT_HOW_TO}{WH}",
        "is not plain to the author",
        (
            "Something that's still fuzzy for me is where the unit tests end.",
            "It isn't at all apparent to me which of the forms you fill in.",
        ),
        (
            "It was confusing.",
            "The issue was unclear, so we closed it.",
            "It's confusing, it takes you far, and if you are lost you only see it late.",
        ),
    ),
    Cue(
        "time will show",
        "indirect",
        rf"\b(?:who\s+knows|(?:we|I|they)(?:'ll|\s+will)(?:\s+(?!not\b|never\b)\w+){{0,4}}?\s+"
        rf"(?:see|find\s+out|know))(?:\s+\w+)?(?:[\s,]+[\w']+){{0,5}}?[\s,]+"
        rf"(?:whether|if|how|what|who)\b(?!\s+to\b|\s+it\s+goes|\W*$)"
        rf"|\bwaiting\s+(?:on\s+an\s+answer\s+as\s+to|to\s+(?:see|hear"
        rf"|find\s+out))\s+{NOT_HOW_TO}{WH}"
        rf"|\b(?:guess|guesses)\s+(?:is\s+)?as\s+good\s+as\s+mine\b",
        "time will show it",
        (
            "We'll have to see whether the quiet ones speak.",
            "Who knows whether that is what they need.",
            "I guess we'll find out if it survives.",
        ),
        ("We'll see.", "We will see her.", "Who knows.", "I'll not see what comes of it."),
    ),
    Cue(
        "makes one think",
        "indirect",
        r"\bma(?:kes?|de|king)\s+(?:me|you|us|one)\s+(?:\w+\s+)?(?:wonder|question"
        r"|think\s+about)\s+(?:(?:at|in|of|by)\s+)?"
        r"(?:who|what|where|which|why|whether|if|how\s+(?:many|much|far|long|often|they|it))\b",
        "makes the author ask",
        ("It does make you wonder what is hiding.", "It makes me think about how many they get."),
        ("It made me think about how to teach.", "It makes me think."),
    ),
    Cue(
        "on my mind",
        "indirect",
        r"\b(?:thing|part|bit|points?|questions?|unknown|thought|matter"
        r"|something)\b[^.?!;]{0,80}?\b(?:chewing|on\s+my\s+mind|to\s+ask|open|"
        r"unknown|less\s+sure|shake|coming\s+back|wonder|look\s+into"
        r"|not\s+sure)\b[^.?!;]{0,60}?\b(?:is|are|would\s+be|like)\s+(?:still\s+)?"
        rf"{NOT_HOW_TO}{WH}"
        rf"|\bwhat\s+I\s+(?:keep\s+coming\s+back\s+to|need\s+to\s+(?:look\s+into"
        rf"|find\s+out))\s+is\s+{WH}"
        rf"|\b(?:I|we)(?:\s+\w+){{0,3}}?\s+(?:think(?:ing)?"
        rf"|wondering)(?:\s+\w+){{0,5}}?\s+about\s+(?:whether|if|why|what\s+I\s+should)\b"
        rf"|\bthe\s+(?:less|more)\s+I\b.{{0,40}}?\bthe\s+less\s+I\s+(?:understand|know|see)\s+{WH}"
        rf"|{AUTHOR}(?:'\w+)?(?:\s+[\w']+){{0,4}}?\s+ask\s+(?:him|her|them|somebody|someone)\s+"
        r"(?:how|why|whether|what)\b",
        "keeps it on the mind",
        (
            "The part I am still chewing on is how a teacher can be fair.",
            "Another thing on my mind is whether I should tell them.",
            "I do sometimes think about whether I'd have picked it.",
        ),
        ("The best thing is how kind they are.", "I thought about it."),
    ),
    Cue(
        "left open behind",
        "indirect",
        rf"(?:^|[,;]\s+|\b(?:and|but|so|although|though|because)\s+){NOT_HOW_TO}(?:who|whose|what"
        rf"|where|which|why|how|whether|if)\b[^?.;]{{8,90}}?"
        r"\s(?:is|stays|remains|are)\s+(?:still\s+|kind\s+of\s+|quite\s+)*(?:up\s+in\s+the\s+air"
        r"|beyond\s+me|(?:one\s+of\s+the\s+great|a)\s+"
        r"myster(?:y|ies)|(?:something|a\s+question|a\s+thing)\s+(?:that\s+)?(?:I|we)\s+(?:haven't"
        r"|have\s+not|plan|would\s+rather|guess|still|don't)|"
        r"something\s+I\s+guess|left\s+as\s+an\s+exercise|unclear|anyone's\s+guess|open(?=\W*$))\b",
        "names a matter and leaves it open",
        (
            "How you get rid of it is still up in the air for us.",
            "They loved it, but if they learned anything from it is beyond me.",
        ),
        ("How it works is clear.", "What they do is open doors."),
    ),
)
