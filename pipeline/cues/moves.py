"""Cues of reflective moves: what the author does in a sentence beside asserting it."""

from __future__ import annotations

from pipeline.cues.cue import Cue

I_AM = r"\bI(?:'m|\s+am|\s+was|\s+feel|\s+felt|\s+became|\s+got|\s+get|\s+have\s+been|'ve\s+been)"
SOFT = r"(?:\s+\w+){0,3}?\s+"

# "I would sit under the piano": a habit of the past, not a supposition.
HABIT: tuple[Cue, ...] = (
    Cue(
        "used to happen",
        "account",
        r"^(?!.*\bif\b)(?=.*\b(?:I|we|he|she|they|(?:my|our|his|her|the)\s+"
        r"(?:whole\s+)?\w+)(?:'d|\s+would)\b(?!\s+(?:have|be|like|say)\b))(?:.*\b(?:as\s+an?\s+(?:child"
        r"|boy|girl|kid|teenager|student|beginner|trainee|intern)|"
        r"when\s+I\s+was|back\s+then|in\s+those\s+days|growing\s+up|(?:every|each)\s+(?:\w+day|day"
        r"|week|"
        r"morning|evening|night|summer|winter|year|time)|on\s+\w+days|usually|often|sometimes)\b)",
        "tells what used to happen",
        (
            "As a child I would sit under the piano.",
            "We would meet at noon every Friday.",
            "My uncle would paint it every summer.",
        ),
        ("I would meet her.", "If I were free I would go every day.", "Every Friday we met."),
    ),
)

MOVES: tuple[Cue, ...] = (
    Cue(
        "I think",
        "belief",
        r"\bI(?:\s+\w+){0,2}?\s+(?:think|believe|hold|guess|suspect|suppose|argue|maintain|doubt|"
        r"consider|find\s+(?:that|it)|feel\s+(?:that|like|as)|would\s+(?:say|argue|want|call)|'d\s+"
        r"(?:say|argue|call))\b|\b(?:in\s+my\s+(?:opinion|view|eyes)|^to\s+me\b|\bto\s+me,"
        r"|it\s+seems\s+(?:to\s+me)?)"
        r"|\bmy\s+(?:view|opinion|belief|guess|impression)\b",
        "says what the author believes",
        ("I think these companies test the wrong work.", "In my view it is so."),
        ("They think so.", "The view is nice."),
    ),
    Cue(
        "learned",
        "learning",
        r"\bI(?:'ve|'m|\s+have|\s+also|\s+\w+ly|\s+did|\s+am)*\s+(?:learn(?:ed|t|ing)?"
        r"|reali[sz](?:ed|e)|"
        r"discovered|c[ao]me\s+to\s+(?:see|understand|appreciate|reali[sz]e|believe|think)"
        r"|found\s+out|understood|"
        r"now\s+(?:see|understand|know|think|believe|hold)|gained)\b"
        r"|\b(?:taught|showed|made)\s+me\b|\b(?:lesson|takeaway|eye-opening|opened\s+my\s+eyes"
        r"|insight)\b",
        "says what was learned",
        ("I learned that users matter.", "It taught me to listen.", "I've realized it is hard."),
        ("They learned it.", "He learns fast."),
    ),
    Cue(
        "feels",
        "feeling",
        rf"{I_AM}{SOFT}(?:nervous|excited|happy|sad|proud|glad|afraid|scared|anxious|worried"
        rf"|frustrated|"
        r"overwhelmed|surprised|relieved|confused|disappointed|embarrassed|intimidated|comfortable|"
        r"uncomfortable|thrilled|tired|bored|angry|annoyed|grateful|thankful|confident|impressed|"
        r"ashamed|lost|stuck|upset|amazed|shocked|stressed|hesitant|uneasy|better|good|bad"
        r"|miserable|"
        r"jealous|lonely|moved|touched|interested|intrigued|inspired|motivated|hopeful|skeptical)\b"
        r"|\bI(?:\s+\w+){0,2}?\s+(?:love|loved|enjoy|enjoyed|like|liked|hate|hated|miss|missed"
        r"|fear|"
        r"feared|dread|dreaded|worry|appreciate|appreciated|struggled\s+with\s+the\s+feeling)\b"
        r"(?!\s+to\s+(?:know|learn|understand))|\b(?:jarring|exciting|frustrating|scary"
        r"|intimidating|"
        r"overwhelming|annoys?|annoyed|saddens|surpris(?:es|ed)|impressed|scares?|bothers?"
        r"|bothered)"
        r"(?:\s+(?:to|for|me)\b|\s*[.!,;]|$)|\bgot\s+under\s+my\s+skin\b|\bit\s+feels\b"
        r"|\bmade\s+me\s+feel\b",
        "says what the author felt",
        ("I was nervous for the first interview.", "This was jarring to me.", "I enjoy building."),
        ("He was nervous.", "It is like a wheel."),
    ),
    Cue(
        "finds it hard",
        "difficulty",
        r"\b(?:struggl\w+|difficult(?:y|ies)?|challeng(?:e|es|ed|ing)|hard(?:er|est)?\s+(?:to|for"
        r"|part|"
        r"time|thing)|obstacles?|stuck|problems?\s+(?:with|was|is|were|I|we)|couldn't|could\s+not|"
        r"unable\s+to|trouble|confus(?:ed|ing)|bugs?|errors?|fail(?:ed|ure|s)?|mistakes?|barriers?|"
        r"overwhelm(?:ed|ing)|daunting|tricky|complicated|I\s+(?:do\s+not|don't|did\s+not"
        r"|didn't)\s+"
        r"(?:know|understand)\s+(?:how|where|what)\s+to)\b",
        "says what was difficult",
        ("I struggled with git.", "It was hard to find an issue."),
        ("It works.", "We hardly spoke."),
    ),
    Cue(
        "plans",
        "intention",
        r"\bI(?:'ll|\s+will|\s+plan\s+to|'m\s+(?:going|planning|hoping|looking\s+forward)\s+to"
        r"|\s+am\s+"
        r"(?:going|planning|hoping|looking\s+forward)\s+to|\s+intend\s+to|\s+hope\s+to|\s+aim\s+to|"
        r"\s+want\s+to|\s+would\s+like\s+to|'d\s+like\s+to|\s+look\s+forward)\b"
        r"(?!\s+(?:know|learn\s+more|find\s+out|understand))|\bnext\s+(?:week|time),?\s+I\b"
        r"|\b(?:my|our)\s+(?:goal|plan|aim)\b",
        "says what the author means to do",
        (
            "I will ask for it next time.",
            "I want to be building the song.",
            "My goal is to finish.",
        ),
        ("He will ask.", "I would like to know why."),
    ),
    Cue(
        "another's eyes",
        "perspective",
        r"\b(?:from\s+(?:[\w']+\s+){1,3}(?:perspective|point\s+of\s+view|standpoint|side)"
        r"|in\s+(?:his|her|"
        r"their)\s+(?:shoes|place|position)|for\s+(?:them|him|her),?\s+it\b|(?:they|he|she|users?|"
        r"students?|developers|engineers)\s+(?:might|may|must|probably)\s+(?:feel|think|see|want)|"
        r"on\s+the\s+other\s+hand|through\s+(?:\w+\s+)?eyes)\b",
        "looks through somebody else's eyes",
        ("From a user's perspective it is bad.", "They might feel left out."),
        ("I see it.",),
    ),
)
