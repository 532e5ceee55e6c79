"""Rounds that repeat themselves: when, what a fault in one of them does, and how they end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta

import pytest

from bot import schedule as module
from bot.app import now
from bot.schedule import Schedule

LATER = timedelta(hours=1)
SOON = timedelta(milliseconds=60)


@pytest.fixture
async def schedule() -> AsyncIterator[Schedule]:
    made = Schedule(now)
    yield made
    await made.stop()


@pytest.fixture(autouse=True)
def _errors(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)


class Job:
    """A round that does what the test lets it do; begun: when each began."""

    def __init__(self, *nexts: timedelta | Exception | Awaitable[None]) -> None:
        self.nexts, self.begun = list(nexts), list[datetime]()
        self._runs: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self) -> datetime:
        self.begun.append(now())
        self._runs.put_nowait(len(self.begun))
        following = self.nexts.pop(0) if self.nexts else LATER
        if isinstance(following, Exception):
            raise following
        if isinstance(following, timedelta):
            return now() + following
        await following
        raise AssertionError("ended by nothing but a stop")

    async def runs(self, number: int) -> None:
        """Wait until it has begun so often."""
        async with asyncio.timeout(5):
            while await self._runs.get() < number:
                pass


async def test_a_round_begins_at_once_and_again_at_the_moment_that_it_names(schedule: Schedule) -> None:
    job, rare = Job(SOON, SOON), Job()
    schedule.repeat("often", job)
    schedule.repeat("rare", rare)
    schedule.start()
    await job.runs(3)
    assert all(second - first >= SOON for first, second in zip(job.begun, job.begun[1:], strict=False))
    assert len(rare.begun) == 1


async def test_a_moment_that_has_passed_is_now(schedule: Schedule) -> None:
    job = Job(-LATER, -LATER * 999, timedelta(0))
    schedule.repeat("late", job)
    schedule.start()
    await job.runs(4)
    assert job.begun[3] - job.begun[0] < timedelta(seconds=4)


async def test_a_round_that_was_added_later_begins_at_once(schedule: Schedule) -> None:
    schedule.start()
    job = Job()
    schedule.repeat("new", job)
    await job.runs(1)


async def test_rounds_do_not_wait_for_each_other(schedule: Schedule) -> None:
    slow, quick = Job(asyncio.Event().wait()), Job(timedelta(0), timedelta(0))  # type: ignore[arg-type]  # never ends
    schedule.repeat("slow", slow)
    schedule.repeat("quick", quick)
    schedule.start()
    await slow.runs(1)
    await quick.runs(3)


async def test_a_round_that_fails_is_logged_and_repeated(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "AFTER_A_FAULT", SOON)
    job = Job(ZeroDivisionError("by zero"), KeyError("x"))
    schedule.repeat("faulty", job)
    schedule.start()
    await job.runs(3)
    assert job.begun[1] - job.begun[0] >= SOON
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "job=faulty failed")
    ] * 2
    assert caplog.records[0].exc_info


async def test_a_stop_ends_what_is_under_way_quietly(schedule: Schedule, caplog: pytest.LogCaptureFixture) -> None:
    ended = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await _idle()
            ended.set()

    job, other = Job(endless()), Job()
    schedule.repeat("endless", job)
    schedule.repeat("other", other)
    schedule.start()
    await job.runs(1)
    await schedule.stop()
    assert ended.is_set()
    assert caplog.records == []
    schedule.repeat("after the stop", other)
    await _idle()
    assert len(other.begun) == 1


@pytest.mark.parametrize("passes", range(9))
async def test_a_stop_at_any_moment_is_quiet_and_nothing_begins_after_it(
    caplog: pytest.LogCaptureFixture, passes: int
) -> None:
    job = Job(*[timedelta(0)] * 99)
    schedule = Schedule(lambda: datetime.now(UTC))
    schedule.repeat("restless", job)
    schedule.start()
    for _ in range(passes):
        await asyncio.sleep(0)
    await schedule.stop()
    begun = len(job.begun)
    await _idle()
    assert len(job.begun) == begun
    assert caplog.records == []


async def test_what_never_began_can_be_stopped(caplog: pytest.LogCaptureFixture) -> None:
    job = Job()
    schedule = Schedule(now)
    schedule.repeat("never", job)
    await schedule.stop()
    await _idle()
    assert job.begun == []
    assert caplog.records == []


async def test_a_clock_that_is_set_back_delays_no_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WATCHED_EVERY", 0.05)
    clock = [timedelta(days=3)]
    ahead = Schedule(lambda: now() + clock[0])
    job = Job(timedelta(days=3) + SOON)
    ahead.repeat("planned ahead", job)
    ahead.start()
    await job.runs(1)
    clock[0] = timedelta(0)
    await job.runs(2)
    await ahead.stop()


async def _idle() -> None:
    """Let everything happen that is about to."""
    for _ in range(20):
        await asyncio.sleep(0)
