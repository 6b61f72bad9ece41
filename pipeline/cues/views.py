"""Cues of a view that somebody held at another time: signs that the linker of shifts weighs.

None of these makes a shift alone (`pipeline.label.shifts`). `EARLIER` marks an earlier view that is
told as such, and `OTHERWISE` a view that is told to be another now: the two are linked over several
sentences.  Patterns are verbose regular expressions: a space is written `\\s`.
"""

from __future__ import annotations

from pipeline.cues.cue import Cue

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|fall|winter)"
)
WRITING = (
    r"(?:journal|diary|draft|entry|essay|paper|page|post|letter|notes?|notebook|application"
    r"|reflection|statement|proposal|plan)"
)
HELD = (
    r"(?:'d|'ve|\s+had|\s+have|\s+was|\s+were|\s+also|\s+(?!only\b)\w+ly|\s+always|\s+just|\s+never|\s+even"
    r"|\s+still|\s+all|\s+both|\s+kept|\s+spent\s+\w+(?:\s+\w+){0,3}?)*"
)
ONCE = (
    rf"(?:before\b|previously|initially|originally|earlier|formerly|beforehand|(?:back|all)\s+(?:then"
    rf"|in\b|through\b)|(?:going|coming)\s+in|growing\s+up|at\s+(?:first|the\s+(?:very\s+)?(?:start|beginning"
    rf"|outset|time|kick-?off|first)|our\s+first|my\s+first)|(?:in|during|for|on)\s+(?:the|my|our)\s+(?:very\s+)?(?:first"
    rf"|early|opening|beginning|past)|(?:in|by|until|since)\s+{MONTH}|(?:week|day|year|session)\s+(?:one|1)\b"
    rf"|\w+\s+(?:years?|months?|weeks?)\s+ago|last\s+(?:year|term|week|semester|time|{MONTH})|as\s+a\s+(?:child"
    rf"|kid|boy|girl|pupil|teenager)|until\s+(?:then|now|this|that|recently|the|last|week|\w+day)"
    rf"|in\s+(?:my|our|the)\s+(?:\w+\s+){{0,2}}?{WRITING}|when\s+(?:I|we)\s+(?:\w+\s+)?(?:began|started|came|arrived"
    rf"|signed|joined|entered|moved|chose|drafted|applied)|for\s+(?:years|months|weeks|a\s+long|most\s+of))"
)
SAID = (
    r"(?:wrote|written|said|say(?:ing)?|argu(?:ed|ing)|claim(?:ed|ing)|insist(?:ed|ing)|defend(?:ed|ing)"
    r"|told|telling|swore|sworn|announced|declared|complained|laughed|joked|voted|boasted|preach(?:ed|ing)"
    r"|maintain(?:ed|ing)|promised|lectured|scoffed|sneered|stated|called|held|demanded|refused"
    r"|repeat(?:ed|ing)|rolled|believed|thought|assumed|expected|imagined|pictured|figured|supposed|presumed"
    r"|reckoned|considered|regarded|dismissed|suspected|took|counted|feared|doubted|trusted|respected|wanted"
    r"|certain|sure|convinced|positive|against|comfortable|content|proud|loud|of\s+the\s+(?:opinion|view)|under\s+the"
    r"\s+impression|in\s+favou?r|in\s+the\s+camp|the\s+(?:one|loudest)|thinking|knew)\b"
)

