"""Cues of indirect questions by what is unsettled: being worked out, never told, named as a worry.

Beside the set phrases of `indirect` and the words of doubt of `uncertain`. `TOLD` says where such
words ask nothing after all. Patterns are verbose regular expressions: a space is written `\\s`.
"""

from __future__ import annotations

from pipeline.cues.cue import AUTHOR, Cue

WH = r"(?:who|whom|whose|what|when|where|which|why|how|whether|if)\b"
NOT_HOW_TO = r"(?!(?:how|what|where|when|which\s\w+|whether)\s+to\b)"
OPEN = rf"(?:(?:by|in|of|for|at|from|with|on|about|over|as\s+to)\s+)?{NOT_HOW_TO}{WH}"
# "How little they care" exclaims; after words of feeling "how" opens a question otherwise only.
ASKED_HOW = (
    r"(?:who|whose|why|where|whether|if|which|how(?!\s+(?:\w+ly|little|few|easy|hard|quick|fast"
    r"|slow|bad|good|big|small|often|many|much|long|far|important|different)\b))\b"
)
MATTER = (
    r"(?:what|something(?:\s+else)?|(?:one|another|some|the(?:\s+\w+)?|a)\s*(?:thing|part|bit"
    r"|aspect|matter|point|issue))"
)
ON = r"(?:\s+(?:about|as\s+to|on|over|of|between|with))?"
TO_SAY = (
    r"to\s+(?:say|tell|know|predict|judge|gauge|determine|guess|be\s+sure|foresee|decide"
    r"|figure\s+out|work\s+out)"
)

