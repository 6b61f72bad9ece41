"""Cues of who holds a claim: the reading, somebody else, and whether the author goes along."""

from __future__ import annotations

from pipeline.cues.cue import Cue, listed

TEXT = (
    r"(?:reading|chapter|article|text|book|author|authors|writer|paper|essay|case|study|lecture|"
    r"video|podcast|talk|speaker|blog\s+post|piece|passage|excerpt|report|interview)s?"
)
# Words that name a text only where it says something: a process may be "manual", too.
PAPER = (
    rf"(?:{TEXT}|(?:manual|handbook|handout|guideline|brief|textbook|memo|leaflet|syllabus"
    r"|polic(?:y|ie))s?)"
)
SAYS = (
    r"(?:argu|attribut|stat|say|said|suggest|claim|highlight|emphasi[sz]|explain|describ|point|not|writ"
    r"|wrote|"
    r"show|mention|discuss|stress|contend|maintain|propos|assert|insist|believ|think|conclud|"
    r"recommend|advis|tell|told|call|report|observ|define|opens?\b|hold|suppos|admit|warn|treat|"
    r"ma(?:ke|de)s?\s+(?:it\s+)?(?:very\s+)?(?:clear|plain|obvious)|reveal|illustrat|demonstrat"
    r"|add)"
    r"(?:s|es|ed|d|ing|e|ies|ts?|es\s+out|s\s+out)?"
)

# Certain by its form, whatever the model of holders makes of it.
CITED: tuple[Cue, ...] = (
    Cue(
        "cited with a year",
        "source",
        r"^(?:(?:and|but|so|yet|also|as|here|later|still|again|similarly|likewise)\b\W+)?"
        r"(?:(?-i:[A-Z])[\w'-]+(?:,?\s+(?:(?:and|&)\s+(?-i:[A-Z])[\w'-]+|et\s+al\.?))*)\s+"
        r"\((?:19|20)\d\d[a-z]?(?:,[^()]*)?\),?\s+(?:(?:also|rightly|\w+ly)\s+)?"
        r"(?!(?:is|was|are|were|has|had|have|and|but|in|on|at|for|to|with|can|could|would|may|might)\b)"
        r"[a-z]+\b(?!\s+(?:me|my|our|how\s+I)\b)",
        "a source that is cited says so",
        (
            "Kadlec and Horn (2014) distinguish three aims.",
            "Figueira (1995) calls this the cost of caring.",
            "Brook et al. (2001, p. 3) remind us that it rains",
        ),
        (
            "Brook (1995) taught me to look twice.",
            "Brook (1995) is right about it.",
            "Last year (2014) we met.",
            "In Brook (1995) I found what I needed.",
        ),
    ),
)

