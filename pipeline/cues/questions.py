"""Cues of questions: lists of open matters, word order, rhetoric, and what others ask.

What leaves a question open in a declarative sentence is in `indirect`.

Patterns are verbose regular expressions: a space is written `\\s` or `[ ]`.
"""

from __future__ import annotations

import re

from pipeline.cues.cue import EMOJI, Cue

# A question mark at the end, perhaps with closing marks, emoji and smileys (":joy:") behind it.
ENDS_ASKING = re.compile(rf"\?(?:[\"'”’»)\]*_~\s.!|]|{EMOJI}|:\w+:)*$")
# "When he came, I saw it", "when a kiln cools it is because ...": what follows states something.
NO_STATEMENT = (
    r"(?!.*,\s*(?:I|we|it|he|she|they|there|th(?:is|at|ese|ose)|my|our|the)\b)(?!(?:\W+\w+){13})"
)
# List items of open matters: "whether patience can be tested at all".
OPEN_ITEM: tuple[Cue, ...] = (
    Cue(
        "whether",
        "indirect",
        rf"^whether\b{NO_STATEMENT}",
        "a list item that begins with “whether”",
        ("whether patience can be tested at all",),
        ("I know whether it rains.", "Whether it rains or snows, I go out."),
    ),
    Cue(
        "open matter",
        "indirect",
        rf"^(?:who|whose|what|where|which|why|how|when{NO_STATEMENT})\b(?!\s+to\b)",
        "an item in a list of open matters",
        ("what Teo would say about this chapter",),
        (
            "Teo says what he likes",
            "When he drew the valve, I saw why.",
            "when a kiln cools down slowly it is mostly because nobody opened any door",
        ),
    ),
)

# A heading or lead-in that announces open matters.
ANNOUNCES: tuple[Cue, ...] = (
    Cue(
        "announces questions",
        "announces",
        r"\b(?:questions?|ask|wonder\w*|open(?!\W+(?:source|access|data|web)\b)|unclear|curious|puzzl\w+|left\s+over|to\s+know"
        r"|find\s+out|"
        r"unresolved|unanswered)\b",
        "announces open matters",
        (
            "Left over on my notepad:",
            "To ask next time",
            "These ideas raise a few questions for me:",
        ),
        ("What I learned:", "Open source at work:"),
    ),
)

# Interrogative form without a question mark: inverted order.
INVERTED: tuple[Cue, ...] = (
    Cue(
        "inverted wh-question",
        "direct",
        r"^(?:so|and|but|or|then|also|well|still)?,?\s*"
        r"(?:why|how(?!\s+(?:great|nice|lovely|cool|amazing|funny))(?:\s+\w+)?|where|who|whom|"
        r"whose\s+\w+|what(?:\s+(?:kind|sort|part|role)\s+of\s+\w+)?|which\s+\w+|when)\s+"
        r"(?:(?:do|does|did|is|are|was|were|can|could|should|would|will|has|have|might)(?:n't)?\s+"
        r"(?:I|you|we|they|he|she|it|the|a|an|this|that|these|those|there|my|our|your|one|people|"
        r"someone|anyone|anybody|\w+s)\b|(?<=why\s)(?:do|does|did)\b|(?<=how\s)(?:do|does|did)\b)"
        r"(?![^.]*?\b(?:is|are|was)\s+that\b)",
        "word order of a question",
        (
            "So whose signature is it.",
            "Why do they stay",
            "How can we know that.",
            "Why do so few apprentices stay",
        ),
        ("What I did is simple.", "When I was young.", "How easy it was!", "Which is the reason."),
    ),
    Cue(
        "inverted yes/no question of a noun",
        "direct",
        r"^(?:so|and|but|or|also)?,?\s*(?:does|did|is|are|can|could|will|would|should)(?:n't)?\s+"
        r"(?:the|a|an|this|these|those|my|our|your|their|any|every)\s+(?!same\b)\w(?:[^,.;:]|\.\d){5,}$",
        "word order of a question",
        (
            "does the p-value give the probability that it is true",
            "is the final open book or do we learn the formulas",
            "Can a small sample be better",
        ),
        (
            "Do the work before class",
            "It is the case that she left",
            "Is the one, in my view, to keep",
        ),
    ),
    Cue(
        "behind a lead-in",
        "direct",
        r"^(?:without|if|after|in|with|for|given|when|since|as|but\s+if|so\s+if)\b(?!.*\b(?:asked?"
        r"|wonder\w*|knows?|learn\w*|see)\b.*,\s)"
        r"[^,?\"“]{3,90},\s+(?:so\s+|then\s+)?(?:how(?:\s+else)?|why|where|what)\s+(?:do|does|did"
        r"|is|are|was|were|can|could|should|"
        r"would|will)\s+(?:I|you|we|they|he|she|it|the|a|an|this|that|these|those|my|our|your|one"
        r"|people|someone|anyone)\b",
        "word order of a question",
        ("Without reports, how else are the people supposed to know.",),
        ("If I knew, how it is done would be clear.", "In class we asked how it is."),
    ),
    Cue(
        "inverted yes/no question",
        "direct",
        r"^(?:so|and|but|or|then|also)?,?\s*(?:do|does|did|is|am|are|was|were|can|could|should|would"
        r"|will|"
        r"has|have|might|shall)(?:n't)?\s+(?:I|you|we|they|he|she|it|there|people|someone|anyone|"
        r"anybody)\b(?!\s+(?:to|of)\b)"
        r"(?!.*(?:,|\s[–—-])\s+(?:I|you|we|they|he|she|it|the|this|that|please|let|my|our)\b)"
        r"(?!.*,\s+(?:yes|yeah|no|nope|absolutely|definitely|certainly|of\s+course)\W*$)",
        "word order of a question",
        ("Is it the same in small companies", "Should we work towards it.", "or am I too late"),
        (
            "It is so.",
            "Do your work.",
            "Have a look.",
            "Should anyone of them - or all - come by, I will say so.",
            "Would I do it again, yes.",
        ),
    ),
)

