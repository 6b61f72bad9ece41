"""Cues of agreement: the author agrees with what is at issue, disagrees, is torn, or takes a side.

They stand alone, and so are stricter than `holders.ENDORSES`, which are read behind what a source
says. What was agreed with others ("we agreed to meet"), what is supposed ("if you disagree"), and
what somebody else says counts as none. Patterns are verbose regular expressions: a space is
written `\\s`.
"""

from __future__ import annotations

from pipeline.cues.cue import Cue

I_AM = r"\bI(?:'?m|\s+am|\s+was|\s+feel|\s+remain|\s+stand)"
NOT = r"(?:\s+(?:do|can|could|would|am|did)(?:\s+not|n'?t)|\s*'?m\s+not|\s+(?:cannot|can'?t))"
HOW = (
    r"(?:\s+(?:also|still|now|really|truly|fully|totally|completely|entirely|definitely|strongly|deeply"
    r"|firmly|mostly|largely|personally|generally|partly|partially|somewhat|wholeheartedly|certainly"
    r"|actually|absolutely|honestly|just|kind\s+of|a\s+(?:bit|little)|so|quite|very|more|fully|even|genuinely|much|only|too|all|myself"
    r"|tend\s+to|have\s+to|must|would|do|can\s+only|can\s+but))*"
)
# Whoever is agreed with: no classmate about logistics, as far as that can be told.
NAME = r"(?-i:[A-Z])[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?"
TEXT = (
    r"(?:author|writer|article|piece|essay|text|reading|chapter|paper|speaker|lecturer|video|argument"
    r"|point|claim|idea|view|position|statement|theory|proposal|conclusion|premise|motion|rule)s?"
)
SOMEBODY = rf"(?:she|he|they|the\s+{TEXT}|(?!(?:I|We|You|It|That|This|What|There|Which)\b){NAME})"
WHOM = (
    rf"(?:her|him|them|the\s+(?:(?:first|second|other)\s+)?{TEXT}"
    rf"|{NAME}(?!,\s+(?-i:[A-Z])|\s+and\b))"
)
ARRANGED = (
    r"(?!\s+(?:to\s+(?!(?:a|some)\s+(?:certain\s+)?(?:extent|degree)\b)|on\s+(?:a|the)\b"
    r"|(?:with\s+\w+\s+)?that\s+we\b))"
)
WITH_MATE = (
    r"(?!\s+with\s+(?:my|our)\s+(?:partner|team|teammate|group|classmate|friend|roommate)s?\b)"
)
# "I don't think she is right" denies what stands behind it.
UNDENIED = "".join(
    rf"(?<!{no}\s{verb}\s)(?<!{no}\s{verb}\sthat\s)"
    for no in ("n't", "not", "dont", "cannot")
    for verb in ("think", "believe", "say", "feel")
)
UNSAID = r"""(?<!if\s)(?<!whether\s)(?<!that\s)(?<!say\s)(?<!["“'‘])"""