EARLIER: tuple[Cue, ...] = (
    Cue(
        "said so then",
        "earlier view",
        rf"\b{ONCE}(?<!\bbefore\s)[^.;:?!]{{0,60}}?\b(?:I|we){HELD}\s+(?:been\s+)?(?:\w+\s+)?(?:\w+\s+)?{SAID}"
        r"(?!\s+(?:goodbye|hello|me\b|us\b|lunch|notes|photos|pictures))",
        "tells what the author said or thought then",
        (
            "In my first letter I wrote that wool is dead.",
            "Back in March we were of the opinion that goats can't swim.",
            "At the kick-off I told everybody that rope is rope.",
            "As a girl I'd decided and believed it.",
        ),
        ("In March we rowed.", "I write letters.", "Back in March he said so."),
    ),
    Cue(
        "said so for long",
        "earlier view",
        r"\b(?:I|we)(?:'ve|\s+have)\s+(?:always|long)\s+(?:said|told|argued|insisted|maintained|believed|thought)\b"
        r"|\bI\s+(?:\w+\s+)?spent\s+(?:most\s+of\s+|all\s+of\s+)?(?:\w+\s+){1,3}?(?:telling|saying|arguing|defending"
        r"|insisting|believing|thinking|preaching)\b"
        r"|\bI'd\s+(?:always|long)\s+\w+ed\b|\bI\s+was\s+(?:\w+\s+)?(?:the\s+one\s+(?:who\s+(?:said|argued|wanted)|saying"
        r"|arguing)|in\s+the\s+camp|brought\s+up\s+to|taught\s+that|raised\s+to|proud\s+of|thinking\s+that"
        r"|against|opposed\s+to)\b|\bI\s+had\s+been\s+(?:taught|told|raised|brought\s+up)\b",
        "tells what the author said or was told for long",
        (
            "I've always said that rope is rope.",
            "I spent May telling people to row.",
            "I was brought up to believe in rope.",
        ),
        ("I always row.", "She spent May telling people."),
    ),
    Cue(
        "used to",
        "earlier view",
        r"\b(?:I|we)(?:\s+\w+)?\s+used\s+to\s+(?:\w+\s+)?(?:think|believe|assume|imagine|say|suspect|figure|take|call"
        r"|consider|roll|dismiss|laugh|regard|see|find|hate|fear|treat|count|argue|insist|tell|mock|feel|be|hear"
        r"|judge|dread|look)\b",
        "tells what the author used to hold",
        ("I used to suspect quiet dogs.", "We used to laugh at geese."),
        ("I used to live there.", "He used to say so."),
    ),
    Cue(
        "came with it",
        "earlier view",
        r"\bI(?:'d|\s+had)?\s+(?:\w+\s+)?(?:came|come|went|gone|arrived|entered|walked|joined|signed\s+up|chose|started"
        r"|began)\b[^.;?!]{0,60}?\b(?:convinced|sure|certain|persuaded|thinking|expecting|believing|assuming|conviction"
        r"|notion|idea|belief|my\s+mind\s+made\s+up|staunch|determined|planning|hoping|knowing|assumption|rule)\b"
        r"|\bI\s+had\s+(?:it\s+all|everything|my\s+\w+)\s+(?:worked\s+out|figured\s+out|made\s+up|ready)\b"
        r"|\bmy\s+mind\s+(?:was|had\s+been)\s+made\s+up\b"
        r"|\bI\s+come\s+from\s+(?:a|an|the)\b.{3,60}?\b(?:where|so|that|which|in\s+which)\b|\bwhere\s+I\s+come\s+from\b",
        "tells what the author came with",
        (
            "I entered it with my mind made up.",
            "I come from a village where rope is rope.",
            "I walked in sure that it holds.",
        ),
        ("I walked in late.", "They came convinced of it."),
    ),
    Cue(
        "the view was",
        "earlier view",
        r"\bmy\s+(?:\w+\s+){0,2}?(?:philosophy|idea|view|picture|image|model|attitude|position|creed|theory|belief"
        r"|conviction|instinct|assumption|opinion|impression|verdict|plan|answer|rule|hero)\s+(?:\w+\s+){0,5}?(?:was|were"
        r"|had\s+been|rested)\b|\b(?:was|were|been)\s+my\s+(?:\w+\s+){0,2}?(?:philosophy|idea|view|position|creed|theory"
        r"|belief|conviction|assumption|opinion|rule|motto|model)\b"
        r"|\bI(?:'d|\s+had)\s+(?:this|an?|the|only|my)\s+(?:\w+\s+){0,2}?(?:idea|picture|notion|image|fantasy|theory|vision"
        r"|expectation|impression)\b|\bmy\s+(?:first|earlier|old|previous|last|initial|opening)\s+(?:\w+\s+)?"
        rf"{WRITING}\b|\bI'd\s+have\s+\w+(?:ed|t|n|d)\b|\b(?:had\s+me|left\s+me)\s+convinced\b",
        "names the view that the author had",
        (
            "Speed was my whole creed.",
            "My old attitude to geese was fear.",
            "I had this idea that geese bite.",
            "My first essay says that geese bite.",
        ),
        ("My idea is simple.", "His view was clear."),
    ),
    Cue(
        "had a stance",
        "earlier view",
        rf"\b(?:I|we){HELD}\s+(?:believed|assumed|dismissed|imagined|pictured|presumed|suspected|maintained|declared|resented"
        rf"|insisted|mocked|despised|filed|expected\s+(?:that|the|a|to))\b|\b(?:I|we)\s+(?:was|were|had\s+been)\s+(?:\w+\s+){{0,2}}?(?:sure"
        rf"|certain|convinced|ashamed|sceptical|skeptical)\b|\bI\s+(?:just\s+)?thought\s+(?!about|of\b|hard)\w+"
        rf"|\bto\s+me,?\s+\w+(?:\s+\w+)?\s+(?:was|were|meant)\b|\bI\s+(?:had|saw)\s+no\s+(?:patience|time|use|point)\b"
        rf"|\b(?:didn't|did\s+not|never)\s+see\s+(?:the\s+point|why)\b|\bseemed\s+(?:to\s+me\s+)?(?:obvious|like|a\b|the\b|self)",
        "tells what the author held",
        ("I suspected the geese.", "I had no patience with geese.", "We were certain of it."),
        ("I suspect the geese.", "She was certain."),
    ),
)

