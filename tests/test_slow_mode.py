"""Groups whose members must wait between two messages; a bot that is no administrator there is refused, too."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from telegram.error import RetryAfter

from bot.demo.chats import Chat as Conversation
from bot.demo.chats import Refusal
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import Call, TelegramServer, refused
from bot.pace import Pace
from bot.urgency import Urgency
from tests.delivering import Bot
from tests.servers.people import Someone
from tests.servers.virtual_time import now, run

GROUPS, HOUR = (-1001, -1002, -1003), 3600


@dataclass
class SlowGroups:
    """Takes one message an hour in each of the groups. As Telegram, getChat alone tells why."""

    sent: Counter[int] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)

    async def __call__(self, call: Call, perform: Perform) -> Answer | None:
        sends = call.method == "sendMessage" and call.chat_id in GROUPS
        if sends and self.sent[call.chat_id]:
            self.refusals[call.chat_id] += 1
            return refused(Refusal(429, f"Too Many Requests: retry after {HOUR - 1}", {"retry_after": HOUR - 1}))
        answer = await perform()
        self.sent[call.chat_id] += sends
        if call.method == "getChat" and isinstance(answer.body, dict):
            answer.body["result"]["slow_mode_delay"] = HOUR
        return answer


async def test_groups_in_slow_mode_delay_nobody_else_also_after_a_restart(
    bot: Bot, ada: Someone, telegram: TelegramServer
) -> None:
    """Each is refused once, loses nothing, and is not called again before its time."""
    telegram.intercept = slow = SlowGroups()
    for id in GROUPS:
        telegram.chat(Conversation(id, "supergroup", "Readers"))
        await bot.queue(await bot.chat(id), 1, 2, 3)
    await bot.start()
    await bot.settled(sent=3, waiting=6)
    await bot.queue(await bot.chat(), 4)
    await bot.settled(sent=4, waiting=6)
    await bot.kill()
    await bot.start()
    await bot.queue(await bot.chat(), 5)
    await bot.settled(sent=5, waiting=6)
    assert len(ada.messages) == 2
    assert +slow.sent == slow.refusals == dict.fromkeys(GROUPS, 1)
    assert all(bot.pace.wait(id) > HOUR - 60 for id in GROUPS)


def test_messages_to_a_group_in_slow_mode_are_as_far_apart_as_it_wants() -> None:
    """One refusal tells; another one, after a while, whether it still does."""

    async def send() -> None:
        interval, until, heard, refusals = 30.0, 300.0, [-100.0], 0
        pace = Pace(28, now, asyncio.sleep)

        async def answer() -> bool:
            nonlocal refusals
            if now() < until and (left := heard[-1] + interval - now()) > 0:
                refusals += 1
                raise RetryAfter(timedelta(seconds=round(left + 0.5)))
            heard.append(now())
            return True

        async def delay(_: int) -> float:
            return interval if now() < until else 0.0

        pace.slow_mode = delay
        while now() < 900:
            await asyncio.sleep(max(pace.wait(GROUPS[0]), 0.01))
            try:
                data = {"chat_id": GROUPS[0]}
                await pace.process_request(answer, (), {}, "sendMessage", data, Urgency.DELIVERY)
            except RetryAfter:
                assert refusals == 1
        assert len([moment for moment in heard if 0 <= moment < until]) == 10
        assert len([moment for moment in heard if moment > 650]) > 80

    run(send())
