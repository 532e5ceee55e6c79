"""The blocks that every message is built of: what is escaped, what counts, where it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import html
from bot.render.clean import clean, one_line
from tests.strategies import bounded, texts


def test_markup_in_text_is_shown_not_obeyed() -> None:
    assert html.escape("a < b && <b>c</b> &lt;") == "a &lt; b &amp;&amp; &lt;b&gt;c&lt;/b&gt; &amp;lt;"
    assert html.visible(html.bold(html.escape("a<b"))) == "a<b"


@pytest.mark.parametrize(
    "url",
    ["https://example.org", "http://sub.example.org:8080/a?b=c&d=%20#e", "http://3.148.244.109:5000/",
     "https://xn--e1afmkfd.xn--p1ai/", "https://münchen.example/"],
)  # fmt: skip
def test_addresses_of_the_web_are_links(url: str) -> None:
    assert html.link("x", url).startswith('<a href="http')


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "tg://user?id=1", "ftp://example.org", "//example.org", "https://", "https://localhost/",
     "https://user@example.org", "https://example.org:0/", "https://example.org:99999/", "https://exa mple.org",
     'https://example.org/"x', "https://example.org/\u202etxt", "https://127.0.0.1/", "http://10.0.0.1/",
     "https://[::1]/", "https://a..b/",
     "https://-a.example/", "https://example.org/" + "x" * 400, "mailto:a@example.org", ""],
)  # fmt: skip
def test_other_addresses_are_not(url: str) -> None:
    assert html.link("x", url) == "x"


def test_length_counts_utf16_units_of_what_is_visible() -> None:
    assert html.length(html.link(html.bold(html.escape("a&𝒪")), "https://example.org")) == 4
    assert html.entities(html.link(html.bold("a"), "https://example.org")) == 2


def test_text_is_cut_at_words_else_between_characters() -> None:
    assert html.cut("one two three", 13) == "one two three"
    assert html.cut("one two three", 12) == "one two"
    assert html.cut("one, two", 6) == "one"
    assert html.cut("漢字漢字漢字", 4) == "漢字漢字"
    assert html.cut("𝒪𝒪𝒪", 5) == "𝒪𝒪"
    family = "👩‍👩‍👧‍👦"
    assert html.cut(family * 3, html.units(family) * 2 + 3) == family * 2


@bounded(200)
@given(texts, st.integers(1, 5000))
def test_what_is_cut_is_a_beginning_within_the_limit(text: str, most: int) -> None:
    shown = html.cut(text, most)
    assert text.startswith(shown) and html.units(shown) <= most


@bounded(200)
@given(texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in one_line(text)
    clean(text).encode()


def test_mentions_commands_and_links_inside_telegram_become_code() -> None:
    assert html.inert("by @durov_x") == "by <code>@durov_x</code>"
    assert html.inert("type /forget now") == "type <code>/forget</code> now"
    assert html.inert("go tg://join?x=1") == "go <code>tg://join?x=1</code>"
    assert html.strong("@durov_x") == "<code>@durov_x</code>" and html.slanted("a") == "<i>a</i>"


@pytest.mark.parametrize(
    "text", ["pass@k and a@b.example", "and/or, /usr/bin, w/o", "https://x.example/@durov_x/y", "x.example/@durov_x",
             "#1, #tag"],
)  # fmt: skip
def test_what_only_looks_like_them_stays(text: str) -> None:
    assert html.inert(text) == text
