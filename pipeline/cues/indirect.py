"""Cues of indirect questions: declarative sentences that leave a question of the author's open.

Patterns are verbose regular expressions: a space is written `\\s` or `[ ]`.
"""

from __future__ import annotations

from pipeline.cues.cue import AUTHOR, Cue
from pipeline.cues.uncertain import NOT_HOW_TO, UNCERTAIN, WH
from pipeline.cues.unsettled import UNSETTLED

# What opens an embedded question, perhaps behind a preposition: "by what criteria", "of how many".
OPEN = rf"(?:(?:by|in|of|for|at|from|with|on|about|over|as\s+to)\s+)?{NOT_HOW_TO}{WH}"
# What one can't see how anybody should do, one refuses.
NOT_REFUSED = (
    r"(?!\s+(?:how|what)\b[^?]*?\b(?:supposed|(?:you|one|any(?:one|body)|people)\s+"
    r"(?:would|could|can|should))\b)"
)
TO_KNOW = (
    r"(?:know|knowing|hear|hearing|see|seeing|learn|learning|find\s+out|finding\s+out|understand|"
    r"understanding|discover|discovering|ask|asking|explore|exploring)(?:\s+more)?(?:\s+about)?"
    r"(?:\s+from(?:\s+\w+){1,3}?)?"
)
# What was asked and settled long ago is told, not asked.
NOT_SETTLED = (
    r"(?!.*\bwonder(?:ed|ing)\b.*(?:[,;]\s*(?:but|so|and\s+then|and\s+it|until)\b"
    r"|\bturned\s+out\b))"
)

