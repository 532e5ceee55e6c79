"""What waits and why nothing came: /status, /digest, /pause, /resume and /quiet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
import sqlite_utils

from bot import claims, planning
from bot.claims import Chart
from bot.demo.telegram_server import TelegramServer
from bot.matching import Matcher
from bot.sources.source import Searchable
from storage import outbox, sources, subscriptions
from storage.database import Database
from storage.outbox import NewDelivery
from storage.records import Mode, SourceState
from tests.commands.conftest import NOW, Clock, Serving, a_paper, running
from tests.commands.test_delivery import chat_of
from tests.servers.people import Someone

SUNDAY = datetime(2026, 7, 5, 12, tzinfo=UTC)


def queue(db: sqlite_utils.Database, ids: list[str], now: datetime = NOW) -> None:
    outbox.enqueue(db, [NewDelivery(1001, 0, id, ("diffusion",), None) for id in ids], now)


def follow(db: sqlite_utils.Database, *queries: str) -> None:
    for query in queries:
        subscriptions.add(db, 1001, 0, query, NOW)


def read(db: sqlite_utils.Database, *states: SourceState) -> None:
    for state in states:
        sources.save(db, state)


async def test_status_says_what_comes_and_why_nothing_came(archive: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    await archive.database.write(follow, "diffusion", "xylophone", "sparse routers")
    await archive.database.write(queue, ["2607.00001", "2607.00002"])
    archive.clock.now = SUNDAY
    seen = [
        a_paper(n, f"New {n}", polled_at=SUNDAY, first_seen=SUNDAY, sources=("huggingface",)) for n in range(40, 52)
    ]
    await archive.keep(*seen)
    states = [SourceState("huggingface", read_at=SUNDAY - timedelta(minutes=6))]
    states.append(SourceState("arxiv", read_at=SUNDAY - timedelta(minutes=41)))
    await archive.database.write(read, *states)
    answer = await ada.asks("/status")
    assert answer.text == (
        "Next digest: Mon 09:00 (Berlin). 2 papers are waiting for it.\n"
        "arXiv read 41 minutes ago, Hugging Face 6 minutes ago.\n"
        "Nothing came today: arXiv announces nothing on weekends, and none of the 12 papers on Hugging Face matched "
        "your 3 subscriptions."
    )
    assert answer.labels == ["Show what waits", "Settings"]
    archive.beyond.sources = [cast(Searchable, SimpleNamespace(name="huggingface"))]
    assert "arXiv" not in (await ada.asks("/status")).text, "it is switched off"


async def test_status_tells_of_no_paper_that_came_before_the_subscription(serving: Serving, ada: Someone) -> None:
    await serving.database.write(read, SourceState("huggingface", read_at=NOW))
    earlier, later = NOW - timedelta(hours=2), NOW + timedelta(minutes=5)
    await serving.keep(a_paper(1, "Xylophones", polled_at=earlier, first_seen=earlier, sources=("huggingface",)))
    await ada.asks("/subscribe xylophones")
    await ada.asks("/status", "Nothing came today: Hugging Face has had nothing new since you subscribed.$")
    serving.clock.now = later
    await serving.keep(a_paper(2, "Drums", polled_at=later, first_seen=later, sources=("huggingface",)))
    await ada.asks("/status", "Nothing came today: the one paper on Hugging Face did not match what you follow.$")


async def test_status_names_a_source_that_is_down_and_the_end_of_quiet_hours(serving: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.asks("/delivery instant")
    await ada.asks("/quiet 13:00 15:30")
    down = SourceState("arxiv", failed_at=NOW - timedelta(hours=3), failures=3, error="arxiv: dropped the connection")
    await serving.database.write(read, down)
    text = (await ada.asks("/status")).text
    assert "Papers come as soon as they appear. Nothing is waiting. Quiet until today 15:30" in text
    assert "arXiv has been down since today 11:00 (dropped the connection), not read yet" in text
    assert "Nothing came today: arXiv is down." in text


@pytest.mark.usefixtures("serving")
async def test_status_of_a_chat_that_follows_nothing(ada: Someone) -> None:
    answer = await ada.asks("/status", "You follow nothing here, so nothing can come yet")
    assert answer.labels == ["Follow a topic", "Settings"]


async def test_digest_shows_what_waits_in_every_mode_and_uses_nothing_up(archive: Serving, ada: Someone) -> None:
    await ada.asks("/digest", "follow nothing")
    await archive.database.write(queue, ["2607.00002", "2607.00001"])
    for mode in ("instant", "daily", "weekly Mon"):
        await ada.asks(f"/delivery {mode}")
        answer = await ada.asks("/digest", "^What waits for you · Fri 3 Jul")
        assert "1. Diffusion Number 1" in answer.text and "2. Diffusion Number 2" in answer.text
        assert answer.labels == ["1", "2"]
    assert len(await archive.database.read(outbox.waiting, 1001, 0)) == 2
    for line in ("/trending daily", "/pause"):
        await ada.asks(line)
    assert "Trending\n" in (await ada.asks("/digest")).text, "as it would be without the pause"


@pytest.mark.usefixtures("serving")
async def test_digest_says_when_nothing_waits(ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.asks("/digest", "No papers are waiting. The next digest is due Sat 4 Jul, 09:00")
    await ada.asks("/delivery instant")
    await ada.asks("/digest", "No papers are waiting. They come as soon as they appear")
    await ada.asks("/pause")
    await ada.asks("/digest", "No papers are waiting. Deliveries are paused")


async def test_cards_of_a_preview_open_and_close_after_a_restart(
    database: Database, telegram: TelegramServer, ada: Someone
) -> None:
    bot = Serving(database, Matcher(), Clock())
    await bot.keep(*(a_paper(number, f"Diffusion Number {number}") for number in (1, 12)))
    async with running(bot, telegram):
        await ada.asks("/trending daily")
        await database.write(queue, ["2607.00012"])
        shown = await ada.asks("/digest", "1. Diffusion Number 12.*Trending.*2. Diffusion Number 1")
    async with running(Serving(database, Matcher(), Clock()), telegram):
        await ada.presses("1", shown)
        assert "matched diffusion" in (await ada.hears("^Diffusion Number 12", kind="edit")).text
        await ada.presses("Back", shown)
        await ada.hears("^What waits for you", kind="edit")
        await ada.presses("2", shown)
        assert "trending" in (await ada.hears("^Diffusion Number 1\\b", kind="edit")).text


async def test_a_pause_holds_in_every_mode_and_what_piled_up_comes_as_one_digest(
    archive: Serving, ada: Someone
) -> None:
    for mode in ("instant", "daily 9:00"):
        await ada.asks(f"/delivery {mode}")
        await ada.asks("/pause 3", "Paused until Mon 14:00 .Berlin.. What comes meanwhile is kept")
        chat = await chat_of(archive)
        assert planning.due(chat, NOW) is None and planning.released(chat, NOW) == NOW + timedelta(days=3)
        await ada.asks("/status", "Paused until Mon 14:00")
        await ada.presses("Resume")
        await ada.hears("Deliveries go on. Nothing was held meanwhile", kind="edit")
    await ada.asks("/pause", "Paused until you /resume")
    assert "every day at 09:00 Berlin time, once you /resume" in (await ada.asks("/delivery daily")).text
    await archive.database.write(queue, ["2607.00001", "2607.00002"])
    await ada.asks("/resume", "Deliveries go on: the 2 papers that were held come now, as one digest")
    claim = await archive.database.write(claims.take, 1001, 0, NOW, Chart())
    assert claim and claim.digest and len(claim.papers) == 2
    await ada.asks("/resume", "Deliveries are not paused")
    await ada.asks("/pause soon", "I can't read soon as a number of days")


async def test_quiet_hours_typed_and_pressed(serving: Serving, ada: Someone) -> None:
    asked = await ada.asks("/quiet", "No quiet hours: papers come at any hour")
    assert asked.labels[:4] == ["22:00–07:00", "23:00–08:00", "20:00–09:00", "✓ None"]
    await ada.asks("22:30 - 9:15", "Quiet from 22:30 to 09:15 .Berlin.: nothing is sent then.*Next digest: Sat 09:15")
    chat = await chat_of(serving)
    assert (chat.quiet_from, chat.quiet_to, chat.mode) == (time(22, 30), time(9, 15), Mode.DAILY)
    await ada.presses("Change them")
    await ada.hears("Quiet from 22:30", kind="edit")
    await ada.presses("End: 09:15")
    await ada.hears("Quiet hours end at 09:15", kind="edit")
    await ada.presses(":45")
    await ada.hears("Quiet hours end at 09:45", kind="edit")
    for text in ("/quiet 7:00 7:00", "/quiet tonight"):
        await ada.asks(text, "as quiet hours. These work")
    await ada.asks("/quiet off", "No quiet hours")
    assert (await chat_of(serving)).quiet_from is None


@pytest.mark.usefixtures("serving")
async def test_help_lists_them_all(ada: Someone) -> None:
    shown = (await ada.asks("/help")).text
    for command in ("/status", "/digest", "/pause [DAYS]", "/resume", "/quiet", "/settings"):
        assert command in shown
