"""A year of operation in minutes: what the file weighs at its end, and whether anything leaks or slows down.

`python -m benchmarks year [--days N] [--chats N] [--keep-days N]`. Four recorded weeks come again and again, each time
with other words: new papers on weekdays, votes that grow for two days. Chats in eight zones follow three queries each,
about ten papers a day; all get daily digests, one chat of ten with the trending list. Polling, looking again, matching,
planning, rendering, delivery, retention and search are the bot's own, over a clock that is set; a stub stands for
Telegram. A digest costs some 5 ms: a year of 100 chats takes about ten minutes on idle cores, of 1,000 over half an
hour.

Times are of the processor, so that other programs do not count. A fresh process opens the archive at the end and
lives one more week, which is what its memory is compared with: caches fill in some days, and are bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as hour
from itertools import count
from pathlib import Path
from statistics import median

import sqlite_utils

from benchmarks import corpus, recorded_weeks
from benchmarks.workload import Workload
from bot import planning, results
from bot.app import fill
from bot.delivery import Delivery
from bot.errors import QueryError
from bot.looking import Looking
from bot.matching import Matcher
from bot.pace import Pace
from bot.polling import Polling
from bot.query.parser import parse
from bot.render.message import Message
from bot.retention import Retention
from bot.sender import Sender, Sent
from bot.sources.source import Batch, Look
from storage import chats, outbox, subscriptions
from storage.database import Database
from storage.errors import DuplicateSubscription
from storage.records import Chat, Mode, Push, SourceState, Statement

A_CHAT = 3
SEARCHES = 5
GROWING = timedelta(days=2)
"""How long a paper's votes grow."""
STEP = 3
"""Hours from one look at the votes to the next; what is due is delivered then."""
LOOKS = 10
"""Rounds of looking again, a day; each takes a hundred papers."""
WEEK, MONTH = 7, 28
GOAL_MEMORY = 1.2
ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
)
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated, in which folder. keep_days: as in the configuration."""

    folder: Path
    days: int
    chats: int
    keep_days: int

    @property
    def path(self) -> Path:
        """The database."""
        return self.folder / "paperwire.db"


@dataclass
class Life:
    """What a process saw, a figure a day: milliseconds of processor time, MiB, papers.

    poll: for each new paper; unchanged: for a whole poll without any; delivery: for each message.
    """

    poll: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    delivery: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    size: list[float] = field(default_factory=list)
    papers: list[int] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    sent: int = 0


class _Said:
    """A source that says what it is told to."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.news: tuple[Statement, ...] = ()

    @property
    def name(self) -> str:
        return self._name

    async def poll(self, _: SourceState, now: datetime) -> AsyncIterator[Batch]:
        yield Batch(self.news, f'{{"polled": "{now.isoformat()}"}}')

    async def backfill(self, _: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        yield Batch((), f'{{"filled": "{now.isoformat()}", "days": {days}}}')

    async def look(self, ids: Sequence[str], _: SourceState, __: datetime) -> AsyncIterator[Look]:
        yield Look(tuple(ids))


class _Mute(Sender):
    """Stands for Telegram, which takes everything at once."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.sent = 0

    async def send(  # the arguments are those of the real one
        self,
        chat_id: int,  # noqa: ARG002
        thread: int,  # noqa: ARG002
        message: Message,  # noqa: ARG002
        *,
        silent: bool = False,  # noqa: ARG002
        reply_to: int | None = None,  # noqa: ARG002
    ) -> Sent:
        self.sent += 1
        return Sent(next(self._numbers))


class _Bot:
    """The parts of the bot that live on, at `now`."""

    def __init__(self, plan: Plan, database: Database) -> None:
        self.plan, self.database = plan, database
        self.now = recorded_weeks.midnight(0)
        self.telegram, self.matcher, self.life = _Mute(), Matcher(), Life()
        self.arxiv, self.hugging_face = _Said("arxiv"), _Said("huggingface")
        self.delivery = Delivery(database, self.telegram, Pace(1e6), self._clock)
        self.polling = Polling(database, self.matcher, self._clock, self.delivery.wake)
        self.looking = Looking(database, self.matcher, self._clock, self.delivery.wake)
        self.retention = Retention(database, timedelta(days=plan.keep_days), self._clock, _at_once)
        self._listed: tuple[Statement, ...] = ()

    def _clock(self) -> datetime:
        return self.now

    async def day(self, number: int) -> None:
        """Live through a day: what is new at midnight, then a look at the votes and all that is due every few hours."""
        told = recorded_weeks.read(self.plan.folder, number)
        midnight = recorded_weeks.midnight(number)
        self._listed = (
            tuple(one for one in self._listed if one.listed_at and midnight - one.listed_at < GROWING)
            + told["huggingface"]
        )
        self.arxiv.news, read, delivered, sent = told["arxiv"], 0.0, 0.0, self.telegram.sent
        for at in range(0, 24, STEP):
            self.now = midnight + timedelta(hours=at, minutes=1)
            if at == 0:
                read += await _timed(self._poll(self.arxiv))
                self.life.unchanged.append(await _timed(self._poll(self.arxiv)))
            self.hugging_face.news = tuple(_voted(one, self.now) for one in self._listed)
            read += await _timed(self._poll(self.hugging_face))
            delivered += await _timed(self._deliver())
        for _ in range(LOOKS):
            await self.looking.round(self.hugging_face)
        if self.plan.keep_days:
            await self.retention.round()
        if told["arxiv"]:
            self.life.poll.append(read / len(told["arxiv"]))
        if self.telegram.sent > sent:
            self.life.delivery.append(delivered / (self.telegram.sent - sent))
        self.life.search.append(await _timed(self._search(number)) / SEARCHES)
        self.life.papers.append(await self.database.read(_papers))
        self.life.size.append(self.plan.path.stat().st_size / MIB)
        self.life.memory.append(_resident())

    async def _poll(self, source: _Said) -> None:
        await self.polling.round(source, timedelta(hours=1), 0)

    async def _deliver(self) -> None:
        while await self.database.read(outbox.due_chats, self.now):
            self.delivery.wake()
            await asyncio.sleep(0.01)

    async def _search(self, seed: int) -> None:
        queries = await self.database.read(_queries)
        for query in random.Random(seed).choices(queries, k=SEARCHES):
            await self.database.read(results.find, parse(query), limit=5)


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 where memory is more than it may be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks year")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--keep-days", type=int, default=0, help="as storage.keep_days; 0: all papers stay")
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(Path(folder), **vars(parser.parse_args(arguments)))
        began = time.monotonic()
        recorded_weeks.write(plan.folder, plan.days + WEEK)
        asyncio.run(_people(plan))
        life = _in_a_process_of_its_own(plan, 0, plan.days)
        fresh = _in_a_process_of_its_own(plan, plan.days, plan.days + WEEK)
        _tell(plan, life, fresh, time.monotonic() - began)
    return 0 if life.memory[-1] <= GOAL_MEMORY * fresh.memory[-1] else 1


def _tell(plan: Plan, life: Life, fresh: Life, seconds: float) -> None:
    print(f"{plan.days} days, {plan.chats:,} chats, {life.sent:,} messages in {seconds:.0f} s")
    quarters = [max(len(life.size) * part // 4 - 1, 0) for part in range(1, 5)]
    sizes = ", ".join(f"{life.size[day]:.0f} MiB ({life.papers[day]:,} papers)" for day in quarters)
    print(f"file after each quarter: {sizes}")
    with closing(sqlite3.connect(plan.path)) as file:
        tables = file.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 12").fetchall()
        free = file.execute("PRAGMA freelist_count").fetchone()[0] * file.execute("PRAGMA page_size").fetchone()[0]
    print(f"a paper: {life.size[-1] * 1024 / life.papers[-1]:.2f} KiB; free in the file: {free / MIB:.1f} MiB")
    print("MiB of tables and indexes: " + ", ".join(f"{name} {size / MIB:.1f}" for name, size in tables))
    print(f"memory after each quarter: {', '.join(f'{life.memory[day]:.0f}' for day in quarters)} MiB")
    last, fresh_end = life.memory[-1], fresh.memory[-1]
    print(f"  = {last / fresh_end:.2f} × a fresh process on the same archive ({fresh_end:.0f}); goal {GOAL_MEMORY}")
    month = min(MONTH, len(life.papers) // 2)
    growth = median(life.papers[-month:]) / median(life.papers[:month])
    print(f"archive, last month by first: {growth:.1f} ×; milliseconds of processor time, medians:")
    for label, taken in (
        ("a poll, per new paper", life.poll),
        ("a poll with nothing new", life.unchanged),
        ("a delivery, per message", life.delivery),
        ("a search", life.search),
    ):
        some = min(month, len(taken) // 2)
        first, last = median(taken[:some]), median(taken[-some:])
        print(f"  {label:24} {first:8.2f} → {last:8.2f}   {last / first:.2f} ×")


def _in_a_process_of_its_own(plan: Plan, first: int, end: int) -> Life:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        return processes.submit(_lived, plan, first, end).result()


def _lived(plan: Plan, first: int, end: int) -> Life:
    return asyncio.run(_live(plan, first, end))


async def _live(plan: Plan, first: int, end: int) -> Life:
    """The days from `first` until before `end`, from the start of a process on."""
    database = await Database.open(plan.path, exclusive=True)
    bot = _Bot(plan, database)
    await fill(database, bot.matcher)
    delivering = asyncio.create_task(bot.delivery.run())
    try:
        for number in range(first, end):
            await bot.day(number)
    finally:
        bot.delivery.stop()
        await delivering
        await database.close()
    bot.life.sent = bot.telegram.sent
    return bot.life


async def _people(plan: Plan) -> None:
    """Chats of eight zones, and what they follow."""
    drawn = Workload(corpus.papers()).subscriptions(2 * A_CHAT * plan.chats)
    queries = iter([query for query in (each.text for each in drawn) if _readable(query)])
    database = await Database.open(plan.path)
    await database.write(_subscribe, plan.chats, queries)
    await database.close()


def _subscribe(db: sqlite_utils.Database, number: int, queries: Iterator[str]) -> None:
    made = recorded_weeks.midnight(0) - timedelta(hours=1)
    for id in range(1, number + 1):
        push = Push.OFF if id % 10 else Push.DAILY
        chat = Chat(id, 0, "private", Mode.DAILY, hour(7 + id % 4), ZONES[id % len(ZONES)], created_at=made)
        chats.ensure(db, planning.replanned(replace(chat, trending=push), made))
        for _ in range(A_CHAT):
            with suppress(DuplicateSubscription):
                subscriptions.add(db, id, 0, next(queries), made)


def _readable(query: str) -> bool:
    try:
        parse(query)
    except QueryError:
        return False
    return True


def _voted(said: Statement, now: datetime) -> Statement:
    """With the votes that it has by now."""
    grown = min((now - said.listed_at) / GROWING, 1.0) if said.listed_at else 1.0
    return replace(said, upvotes=int((said.upvotes or 0) * grown))


async def _timed(work: Awaitable[None]) -> float:
    """Milliseconds of processor time, in all threads."""
    began = time.process_time()
    await work
    return (time.process_time() - began) * 1000


async def _at_once(_: float) -> None:
    return None


def _papers(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM papers").fetchone()[0])


def _queries(db: sqlite_utils.Database) -> list[str]:
    return [query for (query,) in db.execute("SELECT query FROM subscriptions WHERE id <= 500 ORDER BY id")]


def _resident() -> float:
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
