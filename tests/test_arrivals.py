"""Kills between Telegram's answer and its transaction: what was noted beside the database does not come again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlite_utils

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from storage import chats, digests
from storage.database import Database
from storage.journal import ENDING, Arrival, Journal
from storage.records import Mode
from tests.delivering import NOON, Bot
from tests.servers.faults import Faults
from tests.servers.people import Someone
from tests.serving import until


@asynccontextmanager
async def _busy(database: Database) -> AsyncIterator[None]:
    """Nothing is written meanwhile, as where a long transaction is at work."""
    done, begun = threading.Event(), threading.Event()

    def work(_: sqlite_utils.Database) -> None:
        begun.set()
        done.wait(10)

    writing = asyncio.create_task(database.write(work))
    await until(begun.is_set)
    try:
        yield
    finally:
        done.set()
        await writing


async def _killed_before_it_is_stored(bot: Bot, faults: Faults, answers: int) -> None:
    """So many messages are answered; nothing of it is stored."""
    path = bot.database.path.with_name(bot.database.path.name + ENDING)
    held = asyncio.Event()
    faults.hang("sendMessage", held, times=answers)
    await bot.start()
    await until(lambda: len(faults.hits) == answers)
    async with _busy(bot.database):
        held.set()
        await until(lambda: path.read_bytes().count(b"\n") == answers)
        kept = path.read_bytes()
        assert bot.running
        bot.running.cancel()
    await bot.kill()
    path.write_bytes(kept.replace(b"\n\0", b"\n{?}\n\0", 1)[: len(kept)])  # and what a power cut may leave


async def test_a_card_that_was_answered_before_a_kill_does_not_come_again(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    """And what was not answered does."""
    people = [Someone(telegram, Person(id)) for id in (1001, 1002)]
    for number, someone in enumerate(people, 1):
        await bot.queue(await bot.chat(someone.chat.id), number)
    await _killed_before_it_is_stored(bot, telegram_faults, 2)
    await bot.queue(await bot.chat(1001), 3)
    await bot.start()
    await bot.settled(sent=3)
    assert [len(someone.messages) for someone in people] == [2, 1]
    stored = await bot.database.read(
        lambda db: db.execute("SELECT message_id, is_card FROM outbox ORDER BY id").fetchall()
    )
    assert stored[:2] == [(someone.messages[0].id, 1) for someone in people]


async def test_a_digest_that_was_answered_before_a_kill_is_no_longer_owed(
    bot: Bot, ada: Someone, telegram_faults: Faults
) -> None:
    await bot.queue(await bot.chat(mode=Mode.DAILY), 1, 2)
    bot.now = datetime(2026, 7, 4, 9, tzinfo=UTC)
    await _killed_before_it_is_stored(bot, telegram_faults, 1)
    bot.now += timedelta(minutes=1)
    await bot.start()
    await bot.settled(sent=2)
    assert (await bot.stored(1001)).next_digest_at == datetime(2026, 7, 5, 9, tzinfo=UTC)
    assert len(ada.messages) == 1


async def test_what_is_noted_of_what_is_gone_changes_nothing(bot: Bot, ada: Someone) -> None:
    """Nor does a note survive the transaction that holds it."""
    await bot.chat()
    await bot.database.write(chats.forget, 1001)
    chat = await bot.chat()
    digest = await bot.database.write(digests.record, 1001, 0, ["2607.00009"], 1, NOON)
    noted = Arrival(1001, 0, 5, "papers", (1,), NOON.timestamp())
    with Journal(bot.database.path) as journal:
        for arrival in (noted, replace(noted, digest=77), replace(noted, digest=digest.id), replace(noted, chat_id=9)):
            journal.note(arrival)
        assert len(journal.read()) == 4
    await bot.start()
    await bot.queue(chat, 1)
    await bot.settled(sent=1)
    assert len(ada.messages) == 1
    await bot.stop()
    assert not bot.database.path.with_name(bot.database.path.name + ENDING).read_bytes().strip(b"\0")
