"""Answers that are edited when the sources have answered, unless their buttons were pressed meanwhile."""

from __future__ import annotations

import asyncio

from bot.beyond import Beyond, Heard
from bot.commands.answering import Answering
from bot.commands.request import Awaited, Result
from bot.render.message import Message
from bot.urgency import be_patient


class LateAnswers:
    """The messages that wait for the sources."""

    def __init__(self, beyond: Beyond) -> None:
        self._beyond = beyond
        self._waiting: dict[tuple[int, int], asyncio.Lock] = {}

    def follow(self, answering: Answering, message_id: int | None, who: int, result: Result) -> None:
        """Let the sources be asked where an answer waits for them; who: for whom."""
        if message_id is None or not isinstance(result, Awaited):
            return
        place, shown = (answering.place.said_in, message_id), Message(result.text, result.rows)
        turn = self._waiting[place] = asyncio.Lock()

        async def told(heard: Heard) -> None:
            nonlocal shown
            be_patient(True)  # first answers go before
            async with turn:
                if self._waiting.get(place) is not turn:
                    return
                if heard.over:
                    del self._waiting[place]
                message = await result.edited(heard)
                if message and message != shown and await answering.update(message_id, message):
                    shown = message

        self._beyond.ask(who, result.ask, told)

    def left(self, chat_id: int, message_id: int) -> asyncio.Lock | None:
        """Edit a message no more; gives what an edit that is under way still holds."""
        return self._waiting.pop((chat_id, message_id), None)
