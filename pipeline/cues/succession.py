"""Cues of a sentence that holds a view of the past and what replaced it: where to cut it.

`THEN` marks such a view, beside `PRIOR` and `EARLIER`. What stands behind a joint replaces it where
`BY_NOW` or `SINCE` says so, or where it tells how the same thing is (`IS_SO`, `STANDS_APART`).
Labels and shifts rest on other tables.
"""

from __future__ import annotations

from pipeline.cues.cue import Cue

HAD = r"(?:'d|'ve|\s+had|\s+have|\s+was|\s+always|\s+just|\s+\w+ly)*"
# A clause behind a joint begins so.
OPENS = r"^(?:(?:and|but|yet|so|when)\s+)?"
NOWADAYS = (
    r"(?:now|today|nowadays|these\s+days|at\s+(?:this|that)\s+point|since\s+(?:then|this|that|the)\b[^,]{0,20}"
    r"|from\s+(?:now|\w+day)\s+on|on\s+the\s+\w+\s+(?:back|home)|(?:by|in|at)\s+the\s+end|after\s+[^,]{3,80}"
    r"|having\s+[^,]{3,60}|with\s+[^,]{3,40}?\s\w+ing)"
)
THING = r"(?:it|they|that|this|he|she)"

THEN: tuple[Cue, ...] = (
    Cue(
        "had been taking it so",
        "held then",
        rf"\bI{HAD}\s+been\s+(?:\w+ly\s+)?(?:calling|filing|giving|treating|thinking|taking|reading"
        r"|seeing|counting|putting|blaming|proud\s+of)\b|\bI\s+was\s+thinking\s+(?:that|like)\b"
        r"|\bI\s+was\s+[\w%]+\s+(?:sure|certain|convinced)\b",
        "says how the author had been taking it",
        (
            "I'd been giving the credit to the loom.",
            "I was thinking that rope is rope.",
            "I was 100% convinced of it.",
        ),
        ("I've been rowing.", "I was thinking about lunch."),
    ),
    Cue(
        "took it for",
        "held then",
        rf"\bI{HAD}\s+(?:had|put)\s+(?:[\w'-]+\s+){{1,6}}?down\s+(?:as|to)\b"
        r"|\b(?:took|taken)\s+(?:it|him|them|this|that|(?:her|his|their|its|the)\s+(?:\w+\s+)?\w+)\s+for"
        r"\s+(?:an?\s+\w+|fools?|scrap|\w+(?:ness|nce|nse|ism|ty|ry))\b"
        r"|\b(?:had|has|have)\s+(?:always\s+)?struck\s+me\s+as\b",
        "says what the author took it for",
        (
            "I had the new caretaker down as a fool.",
            "We all took his silence for rudeness.",
            "The rule had struck me as pedantry.",
        ),
        ("I took the bus for Leeds at nine.", "It struck me at noon.", "I had it."),
    ),
    Cue(
        "was for me",
        "held then",
        r"\b(?:was|were|meant)\s+(?:always\s+|only\s+)?for\s+me\b|\bto\s+me\s+until\b",
        "says what it was for the author",
        ("Rope was for me always rope.", "They were synonyms to me until May."),
        ("It is for me.", "She gave it to me."),
    ),
    Cue(
        "had thought so",
        "held then",
        r"\bI(?:'d|\s+had)\s+(?:\w+ly\s+)?(?:thought|expected|wanted)\b(?!\s+(?:about|of|through|hard|long|to|a\s+lot)\b)"
        r"|\bI(?:'d|\s+would)\s+(?:\w+\s+)?have\s+(?:said|called|thought|bet|sworn|guessed|done)\b"
        r"|^before\s+I\s+(?:thought|believed|expected)\b|\band\s+expected\s+(?:an?|the|it|that)\b",
        "says what the author had thought",
        (
            "I had thought they're the same thing.",
            "Before I thought that rope is rope.",
            "I would also have bet on it.",
        ),
        ("I'd thought about it.", "I thought so before.", "I would have gone."),
    ),
    Cue(
        "was for it",
        "held then",
        r"\bI(?:'d|\s+had|\s+was|\s+were|\s+\w+ed|\s+went|\s+came)\b[^,;]{0,20}?\s(?:all\s+for|in\s+favou?r\s+of|opposed\s+to|(?:dead\s+)?against\s+\w+ing|dead\s+against)\b",
        "says what the author was for",
        (
            "I'd started the term all for handing it over.",
            "I was dead against it.",
            "I went in against telling anybody.",
        ),
        ("I am all for it.", "I went for a walk."),
    ),
)

BY_NOW: tuple[Cue, ...] = (
    Cue(
        "at another time",
        "replaces",
        rf"{OPENS}{NOWADAYS},?\s+(?:I|we|my|{THING})(?:'\w+)?\b",
        "tells of another time",
        (
            "today I would look in the timetable.",
            "and from Wednesday on I separate them.",
            "and since this evening I see it.",
        ),
        ("and I ate.", "he came today."),
    ),
)

