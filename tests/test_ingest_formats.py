"""Readers of .txt, .md and .html: what stays, what goes, and that no bytes break them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.ingest import html, markdown, txt
from pipeline.ingest.document import Document
from pipeline.ingest.markdown import CLEANINGS, clean, parted

READERS = {"txt": txt.read, "md": markdown.read, "html": html.read}
Reader = Callable[[bytes], Document]


def md(source: str) -> str:
    return markdown.read(source.encode()).text


def page(source: str) -> str:
    return html.read(source.encode()).text


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


# --- encodings, in every format -------------------------------------------------------------------


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_read_without_a_note(read: Reader, encoding: str) -> None:
    document = read("Café “quoted” naïve".encode(encoding))
    assert document.text == "Café “quoted” naïve"
    assert document.notes == ()


@pytest.mark.parametrize("mark,encoding", [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_is_read_by_its_mark_whatever_its_byte_order(mark: bytes, encoding: str) -> None:
    assert txt.read(mark + "Über mich".encode(encoding)).text == "Über mich"


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_windows_1252_is_read_with_a_note(read: Reader) -> None:
    document = read("“Café” – it’s fine".encode("cp1252"))
    assert document.text == "“Café” – it’s fine"
    assert codes(document) == ["encoding"]


def test_bytes_that_windows_1252_lacks_are_shown_and_warned_of() -> None:
    document = txt.read("A long enough text with café and one odd byte ".encode("cp1252") + b"\x81")
    assert document.text.endswith("\ufffd")
    assert codes(document) == ["encoding", "encoding-damage"]


def test_a_damaged_text_with_a_byte_order_mark_stays_utf_8() -> None:
    document = txt.read(b"\xef\xbb\xbfCaf\xc3\xa9 and a broken \xc3 byte")
    assert document.text == "Café and a broken \ufffd byte"
    assert codes(document) == ["encoding-damage"]


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_mojibake_is_mended_once_with_a_note(read: Reader) -> None:
    document = read("The authorâ€™s point about the cafÃ© is good.".encode())
    assert document.text == "The author’s point about the café is good."
    assert codes(document) == ["mojibake"]


GERMAN_WORDS = ("Spaß", "groß", "STRASSE", "GROẞ", "Öl", "Übung", "müde", "MENÜ", "ß")
FOREIGN_WORDS = ("café", "É", "déjà", "touché", "Çà", "señor", "Åsa", "å", "œuvre", "naïve", "7")
WORDS = st.sampled_from(GERMAN_WORDS + FOREIGN_WORDS)
PAIRS = st.sampled_from(["„“", "“”", "””", "«»", "»«", "‚‘", "‘’", "’’", "‹›", "›‹"])
BETWEEN = st.sampled_from([" ", ", ", " – ", " — ", "–", "—", "… ", ". ", "\n\n"])


@st.composite
def typography(draw: st.DrawFn) -> str:
    """Words in the quotes of several languages, between dashes."""
    text = ""
    for word in draw(st.lists(WORDS, min_size=1, max_size=8)):
        for pair in draw(st.lists(PAIRS, max_size=2)):
            word = pair[0] + word + draw(st.sampled_from(["", ".", "…"])) + pair[1]
        text += (draw(BETWEEN) if text else "") + word
    return text


@settings(max_examples=300)
@given(typography())
@example("ß“ß’")
@example("She said “touché”—and left.")
def test_correct_quotes_and_dashes_beside_any_letter_are_not_taken_for_mojibake(text: str) -> None:
    assert txt.read(text.encode()).text == text
    assert txt.read(text.encode()).notes == ()


# Names, quotes and scripts as they come out when UTF-8 is read as Windows-1252.
@pytest.mark.parametrize(
    "text",
    [
        "“Straße”, it’s said – 2010–2015…",
        "Österreich, Müller, François, Åsa",
        "Łódź, Michał, Dvořák, Māori, idő",
        "λ and μ; привет; 日本語",
        "👍 costs £5",
    ],
)
def test_what_a_wrong_encoding_garbled_comes_out_as_it_was(text: str) -> None:
    garbled = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    assert garbled != text
    assert txt.read(garbled.encode()).text == text


def test_quotes_ligatures_widths_and_decomposed_accents_stay_the_authors() -> None:
    source = "“ﬁne” ＡＢＣ cafe\u0301 — ‘so’"
    assert txt.read(source.encode()).text == source
    assert md(source) == source


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7\nsome plain words inside",
        b"PK\x03\x04 words",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 4,
        "UTF-16 without a mark".encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_is_no_text_is_refused_in_words(read: Reader, raw: bytes) -> None:
    document = read(raw)
    assert document.text == ""
    assert document.refusal is not None
    assert document.refusal.code == "not-text"
    assert document.refusal.severity == "refused"


# --- plain text -----------------------------------------------------------------------------------


def test_plain_text_is_kept_but_for_invisible_things() -> None:
    raw = (
        b"\xef\xbb\xbf\r\n  1. An  item \t\r\nwrapped\there\rlast\x00 line\x1b  \n\n\n\n\n\nend\n\n"
    )
    document = txt.read(raw)
    assert document.text == "  1. An  item\nwrapped\there\nlast line\n\n\nend"
    assert codes(document) == ["control-characters"]


def test_two_blank_lines_are_kept() -> None:
    assert txt.read(b"a\n\n\nb").text == "a\n\n\nb"


@pytest.mark.parametrize(
    "text,title",
    [
        ("What I learned\n\nI learned a lot.", "What I learned"),
        ("# What I learned\n\nI learned a lot.", "What I learned"),
        ("I learned a lot.\n\nReally.", None),
        ("What did I learn?\n\nA lot.", None),
        ("These are my points:\n\nFirst.", None),
        ("What I learned\nI learned a lot.", None),
        ("What I learned", None),
        ("one two three four five six seven eight nine ten eleven twelve thirteen\n\nx", None),
    ],
)
def test_a_short_first_line_is_the_title_and_stays_in_the_text(
    text: str, title: str | None
) -> None:
    document = txt.read(text.encode())
    assert document.title == title
    assert document.text == text


# --- front matter ---------------------------------------------------------------------------------

FRONT = (
    "---\ntitle: My week\nauthor: Amina Okafor\ndate: 2020-02-02 10:00:00 -0500\nweek: 03\n---\n"
)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_front_matter_is_taken_off_and_read(read: Reader) -> None:
    document = read((FRONT + "The essay.").encode())
    assert document == Document("The essay.", "My week", "Amina Okafor", "2020-02-02", 3)


@pytest.mark.parametrize(
    "block",
    [
        "title: [never closed",
        "title: Week 1: my thoughts",
        "date: 2020-13-45\ntitle: {",
        "a: *none",
    ],
)
def test_broken_front_matter_is_a_notice_and_the_text_is_kept(block: str) -> None:
    document = markdown.read(f"---\n{block}\n---\n\nThe essay.".encode())
    assert document.text == "The essay."
    assert codes(document) == ["front-matter"]


def test_a_title_with_a_colon_survives_its_broken_front_matter() -> None:
    document = markdown.read(b"---\ntitle: Week 1: my thoughts\nlayout: post\n---\nThe essay.")
    assert document.title == "Week 1: my thoughts"


def test_prose_between_two_rules_is_no_front_matter() -> None:
    document = txt.read(b"---\nI say this between two lines.\n---\nAnd this after.")
    assert "I say this" in document.text
    assert codes(document) == ["front-matter"]


@pytest.mark.parametrize(
    "line", ["date: 2020-02-30", "date: 2/3/2020", "date: {a: 2020-01-01}", "date:"]
)
def test_what_is_no_iso_date_is_no_date(line: str) -> None:
    assert markdown.read(f"---\n{line}\n---\nx".encode()).submitted is None


def test_authors_in_a_list_are_joined() -> None:
    document = markdown.read(b"---\nauthors: [Amina Okafor, Ben Castle]\n---\nx")
    assert document.author == "Amina Okafor and Ben Castle"


def test_only_front_matter_leaves_no_text() -> None:
    assert markdown.read(FRONT.encode()).text == ""
    assert markdown.read(FRONT.strip().encode()).text == ""


@pytest.mark.parametrize("block", ["[" * 15_000, "a: &a [x]\nb: &b [*a,*a]\ntitle: *b"])
def test_front_matter_made_to_hurt_is_harmless(block: str) -> None:
    document = markdown.read(f"---\n{block}\n---\n\nThe essay.".encode())
    assert document.text.endswith("The essay.")


def test_escapes_in_front_matter_bring_in_no_broken_characters() -> None:
    document = markdown.read(b'---\ntitle: "a\\ud800b\\0c\\nd"\n---\nx')
    assert document.title == "abc d"


# --- Markdown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cleaning", CLEANINGS, ids=lambda cleaning: cleaning.name)
def test_each_cleaning_cleans_its_example(cleaning: markdown.Cleaning) -> None:
    assert cleaning.pattern.sub(cleaning.replacement, cleaning.example) == cleaning.cleaned


def test_inline_markup_is_gone_and_its_words_stay() -> None:
    source = (
        "A *fine* **bold** [link](http://x.y) to `code words` ![pic](a.png) ~~struck~~ <u>u</u>."
    )
    assert md(source) == "A fine bold link to code words struck u."


def test_hard_wrapped_lines_are_joined_by_one_space() -> None:
    assert md("one long line that\n  goes on here\nand here") == (
        "one long line that goes on here and here"
    )


@pytest.mark.parametrize("source", ["a<br>b", "a  \nb", "a\\\nb", "a<br/>\nb"])
def test_a_line_break_is_kept(source: str) -> None:
    assert md(source) == "a\nb"


def test_headings_lists_and_quotes_keep_the_convention() -> None:
    source = (
        "# One\nText.\n\n### Three\n\n* a\n* b\n    * c\n\n3. x\n4. y\n\n> said\n> so\n>\n> twice\n"
    )
    assert md(source) == (
        "# One\n\nText.\n\n### Three\n\n• a\n• b\n  • c\n3. x\n4. y\n\n> said so\n\n> twice"
    )


def test_paragraphs_of_a_list_item_follow_it() -> None:
    assert md("1. first\n\n   more\n2. second") == "1. first\n\nmore\n\n2. second"


def test_code_blocks_are_left_out_and_counted() -> None:
    document = markdown.read(b"a\n\n```sh\nrm -rf /\n```\n\nb\n\n    x = y[1];\n\nc `d e`")
    assert document.text == "a\n\nb\n\nc d e"
    assert [note.message for note in document.notes] == ["Code blocks were left out: 2."]


def test_a_paragraph_with_an_indented_first_line_is_prose() -> None:
    source = "Before.\n\n    When I began this course I **knew** nothing of it.\nI went on.\n"
    assert md(source) == "Before.\n\nWhen I began this course I knew nothing of it. I went on."


def test_raw_html_comes_out_clean() -> None:
    source = (
        '<p align="center">Centred\n   words</p>\n\n[//]: # (Content)\n##### Part\n'
        "<details><summary>More</summary>\n\ninside\n\n</details>\n<!-- hidden -->\n"
    )
    assert md(source) == "Centred words\n\n##### Part\n\nMore\n\ninside"


def test_link_reference_definitions_are_gone_even_right_below_a_paragraph() -> None:
    assert md("See [this][X] and [that].\n[X]: http://x.y\n[that]: http://z.y 'T'") == (
        "See this and that."
    )


def test_footnotes_keep_their_text_and_lose_their_marks() -> None:
    assert md("A claim.[^1] More.\n\n[^1]: She said so.\n") == "A claim. More.\n\nShe said so."
    assert md("A claim.[^a]\n\n[^a]: http://x.y\n").startswith("A claim.")


def test_liquid_and_kramdown_leave_nothing() -> None:
    source = (
        '{% include nav.html %}\n[a](/b){:target="_blank"} and [c]({{ site.url }}/d).\n{: .note}\n'
        "{% highlight py %}\nx = 1\n{% endhighlight %}\nEnd."
    )
    document = markdown.read(source.encode())
    assert document.text == "a and c.\n\nEnd."
    assert codes(document) == ["code-left-out"]


def test_a_table_is_a_line_a_row() -> None:
    assert md("a | b\n--|--\n1 | 2 *x*\n").split("\n") == ["a | b", "1 | 2 x"]


def test_task_boxes_are_no_words() -> None:
    assert md("- [x] done\n- [ ] to do\n- [☑]Forked") == "• done\n• to do\n• Forked"


def test_a_paragraph_marked_as_heading_by_a_rule_below_it_is_a_paragraph() -> None:
    long = "this is " * 20 + "long"
    assert md(f"{long}\n---\nb") == f"{long}\n\nb"
    assert md("short\n---\nb") == "## short\n\nb"


@pytest.mark.parametrize("tag", ["script", "style", "title", "textarea", "nav", "iframe", "select"])
def test_a_tag_named_in_prose_does_not_swallow_the_essay(tag: str) -> None:
    text = md(f"I learned what <{tag}> is for.\n\nAnd then more.\n")
    assert text.startswith("I learned what")
    assert text.endswith("And then more.")


def test_a_line_that_ended_early_is_not_joined_to_the_next() -> None:
    wide = "A first line that is as wide as the editor of this student made all of their lines,"
    source = f"{wide}\nand the rest.\n* a point\n* another point\nThen the text goes on.\n"
    assert md(source).endswith("• a point\n• another point\n\nThen the text goes on.")


@pytest.mark.parametrize(
    "source",
    [
        "A hard-wrapped line whose next word is a name, as it happens to be for\nAmina too.",
        "short line to\nAmina goes on for a very long time so that there is room above",
        "short line,\nAmina goes on for a very long time so that there is room above me",
    ],
)
def test_hard_wraps_before_a_capital_are_joined(source: str) -> None:
    assert parted(source) == source


def test_the_first_heading_is_the_title_when_the_front_matter_has_none() -> None:
    assert markdown.read(b"Intro\n\n## Small\n\n# Big *one*\n").title == "Big one"
    assert markdown.read(b"## Small\n\ntext").title is None


def test_many_brackets_are_read_in_time() -> None:
    began = time.perf_counter()
    assert clean("[" * 5) == "[" * 5
    assert "[" in md("[a](" * 20_000)
    assert time.perf_counter() - began < 10


# --- HTML -----------------------------------------------------------------------------------------


def test_a_page_is_read_without_what_stands_around_it() -> None:
    source = """<html><head><title>T</title><style>p{}</style><script>evil()</script></head><body>
      <header><a href=/>Site</a><ul><li>Menu</li></ul><h1>The essay</h1></header>
      <nav>Home</nav><div role="navigation">Next</div><p hidden>h</p>
      <main><p>One<script>evil()</script> two.</p><aside>Ads</aside>
      <form><input value=x><button>Send</button></form></main><footer>Posted</footer></html>"""
    document = html.read(source.encode())
    assert document.text == "# The essay\n\nOne two."
    assert document.title == "The essay"


def test_the_title_element_is_the_title_when_there_is_no_h1() -> None:
    assert html.read(b"<title>A &amp; B</title><h2>c</h2>").title == "A & B"
    assert html.read(b"<svg><title>Icon</title></svg><p>x").title is None


def test_nested_lists_are_indented_and_numbered_from_their_start() -> None:
    source = "<ol start=3><li>c<ul><li>x<li>y</ul><li><p>d</p><p>e</p></ol><dl><dt>t<dd>u</dl>"
    assert page(source) == "3. c\n  • x\n  • y\n4. d\n\ne\n\n• t\n  • u"


def test_definitions_inside_a_numbered_list_do_not_count() -> None:
    source = "<ol><li><dt>A</dt><dd>a</dd></li><li><dt>B</dt><dd>b</dd></li></ol>"
    assert page(source) == "1. A\n  • a\n2. B\n  • b"


def test_everything_in_a_quote_is_marked() -> None:
    source = "<blockquote><h2>H</h2>a<p>b<ul><li>c<li>d</ul></blockquote>e"
    assert page(source) == "> H\n\n> a\n\n> b\n\n> • c\n\n> • d\n\ne"


def test_entities_soft_hyphens_and_spaces_become_plain_text() -> None:
    assert (
        page("a&nbsp;&nbsp;b &lt;c&gt; co&shy;op &#8217;\n\t d&#xD800;") == "a b <c> coop ’ d\ufffd"
    )


def test_two_line_breaks_part_paragraphs() -> None:
    assert page("a<br>b<br><br>c") == "a\nb\n\nc"


def test_figures_in_a_table_are_rows_and_a_page_in_a_table_is_blocks() -> None:
    assert page("<table><tr><th>a<th>b<tr><td>1<td> <tr><td><td></table>") == "a | b\n1 |"
    assert page("<table><tr><td><h1>T</h1><p>a<p>b</table>") == "# T\n\na\n\nb"


def test_prose_in_pre_is_kept_and_code_is_not() -> None:
    prose = (
        "This whole essay was pasted\ninto one element, as happens.\n\n"
        "It goes on here and there a bit."
    )
    assert page(f"<pre>{prose}</pre>") == (
        "This whole essay was pasted into one element, as happens.\n\n"
        "It goes on here and there a bit."
    )
    assert page("a<pre>for (i=0;i<9;i++) { x[i] = f(a, b, c, d); }</pre>b") == "a\n\nb"


def test_footnote_links_are_left_out() -> None:
    assert page('a<sup><a href="#fn:1">1</a></sup>. <a href="#fnref1">↩</a>') == "a."


def test_an_element_that_is_never_closed_is_warned_of() -> None:
    assert codes(html.read(b"<p>a</p><style>p {} <p>the rest")) == ["unclosed"]
    assert codes(html.read(b"<p>a</p><!-- the rest")) == ["unclosed"]


# --- hostile input --------------------------------------------------------------------------------

HOSTILE = {
    "nested divs": ("html", "<div>" * 10_000 + "deep"),
    "nested lists": ("html", "<ul><li>deep" * 5_000),
    "nested tables": ("html", "<table><tr><td>deep" * 3_000),
    "nested quotes": ("md", ">" * 5_000 + " deep"),
    "spaced nested quotes": ("md", "> " * 5_000 + "deep"),
    "nested divs in Markdown": ("md", "<div>" * 10_000 + "deep"),
    "nested list": ("md", "".join("  " * level + "- deep\n" for level in range(500))),
    "unclosed highlight": ("md", "{% highlight %}" * 3_000 + "deep"),
    "a long line of spaces": ("txt", "deep" + " " * 300_000 + "x"),
    "blank lines": ("md", "\n" * 100_000 + "deep"),
}


@pytest.mark.parametrize("kind,source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_seconds(kind: str, source: str) -> None:
    began = time.perf_counter()
    assert "deep" in READERS[kind](source.encode()).text
    assert time.perf_counter() - began < 6


@pytest.mark.parametrize("source", ["- " * 5_000 + "x", "<div>" * 100_000 + "x"])
def test_what_is_nested_beyond_reading_is_said_so(source: str) -> None:
    assert "too-deep" in codes(markdown.read(source.encode()))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_200_000_words_are_read_in_seconds(read: Reader) -> None:
    paragraph = "The work is felt in its absence, I would say. " * 20
    source = "\n\n".join(["<p>" * (read is html.read) + paragraph] * 1_000)
    began = time.perf_counter()
    assert len(read(source.encode()).text.split()) == 200_000
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_a_clean_text_or_a_refusal(read: Reader, raw: bytes) -> None:
    check(read(raw))


BITS = (
    "# |> |* |1. |    |`|```|~~~|**|_|[|](|]:|[^1]|<div>|</div>|<ul><li>|<table><td>|<pre>|<h1>|"
    "<script>|</script>|<!--|-->|<br>|&amp;|&#xD800;|&#0;|---\n|a: b\n|{% x %}|{:y}|\n|\n\n|\t|\r|"
    "\ufeff|\x00|\u2028|\x85|\U0001f600|e\u0301|word| |~|\\|$|-|•"
)
MARKUP = st.sampled_from(BITS.split("|"))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(source=st.one_of(st.text(max_size=300), st.lists(MARKUP, max_size=60).map("".join)))
def test_any_characters_are_a_clean_text_or_a_refusal(read: Reader, source: str) -> None:
    check(read(source.encode("utf-8", errors="surrogatepass")))


def check(document: Document) -> None:
    """Hold a document to the convention that all texts keep."""
    text = document.text
    text.encode("utf-8")  # no lone surrogate
    assert not set(text) & {"\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\ufeff"}
    assert text == text.strip("\n")
    assert "\n\n\n\n" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))
    if document.refusal:
        assert text == ""
    assert document.title is None or (document.title.strip() and "\n" not in document.title)


@given(inside=st.text(alphabet="abc<>/!-= \n\"'", max_size=40))
def test_scripts_never_survive(inside: str) -> None:
    for read in (html.read, markdown.read):
        for tag in ("script", "SCRIPT type=x", "style"):
            name = tag.split()[0]
            source = f"before\n\n<{tag}>alarm();{inside.replace('</', '')}</{name}>\n\nafter"
            assert "alarm" not in read(source.encode()).text


@given(words=st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=8), min_size=1))
def test_plain_words_come_through_every_format_unchanged(words: list[str]) -> None:
    text = " ".join(words)
    for read in READERS.values():
        assert read(text.encode()).text == text
