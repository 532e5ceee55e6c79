"""Updates: one after the other within a chat, chats at once, none twice, a flood slows only itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.commands.order import InOrder, afterwards


def update(number: int, chat: int) -> Update:
    return Update(number, Message(number, datetime.now(UTC), Chat(chat, "private")))


def said(number: int, person: int) -> Update:
    """Somebody's message in a group."""
    chat, user = Chat(-7, "supergroup"), User(person, "Ada", is_bot=False)
    return Update(number, Message(number, datetime.now(UTC), chat, from_user=user))


def press(number: int, data: str, person: int = 7) -> Update:
    """A press of a button on one message."""
    message = Message(1, datetime.now(UTC), Chat(7, "private"))
    query = Answered(str(number), User(person, "Ada", is_bot=False), "1", message=message, data=data)
    return Update(number, callback_query=query)


class Answered(CallbackQuery):
    """A press that notes that it was answered."""

    async def answer(self, *_: object, **__: object) -> bool:
        """As the base class, without Telegram."""
        answered.append(self.id)
        return True


answered: list[str] = []


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


async def test_in_a_group_each_person_has_a_line() -> None:
    order, work = InOrder(), Work()
    async with asyncio.TaskGroup() as tasks:
        for number, person in ((1, 7), (2, 7), (3, 8)):
            tasks.create_task(order.process_update(said(number, person), work.do(number)))
        await settled()
        assert work.begun == [1, 3]
        for number in (1, 2, 3):
            work.end(number)


async def test_of_a_button_pressed_again_and_again_one_press_is_done_and_all_are_answered() -> None:
    order, work = InOrder(), Work()
    answered.clear()
    async with asyncio.TaskGroup() as tasks:
        for number, data in ((1, "np:1"), (2, "np:1"), (3, "np:2"), (4, "np:1")):
            tasks.create_task(order.process_update(press(number, data), work.do(number)))
        await settled()
        assert work.begun == [1] and answered == ["2", "4"]
        for number in (1, 3):
            work.end(number)
    work.end(5)
    await order.process_update(press(5, "np:1"), work.do(5))
    assert work.begun == [1, 3, 5], "a press after that is another one"


async def test_of_hundreds_of_presses_a_few_are_answered_at_a_time_and_another_person_need_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of them in the end."""
    order, work, asked, held = InOrder(), Work(), Counter[int](), asyncio.Event()

    async def answer(query: CallbackQuery, *_: object, **__: object) -> bool:
        asked[query.from_user.id] += 1
        return await held.wait()

    monkeypatch.setattr(Answered, "answer", answer)
    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(order.process_update(press(number, "np:1"), work.do(number)))
        for number in (100, 101):
            tasks.create_task(order.process_update(press(number, "np:1", person=8), work.do(number)))
        await settled()
        assert asked == {7: 4, 8: 1}
        held.set()
        work.end(0)
        work.end(100)
    assert asked == {7: 99, 8: 1}


async def test_what_comes_afterwards_holds_up_nobody_and_still_belongs_to_the_press() -> None:
    order, work = InOrder(at_once=1), Work()
    answered.clear()

    async def edits_later() -> None:
        afterwards(lambda: work.do(1))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(order.process_update(press(1, "np:1"), edits_later()))
        tasks.create_task(order.process_update(press(2, "np:2"), work.do(2)))
        await settled()
        assert sorted(work.begun) == [1, 2]
        await order.process_update(press(3, "np:1"), work.do(3))
        assert answered == ["3"]
        work.end(1)
        work.end(2)
