"""A short torture with a fixed seed; `python -m benchmarks torture` kills the process itself, hundreds of times."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from benchmarks.rough_telegram import RoughTelegram
from bot.demo.chats import Chat as Conversation
from bot.demo.telegram_server import TelegramServer
from storage import chats
from storage.database import Database
from storage.records import Chat, Mode
from tests.delivering import Bot
from tests.serving import until

LIVES, PAPERS = 8, 3


class Ticking(Bot):
    """A bot whose wall clock ticks."""

    began = time.monotonic()
    per_second = 25

    def clock(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)


@pytest.fixture
async def bot(telegram: TelegramServer, database: Database) -> AsyncIterator[Ticking]:
    made = Ticking(telegram, database)
    yield made
    await made.close()


async def test_whatever_goes_wrong_nothing_is_lost_and_only_what_was_on_its_way_repeats(
    bot: Ticking, telegram: TelegramServer
) -> None:
    """People, groups, topics, at once and as digests; calls that fail in every way, and kills between any two steps."""
    chance = random.Random(9)
    killing = asyncio.Event()

    def dies(_: str) -> None:
        if chance.random() < 0.06:
            killing.set()

    rough = RoughTelegram(chance, 0.15, dies, (0.001, 0.008), (1,))
    telegram.intercept = rough
    telegram.chat(Conversation(-1001, "supergroup", "Readers"))
    telegram.chat(Conversation(-1002, "supergroup", "Labs", forum=True))
    places = [{"id": id} for id in range(1, 15)] + [{"id": -1001}, *({"id": -1002, "thread": t} for t in (5, 6))]
    stored: list[Chat] = []
    for number, place in enumerate(places):
        stored.append(await bot.chat(**place, mode=Mode.DAILY if number % 3 == 2 else Mode.INSTANT))
    for life in range(LIVES):
        if life < PAPERS:
            for chat in stored:
                await bot.queue(chat, life)
        rough.calm = True  # for getMe, which is not what this is about
        await bot.start()
        rough.calm = False
        killing.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(killing.wait(), 0.5)
        await bot.kill()
        rough.killed()
        for chat in stored:
            if chat.mode is Mode.DAILY and chance.random() < 0.3:
                await bot.database.write(chats.save, replace(chat, next_digest_at=bot.clock()))
    rough.calm = True
    for chat in stored:
        if chat.mode is Mode.DAILY:
            await bot.database.write(chats.save, replace(chat, next_digest_at=bot.clock()))
    await bot.start()
    wanted = {((chat.id, chat.thread), f"{number:05}") for chat in stored for number in range(PAPERS)}
    await until(lambda: wanted <= rough.shown.keys(), 20)
    explained = rough.unanswered + rough.lost + rough.just_answered
    assert not {key for key, times in rough.shown.items() if times - 1 > explained[key]}
    assert rough.tally.repeated + rough.tally.faults.total(), "it was rough"
    assert (rough.tally.early, rough.tally.broken) == (0, 0)
    assert rough.tally.most <= 8
