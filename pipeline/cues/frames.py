"""Cues of frames: words that hold a text together and assert nothing."""

from __future__ import annotations

from pipeline.cues.cue import Cue

CELL = " | "  # parts the cells of a table's row, as `pipeline.ingest` writes it

# The whole segment is of this form.
FURNITURE: tuple[Cue, ...] = (
    Cue(
        "blog furniture",
        "frame",
        r"^\W*(?:avatar|about\s+(?:the\s+author|me)|author|profile\s+(?:picture|photo)|"
        r"share\s+(?:this|on)\b.{0,30}|leave\s+a\s+(?:comment|reply)|(?:no\s+|\d+\s+)?comments?"
        r"(?:\s+are\s+closed)?|posted\s+(?:in|on|by)\b.{0,40}|filed\s+under\b.{0,40}|"
        r"published\s+(?:in|on|by)\b.{0,40}|tags?:.{0,80}|categor(?:y|ies):.{0,80}|uncategorized|"
        r"like\s+this:?|like\s+loading.*|loading|read\s+more|continue\s+reading.{0,60}"
        r"|related(?:\s+"
        r"posts?)?|(?:previous|next|older|newer)\s+(?:post|entry|page|article)s?.{0,60}|reply|"
        r"edit|print(?:\s+this\s+page)?|home|back\s+to\s+top|skip\s+to\s+content|subscribe.{0,40}|"
        r"follow\s+(?:me|us)\b.{0,30}|view\s+all\s+posts.{0,40}|search|menu|log\s*(?:in|out)|"
        r"written\s+by\b.{0,40}|\d+\s+min(?:ute)?s?\s+read|word\s+count:?\s*\d+(?:\s+words)?|"
        r"\d+\s+words|page\s+\d+(?:\s+of\s+\d+)?|©.{0,80}|copyright\b.{0,80}"
        r"|all\s+rights\s+reserved)"
        r"\W*$",
        "page furniture",
        ("Avatar", "About the author", "Leave a comment", "Posted in Uncategorized", "Share this"),
        ("I shared this with my team.", "The author is wrong.", "Edit the page first"),
    ),
    Cue(
        "link, date or mark",
        "frame",
        r"^\W*(?:(?:https?://|www\.)\S+|\[[\w-]+\]|"
        r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
        r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|"
        r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
        r"|dec)[a-z]*\.?"
        r"(?:\s+\d{1,2}(?:st|nd|rd|th)?)?(?:,?\s+\d{4})?)|week\s*\d+|\d+)?\W*$",
        "a link, a date or a mark",
        ("https://example.org/x", "2020-02-02", "* * *", "March 3rd, 2020", "Week 3"),
        ("May I ask", "See the link", "In March we met"),
    ),
    Cue(
        "what a table shows",
        "frame",
        r"^\W*(?:table|figure|chart|appendix)\s+(?:\d{1,2}|[a-z])\s+(?:below\s+)?(?:sets?\s+out|shows?"
        r"|lists?|gives?|summari[sz]es?|presents?|contains?|is\s+an?\s+(?:log|list|table|summary"
        r"|overview|record))\b(?!\s+(?:that|how|why)\b)[^.;:]{0,120}\W*$",
        "points to a table or figure",
        ("Table 1 sets out the visits that I made.", "Figure 2 shows our board."),
        ("Table 1 shows that trust grew.", "The table shows nothing.", "Table 1 was mine."),
    ),
)

