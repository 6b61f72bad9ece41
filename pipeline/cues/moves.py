"""Cues of reflective moves: what the author does in a sentence beside asserting it."""

from __future__ import annotations

from pipeline.cues.cue import Cue

I_AM = r"\bI(?:'m|\s+am|\s+was|\s+feel|\s+felt|\s+became|\s+got|\s+get|\s+have\s+been|'ve\s+been)"
SOFT = r"(?:\s+\w+){0,3}?\s+"

PRIOR: tuple[Cue, ...] = (
    Cue(
        "before, I thought",
        "prior belief",
        r"\b(?:before|previously|initially|originally|earlier|formerly|in\s+the\s+(?:past|beginning)|"
        r"at\s+first|until\s+(?:now|recently|then|(?:last|this)\s+\w+|yesterday|today|I\s+\w+)|up\s+(?:to|until)\s+now|going\s+in|coming\s+in|"
        r"when\s+I\s+(?:signed|started|first|began|came)|in\s+my\s+head|growing\s+up|once|"
        r"a\s+(?:year|month|week)\s+ago|in\s+\w+ember)\b"
        r".{0,60}?\b(?:I|we|my)\b(?:'d)?(?:\s+\w+){0,4}?\s+(?:thought|assumed|believed|expected|imagined|"
        r"pictured|figured|supposed|saw(?=.*\bas\b)|considered|regarded|trusted|sure|convinced|certain|"
        r"guessed|viewed|understood|felt|have\s+told|have\s+said|drawing|in\s+mind)\b",
        "says what the author believed before",
        (
            "Before, I assumed that PMs build.",
            "When I signed up for this course I pictured a singer",
            "Earlier I believed that years of experience are enough.",
        ),
        ("Before we met I ate.", "I think that PMs build.", "Before lunch I saw her."),
    ),
    Cue(
        "I used to think",
        "prior belief",
        r"\bI\s+(?:\w+\s+)?used\s+to\s+(?:\w+\s+)?(?:think|believe|assume|imagine|picture|see|say|be\s+"
        r"(?:\w+\s+)?(?:sure|certain|convinced)|consider|expect|feel|file|associate|regard|view)\b",
        "says what the author believed before",
        ("I used to think that code is all.", "I used to be certain of it."),
        ("I used to live there.", "We used the tool."),
    ),
    Cue(
        "I always thought",
        "prior belief",
        r"\bI(?:'d|'ve|\s+had|\s+have)?\s+(?:always|long|originally|initially|naively|previously|first|"
        r"wrongly|mistakenly|just|simply)\s+(?:thought|assumed|believed|imagined|pictured|supposed|"
        r"expected|figured|been\s+(?:sure|convinced)|had\s+(?:in\s+mind|the\s+impression))\b"
        r"|\bI\s+(?:assumed|presumed|pictured|imagined|was\s+(?:\w+\s+)?(?:sure|certain|convinced|under\s+"
        r"the\s+impression)|had\s+(?:\w+\s+){0,2}?(?:picture|image|impression|idea|it\s+in\s+my\s+head|"
        r"assumed|expected|imagined|pictured|thought)|expected\s+(?:that|the|a|it|to))\b"
        r"|\bmy\s+(?:\w+\s+)?(?:model|picture|image|idea|impression|assumption|expectation|view|"
        r"understanding|misconception)\s+(?:\w+\s+){0,4}?(?:was|had\s+been)\b",
        "says what the author believed before",
        (
            "I always thought cooks decided the menu.",
            "I was sure that it is so.",
            "My model of a good one was simple.",
            "I had a picture of someone who draws.",
        ),
        ("He was sure of it.", "I think so.", "My idea is simple."),
    ),
    Cue(
        "I thought that",
        "prior belief",
        r"\bI\s+(?:had\s+)?thought\s+(?:that\s+)?(?:the|a|an|it|this|they|he|she|we|you|there|everyone|"
        r"people|open|being|all|most|only|\w+s)\b(?!\s+about\b)"
        r"(?!.{0,60}?\b(?:was|were)\s+(?:so\s+|very\s+|really\s+|quite\s+|pretty\s+|a\s+|an\s+)?(?:great|good|nice|"
        r"interesting|helpful|useful|fun|funny|cool|bad|boring|odd|strange|amazing|excellent|fair|"
        r"clever|lovely|beautiful)\b)",
        "says what the author thought",
        ("I thought a product manager was the person who decides.",),
        ("I thought about it.", "I thought hard.", "I thought the talk was great."),
    ),
)