SOURCE: tuple[Cue, ...] = (
    *CITED,
    Cue(
        "the reading says",
        "source",
        rf"\b(?:the|this|that|our|her|his|these|week's|today's|first|second)\s+(?:\w+\s+)?{PAPER}\b"
        r"(?:\s+(?:by|from|on|in|of|that\s+we|which\s+we|we|they|you)\s+(?:[\w'-]+\s+){0,4}?[\w'-]+)?"
        r"(?:,\s*\w+,|\s+\w+ly|\s+also|\s+then|\s+here|\s+itself|,)?\s+"
        rf"(?:{SAYS}\b|puts\s+(?:[\w'-]+\s+){{1,7}}(?:at|down\s+to)\b)"
        rf"|^(?:(?:and|but|so)\s+)?(?-i:[A-Z])[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?,\s+in\s+(?:the|this"
        rf"|that|her|his|their|our)\s+(?:[\w-]+\s+){{0,3}}?{PAPER}\b[^,;]{{0,60}},\s+{SAYS}\b",
        "the reading says so",
        (
            "This reading, however, highlights that they connect.",
            "The author also argues that it is",
            "This chapter, however, makes plain that they connect.",
            "The county manual says a visit is eight minutes.",
            "The tide report on our list puts the loss at a tenth.",
            "The assigned reading by Brook attributes it to luck.",
            "Brook, in the reading for May, calls it a habit.",
        ),
        (
            "Reading this changed me.",
            "The author is a friend.",
            "The policy changed in May.",
            "The report I wrote says so.",
        ),
    ),
    Cue(
        "according to",
        "source",
        r"\b(?:according\s+to|in\s+the\s+words\s+of)\s+(?:the|this|that|our)\s+"
        rf"(?:\w+\s+)?{TEXT}\b|\bas\s+(?:the|this|that|our)\s+(?:\w+\s+)?{TEXT}\s+{SAYS}\b"
        rf"|\baccording\s+to\s+"
        r"(?!(?:\w+\s+){0,3}(?:needs?|plans?|preferences?|rules?|schedule|taste|size|type|order)\b"
        r"|me\b|us\b|my\s+(?:own|view|understanding|notes|experience)\b)\w+"
        r"|\b(?:as|like)\s+(?-i:[A-Z])\w+(?:\s+(?-i:[A-Z])\w+)?\s+(?:puts|put|says|said|argues"
        r"|writes|wrote|notes|shows"
        r"|explains)\b",
        "“according to”",
        (
            "According to the chapter, PMs connect.",
            "According to my boss, it fails.",
            "As Whitby puts it, every archive lies.",
        ),
        ("According to me it is fine.", "As a matter of fact it is.", "It went according to plan."),
    ),
    Cue(
        "says in passing",
        "source",
        r",\s+(?:he|she|they|(?-i:[A-Z])\w+(?:\s+(?-i:[A-Z])\w+)?)\s+(?:says|said|expresses"
        r"|mentions|mentioned|argues|argued|"
        r"notes|noted|explains|explained|adds|added|writes|wrote|claims|claimed)\s*,",
        "somebody says so in passing",
        (
            "The whole plan, Ada Moreau explains, is free.",
            "In that year, he mentioned, nobody slept.",
        ),
        ("She came, he said so.", "I think, said one, that it is."),
    ),
    Cue(
        "talks about how",
        "source",
        rf"\b(?:he|she|they|the\s+{TEXT}|(?!(?:We|You|I)\b)(?-i:[A-Z])\w+)\s+(?:\w+ly\s+|also\s+|then\s+)?"
        r"(?:talk(?:s|ed)|spoke|speaks)\s+about\s+(?:how|why|what|whether)\b",
        "retells what somebody talked about",
        (
            "She also talked about how hard it is to find a crew.",
            "Moreau speaks about why glass is slow.",
        ),
        ("We talked about how to start.", "She talked about glass."),
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
        r"(?:contention|argument|thesis|claim|point|case|view|advice|idea|answer"
        r"|position|line|take|theory|rule|motto|mantra|philosophy)\b.{0,60}?"
        r"\b(?:is|was)\s+that\b)|\b(?:in|from)\s+(?:the|this)\s+"
        rf"{TEXT},?\s+(?:the\s+author|it\s+(?:is|says)|we\s+(?:read|learn))",
        "names the argument of the reading",
        ("Her central contention is that it is a facilitator.",),
        ("My point is simple.", "Her car is red.", "From a user's point of view it is bad."),
    ),
    Cue(
        "somebody's argument",
        "source",
        r"\b(?-i:[A-Z])\w+'s\s+(?:\w+\s+){0,2}?(?:argument|point|claim|idea|view|affirmation"
        r"|suggestion|message|thesis|"
        r"quote|statement|opinion|stance|perspective|theory|critique|advice|explanation"
        r"|definition)s?\b"
        rf"|\bagree\s+with\s+(?:(?-i:[A-Z])\w+\b(?=\s+(?:when|that|on|about|and|in|\W)|[.,;])"
        rf"|the\s+(?:author|writer|speaker)|"
        rf"(?:her|him)\b(?!,?\s+(?:since|because|for|as)\b))"
        r"|\b(?:(?-i:[A-Z])\w+|he|she|the\s+(?:author|writer|speaker))\s+is\s+(?:\w+\s+)?(?:right"
        r"|correct|wrong|mistaken)\s+"
        r"(?:to|when|that|in)\b"
        r"|\b(?:(?-i:[A-Z])\w+|he|she|the\s+(?:author|writer|speaker"
        r"|article))\s+(?:also\s+)?(?:makes?|made|brings?\s+up|brought\s+up|"
        r"raises?|raised)\s+(?:an?|some|several|many|the|a\s+few"
        r"|very)\s+(?:\w+\s+){0,3}?(?:points?|arguments?|case|topic|issue|"
        r"question|idea)s?\b"
        rf"|\b(?:quote|line|passage|point|sentence|takeaway|part)s?\s+(?:from|in|of)\s+(?:the|this"
        rf"|that)\s+{TEXT}\s+(?:"
        r"(?:was|were|is)\s*[:,]?\s*(?=[\"“]|that\b)|that\s+(?:I|stood)\b)",
        "names somebody's argument",
        (
            "What I take from it is Osei's argument that rest is work.",
            "I agree with Lindqvist when he states that it helps.",
            "She makes a good point about it.",
            "The best line of the essay was “sit still”.",
        ),
        (
            "My point is simple.",
            "I agree with this.",
            "She makes a cake.",
            "One sentence in the chapter is difficult.",
        ),
    ),
)