UNSETTLED: tuple[Cue, ...] = (
    Cue(
        "still working out",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|'ve\s+been|\s+have\s+been|\s+keep)(?:\s+\w+){{0,2}}?\s+"
        r"(?:figuring\s+out|working\s+out|making\s+sense\s+of|(?:wrestling|grappling|struggling"
        r"|toying)\s+with|struggling\s+to\s+(?:see|understand|grasp|picture|explain|decide)|"
        r"puzzling(?:\s+(?:over|about))?|mulling(?:\s+over)?|pondering|deciding|debating"
        r"|weighing(?:\s+up)?|questioning|trying\s+to\s+(?:decide|guess|determine|find\s+out)|"
        r"still\s+(?:learning|exploring|discovering|researching|looking\s+into"
        r"|searching\s+for|waiting\s+to\s+(?:see|hear|learn)))"
        rf"{ON}(?:\s+the\s+question(?:\s+of)?)?(?:\s+(?:just|exactly))?\s+{NOT_HOW_TO}{WH}",
        "is still working it out",
        (
            "I'm still figuring out where my half of the garden ends.",
            "We are grappling with the question of who owns the recipe.",
            "I have been debating whether the ward needs a second clock.",
        ),
        (
            "I'm still learning how to sew.",
            "She is figuring out where it ends.",
            "I am working on it.",
        ),
    ),
    Cue(
        "names a worry",
        "indirect",
        r"\b(?:my|our|the|one|another|a)\s+(?:\w+\s+){0,2}?(?:worry|concern|doubt|uncertainty"
        r"|unknown|mystery|puzzle|riddle|dilemma|curiosity)\b(?:\s+(?:for|to)\s+me"
        r"|\s+(?:that\s+)?I\s+(?:\w+\s+){1,3}?(?=is\b))?(?:\s+(?:now|here|though))?,?\s*"
        rf"(?:is|remains|would\s+be)\s+(?:still\s+|now\s+|really\s+|about\s+)*{NOT_HOW_TO}{WH}",
        "names what is uncertain",
        (
            "My worry is whether the roof holds.",
            "The real mystery to me is how the cat got out.",
            "One concern I have is who feeds them in August.",
        ),
        ("My worry is money.", "His worry is whether it holds.", "The mystery was how to cook it."),
    ),
    Cue(
        "an open matter",
        "indirect",
        r"\bit(?:'s|\s+is|\s+remains|\s+seems)\s+(?:still\s+|very\s+much\s+|also\s+|really\s+"
        r"|quite\s+|rather\s+)*(?:an?\s+(?:open|fair|good|real|valid)\s+(?:question|matter)"
        r"|up\s+for\s+debate|undecided|uncertain|unsettled|unresolved"
        rf"|a\s+toss-up|beyond\s+me|(?:hard|difficult|tough|tricky|impossible|too\s+(?:early"
        rf"|soon))\s+(?:for\s+\w+\s+)?{TO_SAY})(?:\s+(?:to|for)\s+(?:me|us))?{ON}"
        rf"(?:\s+(?:yet|just|exactly))?\s+{NOT_HOW_TO}{WH}"
        rf"|\b(?:there's|there\s+(?:is|remains)|(?:the\s+)?(?:chapter|reading|talk|lecture)"
        rf"\s+leaves)\s+(?:also\s+|still\s+|then\s+)?(?:no\s+(?:telling|knowing|saying)|the\s+"
        rf"(?:\w+\s+)?(?:question|matter|puzzle)\s+of|a\s+question(?:\s+mark)?\s+(?:of|over|about"
        rf"|as\s+to))\s+{NOT_HOW_TO}{WH}"
        rf"|\bI\s+(?:still\s+)?(?:do\s+not|don't)\s+think\s+(?:we|I|anyone|anybody)\s+knows?\s+"
        rf"(?:yet\s+)?{WH}",
        "calls it an open matter",
        (
            "It's an open question whether a hedge counts as a fence.",
            "It is tricky to judge how much of it was luck.",
            "There's the question of who keeps the keys.",
            "There is no telling what the tide left.",
        ),
        (
            "It is hard to play the flute.",
            "There is the question of money.",
            "It is easy to say why.",
        ),
    ),
    Cue(
        "sets one asking",
        "indirect",
        r"\b(?:got|gets|keeps?|kept|had|have|has|left|leaves?|set|sets)\s+(?:me|us)\s+"
        rf"(?:\w+\s+){{0,2}}?(?:asking|questioning|guessing|puzzling|debating){ON}\s+"
        rf"{NOT_HOW_TO}{WH}"
        r"|\b(?:got|gets|keeps?|kept|had|has|left|leaves?|set|sets)\s+(?:me|us)\s+"
        rf"(?:\w+\s+){{0,2}}?thinking{ON}\s+(?:whether|if|why|who|which|what\s+(?:\w+\s+)?"
        r"(?:would|will|could|might|can|should)|how\s+(?:many|much|far|long"
        r"|often|(?:they|it|we|I|you|one)\s+(?:would|will|could|might|can|should)))\b"
        r"|\b(?:puzzl(?:es|ed|ing)|intrigu(?:es|ed|ing)|bother(?:s|ed|ing)|bug(?:s|ged|ging)"
        r"|nag(?:s|ged|ging)|confus(?:es|ed|ing)|baffl(?:es|ed|ing)|escapes|eludes"
        rf"|stumps)(?:\s+at)?\s+me(?:\s+(?!because\b|when\b)[\w']+){{0,4}}?\s+(?:is\s+)?"
        rf"{NOT_HOW_TO}{ASKED_HOW}",
        "sets the author asking",
        (
            "It has been bugging me since May how the fox gets in.",
            "The film left me asking what a border is for.",
            "That got me thinking about whether a list can be a poem.",
        ),
        (
            "It bothers me how little they care.",
            "It got me thinking about my aunt.",
            "That left me asking for more.",
            "It puzzled her why he came.",
        ),
    ),
    Cue(
        "never told",
        "indirect",
        rf"^(?:and\s+|but\s+|so\s+|as\s+for\s+)*{NOT_HOW_TO}(?:who|what|where|which|why|how"
        r"|whether)\b[^?;]{4,90}?\s(?:has|have|was|were|is)(?:n't|\s+not|\s+never)\s+(?:yet\s+"
        r"|really\s+|been\s+)*(?:explained|told|made\s+clear|settled|answered|specified"
        r"|clarified)\b"
        r"|^(?:and\s+|but\s+)?(?:who|what|where|which|why|how|whether)\b[^?;]{4,90}?,?\s+"
        r"(?:nobody|no\s+one|none\s+of\s+(?:us|them))\s+(?:\w+\s+)?(?:could|can|would)\s+(?:tell"
        r"|say|explain)\b"
        r"|\b(?:leaves?|left|leaving)\s+(?:it\s+|this\s+)?(?:open|unanswered|unsaid|unclear"
        r"|unresolved|unexplained)(?:\s+(?:for|to)\s+(?:me|us))?(?:\s+(?:is|was))?[,:]?\s+"
        rf"{NOT_HOW_TO}{WH}"
        rf"|{AUTHOR}(?:'ve|\s+have)?\s+(?:\w+\s+)?(?:never|haven't|have\s+not)\s+(?:\w+\s+)?"
        r"(?:settled|agreed(?:\s+on)?|decided(?:\s+on)?|found\s+out|figured\s+out|worked\s+out"
        r"|heard|been\s+told|made\s+up\s+(?:my|our)\s+minds?"
        rf"|got(?:ten)?\s+to\s+the\s+bottom\s+of|established|understood)\s+{NOT_HOW_TO}{WH}",
        "was never told or settled",
        (
            "Who books the hall has not been explained to us.",
            "How the crate got there, none of us could tell.",
            "The tour left open why the mill closed.",
            "We never settled whether soup is a meal.",
            "I haven't heard if the ferry runs in March.",
            "I have not made up my mind whether it was a draw.",
        ),
        ("Who he is was explained.", "She left open the door.", "We never settled there."),
    ),
    Cue(
        "nowhere written",
        "indirect",
        r"\b(?:says?|said|gives?|tells?)\s+(?:(?:me|us)\s+)?(?:nothing|not\s+(?:a|one)\s+word"
        rf"|no\s+hint)\s+(?:on|about|of|as\s+to)\s+{NOT_HOW_TO}{WH}"
        r"|\b(?:written|stated|explained|recorded|listed|set\s+down)\s+nowhere\b[^.?!;]{0,40}?\s"
        rf"{NOT_HOW_TO}{WH}"
        r"|\b(?:no|neither|none\s+of\s+the)\s+(?:documents?|pages?|manuals?|rules?|forms?|posters?"
        r"|handouts?|signs?|policy|policies|chapters?|books?|slides?|notes?)\b[^.?!;]{0,80}?\b"
        rf"(?:says?|tells?|explains?)\s+(?:(?:me|us)\s+)?(?:(?:at|in|on|for|by)\s+)?{NOT_HOW_TO}{WH}",
        "is written nowhere",
        (
            "The posting says not one word on how many hens a helper feeds.",
            "It is written nowhere in the lease who mends the gate.",
            "No form in the office will say at what age a calf is a cow.",
        ),
        (
            "The label says nothing about salt.",
            "It is written nowhere.",
            "No form tells lies.",
            "The manual says how to start.",
        ),
    ),
    Cue(
        "much to learn about",
        "indirect",
        r"\b(?:a\s+lot|much|plenty|more|things?|something|nothing)\s+(?:that\s+)?(?:I|we)\s+"
        r"(?:still\s+)?(?:don't|do\s+not|have\s+yet\s+to|need\s+to|have\s+to|want\s+to|would\s+"
        r"like\s+to)\s+(?:\w+\s+)?(?:know|understand|learn|find\s+out|figure\s+out)\s+about\s+"
        rf"{NOT_HOW_TO}{WH}"
        rf"|{AUTHOR}\s+(?:\w+\s+)?(?:know|understand)\s+(?:very\s+|so\s+)?(?:little"
        rf"|next\s+to\s+nothing)\s+about\s+{NOT_HOW_TO}{WH}",
        "has much to learn about it",
        (
            "There is a lot I don't know about how bees find home.",
            "I know very little about why ships are painted red below.",
        ),
        ("I know little about bees.", "There is more I want to say."),
    ),
    Cue(
        "what I have to find out",
        "indirect",
        rf"\b{MATTER}\s+(?:that\s+)?(?:I|we)(?:'ve|'d|\s+have|\s+would)?(?:\s+\w+){{0,2}}?\s+"
        r"(?:need|want|have|hope|like|love|plan|yet|got)\s+to\s+(?:\w+\s+)?(?:think|figure|find"
        r"|learn|know|understand|work|look|explore|ask|decide|determine|clarify|see)\b"
        rf"(?:\s+(?:out|through|about|into|over|with|on|more)){{0,2}},?\s+(?:is|are|would\s+be)\s+"
        rf"(?:still\s+)?{OPEN}"
        rf"|\b{MATTER}\s+(?:that\s+)?(?:I|we)(?:'m|'re|\s+am|\s+are|\s+keep)\s+(?:\w+\s+){{0,2}}?"
        r"(?:wondering|curious|struggling|unsure|not\s+sure|confused|stuck|interested|asking"
        r"|puzzled|puzzling|thinking|unclear)\b"
        rf"(?:\s+(?:about|over|with|on|in)){{0,2}},?\s+(?:is|are)\s+(?:still\s+)?{OPEN}",
        "names what is still to be found out",
        (
            "Something I have to think through is how much I tell them.",
            "One thing I'm still unsure about is who signs.",
        ),
        ("Something I need to buy is a hat.", "What I like about it is how it ends."),
    ),
    Cue(
        "would ask or learn",
        "indirect",
        rf"(?<!next\stime\s)(?<!next\stime,\s){AUTHOR}"
        r"(?:'d|\s+would|\s+want|\s+wish|\s+hope|\s+plan|\s+need|\s+meant?)\b"
        r"(?:\s+[\w']+){0,4}?\s+ask\s+(?!for\b)(?:(?:the|my|our|a|some|any|other|more)\s+)?"
        r"(?:(?!for\b)[\w']+\s+){0,2}?(?:who|whose|what|which|why|how|whether|if)\b(?!\s+to\b)"
        rf"|{AUTHOR}\s+would\s+(?:\w+\s+)?(?:like|love)\s+(?:know|learn|see|hear|find\s+out"
        rf"|understand)\s+{NOT_HOW_TO}{WH}"
        rf"|{AUTHOR}(?:'d|\s+would)\s+be\s+(?:\w+\s+)?(?:happy|glad|grateful|interested|curious"
        rf"|keen)\s+to\s+(?:know|learn|see|hear|find\s+out|understand|read)(?:\s+more)?\s+{OPEN}"
        rf"|{AUTHOR}(?:'d|\s+would)\s+(?:\w+\s+)?(?:want|like|love|give\s+(?:a\s+lot|much"
        rf"|anything))\s+to\s+(?:know|find\s+out|learn|hear)\s+(?:\w+\s+){{0,3}}?{NOT_HOW_TO}"
        r"(?:who|what|why|how|whether|if)\b"
        rf"|{AUTHOR}(?:'d|\s+would|\s+should)\s+(?:\w+\s+)?(?:like|love|be\s+(?:glad|happy"
        r"|grateful))\s+to\s+be\s+(?:told|shown)\b"
        rf"|{AUTHOR}(?:'d|\s+would|\s+should)\s+(?:\w+\s+)?(?:like|love)\s+(?:some|any)(?:body|one)"
        r"\s+to\s+(?:tell|explain|show|draw)\b"
        r"|\bwhat\s+I(?:'d|\s+would)(?:n't)?\s+give\s+to\s+(?:know|see|hear|learn)\b",
        "would ask or learn it",
        (
            "I'd like to ask the baker what she does on Mondays.",
            "I would be glad to learn more about how it is dyed.",
            "I would like know what it weighs.",
            "There must be a reason for the fence, and I should love to be told it.",
            "I'd like someone to draw me the line between a loan and a gift.",
            "What I'd give to see is the list.",
        ),
        (
            "I would ask for help if I could.",
            "She would love to be told so.",
            "I'd like to ask her out.",
            "He would ask me why.",
            "Next time I would ask each guest how they like it.",
        ),
    ),
    Cue(
        "undecided",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|\s+feel|\s+remain)(?:\s+(?!because\b)\w+){{0,3}}?\s+"
        r"(?:torn|undecided|unsure|uncertain|unclear|clueless|at\s+a\s+loss|lost|on\s+the\s+fence"
        rf"|conflicted|confused|puzzled|in\s+two\s+minds|stumped|not\s+\w+\s+sure){ON}\s+"
        r"(?:where\s+or\s+|how\s+or\s+)?(?:who|whom|whose|what|where|which|why|how|whether|if)\b"
        rf"|{AUTHOR}(?:'m|\s+am|'re|\s+are)\s+still\s+not\b\W*$",
        "is undecided",
        (
            "I'm torn over whether to keep the dog.",
            "I am a bit uncertain as to how far it reaches.",
            "I didn't know then what to make of it, and I'm still not.",
        ),
        ("I'm lost.", "He is torn over whether to go.", "I am unsure of myself."),
    ),
)

