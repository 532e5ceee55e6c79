"""Topics that are closed or deleted: told once in General, moved, ended, found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.demo.chats import Chat as Conversation
from bot.demo.telegram_server import Call, TelegramServer
from storage import chats, limits, outbox, subscriptions, topics
from storage.database import Database
from storage.records import LostTopic, Topic
from tests.delivering import NOON, Bot
from tests.servers.faults import Faults

FORUM = -1009
CLOSED = "Bad Request: TOPIC_CLOSED"
ALWAYS = 10_000


@pytest.fixture
async def bot(telegram: TelegramServer, database: Database) -> AsyncIterator[Bot]:
    """Not started yet; the forum has a topic News, thread 5."""
    made = Bot(telegram, database)
    telegram.chat(Conversation(FORUM, "supergroup", "Readers", forum=True))
    await database.write(topics.rename, FORUM, 5, "News <b>")
    yield made
    await made.close()


def to_thread(thread: int) -> Callable[[Call], bool]:
    """Messages to a topic; 0: to General."""
    return lambda call: call.method == "sendMessage" and int(call.params.get("message_thread_id", 0)) == thread


async def lost(bot: Bot) -> LostTopic | None:
    """The topic News as it is thought to be lost."""
    return await bot.database.read(topics.lost, FORUM, 5)


async def untold(bot: Bot) -> LostTopic | None:
    """The same where it is still to be told of."""
    return await bot.database.read(topics.untold, FORUM, 5)


async def until_told(bot: Bot) -> None:
    async with asyncio.timeout(5):
        while not await lost(bot) or await untold(bot):
            continue


async def test_a_lost_topic_is_told_of_once_with_ways_on(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    telegram_faults.refuse(to_thread(5), 400, CLOSED, times=ALWAYS)
    await bot.queue(await bot.chat(FORUM, thread=5), 1, 2)
    await bot.start()
    await until_told(bot)
    await bot.queue(await bot.chat(FORUM, thread=5), 3)
    await bot.move(NOON + timedelta(hours=6, seconds=2))
    await bot.queue(await bot.chat(FORUM, thread=6), 4)
    await bot.settled(waiting=3, sent=1)
    told = [message for message in telegram.methods.chats[FORUM].written() if not message.thread]
    assert len(told) == 1, "however often the topic is tried"
    assert told[0].text.startswith("The topic News <b> is closed or deleted, and 2 papers wait for it.")
    assert told[0].labels == ["Move to General", "Choose a topic", "End them"]
    assert told[0].silent


async def test_where_general_is_closed_too_its_papers_wait_quietly_until_it_is_not(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    for thread in (0, 5):
        telegram_faults.refuse(to_thread(thread), 400, CLOSED, times=1)
    await bot.queue(await bot.chat(FORUM, thread=5), 1)
    await bot.start()
    await until_told(bot)
    assert telegram.methods.chats[FORUM].written() == []
    await bot.database.write(topics.find, FORUM, 0)
    bot.delivery.wake()
    await until_told(bot)
    assert len(telegram.methods.chats[FORUM].written()) == 1


async def test_a_pause_that_telegram_asks_for_holds_the_news_too(bot: Bot, telegram_faults: Faults) -> None:
    telegram_faults.refuse(to_thread(5), 400, CLOSED)
    telegram_faults.flood(to_thread(0), 30)
    early = NOON + timedelta(seconds=29)
    await bot.queue(await bot.chat(FORUM, thread=5), 1)
    await bot.start()
    async with asyncio.timeout(5):
        while not await bot.database.read(limits.holds, NOON):
            continue
        while await bot.database.read(outbox.due_chats, early):
            continue
    assert await bot.database.read(outbox.due_chats, NOON + timedelta(seconds=31)) == [(FORUM, 5)]


async def test_a_group_in_which_the_bot_may_not_write_is_left_alone_and_tried_again(
    bot: Bot, telegram_faults: Faults
) -> None:
    mute = "Bad Request: not enough rights to send text messages to the chat"
    telegram_faults.refuse("sendMessage", 400, mute)
    await bot.queue(await bot.chat(FORUM), 1, 2)
    await bot.start()
    async with asyncio.timeout(5):
        while not await bot.database.read(chats.is_gone, FORUM):
            continue
    await bot.move(NOON + timedelta(hours=5))
    await bot.settled(waiting=2)
    await bot.move(NOON + timedelta(hours=6, seconds=2))
    await bot.settled(sent=2)
    assert not await bot.database.read(chats.is_gone, FORUM)


async def test_what_moves_to_a_topic_comes_with_its_settings_and_never_twice(bot: Bot) -> None:
    await bot.chat(FORUM, thread=5, cap=3)
    await bot.chat(FORUM, thread=6, cap=20)
    for thread, queries in ((5, ("routers", "agents")), (6, ("agents", "robots"))):
        for query in queries:
            await bot.database.write(subscriptions.add, FORUM, thread, query, NOON)
    await bot.queue(await bot.chat(FORUM, thread=6), 1)
    await bot.start()
    await bot.settled(sent=1)
    await bot.stop()
    await bot.queue(await bot.chat(FORUM, thread=5), 1, 2)
    await bot.database.write(topics.lose, FORUM, 5, NOON)
    await bot.database.write(topics.move, FORUM, 5, 6)
    kept = await bot.database.read(subscriptions.of_chat, FORUM, 6)
    assert [(one.number, one.query) for one in kept] == [(1, "agents"), (2, "robots"), (3, "routers")]
    chat = await bot.database.read(chats.get, FORUM, 6)
    assert chat and chat.cap == 20
    assert await bot.database.read(chats.get, FORUM, 5) is None
    assert await bot.states() == {"sent": 1, "waiting": 1}


async def test_what_moves_to_a_new_place_keeps_its_settings(bot: Bot) -> None:
    await bot.queue(await bot.chat(FORUM, thread=5, cap=3), 1)
    await bot.database.write(topics.lose, FORUM, 5, NOON)
    await bot.database.write(topics.move, FORUM, 5, 0)
    assert (await bot.stored(FORUM)).cap == 3
    await bot.start()
    await bot.settled(sent=1)


async def test_an_ended_topic_gets_nothing_more(bot: Bot) -> None:
    await bot.queue(await bot.chat(FORUM, thread=5), 1)
    made = await bot.database.write(subscriptions.add, FORUM, 5, "routers", NOON)
    await bot.database.write(topics.lose, FORUM, 5, NOON)
    assert await bot.database.write(topics.end, FORUM, 5, NOON) == [made.id]
    assert await bot.states() == {}
    assert await lost(bot) is None
    assert await bot.database.read(subscriptions.of_chat, FORUM, 5) == []


async def test_names_of_many_topics_are_bounded_and_lost_ones_are_no_choice(bot: Bot) -> None:
    for thread in range(10, 10 + topics.NAMES_KEPT):
        await bot.database.write(topics.rename, FORUM, thread, f"Topic {thread}")
    await bot.chat(FORUM, thread=7)
    await bot.chat(FORUM, thread=12)
    await bot.database.write(topics.lose, FORUM, 12, NOON)
    known = await bot.database.read(topics.others, FORUM, 109)
    assert len(known) == topics.NAMES_KEPT - 1
    assert known[0] == Topic(108, "Topic 108") and known[-1] == Topic(7, "")
    assert 12 not in {topic.thread for topic in known}