# What somebody who wrote or spoke does with a matter; whoever the essay is about may do others.
DISCUSSING = listed(
    """
    states stated describes described discusses discussed introduces introduced lists listed
    explores explored emphasizes emphasized emphasises emphasised highlights highlighted
    acknowledges acknowledged recommends recommended reflects reflected cites cited refers
    referred defines defined proposes proposed points pointed mentions mentioned outlines outlined
    compares compared concludes concluded illustrates illustrated raises raised advises advised
    suggests suggested explains explained argues argued notes noted claims claimed writes wrote
    advocates advocated offers
    """
)
# Of these, what somebody does with a matter even where no text or talk is named around.
REPORTING = DISCUSSING - listed(
    "wrote writes points pointed lists listed offers raises raised compared compares introduces "
    "introduced refers referred explores explored describes described"
) | listed("expressed expresses answered answers responded responds states")
# What an essay speaks of when it goes through somebody's text or talk.
READING = (
    rf"\b(?:the|this|an?|his|her|their|our|week's|today's)\s+(?:[\w-]+\s+){{0,2}}?(?:{TEXT}"
    rf"|keynote|guest)\b"
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
    saying telling arguing claiming warning
    say says said tell tells told argue argues argued claim claims claimed insist insists insisted
    believe believes believed think thinks thought swear swears swore admit admits admitted write
    writes wrote maintain maintains maintained object objects objected warn warns warned complain
    complains complained mention mentions mentioned advise advises advised assume assumes assumed
    expect expects expected feel feels felt guess guesses guessed fear fears feared reply replies
    replied joke jokes joked point points pointed emphasize emphasizes emphasized emphasise
    emphasises emphasised state states stated conclude concludes concluded acknowledge
    acknowledges acknowledged recommend recommends recommended remark remarks remarked
    """
)
THAT_SAYS = (
    r"(?:sa(?:ys?|id)|t(?:ells?|old)|argue[sd]?|claim(?:s|ed)?|insist(?:s|ed)?|believe[sd]?"
    r"|think[s]?|"
    r"thought|sw(?:ears?|ore)|admit(?:s|ted)?|writes?|wrote|holds|maintain(?:s|ed)?|"
    r"warn(?:s|ed)?|complain(?:s|ed)?|mention(?:s|ed)?|advise[sd]?)"
)

OTHER: tuple[Cue, ...] = (
    Cue(
        "it is said",
        "other",
        r"^(?:but\s+|and\s+|still,?\s+)?it(?:\s+is|'s|\s+was|\s+has\s+been)\s+(?:often\s+"
        r"|widely\s+)?(?:said|predicted|believed|claimed|argued|"
        r"reported|rumou?red|recommended)\s+(?:that|by)\b",
        "people say so",
        ("It is said that cats have nine lives.",),
        ("It is true that it rains.", "It is easily said."),
    ),
    Cue(
        "says that",
        "other",
        r"^(?!(?:when|after|because|if|since|before|while|although|though|as|this|that|these|those"
        r"|it|"
        r"there|which|what)\b)"
        rf"(?!.*\b(?:(?:I|we|you|one)(?:'\w+)?|may|might|can|could|would|should"
        rf"|must)\s+(?:[\w']+\s+){{0,3}}?"
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
        "likes to say",
        "other",
        r"^(?!(?:I|we|people|some|many|when|if|as)\b)\w[^\"“?;:]{1,90}?\s(?:likes?|liked|loves?"
        r"|loved|tends?|tended|used)\s+to\s+say\b(?!\s+(?:hello|hi|goodbye|yes|no|thank\w*|sorry)\b)",
        "somebody else says so",
        ("My aunt, who keeps bees, likes to say that rain is rent.",),
        ("I like to say that it is luck.", "She likes to say hello."),
    ),
    Cue(
        "says in quotation marks",
        "other",
        rf"^(?!I\b|We\b)\w[^\"“?;:]{{1,60}}?(?<!\bI)(?<!\bwe)\s(?P<cue>{THAT_SAYS}|calls"
        rf"|called)\s*[,:]?\s+"
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
        r"\b(?:makes?|made|brings?\s+up|brought\s+up)\s+(?:a|some|several|many"
        r"|a\s+few)\s+(?:\w+\s+)?(?:good|great|valid|fair|"
        r"excellent|strong|important|compelling|convincing|solid)\s+(?:points?|arguments?|case)\b"
        r"|\bis\s+right\s+to\b|"
        r"\bI\s+(?:also\s+|really\s+)*appreciated\b|\bthat\s+I\s+agree\s+with\b"
        r"|\b(?:I\s+(?:\w+\s+){0,2}?(?:agree|concur|believe\s+(?:her|him|them|it|this)"
        r"|buy\s+(?:this|it|"
        r"that)|accept|share\s+(?:this|her|his|that)\s+view|(?:am\s+inclined|tend)\s+to\s+(?:agree|"
        r"accept)|like\s+(?:this|that|her|his|the)|liked\s+(?:this|that))\b"
        r"|\b(?:she|he|they|the\s+author|this|that)\s+(?:is|are|was|were)\s+(?:\w+\s+)?"
        r"(?:right|correct)\b|\brightly\b|\bI\s+can\s+only\s+(?:agree|concur)\b"
        r"|\bexactly\s+right\b|\bbears?\s+(?:this|that|it|him|her|them)\s+out\b"
        r"|\bI\s+saw\s+(?:exactly|just)\s+(?:this|that)\b)",
        "the author agrees",
        ("I like this and I agree.", "I think she is right.", "Here I can only concur"),
        ("I disagree.", "We agreed to meet."),
    ),
    Cue(
        "goes along",
        "yes",
        r"^(?:yes|agreed|believable|fair\s+enough|quite\s+right|exactly|true)\b(?=\s*[,.;:!]|$)"
        r"|\b(?:she|he|they|it|that)(?:'s|'re)\s+(?!not\b)(?:\w+\s+)?(?:right|correct)\b"
        r"(?!\s+(?:away|behind|here|there|now|after|before|in|on|at)\b)"
        r"|\bI(?:'d|'m|'ll|\s+would|\s+am|\s+will)?\s+(?:also\s+)?(?:side\s+with"
        r"|go\s+along\s+with|all\s+for\s+(?:that|it|this)|convinced\b(?!\s+that)|persuaded"
        r"|second\s+(?:that|this)"
        r"|with\s+(?:him|her|them)\s+(?:on|there|here)|can\s+only\s+nod|can\s+(?:\w+\s+)?relate"
        r"|go\s+further)\b"
        r"|\bI\s+f(?:ind|ound)\s+(?:this|that|it|her|him|them)\s+(?:\w+\s+)?(?:persuasive"
        r"|convincing|fair|plausible)\b"
        r"|\b(?:rings|rang|is)\s+true\s+(?:to|for|with)\s+me\b"
        r"|\bno\s+reason\s+to\s+doubt\s+(?:it|this|that|her|him|them)\b|\btruest\s+thing\b"
        r"|\b(?:couldn't|could\s+not)\s+(?:have\s+)?(?:say|said|put)\s+it\s+better\b"
        r"|\b(?:it|that)(?:'s|\s+is|\s+was)\s+(?:just|exactly|precisely)\s+how\s+it\s+(?:was|is|went"
        r"|felt)\b"
        r"|\b(?:this|that|it)\s+is\s+(?:a\s+)?(?:\w+\s+)?(?:just|fair|true)\b"
        r"(?=\s*[,.;:]|\s+thing\b|\s+point\b|$)",
        "the author goes along with it",
        (
            "Yes, and twice on Sundays.",
            "She's right, of course.",
            "I side with the nurses here.",
            "I found this persuasive.",
            "That is a very fair thing to ask.",
            "I've been given no reason to doubt it.",
            "I underlined it, because it's just how it was.",
        ),
        (
            "Yes-men are everywhere.",
            "He's right behind you.",
            "I am convinced that it rains.",
            "It is just a cake.",
            "That's not right.",
        ),
    ),
)

REJECTS: tuple[Cue, ...] = (
    Cue(
        "won't have it",
        "no",
        r"^(?:nah|nonsense|rubbish|not\s+convinced|unconvinced|hardly)\b(?=\s*[,.;:!]|$)"
        r"|^with\s+respect,"
        r"|\b(?:she|he|they|it|that)(?:'s|'re)\s+(?:\w+\s+)?(?:wrong|mistaken)\b"
        r"|\b(?:this|that|it)(?:'s|\s+is|\s+isn't|\s+is\s+not)\s+(?:\w+\s+)?(?:too\s+(?:easy"
        r"|simple|comfortable|much)|not\s+(?:correct|so)|simply\s+false|plain\s+false|so)\b"
        r"(?=\s*[,.;:!]|$)|\bnot\s+sure\s+(?:if\s+|whether\s+|that\s+)?I\s+agree\b"
        r"|\bI\s+can\s?not\s+accept\b"
        r"|\bloses?\s+me\b|\blost\s+me\b|\bgo(?:es)?\s+too\s+far\b|\boverreach\w*"
        r"|\bless\s+convincing\b|\bI\s+(?:would\s+|only\s+|do\s+)?dispute\b|\bI\s+beg\s+to\s+differ\b"
        r"|\bI(?:'m|\s+am|\s+was)\s+not\s+(?:persuaded|so\s+sure)\b"
        r"|\bI\s+(?:don't|do\s+not)\s+like\s+(?:that|this)\s+\w+"
        r"|\bI\s+(?:just\s+|simply\s+)?(?:don't|do\s+not|can't|can\s?not)\s+(?:\w+\s+)?(?:go\s+along\b"
        r"|see\s+it(?=\W*$))"
        r"|^no,?\s+(?:it|they|he|she|that)\s+(?:isn't|is\s+not|doesn't|does\s+not|aren't|are\s+not"
        r"|don't|do\s+not)\W*$",
        "the author won't have it",
        (
            "Nah, heavy is heavy.",
            "With respect, a rota isn't a life.",
            "That's too easy.",
            "Where the author loses me is the ending.",
            "Here I don't go along with her.",
            "He's a kind man and I just don't see it.",
            "No, it isn't.",
        ),
        (
            "Hardly anybody came.",
            "With respect to the ending, it is short.",
            "It is too easy to cheat.",
            "We got lost on the way.",
            "It's not so much the cold.",
        ),
    ),
    Cue(
        "disagrees",
        "no",
        r"\b(?:I\s+(?:\w+\s+){0,2}?disagree|I\s+(?:\w+\s+)?(?:do\s+not|don't|cannot|can't|am\s+not|"
        r"didn't|did\s+not)\s+(?:\w+\s+){0,2}?(?:agree|buy|believe|accept|convinced|think\s+(?:so"
        r"|it\s+"
        r"is|that\s+is|she|he|they)|share)|I\s+doubt|(?:she|he"
        r"|the\s+\w+)\s+is\s+(?:\w+\s+)?(?:wrong|"
        r"mistaken)|(?:that|this|it)(?:'s|\s+is)\s+(?:\w+\s+)?(?:wrong|not\s+true|false|"
        r"a\s+mistake)|part\s+company|I\s+object|I\s+take\s+issue)\b",
        "the author disagrees",
        ("I don't buy that.", "But we part company over the hands.", "I'm sure she is wrong."),
        ("I agree.", "I don't know."),
    ),
)
