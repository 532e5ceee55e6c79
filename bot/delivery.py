"""The loop that brings papers to chats: claim, render, send, record.

What is due is asked of the database whenever something changed and once a second by the wall clock, so that a clock
that jumps delays nothing. Claims and outcomes of one round share a transaction. A message counts as in flight from
its claim until its outcome is noted; a kill can repeat those, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlite_utils

from bot import arrivals, claims, messages, pauses, setback
from bot.claims import Chart, Claim
from bot.errors import TokenRefused
from bot.holds import ChatKey
from bot.metrics import Metrics
from bot.pace import Pace
from bot.render import language
from bot.sender import Outcome, Sender, Sent, Unreachable
from bot.settling import Faulty, Report, settle
from bot.trouble import Trouble
from bot.turns import Place, Turns
from storage import limits, outbox
from storage.database import Database
from storage.errors import StorageError
from storage.journal import Journal

log = logging.getLogger(__name__)

IN_FLIGHT = 8
"""Messages on their way at once: four reach Telegram's ceiling at 80 ms a call, eight at 200 ms."""

STOPPING = 6.0
"""Seconds that a stop waits for what is in flight."""

_TOGETHER, _GATHERED = 3, 0.1  # outcomes, seconds
_LOOK = 1.0
_WITHOUT_DATABASE = 3.0
_AFTER_A_FAULT = 600.0
_CAREFUL = 30.0


