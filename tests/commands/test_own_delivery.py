"""A subscription with a delivery of its own: /subscriptions → one → Delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlite_utils

from bot import claims
from bot.claims import Chart, Claim
from bot.demo.chats import Key
from bot.ingest import ingest
from bot.sources.source import Batch
from storage import chats, outbox
from storage.records import Mode
from tests.commands.conftest import NOW, Serving
from tests.factories import statement
from tests.servers.people import Someone

SATURDAY = datetime(2026, 7, 4, 7, tzinfo=UTC)


async def comes(serving: Serving, number: int, abstract: str, **given: Any) -> None:
    """A poll brings a paper."""
    now = serving.clock.now
    found = statement(f"2607.{number:05}", title=f"Paper {number}", abstract=abstract, listed_at=now, **given)
    await serving.database.write(
        ingest, Batch((found,), "{}"), source="huggingface", is_news=lambda _: True, matcher=serving.matcher, now=now
    )


async def takes(serving: Serving, now: datetime) -> Claim | None:
    """What delivery would send then, and it arrives."""
    return await serving.database.write(_take, now)


def _take(db: sqlite_utils.Database, now: datetime) -> Claim | None:
    claim = claims.take(db, 1001, 0, now, Chart())
    if claim:
        outbox.sent(db, [row.id for row in claim.rows], 1, now)
        claims.arrived(db, claim)
    return claim


async def press(ada: Someone, *labels: str) -> str:
    """Press one after the other; gives what the message says then."""
    text = ""
    for label in labels:
        await ada.presses(label)
        text = (await ada.hears(kind="edit")).text
    return text


async def test_one_comes_at_once_where_all_others_wait_for_the_digest(serving: Serving, ada: Someone) -> None:
    for query in ("diffusion", "sparse"):
        await ada.asks(f"/subscribe {query}", "Subscribed")
    await ada.asks("/subscriptions")
    assert "Its papers come as all others here do, every day at 09:00" in await press(ada, "1", "Delivery")
    assert "Its papers come as soon as they appear" in await press(ada, "At once")
    await comes(serving, 1, "We study diffusion.")
    await comes(serving, 2, "We study sparse things.")
    await comes(serving, 3, "We study sparse diffusion.")
    got = [await takes(serving, NOW) for _ in range(3)]
    assert [claim and claim.papers[0].title for claim in got] == ["Paper 1", "Paper 3", None]
    digest = await takes(serving, SATURDAY)
    assert digest and digest.digest and [paper.title for paper in digest.papers] == ["Paper 2"]
    assert "at once" in (await ada.asks("/subscriptions")).text


async def test_one_comes_weekly_where_the_chat_gets_all_at_once(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery instant")
    await ada.asks("/subscribe diffusion", "Subscribed")
    await ada.asks("/subscriptions")
    await press(ada, "1", "Delivery", "Once a week")
    await comes(serving, 1, "We study diffusion.")
    await comes(serving, 2, "Diffusion, again.")
    said = (await ada.asks("/status")).text
    assert "Nothing is waiting. 2 papers of subscriptions with their own delivery wait until Mon 09:00" in said
    await ada.asks("/digest", "Paper 1")
    assert await takes(serving, SATURDAY) is None
    monday = SATURDAY + timedelta(days=2)
    claim = await takes(serving, monday)
    assert claim and claim.digest and len(claim.papers) == 2
    await comes(serving, 3, "Diffusion, at last.")
    await ada.asks("/subscriptions")
    await press(ada, "1", "Delivery", "As the chat")
    claim = await takes(serving, serving.clock.now)
    assert claim and claim.digest is None and claim.papers[0].title == "Paper 3", "what waits moves with the setting"


async def test_a_snooze_keeps_what_it_finds_until_its_day(serving: Serving, ada: Someone) -> None:
    for mode in ("instant", "daily"):
        await ada.asks(f"/delivery {mode}")
        await ada.asks(f"/subscribe {mode} diffusion", "Subscribed")
        number = "1" if mode == "instant" else "2"
        await ada.asks("/subscriptions")
        text = await press(ada, number, "Delivery", "Snooze until Mon 6 Jul")
        assert "Snoozed: what it finds waits until Mon 09:00" in text
        await comes(serving, int(number), f"{mode} diffusion")
        assert await takes(serving, SATURDAY + timedelta(days=1)) is None
        claim = await takes(serving, SATURDAY + timedelta(days=2))
        assert claim and claim.digest and [paper.title for paper in claim.papers] == [f"Paper {number}"]
    await ada.asks("/subscriptions")
    assert "Snoozed" not in await press(ada, "2", "Delivery", "End the snooze")


async def test_a_silent_one_makes_no_sound_and_no_other_silent(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery instant")
    for query in ("diffusion", "sparse"):
        await ada.asks(f"/subscribe {query}", "Subscribed")
    await ada.asks("/subscriptions")
    assert "without sound" in await press(ada, "1", "Delivery", "Without sound")
    await comes(serving, 1, "We study diffusion.")
    await comes(serving, 2, "We study sparse things.")
    got = [await takes(serving, NOW) for _ in range(2)]
    assert [claim and (claim.papers[0].title, claim.silent) for claim in got] == [("Paper 2", False), ("Paper 1", True)]
    assert "As the chat" not in await press(ada, "✓ Without sound")


async def test_a_pause_holds_those_with_their_own_rhythm_too(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery weekly Mon 9:00")
    await ada.asks("/subscribe diffusion", "Subscribed")
    await ada.asks("/subscriptions")
    await press(ada, "1", "Delivery", "At once")
    await ada.asks("/pause 1")
    await comes(serving, 1, "We study diffusion.")
    assert await takes(serving, NOW + timedelta(hours=23)) is None
    claim = await takes(serving, NOW + timedelta(hours=24))
    assert claim and claim.digest and len(claim.papers) == 1


async def test_a_paper_comes_as_soon_as_a_later_match_wants_it(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery weekly Mon 9:00")
    for query in ("diffusion", "upvotes:>=100"):
        await ada.asks(f"/subscribe {query}", "Subscribed")
    await ada.asks("/subscriptions")
    await press(ada, "2", "Delivery", "Every day")
    await comes(serving, 1, "We study diffusion.")
    assert await takes(serving, SATURDAY) is None, "it waits for Monday"
    await comes(serving, 1, "We study diffusion.", upvotes=200)
    claim = await takes(serving, SATURDAY)
    assert claim and claim.digest and claim.rows[0].queries == ("diffusion", "upvotes:>=100")


async def test_what_a_pause_held_comes_at_its_end_and_what_is_snoozed_sleeps_on(serving: Serving, ada: Someone) -> None:
    """In quiet hours right after them, though the trending list of another day comes then too."""
    for line in ("/delivery weekly Fri 9:00", "/trending daily", "/quiet 8:00 23:00", "/pause"):
        await ada.asks(line)
    for query in ("diffusion", "sparse"):
        await ada.asks(f"/subscribe {query}", "Subscribed")
    await ada.asks("/subscriptions")
    await press(ada, "2", "Delivery", "Snooze until Mon 6 Jul")
    await comes(serving, 1, "We study diffusion.")
    await comes(serving, 2, "We study sparse things.")
    await ada.asks("/resume", "the paper that was held comes at today 23:00, after your quiet hours")
    await ada.asks("/delivery weekly Fri 10:00", "every Friday at 10:00")
    await ada.asks("/quiet 8:00 22:00", "22:00")
    evening = NOW.replace(hour=20)
    assert await takes(serving, evening - timedelta(seconds=1)) is None
    got = await takes(serving, evening)
    assert got and [paper.title for paper in got.papers] == ["Paper 1"]


async def test_a_day_with_nothing_is_told_to_who_asked(serving: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion", "Subscribed")
    assert await takes(serving, SATURDAY) is None
    await ada.asks("/settings")
    await press(ada, "Empty days: silent", "Tell me")
    claim = await takes(serving, SATURDAY + timedelta(days=1))
    assert claim and not claim.papers and claim.silent
    assert await takes(serving, SATURDAY + timedelta(days=1)) is None, "once"


async def test_settings_of_what_is_gone_or_was_never_offered(serving: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion", "Subscribed")
    message = await ada.asks("/subscriptions")
    for data in ("nv:7", "nw:1:mode:hourly", "nw:1:snooze:9999", "nw:1:x:1"):
        assert "/subscriptions" in (await ada.server.press(message, Key("?", data), ada.person).answer)["text"]
    chat = await serving.database.read(chats.get, 1001, 0)
    assert chat and chat.mode is Mode.DAILY
