"""A broadcast on its way: at the pace of papers, past whom it cannot reach, held by quiet hours, told as it goes."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

from bot.broadcasting import Broadcasting
from bot.demo.chats import Refusal
from bot.demo.telegram_server import TelegramServer
from bot.sender import Sender
from storage import broadcasts
from storage.numbers import Progress
from tests.delivering import NOON, Bot
from tests.servers.people import Someone

TEXT = "We move <b>tomorrow</b>."


async def begun(bot: Bot, boss: Someone) -> int:
    """A broadcast that was just confirmed; its id."""
    id = await bot.database.write(broadcasts.draft, TEXT, boss.chat.id, bot.now)
    message = await bot.telegram_bot.send_message(boss.chat.id, "Sent to 0")
    assert await bot.database.write(broadcasts.start, id, message.message_id, bot.now)
    bot.delivery.wake()
    return id


async def until(bot: Bot, id: int, sent: int, waiting: int = 9) -> Progress:
    """How far it is once so many got it, and at most so many wait: a refusal may be stored last."""
    while True:
        progress = await bot.database.read(broadcasts.progress, id)
        if progress.sent >= sent and progress.waiting <= waiting:
            return progress
        await asyncio.sleep(0.005)


async def test_it_reaches_each_chat_once_and_papers_too(bot: Bot, telegram: TelegramServer, ada: Someone) -> None:
    for number in (1001, 1002, 1003):
        await bot.chat(number)
    gone, asleep = await bot.chat(1004), await bot.chat(1005, quiet_from=time(11), quiet_to=time(13))
    telegram.methods.chats[gone.id].refusal = Refusal(403, "Forbidden: bot was blocked by the user")
    await bot.start()
    id = await begun(bot, ada)
    await bot.queue(asleep, 7)
    telling = Broadcasting(bot.database, Sender(bot.telegram_bot), bot.clock)
    progress = await until(bot, id, 3, waiting=1)
    assert progress == Progress(total=5, sent=3, waiting=1)
    await telling.round()
    await ada.hears("Sent to 3 of 5 chats. It goes on.", kind="edit")
    await bot.stop()
    await bot.start()
    await bot.move(NOON + timedelta(hours=1))
    await until(bot, id, 4)
    await telling.round()
    await ada.hears(r"Sent to 4 of 5 chats. 1 could not be reached.", kind="edit")
    assert await bot.database.read(broadcasts.running) == []
    for number in (1001, 1002, 1003, 1005):
        got = [message.text for message in telegram.methods.chats[number].written()]
        assert got.count(TEXT) == 1


async def test_nothing_is_told_before_somebody_got_it(bot: Bot, telegram: TelegramServer, ada: Someone) -> None:
    await bot.chat(1001, paused_until=NOON + timedelta(days=1))
    await bot.start()
    id = await begun(bot, ada)
    telling = Broadcasting(bot.database, Sender(bot.telegram_bot), bot.clock)
    await telling.round()
    assert telegram.methods.chats[ada.chat.id].written()[-1].text == "Sent to 0"
    assert [one.id for one in await bot.database.read(broadcasts.running)] == [id]


async def test_whom_it_does_not_reach_in_two_days_it_leaves(bot: Bot, ada: Someone) -> None:
    await bot.chat(1001)
    await bot.chat(1002, paused_until=NOON + timedelta(days=30))
    await bot.start()
    id = await begun(bot, ada)
    await until(bot, id, 1)
    await bot.move(NOON + broadcasts.ENDS_AFTER)
    await Broadcasting(bot.database, Sender(bot.telegram_bot), bot.clock).round()
    await ada.hears("Sent to 1 of 2 chats. 1 could not be reached.", kind="edit")
    await bot.move(NOON + timedelta(days=31))
    assert await bot.database.read(broadcasts.ready, 1002, 0, bot.now) == []
