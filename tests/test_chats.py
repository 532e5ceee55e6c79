"""Chats as they are stored: settings, questions, texts behind buttons, leaving, moving, forgetting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from storage import broadcasts, chats, subscriptions
from storage.database import Database
from storage.records import Chat, Mode, Push

NOW = datetime(2026, 7, 3, 12, tzinfo=UTC)
CHAT = Chat(
    id=7, thread=0, kind="private", mode=Mode.DAILY, at=time(9), zone="Europe/Berlin",
    next_digest_at=NOW + timedelta(days=1), created_at=NOW,
)  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "paperwire.db")
    yield database
    await database.close()


async def test_a_chat_is_given_back_as_it_was_saved(database: Database) -> None:
    assert await database.read(chats.get, 7, 0) is None
    assert await database.write(chats.ensure, CHAT) == CHAT
    changed = replace(
        CHAT, mode=Mode.WEEKLY, at=time(8, 30), zone="Asia/Kathmandu", weekday=4, trending=Push.WEEKLY,
        quiet_from=time(0), quiet_to=time(7, 15), paused_until=NOW + timedelta(hours=5), cap=25, next_digest_at=None,
    )  # fmt: skip
    await database.write(chats.save, changed)
    assert await database.read(chats.get, 7, 0) == changed
    assert await database.write(chats.ensure, CHAT) == changed, "defaults do not replace what was chosen"


async def test_a_chat_that_was_set_aside_comes_back_with_all_topics_when_someone_speaks(database: Database) -> None:
    topic = replace(CHAT, thread=5)
    await database.write(chats.ensure, CHAT)
    await database.write(chats.ensure, topic)
    await database.write(chats.set_aside, 7, NOW)
    await database.write(chats.set_aside, 7, NOW + timedelta(days=2))
    gone = await database.read(chats.get, 7, 5)
    assert gone is not None and gone.gone_at == NOW
    assert await database.write(chats.ensure, CHAT) == CHAT
    assert await database.read(chats.get, 7, 5) == topic


async def test_people_who_are_not_let_in_are_set_aside_until_they_are(database: Database) -> None:
    group = replace(CHAT, id=-8, kind="group")
    blocked = replace(CHAT, id=9)
    for chat in (CHAT, group, blocked):
        await database.write(chats.ensure, chat)
    await database.write(chats.set_aside, 9, NOW)
    await database.write(chats.admit, {1, 9}, NOW)
    await database.write(chats.admit, {1, 9}, NOW + timedelta(days=2))
    assert not await database.write(chats.restore, 7), "words of who is shut out bring nothing back"
    gone = {id: (await database.read(chats.get, id, 0)).gone_at for id in (7, -8, 9)}  # type: ignore[union-attr]
    assert gone == {7: NOW, -8: None, 9: NOW}
    await database.write(chats.admit, frozenset(), NOW)
    assert await database.read(chats.get, 7, 0) == CHAT
    assert await database.read(chats.get, 9, 0) == replace(blocked, gone_at=NOW), (
        "who blocked the bot has not come back"
    )


async def test_a_question_is_answered_once_by_the_person_who_was_asked(database: Database) -> None:
    await database.write(chats.ask, 7, 0, 1, "search", NOW)
    await database.write(chats.ask, 7, 0, 1, "subscribe", NOW)
    assert await database.write(chats.asked, 7, 0, 2, NOW) is None
    assert await database.write(chats.asked, 7, 9, 1, NOW) is None
    assert await database.write(chats.asked, 7, 0, 1, NOW) == "subscribe"
    assert await database.write(chats.asked, 7, 0, 1, NOW) is None


async def test_words_of_the_next_day_answer_no_question(database: Database) -> None:
    await database.write(chats.ask, 7, 0, 1, "subscribe", NOW)
    assert await database.write(chats.asked, 7, 0, 1, NOW + timedelta(days=1)) is None


async def test_a_key_gives_a_text_back_to_its_chat_only(database: Database) -> None:
    key = await database.write(chats.remember, 7, "diffusion -survey", NOW)
    assert len(key) == 8
    assert await database.write(chats.remember, 7, "diffusion -survey", NOW) == key
    other = await database.write(chats.remember, 8, "diffusion -survey", NOW)
    assert other != key
    assert await database.read(chats.recalled, 7, key) == "diffusion -survey"
    assert await database.read(chats.recalled, 8, key) is None
    assert await database.read(chats.recalled, 7, "nonsense") is None


async def test_old_texts_make_room_and_used_ones_stay(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chats, "RECALL_LIMIT", 3)
    keys = [await database.write(chats.remember, 7, f"text {n}", NOW + timedelta(seconds=n)) for n in range(3)]
    await database.write(chats.remember, 7, "text 0", NOW + timedelta(seconds=3))
    await database.write(chats.remember, 7, "text 3", NOW + timedelta(seconds=4))
    assert [await database.read(chats.recalled, 7, key) for key in keys] == ["text 0", None, "text 2"]


async def test_a_group_that_becomes_a_supergroup_keeps_everything(database: Database) -> None:
    group = replace(CHAT, id=-10, kind="group", mode=Mode.INSTANT)
    await database.write(chats.ensure, group)
    made = await database.write(subscriptions.add, -10, 0, "diffusion", NOW)
    await database.write(chats.ask, -10, 0, 1, "search", NOW)
    key = await database.write(chats.remember, -10, "diffusion", NOW)
    for _ in range(2):
        await database.write(chats.migrate, -10, -1001)
    assert await database.read(chats.get, -10, 0) is None
    assert await database.read(chats.get, -1001, 0) == replace(group, id=-1001, kind="supergroup")
    assert await database.read(subscriptions.of_chat, -1001, 0) == [replace(made, chat_id=-1001)]
    assert await database.read(chats.recalled, -1001, key) == "diffusion"
    assert await database.write(chats.asked, -1001, 0, 1, NOW) == "search"


async def test_what_the_supergroup_had_before_the_news_is_joined(database: Database) -> None:
    await database.write(chats.ensure, replace(CHAT, id=-10, kind="group", mode=Mode.INSTANT))
    await database.write(chats.ensure, replace(CHAT, id=-1001, kind="supergroup"))
    for query in ("diffusion", "graphs"):
        await database.write(subscriptions.add, -10, 0, query, NOW)
    for query in ("graphs", "agents", "robots"):
        await database.write(subscriptions.add, -1001, 0, query, NOW)
    await database.write(_queue, -10, "sent")
    await database.write(_queue, -1001, "waiting")
    await database.write(chats.migrate, -10, -1001)
    kept = await database.read(subscriptions.of_chat, -1001, 0)
    assert [s.query for s in kept] == ["diffusion", "graphs", "agents", "robots"]
    assert len({s.number for s in kept}) == 4
    chat = await database.read(chats.get, -1001, 0)
    assert chat is not None and chat.mode is Mode.INSTANT
    assert await database.read(_rows, "SELECT chat_id, state FROM outbox") == [(-1001, "sent")], "no paper comes twice"


async def test_a_late_word_from_the_old_group_takes_no_settings_back(database: Database) -> None:
    await database.write(chats.ensure, replace(CHAT, id=-10, kind="group", mode=Mode.INSTANT))
    await database.write(subscriptions.add, -10, 0, "diffusion", NOW)
    await database.write(chats.migrate, -10, -1001)
    later = replace(CHAT, id=-10, kind="group", created_at=NOW + timedelta(minutes=1))
    await database.write(chats.ensure, later)
    await database.write(subscriptions.add, -10, 0, "graphs", NOW)
    await database.write(chats.migrate, -10, -1001)
    chat = await database.read(chats.get, -1001, 0)
    assert chat is not None and chat.mode is Mode.INSTANT
    kept = await database.read(subscriptions.of_chat, -1001, 0)
    assert [(one.number, one.query) for one in kept] == [(1, "diffusion"), (2, "graphs")]
    assert await database.read(chats.get, -10, 0) is None


async def test_forgetting_leaves_nothing_of_the_chat_and_all_of_the_others(database: Database) -> None:
    for id in (7, 8):
        await database.write(chats.ensure, replace(CHAT, id=id))
        await database.write(chats.ensure, replace(CHAT, id=id, thread=3))
        await database.write(subscriptions.add, id, 3, "diffusion", NOW)
        await database.write(chats.ask, id, 3, 1, "search", NOW)
        await database.write(chats.remember, id, "diffusion", NOW)
        await database.write(_queue, id, "waiting")
        await database.write(broadcasts.draft, "Hello", id, NOW)
    followed = (await database.read(subscriptions.of_chat, 7, 3))[0].id
    assert await database.write(chats.forget, 7) == [followed]
    columns = """SELECT held.name, columns.name FROM sqlite_master AS held, pragma_table_info(held.name) AS columns
                 WHERE held.type = 'table' AND (columns.name = 'chat_id' OR held.name || columns.name = 'chatsid')"""
    left = {
        table: {row[0] for row in await database.read(_rows, f"SELECT {column} FROM {table}")}
        for table, column in await database.read(_rows, columns)
    }
    assert {table for table, ids in left.items() if ids == {8}} >= {"chats", "subscriptions", "outbox", "broadcasts"}
    assert 7 not in set().union(*left.values())


def _rows(db: sqlite_utils.Database, sql: str) -> list[tuple[object, ...]]:
    return list(db.execute(sql).fetchall())


def _queue(db: sqlite_utils.Database, chat_id: int, state: str) -> None:
    db.execute(
        """INSERT OR IGNORE INTO papers (number, id, title, abstract, authors, url, summary, keywords, thumbnail,
               organisation, categories, comment, code, sources, first_seen)
           VALUES (1, '2607.00001', 'T', '', '[]', '', '', '[]', '', '', '[]', '', '[]', '[]', 0)"""
    )
    db.execute(
        "INSERT INTO outbox (chat_id, thread, paper_id, queries, queued_at, state) VALUES (?, 0, ?, '[]', 0, ?)",
        [chat_id, "2607.00001", state],
    )
