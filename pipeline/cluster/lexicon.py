"""The words that theme names are made without: said by everyone, about anything."""

from __future__ import annotations

from pipeline.cues import listed

# Words that say nothing of their own as the heart of a phrase.
EMPTY = listed(
    """
    thing things something anything everything nothing lot lots way ways kind kinds sort sorts
    part parts bit piece stuff one ones number couple variety type types form aspect aspects case
    cases example examples fact point points reason reasons time times day days week weeks month
    months today tomorrow yesterday year years moment end beginning article articles chapter
    sentence paragraph author text reading essay blog post posts talk lecture class homework
    assignment course section question questions answer answers person everyone someone anyone
    nobody others students opinion opinions view thought thoughts idea ideas topic sense term
    terms word line lines project projects plenty handful rest means matter result results hand
    hands addition order top none half title take move account passage bunch amount amounts
    treatment comfort hour hours minute minutes
    """
)
# No phrase ends in these, whatever stands before: "strict thing", "finding new ways".
HOLLOW = listed("thing things stuff one ones way ways kind kinds sort sorts lot lots")
# They are part of many names, and none by themselves.
PLAIN = listed("people person work job use situation situations")
# Verbs of saying, thinking and being: what they govern is the phrase, not they.
DULL_VERBS = listed(
    """
    be am is are was were been being have has had having do does did doing think thought feel felt
    believe believed know knew known want wanted need needed say said says tell told seem seems
    seemed mean means meant hope hoped like liked guess agree agreed agrees agreeing disagree
    disagreed disagrees disagreeing go went goes going
    come came let lets get got gets getting mention mentioned state states stated talk talked
    start started begin began continue continued try tried keep kept consider considered imagine
    suppose look looked happen happened read wrote listed discuss discussed describe described
    describes explain explained explains wonder wondered realize realized realise realised regard
    regarding include including based according concern following note given see seeing saw seen
    call called calls calling relate relating fit fits suggest suggests stand stands show shows
    love loved enjoy enjoyed sound sounds depend appear work works worked working help helps helped
    helping depends depended
    """
)
# Verbs of saying: whose subject says so holds it, and a theme is what its students hold ("people
# complain about the noise"). With the dull verbs above they make no clause.
SAYING = listed(
    """
    complain complains argue argues claim claims insist insists assume assumes expect expects
    object objects warn warns joke jokes swear swears admit admits deny denies worry worries fear
    fears pretend pretends
    """
)
# What is found of something: a name that says so takes a side ("strictness is fine").
VERDICTS = listed(
    """
    too fine good great bad awful wrong right okay ok important unimportant
    essential crucial vital key helpful unhelpful harmful fair unfair worth worthless worthwhile
    enough overrated underrated true false dead
    """
)
# Contractions without their apostrophe, as many type them; not those that are words, too ("well").
BARE = listed(
    """
    im ive youre youve youll weve theyre theyve theyll thats whats theres heres dont doesnt didnt
    isnt arent wasnt werent wouldnt couldnt shouldnt hasnt havent hadnt cant wont aint
    """
)
# They ask for a place: no phrase stops before it ("putting the chairs").
PLACING = listed(
    """
    put puts putting place places placed placing lay lays laid laying set sets setting leave leaves
    left leaving bring brings brought bringing hand hands handed handing
    """
)
COPULAS = listed(
    """
    be is are become becomes
    """
)
CLAUSE_VERBS = COPULAS | listed("have has need needs go goes depend depends show shows do")
# Of time; after a number one says how long, and begins no name: "forty minute lesson".
UNITS = listed("second minute hour day week month year")
# Dropped from the front of a noun phrase.
OPENERS = listed(
    """
    the a an this that these those my our your his her its their some any many much more most few
    several all both each every no such other another certain various own same different only very
    really quite so too whole entire two three four five former latter further less additional
    good great nice big actual main specific particular overall general way fairly next last
    enough even just possible important interesting bad better best worse worst right wrong
    """
)
# Dropped inside a phrase; a singular noun gets "the" instead.
DROPPED = listed(
    """
    my our your his her its their own this that these those such more further other another many few
    several certain various additional some any so very really
    """
)
# No phrase holds them: they point at something outside it.
VAGUE = listed(
    """
    it this that these those them they he she him i me we us you which who what whom myself itself
    themselves yourself ourselves there why how when where whether
    """
)
# Prepositions that a phrase may go on with.
LINKS = listed(
    """
    of for with in to about from between on against into without by through over after before
    """
)
INDEFINITE = listed("nobody everyone everybody someone somebody")
# Of what will be or would be a name makes news ("the group will have a meeting").
MODALS = listed("should must can cannot")
# How what stands before a noun hangs on it (spaCy's labels), where it says more of the noun.
BELONGS_TO_NOUN = listed("amod compound nummod nmod")
