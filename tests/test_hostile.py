"""What strangers write, wherever it is shown: it stays text, within limits, and costs no more than its length."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.query.parser import parse
from bot.render import digest, facts, html, lists, news, saved, sharing, subscribing
from bot.render import paper as cards
from bot.render.clean import clean
from storage.records import CodeLink, Origin, Paper, Subscription
from tests import strategies
from tests.factories import MORNING, paper
from tests.markup import read

FRIDAY = date(2026, 7, 3)
OURS = frozenset({"/search", "/subscribe", "/subscriptions", "/trending", "/saved", "/export", "/help", "/start"})


@strategies.bounded(20)
@given(st.lists(strategies.papers, max_size=8), strategies.texts, st.lists(strategies.texts, max_size=4))
def test_whatever_papers_and_people_say_each_list_is_valid_and_forges_nothing(
    found: list[Paper], text: str, words: list[str]
) -> None:
    text = text[:256]
    with_words = [(one, words) for one in found]
    followed = [Subscription(number, 1, 0, number, text or "x", MORNING) for number in range(1, 12)]
    messages = [
        lists.preview(text or "x", with_words, total=len(found), today=FRIDAY),
        lists.trending(found, title="Trending", query=text, grown={}, today=FRIDAY),
        lists.subscriptions(followed, counts={}),
        saved.listed(found, query=text, total=len(found), today=FRIDAY),
        sharing.offered(text or "x", "", found=3, covered=30),
        subscribing.already(text or "x", 3),
        *(lists.alike(one, with_words, today=FRIDAY) for one in found[:1]),
        *(news.code_is_out(one) for one in found[:1] if any(html.safe_url(link.url) for link in one.code)),
    ]
    for message in messages:
        assert [tap for tap in read(message).tappable if tap not in OURS] == []


FORGERIES = {
    "a mention": "by @durov_x",
    "a command": "type /forget now",
    "a link inside Telegram": "see tg://resolve?domain=x",
    "a chat's address": "join t.me/joinchat/AAA and https://telegram.me/x",
    "markup": '<a href="tg://user?id=1">you</a> <b>won</b>',
    "a turned line": "safe\u202egpj.exe\u2066 and \u200bword\u2060s",
    "an entity": "&lt;b&gt; &#64;durov_x",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_is_only_text_wherever_it_stands(forgery: str) -> None:
    links = (
        CodeLink("javascript:alert(1)", Origin.PROJECT),
        CodeLink("tg://user?id=1", Origin.REPOSITORY),
        CodeLink("data:text/html,x", Origin.ABSTRACT),
    )
    hostile = paper(title=forgery, abstract=f"{forgery}. {forgery}", authors=(forgery,) * 5, code=links, url="tg://x")
    for message in (
        cards.card(hostile, today=FRIDAY, queries=(forgery,)),
        *digest.digest([digest.Entry(hostile, (forgery,))], day=FRIDAY, button=lambda _: "p:1"),
        lists.results(forgery, [hostile], total=1, today=FRIDAY),
    ):
        shown = read(message)
        assert shown.tappable == [] and shown.links == {}
        assert not set(shown.of("b")) & {"won", "you"}
        autolinked = [piece for piece in ("t.me/", "telegram.me/") if piece in shown.text]
        assert all(any(piece in code for code in shown.of("code")) for piece in autolinked)


def test_letters_and_emoji_of_the_world_stay_as_they_are() -> None:
    for text in ("مرحبا بالعالم", "שָׁלוֹם", "می\u200cخواهم", "👩\u200d🔬 ✈️ 🏳️\u200d🌈", "क्\u200dष", "Nguyễn Văn", "𝒪(n²)"):
        assert clean(text) == text


PIECES = (
    "(", ")", '"', "-", "a OR ", "title:", "*", "a ", "<b>", "@ab ", "/ab ", "\\frac{", "$", "{", "\u202e", "e\u0301",
    "https://", "a.", "we ", "1. ", "漢", "x" * 50 + " ", "tg:", "t.me/",
)  # fmt: skip


def _query(text: str) -> None:
    with suppress(QueryError):
        parse(text)


READERS: dict[str, Callable[[str], object]] = {
    "query": _query,
    "card": lambda text: cards.card(paper(title=text, abstract=text), today=FRIDAY, queries=(text[:256],)),
    "list": lambda text: lists.results("x", [paper(title=text, abstract=text)], total=1, today=FRIDAY),
    "inert": html.inert,
    "clean": clean,
    "url": html.safe_url,
    "matched": lambda text: facts.matched([text]),
}


def _steps(work: Callable[[str], object], text: str) -> int:
    """How many lines of Python are run, which unlike time is the same each time."""
    count = 0

    def step(*_: object) -> Any:  # Any: a tracer gives itself, without end
        nonlocal count
        count += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        work(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_twice_the_text_is_at_most_about_twice_the_work(reader: Callable[[str], object]) -> None:
    steep: list[tuple[str, Sequence[int]]] = []
    for piece in PIECES:
        counts = [_steps(reader, piece * (length // len(piece))) for length in (1000, 4000)]
        if counts[1] > 5 * counts[0] + 2000:
            steep.append((piece, counts))
    assert steep == []