# "I would sit under the piano": a habit of the past, not a supposition.
HABIT: tuple[Cue, ...] = (
    Cue(
        "used to happen",
        "account",
        r"^(?!.*\bif\b)(?=.*\b(?:I|we|he|she|they)(?:'d|\s+would)\b)(?:.*\b(?:as\s+an?\s+(?:child|boy|girl|kid|teenager|student|beginner|trainee|intern)|"
        r"when\s+I\s+was|back\s+then|in\s+those\s+days|growing\s+up|(?:every|each)\s+(?:\w+day|day|week|"
        r"morning|evening|night|summer|winter|year|time)|on\s+\w+days|usually|often|sometimes)\b)",
        "tells what used to happen",
        ("As a child I would sit under the piano.", "We would meet at noon every Friday."),
        ("I would meet her.", "If I were free I would go every day.", "Every Friday we met."),
    ),
)

# What replaced a prior belief begins so.
REVERSAL: tuple[Cue, ...] = (
    Cue(
        "now",
        "now",
        r"(?:^|[,;:–—-]\s*|\b(?:but|and|so|yet)\s+)(?P<cue>(?:but\s+|so\s+|and\s+|yet\s+)?"
        r"(?:now|today|these\s+days|nowadays|since\s+then|after\s+(?:reading|the|this|these|talking|"
        r"working)|having\s+(?:read|seen|heard))\b)"
        r"|\bI\s+(?:now|no\s+longer|have\s+come\s+to|'ve\s+come\s+to|(?:do\s+not|don't)\s+\w+\s+(?:it\s+)?"
        r"(?:this|that|so)?\s*(?:way\s+)?(?:any\s*more|anymore))\b"
        r"|\b(?:my\s+view\s+today|(?:have\s+)?changed\s+my\s+(?:mind|view|opinion)|I\s+(?:was|had\s+been)"
        r"\s+wrong|wrong\s+file)\b",
        "says what the author believes now",
        (
            "Now I think otherwise.",
            "but now I see it",
            "I no longer believe it.",
            "Having read that story, I'd say so.",
        ),
        ("I know it.", "Nowhere to go."),
    ),
    Cue(
        "turned out",
        "now",
        r"\b(?:turn(?:s|ed)\s+out|in\s+fact|in\s+reality|actually|it\s+was\s+only\s+when|"
        r"I\s+(?:\w+\s+){0,2}?(?:realized|realised|learned|learnt|discovered|found\s+out|came\s+to|"
        r"see\s+now|understood)|I've\s+(?:\w+\s+)?(?:realized|realised|learned|learnt)|"
        r"to\s+my\s+surprise)\b",
        "says that it turned out otherwise",
        ("It turned out that users matter.", "I realized that it is hard."),
        ("I turned left.",),
    ),
    Cue(
        "contrast",
        "now",
        r"(?:^(?:but|yet|instead|nevertheless|nonetheless|rather|wrong)\b|\bhowever\b)",
        "set against it",
        ("However, the team decides.", "This reading, however, highlights it."),
        ("And so it went.", "Then it rained.", "It was late, but warm."),
    ),
)

