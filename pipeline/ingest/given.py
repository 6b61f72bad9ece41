"""Which capitalised words are ordinary English ones, so that a capital makes no name of them.

The dictionary knows many first names, so those that it has are told apart by a table: the first
names of the US census of 1990 (public domain) that are English words, and some of other peoples.
"""

from __future__ import annotations

from pipeline.ingest.acting import is_english
from pipeline.runtime.models import describing_words, english_words

GIVEN_LISTED = """
    aaron abbey abel abraham ada adam adelaide adrian al albert alberta alexander alexandria
    alexia alfred ali allen alonso althea amber amberly ambrose amelia america amir amos ana
    anderson andrew angel angelica angelique angle anna anne anthony antony april archer ariana
    arnold art arthur ash ashely ashly ashton asia athena august augusta augustine augustus aura
    aurora austin autumn bailey bart basil bear beatrice beau beauty beck bell belle ben
    benedict benjamin bennett bennie benny benton bernard berry beryl beth bill billy bin bishop
    blair blake blanch blaze blessing bliss blossom bob bobby bong bonnie bonny boyd brad
    bradford bradley bradly brady brandy brant brent bridget britt brittany brook brooke brooks
    bruce bruno bryan buck bud buddy burl burt burton buster byron calvin can candida candy
    carina carissa carlos carly carmine carol carolina caroline carroll carry carson carter
    cassandra cassie catherine chad chance chang charity charles charlotte chase chastity
    cherish cherry chester cheyenne chi christen christian christie christopher chuck clarence
    clark clay clement clementine cleveland cliff clinton clyde cody cole colette colleen
    colt columbus comfort concepcion conrad constance cooper cora coral cornell corrie cortez
    coy cristal crystal curt curtis cynthia cyril cyrus daisy dale dallas dalton damon dana dane
    daniel dante daphne darwin david davis dawn deacon dean deb delilah demetrius denver derrick
    desire destiny devon dewey dexter diana dick dimple dirk dixie dolly dolores domingo dominic
    dominick dominique don dona dong donna dorian doris dot dotty douglas douglass dove drew
    duke duncan dung dusty dylan earl easter ebony ed eddy eden edgar edison edward edwin elia
    elias elijah elisa elizabeth ellis ellsworth elmer elvis emerson emery emile emilia emir
    enid era erica erin ester esther eugene eugenia eve ezekiel ezra fabian faith fang
    fanny fatima favour fay felicia ferdinand fern finn fisher fletcher flora florence florida
    fonda ford forest fortune foster fox frances frank franklin fred frederick freeman gabriel
    gale galen garfield garland garnet garret gary gay gemma gene geneva george georgette
    georgia gift gilbert ginger glen glenn glory grace gracie gracious graham grant gregory gus
    guy haley hank hans happiness harmony harper harris harrison harry harvey haven haywood
    hazel heath heather heaven hector helen helena henry herb herbert herman herschel hillary
    holly homer honey hope horace hortensia hosea houston howard hue hugo hunter hussein ida ike
    india ines inga inge innocent ira irena iris irving isaac isabella isaiah israel iva ivory
    ivy jack jackson jacob jade james jamison jan jared jasmine jason jasper jay jean jed
    jefferson jena jenny jeremiah jerome jerry jesus jimmy joel john johnny johnson jonah
    jonathan jordan joseph josh joshua josue joy joyce jude judith julian julienne june
    jung junior justice kami kandy karen kelly kelvin ken kendall kent kenya khan kimberley king
    kip kirk kit kitty kris kylie lacy lan lance lane lark laurel lawrence lea lean leda lee
    legend leigh lena lenard lenin leo leon leonard leonardo leone les levi lewis li liana libby
    lillie lily lin lincoln lindsay lindy ling lino liza lloyd logan lolita lorelei loren
    lorraine lotus louis love lowell lu lucas lucky lucy luke lulu luther lydia mac mack
    mackenzie madison madonna magdalena magnolia malik man maple mara marc marcel margarita
    marge marguerite mari maria marian marina mark marlin marlys marquis marry marshall marti
    martin marvel mary mason matt matthew mavis max maxwell may maya mckinley meadow
    meg mei melba melissa melody mercy meredith merle merlin merry mi micah michael
    mickey mike milan miles milo milton mina minerva ming miss missy misty mitchell mohammad
    mohammed mollie molly mona monroe monte moon morgan morris morton moses muhammad murray
    myrtle nada nan nancy naomi napoleon ned neely nelson nestor neva newton nicholas nick nina
    noah noble noel noemi norma norman normand norris nova novella odessa ola olive oliver opal
    orlando oscar otis owen paige palmer pansy paris parker pat patience patrick patsy patty
    paul pauline pax pearl pearly peg penelope penny percy perry petal peter philip phoebe
    pierce pierre pilar ping pinkie piper polly poppy porter precious primrose prince princess
    prudence queen quincy rachel rain raja raleigh rama ramona randy rani raphael raven
    ray rebecca rebekah reed reeves regina reid reign reuben rex reyes rhea rhodes ricardo rich
    rick rickey rico ridge riley river rob robert robin rocky rod rolf roma roman romeo ron
    roosevelt rosa rosario rose rosemary rosita ross rosy rowan royal ruby rupert rush russ
    russell rusty ruth sabine sabra sade saffron sage said salina sally salvador sam samuel
    sandy sang santa santiago santos sapphire sarah saul savannah sawyer scarlet scot scott
    scottie selma seth seymour shad shannon shari shasta shawn shay shelley shepherd sherman
    sherry sherwood shin shona sibyl sid sidney sierra silvia simon sita sky slate sofia sol
    soledad solomon son song sonny spencer stanford stanley stanton star starr stella stephen
    sterling stewart storm stormy stuart sue sultan summer sun sung sunny sunshine susanna
    sydney tad tai tammy tanner tara tawny taylor ted teddy tera terence teresa terry thea
    theresa thomas thorn tia tiara tiffany timothy titus toby tod todd tom tory tracy trent
    trenton trey trinidad trinity tristan troy truman tyler tyson ulysses valencia
    valentine van vanessa veda velvet venus verona veronica vesta vi victor victoria viola
    violet virgil virginia vishnu viva wade walker wallace wally walter walton ward warner
    warren wayne wes wesley weston whitney will willard williams willis wilson wilton winfred
    wing winter wisdom wolf wren wyatt xavier yon zola zona
"""
GIVEN = frozenset(GIVEN_LISTED.split())
# What only nouns of no person end in; a dictionary's nouns are also people's names.
ABSTRACT = ("tion", "sion", "ment", "ness", "ship", "ism", "ology", "hood")


def is_ordinary(word: str) -> bool:
    """Tell whether a folded word is an ordinary English one and nobody's first name.

    That is a verb in any form, an adjective, an adverb or a word such as "unlike", and of nouns
    those that end as only things do: the dictionary's other nouns are also people and places.

    >>> [is_ordinary(word) for word in ("using", "unlike", "supervision", "grace", "karen")]
    [True, True, True, False, False]
    """
    if word in GIVEN:
        return False
    return is_english(word, describing_words()) or (
        word.endswith(ABSTRACT) and word in english_words()
    )


def may_be_given(word: str) -> bool:
    """Tell whether a folded word may be a first name: the dictionary doesn't have it, or as one."""
    return word in GIVEN or not is_english(word, english_words())
