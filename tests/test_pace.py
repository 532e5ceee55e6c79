"""The pace of calls: limits kept whatever is asked, refusals obeyed, answers before deliveries."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.commands.request import Place
from bot.commands.shares import Shares
from bot.edits import Superseded
from bot.gate import Gate
from bot.pace import Pace
from bot.urgency import Urgency, be_patient
from tests.servers.virtual_time import now, run

ANNA, GROUP = 1001, -1002


@dataclass
class Telegram:
    """Keeps Telegram's limits, each call counted at a random moment between its departure and its answer."""

    latency: float = 0.08
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    messages: Iterator[int] = field(default_factory=itertools.count)
    seen: list[tuple[float, int | None, str]] = field(default_factory=list)
    refusals: dict[int | None, list[int]] = field(default_factory=dict)
    """By chat: the retry_after of each of the next calls."""

    def __post_init__(self) -> None:
        self.pace = Pace(28, now, asyncio.sleep)
        self.departures: list[float] = []

    async def call(self, chat: int | None, urgency: Urgency = Urgency.ANSWER, endpoint: str = "sendMessage") -> float:
        """Make a call through the pace; gives when it was answered."""
        data = {} if chat is None else {"chat_id": chat, "message_id": next(self.messages)}
        await self.pace.process_request(self._answer, (chat, endpoint), {}, endpoint, data, urgency or None)
        return now()

    async def _answer(self, chat: int | None, endpoint: str) -> bool:
        self.departures.append(now())
        there = self.chance.uniform(0, self.latency)
        await asyncio.sleep(there)
        pauses = self.refusals.get(chat)
        if pauses:
            raise RetryAfter(timedelta(seconds=pauses.pop(0)))
        self.seen.append((now(), chat, endpoint))
        await asyncio.sleep(self.latency - there)
        return True

    def at(self, chat: int) -> list[float]:
        """When calls of this chat were counted."""
        return [moment for moment, who, _ in self.seen if who == chat]


def most_in(moments: Iterable[float], seconds: float) -> int:
    """The most that any span of so many seconds holds."""
    ordered = sorted(moments)
    return max((sum(start <= other <= start + seconds + 1e-9 for other in ordered) for start in ordered), default=0)


def overdrawn(moments: Iterable[float], per_second: float, burst: int) -> bool:
    """Whether a token bucket would have refused one of them."""
    level, before = float(burst), 0.0
    for moment in sorted(moments):
        level, before = min(burst, level + (moment - before) * per_second), moment
        level -= 1
        if level < -1e-6:
            return True
    return False


def test_no_second_holds_more_than_29_calls_and_none_is_wasted() -> None:
    """A hundred chats at once go out at the pace that is configured."""

    async def rush() -> None:
        telegram = Telegram()
        await asyncio.gather(*(telegram.call(chat) for chat in range(1, 113)))
        assert most_in(telegram.departures, 1.01) <= 29
        assert telegram.departures[-1] == pytest.approx(112 / 28, abs=0.1)

    run(rush())


def test_timers_that_are_late_cost_no_throughput() -> None:
    """Nor do they let more through."""

    async def rush() -> None:
        chance = random.Random(5)
        passed: list[float] = []
        gate = Gate(1 / 28, now, lambda seconds: asyncio.sleep(seconds + chance.uniform(0, 0.016)))

        async def one() -> None:
            await gate.passed(1)
            passed.append(now())

        await asyncio.gather(*(one() for _ in range(280)))
        assert passed[-1] == pytest.approx(10, abs=0.1)
        assert most_in(passed, 1) <= 29

    run(rush())


calls = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from([ANNA, 1003, GROUP, -1004]),
        st.sampled_from(Urgency),
        st.sampled_from(["sendMessage", "editMessageText", "sendDocument", "copyMessage"]),
    ),
    max_size=120,
)


