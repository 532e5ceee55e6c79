"""Updates: one after the other within a chat, chats at once, none twice, a flood slows only itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from telegram import Chat, Message, Update

from bot.commands.order import InOrder


def update(number: int, chat: int) -> Update:
    return Update(number, Message(number, datetime.now(UTC), Chat(chat, "private")))


class Work:
    """What updates do: they are noted as begun, and end when they are let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    async def do(self, number: int) -> None:
        self.begun.append(number)
        await self.gates.setdefault(number, asyncio.Event()).wait()

    def end(self, number: int) -> None:
        self.gates.setdefault(number, asyncio.Event()).set()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_chat_is_served_in_order_and_others_meanwhile() -> None:
    order, work = InOrder(), Work()
    async with asyncio.TaskGroup() as tasks:
        for number, chat in ((1, 7), (2, 7), (3, 7), (4, 8)):
            tasks.create_task(order.process_update(update(number, chat), work.do(number)))
        await settled()
        assert work.begun == [1, 4]
        work.end(1)
        await settled()
        assert work.begun == [1, 4, 2]
        for number in (2, 3, 4):
            work.end(number)
    assert work.begun == [1, 4, 2, 3]


async def test_a_flood_takes_one_place_only() -> None:
    order, work = InOrder(at_once=2), Work()
    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(order.process_update(update(number, 7), work.do(number)))
        tasks.create_task(order.process_update(update(500, 8), work.do(500)))
        await settled()
        assert work.begun == [0, 500]
        tasks.create_task(order.process_update(update(501, 9), work.do(501)))
        await settled()
        assert work.begun == [0, 500], "no more than two at once"
        for number in (*range(100), 500, 501):
            work.end(number)


async def test_an_update_that_comes_twice_is_done_once() -> None:
    order, work = InOrder(), Work()
    work.end(1)
    await order.process_update(update(1, 7), work.do(1))
    await order.process_update(update(1, 7), work.do(1))
    assert work.begun == [1]


async def test_an_update_that_fails_holds_nobody_up() -> None:
    order, work = InOrder(), Work()

    async def fail() -> None:
        raise LookupError

    work.end(2)
    for number, coroutine in ((1, fail()), (2, work.do(2))):
        try:
            await order.process_update(update(number, 7), coroutine)
        except LookupError:
            continue
    assert work.begun == [2]
