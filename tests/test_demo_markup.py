"""Telegram's HTML as people see it."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.markup import Entity, Formatted, MarkupError, commands, link, parse, units

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &amp; simple", "plain & simple", []),
        ("<b>a</b><i>b</i>", "ab", [("bold", "a"), ("italic", "b")]),
        ("<strong>a<em>b</em></strong>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<B>a</B>", "a", [("bold", "a")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", "s")]),
        ("<b></b>x", "x", []),
        ("  <b> x </b>\n", "x", [("bold", "x")]),
        ("&#128512;&#x41;&lt;b&gt;", "😀A<b>", []),
        ("&nbsp;&ltx", "&nbsp;&ltx", []),
        ("a\x00\x1bb", "a  b", []),
    ],
)
def test_what_is_visible_and_what_is_formatted(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    shown = parse(source)
    assert shown.text == text
    assert [(entity.kind, text[entity.start : entity.end]) for entity in shown.entities] == entities


def test_links_keep_their_address_and_lose_what_is_none() -> None:
    shown = parse("<a href=\"https://x.org/?a=1&amp;b=2\">x</a> <a href='javascript:alert(1)'>y</a>")
    assert shown == Formatted("x y", (Entity("text_link", 0, 1, "https://x.org/?a=1&b=2"),))
    assert link("https://huggingface.co/papers/1") and link("github.com/a")
    assert not link("http://localhost") and not link("ftp://x.org")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("a <3> b", 'Unsupported start tag "3"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_what_is_not_telegrams_html_is_refused_with_its_place(source: str, reason: str) -> None:
    with pytest.raises(MarkupError, match=reason):
        parse(source)


@given(TEXT)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    shown = parse(html.escape(text))
    assert shown.text == "".join(c if c == "\n" or c >= " " else " " for c in text).strip()
    assert shown.entities == ()


@given(TEXT, st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote"]), TEXT)
def test_a_tag_covers_what_stands_in_it(before: str, tag: str, inside: str) -> None:
    shown = parse(f"x{html.escape(before)}<{tag}>{html.escape(inside)}</{tag}>")
    for entity in shown.entities:
        assert shown.text[entity.start : entity.end].strip() == parse(html.escape(inside)).text
    assert bool(shown.entities) == bool(parse(html.escape(inside)).text)


@given(st.text(st.sampled_from("<>/ab=\"'& #;x"), max_size=60))
def test_anything_is_read_or_refused(source: str) -> None:
    try:
        shown = parse(source)
    except MarkupError:
        return
    assert all(0 <= entity.start < entity.end <= len(shown.text) for entity in shown.entities)


def test_length_counts_in_utf_16_and_commands_are_found() -> None:
    assert [units(text) for text in ("", "é", "😀", "a😀")] == [0, 1, 2, 3]
    text = "/search x /sub@paperwire_demo_bot a/b //c"
    assert [text[entity.start : entity.end] for entity in commands(text)] == ["/search", "/sub@paperwire_demo_bot"]