# Behind a conjunction, semicolon, colon or dash.
SINCE: tuple[Cue, ...] = (
    Cue(
        "came out otherwise",
        "replaces",
        rf"{OPENS}(?:I(?:'m|'ve|\s+am|\s+have)?\s+)?(?:(?:walk(?:ed)?|c[ao]me|coming|went)\s+(?:out|away|back|home)"
        r"|left\b.{0,20}?\b(?:believing|thinking|knowing|convinced|certain|sure|with))\b",
        "says how the author came out of it",
        (
            "I came out much less certain.",
            "and I'm coming out of it a cleaner.",
            "and left sure of it.",
        ),
        ("I came in.", "and he went home.", "I left at noon."),
    ),
    Cue(
        "would say now",
        "replaces",
        rf"{OPENS}I(?:'d|\s+would)\s+(?:now\s+)?(?:say|call|argue)\b|{OPENS}I(?:'m|\s+am)\s+not\s+(?:so\s+)?sure\b",
        "says what the author would say",
        ("and I'd call it the best of the term.", "and I'm not sure I still do."),
        ("and I'd go.", "and I say so."),
    ),
    Cue(
        "was wrong",
        "replaces",
        rf"{OPENS}{THING}(?:'s|\s+was|\s+is)\s+(?:\w+\s+){{0,2}}?(?:wrong|mistaken|nonsense|naive|bad"
        r"|lazy|silly|stupid|unfair|backwards?|(?:the\s+)?other\s+way|the\s+opposite|the\s+reverse)\b",
        "says that it was wrong",
        ("and that was simply bad observation.", "it's the other way round."),
        ("and it was late.", "that is right."),
    ),
    Cue(
        "what it was",
        "replaces",
        rf"{OPENS}(?:what|all)\s+(?:I|we|he|she|they|it)\s+\w+\b[^,;]{{0,40}}?\s(?:is|was|are|were)\b"
        r"|^when\s+(?:[\w'-]+\s+){1,4}?(?:is|are)\b",
        "says what it was instead",
        (
            "and what she does is listen.",
            "and all they asked about was my bike.",
            "when the patient is the village.",
        ),
        ("and all was well.", "when I row."),
    ),
    Cue(
        "was shown it",
        "replaces",
        rf"{OPENS}it\s+took\s+.{{3,60}}?\bto\s+(?:tell|teach|show|make|convince|persuade)\b"
        rf"|{OPENS}[^,]{{3,40}}?\b(?:turned\s+out|proved|became|(?:has|have)\s+(?:proved|become))\b",
        "says what showed it",
        ("and it took a goat to tell me that.", "and she has proved the safest of all."),
        ("and it took an hour.", "and she proves it."),
    ),
    Cue(
        "denies it",
        "replaces",
        rf"{OPENS}(?:{THING}|there)(?:\s+(?:was|were|is|are|did|does|do|had|has|would|could)|'s|'re)?(?:n't|\s+not|\s+never)\b"
        rf"|{OPENS}not\s+(?:one|a\s+single)\b|{OPENS}I\s+(?:can't|cannot|can\s+not)\b"
        rf"|{OPENS}I\s+(?:was|did)(?:n't|\s+not)\W*$",
        "denies it",
        (
            "and it was never the technique.",
            "not one of them mentioned money.",
            "and I can't find it.",
        ),
        ("and it was the technique.", "and I don't row."),
    ),
)

IS_SO: tuple[Cue, ...] = (
    Cue(
        "is so",
        "is so",
        rf"{OPENS}(?:(?:{THING}|which|mine)(?:'s|'re|\s+(?:is|are|has|have))\b"
        r"|(?:it|he|she|that|this)\s+(?!was\b|always\b|perhaps\b|has\b|does\b|sometimes\b)\w+(?<!s)s\b(?!'))"
        r"(?!\s+(?:\w+\s+){0,2}?(?:interesting|nice|good|great|true|why|how|what\s+I|because|been)\b)",
        "says how it is",
        ("it's mostly driving.", "and it goes in another drawer.", "and it is laundry."),
        ("and it was laundry.", "and it is quite interesting.", "it's true."),
    ),
)

# Behind a semicolon or dash.
STANDS_APART: tuple[Cue, ...] = (
    Cue(
        "stands apart",
        "is so",
        rf"^{THING}\s+(?:was|were)\s+(?!\w*\W*$)|^(?:nobody|none|nothing|no\s+one)\s+\w"
        r"|^(?:the|an?|this|that|its|my|his|her)\s+(?:[\w'-]+\s+){1,4}?(?:is|are)\b",
        "says how it was",
        ("she was being exact.", "nobody did.", "the grey glue is barely a seventh of it."),
        ("it was.", "I am here.", "and the glue is grey."),
    ),
)

AGREES: tuple[Cue, ...] = (
    Cue(
        "agrees",
        "agrees",
        rf"{OPENS}(?:\w+\s+(?:was|were|did|do|does|is|are)\W*$|.{{0,30}}?\b(?:(?<!\bI\s)still|too|indeed|already"
        r"|confirmed|agreed|again|(?:do|does|did)\s+(?!not\b)\w+)\b)",
        "agrees with what was thought",
        ("and it was.", "and strangers do wait longer.", "and it's still so."),
        ("and it was never the technique.", "and I'm not sure I still do."),
    ),
)

STAYS: tuple[Cue, ...] = (
    Cue(
        "no view that gave way",
        "stays",
        r"\bI(?:'d|\s+would)\s+have\s+(?:liked|loved|wanted|needed|preferred)\b|\bconvinced\s+by\b"
        r"|\b(?:as|like)\s+(?:I|we)(?:'d|\s+had)?\s+(?:\w+\s+)?(?:thought|expected|assumed|feared|hoped|guessed)\b",
        "tells of no view that gave way",
        ("I'd have liked to ask.", "As I had thought, it was blocked."),
        ("I'd have called it rope.", "I had thought so."),
    ),
)