FRAMES: tuple[Cue, ...] = (
    Cue(
        "lead-in",
        "frame",
        r"^(?=(?:\S+\s+){0,24}\S+$).*(?:"
        r"\b(?:these|those|two|three|four|five|several|some|a\s+few|few|following|below|here|"
        r"as\s+follows|things|questions?|reasons?|points?|insights?|ideas|people|tally|order|were|"
        r"are|is|on|explained\s+to\s+\w+)\b[^.?!]*)(?<!:):[”’*_]*$",
        "leads in to what follows",
        ("These ideas raise a few questions for me:", "Here is the tally:"),
        ("PMs don't build: they connect.", "I like it.", "These are two of my own :)"),
    ),
    Cue(
        "announces",
        "frame",
        r"^(?:(?:however|but|so|first|also),?\s+)?(?:(?:here(?:'s|\s+(?:is|are))|below\s+(?:is"
        r"|are))\b"
        r"(?=.{0,60}$)|(?:there\s+(?:are|were)\s+)?(?:\w+\s+){0,3}?(?:two|three|four|five|six"
        r"|several|"
        r"some|a\s+few|a\s+couple\s+of|\d+)\s+(?:\w+\s+){0,3}?(?:things|points|insights|ideas"
        r"|reasons|"
        r"questions|lessons|thoughts|takeaways|observations|notes)\b"
        r"(?=.{0,60}$)(?!.*\b(?:because|that\s+(?:\w+\s+){3})).*(?:stood\s+out|follow|to\s+me"
        r"|for\s+me|"
        r"below|in\s+mind|to\s+make|too)\b|(?:let\s+me|i(?:'d|\s+would)\s+like\s+to|i\s+will"
        r"|i'll)\s+"
        r"(?:start|begin|report|explain|share|list|talk\s+about|discuss|go\s+over|describe)\b"
        r"(?=.{0,50}$)|now\s+(?:to|for|on\s+to)\b(?=.{0,50}$)|(?:a|one|my|another|the)\s+(?:second"
        r"|third|"
        r"next|last|final|other|further)\s+(?:point|thing|objection|reason|note"
        r"|remark)\b(?=.{0,40}$))",
        "announces what follows",
        (
            "Let me report in order.",
            "Three small points from the lecture stood out",
            "Now to my own confession.",
            "A second point arguably follows.",
        ),
        (
            "There are two reasons to stay because people need it badly.",
            "Here she failed me when it mattered most to all of the people in the room that day.",
        ),
    ),
    Cue(
        "sign-off",
        "frame",
        r"^\W*(?:thank(?:s|\s+you)\b(?:\s+(?:for|so|very|you|all|everyone)\b.{0,40})?|"
        r"(?:see|talk\s+to)\s+you\b.{0,30}|until\s+next\b.{0,20}|till\s+next\b.{0,20}"
        r"|stay\s+tuned\b"
        r".{0,40}|(?:good)?bye\b.{0,20}|cheers|best(?:\s+regards|\s+wishes)?|sincerely|the\s+end|"
        r"that(?:'s|\s+is)\s+(?:all|it)\b(?:\s+(?:for|from|i\s+have)\b.{0,30})?|"
        r"(?:hi|hello|hey|dear|welcome)\b.{0,30})\W*$",
        "a greeting or a sign-off",
        ("Thanks for reading!", "See you next week.", "That's all for now.", "Hello everyone,"),
        (
            "Thanks to my team we finished the project before the deadline came.",
            "That's it working.",
        ),
    ),
    Cue(
        "points elsewhere",
        "frame",
        r"^\W*(?:\(?\s*(?:see|click|read|watch|check\s+out|more\s+(?:on|about|details)"
        r"|link(?:s)?\s+to|"
        r"source|figure|image|photo|picture|screenshot|table|video)\b\s*(?:here|this|below|above"
        r"|for|"
        r"of|\d+:?|:|it)?(?:(?:\s+\S+){0,6}))\W*$",
        "points elsewhere",
        ("Click here for the project.", "Source: the course page", "Figure 2: our board"),
        ("See why that matters to people who use it", "I read the book."),
    ),
    Cue(
        "names its subject",
        "frame",
        r"^(?:and\s+|so\s+|but\s+)?(?:(?:the|my|one|another|a)\s+(?:(?:first|second|third|fourth"
        r"|next|last|"
        r"final|other|further|main)\s+)(?:\w+\s+)?(?:point|thing|bit|part|insight|idea|lesson|note"
        r"|topic|"
        r"remark|observation|passage)s?\b(?:(?:\s+(?:that\s+)?I\s+(?:\w+\s+){1,7}?)?\s*(?:(?:is"
        r"|was)\s+"
        r"(?:about|on)|concern(?:s|ed))|\s+(?:that\s+)?I\s+(?:want(?:ed)?|would\s+like"
        r"|will)\s+(?:\w+\s+){1,7}?"
        r"(?:is|was))\b(?=(?:\s*\S+){1,5}$)"
        r"|(?:in\s+(?:this|my|the\s+following)\s+(?:essay|post|blog(?:\s+post)?|reflection|text"
        r"|paper|entry|"
        r"piece)s?,?\s+)?(?:I\s+will|I'll|I\s+want\s+to|I\s+would\s+like\s+to|I'd\s+like\s+to"
        r"|I\s+am\s+going\s+"
        r"to|I'm\s+going\s+to|let\s+me)\s+(?:\w+ly\s+|\w+\s+)?(?:write|reflect|focus|comment"
        r"|summari[sz]e|"
        r"discuss|describe|touch|talk|look)\b\s*(?:about|on|upon|at|the\s+(?:reading|chapter"
        r"|article))"
        r"(?=(?:\s*\S+){0,14}$)"
        r"|(?:this|that|these|here)\s+(?:is|was|are|were)\s+(?:what\s+I\s+\w+|(?:my"
        r"|our)\s+(?:\w+\s+){0,2}?"
        r"(?:reflection|thoughts?|notes?|report|summary)\b.{0,70})\W*$)",
        "says what the text is about",
        (
            "The first point is about language.",
            "In this essay I will write about three points.",
            "This is what I heard.",
            "This was my reflection on the reading.",
            "The other thing I want to write down is the careers office.",
        ),
        (
            "The first point is that users matter more than anything.",
            "The first thing I check is the lock.",
            "I will write to her.",
            "This is what I mean by trust, which nobody gives away.",
        ),
    ),
)

# A heading that names its subject with a clause and asserts nothing.
NAMES: tuple[Cue, ...] = (
    Cue(
        "clause as a name",
        "frame",
        r"^\W*(?:what|how|why|when|where|who|whether)\b(?!.*\?)",
        "a heading that asserts nothing",
        ("What the chapter says", "How I got there"),
        ("The chapter says much", "What is it?"),
    ),
)