# What the author knows is asked by nobody, however much it looks like a question to a model.
SETTLED: tuple[Cue, ...] = (
    Cue(
        "knows the answer",
        "settled",
        r"^(?:(?:if|when)\b[^,;?]{3,150},\s+)?"
        r"(?:(?:and|but|so|now|then|because|today)\W+)*(?:I|we)\s+"
        r"(?:(?:now|finally|already|also|do|did|have|then|soon)\s+)?"
        r"(?:know|knew|understand|understood|learn(?:ed|t)|reali[sz]ed?|saw|see|found\s+out"
        r"|figured\s+out)\s+(?:(?:now|exactly|better)\s+)?(?:(?:on|in|at|to|for|about|with|from)\s+)?"
        r"(?:who|whose|what|which|why|where|when|how|whether)\b"
        r"(?!.*\b(?:but|yet|still|\w*n't|not|never)\b)",
        "the author knows the answer",
        (
            "So I know on which side of the rope I stand.",
            "Now I understand why they asked.",
            "If it is the one or the other, I know which I would pick.",
        ),
        ("I know what they do, but not why.", "I still do not know why.", "I know her."),
    ),
    Cue(
        "what it is, is that",
        "settled",
        r"^what\b(?:(?!\bis\b|\bwas\b)[^?])*\b(?:is|was)\s+(?:that\b|to\s+(?!wh))[^?]*$",
        "what it is, the sentence says itself",
        (
            "What makes it hard is that I can't say they are always wrong.",
            "What I would do different is to ask the neighbours first.",
        ),
        ("What bothers me is how to ask.", "What is that good for?"),
    ),
)

