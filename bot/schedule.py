"""When things happen by themselves: each source is read again at the moment that its last round named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

AFTER_A_FAULT = timedelta(minutes=5)

Round = Callable[[], Awaitable[datetime]]


class Schedule:
    """Runs rounds; nothing of it is stored, since the database says what is due."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._running = set[asyncio.Task[object]]()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def repeat(self, name: str, job: Round) -> None:
        """Run a round now, and again at whatever moment it gives."""
        self._at(name, job, None)

    async def stop(self) -> None:
        """Begin no more rounds, and end those under way at their next await."""
        self._scheduler.shutdown(wait=False)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _at(self, name: str, job: Round, moment: datetime | None) -> None:
        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            try:
                moment = await job()
            except Exception:  # a fault in one round must not be the last round
                log.exception("job=%s failed", name)
                moment = self._clock() + AFTER_A_FAULT
            self._at(name, job, moment)

        self._scheduler.add_job(
            run, "date", run_date=moment, id=name, replace_existing=True, misfire_grace_time=None, coalesce=True
        )
