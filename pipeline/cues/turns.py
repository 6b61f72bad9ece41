"""Cues of a shift that no single sentence tells: an attitude of the past, and words of a turn.

What `LEANS` marks is a prior belief only where a sentence soon after it is marked by `TURNS`.
Patterns are verbose regular expressions: a space is written `\\s`.
"""

from __future__ import annotations

from pipeline.cues.cue import AUTHOR, Cue

UNEASY = (
    r"(?:intimidat\w+|daunting|scar(?:ed|y)|afraid|nervous|hesitant|sk?ceptical|skeptical|worried"
    r"|worrying|shy|shied|reluctant|overwhelm\w+|doubtful|intense|hyped|indifferent"
    r"|boring|pointless|useless|easy|simple|straightforward|impossible|unlikely|obvious|guilty)"
)
LEARNING = (
    r"(?:read\w*|hear\w*|see\w*|saw|learn\w*|talk\w*|listen\w*|speak\w*|work\w*|us(?:ed|ing)|watch\w*"
    r"|look\w*|going|doing|practi[cs]\w*|try\w*|meet\w*|spend\w*|finish\w*|discuss\w*|attend\w*"
    r"|explor\w*|think\w*|deciding|(?:he|she|they|the|this|that|class|our|my)\b)"
)
BETTER = (
    r"(?:confiden\w+|comfortable|sure|empowered|aware|open|interested|excited|willing|appreciati\w+"
    r"|motivated|optimistic|hopeful|sceptical|skeptical|careful|manageable|respect|sense|certain"
    r"|at\s+ease|convinced|eager|easier|easy)"
)
REALISED = r"(?:reali[sz]\w+|understand|understood|learned|learnt|see|saw|noticed|found|discovered)"

LEANS: tuple[Cue, ...] = (
    Cue(
        "was uneasy",
        "leaning",
        rf"{AUTHOR}(?:'m|\s+am|\s+was|\s+were|\s+felt|\s+feel|'ve\s+been|\s+had\s+been"
        rf"|\s+always)\b(?:\s+[\w'-]+){{0,4}}?\s+{UNEASY}\b"
        rf"|\b(?:seem|look|sound|feel|felt|appear)(?:s|ed|ing)?\b(?:\s+[\w'-]+){{0,4}}?\s+{UNEASY}"
        r"\b|\bit(?:'s|\s+is|\s+was)\s+(?:\w+\s+)?(?:easier|easy)\s+(?:for\s+me\s+)?to\s+(?:\w+\s+)?"
        r"(?:assume|think|believe|explain|say)\b",
        "says how it seemed",
        (
            "I was nervous about the first shift.",
            "The loom seems daunting",
            "It's easier to believe that she was wrong.",
        ),
        ("I was in town.", "The loom is old.", "It is easy to sew."),
    ),
    Cue(
        "expected",
        "leaning",
        rf"{AUTHOR}(?:'m|'d|\s+was|\s+were|\s+had|\s+have|\s+just|\s+only|\s+really|\s+always)*\s+"
        r"(?:(?:\w+\s+)?(?:expecting|expected|assumed?|assuming|guessed|figured|hoped|hoping"
        r"|imagined|believed|supposed|thinking\s+that))\b(?!\s+(?:about|of)\b)"
        r"|\bthinking\s+that\b|\b(?:should|supposed\s+to)\s+(?:be|work|take)\b"
        r"|\bwith\s+the\s+(?:understanding|expectation|idea|assumption|impression)\b"
        r"|\b(?:my|our)\s+(?:plan|guess|idea|hope|thought|goal|intention|impression)s?\s+was\b",
        "says what was expected",
        (
            "I was expecting a cold room.",
            "It should work with any thread",
            "Our plan was to paint it in a day.",
        ),
        ("I thought about it.", "It works.", "We should have asked."),
    ),
    Cue(
        "in the beginning",
        "leaning",
        r"\b(?:at\s+first(?!\s+because)|initially|originally|when\s+I\s+(?:had\s+)?(?:first|signed"
        r"|started|joined)|first\s+(?:glance|sight)|growing\s+up)\b"
        r"|\b(?:I|we)(?:\s+\w+)?\s+went\s+to\s+(?:\w+\s+){1,3}?first\b",
        "says how it began",
        ("Initially I chose it for the hours.", "When I first heard of it, I laughed."),
        ("First, we ate.", "The last week was long."),
    ),
)

