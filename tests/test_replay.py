"""Recorded days of both sources, from a backfill that is killed again and again to a weekend and new versions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlite_utils

from benchmarks.corpus import RECORDED
from bot.sources.arxiv import Arxiv
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.source import Source
from storage.database import Database
from tests.rounds import Rounds, hugging_face
from tests.servers.recorded import RecordedDays
from tests.source_server import Asked, Reply, serving

ARCHIVED = date(2026, 6, 18)  # a Thursday
NEWS = [ARCHIVED + timedelta(days=ahead) for ahead in (1, 4)]
"""The second is a Monday, whose feed has Friday's papers once more, as replaced."""
CATEGORIES = ("cs", "stat", "eess", "math", "physics", "q-bio", "econ", "q-fin", "cond-mat", "quant-ph")
QUERIES = ("source:hf", "source:arxiv", "source:hf OR source:arxiv")
INTERVAL = 3
BACKFILL = 4

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded papers are not here")


@dataclass
class World:
    """The sources, and one process after the other that reads them.

    asked_arxiv: when it was asked, in seconds. pages: how often for the papers of each day. answers: by status.
    dying: how many requests to arXiv the process still makes until it is killed; the last of them gets no answer.
    """

    rounds: Rounds
    site: RecordedDays
    url: str = ""
    time: float = 0
    asked_arxiv: list[float] = field(default_factory=list)
    pages: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    dying: int = 0
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path != "/api/daily_papers":
            self.asked_arxiv.append(self.time)
            self.pages.update([asked.query["search_query"]] if "search_query" in asked.query else [])
            self.dying -= 1
            if self.dying == 0:
                self.dead.set()
                return Reply(silent=True)
        reply = self.site(asked)
        self.answers[reply.status] += 1
        return reply

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.time += seconds

    async def reads(self, *, killed_at: int = 0) -> None:
        """A process reads both sources; it is killed at its request number `killed_at` to arXiv."""
        self.dying = killed_at
        self.dead.clear()
        async with Client("x", now=lambda: self.rounds.now, timeout=20) as client:
            gate = Gate(lambda: self.time, self.sleep, interval=INTERVAL)
            arxiv = Arxiv(client, api_url=self.url, feed_url=self.url, categories=CATEGORIES, gate=gate)
            reading = asyncio.gather(self._round(hugging_face(client, self.url)), self._round(arxiv))
            dying = asyncio.create_task(self.dead.wait())
            await asyncio.wait((reading, dying), return_when=asyncio.FIRST_COMPLETED)
            dying.cancel()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    async def _round(self, source: Source) -> None:
        await self.rounds.round(source, days=BACKFILL)

    def move(self, day: date, hour: int) -> None:
        self.rounds.now = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
        self.site.today = day


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(Rounds(database), RecordedDays((ARCHIVED, *NEWS), ARCHIVED))
    async with serving(world) as server:
        world.url = server.url
        yield world


async def test_every_recorded_paper_is_stored_once_and_pushed_once(world: World) -> None:
    site, rounds = world.site, world.rounds
    world.move(ARCHIVED, 20)
    for chat, query in enumerate(QUERIES, start=1):
        await rounds.follow(query, chat)
    for request in (1, 3, 2):
        await world.reads(killed_at=request)
    await world.reads()
    assert [await rounds.ids(chat) for chat in (1, 2, 3)] == [[], [], []], "the archive is pushed to nobody"
    assert world.pages.total() == BACKFILL + 1 + 3, "each day once, and again those that were being read at a kill"
    past = site.listed(ARCHIVED) | site.announced(ARCHIVED) | site.replaced(ARCHIVED)
    assert await rounds.stored() == sorted(past)

    got = [Counter[str]() for _ in QUERIES]
    for ahead in range(1, 5):
        for hour in (1, 20):
            world.move(ARCHIVED + timedelta(days=ahead), hour)
            await world.reads()
            for chat, ids in enumerate(got, start=1):
                ids.update(await rounds.ids(chat))
                await rounds.send(chat)

    listed, announced = site.listed(ARCHIVED, *NEWS), site.announced(ARCHIVED, *NEWS)
    announced |= site.replaced(ARCHIVED, *NEWS)
    assert await rounds.stored() == sorted(listed | announced)
    assert await rounds.database.read(_told_by_both) == sorted(listed & announced)
    assert await rounds.database.read(_titles) == len(listed | announced), "no title under two ids"
    in_lists, in_feeds = site.listed(*NEWS) - site.listed(ARCHIVED), site.announced(*NEWS)
    late = in_lists & announced - in_feeds  # the archive's or older, and news once Hugging Face lists it
    assert late
    assert [set(ids) for ids in got] == [in_lists, in_feeds | late, in_lists | in_feeds]
    assert max(max(ids.values()) for ids in got) == 1
    assert min(b - a for a, b in zip(world.asked_arxiv, world.asked_arxiv[1:], strict=False)) >= INTERVAL
    assert world.answers[304] > world.answers[200] / 2


def _told_by_both(db: sqlite_utils.Database) -> list[str]:
    sql = "SELECT paper_id FROM statements GROUP BY paper_id HAVING count(*) = 2 ORDER BY paper_id"
    return [id for (id,) in db.execute(sql)]


def _titles(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(DISTINCT lower(title)) FROM papers").fetchone()[0])
