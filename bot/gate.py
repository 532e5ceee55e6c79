"""One place that everyone passes one by one, the more urgent first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Awaitable, Callable


class Gate:
    """Lets one through every `interval` seconds.

    Who is late (timers are) may be followed a little sooner, by half an interval at most: that costs no throughput,
    and no span of one second sees more than 1/interval + 1.
    """

    def __init__(self, interval: float, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._interval, self._clock, self._sleep = interval, clock, sleep
        self._next = -math.inf
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._opening: asyncio.Task[None] | None = None

    async def passed(self, urgency: int) -> None:
        """Return when it is one's turn; smaller numbers are more urgent."""
        if not self._waiting and self._clock() >= self._next:
            self._step()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._order), turn))
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        await turn

    def close(self) -> None:
        """Let nobody through who still waits."""
        if self._opening:
            self._opening.cancel()
        for *_, turn in self._waiting:
            turn.cancel()
        self._waiting.clear()

    async def _open(self) -> None:
        while self._waiting:
            wait = self._next - self._clock()
            if wait > 0:
                await self._sleep(wait)
                continue
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._step()
                turn.set_result(None)

    def _step(self) -> None:
        self._next = max(self._next + self._interval, self._clock() + self._interval / 2)