@given(calls, st.floats(0.001, 3), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_whatever_is_asked_no_limit_is_broken(
    asked: list[tuple[float, int, Urgency, str]], latency: float, chance: random.Random
) -> None:
    """To a person one a second and three at once, to a group 20 a minute, edits in groups likewise."""

    async def ask() -> Telegram:
        telegram = Telegram(latency, chance)

        async def one(moment: float, chat: int, urgency: Urgency, endpoint: str) -> None:
            await asyncio.sleep(moment)
            with suppress(RetryAfter):  # it would have had to wait for too long
                await telegram.call(chat, urgency, endpoint)

        await asyncio.gather(*(one(*call) for call in asked))
        return telegram

    telegram = run(ask())
    assert not overdrawn((moment for moment, *_ in telegram.seen), 30, 30)
    for chat in (ANNA, 1003, GROUP, -1004):
        sends = [at for at, who, endpoint in telegram.seen if who == chat and endpoint != "editMessageText"]
        edits = [at for at, who, endpoint in telegram.seen if who == chat and endpoint == "editMessageText"]
        if chat > 0:
            assert not overdrawn(sends, 1, 3)
        else:
            assert not overdrawn(sends, 20 / 60, 20) and not overdrawn(edits, 20 / 60, 20)


def test_an_answer_finds_room_while_a_chats_papers_come() -> None:
    """Deliveries leave a message's room in the chat, and answers pass the deliveries of others."""

    async def meet() -> None:
        telegram = Telegram()

        async def papers(chat: int) -> None:
            left = 10
            while left:
                await asyncio.sleep(max(telegram.pace.wait(chat), 0))
                if telegram.pace.wait(chat) <= 0:
                    await telegram.call(chat, Urgency.DELIVERY)
                    left -= 1

        async with asyncio.TaskGroup() as group:
            for chat in range(1, 11):
                group.create_task(papers(chat))
            await asyncio.sleep(3)
            for chat in range(1, 9):
                await asyncio.sleep(0.21)
                asked = now()
                assert await telegram.call(chat) - asked < 0.3
        assert not any(overdrawn(telegram.at(chat), 1, 3) for chat in range(1, 11))

    run(meet())


def test_in_a_group_one_persons_flood_leaves_the_others_their_answers() -> None:
    """Who had their share waits patiently, and is answered all the same, as far as Telegram allows."""

    async def meet() -> None:
        telegram = Telegram()
        shares = Shares(now)
        forum = Place(GROUP, 0, "supergroup")

        async def ask(person: int, times: int) -> float:
            for _ in range(times):
                be_patient(shares.used_up(forum, person))
                asked = now()
                await telegram.call(GROUP)
            return now() - asked

        flood = asyncio.create_task(ask(7, 40))
        await asyncio.sleep(30)
        for person in (8, 9):
            assert await ask(person, 1) < 0.3
        await flood
        assert now() < 90
        assert not overdrawn(telegram.at(GROUP), 1 / 3, 20)

    run(meet())


def test_answers_to_one_person_come_in_order_and_a_flood_is_given_up() -> None:
    """Two hundred commands of one person: the first half minute of answers, then refusals; others do not notice."""

    async def flood() -> None:
        telegram = Telegram()
        order: list[int] = []

        async def command(number: int) -> None:
            await telegram.call(ANNA)
            order.append(number)

        commands = [asyncio.create_task(command(number)) for number in range(200)]
        await asyncio.sleep(1)
        asked = now()
        assert await telegram.call(1003) - asked < 0.2
        results = await asyncio.gather(*commands, return_exceptions=True)
        assert order == sorted(order) and 25 <= len(order) <= 35
        assert sum(isinstance(result, RetryAfter) for result in results) == 200 - len(order)
        assert not overdrawn(telegram.at(ANNA), 1, 3)

    run(flood())


def test_a_refusal_holds_the_chat_that_it_names_and_no_other() -> None:
    """The answer goes when the pause is over; others go at once."""

    async def refuse() -> None:
        telegram = Telegram(refusals={ANNA: [5]})
        anna = asyncio.create_task(telegram.call(ANNA))
        await asyncio.sleep(0.5)
        await telegram.call(1003)
        await telegram.call(1004)
        assert telegram.pace.wait(ANNA) > 4 and telegram.pace.wait(1005) <= 0
        assert now() < 1
        await anna
        assert 5 < telegram.at(ANNA)[0] < 5.5

    run(refuse())


def test_a_second_chat_refused_in_a_row_means_everyone() -> None:
    """Nothing is called until the longest pause is over."""

    async def refuse() -> None:
        telegram = Telegram(refusals={ANNA: [4], 1003: [6]})
        first = [asyncio.create_task(telegram.call(chat)) for chat in (ANNA, 1003)]
        await asyncio.sleep(0.5)
        before = len(telegram.departures)
        assert telegram.pace.held() > 5
        first.append(asyncio.create_task(telegram.call(1004)))
        await asyncio.gather(*first)
        assert min(telegram.departures[before:]) > 6

    run(refuse())


def test_two_chats_refused_on_their_own_hold_nobody_else() -> None:
    """What arrived in between shows that the bot as a whole may speak."""

    async def refuse() -> None:
        telegram = Telegram(refusals={ANNA: [10], 1003: [10]})
        first = asyncio.create_task(telegram.call(ANNA))
        await asyncio.sleep(0.5)
        await telegram.call(1004)
        second = asyncio.create_task(telegram.call(1003))
        await asyncio.sleep(0.5)
        asked = now()
        assert await telegram.call(1005) - asked < 0.2
        await asyncio.gather(first, second)

    run(refuse())


def test_a_refused_delivery_is_not_tried_again_and_an_answer_not_for_ever() -> None:
    """Deliveries go back to the outbox; a pause of more than half a minute is too long for an answer."""

    async def refuse() -> None:
        telegram = Telegram(refusals={ANNA: [5], 1003: [1, 1, 1, 1], 1004: [100]})
        with pytest.raises(RetryAfter):
            await telegram.call(ANNA, Urgency.DELIVERY)
        with pytest.raises(RetryAfter):
            await telegram.call(1003)
        assert telegram.refusals[1003] == [1], "three attempts"
        await asyncio.sleep(10)
        with pytest.raises(RetryAfter):
            await telegram.call(1004)
        assert now() < 20

    run(refuse())


def test_what_costs_nothing_is_not_held_up() -> None:
    """Answers to presses and questions about the chat pass a full chat."""

    async def presses() -> None:
        telegram = Telegram()
        waiting = [asyncio.create_task(telegram.call(ANNA)) for _ in range(10)]
        await asyncio.sleep(0)
        for endpoint in ("answerCallbackQuery", "getChatMember", "sendChatAction"):
            assert await telegram.call(ANNA, endpoint=endpoint) < 0.3
        await asyncio.gather(*waiting)

    run(presses())


def test_a_refused_call_without_a_chat_holds_everything() -> None:
    """It names nobody."""

    async def refuse() -> None:
        telegram = Telegram(refusals={None: [3]})
        assert await telegram.call(None, endpoint="setMyCommands") > 3

        async def held() -> float:
            return telegram.pace.held()

        telegram.refusals[None] = [3]
        again = asyncio.create_task(telegram.call(None, endpoint="setMyCommands"))
        await asyncio.sleep(0.5)
        assert await held() > 2
        await again

    run(refuse())


def test_chats_that_spend_nothing_are_forgotten() -> None:
    """Memory does not grow with everyone who was ever written to."""

    async def crowd() -> Any:
        pace = Pace(1e6, now, asyncio.sleep)

        async def answer() -> bool:
            return True

        for chat in range(1, 10_001):
            await asyncio.sleep(0.01)
            await pace.process_request(answer, (), {}, "sendMessage", {"chat_id": chat}, None)
        return len(pace._lanes)

    assert run(crowd()) <= 2000


def test_of_the_edits_of_a_message_that_wait_only_the_newest_is_made() -> None:
    """In a busy group too a message shows what was pressed last, as soon as one edit may go; buttons undo no text."""

    async def presses() -> None:
        telegram = Telegram()
        edited: list[tuple[int, str]] = []

        async def edit(message: int, what: str, endpoint: str = "editMessageText") -> None:
            async def made() -> bool:
                await asyncio.sleep(0.08)
                edited.append((message, what))
                return True

            data = {"chat_id": GROUP, "message_id": message}
            await telegram.pace.process_request(made, (), {}, endpoint, data, None)

        for number in range(20):
            await edit(number, "page")
        edited.clear()
        waiting = []
        for message, what, endpoint in (
            (1, "settings", "editMessageText"),
            (1, "delivery", "editMessageText"),
            (1, "settings again", "editMessageText"),
            (2, "card", "editMessageText"),
            (2, "card saved", "editMessageReplyMarkup"),
        ):
            waiting.append(asyncio.create_task(edit(message, what, endpoint)))
            await asyncio.sleep(0.1)
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert edited == [(1, "settings again"), (2, "card"), (2, "card saved")]
        assert [type(result) for result in results] == [Superseded, Superseded, *[type(None)] * 3]
        assert now() < 10

    run(presses())


def test_edits_that_are_not_made_take_no_turns_of_others() -> None:
    async def spam() -> float:
        telegram = Telegram()

        async def edit() -> None:
            with suppress(Superseded):
                data = {"chat_id": ANNA, "message_id": 1}
                await telegram.pace.process_request(telegram._answer, (ANNA, ""), {}, "editMessageText", data, None)

        spammed = []
        for _ in range(200):
            spammed.append(asyncio.create_task(edit()))
            await asyncio.sleep(0.001)
        begun = now()
        answered = await telegram.call(1002)
        await asyncio.gather(*spammed)
        return answered - begun

    assert run(spam()) < 0.3


def test_edits_of_a_message_arrive_in_order() -> None:
    """Also where the network is faster for the second."""

    async def presses() -> None:
        telegram = Telegram()
        arrived: list[float] = []

        async def edit(latency: float) -> None:
            async def made() -> bool:
                await asyncio.sleep(latency)
                arrived.append(latency)
                return True

            data = {"chat_id": ANNA, "message_id": 1}
            await telegram.pace.process_request(made, (), {}, "editMessageText", data, None)

        await asyncio.gather(edit(2), edit(0.1))
        assert arrived == [2, 0.1]

    run(presses())
