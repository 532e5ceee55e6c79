"""What Telegram's refusals forbid: calls to a chat for a while, or any call."""

from __future__ import annotations

import math
from collections.abc import Callable, Container

ChatKey = int | str | None


class Holds:
    """Until when no call may be made to a chat (None: to any). clock: monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[ChatKey, float] = {}
        self._refused_at, self._heard_since = -math.inf, False

    def left(self, chat: ChatKey) -> float:
        """Seconds for which no call may be made to the chat; 0 or less: none."""
        return max(self._until.get(chat, 0.0), self._until.get(None, 0.0)) - self._clock()

    def begin(self, chat: ChatKey, seconds: float) -> None:
        """Hold a chat for so long, or as long as it is held already."""
        now = self._clock()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[chat] = max(self._until.get(chat, 0.0), now + seconds)

    def refused(self, chat: ChatKey, apart: Container[ChatKey]) -> float:
        """A chat that is held now was refused. Two in a row mean the whole bot: gives for how long, 0 where it is one.

        apart: those that refuse on their own account.
        """
        now, longest = self._clock(), 0.0
        others = [until for key, until in self._until.items() if key not in (None, chat) and key not in apart]
        if others and not self._heard_since:
            longest = max(*others, self._until.get(chat, 0.0)) - now
            self.begin(None, longest)
        self._refused_at, self._heard_since = now, False
        return longest

    def answered(self, departed: float) -> None:
        """A call that departed then was answered, so that the next refusal is none in a row if that was later."""
        self._heard_since = self._heard_since or departed > self._refused_at
