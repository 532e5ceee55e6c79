"""The pace of requests to a host: one at a time, an interval apart, and no more of them than the host allows."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

RATE_LIMIT = re.compile(r'"api"\s*;\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})')
LAST = 1
"""Requests of an allowance that are left to others behind the same address."""

LONGEST_HOLD = 300.0
"""Seconds that a gate stays shut at most because a host says that its allowance is used up."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


def hold(rate_limit: str) -> float:
    """Seconds until there is more where a `RateLimit: "api";r=left;t=seconds` header leaves next to nothing, else 0."""
    told = RATE_LIMIT.search(rate_limit)
    return min(float(told[2]), LONGEST_HOLD) if told and int(told[1]) <= LAST else 0


class Gate:
    """Requests go through `async with gate.passage()`.

    interval: seconds from the end of a request to the start of the next; the first waits as long, because a process
    that was killed may have asked just before. limit: requests per `window` seconds, 0 for any number. clock:
    monotonic seconds.
    """

    def __init__(self, clock: Clock, sleep: Sleep, *, interval: float = 0, limit: int = 0, window: float = 300) -> None:
        self._clock, self._sleep = clock, sleep
        self._interval, self._limit, self._window = interval, limit, window
        self._lock = asyncio.Lock()
        self._open_at = clock() + interval
        self._begun: deque[float] = deque(maxlen=limit or 1)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for the turn; the next one's interval begins when this one ends, however it ends."""
        async with self._lock:
            while (wait := self._opens_at() - self._clock()) > 0:
                await self._sleep(wait)
            self._begun.append(self._clock())
            try:
                yield
            finally:
                self._open_at = max(self._open_at, self._clock() + self._interval)

    def heed(self, rate_limit: str) -> None:
        """Stay shut as a RateLimit header says."""
        if held := hold(rate_limit):
            self._open_at = max(self._open_at, self._clock() + held)

    def _opens_at(self) -> float:
        full = bool(self._limit) and len(self._begun) == self._limit
        return max(self._open_at, self._begun[0] + self._window) if full else self._open_at
