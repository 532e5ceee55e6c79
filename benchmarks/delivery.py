"""Delivery against Telegram's limits: 300 chats due at once, 30 messages a second, 80 ms a call.

Beside it in the same run: a loop that sends one message after the other, and what python-telegram-bot alone costs.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time as clock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import httpx
import sqlite_utils
from telegram import Bot
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery import Delivery
from bot.pace import Pace
from bot.render import paper as cards
from bot.render.message import Message
from bot.sender import NO_PREVIEW, Sender, markup
from bot.urgency import Urgency
from storage import chats, outbox, papers
from storage.database import Database
from storage.records import Chat, CodeLink, Mode, Origin, Paper

CHATS = 300
PER_SECOND = 28.0
NAIVE = 60
TOKEN = "1:benchmark"
WORDS = (
    "sparse routing keeps long histories cheap while agents read tokens that matter under a budget of attention and "
    "training on invented benchmarks shows gains over dense baselines with stable optimisation and few parameters"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the server saw: seconds between the first and the last of so many messages, and refusals."""

    messages: int
    seconds: float
    refused: int

    @property
    def rate(self) -> float:
        """Messages a second."""
        return (self.messages - 1) / self.seconds


def run() -> None:
    """Print throughput, refusals, the wait of answers, and processor time per message."""
    command = [sys.executable, "-m", "benchmarks.flood_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stdin
        url = json.loads(server.stdout.readline())["url"]
        try:
            asyncio.run(_compare(url))
        finally:
            server.stdin.close()


async def _compare(url: str) -> None:
    listed = [_paper(number) for number in range(60)]
    naive = await _naive(url, listed)
    before = await _bare(url, listed)
    figures, spent, answers = await _delivery(url, listed)
    bare = (before + await _bare(url, listed)) / 2
    print(
        f"delivery: {figures.messages} messages, {figures.rate:.1f}/s = "
        f"{figures.rate / PER_SECOND:.1%} of messages_per_second, {figures.refused} refused (429)"
    )
    print(f"a loop that sends one by one: {naive.rate:.1f}/s = {naive.rate / PER_SECOND:.1%}")
    print(f"answers to {len(answers)} commands sent meanwhile: {max(answers) * 1000:.0f} ms at most, the call included")
    print(
        f"processor time per message: {spent * 1000:.2f} ms = {spent / bare:.2f} × a bare send_message "
        f"at the same pace ({bare * 1000:.2f} ms)"
    )


async def _bare(url: str, listed: list[Paper]) -> float:
    """Seconds of processor time that python-telegram-bot alone needs per message at this pace.

    The same messages, ready beforehand. At full speed it would need less: caches stay warm.
    """
    await _figures(url, strict=False)
    ready = [_card(paper) for paper in listed]
    async with Bot(TOKEN, base_url=f"{url}/bot", request=_request()) as bot:
        began, spent = clock.monotonic(), clock.process_time()
        async with asyncio.TaskGroup() as sends:
            for number in range(CHATS):
                sends.create_task(_send(bot, number + 1, ready[number % len(ready)]))
                await asyncio.sleep(began + number / PER_SECOND - clock.monotonic())
        return (clock.process_time() - spent) / CHATS


async def _naive(url: str, listed: list[Paper]) -> Figures:
    """A for loop around send_message."""
    await _figures(url, strict=True)
    async with Bot(TOKEN, base_url=f"{url}/bot", request=_request()) as bot:
        for number in range(NAIVE):
            await _send(bot, number + 1, _card(listed[number]))
    return await _figures(url, strict=True)


async def _delivery(url: str, listed: list[Paper]) -> tuple[Figures, float, list[float]]:
    """What the server saw, seconds of processor time per message, seconds that each answer took."""
    await _figures(url, strict=True)
    async with _database(listed) as database:
        pace = Pace(PER_SECOND)
        bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=_request(), rate_limiter=pace)
        await bot.initialize()
        delivery = Delivery(database, Sender(bot), pace, lambda: datetime.now(UTC))
        began = clock.process_time()
        delivering = asyncio.create_task(delivery.run())
        answers = await _answers(bot)
        await asyncio.sleep(CHATS / PER_SECOND - len(answers))
        await _emptied(database)
        spent = clock.process_time() - began
        delivery.stop()
        await delivering
        await bot.shutdown()
    figures = await _figures(url, strict=True)
    return figures, spent / figures.messages, answers


async def _answers(bot: ExtBot[Urgency]) -> list[float]:
    """Seconds that answers to commands take while the queue is full."""
    taken = []
    for number in range(6):
        await asyncio.sleep(1)
        began = clock.monotonic()
        await bot.send_message(CHATS - number, "An answer.")
        taken.append(clock.monotonic() - began)
    return taken


@asynccontextmanager
async def _database(listed: list[Paper]) -> AsyncIterator[Database]:
    """A database in which every chat waits for one paper."""
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "paperwire.db")
        await database.write(_fill, listed, datetime.now(UTC))
        try:
            yield database
        finally:
            await database.close()


def _fill(db: sqlite_utils.Database, listed: list[Paper], now: datetime) -> None:
    for paper in listed:
        papers.save(db, paper, [], now)
    for number in range(CHATS):
        chat = chats.ensure(db, Chat(number + 1, 0, "private", Mode.INSTANT, time(9), "UTC", created_at=now))
        paper = listed[number % len(listed)]
        outbox.enqueue(db, [outbox.NewDelivery(chat.id, 0, paper.id, ("sparse routing",), now)], now)


async def _emptied(database: Database) -> None:
    """Return when everything was sent."""
    while True:
        if not await database.read(_unsent):
            return
        await asyncio.sleep(0.2)


def _unsent(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM outbox WHERE state != 'sent'").fetchone()[0])


async def _figures(url: str, *, strict: bool) -> Figures:
    """What the server saw since the last time; it keeps the limits from now on if strict."""
    async with httpx.AsyncClient() as client:
        seen = (await client.get(f"{url}/figures/{'strict' if strict else 'lax'}")).json()
    moments = seen["moments"]
    return Figures(len(moments), moments[-1] - moments[0] if moments else 0.0, seen["refused"])


def _card(paper: Paper) -> Message:
    return cards.card(paper, today=datetime.now(UTC).date(), queries=("sparse routing",))


async def _send(bot: Bot, chat_id: int, message: Message) -> None:
    await bot.send_message(
        chat_id, message.text, parse_mode="HTML", link_preview_options=NO_PREVIEW, reply_markup=markup(message)
    )


def _request() -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=64)


def _paper(number: int) -> Paper:
    chance, words = random.Random(number), WORDS.split()
    repository = f"https://github.com/invented/routers-{number}"
    return Paper(
        id=f"2607.{number:05}",
        title=" ".join(chance.choices(words, k=9)).capitalize(),
        abstract=". ".join(" ".join(chance.choices(words, k=18)).capitalize() for _ in range(9)) + " at $O(n^2)$.",
        authors=("Mira Okafor", "Jun Sato", "Lena Brandt", "Tomás Rey"),
        url=f"https://huggingface.co/papers/2607.{number:05}",
        upvotes=number,
        stars=310,
        code=(CodeLink(repository, Origin.REPOSITORY, 310),),
        listed_at=datetime.now(UTC),
    )
