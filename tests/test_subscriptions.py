"""Subscriptions as they are stored: numbers, limits, pausing, ending and undoing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from storage import chats, subscriptions
from storage.database import Database
from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.records import Chat, Mode, Subscription

NOW = datetime(2026, 7, 3, 12, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """With the chat 7 and its topic 5."""
    database = await Database.open(tmp_path / "paperwire.db")
    for thread in (0, 5):
        await database.write(chats.ensure, Chat(7, thread, "supergroup", Mode.DAILY, time(9), "UTC", created_at=NOW))
    yield database
    await database.close()


async def add(database: Database, query: str, thread: int = 0) -> Subscription:
    return await database.write(subscriptions.add, 7, thread, query, NOW)


async def test_numbers_stay_and_are_not_given_again(database: Database) -> None:
    first, second = await add(database, "diffusion"), await add(database, "graphs")
    assert (first.number, second.number) == (1, 2)
    await database.write(subscriptions.end, second.id, NOW)
    third = await add(database, "agents")
    assert third.number == 3
    assert await database.read(subscriptions.of_chat, 7, 0) == [first, third]
    assert await database.read(subscriptions.numbered, 7, 0, 3) == third
    assert await database.read(subscriptions.numbered, 7, 0, 2) is None
    assert await database.read(subscriptions.numbered, 7, 0, 2, ended=True) == second
    assert await database.read(subscriptions.numbered, 8, 0, 3) is None


async def test_a_query_is_followed_once_per_topic(database: Database) -> None:
    await add(database, "diffusion")
    assert (await add(database, "diffusion", thread=5)).number == 1
    with pytest.raises(DuplicateSubscription) as refused:
        await add(database, "diffusion")
    assert (refused.value.number, refused.value.query) == (1, "diffusion")


async def test_following_again_gives_the_old_number_and_begins_now(database: Database) -> None:
    first = await add(database, "diffusion")
    await database.write(subscriptions.end, first.id, NOW)
    later = NOW + timedelta(days=1)
    just_after = later + timedelta(milliseconds=900)
    again = await database.write(subscriptions.add, 7, 0, "diffusion", just_after)
    assert (again.number, again.created_at) == (1, later)
    assert await database.read(subscriptions.of_chat, 7, 0) == [again]


async def test_a_chat_has_a_hundred_at_most_topics_together(database: Database) -> None:
    for n in range(99):
        await add(database, f"query {n}")
    last = await add(database, "last", thread=5)
    with pytest.raises(TooManySubscriptions):
        await add(database, "one more")
    await database.write(subscriptions.end, last.id, NOW)
    await add(database, "one more")
    with pytest.raises(TooManySubscriptions):
        await database.write(subscriptions.revive, last.id)


async def test_ending_is_undone_unless_it_cannot_be(database: Database) -> None:
    first = await add(database, "diffusion")
    await database.write(subscriptions.end, first.id, NOW)
    assert await database.write(subscriptions.revive, first.id) == first
    assert await database.read(subscriptions.of_chat, 7, 0) == [first]
    with pytest.raises(LookupError):
        await database.write(subscriptions.revive, first.id)


async def test_a_changed_query_keeps_the_number(database: Database) -> None:
    first, second = await add(database, "diffusion"), await add(database, "graphs")
    assert (await database.write(subscriptions.change, first.id, "diffusion -survey")).number == 1
    assert [s.query for s in await database.read(subscriptions.of_chat, 7, 0)] == ["diffusion -survey", "graphs"]
    with pytest.raises(DuplicateSubscription):
        await database.write(subscriptions.change, second.id, "diffusion -survey")
    await database.write(subscriptions.end, second.id, NOW)
    with pytest.raises(LookupError):
        await database.write(subscriptions.change, second.id, "agents")


async def test_paused_ended_and_unreachable_ones_get_no_papers(database: Database) -> None:
    ids = [(await add(database, query)).id for query in ("one", "two", "three")]

    async def open_ones() -> list[str]:
        return [s.query for s in await database.read(subscriptions.by_ids, [*ids, 999], NOW)]

    await database.write(subscriptions.pause, ids[0], True)
    await database.write(subscriptions.end, ids[1], NOW)
    assert await open_ones() == ["three"]
    active = await database.read(subscriptions.active, after=0, limit=9)
    assert [s.query for s in active] == ["one", "three"]
    assert await database.read(subscriptions.active, after=0, limit=1) == active[:1]
    assert await database.read(subscriptions.active, after=active[0].id, limit=9) == active[1:]
    await database.write(subscriptions.pause, ids[0], False)
    assert await open_ones() == ["one", "three"]
    await database.write(chats.set_aside, 7, NOW - timedelta(days=29))
    assert await open_ones() == ["one", "three"]
    await database.write(chats.restore, 7)
    await database.write(chats.set_aside, 7, NOW - timedelta(days=31))
    assert await open_ones() == []
    await database.write(chats.restore, 7)
    assert await open_ones() == ["one", "three"]