AGREES: tuple[Cue, ...] = (
    Cue(
        "agree",
        "agrees",
        rf"{UNSAID}\bI{HOW}\s+(?:agree|concur)\b{ARRANGED}|\bI{HOW}\s+agreed\s+with\s+(?:every|all|most|much|her|him|the\s+{TEXT})\b|^(?:so\s+)?(?:yes,?\s+)?agreed\b(?=[,.!])",
        "says that they agree",
        (
            "I agree with her on buses.",
            "I strongly agree that ropes are better.",
            "For the most part, I do agree.",
            "I have to agree with him.",
            "Agreed, and twice.",
            "I loved it and I agreed with every page.",
        ),
        (
            "I agreed to meet.",
            "I do not agree with her.",
            "Ask me if I agree.",
            "I can agree to meet there.",
            "They agree with me.",
            "I agree with Bee that we should start at nine.",
            'Press "I agree" there.',
        ),
    ),
    Cue(
        "agree more",
        "agrees",
        rf"\bcould(?:\s+not|n't)\s+agree\s+(?:with\s+\w+\s+)?more\b|{I_AM}{HOW}\s+in\s+(?:full\s+|complete\s+|total\s+)?"
        r"agreement\b|\bI\s+(?:\w+\s+)?(?:share\s+(?:his|her|their|the\s+\w+'s|this|that)\s+(?:\w+\s+)?(?:view|opinion"
        r"|belief|concern|position|sentiment)|think\s+the\s+same\b(?!\s+(?:way\s+)?(?:about|as)\s+m))",
        "says that they agree",
        (
            "I couldn't agree more.",
            "I am in full agreement with Ruiz.",
            "I share her view of ropes.",
            "It was a relief, because I think the same.",
        ),
        ("Could they agree?", "We share a room."),
    ),
    Cue(
        "right",
        "agrees",
        rf"{UNDENIED}\b{SOMEBODY}(?:'?s|'re|\s+is|\s+are)(?:\s+(?:absolutely|completely|totally|quite|definitely"
        r"|probably|so|exactly|simply|just|clearly|a\s+(?:little(?:\s+bit)?|bit)))?\s+(?:right|correct)\b"
        r"(?!\s+(?:or|behind|next|there|here|in|at|on\s+(?:time|the)|now|after|before|away))"
        rf"|\bI\s+(?:do\s+|also\s+|still\s+)*think\s+{SOMEBODY}\s+(?:was|were)\s+(?:\w+\s+)?right\b"
        rf"|\b{SOMEBODY}(?:'s|'ve|\s+has|\s+have)?\s+(?:got|gets?)\s+(?:it|this|that)\s+(?:\w+\s+)?right\b"
        rf"|\b{SOMEBODY}(?:\s+(?:really|definitely|certainly|does|do))?(?:\s+(?:has|have|makes?|raises?|had|made|raised)|'s\s+got|'ve\s+got)"
        r"\s+(?:an?\s+|some\s+)?(?:\w+\s+)?(?:good\s+|great\s+|valid\s+|fair\s+|strong\s+|excellent\s+|compelling\s+)?points?\b(?!\s+(?:of|about\s+how|where))",
        "says that somebody is right",
        (
            "I think she is right about ropes.",
            "He has a point.",
            "She's got a point.",
            "The author makes a good point.",
            "They make very valid points here.",
            "I have to say that Ruiz is right.",
            "I think she was right.",
            "It's her point, and she's got it right.",
        ),
        (
            "She is right behind me.",
            "The point of it is rope.",
            "They were right there.",
            "I can't decide if she is right or not.",
            "That is right.",
            "He was right, it was a moth.",
            "I don't think Ruiz is right.",
        ),
    ),
    Cue(
        "convinced",
        "agrees",
        rf"\b(?:convinced|persuaded|won)\s+me(?:\s+over)?\b(?!\s+(?:to|that)\s)|{I_AM}(?:\s+now)?{HOW}\s+(?:convinced|persuaded|sold)\s+(?:by|on)\b"
        rf"|\bI(?:'?m|\s+am){HOW}\s+(?:on\s+board\s+with|with\s+{WHOM}|behind\s+{WHOM}|on\s+(?:the\s+side\s+of\s+{WHOM}|(?:her|his|their|{NAME}'s?)\s+side))(?=\W|$)"
        rf"|\bI\s+was\s+on\s+(?:her|his|their|{NAME}'s)\s+side\b"
        rf"|\bI(?:'d|'ll|\s+would|\s+have\s+to|\s+gotta|\s+must)?{HOW}\s+side\s+with\s+{WHOM}",
        "is convinced",
        (
            "Her numbers convinced me.",
            "I'm sold on ropes.",
            "I was persuaded by the table.",
            "I'm with Ruiz on this.",
            "I'm with her one hundred percent.",
            "I am on the side of Ruiz here.",
            "I gotta side with him.",
            "So I'm fully behind Ruiz on this one.",
            "I liked both, but I am more on Ruiz's side.",
        ),
        (
            "She convinced me to go.",
            "I'm not sold on ropes.",
            "I'm with Bee, Ant and Wasp.",
            "So that's where I am with it.",
            "At the museum I was with Bee.",
            "I remain on the side of paper.",
        ),
    ),
)

