"""Edits of messages that wait for their turn: those of one message in order, and none that a newer one undoes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import TelegramError

Message = tuple[object, object]
"""A chat and the number of a message in it."""


class Superseded(TelegramError):
    """A newer edit took the place of one that waited."""

    def __init__(self) -> None:
        super().__init__("a newer edit of that message takes its place")


class Edit:
    """One edit on its way. replaced: done when it is not to be made any more. flight: held while one is made."""

    def __init__(self, endpoint: str, flight: asyncio.Lock) -> None:
        self.endpoint, self.flight = endpoint, flight
        self.replaced: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Edits:
    """The edits that wait or are being made, by their messages."""

    def __init__(self) -> None:
        self._of: dict[Message, list[Edit]] = {}

    @contextmanager
    def begun(self, message: Message, endpoint: str) -> Iterator[Edit]:
        """An edit until it is made or given up. It takes the place of those whose outcome it would overwrite."""
        others = self._of.setdefault(message, [])
        for other in others:
            # Other buttons alone leave the text to be edited.
            if endpoint in ("editMessageText", other.endpoint) and not other.replaced.done():
                other.replaced.set_result(None)
        edit = Edit(endpoint, others[0].flight if others else asyncio.Lock())
        others.append(edit)
        try:
            yield edit
        finally:
            others.remove(edit)
            if not others:
                del self._of[message]
