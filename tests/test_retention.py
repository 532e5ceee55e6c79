"""Papers that are older than they are to be kept: removed with what was noted of them, and no news afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlite_utils

from bot.query.fulltext import compiled
from bot.query.parser import parse
from bot.retention import EVERY, Retention
from storage import outbox, papers, retention, saved, search, wishes
from storage.conditions import Condition
from storage.database import Database
from tests.factories import statement
from tests.rounds import DAY, NOON, Rounds, Told


@pytest.fixture
def rounds(database: Database) -> Rounds:
    return Rounds(database)


def _routers() -> Condition:
    return compiled(parse("routers"))


async def nothing(_: float) -> None:
    return None


async def count(database: Database, table: str) -> int:
    return int(await database.read(lambda db: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))


async def test_old_papers_go_with_all_that_was_noted_and_are_no_news_again(rounds: Rounds) -> None:
    database, source = rounds.database, Told()
    await rounds.follow("routers")
    told = [
        statement(f"2607.{n:05}", "arxiv", listed_at=NOON, abstract=f"Sparse routers {n}.", title=f"Routers {n}")
        for n in range(1, 5)
    ]
    await rounds.round(source)
    source.news = tuple(told)
    await rounds.round(source)
    rows = await database.read(outbox.waiting, 1, 0)
    assert len(rows) == 4
    kept, wanted, *_ = (row.paper_id for row in rows)
    await database.write(saved.add, 1, 0, kept, NOON)
    await database.write(wishes.make, 1, 0, wanted, NOON)
    await database.write(outbox.claim, [row.id for row in rows[:-1]])
    await database.write(outbox.sent, [row.id for row in rows[:-1]], 7, NOON)
    removing = Retention(database, 60 * DAY, lambda: rounds.now, nothing)
    rounds.now = NOON + 59 * DAY
    await removing.round()
    assert await count(database, "papers") == 4
    rounds.now = NOON + 61 * DAY
    assert await removing.round() == rounds.now + EVERY
    gone = rows[2].paper_id
    assert await database.read(papers.get, gone) is None
    left = await database.read(papers.listed_since, NOON - DAY)
    assert {paper.id for paper in left} == {kept, wanted, rows[3].paper_id}, "saved, wished for, waiting"
    found = await database.read(search.find, _routers(), limit=9)
    assert {paper.id for paper in found} == {kept, wanted, rows[3].paper_id}
    assert await count(database, "outbox") == 3 and await count(database, "statements") == 3
    await database.write(outbox.claim, [rows[3].id])
    await database.write(outbox.sent, [rows[3].id], 8, rounds.now)
    source.news = tuple(one for one in told if one.paper_id == gone)
    await rounds.round(source)
    assert await database.read(papers.get, gone), "who looks for it finds it again"
    assert await database.read(outbox.waiting, 1, 0) == []


async def test_many_are_removed_a_little_at_a_time(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Told()
    source.archive = tuple(statement(f"2607.{n:05}", "arxiv", listed_at=NOON) for n in range(1, 8))
    await rounds.round(source)
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    rounds.now += timedelta(days=365)
    await Retention(rounds.database, 60 * DAY, lambda: rounds.now, pause).round()
    assert await count(rounds.database, "papers") == 0
    assert len(pauses) == 4, "three for papers, one for the index"
    faults = await rounds.database.read(lambda db: db.execute("PRAGMA foreign_key_check").fetchall())
    assert faults == []


async def test_what_was_removed_takes_no_room_in_the_index(rounds: Rounds) -> None:
    """An archive of ten days, each day with other words: after sixty it takes what it took at first."""
    database, source, sizes = rounds.database, Told(), []
    removing = Retention(database, 10 * DAY, lambda: rounds.now, nothing)
    for day in range(60):
        rounds.now = NOON + day * DAY
        source.news = tuple(
            statement(f"2607.{n:05}", "arxiv", listed_at=rounds.now, authors=(), abstract=f"word{n} " * 9 + f"day{day}")
            for n in range(day * 10, day * 10 + 10)
        )
        await rounds.round(source)
        await removing.round()
        sizes.append(await database.read(_index_size))
    assert max(sizes[30:]) < 1.5 * sizes[10]


def _index_size(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT sum(length(block)) FROM search_data").fetchone()[0])
