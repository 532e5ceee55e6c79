"""A clock that was ahead and is set back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot import planning
from bot.demo.chats import Person
from storage import subscriptions
from storage.records import Chat, Mode
from tests.delivering import NOON, Bot
from tests.servers.people import Someone

NEXT = datetime(2026, 7, 4, 9, tzinfo=UTC)


async def test_what_was_planned_while_it_was_days_ahead_comes_as_the_settings_want_it(bot: Bot, ada: Someone) -> None:
    """From the start on: a card at once, a digest at the next hour; what is new is news for every subscription."""
    bot.now += timedelta(days=20)
    await bot.queue(await bot.chat(mode=Mode.DAILY), 1)
    await bot.queue(await bot.chat(1002), 2)
    await bot.database.write(subscriptions.add, 1002, 0, "routers", bot.now)
    bot.now = NOON
    await bot.start()
    await bot.settled(waiting=1, sent=1)
    assert len(Someone(bot.telegram, Person(1002)).messages) == 1 and not ada.messages
    assert (await bot.stored(1001)).next_digest_at == NEXT
    [follows] = await bot.database.read(subscriptions.of_chat, 1002, 0)
    assert follows.created_at == NOON


async def test_it_is_noticed_while_the_bot_runs(bot: Bot, ada: Someone) -> None:
    bot.now += timedelta(days=20)
    await bot.queue(await bot.chat(mode=Mode.DAILY), 1)
    await bot.queue(await bot.chat(1002), 2)
    await bot.start()
    await bot.settled(waiting=1, sent=1)
    await bot.move(NOON)
    await bot.queue(await bot.chat(1003), 3)
    await bot.settled(waiting=1, sent=2)
    assert (await bot.stored(1001)).next_digest_at == NEXT
    await bot.move(NEXT)
    await bot.settled(sent=3)
    assert len(ada.messages) == 1


def test_set_back_by_hours_it_repeats_no_digest() -> None:
    for mode in (Mode.DAILY, Mode.WEEKDAYS, Mode.WEEKLY):
        chat = Chat(1001, 0, "private", mode, time(9), "UTC", weekday=5)
        planned = replace(chat, next_digest_at=planning.next_digest(chat, NEXT))
        assert not any(planning.is_astray(planned, NEXT - timedelta(hours=hours)) for hours in range(24))
        assert planning.is_astray(planned, NEXT - timedelta(days=15))