class Delivery:
    """Delivers while run() runs. clock: the wall clock, aware; jitter: random numbers from 0 to 1.

    ready: set when the pace knows the pauses and sends of the runs before; nothing is to be called earlier.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        pace: Pace,
        clock: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
        metrics: Metrics | None = None,
    ) -> None:
        self._database, self._sender, self._pace, self._clock = database, sender, pace, clock
        pace.refused, pace.slow_mode = self._keep_pause, sender.slow_mode
        self.ready = asyncio.Event()
        self._journal = Journal(database.path)
        self._metrics = metrics or Metrics()
        self._turns, self._chart, self._trouble = Turns(), Chart(), Trouble(jitter)
        self._flights: dict[int, asyncio.Task[None]] = {}  # by chat: at most one message each
        self._reports: list[tuple[Report, asyncio.Future[None]]] = []
        self._rests: dict[Place, float] = {}  # when each may be tried again, by the loop's clock
        self._bell = asyncio.Event()
        self._look_at = self._careful_until = self._reported_at = 0.0
        self._looked_at: datetime | None = None
        self._stopped_at: float | None = None
        self._refused: TokenRefused | None = None

    def wake(self) -> None:
        """Look at once for what is due."""
        self._look_at = 0.0
        self._bell.set()

    def stop(self) -> None:
        """Claim nothing more; run() returns when what is in flight is recorded, after STOPPING seconds at most."""
        self._stopped_at = self._now()
        self._bell.set()

    async def run(self) -> None:
        """Deliver until stop(). Raises TokenRefused; and StorageError where the database cannot be used at first."""
        with self._journal:
            await self._recover()
            try:
                while self._goes_on():
                    pause = await self._round()
                    if self._goes_on():
                        await self._rest(pause)
                if self._refused:
                    raise self._refused
            finally:
                for flight in self._flights.values():
                    flight.cancel()
                await asyncio.gather(*self._flights.values(), return_exceptions=True)

    def _goes_on(self) -> bool:
        if self._refused:
            return False
        return self._stopped_at is None or (bool(self._flights) and self._now() < self._stopped_at + STOPPING)

    async def _recover(self) -> None:
        """What the last run left: its pauses and its pace, and what was in flight."""
        now = self._clock()
        await pauses.restore(self._database, self._pace, now)
        self.ready.set()
        await self._database.write(setback.replan, now)
        again = await self._database.write(arrivals.recover, self._journal.read(), now)
        self._journal.keep([])
        if again:
            log.info("papers=%d were in flight when the last run ended; they are sent again", again)

    async def _keep_pause(self, chat: ChatKey, seconds: float) -> None:
        await pauses.keep(self._database, chat, seconds, self._clock())

    async def _rest(self, seconds: float) -> None:
        """Wait for the bell, at most so long."""
        ring = asyncio.get_running_loop().call_later(seconds, self._bell.set)
        await self._bell.wait()
        ring.cancel()
        self._bell.clear()

    async def _round(self) -> float:
        """Record what came back, send what is due; gives the seconds until it is worth trying again."""
        if gathering := self._gathers():
            return gathering
        try:
            if self._now() >= self._look_at:
                await self._exchange([])  # what came back does not wait for the look
                await self._look()
            slots, pause = self._slots()
            places, soonest = self._turns.take(slots, self._wait)
            await self._exchange(places)
        except StorageError as error:
            log.warning("delivery waits: %s", error)
            await asyncio.sleep(_WITHOUT_DATABASE)  # whatever rings meanwhile could not be stored either
            return 0.0
        return min(pause, soonest, _LOOK)

    def _gathers(self) -> float:
        """Seconds for which what came back waits for more of it, as a transaction is a tenth of a message's work.

        It is noted already, and what is on its way meanwhile keeps Telegram busy.
        """
        if not 0 < len(self._reports) < _TOGETHER <= len(self._flights) - len(self._reports):
            return 0.0
        return max(self._reported_at + _GATHERED - self._now(), 0.0)

    async def _look(self) -> None:
        self._look_at = self._now() + _LOOK
        now, before = self._clock(), self._looked_at
        self._looked_at = now
        if before and now < before - setback.JITTER:
            replanned = await self._database.write(setback.replan, now)
            log.warning("the clock was set back by %s; planned anew for chats=%d", before - now, replanned)
        due = await self._database.read(outbox.due_chats, now)
        self._rests = {place: until for place, until in self._rests.items() if until > self._now()}
        self._turns.settled(due)
        self._turns.offer(place for place in due if place[0] not in self._flights)

    def _slots(self) -> tuple[int, float]:
        """How many more messages may go now, and if none because of a pause, for how long.

        What is reported makes room: the transaction that claims the next stores it first.
        """
        pause = max(self._trouble.until - self._now(), self._pace.held())
        if self._stopped_at is not None or pause > 0:
            return 0, pause if pause > 0 else _LOOK
        one = self._trouble or self._now() < self._careful_until
        landed = sum(report.final for report, _ in self._reports)
        return max((1 if one else IN_FLIGHT) - len(self._flights) + landed, 0), _LOOK

    def _wait(self, place: Place) -> float:
        if place[0] in self._flights:
            return _LOOK
        return max(self._rests.get(place, 0.0) - self._now(), self._pace.wait(place[0]))

    async def _exchange(self, places: list[Place]) -> None:
        """Store the reports and claim for these places, in one transaction."""
        reports, self._reports = self._reports, []
        if not reports and not places:
            return
        try:
            found = await self._database.write(
                _exchanged, [report for report, _ in reports], places, self._clock(), self._chart
            )
        except BaseException as error:
            self._reports = reports + self._reports
            self._turns.offer(places)
            if isinstance(error, Exception) and not isinstance(error, StorageError):
                log.exception("delivery: a fault in claiming for %s", places)
                self._spare(places)
                await asyncio.sleep(_LOOK)
                return
            raise
        self._journal.keep(filter(None, (arrivals.noted(report) for report, _ in self._reports)))
        for report, stored in reports:
            stored.set_result(None)
            if report.final:
                self._land(report)
        for place, claim in zip(places, found, strict=True):
            if claim:
                self._flights[place[0]] = asyncio.create_task(self._fly(place, claim))

    def _land(self, report: Report) -> None:
        """A claim is done with: its chat may get the next."""
        chat = report.claim.chat
        del self._flights[chat.id]
        if not isinstance(report.outcome, Sent):
            self.wake()  # what is due may have changed
        elif report.claim.more:
            self._turns.offer([(chat.id, chat.thread)])
            self._bell.set()

    def _spare(self, places: list[Place]) -> None:
        """After a fault in claiming: find out which place it is, by claiming for one at a time, and let it rest."""
        self._careful_until = self._now() + _CAREFUL
        if len(places) == 1:
            self._rests[places[0]] = self._now() + _AFTER_A_FAULT

    async def _fly(self, place: Place, claim: Claim) -> None:
        """Send the messages of a claim, each recorded before the next."""
        silent = claim.silent or (claim.digest is None and self._turns.given(place) > 0)
        self._turns.served(place)
        language.speak(claim.chat.reads_in)
        try:
            await self._send(place, claim, silent)
        except TokenRefused as error:
            self._refused = error
            self._bell.set()
        except Exception:
            log.exception("chat=%d: a fault in delivering", place[0])
            self._report(Report(claim, tuple(row.id for row in claim.rows), Faulty()))

    async def _send(self, place: Place, claim: Claim, silent: bool) -> None:
        parts = messages.of(claim)
        chat_id, thread = place
        to = 0 if claim.lost else thread
        for index, (message, ids) in enumerate(parts):
            outcome = await self._sender.send(chat_id, to, message, silent=silent, reply_to=claim.reply_to)
            self._judge(place, outcome)
            arrived = [row.queued_at for row in claim.rows if row.id in ids] if isinstance(outcome, Sent) else []
            self._metrics.sent(type(outcome).__name__.lower(), arrived, self._clock())
            if not isinstance(outcome, Sent):
                left = tuple(id for _, part in parts[index:] for id in part)
                self._report(Report(claim, left, outcome, first=index == 0))
            elif index == len(parts) - 1:
                self._report(Report(claim, ids, outcome))
            else:
                await self._report(Report(claim, ids, outcome, last=False))
                continue
            return

    def _judge(self, place: Place, outcome: Outcome) -> None:
        if isinstance(outcome, Unreachable):
            if not self._trouble:  # or hours without a network would fill the log
                log.warning("Telegram cannot be reached: %s; what is due waits", outcome.reason)
            self._trouble.failed(self._now())
            self._rests[place] = self._trouble.until
        elif self._trouble:
            log.info("Telegram takes messages again")
            self._trouble.ended()

    def _report(self, report: Report) -> asyncio.Future[None]:
        """Have a report stored; done when it is. It is noted at once that a message arrived, lest a kill repeats it."""
        if arrival := arrivals.noted(report):
            self._journal.note(arrival)
        if not self._reports:
            self._reported_at = self._now()
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reports.append((report, stored))
        self._bell.set()
        return stored

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _exchanged(
    db: sqlite_utils.Database, reports: Sequence[Report], places: Sequence[Place], now: datetime, chart: Chart
) -> list[Claim | None]:
    for report in reports:
        limits.arrives(db, report.claim.chat.id, now, more=not report.final)
        settle(db, report, now)
    found = [claims.take(db, *place, now, chart) for place in places]
    for claim in filter(None, found):
        limits.departs(db, claim.chat.id)
    return found
