"""What the bot says beside papers: welcome, subscriptions, rhythms, mistakes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.render import following, html, mistakes, rhythms, subscribing, times, welcome
from bot.render.message import Message
from storage.records import Chat, Mode, Push, Subscription
from tests.factories import MORNING, paper
from tests.markup import read
from tests.strategies import bounded, texts

CHAT = Chat(1, 0, "private", Mode.DAILY, time(9), "Europe/Berlin")
NEXT = datetime(2026, 7, 4, 7, tzinfo=UTC)


def said(message: Message) -> str:
    return read(message).text


def test_the_welcome_names_the_sources_and_one_thing_to_type() -> None:
    first = read(welcome.start())
    assert "Hugging Face and arXiv" in first.text and first.of("code") == ["/subscribe diffusion -survey"]
    again = said(welcome.start(following=3, when=times.rhythm(CHAT)))
    assert "You follow three queries here; papers come every day at 09:00 Berlin time." in again


def test_help_lists_the_commands_given_and_the_query_language() -> None:
    shown = said(welcome.manual([("/subscribe QUERY", "follow a topic"), ("/x <y>", "a & b")]))
    assert "\n/subscribe QUERY – follow a topic\n/x <y> – a & b\n" in shown and "quantiz*" in shown


def test_privacy_says_what_is_kept_and_how_to_be_rid_of_it() -> None:
    shown = said(welcome.privacy())
    for kept in (
        "settings", "language", "subscriptions", "papers that it saved", "papers it likes", "papers it was sent",
        "recent queries", "/forget", "words of the query.*go to Hugging Face and arXiv",
    ):  # fmt: skip
        assert re.search(kept, shown)
    assert "two subscriptions" in said(welcome.forget_question(following=2))
    assert "subscription" not in said(welcome.forget_question(following=0))
    assert "deleted" in said(welcome.forgotten()) and "Nothing" in said(welcome.kept())


def test_a_subscription_tells_meaning_amount_best_and_time() -> None:
    best = [paper(title=f"Paper {n}", upvotes=n) for n in (9, 8, 7, 6)]
    meaning = f"papers that mention {html.italic('diffusion')}, not {html.italic('survey')}"
    message = subscribing.subscribed("diffusion -survey", meaning, found=31, best=best, chat=CHAT, next_at=NEXT)
    assert said(message) == (
        "Subscribed to diffusion -survey (papers that mention diffusion, not survey).\n\n"
        "In the last 30 days it would have sent 31 papers, about one a day. The best of them:\n"
        "1. Paper 9 ▲ 9\n2. Paper 8 ▲ 8\n3. Paper 7 ▲ 7\n\n"
        "You get them every day at 09:00 Berlin time; next on Sat 4 Jul."
    )
    instant = subscribing.subscribed(
        "x", "", found=1, best=best[:1], chat=replace(CHAT, mode=Mode.INSTANT), next_at=None
    )
    assert said(instant).endswith(
        "about one a month. This one:\n1. Paper 9 ▲ 9\n\nYou get them as soon as they appear."
    )


def test_a_subscription_without_a_match_offers_others_or_waits() -> None:
    assert said(subscribing.no_match("quantisaton", suggested=True)).endswith("\nDid you mean one of these?")
    assert "waits" in said(subscribing.no_match("quantisaton", suggested=False))


def test_ends_of_subscriptions() -> None:
    assert said(subscribing.unsubscribed("x", left=1)) == "You no longer follow x. 1 other goes on."
    assert said(subscribing.unsubscribed("x", left=0)) == "You no longer follow x. That was the last one."
    assert "number 3" in said(subscribing.already("x", 3))
    assert "100" in said(subscribing.too_many(100)) and "256" in said(subscribing.too_long(256))
    assert "/subscriptions" in said(subscribing.unknown("x"))
    one = Subscription(1, 1, 0, 4, "x -y", MORNING, paused=True)
    assert said(following.one(one, "papers that mention x, not y", found=0)) == (
        "4. x -y\nPapers that mention x, not y.\nNothing in the last 30 days matches it.\n"
        "It is paused: nothing is sent for it until you resume it."
    )


def test_a_young_archive_is_no_month() -> None:
    one = Subscription(1, 1, 0, 4, "x", MORNING)
    assert "\n63 papers in the last 3 days, about 21 a day." in said(following.one(one, "", found=63, covered=3))
    assert "\n63 papers in the last 30 days, about two a day." in said(following.one(one, "", found=63))


@pytest.mark.parametrize(
    ("count", "words"),
    [(31, "about one a day"), (60, "about two a day"), (400, "about 13 a day"), (9, "about two a week"),
     (4, "about one a week"), (2, "about two a month"), (1, "about one a month"), (0, "")],
)  # fmt: skip
def test_rates_in_words(count: int, words: str) -> None:
    assert times.rate(count, 30) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "every day at 09:00 Berlin time"),
        ({"mode": Mode.WEEKDAYS, "zone": "America/New_York"}, "Monday to Friday at 09:00 New York time"),
        ({"mode": Mode.WEEKLY, "weekday": 4, "zone": "UTC"}, "every Friday at 09:00 UTC"),
        ({"mode": Mode.INSTANT}, "as soon as they appear"),
    ],
)
def test_rhythms_in_words(change: dict[str, object], words: str) -> None:
    assert times.rhythm(replace(CHAT, **change)) == words  # type: ignore[arg-type]  # fields of several types


def test_the_next_date_is_the_chats_own() -> None:
    late = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)
    assert said(rhythms.delivery(CHAT, late)) == "Your papers come every day at 09:00 Berlin time; next on Sat 4 Jul."
    assert "next on Fri 3 Jul" in said(rhythms.delivery(replace(CHAT, zone="America/New_York"), late))
    assert said(rhythms.delivery(CHAT, NEXT, waiting=1)).endswith(" 1 paper is waiting for it.")
    assert "as soon as" in said(rhythms.delivery(replace(CHAT, mode=Mode.INSTANT), None, waiting=3))


def test_the_push_of_the_trending_list() -> None:
    weekly = replace(CHAT, trending=Push.WEEKLY, weekday=0)
    assert said(rhythms.trending(weekly, NEXT)) == (
        "Trending papers come every Monday at 09:00 Berlin time; next on Sat 4 Jul."
    )
    assert "no longer" in said(rhythms.trending(CHAT, None))
    assert "/subscribe" in said(rhythms.nothing_waits(CHAT, NEXT, following=0))
    assert "Sat 4 Jul, 09:00" in said(rhythms.nothing_waits(CHAT, NEXT, following=1))


def test_a_mistake_shows_its_place_under_the_query() -> None:
    message = mistakes.query(QueryError("this parenthesis is never closed", "(graph OR flow cat:cs.LG", 0, 1))
    assert read(message).of("pre") == ["(graph OR flow cat:cs.LG\n^ this parenthesis is never closed"]


def test_the_place_stays_visible_in_a_long_query_and_under_wide_letters() -> None:
    text = "graph neural network and many more words " + "titel:foo" + " with yet more words behind it"
    [block] = read(mistakes.query(QueryError("there is no field titel:", text, 41, 46))).of("pre")
    line, caret = block.split("\n")[:2]
    assert line.startswith("…") and line.endswith("…") and len(line) <= 34
    assert line[caret.index("^") :].startswith("titel:")
    [wide] = read(mistakes.query(QueryError("a side is missing", "漢字 OR", 3, 5))).of("pre")
    assert wide.split("\n")[1].index("^") == 5


@bounded(100)
@given(texts.map(lambda text: text[:5000]), st.integers(0, 5000))
def test_any_text_of_a_person_is_only_text(text: str, place: int) -> None:
    text = text or "x"
    for message in (
        mistakes.query(QueryError("wrong", text, min(place, len(text)), min(place + 1, len(text)))),
        mistakes.sentence(f"x {text}"),
        subscribing.no_match(text, suggested=False),
        subscribing.subscribed(text, "", found=1, best=[paper(title=text)], chat=CHAT, next_at=NEXT),
        rhythms.unreadable(text),
        rhythms.unknown_zone(text, ("Europe/Berlin",)),
    ):
        assert [one for one in read(message).tappable if one not in ("/subscriptions", "/help")] == []


def test_dates_show_other_years() -> None:
    assert times.short_date(date(2025, 1, 2), date(2026, 1, 1)) == "2 Jan 2025"
    assert times.weekday_date(date(2026, 7, 3)) == "Fri 3 Jul"