# Words of doubt that ask nothing: the doubt is a reason, a condition, an aside, or over.
TOLD: tuple[Cue, ...] = (
    Cue(
        "a reason or a condition",
        "told",
        r"(?:\b(?:because|since|as|if|when|whenever|unless|in\s+case|so\s+that|once"
        r"|even\s+though)\s+|\b(?:due|owing)\s+to\s+)$",
        "a reason or a condition",
        ("They stayed in because ", "If ", "It scares me, as "),
        ("And ", "But now ", "It was as cold as it gets. "),
    ),
    Cue(
        "an aside",
        "told",
        r"\S\s*\((?:[^()]{0,40}\s)?$",
        "an aside",
        ("The guild (which ", "The old guild ("),
        ("(", "The guild (of bakers) said "),
    ),
)
# It denies rather than asks: that anybody would, could or should.
DENIES = (
    r"\b(?:can't|cannot|can\s+not|couldn't|don't|do\s+not|fail\s+to)\s+(?:\w+\s+)?(?:see|imagine)"
    rf"\s+{WH}\s+any\w*(?:\s+\w+)?\s+(?:would|could|can|should|might|needs?\s+to|ought)\b"
)
# Before the cue: when it was, which is over.
ONCE: tuple[Cue, ...] = (
    Cue(
        "once",
        "told",
        r"^(?:(?:and|but|so|yet|well),?\s+)?(?:at\s+first|initially|originally|in\s+the\s+beginning"
        r"|early\s+on|back\s+then|for\s+(?:a\s+while|weeks|days|years)|before|prior\s+to|until"
        r"|while|when|as\s+a\s+(?:child|kid|boy|girl)|last\s+(?:week|month|term|year|semester))\b",
        "was open once",
        ("At first I ", "Before the talk, I ", "While reading I "),
        ("I ", "After the talk I ", "Now I "),
    ),
)
