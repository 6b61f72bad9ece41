"""Cues of shifts: what the author believed before, and what replaced it."""

from __future__ import annotations

from pipeline.cues.cue import AUTHOR, Cue
from pipeline.cues.turns import THAN

# Held then, in the past: what stands between the author and the verb.
ADVERBS = (
    r"(?:\s+(?:all|both|also|just|only|really|simply|honestly|rather|\w+ly|always|long|first"
    r"|once|even))*"
)
HELD = rf"{ADVERBS}(?:'d|'ve|\s+had|\s+have|\s+did)?{ADVERBS}"
THAT_IS_GOOD = (
    r"(?!.{0,60}?\b(?:was|were)\s+(?:so\s+|very\s+|really\s+|quite\s+|pretty\s+|a\s+"
    r"|an\s+)?(?:great|good|nice|"
    r"awesome|interesting|fascinating|wonderful|brilliant|incredible|helpful|useful|fun|funny|cool|bad|boring|odd|strange|amazing|excellent|fair"
    r"|clever|lovely|"
    r"beautiful|important|insightful|inspiring|clear|captivating)|attention|captivating\b)"
)
NOT_AFTER_THAN = r"(?<!than\s)(?<!what\s)(?<!as\s)"
STANCE = (
    r"(?:skeptical|sceptical|hesitant|loathe?|doubtful|afraid|scared|intimidated|worried|wary"
    r"|reluctant|unsure|"
    r"confused|sure|certain|positive|convinced|suspicious|against|unaware|under\s+the\s+impression"
    r"|of\s+the\s+opinion|"
    r"dreading|dismissive|cynical|ready\s+to\s+be)"
)
BEFORE = (
    r"(?:before|previously|initially|originally|earlier|formerly|beforehand"
    r"|at\s+first(?:\s+(?:glance|sight|look))?|"
    r"(?:at|from)\s+(?:my|the)\s+first\s+(?:glance|sight|look)|(?:in|at)\s+the\s+(?:past|beginning"
    r"|start|moment|time)|"
    r"until\s+(?:now|recently|then|(?:last|this|that)\s+\w+|yesterday|today|I\s+\w+)|up\s+(?:to"
    r"|until)\s+now|"
    r"going\s+in|coming\s+in|when\s+I\s+(?:signed|started|first|began|came|moved|arrived)"
    r"|growing\s+up|"
    r"(?:a|one|two)\s+(?:years?|months?|weeks?)\s+ago|last\s+(?:year|season|term|semester|week)"
    r"|in\s+\w+ember)"
)