DISAGREES: tuple[Cue, ...] = (
    Cue(
        "disagree",
        "disagrees",
        rf"{UNSAID}\bI(?:'d|\s+respectfully|\s+beg\s+to)?{HOW}\s+(?:disagree|differ)\b{WITH_MATE}"
        rf"|(?<!say\s)\bI{NOT}{HOW}\s+(?:agree(?!\s+(?:with\s+\w+\s+)?more\b)|accept\s+(?:that|this|it|the|his|her|their)"
        rf"|buy\s+(?:that|this|it|the|his|her|their)|go\s+along\s+with|see\s+it\s+(?:that|her|his)\s+way|(?:think|believe)\s+(?:that\s+)?{SOMEBODY}(?:'s|'re|\s+is|\s+are|\s+was|\s+were)\s+right)\b{WITH_MATE}",
        "says that they disagree",
        (
            "I disagree with her.",
            "I respectfully disagree.",
            "I beg to differ.",
            "I do not agree, and I'm tired.",
            "However, I do not completely agree with it.",
            "I can't agree with the main idea.",
            "i dont buy this.",
            "I don't think Ruiz is right that ropes hold.",
        ),
        (
            "If I disagree, I leave.",
            "I can't say that I disagree.",
            "I can't say I disagree.",
            "I could not agree more.",
            "I disagree with my partner about fonts.",
            "They disagree.",
            "I don't buy apples.",
        ),
    ),
    Cue(
        "wrong",
        "disagrees",
        rf"{UNDENIED}\b(?:she|he|the\s+{TEXT}|(?!(?:I|We|You|It|That|This|What|There|Which|Something)\b){NAME})(?:'s|\s+is)"
        r"(?:\s+(?:simply|just|plainly|completely|dead|clearly|probably|partly))?\s+(?:wrong|mistaken)\b"
        rf"|\b{SOMEBODY}\s+(?:goes|go|takes?\s+(?:it|this|things))\s+(?:\w+\s+)?too\s+far\b|\b(?:she|he|it|this)\s+(?:loses|lost)\s+me\b"
        rf"|\b{SOMEBODY}\s+(?:misses|miss|overlooks?|ignores?|forgets?)\s+(?:the\s+(?:point|fact)|that|how|people|those|everyone|something)\b"
        r"|\bI\s+have\s+(?:a|my|some|one)\s+(?:\w+\s+)?(?:problems?|issues?|doubts|objections?)\s+with\s+(?:that|this|the\s+(?:idea|argument|claim|view)|her|his)\b"
        r"|\b(?:I'?m\s+|I\s+am\s+)?not\s+a\s+(?:big\s+|huge\s+)?fan\b|\bI(?:'?m|\s+am)\s+not\s+(?:\w+\s+)?(?:for|in\s+favou?r\s+of)\s+(?:it|this|that|the\b)"
        r"|\b(?:I\s+|here\s+){1,2}(?:can't|cannot|can\s+not|don't)\s+follow\s+(?:her|him|them)\b"
        r"|\bagree\s+with\s+(?:that|this|it|her|him),\s+but\s+I\s+(?:don'?t|do\s+not)\b",
        "says that somebody is wrong",
        (
            "I think she is simply wrong about ropes.",
            "For me the author goes too far.",
            "He ignores people who live far out.",
            "That's where she loses me.",
            "I have a problem with that.",
            "Not a fan, sorry.",
            "I'm not for it.",
            "No, here I can't follow him.",
        ),
        (
            "I was wrong.",
            "They were wrong about the time.",
            "The point is far.",
            "I don't think that she is wrong.",
        ),
    ),
    Cue(
        "not convinced",
        "disagrees",
        rf"{I_AM}(?:\s+still)?\s+(?:not{HOW}\s+(?:convinced|persuaded|sold)|unconvinced|s[kc]eptical)\b"
        r"|\b(?:didn't|did\s+not|doesn't|does\s+not)\s+(?:really\s+|fully\s+)?(?:convince|persuade)\s+me\b",
        "isn't convinced",
        (
            "I'm not convinced.",
            "I am not really sold on ropes.",
            "I remain sceptical of ropes.",
            "The numbers did not convince me.",
        ),
        ("I'm convinced.", "I was sold on ropes.", "They weren't convinced."),
    ),
)