RHETORICAL: tuple[Cue, ...] = (
    Cue(
        "tag",
        "rhetorical",
        r",\s*(?:right|no|huh|eh|okay|ok|"
        r"(?:is|are|was|were|do|does|did|can|could|would|should|has|have|will|wo)n't\s+"
        r"(?:I|you|we|they|he|she|it|there))\s*\?",
        "a tag that expects agreement",
        ("It works, right?", "It's hard, isn't it?"),
        ("Is it right?",),
    ),
    Cue(
        "who wouldn't",
        "rhetorical",
        r"\b(?:who\s+(?:ever\b|doesn't|wouldn't|does\s+not|would\s+not|hasn't|knows|cares"
        r"|can\s+blame|(?:would|could|'d)\s+(?:ever\s+)?have\s+(?:thought|guessed|known))|"
        r"^(?:and\s+|but\s+|so\s+)?where\s+(?:has|have)\b[^?]*\bbeen\s+all\s+my\s+life\b|"
        r"who\s+(?:on\s+earth|in\s+the\s+world|the\s+hell)\s+(?:doesn't|wouldn't|hasn't)|"
        r"how\s+else|why\s+not\b|what\s+(?:else\s+)?could\s+(?:possibly\s+)?go\s+wrong"
        r"|^(?:and\s+|but\s+|so\s+)*what\s+(?:have|did)\s+(?:I|we)\s+learn(?:ed|t)?\b[^?]{0,30}\?"
        r"|^what\s+else\s*\?"
        r"|since\s+when|"
        r"how\s+hard\s+can|what's\s+not\s+to|what\s+more\s+(?:could|can|do)|"
        r"who\b[^?]*\bwould\s+(?:ever\s+)?dare|who\s+am\s+I\s+to|^so\s+what\b|"
        r"^(?:and\s+|but\s+|so\s+)?(?:people|folks|they|you|we)\s+(?:still\s+)?wonder\s+why|"
        r"how\s+(?:sick|cool|crazy|great|weird|sad|ironic|nice|awesome|amazing|wild)\s+(?:is|was)\s+"
        r"(?:that|this)\b|^(?:can|could)\s+(?:anybody|anyone|you)\s+(?:\w+\s+)?(?:blame|be\s+"
        r"(?:called|blamed|surprised))|"
        r"is\s+it\s+(?:any\s+wonder|so\s+\w+))",
        "words that expect no answer",
        (
            "Who ever applauded a cord?",
            "Who wouldn't want that?",
            "Is it so strange to ask?",
            "And who would have thought it of me?",
            "Where has this loom been all my life?",
            "And who, having seen it, would dare to laugh?",
            "How cool is that?",
            "And they wonder why nobody comes?",
            "Can anyone be blamed for rain?",
            "Who on earth wouldn't want bread?",
            "So what have I learned from it?",
            "What else?",
        ),
        (
            "Who decides?",
            "Can anyone be there by nine?",
            "How cool is the cellar?",
            "Who on earth signs it?",
            "What else can we ask?",
            "Who would have the key?",
            "Where has it been all week?",
        ),
    ),
    Cue(
        "does anybody",
        "rhetorical",
        r"^(?:and\s+|but\s+|so\s+)?(?:does|do|did|would|will)\s+(?:anybody|anyone|nobody)\b"
        r"(?!\s+(?:else\s+)?(?:know|have|understand|remember|see|feel)\b|[^?]*\b(?:if|or|whether)\b)"
        r"|^(?:and\s+|but\s+|so\s+)?(?:isn't|aren't|wasn't|don't|doesn't|didn't|wouldn't|shouldn't|"
        r"couldn't|can't)\s+\w+",
        "a yes/no question that expects one answer",
        ("Does anybody read them?", "Isn't that the point?"),
        (
            "Does the PM decide?",
            "Does anyone know how to mend it?",
            "Has anyone tried felt?",
            "Would anyone talk to me if I wore no badge?",
        ),
    ),
)

# The answer follows at once: what came before was asked for effect.
ANSWERS: tuple[Cue, ...] = (
    Cue(
        "answers itself",
        "answer",
        r"^(?:because\b|no[.,!]|yes[.,!]|nope\b|never[.,!]|of\s+course|nobody[.,!]|nothing[.,!]|"
        r"not\s+(?:at\s+all|really)|absolutely|exactly|simple[.:,]|obviously|well,"
        r"|the\s+answer\s+is|(?!(?:it|this|that|which|here|there|what|\w+\s+(?:question|problem|thing"
        r"|issue|point|mystery))\b)\w+(?:\s+\w+)?\s+is\s+(?:how\s+\w+|what|who|where|when|why)\.)",
        "answered in the next sentence",
        ("Because it pays.", "No, it is not.", "The answer is simple.", "Never is how long."),
        ("Nobody knows.", "I do not know.", "The question is why.", "This is why I left."),
    ),
)