PRIOR: tuple[Cue, ...] = (
    Cue(
        "before, I thought",
        "prior belief",
        rf"\b(?:{BEFORE}|in\s+my\s+head|once,)(?<=[\w,])"
        r".{0,60}?\b(?:I|we|my)\b(?:'d)?(?:\s+\w+){0,4}?\s+(?:thought|assumed|believed|believing"
        r"|expected|imagined|"
        r"pictured|figured|supposed|saw(?=.*\bas\b)|considered|regarded|treated|counted|trusted"
        r"|sure|convinced|"
        r"certain|guessed|viewed|understood|felt|have\s+told|have\s+(?:said|called|thought)"
        r"|drawing|in\s+mind)\b",
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
        r"\bI\s+(?:\w+\s+)?used\s+to\s+(?:\w+\s+)?(?:think|believe|assume|imagine|picture|see|say"
        r"|be\s+"
        r"(?:\w+\s+)?(?:sure|certain|convinced)|consider|expect|feel|file|associate|regard|view|hear"
        r"|find|judge|treat|dread|hate|look\s+(?:at|down))\b",
        "says what the author believed before",
        (
            "I used to think that code is all.",
            "I used to be certain of it.",
            "I used to hear a mess in it,",
        ),
        ("I used to live there.", "We used the tool."),
    ),
    Cue(
        "I assumed",
        "prior belief",
        rf"{NOT_AFTER_THAN}{AUTHOR}{HELD}\s+(?:assumed?|presumed|supposed|pictured|imagined"
        rf"|believed|maintained(?=,|\s+that)|sworn|"
        r"reckoned|pegged|(?<!have\s)(?<!'ve\s)regarded|dismissed|written\s+off|wrote\s+off|dreaded|been\s+dreading"
        r"|braced\s+myself|"
        r"took\s+it\s+for\s+granted|taken\s+it\s+for\s+granted|held(?=,|\s+that)"
        r"|expected(?=\s+(?:that|the|a|an|it|to|this|"
        r"my|most|some|people|everyone|everything|rational|nothing|only)\b)"
        r"|thought(?=\s+of\s+.{1,40}\bas\b)|"
        r"considered(?=.*\b(?:an?|as|something|just)\b)|counted\s+(?:it\s+)?(?:as|on)"
        r"|had\s+(?:\w+\s+){0,2}?(?:down\s+as))\b"
        r"(?<!\b[Ii]\sassume)(?<!\b[Ww]e\sassume)",
        "says what the author believed before",
        (
            "I always believed cooks decided the menu.",
            "I'd assumed the gentleman would want to climb.",
            "I took it for granted that children learn by themselves.",
            "I had always pictured archives as silent.",
        ),
        (
            "I assume so.",
            "It was harder than I expected it to be.",
            "We considered both.",
            "Since then I have regarded it as my own.",
            "I maintained turbines.",
        ),
    ),
    Cue(
        "I was sure",
        "prior belief",
        rf"{AUTHOR}(?:\s+was|\s+were|'d\s+been|\s+had\s+been)\s+(?:\w+\s+){{0,2}}?(?:sure|certain"
        rf"|positive|convinced|"
        r"under\s+the\s+impression|against|suspicious|expecting|dreading)\b(?!\s+to\b)"
        r"|\bI\s+had\s+(?:\w+\s+){0,2}?(?:picture|image|impression|idea(?!\s+of\s+what)|notion"
        r"|understanding|assumption|misconception|expectation|thought\s+that|it\s+in\s+my\s+head|"
        r"the\s+impression|in\s+mind)\b(?<!no\sidea)"
        r"|\bmy\s+(?:\w+\s+){0,2}?(?:model|picture|image|idea|impression|assumption|expectation"
        r"|view|attitude|"
        r"understanding|misconception|philosophy|default|theory)\s+(?:\w+\s+){0,4}?(?:was"
        r"|had\s+been)\b"
        r"|\b(?:was|been)\s+my\s+(?:\w+\s+)?(?:understanding|philosophy|default|impression"
        r"|assumption|belief|view)\b",
        "says what the author believed before",
        (
            "I was sure that it is so.",
            "My model of a good one was simple.",
            "I had a picture of someone who draws.",
            "I was against group work, on principle.",
        ),
        ("He was sure of it.", "I think so.", "My idea is simple.", "I was sure to ask."),
    ),
    Cue(
        "I thought that",
        "prior belief",
        rf"{NOT_AFTER_THAN}{AUTHOR}{HELD}\s+(?:thought|figured|think(?<=did\sthink))\s+(?!(?:about"
        rf"|of|out|through|over|back|"
        r"hard|long|more|less|better|clearly|to\s+(?:my|our)sel\w+|it\s+(?:was|would\s+be"
        r"|might\s+be)\s+(?:\w+\s+){0,2}?(?:to|if|that|a\s+\w+\s+idea)|"
        r"I(?:'d|\s+would|\s+should|\s+could|\s+can|\s+might)(?!\s+(?:\w+\s+)?(?:be|have|hate|love|like"
        r"|know|understand|need|never|enjoy|fail|struggle|do\s+(?:fine|well|badly))\b)|was|were|we(?:'d|\s+would|\s+should"
        r"|\s+could)|to|so|up)\b)"
        rf"{THAT_IS_GOOD}[\w%]+\s+\w+"
        r"|,\s*(?:or\s+so\s+)?I\s+(?:thought|figured|supposed|believed|assumed|imagined"
        r"|maintained)\b\s*(?:,|\bat\b|\buntil\b)",
        "says what the author thought",
        (
            "I thought a product manager was the person who decides.",
            "We all had thought that the key was lost.",
            "I figured the rest should be easy.",
            "Theology, I supposed, was for believers.",
        ),
        (
            "I thought about it.",
            "I thought hard.",
            "I thought more clearly on the days after.",
            "I thought the talk was great.",
            "We figured out how it works.",
            "It was colder than I thought it might be.",
        ),
    ),
    Cue(
        "I would have said",
        "prior belief",
        r"\bI(?:'d|\s+would|\s+could)(?:'ve|\s+have)\s+(?:\w+\s+)?(?:said"
        r"|called(?!\s+(?:her|him|them|us|me|ahead|first|back|earlier)\b)|thought|guessed"
        r"|bet|sworn|recited|believed|expected|assumed|imagined)\b"
        r"(?!.*\bif\s+I\b)|\bI'd\s+have\s+(?:said|called|thought|guessed|bet|sworn)\b",
        "says what the author would have said before",
        (
            "On day one, I would've said that it was hopeless.",
            "I'd have called maps objective.",
        ),
        ("I would say so.", "I would have gone.", "I would have called her first."),
    ),
    Cue(
        "came in expecting",
        "prior belief",
        r"\b(?:I|we)(?:'d|\s+had|'ve)?\s+(?!have\s+come\b)(?:\w+\s+)?(?:went|gone|came|come"
        r"|signed\s+up|arrived"
        r"|entered|started|walked|applied)\b"
        r".{0,50}?\b(?:expecting|thinking|assuming|believing|looking\s+for|counting\s+on|convinced"
        r"|under\s+the\s+impression|"
        r"ready\s+to\s+be|prepared\s+to|with\s+(?:the|a|an)\s+(?:\w+\s+)?(?:idea|notion"
        r"|expectation|belief|assumption|view))\b",
        "says what the author came with",
        (
            "I came into this expecting that control was about being loud.",
            "I'd gone into coaching with the idea that kids want to win.",
        ),
        ("We went home.", "I came with a bag.", "I have come round to thinking that it helps."),
    ),
    Cue(
        "never thought",
        "prior belief",
        r"\bI(?:'d|'ve|\s+had|\s+have)?\s+(?:\w+\s+){0,2}?never\s+(?:\w+\s+){0,2}?(?:(?:thought"
        r"|considered|"
        r"imagined|expected|believed|doubted|stopped\s+to\s+think)\b|(?:saw|seen)\s+(?:it|this"
        r"|that|them)\s+(?:that|this|as|like)\b)"
        r"|\bI\s+(?:(?:did\s+not|didn't)(?:\s+\w+){0,2}?\s+(?:think|expect|believe|imagine"
        r"|consider)|"
        r"had\s+no\s+idea)\s+(?:that|it|there|the|this|such|they)\b"
        r"|\bnever\s+crossed\s+my\s+mind\b",
        "says what the author had not thought of",
        (
            "I also never thought that a form could help.",
            "I didn't expect that the choir would care.",
            "It never crossed my mind that he might not want to.",
        ),
        ("I never eat there.", "She never thought so.", "I have never seen so many."),
    ),
    Cue(
        "have always seen",
        "prior belief",
        r"\bI(?:\s+\w+,)?(?:'ve|'d|\s+have|\s+had)\s+(?:always|long|mostly|usually|generally"
        r"|only\s+ever)\s+(?:\w+\s+)?"
        r"(?:seen|looked\s+at|viewed|considered|imagined|associated|hated|found|known|pictured|"
        r"perceived|felt|avoided|regarded|understood|assumed|thought|believed|been\s+(?:under"
        r"|afraid|"
        r"scared|wary|sceptical|skeptical|intimidated|told)|had\s+the\s+(?:idea|impression))\b"
        r"|\bwhenever\s+I\s+(?:think|hear|thought|heard)\b.{3,60}?\bI\s+(?:always\s+)?(?:think"
        r"|thought|picture|imagine)\b"
        r"|\bnot\s+something\s+(?:that\s+)?I\s+(?:would\s+)?(?:\w+\s+)?(?:notice|think|thought"
        r"|consider|considered|expect|expected)\b"
        r"|\bI\s+always\s+(?:saw|looked\s+at|viewed|associated|felt|considered|found|knew|"
        r"understood|was\s+(?:afraid|scared|wary|skeptical|sceptical|intimidated))\b"
        r"|\balways\s+(?:seemed\s+to|struck)\s+me\b",
        "says how the author has always seen it",
        (
            "Whenever I think of nurses, I think of nights.",
            "I've always seen the council as remote.",
            "I have always hated open windows.",
        ),
        ("I have always lived here.", "They have always seen it."),
    ),
    Cue(
        "at first",
        "prior belief",
        rf"\b(?:{BEFORE}|before\s+(?:this|that|it|the|taking|reading|coming|starting|attending"
        rf"|watching|joining|I)\b[^,;]{{0,50}})"
        rf"\s*,?\s+(?:\w+,\s+)?(?:I\s+(?:(?:was|am|'m|had\s+been|felt)\s+(?:\w+\s+)?{STANCE}|"
        r"(?:did\s+not|didn't|never|only|barely|did)\s+(?:\w+\s+)?(?:think|thought|know|knew|see"
        r"|saw|like|liked|"
        r"understand|understood|care|cared|believe|believed|expect|realize|considered)|"
        r"(?:thought|knew|saw(?=\s+(?:it|this|that|them)\b)|believed|assumed|felt|doubted"
        r"|feared)\b)|it\s+(?:seemed|looked"
        r"|sounded|felt|appeared)\b)"
        r"|\b(?:seemed|sounded|looked|appeared|felt)\b[^.]{0,40}?\bat\s+first\b"
        r"|\b(?:had\s+)?seemed\s+(?:\w+\s+)?(?:\w+-\w+|obvious|clear|beyond\s+\w+|a\s+(?:bit"
        r"|plain)\b.{0,20}?)\s*(?:to\s+me)\b"
        r"|\bit\s+had\s+seemed\s+to\s+me\b",
        "says how it seemed at first",
        (
            "Before this, I was loath to ask for help.",
            "In the moment, it seemed unrelated.",
            "It seemed self-evident to me that objects belong in cases.",
        ),
        ("At first we met at noon.", "Before this, I ate.", "Before this course I saw her rarely."),
    ),
    Cue(
        "to me it was",
        "prior belief",
        r"^(?:and\s+|but\s+)?(?:to|for)\s+me,?\s+(?![^.]{0,20}\b\w{3,}est\b)(?!this\b|it\s+was\s+a\s+(?:great"
        r"|good))[^,;]{2,30}?\s(?:was|were)\s+(?!so\b|very\b|really\b|great|good"
        r"|the\s+(?:\w+\s+)?(?:most|\w+est))"
        r"|^[^,]{2,30},\s+to\s+me,\s+(?:was|were|meant)\b|\bin\s+my\s+(?:head|mind"
        r"|imagination),?\s+[^,;]{2,40}?\s(?:was|were|sat|meant)\b"
        r"|^to\s+my\s+mind,?\s+[^,;]{2,40}?\s(?:was|were)\b",
        "says what it was for the author",
        ("To me, history was dates.", "In my head a nurse was somebody who obeys."),
        ("To me, history is dates.", "For me, this was great."),
    ),
    Cue(
        "than I thought",
        "prior belief",
        rf"^{THAN}",
        "says what the author had expected",
        ("than I thought it might be.", "something I had never considered"),
        ("It was louder than I thought.", "something I like"),
    ),
    Cue(
        "with the understanding",
        "prior belief",
        r"\b(?:I|we)\b.{3,60}?\bwith\s+the\s+(?:understanding|expectation|assumption|impression"
        r"|belief)\s+that\b|\bI\s+(?:\w+\s+)?(?:only\s+)?had\s+(?:only\s+)?(?:some|a)\s+(?:vague"
        r"|random|rough|fuzzy|hazy)\s+(?:guess|idea|notion|sense)\b",
        "says what the author expected",
        (
            "Although I opened it with the expectation that it would sing",
            "I only had a vague idea of bees.",
        ),
        ("He did it with the understanding of a child.", "I had an idea."),
    ),
    Cue(
        "my first impression",
        "prior belief",
        r"\bmy\s+(?:first|initial|original|previous|earlier|prior|early"
        r"|old)\s+(?:\w+\s+)?(?:thought|"
        r"impressions?|reactions?|assumptions?|expectations?|ideas?|beliefs?|views?|understanding"
        r"|instinct|"
        r"opinions?|hunch|guess)\b"
        r"|\b(?:one\s+of\s+)?my\s+(?:\w+\s+)?(?:fears?|worry|worries|concerns?"
        r"|prejudices?)\s+(?:\w+\s+){0,12}?"
        r"(?:was|were|has\s+been|had\s+been)\b",
        "says what the author first thought",
        (
            "My first impression was that nobody leads.",
            "My biggest fear was that I would break it.",
        ),
        ("My first day was long.", "My idea is simple."),
    ),
)

