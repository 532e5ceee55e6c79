"""From start to polling, and the memory of a process that serves 10,000 subscriptions (Linux).

Beside it in the same run, against the same Bot API server on loopback: a bare python-telegram-bot application.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from functools import partial
from pathlib import Path
from statistics import median

import sqlite_utils

from benchmarks.corpus import papers as recorded
from benchmarks.daily_list import entry
from benchmarks.workload import Workload
from bot.demo.chats import Json
from bot.demo.loopback import Answer, Perform
from bot.demo.source_server import Request, SourceServer
from bot.demo.telegram_server import Call, TelegramServer
from bot.errors import QueryError
from bot.query.parser import parse
from storage import chats, subscriptions
from storage.database import Database
from storage.errors import DuplicateSubscription
from storage.records import Chat, Mode, Paper

SUBSCRIPTIONS = 10_000
A_CHAT = 5
A_DAY = 20  # papers on each of the lists of 30 days
STARTS, SETTLED = 9, 3
"""How often each is started, and how often of these it may settle."""

SETTLING = 1.5
"""Seconds without anything to do before the look at the memory."""
PATIENCE = 60.0
PAPERWIRE = ("-m", "bot", "run")
BARE = ("-m", "benchmarks.bare_bot")


@dataclass(frozen=True, slots=True)
class Footprint:
    """seconds: from the start of the process to its first getUpdates; memory: resident, in MiB, once it has settled."""

    seconds: float
    memory: float


def run() -> None:
    """Print medians of both, and how they compare."""
    asyncio.run(_compare())


async def _compare() -> None:
    papers = recorded()
    ours: list[Footprint] = []
    bare: list[Footprint] = []
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        await filled(template, papers)
        async with _servers(papers) as servers:
            for number in range(STARTS):
                path = Path(folder) / f"{number}.db"
                shutil.copy(template, path)
                settles = number < SETTLED
                ours.append(await _footprint(PAPERWIRE, servers, path, servers.read_and_left if settles else _at_once))
                bare.append(
                    await _footprint(BARE, servers, path, partial(asyncio.sleep, SETTLING) if settles else _at_once)
                )
    print(f"Paperwire with {SUBSCRIPTIONS:,} subscriptions, its archive just filled, against a bare application;")
    print(f"medians of {STARTS} starts and {SETTLED} looks at the memory")
    _tell("start to polling", [one.seconds for one in ours], [one.seconds for one in bare], ".2f", "s")
    ours, bare = ours[:SETTLED], bare[:SETTLED]
    _tell("resident memory", [one.memory for one in ours], [one.memory for one in bare], ".1f", "MiB")


async def _at_once() -> None:
    """No time to settle."""


def _tell(what: str, ours: Sequence[float], bare: Sequence[float], form: str, unit: str) -> None:
    our, their = median(ours), median(bare)
    print(f"{what}: {our / their:.2f} × ({our:{form}} against {their:{form}} {unit})")


class Servers:
    """The servers that both talk to, and what they see."""

    def __init__(self, listing: Callable[[date], Sequence[Json]]) -> None:
        self.telegram, self.source = TelegramServer(), SourceServer(listing)
        self.telegram.intercept, self.source.intercept = self._called, self._asked
        self.polled: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._read = asyncio.Event()

    async def read_and_left(self) -> None:
        """Until the source has been read and is left alone."""
        await self._read.wait()
        while self._read.is_set():
            self._read.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._read.wait(), SETTLING)

    async def _called(self, call: Call, perform: Perform) -> Answer:
        if call.method == "getUpdates" and not self.polled.done():
            self.polled.set_result(call.at)
        return await perform()

    async def _asked(self, _: Request, perform: Perform) -> Answer:
        self._read.set()
        return await perform()


@asynccontextmanager
async def _servers(papers: Sequence[Paper]) -> AsyncIterator[Servers]:
    today = datetime.now(UTC)

    def listing(day: date) -> list[Json]:
        ago = (today.date() - day).days
        return [entry(paper, today - timedelta(days=ago)) for paper in papers[ago * A_DAY : (ago + 1) * A_DAY]]

    servers = Servers(listing)
    await servers.telegram.start()
    await servers.source.start()
    try:
        yield servers
    finally:
        await servers.source.stop()
        await servers.telegram.stop()


def environment(telegram: TelegramServer, source: SourceServer, path: Path) -> dict[str, str]:
    """What makes `paperwire run` talk to these servers and keep everything at path."""
    return os.environ | {
        "no_proxy": "*",
        "PAPERWIRE_TELEGRAM__TOKEN": telegram.token,
        "PAPERWIRE_TELEGRAM__API_URL": telegram.url,
        "PAPERWIRE_STORAGE__PATH": str(path),
        "PAPERWIRE_SOURCES__HUGGINGFACE__URL": source.url,
        "PAPERWIRE_SOURCES__ARXIV__ENABLED": "false",
        "PAPERWIRE_LOGGING__LEVEL": "WARNING",
    }


async def filled(path: Path, papers: Sequence[Paper]) -> None:
    """Make a database at path with the subscriptions of many chats to the words of these papers."""
    drawn = Workload(papers).subscriptions(SUBSCRIPTIONS + SUBSCRIPTIONS // 100)
    queries = [each.text for each in drawn if _readable(each.text)][:SUBSCRIPTIONS]
    database = await Database.open(path)
    await database.write(_subscribe, queries, datetime.now(UTC))
    await database.close()


def _readable(query: str) -> bool:
    try:
        parse(query)
    except QueryError:
        return False
    return True


def _subscribe(db: sqlite_utils.Database, queries: Sequence[str], now: datetime) -> None:
    """A few for each chat; whoever draws the same query twice has one less."""
    for first in range(0, len(queries), A_CHAT):
        chat = chats.ensure(db, Chat(first + 1, 0, "private", Mode.DAILY, hour(9), "UTC", created_at=now))
        for query in queries[first : first + A_CHAT]:
            try:
                subscriptions.add(db, chat.id, 0, query, now)
            except DuplicateSubscription:
                continue


async def _footprint(
    command: Sequence[str], servers: Servers, path: Path, settled: Callable[[], Awaitable[object]]
) -> Footprint:
    servers.polled = asyncio.get_running_loop().create_future()
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=environment(servers.telegram, servers.source, path)
    )
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((ended, servers.polled), return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise RuntimeError(f"{' '.join(command)} ended with {ended.result()}")
            await settled()
        return Footprint(servers.polled.result() - started, _resident(process.pid))
    finally:
        if not ended.done():
            process.send_signal(signal.SIGTERM)
        await ended


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