TORN: tuple[Cue, ...] = (
    Cue(
        "torn",
        "torn",
        rf"{I_AM}{HOW}\s+(?:torn|on\s+the\s+fence|ambivalent|conflicted|divided|undecided|(?:of|in)\s+two\s+minds)\b"
        r"|\bmixed\s+feelings\b|\b(?:of|in)\s+two\s+minds\b",
        "is torn",
        (
            "I'm torn about ropes.",
            "I am still on the fence.",
            "I have mixed feelings about it.",
            "About ropes I'm of two minds.",
        ),
        ("The rope was torn.", "They are divided."),
    ),
    Cue(
        "both sides",
        "torn",
        r"\bI\s+(?:can\s+|could\s+|do\s+)?(?:see|understand|get)\s+(?:it\s+|this\s+|the\s+point\s+of\s+)?both\s+(?:sides|ways|points?|views|positions|arguments)\b"
        r"|\bI\s+can\s+argue\s+(?:it|this)\s+(?:either|both)\s+ways?\b"
        r"|\b(?:both|neither)\s+(?:of\s+(?:them|these|the\s+\w+)\s+)?(?:sides?\s+)?(?:are|is)\s+(?:\w+\s+)?(?:right|true|correct|wrong|valid)\b"
        r"|\b(?:half|part)\s+of\s+me\s+(?:\w+\s+)?(?:think|want|say|agree|feel|believe|know|hope|wonder)s?\b"
        r"|\bon\s+(?:the\s+)?one\s+hand\b[^.]*\bon\s+the\s+other\b|\b(?:for\s+me|my\s+answer\s+is)\s+(?:\w+\s+)?yes\s+and\s+no\b"
        r"|\bI\s+(?:keep|kept|am|'m)\s+going\s+back\s+and\s+forth\b|\bI\s+(?:can\s+)?see\s+(?:the\s+|some\s+)?truth\s+(?:in|on)\s+both\b",
        "sees both sides",
        (
            "I can see both sides.",
            "I think both of them are right.",
            "Part of me agrees.",
            "I can argue this either way.",
            "On one hand it is fair, on the other hand it hurts.",
            "It is for me yes and no.",
            "I keep going back and forth on this.",
        ),
        ("I can see both rivers.", "Both sides were painted.", "We kept going back and forth."),
    ),
    Cue(
        "can't choose",
        "torn",
        r"\bI\s+(?:can't|cannot|couldn't|refuse\s+to|won't|don't\s+want\s+to)\s+(?:\w+\s+)?(?:choose|pick|decide|make\s+(?:up\s+)?my\s+mind)\b"
        r"(?!\s+(?:(?:which|what|whether)\s+(?:to\s+)?(?:wear|eat|buy|topic|book)|between\s+the\b))"
        rf"|{I_AM}(?:\s+still)?\s+not\s+sure\s+(?:if|that|whether)?\s*I\s+(?:\w+\s+)?(?:agree|disagree)\b"
        r"|\bI\s+(?:don't|do\s+not)\s+know\s+(?:if|whether)\s+(?:I\s+(?:\w+\s+)?(?:agree|disagree)|(?:she|he|they)(?:'s|'re|\s+is|\s+are)\s+right)\b|\bagree\s+(?:and|or)\s+disagree\b"
        r"|\b(?:partly|partially|only\s+half|half|in\s+part)\s+agree\b"
        r"|\bagree\s+(?:\w+\s+)?(?:only\s+)?(?:in\s+part|partly|partially|to\s+(?:a\s+(?:certain\s+)?|some|an)\s*(?:extent|degree|point))\b",
        "can't choose",
        (
            "I refuse to pick.",
            "I can't decide if she is right.",
            "I'm not sure I agree.",
            "I agree only in part.",
            "I both agree and disagree with it.",
        ),
        ("I couldn't decide what to wear.", "I picked it."),
    ),
)