TURNS: tuple[Cue, ...] = (
    Cue(
        "after learning more",
        "turn",
        r"(?:^|[,;]\s*|\b(?:but|and|yet|so|now|however),?\s+)(?:after|once|since|upon|having|now"
        rf"\s+that|the\s+more)\s+(?:\w+\s+){{0,4}}?{LEARNING}.{{3,160}}?(?:\b(?:I|we|my|me|it)\b.*?"
        r"(?:\b(?:more|less|no\s+longer|now|changed?|agree|better|easier|can't\s+deny|started\s+to"
        rf"|began\s+to|help\s+but|certainly|definitely|surprising\w*)\b|(?:\s+(?!not\b)\w+){{0,3}}?\s+{REALISED}\b))",
        "says what changed by learning more",
        (
            "After reading the letters, I feel far more at ease with her.",
            "but having seen the kiln, I realise it is slow.",
        ),
        ("After reading the letters, we ate.", "I feel more at ease."),
    ),
    Cue(
        "was wrong",
        "turn",
        r"\b(?:spoke\s+too\s+soon|(?<!what\s)(?:was|were|am|been)\s+(?:so\s+|very\s+|completely\s+|totally\s+"
        r"|quite\s+|proven\s+|proved\s+|dead\s+)?(?:wrong|mistaken|naive)|prove[dn]?\s+me\s+wrong"
        r"|(?:the|quite\s+the)\s+opposite\s+(?:is|was)|(?:not|n't)\s+(?:at\s+all\s+|always"
        r"\s+)?the\s+case\b|couldn't\s+(?:be|have\s+been)\s+(?:further|more)|far\s+from\s+(?:it"
        r"|the\s+truth))\b"
        r"|^(?:but|yet|and\s+yet|however,?)\s+(?:it|that|they|this)\s+(?:did\s+not|didn't|was\s+not"
        r"|wasn't|does\s+not|doesn't|is\s+not|isn't|weren't|wouldn't|won't)\b",
        "says that it was wrong",
        ("but I spoke too soon.", "But it didn't.", "The opposite is true."),
        ("She was right.", "It didn't rain."),
    ),
    Cue(
        "changed by it",
        "turn",
        r"\b(?:chang|shift|broaden|alter|challeng|widen|reshap|transform)(?:ed|es|ing)\s+(?:\w+\s+)?"
        r"(?:my|how\s+I|the\s+way\s+I|our)\b|\bmy\s+(?:\w+\s+){0,9}?(?:has|have|had)\s+(?:\w+\s+)?"
        r"(?:changed|shifted)\b|\bopened\s+my\s+(?:eyes|mind)\b|\b(?:made|makes|helped|helps|led"
        r"|forced)\s+me\s+(?:to\s+)?(?:\w+\s+)?(?:reali[sz]e|rethink|reconsider|appreciate|remind"
        r"|see\b|understand|more\b|less\b|feel\s+(?:more|less))"
        r"|\b(?:came|come)\s+to\s+(?:the\s+reali[sz]ation|reali[sz]e|see|understand|appreciate)\b"
        r"|\b(?:but|then|until|and)\s+(?:I|we)\s+(?:\w+\s+)?(?:then\s+|soon\s+|quickly\s+)?"
        r"(?:reali[sz]ed|discovered|found\s+out|understood)\b"
        r"|\b(?:eye.opening|eye.opener|wake.up\s+call)\b",
        "says what changed the author's mind",
        (
            "It has changed how I read maps.",
            "until we realised that the dye runs",
            "My view of dust has changed.",
        ),
        ("It changed colour.", "I realised it."),
    ),
    Cue(
        "otherwise now",
        "turn",
        rf"{AUTHOR}(?:'m|'ve|\s+now|\s+am|\s+have|\s+definitely|\s+certainly|\s+also)*\s+(?:feel"
        r"|felt|am|was|have\s+gained|gained|have\s+become|became|grew|have)?\s*(?:\w+\s+){0,2}?"
        rf"(?:more|less|much|far|a\s+lot)\s+(?:\w+\s+)?{BETTER}\b"
        r"|\bbecame\s+(?:\w+\s+)?(?:easier|easy|clear|simpler)\b|\bsurprisingly\b"
        r"|\b(?:I|we)\s+(?:\w+\s+){0,3}?(?:not|n't)\b.{0,60}?\b(?:any\s*more|any\s+longer)\b"
        r"|^(?:but\s+)?(?:now|today|these\s+days|nowadays|since\s+then|later\s+on),?\s+(?:I|we|my)\b"
        r"(?=.*\b(?:believe|think|see|know|understand|feel|view|find|would)\b)"
        r"|\b(?:it\s+(?:was|is)|was|were)\s+(?:\w+\s+){0,2}?(?:surprising|refreshing|fascinating"
        r"|eye-opening|shocking|surprised|shocked|astonished|amazed)\s+(?:to\s+(?:learn|find|see"
        r"|hear)|at|by|that)\b",
        "says how it is now",
        (
            "I feel much more sure of the loom.",
            "and it was refreshing to hear that he can't.",
            "Today, I believe silk is better.",
        ),
        ("I have more thread.", "Today we sewed."),
    ),
)
THAN = (
    r"(?:than\s+(?:what\s+)?(?:(?:I|we)(?:'d|'ve|\s+had|\s+have|\s+would\s+have)?"
    r"\s+(?:\w+\s+)?(?:thought|expected|imagined|anticipated|assumed|believed|hoped|feared"
    r"|guessed|reali[sz]ed|pictured)|(?:expected|anticipated|imagined))\b"
    r"|something\s+(?:that\s+)?I\s+(?:\w+\s+)?(?:did\s+not|didn't|never|hadn't|had\s+not"
    r"|would\s+not\s+have|wouldn't\s+have|had\s+never|would\s+never\s+have)\s+(?:\w+\s+)?"
    r"(?:think|thought|expect|expected|imagine|imagined|believe|believed|consider"
    r"|considered)\b)"
)
# Behind what is now said to be so: what had been expected of it.
THAN_EXPECTED: tuple[Cue, ...] = (
    Cue(
        "than I thought",
        "prior belief",
        rf"(?<=\w\s|,\s)(?P<cue>{THAN})",
        "says what the author had expected",
        (
            "The choir was louder than I thought it might be.",
            "It took longer than expected.",
            "The mill closed, something I never expected.",
        ),
        ("Rather than I, he went.", "It is louder than a train.", "Something I never liked."),
    ),
)