# What replaced a prior belief begins so.
REVERSAL: tuple[Cue, ...] = (
    Cue(
        "now",
        "now",
        r"(?:^|[,;:–—-]\s*|\b(?:but|and|so|yet)\s+)(?P<cue>(?:but\s+|so\s+|and\s+|yet\s+)?"
        r"(?:now|today|these\s+days|nowadays|since\s+then|since\s+that\s+\w+|after\s+(?:reading"
        r"|the|this|these|talking|"
        r"working|seeing|hearing|thinking|watching|learning|checking|looking)|having\s+(?:read"
        r"|seen|heard)|"
        r"by\s+the\s+(?:end|third|second)\b|from\s+now\s+on)\b)"
        r"|\bI(?:'m|\s+am|'d|\s+would|'ve|\s+have)?\s+(?:now|no\s+longer|less\s+(?:sure|certain)"
        r"|not\s+(?:so\s+)?(?:sure|certain)\s+any\s*more|"
        r"(?:starting|beginning|coming)\s+to\s+(?:think|see|believe|understand|realise|realize)"
        r"|since\s+(?:learned|learnt|found|come|started|"
        r"realized|realised|concluded)|come\s+to|come\s+round|"
        r"had\s+to\s+(?:learn|accept|admit|conclude|revise|rethink)|been\s+forced\s+to"
        r"|stopped\s+(?:minding|believing|thinking)|started\s+to|"
        r"think\s+twice|made\s+my\s+peace|stand\s+corrected|take\s+(?:\w+\s+){0,3}?back"
        r"|correct\s+myself)\b"
        r"|\b(?:I|we)\s+(?:(?:do\s+not|don't|am\s+not|'m\s+not|can't"
        r"|cannot)\b.{1,40}?\b(?:any\s*more|anymore|any\s+longer)|"
        r"(?:see|know|think|understand|suspect|believe|realise|realize|say|call"
        r"|look\s+at)\s+(?:\w+\s+){0,2}?(?:now|today)|would\s+(?:now|say\s+(?:now|today)))\b"
        r"|\bno\s+longer\b|\bI(?:'d|\s+would)\s+(?:say|think|call\s+it)?\s*(?:now|today)\b"
        r"|\b(?:shed|sheds)\s+(?:\w+\s+)?light\s+on\b|\bopened\s+my\s+eyes\b|\b(?:made|makes"
        r"|helped|let)\s+me\s+(?:to\s+)?"
        r"(?:reali[sz]e|see|understand|think|reconsider|rethink|appreciate)\b|\b(?:was|am|is"
        r"|were)\s+(?:\w+\s+){0,2}?(?:wrong|far\s+from|"
        r"mistaken|off)\b|\bwrong\s+I\s+was\b|^(?:nope|wrong|not\s+so|nothing\s+of\s+the\s+kind"
        r"|on\s+the\s+contrary)\b"
        r"|\b(?:pleasantly|was\s+(?:\w+\s+){0,3}?)\s*surprised\b|\bfigured\s+wrong\b"
        r"|\bcouldn't\s+help\s+but\s+agree\b|\b(?:had|got)\s+(?:it|this|that)\s+(?:all\s+)?"
        r"(?:backwards?|upside\s+down|the\s+wrong\s+way)\b|\b(?:has|have|had)\s+fallen\s+apart\b"
        r"|\bfound\s+myself\b|\b(?:alarming|surprising|remarkable|shocking|refreshing"
        r"|eye-opening)\s+(?:to\s+(?:find|learn|see|"
        r"hear)|fact\s+is)\b|\bsurprisingly\b|\bshifted\s+my\s+(?:perspective|view|thinking)\b"
        r"|\blooking\s+back\b|\bshouldn't\s+have\s+"
        r"assumed\b|\b(?:wasn't|isn't|not)\s+(?:always\s+|necessarily\s+)?the\s+case\b"
        r"|\bmore\s+confident\b|\bbecame\s+(?:more\s+)?(?:easier|"
        r"easy|clear)\b|\buntil\s+(?:I|we)\s+(?:reali[sz]ed?|saw|read|found|learned|understood)\b"
        r"|\bI\s+was\s+(?:\w+\s+)?(?:unaware|not\s+aware)\b"
        r"|\bwith\s+that\s+(?:being\s+)?said\b|\ban?\s+(?:\W?a+ha+|eye[\s-]opener)"
        r"|\bdawned\s+on\s+me\b|\bswallowed\s+my\s+words\b"
        r"|\bthat\s+(?:illusion|theory|idea|belief|picture|plan|assumption|notion"
        r"|image)\s+(?:lasted|fell|collapsed|died|vanished|"
        r"did\s+not|didn't|was\s+(?:wrong|gone|shattered))\b|\bcomplicated\s+that\b"
        r"|\bleft\s+thinking\b"
        r"|\bwhat\s+(?:I|we)\s+(?:\w+\s+)?(?:got|found|saw|learned)\s+(?:was|is)\b|\b(?:am"
        r"|'m)\s+(?:for|all\s+for)\s+it\s+now\b"
        r"|\b(?:my\s+view\s+today|(?:have\s+)?changed\s+my\s+(?:mind|view|opinion)|wrong\s+file)\b",
        "says what the author believes now",
        (
            "Now I think otherwise.",
            "but now I see it",
            "I no longer believe it.",
            "Having read that story, I'd say so.",
            "That illusion lasted a day.",
            "I stand corrected; it is a scar.",
            "I'm less sure now.",
            "I had it backwards.",
            "Nope.",
        ),
        ("I know it.", "Nowhere to go.", "I am here."),
    ),
    Cue(
        "turned out",
        "now",
        r"\b(?:turn(?:s|ed)\s+out|in\s+(?:fact|reality|truth)|actually|apparently|evidently"
        r"|it\s+was\s+only\s+when|found\s+out|learning\s+for\s+me|I\s+(?:noticed|saw)\s+that|"
        r"I\s+(?:\w+\s+){0,2}?(?:realized|realised|learned|learnt|discovered|found\s+out"
        r"|found\s+that|came\s+to|"
        r"see\s+now|understood)|I(?:'ve|\s+have)\s+(?:\w+\s+)?(?:realized|realised|learned|learnt"
        r"|discovered|found)|"
        r"I\s+(?:now\s+)?(?:realise|realize|suspect),|I\s+have\s+to\s+admit|instead"
        r"|to\s+my\s+surprise)\b",
        "says that it turned out otherwise",
        (
            "It turned out that users matter.",
            "I realized that it is hard.",
            "Concrete, I've discovered, has moods.",
        ),
        ("I turned left.",),
    ),
    Cue(
        "contrast",
        "now",
        r"(?:^(?:but|yet|nevertheless|nonetheless|rather|whereas)\b|\bhowever\b)",
        "set against it",
        ("However, the team decides.", "This reading, however, highlights it."),
        ("And so it went.", "Then it rained.", "It was late, but warm."),
    ),
)
