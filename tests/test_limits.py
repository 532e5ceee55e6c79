"""What a run remembers of those before it, for Telegram's limits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.allowance import Allowance
from storage import chats, limits
from storage.database import Database
from tests.delivering import Bot
from tests.servers.faults import Faults
from tests.serving import until


async def test_what_was_on_its_way_at_each_of_several_kills_counts(bot: Bot, telegram_faults: Faults) -> None:
    """Two that no run heard of, and a person gets no third at once; a minute later all is as new."""
    telegram_faults.hang("sendMessage", asyncio.Event(), times=2)
    await bot.queue(await bot.chat(1001), 1)
    for life in (1, 2):
        await bot.start()
        await until(lambda: len(telegram_faults.hits) == life)  # noqa: B023  # awaited within the loop's turn
        await bot.kill()
    await bot.start()
    await bot.queue(await bot.chat(1002), 2)
    await bot.settled(waiting=1, sent=1)
    assert 0 < bot.pace.wait(1001) <= 1
    await bot.kill()
    bot.now += timedelta(minutes=1, seconds=1)
    await bot.start()
    await bot.settled(sent=2)


async def test_a_message_on_its_way_leaves_no_trace_of_a_chat_that_is_forgotten(database: Database, bot: Bot) -> None:
    await bot.chat(1001)
    await database.write(limits.departs, 1001)
    await database.write(chats.forget, 1001)
    await database.write(limits.arrives, 1001, bot.now, more=True)
    assert await database.write(limits.recover, bot.now) == []


@example(gaps=[0.0] * 60, pause=0.0)
@given(gaps=st.lists(st.floats(0, 8), min_size=1, max_size=60), pause=st.floats(0, 20))
@pytest.mark.parametrize(("burst", "interval"), [(3, 1.0), (20, 3.0)])
def test_a_new_run_allows_no_more_than_the_one_before_would(
    burst: int, interval: float, gaps: list[float], pause: float
) -> None:
    """Also where a chat has used all that it may for longer than is remembered."""
    now, sent = 0.0, []
    before = Allowance(burst, interval, now)
    for gap in gaps:
        now += gap
        now += max(before.wait(now), 0.0)
        before.depart()
        before.arrive(now)
        sent.append(now)
    now += pause
    after = Allowance(burst, interval, now)
    after.remember(moment for moment in sent if moment > now - 60)
    assert after.wait(now) >= before.wait(now) - 1e-6