PREFERS: tuple[Cue, ...] = (
    Cue(
        "side",
        "prefers",
        rf"{I_AM}{HOW}\s+(?:on\s+(?:the\s+side\s+of|team)\b|for\s+(?!(?:example|instance|now|me|a\s+(?:while|long|few)|the\s+(?:first|last|next))\b)"
        r"|against\b|in\s+favou?r\s+of|in\s+support\s+of|opposed\s+to|pro-\w+)"
        r"|\bI\s+(?:\w+\s+)?(?:side\s+with|support\s+(?:(?:it|this|that)\b|(?:the|her|his|their)\s+(?:idea|proposal|ban|view|position|argument|plan|rule|motion))|(?:would\s+|actually\s+|now\s+)*vote\s+(?:for|against)\s+(?:it|this|that)\b|oppose\s+(?:the|this|that|a|any)\b)",
        "takes a side",
        (
            "I'm against the ban.",
            "I remain on the side of paper.",
            "I am actually in favour of ropes.",
            "I side with the fishers.",
            "I'm on team rope.",
            "im for the shared rope too.",
            "I support this.",
        ),
        ("I'm for now at home.", "I am thankful for this.", "They are against it."),
    ),
    Cue(
        "opinion",
        "prefers",
        rf"{I_AM}\s+of\s+(?:a\s+|the\s+)?(?:different|same|opposite|other)\s+(?:opinion|view)\b"
        r"|\b(?:in\s+my\s+(?:\w+\s+)?(?:opinion|view)|for\s+me|to\s+me)\b(?=[^.]*\b(?:should|must|shouldn't|ought|is\s+(?:better|worse|right|wrong|fairer))\b)"
        r"|\bI\s+(?:do(?:n'?t|\s+not)?\s+)?(?:\w+\s+)?think\s+(?:that\s+)?(?:this|that|it)(?:'s|\s+is)\s+(?:\w+\s+)?(?:right|fair|wrong|unfair)\b(?!\s+or\b)"
        r"|\bI(?:'ve|\s+have)\s+come\s+(?:a)?round\s+to\b"
        r"|\bI(?:'d|\s+would|'ll)?\s+(?:still\s+|strongly\s+|always\s+)?(?:argue|defend|insist|maintain)\b(?!\s+with\b)"
        r"|\bI\s+(?:still\s+|firmly\s+|strongly\s+)?(?:hold|stand\s+by)\s+(?:that|my)\b",
        "defends a view",
        (
            "I would defend those minutes.",
            "In my opinion ropes should be free.",
            "For me one rope for all is better.",
            "I am of different opinion.",
            "I stand by my view.",
            "I don't think it's right that all get one.",
            "I've come round to full openness.",
        ),
        ("In my opinion I saw it.", "They would argue.", "I'd argue with him."),
    ),
    Cue(
        "rather",
        "prefers",
        r"\bI(?:'d|\s+would)\s+(?:\w+\s+)?(?:rather|prefer)\s+(?:that|if|it|they|he|she|we|people|students|everyone|there|not|have|be|see|keep)\b"
        r"|\bI(?:'d|\s+would)\s+(?:\w+\s+)?rather\b[^.;]*\bthan\b|\bI\s+(?:\w+\s+)?prefer\s+that\b",
        "prefers",
        (
            "I'd rather they stayed.",
            "I would much rather have my own.",
            "I prefer that the group gets one.",
            "I'd rather lose an evening than that.",
        ),
        ("They would rather row.", "It is rather good.", "I prefer tea.", "I'd rather row."),
    ),
)

# In the order in which they are looked for: "I'm not sure I agree" holds "I agree".
AGREEMENT: tuple[Cue, ...] = (*TORN, *DISAGREES, *AGREES, *PREFERS)