OTHERWISE: tuple[Cue, ...] = (
    Cue(
        "changed my mind",
        "otherwise",
        r"\b(?:chang(?:ed|ing)\s+my\s+(?:mind|view|opinion|tune|position)|my\s+(?:\w+\s+){1,2}?(?:has|have|had)\s+(?:\w+\s+)?"
        r"(?:changed|shifted|moved|softened|turned)|(?:I've|I\s+have|I|we've|we\s+have|we)\s+(?:\w+\s+)?(?:come|came)\s+(?:a)?round\b"
        r"|(?:on|changed)\s+(?:the\s+other\s+)?sides?\b(?=\s*(?:now|:|,|\.))|(?:say|think|hold|believe)\s+the\s+opposite"
        r"|\bI(?:'d|'ve|'m|\s+have|\s+must|\s+am|\s+obliged|\s+to|\s+now)*\s+(?:withdraw|withdrawn|retract|take\s+(?:\w+\s+){0,3}?back|stand\s+corrected"
        r"|correct\s+myself|swallow\w*|struck\s+out|crossed\s+out|owe\s+(?:it|him|her|them)\s+an\s+apology|unlearn\w*"
        r"|reconsider\w*|rethought|dropped\s+(?:that|the|my)))\b",
        "says that the author changed sides",
        (
            "I have changed my mind about geese.",
            "I've come around to rope.",
            "So I take the promise back.",
            "I am obliged to withdraw my earlier remark.",
        ),
        ("It is round.", "She changed her mind.", "He took it back."),
    ),
    Cue(
        "no longer",
        "otherwise",
        r"\b(?:I|we)(?:'m|'ve|\s+am|\s+can|\s+do|\s+would|\s+have)?\s+(?:\w+\s+)?(?:no\s+longer|never\s+again)\b"
        r"|\b(?:I|we)\b[^.;?!]{0,12}(?:n't|\s+not)\b[^.;?!]{0,60}?\b(?:any\s*more|any\s+longer)\b"
        r"|\bI'm\s+(?:\w+\s+)?(?:less|not\s+so|not\s+as)\s+(?:sure|certain|confident)\b"
        r"|\b(?:is|was|am)\s+not\s+\w+\s+any\s*more\b",
        "says that it is no longer so",
        ("I no longer believe in rope.", "I don't count geese any more.", "I'm less sure of it."),
        ("It takes longer.", "She no longer rows."),
    ),
    Cue(
        "was wrong",
        "otherwise",
        r"\b(?:I|we|it\s+was\s+(?:us|me)\s+who)\s+(?:was|were|had\s+been|am|are|have\s+been)\s+(?:\w+\s+){0,2}?(?:wrong|mistaken|naive"
        r"|too\s+quick|thinking\s+too\s+small|unfair)\b|\b(?:prove[dn]?)\s+me\s+wrong\b|\bso\s+much\s+for\b|^wrong\b"
        r"|\b(?:that|this)\s+(?:verdict|theory|idea|belief|picture|image|plan|assumption|notion|conviction|certainty)\s+"
        r"(?:did\s+not|didn't|has\s+not|hasn't|fell|collapsed|died|lasted|was\s+wrong|is\s+gone)\b",
        "says that the author was wrong",
        ("I was wrong to laugh.", "So much for ropes.", "That theory lasted a day."),
        ("She was wrong.", "What was wrong?"),
    ),
    Cue(
        "holds it now",
        "otherwise",
        r"\b(?:I|we)\s+(?:\w+\s+)?(?:now|today)\s+(?:\w+\s+)?(?:think|believe|see|say|know|understand|hold|prefer|suspect|picture|read|treat|want"
        r"|look|find|doubt|feel|count|call|would)\b"
        r"|^(?:and\s+|but\s+|so\s+)*(?:now|today|nowadays|these\s+days|since\s+then|by\s+now|by\s+the\s+end|in\s+hindsight|looking\s+back)\b[^.;?!]{0,20}?\b(?:I|we)(?:'d|'m|'ve)?\s+"
        r"(?:(?:would|am|have|can|do|\w+ly|rather)\s+)*(?:think|believe|see|say|know|understand|hold|prefer|suspect|picture|read|for\b|against\b|on\b|want|find|fight"
        r"|ask|call|doubt|feel|look|count|treat|trust|come|learned|learnt|keep)"
        r"|\b(?:I|we)(?:'d|'m|\s+would|\s+am)?\s+(?:\w+\s+)?(?:think|believe|say|see|feel|understand|argue|call|for\s+it|keep\b.{1,20}|wear\b.{1,20}|look|do\b.{1,20})\s+(?:\w+\s+)?(?:now|today|these\s+days|nowadays)\b"
        r"|\bmy\s+(?:\w+\s+)?(?:view|opinion|position|answer|belief)\s+(?:\w+\s+)?(?:is\s+now|now\s+is|today\s+is)\b"
        r"|\b(?:I(?:'ve|\s+have)\s+(?:since\s+)?|I\s+)(?:\w+\s+)?(?:come|came)\s+to\s+(?:believe|see|think|understand|the\s+view|accept)\b"
        r"|\bI(?:'ve|\s+have)\s+(?:since\s+)?(?:concluded|learned\s+since|learnt\s+since)\b|\bhaving\s+\w+(?:\s+\w+){0,3},\s+I(?:'d|\s+would|\s+think|\s+believe|'m)\b"
        r"|^(?:since|after)\s+(?!then\b)(?:\w+\s+){1,5}?I\s+(?:now\s+)?(?:think|believe|know|see|understand|am|would)\b"
        r"|^(?:since|after)\b[^.;?!]{2,40}?\bI(?:'m|\s+am|'d)\s+(?:on\s+the|for|against|no)",
        "says what the author holds now",
        (
            "These days I'd say you need both.",
            "I think now that geese are kind.",
            "My opinion is now that rope is rope.",
            "Having sat with it, I'd rather row.",
            "Since the flood I think that boats matter.",
        ),
        ("I think so.", "Now the geese fly.", "She now thinks so."),
    ),
)