# A question to oneself and the answer behind it, together.
ANSWERED_BY_ONESELF: tuple[Cue, ...] = (
    Cue(
        "what I would do",
        "answer",
        r"^(?:[^?]*\bwould\s+I\b|(?:and\s+|so\s+)?(?:what\s+)?(?:differently|next\s+time)\b)[^?]*\?\W+"
        r"(?:(?:well|yes|no|first(?:ly)?|maybe|probably|honestly|next\s+time)\W+)*I(?:'d|\s+would)\b",
        "answered in the next sentence",
        ("What would I do otherwise? I'd ask first.", "Differently? I would have walked."),
        ("Why would I go? Nobody asked me.", "Who would ask? I would like to know."),
    ),
    Cue(
        "what I learned",
        "answer",
        r"^[^?]*\b(?:did|have|do)\s+I\s+(?:\w+\s+)?(?:learn(?:ed|t)?|tak(?:e|en)|gain(?:ed)?|know)\b"
        r"[^?]*\?\W+(?:mostly\s+|mainly\s+|above\s+all\s+)?(?:that\b|to\s+\w+|I\s+(?:\w+\s+)?"
        r"(?:learn(?:ed|t)|know|found|took)\b(?!\s+(?:nothing|not)\b))",
        "answered in the next sentence",
        ("What have I learned? That soup takes time.", "What did I learn? I learned to wait."),
        ("What did I learn? It is hard to say.", "Have I learned it? I doubt it."),
    ),
)

# Somebody else asks, certain by its form: no model of whose a question is knows better.
ASKS_IN_PASSING: tuple[Cue, ...] = (
    Cue(
        "asks in passing",
        "reported",
        r",\s+(?:he|she|they|somebody|someone|(?:my|the|our|his|her|a|an)\s+(?:\w+\s+)?\w+"
        r"|(?!I\b)(?-i:[A-Z])[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?)\s+(?:asks|asked|wants\s+to\s+know"
        r"|wanted\s+to\s+know)(?:\s+(?:me|us))?\s*(?:,|\?$)",
        "somebody else asks",
        (
            "An extra what, she asked me, an extra finger?",
            "What do I do all day, my mum asks, and the answer is soup?",
        ),
        ("Why, I ask myself, do they stay?", "Why do they stay?", "When she came, he asked why?"),
    ),
)

# Somebody else asks, in words that are quoted or reported.
REPORTED: tuple[Cue, ...] = (
    *ASKS_IN_PASSING,
    Cue(
        "somebody asks",
        "reported",
        r"[\"”'’»]\s*,?\s*(?:(?!I\b)\w+\s+){0,3}?(?:asked|asks|said|says|wondered"
        r"|wanted\s+to\s+know|"
        r"shouted|replied|repeated|answered|told)\b"
        r"|\b(?!I\b)(?:he|she|they|it|you|somebody|someone|\w+s?|[A-Z]\w+)\s+"
        r"(?:\w+\s+)?(?:asked|asks|said|says|wondered|wanted\s+to\s+know|(?:would|might|may|could"
        r"|will)\s+(?:\w+\s+)?(?:ask|think|say|wonder|object))\b"
        r"[^\"“]{0,40}[\"“]"
        r"|(?<!\bas\s)(?<!\bas\smy\s)\b(?:my|our|his|her|a|one|another)\s+(?:\w+\s+)?(?:\w+)\s+"
        r"(?:asked|wondered)(?:\s+(?:me|us|him|her|them))?\s*[,:]\s+(?:is|are|was|were|do|does|did|"
        r"can|could|should|would|will|why|how|what|who|when|where)\b",
        "somebody else's question, reported",
        (
            "“Is it done?” he asked.",
            'She asked me, "Why not?"',
            "You might think, “Who reads that?”",
            "When it boiled my neighbour asked, is it done?",
        ),
        ("Is it done?", "I asked, “Why not?”"),
    ),
    Cue(
        "a title",
        "reported",
        r"\b(?:called|titled|entitled|named|essay|article|video|book|chapter|talk|post|poem|song"
        r"|film|read|"
        r"watched|thoughts\s+on|comments?\s+on|reflections?\s+on|notes\s+on|reactions?\s+to"
        r"|responses?\s+to)"
        r"\s*[,:]?\s+[\"“][^\"”]+\?[\"”]\W*$"
        r"|^\W*(?:my\s+)?(?:thoughts|comments?|notes|reflections?|reactions?|responses?)\s+(?:on"
        r"|to)\s+[A-Z]",
        "a quoted title",
        (
            "I read the article “Who Owns the Night?”",
            "We saw a film called “Why?”.",
            "Thoughts on “Who Owns the Night?”",
        ),
        ("I ask myself: “Why?”", "Did you read “Why We Sleep”?"),
    ),
)
