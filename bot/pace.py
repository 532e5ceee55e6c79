"""The pace of every call to Telegram: overall, to a person, to a group, and what a `retry_after` forbids.

Telegram's limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this): about 30 messages
a second overall, one a second to a person (short bursts pass), 20 a minute to a group.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.allowance import Allowance
from bot.edits import Edit, Edits, Superseded
from bot.gate import Gate
from bot.holds import ChatKey, Holds
from bot.urgency import Urgency, of_answers

PATIENCE = 30.0
"""Seconds that an answer to a person waits at most; then it is given up with RetryAfter."""

MARGIN = 0.2
"""Seconds added to every retry_after."""

_ATTEMPTS = 3
_DELIVERY_PATIENCE = 5.0
_PRIVATE, _GROUP = (3, 1.0), (20, 3.0)  # messages at once, seconds for one more
_SPARE = {_PRIVATE: 1, _GROUP: 3}  # what deliveries and patient answers leave for others
_BELIEVED = 600.0  # an administrator may end slow mode, or make the bot one: those are exempt
_MOST_LANES = 2000  # more cannot have spent anything within the last minute at 30 calls a second

Answer = bool | dict[str, Any] | list[dict[str, Any]]  # Any: JSON, as python-telegram-bot types it


class Pace(BaseRateLimiter[Urgency]):
    """Lets each call wait until it may be made; a call without `rate_limit_args` is an answer to a person.

    A refusal (RetryAfter) holds the chat that it names. Two chats refused in a row mean the whole bot, which is then
    held until the longer of them has passed; but a group in slow mode refuses on its own account, and from then on
    gets its messages that far apart. Deliveries are not tried again here; answers are, within PATIENCE.
    refused: told of each chat that is held (None: all) and for how many seconds, so that a new run obeys it.
    slow_mode: asked for the seconds that a group wants between two messages of one member; 0 for none.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # without it every RetryAfter warns of a deprecation
        self._clock, self._sleep = clock, sleep
        self.refused: Callable[[ChatKey, float], Awaitable[None]] | None = None
        self.slow_mode: Callable[[int], Awaitable[float]] | None = None
        self._gate = Gate(1 / per_second, clock, sleep)
        self._lanes: dict[tuple[ChatKey, bool], Allowance] = {}
        self._edits = Edits()
        self._holds = Holds(clock)
        self._slow: dict[ChatKey, float] = {}  # the groups in slow mode, and until when that is believed

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Give up whoever still waits."""
        self._gate.close()

    def wait(self, chat_id: int) -> float:
        """Seconds, as far as is known now, until a delivery may go to this chat; 0 or less: now."""
        lane = self._lane("sendMessage", chat_id)
        return max(self.held(chat_id), self._wait_in(lane, Urgency.DELIVERY, None) if lane else 0.0)

    def held(self, chat: ChatKey = None) -> float:
        """Seconds for which Telegram wants no call to this chat (None: no call at all); 0 or less: none."""
        return self._holds.left(chat)

    def hold(self, chat: ChatKey, seconds: float) -> None:
        """Make no call to this chat (None: none at all) for so long, as after a retry_after."""
        self._holds.begin(chat, seconds)

    def remember(self, chat_id: int, ago: Iterable[float]) -> None:
        """Count messages that an earlier run sent to this chat, each so many seconds ago."""
        if lane := self._lane("sendMessage", chat_id):
            lane.remember(self._clock() - seconds for seconds in ago)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],  # Any: whatever python-telegram-bot passes through
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Urgency | None,
    ) -> Answer:
        """The answer to the call, made when it may be.

        Raises RetryAfter when that is too long to wait, and Superseded where a newer answer edits the message as well.
        """
        urgency = rate_limit_args or of_answers()
        chat = _chat(data.get("chat_id"))

        async def call() -> Answer:
            return await callback(*args, **kwargs)

        if not _edits(endpoint) or urgency > Urgency.PATIENT:
            return await self._made(call, endpoint, chat, urgency)
        with self._edits.begun((chat, data.get("message_id")), endpoint) as edit:
            return await self._made(call, endpoint, chat, urgency, edit)

    async def _made(
        self,
        call: Callable[[], Awaitable[Answer]],
        endpoint: str,
        chat: ChatKey,
        urgency: Urgency,
        edit: Edit | None = None,
    ) -> Answer:
        lane, paced = self._lane(endpoint, chat), _sends(endpoint) or _edits(endpoint)
        attempts = 0
        while True:
            if paced:
                await self._turn(chat, lane, urgency, edit)
            departed = self._clock()
            try:
                async with edit.flight if edit else nullcontext():
                    answer = await call()
            except RetryAfter as refusal:
                pause = _seconds(refusal.retry_after) + MARGIN
                await self._refused(chat, pause, sent=_sends(endpoint))
                attempts += 1
                if urgency > Urgency.PATIENT or attempts == _ATTEMPTS or pause > PATIENCE:
                    raise
            else:
                self._holds.answered(departed)
                return answer
            finally:
                if lane:
                    lane.arrive(self._clock())
            if not paced:
                await self._sleep(pause)

    async def _refused(self, chat: ChatKey, pause: float, *, sent: bool) -> None:
        """Hold the chat, and all where that was not the first one in a row."""
        self.hold(chat, pause)
        if self.refused:
            await self.refused(chat, pause)
        if sent and isinstance(chat, int) and chat < 0 and await self._goes_slowly(chat):
            return
        for_all = self._holds.refused(chat, self._slow)
        if for_all and self.refused:
            await self.refused(None, for_all)

    async def _goes_slowly(self, group: int) -> bool:
        """Whether the group is in slow mode; its messages keep that far apart for as long, ten minutes at least."""
        interval = await self.slow_mode(group) if self.slow_mode else 0.0
        if not interval:
            return False
        now = self._clock()
        self._slow = {key: until for key, until in self._slow.items() if until > now}
        self._slow[group] = now + max(interval, _BELIEVED)
        lane = self._lanes[group, False] = Allowance(1, interval, now)
        lane.remember([now + max(self.held(group), 0.0) - interval])
        return True

    async def _turn(self, chat: ChatKey, lane: Allowance | None, urgency: Urgency, edit: Edit | None) -> None:
        """Return when the call may be made, counted as departed."""
        ticket = edit or object()
        deadline = self._clock() + (PATIENCE if urgency <= Urgency.PATIENT else _DELIVERY_PATIENCE)
        if lane and urgency is Urgency.ANSWER:
            lane.line = [one for one in lane.line if not (isinstance(one, Edit) and one.replaced.done())]
            lane.line.append(ticket)
        try:
            while True:
                if edit and edit.replaced.done():
                    raise Superseded
                wait = max(self.held(chat), self._wait_in(lane, urgency, ticket) if lane else 0.0)
                if self._clock() + wait > deadline:
                    raise RetryAfter(timedelta(seconds=math.ceil(wait)))
                if wait > 0:
                    await (self._sleep_until(edit.replaced, wait) if edit else self._sleep(wait))
                elif await self._passed(chat, lane, urgency, edit):
                    return
        finally:
            if lane and ticket in lane.line:
                lane.line.remove(ticket)

    async def _sleep_until(self, done: asyncio.Future[None], seconds: float) -> None:
        """Sleep so long, or until that is done."""
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait((sleeping, done), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()

    async def _passed(self, chat: ChatKey, lane: Allowance | None, urgency: Urgency, edit: Edit | None) -> bool:
        """Pass the gate; False where a refusal came meanwhile. Raises Superseded."""
        if lane:
            lane.depart()
        gone = False
        try:
            await (self._passed_unless(edit.replaced, urgency) if edit else self._gate.passed(urgency))
            gone = self.held(chat) <= 0
        finally:
            if lane and not gone:
                lane.stay()
        return gone

    async def _passed_unless(self, replaced: asyncio.Future[None], urgency: Urgency) -> None:
        """Pass the gate, or leave that turn to others where a newer edit comes first. Raises Superseded."""
        passing = asyncio.ensure_future(self._gate.passed(urgency))
        try:
            await asyncio.wait((passing, replaced), return_when=asyncio.FIRST_COMPLETED)
            if not passing.done():
                raise Superseded
            await passing
        finally:
            passing.cancel()

    def _wait_in(self, lane: Allowance, urgency: Urgency, ticket: object) -> float:
        """Answers wait for those before them; deliveries for all answers, and leave some for the next."""
        if urgency is Urgency.ANSWER:
            return lane.wait(self._clock(), lane.line.index(ticket))
        return lane.wait(self._clock(), len(lane.line) + _SPARE.get((lane.burst, lane.interval), 0))

    def _lane(self, endpoint: str, chat: ChatKey) -> Allowance | None:
        """What counts such calls in this chat; None where only the overall pace matters."""
        private = isinstance(chat, int) and chat > 0
        edit = _edits(endpoint)
        if chat is None or (edit and private) or not (edit or _sends(endpoint)):
            return None
        lane, now = self._lanes.get((chat, edit)), self._clock()
        if lane is None or (not edit and self._slow.get(chat, now) < now):
            self._slow.pop(chat, None)
            if len(self._lanes) >= _MOST_LANES:
                self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.full(now)}
            lane = self._lanes[chat, edit] = Allowance(*(_PRIVATE if private else _GROUP), now)
        return lane


def _sends(endpoint: str) -> bool:
    return endpoint.startswith(("send", "copy", "forward")) and endpoint != "sendChatAction"


def _edits(endpoint: str) -> bool:
    return endpoint.startswith(("edit", "stop"))


def _chat(given: object) -> ChatKey:
    """The chat as a number where it is one; else a channel's @name."""
    if isinstance(given, int) or given is None:
        return given
    text = str(given)
    return int(text) if text.lstrip("-").isdecimal() else text


def _seconds(pause: float | timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, timedelta) else pause
