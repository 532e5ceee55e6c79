"""When things happen by themselves: each source is read again at the moment that its last round named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

AFTER_A_FAULT = timedelta(minutes=5)

_WATCHED_EVERY = 10.0
_JUMP = timedelta(seconds=30)

Round = Callable[[], Awaitable[datetime]]


class Schedule:
    """Runs rounds; nothing of it is stored, since the database says what is due.

    Rounds are planned by the wall clock; where that jumps, none of them comes later than it would have without.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._running = set[asyncio.Task[None]]()
        self._stopped = False
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()
        watching = asyncio.create_task(self._watch(), name="watch the clock")
        self._running.add(watching)
        watching.add_done_callback(self._running.discard)

    def jumped(self, jump: timedelta) -> None:
        """The wall clock went so much further than time did; less than nothing: it was set back."""
        log.warning("the clock jumped by %.0f s", jump.total_seconds())
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=job.next_run_time + min(jump, timedelta(0)))

    def repeat(self, name: str, job: Round) -> None:
        """Run a round now, and again at whatever moment it gives."""
        self._at(name, job, None)

    async def stop(self) -> None:
        """Begin no more rounds, and end those under way at their next await."""
        self._stopped = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()  # or one would begin yet, since the loop is only asked to shut down
            self._scheduler.shutdown(wait=False)

    def _at(self, name: str, job: Round, moment: datetime | None) -> None:
        async def begin() -> None:
            if self._stopped:
                return
            # A task of our own: the scheduler would log the end of its own at a stop as an error.
            task = asyncio.create_task(self._run(name, job), name=name)
            self._running.add(task)
            task.add_done_callback(self._running.discard)

        self._scheduler.add_job(
            begin, "date", run_date=moment, id=name, replace_existing=True, misfire_grace_time=None, coalesce=True
        )

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wall, passed = self._clock(), loop.time()
            await asyncio.sleep(_WATCHED_EVERY)
            jump = self._clock() - wall - timedelta(seconds=loop.time() - passed)
            if abs(jump) > _JUMP:
                self.jumped(jump)

    async def _run(self, name: str, job: Round) -> None:
        try:
            moment = await job()
        except Exception:  # a fault in one round must not be the last round
            log.exception("job=%s failed", name)
            moment = self._clock() + AFTER_A_FAULT
        self._at(name, job, moment)