INDIRECT: tuple[Cue, ...] = (
    Cue(
        "wonder",
        "indirect",
        rf"{AUTHOR}(?:'\w+)?(?!\s+used\s+to\b)(?:\s+[\w']+){{0,4}}?\s+"
        rf"wonder\b(?<![\"“]I\swonder)(?!\s+at\s+(?!what\b|which\b))"
        rf"|^{NOT_SETTLED}(?:(?:and|but|so|still|often|sometimes|also"
        rf"|then),?\s+)?{AUTHOR}(?:\s+[\w']+){{0,2}}?\s+wondered\b(?!\s+at\b)"
        rf"|{AUTHOR}(?:'ve|'m|\s+have|\s+am|\s+keep"
        rf"|\s+can't\s+(?:help|stop))(?:\s+\w+){{0,3}}?\s+wonder(?:ed|ing)\b(?!\s+at\b)"
        r"(?!\s+about\s+(?:this|that|it)\b)"
        rf"|^{NOT_SETTLED}.*\bI\s+was\s+(?:\w+\s+)?wondering\s+{WH}"
        r"|\bpart\s+of\s+me\s+(?:\w+\s+)?wonders\b"
        r"|\b(?:ma(?:de|kes?|king)|le(?:ft|aves?|aving)|ha(?:d|s|ve)|got|gets?)\s+(?:me|us)"
        r"(?:\s+\w+){0,2}?\s+wonder(?:ing)?\b"
        r"|^(?:still|also|just|now|always)?\s*wondering\b(?!\s+(?:(?:aloud|out\s+loud|\w+)\s+)?(?:is|was)\b)"
        r"|\bone\s+(?:\w+\s+)?wonders\b",
        "“wonder” leaves a question open",
        (
            "I wonder whether it holds.",
            "I've always wondered how it is done.",
            "I keep wondering whether it pays.",
            "By the way, I was wondering what the bell is for.",
            "It makes me wonder",
            "I can't stop wondering what it costs.",
        ),
        (
            "No wonder they left.",
            "Wondering aloud is a skill.",
            "She wondered whether he knew.",
            "It is a wonder that it works.",
            "I used to wonder about it.",
            "At first I wondered whether she disliked me, but she is like that.",
            "I was wondering about the plate, so I looked it up.",
            "I remember wondering how they do it.",
            "I have been wondering about it since May.",
            "I was hesitant because I wondered if it was covered.",
        ),
    ),
    Cue(
        "curious",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|\s+was|\s+were|\s+remain|'ve\s+been|\s+have\s+been|"
        r"'d\s+be|\s+would\s+be|(?:'ve|\s+have)?\s+(?:become|became|grown"
        r"|grew))(?:\s+\w+){0,3}?\s+(?:curious|intrigued|fascinated)\s+"
        r"(?:about|as\s+to|by\s+(?=wh|how)|how|why|what|whether|if|who|where|which|when|"
        rf"to\s+{TO_KNOW}\s+{OPEN})"
        rf"|^(?:still\s|also\s|very\s|really\s)?curious\s+(?:about|as\s+to|to\s+{TO_KNOW}\s|{WH})"
        r"|\bmakes?\s+me\s+curious\b",
        "“curious” leaves a question open",
        (
            "I'm curious to learn more about how it works.",
            "I am still curious why they stay.",
            "I'd be curious to see if it holds.",
        ),
        (
            "She is a curious person.",
            "I was curious and impatient as a child.",
            "I am curious to see the garden.",
        ),
    ),
    Cue(
        "not sure",
        "indirect",
        rf"{AUTHOR}(?:'m|\s+am|'re|\s+are|\s+remain)(?:\s+\w+){{0,3}}?\s+"
        r"(?:not\s+(?:[\w%]+\s+){0,3}?(?:sure|certain|clear|confident|positive)|unsure|uncertain"
        r"|unclear)"
        rf"\s+(?:about\s+|as\s+to\s+|of\s+|on\s+)?{WH}"
        rf"|^(?:still\s+|also\s+)?(?:not\s+(?:\w+\s+)?(?:sure|certain|clear)|unsure|unclear)\s+"
        rf"(?:about\s+|to\s+me\s+)?{NOT_HOW_TO}{WH}|\bnone\s+the\s+wiser\s+(?:as\s+to"
        rf"|about)\s+{WH}",
        "“not sure” leaves a question open",
        (
            "I'm not sure how to feed it.",
            "I am not sure how much it matters.",
            "I'm still unsure about what they want.",
        ),
        (
            "I'm not sure I agree.",
            "He is not sure why.",
            "We are not there when it counts.",
        ),
    ),
    Cue(
        "don't know",
        "indirect",
        rf"{AUTHOR}\s+(?:\w+\s+)?(?:(?:do\s+not|don't)\b(?:\s+\w+){{0,3}}?\s+"
        rf"(?:know|see(?!\s+why\b){NOT_REFUSED}|understand|get|grasp)|(?:can't|cannot"
        r"|can\s+not)\b(?:\s+\w+){0,3}?\s+"
        rf"(?:know|see{NOT_REFUSED}|understand|tell|say|grasp|work\s+out|figure\s+out|explain|find\s+out|"
        r"decide|make\s+out))(?:\s+(?:exactly|yet|quite|fully|really|for\s+sure))?\s+"
        r"(?:who|whose|what|when|where|which|why|how|whether|if)\b"
        r"(?!\s+(?:\w+\s+)?(?:I|we)\s+would\b)(?!,?\s+but\b)"
        r"(?!\s+to\s+(?:put|describe|express|say|thank|explain)\b)(?<!\w\s[Ii]\sdon't\sknow\swhen)"
        rf"|^(?:and\s+|but\s+|still\s+|really\s+|honestly,?\s+)*(?:do\s+not|don't|can't"
        rf"|cannot)\s+(?:\w+\s+)?"
        rf"(?:know|understand|get|tell|see)\s+{WH}"
        rf"|{AUTHOR}(?:'m|\s+am|\s+still|\s+\w+ly)*\s+(?:fail(?:ed)?|struggle|struggling"
        rf"|find\s+it\s+(?:hard|difficult))\s+to\s+"
        rf"(?:see|understand|grasp|say|tell|imagine)\s+(?:by\s+|in\s+|of\s+)?{WH}"
        rf"|{AUTHOR}(?:'ve|\s+have)\s+(?:\w+\s+)?yet\s+to\s+(?:figure|work|find)\s+out\s+(?:by\s+"
        rf"|in\s+|of\s+)?{WH}"
        rf"|{AUTHOR}\s+(?:haven't|have\s+not|have\s+never)\s+(?:\w+\s+)?(?:decided|understood"
        rf"|figured\s+out|worked\s+out|"
        rf"found\s+out|settled|learned)(?:\s+yet)?\s+(?:by\s+|in\s+|of\s+)?{WH}",
        "“don't know” leaves a question open",
        (
            "I do not know how to start.",
            "I don't know why they do it.",
            "I cannot yet say how she would measure it.",
            "Don't know what she saw in that draft.",
            "I fail to understand why the reviews are polite.",
            "I have yet to figure out why the glaze crawls.",
            "I haven't decided yet whether grief is the subject.",
            "I still dont know how to tell her.",
            "I can't see how the two parts fit.",
        ),
        (
            "They don't know why.",
            "I know why it failed.",
            "We do not decide who is ill.",
            "I don't see why we should pay.",
            "I don't see how anyone's supposed to grow in that.",
            "I can't see how you would serve a man from behind a line.",
            "I don't know why, but I laughed.",
            "I get shy around people I don't know when there is a camera.",
        ),
    ),
    Cue(
        "could not find out",
        "indirect",
        rf"{WH}[^?]*?,?\s+(?:I|nobody|no\s+one|she|he|they)\s+(?:could|can)(?:\s+not|n't|not)?\s+"
        r"(?:establish|find\s+out|tell\s+me|tell|say|work\s+out|learn|discover)\b\s*[.!]?$"
        rf"|{AUTHOR}\s+(?:could\s+not|couldn't|never\s+did|have\s+yet\s+to)\s+"
        rf"(?:find\s+out|establish|work\s+out|learn)\s+{NOT_HOW_TO}{WH}",
        "says that the answer could not be found",
        ("Who gave her that power, I could not establish.", "I couldn't find out why."),
        ("I could not find the file.", "He couldn't find out why."),
    ),
    Cue(
        "no idea",
        "indirect",
        rf"^(?!(?:al)?though\b).*?(?<!had\s)(?<!have\shad\s)\bno\s+(?:idea"
        rf"|clue)\s+(?:about\s+)?{WH}"
        rf"|{AUTHOR}\s+(?:still\s+)?(?:don't|do\s+not)\s+(?:\w+\s+)?have\s+a\s+(?:\w+\s+"
        rf")?(?:understanding|idea|sense|picture|grasp)\s+"
        rf"(?:of\s+)?{WH}",
        "“no idea” leaves a question open",
        ("No idea whether they would let me.", "I have no idea why it broke."),
        (
            "Although I have no idea what it was, I followed.",
            "I had no idea how kilns cool.",
            "It was no idea of mine.",
        ),
    ),
    Cue(
        "would like to know",
        "indirect",
        rf"{AUTHOR}(?:'d|\s+would|\s+should|\s+do|\s+still|\s+also|\s+really|\s+dearly|'m"
        rf"|\s+am)*\s+"
        r"(?:(?<='d\s)(?:like|love)|(?<=would\s)(?:\w+\s+)?(?:like|love)|(?<=should\s)(?:like"
        r"|love)|(?<=also\s)(?:like|love)|(?<=really\s)(?:like|love)|(?<=dearly\s)(?:like|love)"
        r"|want|hope|wish|need|eager|keen|dying|itching|look(?:ing)?\s+forward"
        r"|give\s+(?:a\s+lot|"
        rf"anything))(?:\s+\w+){{0,2}}?\s+to\s+(?:also\s+|better\s+"
        rf"|really\s+)?(?:{TO_KNOW}(?:,\s+\w+,)?\s+{OPEN}|"
        r"ask\s+(?:them|her|him|someone|people)\s+(?:who|whose|what|which|why|how|whether"
        r"|if)\b(?!\s+to\b)|"
        r"know\s+which\b)"
        rf"|\b(?:interested|eager|keen)\s+(?:in|to)\s+(?:{TO_KNOW}\s+)?{OPEN}"
        rf"|^(?:and\s+|also\s+|really\s+|still\s+)*(?:looking\s+forward\s+to|excited\s+to"
        rf"|eager\s+to|keen\s+to|want\s+to|"
        rf"hoping\s+to)\s+{TO_KNOW}\s+{OPEN}"
        r"|\b(?:it|that)(?:'ll|'d|\s+will|\s+would|\s+might)\s+(?:\w+\s+)?be\s+(?:\w+\s+"
        r")?(?:interesting|good|nice|great|"
        rf"fascinating|exciting|useful|fun|curious|worthwhile"
        rf"|intriguing)\s+to\s+{TO_KNOW}\s+{OPEN}",
        "wants to know something still open",
        (
            "I would also like to know how she decides.",
            "I want to understand why it is so.",
            "I would like to understand, too, why she left.",
            "I should like to know by what criteria they chose.",
            "I would be very interested to hear from others how they mark.",
            "It will be interesting to see whether the bus returns.",
            "Looking forward to finding out whether my starter survives.",
        ),
        (
            "I want to learn how to code.",
            "They want to know why.",
            "I would like to know her.",
            "I want to see her when I return.",
            "It was interesting to see how it works.",
        ),
    ),
    Cue(
        "what I don't understand",
        "indirect",
        r"^(?:and\s+|but\s+|so\s+|also,?\s+)?(?:what|something|(?:one|another|some"
        r"|the(?:\s+\w+)?)\s*thing"
        r"(?:\s+that)?)\s+(?:I|we)(?='|\s)(?:(?:'m|\s+am)\s+(?:\w+\s+)?(?:missing|unsure\s+about)|"
        r"(?:\s+[\w']+){0,2}?\s+(?:miss|wonder|ask)|(?:'d|\s+would|'m|\s+am)\s+(?:\w+\s+)?(?:like"
        r"|love|dying|"
        r"eager|curious|keen)\s+to\s+(?:know|ask|learn|see|understand)|(?:'d"
        r"|\s+would)\s+ask\b.{0,40}?|"
        r"(?:'ve|\s+have)\s+been\s+(?:mulling\s+over|turning\s+over|thinking\s+about|chewing\s+on)"
        r"|(?:\s+\w+)?(?:n't|\s+(?:\w+n't|\w*not|never|(?:do|did|ca|could|have)nt))"
        r"(?:\s+\w+){0,5}?"
        r"\s+(?:know|understood|understand|get|got|see|grasp|work(?:ed)?\s+out|figured?\s+out|"
        r"establish(?:ed)?|find\s+out|found\s+out|learn(?:ed)?|sure\s+about))\b"
        rf".{{0,30}}?\s(?:is|was|are|remains)\s+(?:still\s+)?{NOT_HOW_TO}{WH}"
        r"(?!.*\bnow\s+(?:I|we)\s+(?:do|know|see|understand)\b)"
        r"|^what\s+(?:the|this|she|he|it|they)\b.{0,40}?\s(?:leaves?\s+out|doesn't\s+say"
        r"|does\s+not\s+"
        rf"say|never\s+says|leaves?\s+open|omits?)\s+is\s+{WH}",
        "names what is still not understood",
        (
            "What I cannot work out is why no firm does.",
            "What the chapter leaves out is whether",
            "What I still don't understand is why they stay.",
            "One thing I haven't figured out yet is who pays.",
            "What I dont get is why nobody teaches it.",
        ),
        (
            "What I learned is that users matter.",
            "What I did is simple.",
            "What I know is how it ends.",
            "What I had not understood before is what a fuse is for, and now I do.",
        ),
    ),
    Cue(
        "the question is",
        "indirect",
        r"(?<![IiOo]n\s)(?<!answer\s)(?<!answers\s)(?<!answered\s)(?<!up\s)\b(?:the|my|one|another|a|big|bigger|real|open|remaining|next|last|only)\s+"
        r"(?:\w+\s+)?question\s+(?:for\s+me\s+|(?:that\s+)?I\s+(?:\w+\s+){1,4}?|"
        r"that\s+(?:\w+\s+){1,4}?)?"
        rf"(?:is|remains|becomes|would\s+be|will\s+be|then\s+is|now\s+is|of)\b[\s:,]+"
        rf"(?:therefore\s+|then\s+|still\s+|really\s+|not\s+)*{WH}"
        rf"|\b(?:one|another|my|our|the)\s+(?:\w+\s+){{0,3}}?question\b(?!\s+(?:about"
        rf"|was)\b)[^.?!;:]{{1,60}}?"
        rf"(?:,\s+|\s+)(?:is|remains|would\s+be)\s+(?:still\s+)?{NOT_HOW_TO}{WH}"
        rf"|\b(?:question|puzzle|riddle|mystery|doubt|uncertainty)\b[^.?!;]{{0,60}}?(?::"
        rf"|,?\s+namely|(?:\s+\w+){{0,5}}?"
        rf"\s+is)\s+(?:still\s+)?{NOT_HOW_TO}{WH}"
        rf"|\bif\s+I\s+could\s+ask\b.{{0,40}}?\s(?:would\s+be|is)\s+{WH}"
        r"|\braises?\s+(?:the|a|another|an\s+\w+)\s+(?:\w+\s+)?question\s+(?:of|as\s+to|about"
        r"|whether|"
        r"how|why|what|who)\b"
        rf"|\b(?:begs?|begging|poses?)\s+the\s+question\b|\bleaves?\s+(?:open"
        rf"|me\s+with)\b.{{0,25}}?{WH}"
        r"|\b(?:it\s+)?remains\s+(?:open|to\s+be\s+seen|a\s+question)\b",
        "names a question that is open",
        (
            "The question is whether it pays.",
            "This raises the question of who decides.",
            "A question that I brought home is whether they rest.",
            "My question is to what extent it holds.",
        ),
        (
            "It is out of the question.",
            "The question was easy.",
            "She answered my question.",
            "These raise a few questions:",
            "In the question of whether it pays I am of two minds.",
            "She cleared up my question of who pays.",
        ),
    ),
    Cue(
        "unclear",
        "indirect",
        r"\b(?:it|this|that|things?)?\s*(?:is|'s|isn't|remains|seems)\s+(?:\w+\s+){0,2}?"
        r"(?:unclear|(?<=isn't\s)(?:\w+\s+)?(?:clear|obvious)|(?:anybody|anyone)'s\s+guess"
        r"|not\s+(?:\w+\s+)?(?:clear|obvious)|a\s+(?:mystery|riddle|puzzle)|unknown|hard\s+"
        r"to\s+(?:say|tell))(?:\s+yet)?(?:\s+to\s+me)?(?:\s+yet|\s+still)?,?\s+"
        rf"(?:in\s+)?{NOT_HOW_TO}{WH}"
        rf"|^(?:and\s+|but\s+)?(?:it's\s+|it\s+is\s+)?(?:hard|difficult|impossible"
        rf"|too\s+early)\s+to\s+(?:say|tell|know)\s+{OPEN}"
        rf"|\btime\s+will\s+tell\s+{WH}|\bthere(?:'s"
        rf"|\s+is)\s+no\s+way\s+(?:for\s+me\s+)?(?:to\s+(?:tell|know)|of\s+knowing)\s+{WH}"
        rf"|\b(?:unclear|unresolved|unanswered|unsettled|unknown|open)\s*:\s*{WH}",
        "“unclear” leaves a question open",
        (
            "It remains unclear to me who decides.",
            "It is not clear to me yet where they learn it.",
            "Still unanswered: why they stay.",
            "Hard to say whether it's the grass.",
            "Time will tell whether the hedge recovers.",
            "It isn't clear what made it cloudier.",
        ),
        ("It is clear why.", "The text is unclear.", "It is unclear what to do."),
    ),
    Cue(
        "ask myself",
        "indirect",
        r"\bI\s+(?:often\s+|still\s+)?find\s+myself\s+asking\b|\bquestions?\s+remains?\s+(?:about|as\s+to)\s+"
        rf"{WH}|^(?:maybe\s+|perhaps\s+)?(?:some(?:one|body))\s+(?:can|could|should)\s+(?:please\s+)?"
        rf"(?:explain(?:\s+to\s+(?:me|us))?|tell\s+(?:me|us))\s+{WH}|"
        rf"^(?!before\b|at\s+first\b|initially\b|.*\b(?:had|got|found)\s+(?:my|our)\s+answer\b).*"
        rf"{AUTHOR}(?:'\w+)?(?:\s+\w+){{0,3}}?\s+ask(?:ing"
        rf"|ed)?\s+(?:myself|ourselves)\b"
        rf"|{AUTHOR}(?:'m|\s+am)(?:\s+\w+){{0,2}}?\s+asking\s+{WH}"
        rf"|{AUTHOR}(?:\s+\w+)?\s+question\s+(?:whether|why|how|if)\b"
        r"|\bmakes?\s+(?:me|us)\s+(?:question|think\s+about)\s+(?:whether|why|if)\b"
        r"|\b(?:would|might|may)\s+(?:\w+\s+){0,2}be\s+(?:\w+\s+){0,2}to\s+(?:ask|know|learn)\s+"
        rf"(?:more\s+about\s+)?{WH}"
        rf"|(?<!next\stime\s){AUTHOR}(?:'d|\s+would|\s+will|'ll)\s+(?:\w+\s+)?ask\s+(?:them|her|him"
        rf"|the\s+\w+)?\s*{WH}",
        "the author asks",
        (
            "I keep asking myself who it serves.",
            "It would be prudent to ask how far it goes.",
            "Questions remain about who owns it.",
            "Maybe somebody can explain to me why it is so.",
        ),
        (
            "She asked herself why.",
            "I asked her why.",
            "Before it I was asking myself if I could; I can.",
            "I'd asked myself whether I could, and then I had my answer: I can.",
        ),
    ),
    Cue(
        "puzzle over",
        "indirect",
        rf"\b(?:{AUTHOR}(?:'m|\s+am|'ve\s+been|\s+have\s+been|\s+keep|\s+remain|\s+find\s+myself)"
        r"(?:\s+\w+){0,2}?\s+|^(?:still\s+)?)"
        r"(?:puzzl(?:ed|ing)(?:\s+over\s+what)?|ponder(?:ed|ing)|question(?:ing)|debating"
        r"|thinking(?:\s+a\s+lot|\s+hard)?\s+about|baffled|"
        rf"confused|stuck\s+on|unconvinced)(?:\s+(?:by|about|over|as\s+to))?\s+{NOT_HOW_TO}"
        rf"(?:who|whose|why|how|whether|if)\b|(?:{AUTHOR}(?:'m|\s+am)?(?:\s+still)?"
        rf"|^still)\s+(?:puzzling\s+over|trying\s+to\s+"
        rf"(?:understand|work\s+out|figure\s+out|see|make\s+sense\s+of))\s+{OPEN}",
        "still turns a question over",
        ("Still puzzling over how it will change.", "I am puzzled why nobody says so."),
        ("He puzzled over it.", "I was thinking about how to fix it."),
    ),
    Cue(
        "still open to me",
        "indirect",
        rf"\bwhat\s+(?:I|we)(?:'d|\s+would)\s+(?:\w+\s+)?(?:love|like|want)\s+(?:\w+\s+)?to\s+"
        rf"(?:explain|tell\s+(?:me|us)|know|ask|understand|hear|learn|find\s+out)\s+is\s+{WH}"
        rf"|\b(?:puzzles|intrigues|bothers|bugs|nags(?:\s+at)?|interests|baffles|confuses|escapes"
        rf"|eludes)"
        rf"\s+me\s+(?:\w+\s+)?(?:is\s+)?{NOT_HOW_TO}(?:who|whose|why|how|whether|where|what)\b"
        rf"|{AUTHOR}(?:'m|\s+am|\s+keep|\s+find\s+myself|'ve|\s+have)(?:\s+\w+){{0,2}}?\s+"
        r"(?:torn|undecided|in\s+two\s+minds|divided|unsettled|coming\s+back\s+to|returning\s+to|"
        r"no\s+answer|yet\s+to\s+(?:see|learn|understand|hear|find\s+out)"
        r"|trying\s+to\s+(?:understand|"
        r"work\s+out|figure\s+out|see|make\s+sense\s+of)|looking\s+for\s+(?:an\s+)?answers?)"
        rf"(?:\s+(?:on|about|over|as\s+to|to|between|for))?\s+(?:the\s+question\s+(?:of\s+)?)?"
        rf"{NOT_HOW_TO}(?:who|whose|why|how|whether|where|what)\b"
        rf"|^(?:nobody|no\s+one)\b.{{0,40}}?\bcan\s+(?:say|tell|explain)\s+{WH}"
        rf"|\b(?:nobody|no\s+one|neither)\s+(?:\w+\s+){{0,3}}?(?:explain(?:s|ed)?|t(?:ells?|old)"
        rf"|says?|"
        rf"said|answers?|answered|could\s+(?:say|tell|explain))\s+(?:(?:to\s+)?me\s+)?(?:why|how"
        rf"|whether)\b"
        rf"|\b(?:nobody|no\s+one)\s+has\s+(?:\w+\s+){{0,2}}?(?:said|told|explained|shown)\s+"
        rf"(?:(?:to\s+)?(?:me|us)\s+)?{WH}"
        rf"|\b(?:somebody|someone)\s+(?:\w+\s+)?(?:(?:needs|has|ought)\s+to|should|must|please)\s+"
        rf"(?:explain|tell|show)\s+(?:to\s+)?(?:me|us)\s+{WH}"
        rf"|\bworth\s+(?:asking|knowing|finding\s+out|exploring)\b.{{0,20}}?\s*{WH}",
        "leaves a question open",
        (
            "It puzzles me why they stay.",
            "I am torn on whether it pays.",
            "Nobody told me why.",
            "Nobody has said who reads these pages.",
            "So somebody needs to explain to me what we do then.",
            "I have yet to understand how they decide.",
            "It is worth asking who gains.",
        ),
        (
            "It bothers me.",
            "I am torn.",
            "I am trying to understand git.",
            "She told me why.",
            "Nobody told us where it is.",
            "Somebody told me what to do.",
        ),
    ),
    Cue(
        "fronted and left open",
        "indirect",
        r"^(?:and\s+|but\s+|so\s+|still,?\s+|yet\s+)?(?:who|whose|what|where|which|why|how"
        r"|whether)\b"
        r"(?!\s+to\b)[^?]{8,}?\s(?:is|remains|are)\s+(?:still\s+|quite\s+|simply\s+|to\s+me\s+"
        r"|for\s+me\s+)*"
        r"(?:unclear|beyond\s+me|a\s+(?:mystery|riddle|puzzle)|anyone's\s+guess"
        r"|(?:an\s+)?open(?:\s+"
        r"question|(?=\W*$))|another\s+(?:matter|question)|not\s+(?:\w+\s+)?clear|unknown"
        r"|to\s+be\s+seen|"
        r"(?:what|(?:some|one|a)\s*thing(?:\s+that)?)\s+I\s+(?:[\w']+\s+){0,4}?(?:know|wonder"
        r"|find\s+out|"
        r"ask|understand|figure\s+out|work\s+out))\b"
        r"|^(?:and\s+|but\s+|so\s+|still,?\s+)?(?:who|whose|where|why|how"
        r"|whether)\b(?!\s+to\b)[^?]{8,}?,"
        r"?\s+I\s+(?:\w+\s+){0,2}?(?:do\s+not|don't|cannot|can't|couldn't|could\s+not|did\s+not"
        r"|didn't)\s+"
        r"(?:\w+\s+)?(?:know|say|tell|learn|see|find\s+out|hear|ask)\b"
        r"|^(?:and\s+|but\s+|so\s+|as\s+for\s+)?(?:who|whose|where|why|how|whether"
        r"|what)\b(?!\s+to\b)[^?]{8,}?,?\s+(?:I\s+know\s+not|"
        r"(?:I|we)\s+(?:\w+\s+)?(?:do\s+not|don't)\s+know|I(?:'ve"
        r"|(?:\s+\w+)?\s+have)\s+no\s+(?:idea|clue)|I(?:'m|\s+am)\s+(?:\w+\s+)?(?:not\s+sure"
        r"|unsure)|"
        r"(?:is|remains)\s+(?:\w+\s+)?(?:hard|difficult|impossible)\s+to\s+(?:say|tell))\b",
        "names a matter and leaves it open",
        (
            "How they decide is still unclear.",
            "Whether it pays is another matter.",
            "Who signs it I do not know.",
            "How the sparrows get in, I've no idea.",
            "Why this habit lingers, I know not,",
            "How it is paid for is something I have yet to find out.",
        ),
        (
            "What I like is clear.",
            "How it works is simple.",
            "What they do all day is open doors.",
        ),
    ),
    *UNCERTAIN,
    *UNSETTLED,
)