MOVES: tuple[Cue, ...] = (
    Cue(
        "I think",
        "belief",
        r"\bI(?:\s+\w+){0,2}?\s+(?:think|believe|hold|guess|suspect|suppose|argue|maintain|doubt|"
        r"consider|find\s+(?:that|it)|feel\s+(?:that|like|as)|would\s+(?:say|argue|want|call)|'d\s+"
        r"(?:say|argue|call))\b|\b(?:in\s+my\s+(?:opinion|view|eyes)|^to\s+me\b|\bto\s+me,|it\s+seems\s+(?:to\s+me)?)"
        r"|\bmy\s+(?:view|opinion|belief|guess|impression)\b",
        "says what the author believes",
        ("I think these companies test the wrong work.", "In my view it is so."),
        ("They think so.", "The view is nice."),
    ),
    Cue(
        "learned",
        "learning",
        r"\bI(?:'ve|'m|\s+have|\s+also|\s+\w+ly|\s+did|\s+am)*\s+(?:learn(?:ed|t|ing)?|reali[sz](?:ed|e)|"
        r"discovered|c[ao]me\s+to\s+(?:see|understand|appreciate|reali[sz]e|believe|think)|found\s+out|understood|"
        r"now\s+(?:see|understand|know|think|believe|hold)|gained)\b"
        r"|\b(?:taught|showed|made)\s+me\b|\b(?:lesson|takeaway|eye-opening|opened\s+my\s+eyes|insight)\b",
        "says what was learned",
        ("I learned that users matter.", "It taught me to listen.", "I've realized it is hard."),
        ("They learned it.", "He learns fast."),
    ),
    Cue(
        "feels",
        "feeling",
        rf"{I_AM}{SOFT}(?:nervous|excited|happy|sad|proud|glad|afraid|scared|anxious|worried|frustrated|"
        r"overwhelmed|surprised|relieved|confused|disappointed|embarrassed|intimidated|comfortable|"
        r"uncomfortable|thrilled|tired|bored|angry|annoyed|grateful|thankful|confident|impressed|"
        r"ashamed|lost|stuck|upset|amazed|shocked|stressed|hesitant|uneasy|better|good|bad|miserable|"
        r"jealous|lonely|moved|touched|interested|intrigued|inspired|motivated|hopeful|skeptical)\b"
        r"|\bI(?:\s+\w+){0,2}?\s+(?:love|loved|enjoy|enjoyed|like|liked|hate|hated|miss|missed|fear|"
        r"feared|dread|dreaded|worry|appreciate|appreciated|struggled\s+with\s+the\s+feeling)\b"
        r"(?!\s+to\s+(?:know|learn|understand))|\b(?:jarring|exciting|frustrating|scary|intimidating|"
        r"overwhelming|annoys?|annoyed|saddens|surpris(?:es|ed)|impressed|scares?|bothers?|bothered)"
        r"(?:\s+(?:to|for|me)\b|\s*[.!,;]|$)|\bgot\s+under\s+my\s+skin\b|\bit\s+feels\b|\bmade\s+me\s+feel\b",
        "says what the author felt",
        ("I was nervous for the first interview.", "This was jarring to me.", "I enjoy building."),
        ("He was nervous.", "It is like a wheel."),
    ),
    Cue(
        "finds it hard",
        "difficulty",
        r"\b(?:struggl\w+|difficult(?:y|ies)?|challeng(?:e|es|ed|ing)|hard(?:er|est)?\s+(?:to|for|part|"
        r"time|thing)|obstacles?|stuck|problems?\s+(?:with|was|is|were|I|we)|couldn't|could\s+not|"
        r"unable\s+to|trouble|confus(?:ed|ing)|bugs?|errors?|fail(?:ed|ure|s)?|mistakes?|barriers?|"
        r"overwhelm(?:ed|ing)|daunting|tricky|complicated|I\s+(?:do\s+not|don't|did\s+not|didn't)\s+"
        r"(?:know|understand)\s+(?:how|where|what)\s+to)\b",
        "says what was difficult",
        ("I struggled with git.", "It was hard to find an issue."),
        ("It works.", "We hardly spoke."),
    ),
    Cue(
        "plans",
        "intention",
        r"\bI(?:'ll|\s+will|\s+plan\s+to|'m\s+(?:going|planning|hoping|looking\s+forward)\s+to|\s+am\s+"
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
        r"\b(?:from\s+(?:[\w']+\s+){1,3}(?:perspective|point\s+of\s+view|standpoint|side)|in\s+(?:his|her|"
        r"their)\s+(?:shoes|place|position)|for\s+(?:them|him|her),?\s+it\b|(?:they|he|she|users?|"
        r"students?|developers|engineers)\s+(?:might|may|must|probably)\s+(?:feel|think|see|want)|"
        r"on\s+the\s+other\s+hand|through\s+(?:\w+\s+)?eyes)\b",
        "looks through somebody else's eyes",
        ("From a user's perspective it is bad.", "They might feel left out."),
        ("I see it.",),
    ),
)
