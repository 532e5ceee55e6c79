"""A simulated year of 10,000 chats in all time zones: every digest and every paper once, and at its moment.

Chats have every mode, quiet hours, a trending list, and subscriptions with a mode of their own. They pause, resume,
snooze, move to other zones and change all the rest. The bot is down at times, and its clock jumps to and fro.
"""

from __future__ import annotations

import random
import time as clock
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from benchmarks.slow_planner import expected, expected_digest, expected_owed, free
from bot import planning
from bot.planning import Owed, Slot
from storage.records import Chat, Mode, Push, Subscription

CHATS = 10_000
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DOWN = 0.02
"""How often the bot is not there at the hour."""

_BACKWARDS = 0.05  # how often the clock is set back before a paper comes
_PAPERS, _CHANGES = 24, 8  # of a chat in its year
_IN_TIME = timedelta(seconds=5)
_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 17, 30))


def run() -> None:
    """Print how much came and the time per digest, the check against a slow planner included."""
    began = clock.perf_counter()
    digests, papers = year(CHATS, random.Random(1))
    seconds = clock.perf_counter() - began
    print(f"{CHATS:,} chats, {len(ZONES)} zones, one year: {digests:,} digests, {papers:,} papers, each exactly once")
    print(f"{seconds:.0f} s, {seconds / digests * 1e6:.0f} µs a digest with its check")


def year(chats: int, chance: random.Random) -> tuple[int, int]:
    """Live through 2026 with so many chats; gives how many digests and papers came. AssertionError if one is wrong."""
    digests = papers = 0
    for number in range(chats):
        life = Life.begun(ZONES[number * len(ZONES) // chats], chance)
        life.live()
        digests, papers = digests + life.digests, papers + len(life.got)
    return digests, papers


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that waits, and when it should go."""

    number: int
    matched: tuple[int, ...]
    slot: Slot
    goes_at: datetime


@dataclass
class Life:
    """A chat, what it follows, and what became of its papers."""

    chat: Chat
    following: list[Subscription]
    chance: random.Random
    waiting: list[Waiting] = field(default_factory=list)
    got: set[int] = field(default_factory=set)
    digests: int = 0

    @classmethod
    def begun(cls, zone: str, chance: random.Random) -> Life:
        """A chat with three subscriptions, the last of them with a mode of its own."""
        chat = Chat(1, 0, "private", chance.choice(list(Mode)), chance.choice(_HOURS), zone, chance.randrange(7))
        following = [Subscription(n, 1, 0, n, f"query {n}", BEGIN) for n in range(3)]
        following[2] = replace(following[2], mode=chance.choice(list(Mode)))
        for _ in range(chance.randrange(3)):
            chat = _changed(chat, BEGIN, chance)
        return cls(planning.replanned(chat, BEGIN), following, chance)

    def live(self) -> None:
        """Papers come, people change their minds, and whenever something is due the bot looks."""
        length = (END - BEGIN).total_seconds()
        moments = (BEGIN + timedelta(seconds=self.chance.uniform(0, length)) for _ in range(_PAPERS + _CHANGES))
        events = sorted((moment, number) for number, moment in enumerate(moments))
        now = BEGIN
        for moment, number in events:
            now = self._until(max(moment, now), now)
            if number < _CHANGES:
                self._change(now)
            else:
                self._come(number, now)
        self._until(END, now)
        assert len(self.got) + len(self.waiting) == _PAPERS, "a paper was lost"
        assert all(one.goes_at >= END for one in self.waiting), self

    def _until(self, moment: datetime, now: datetime) -> datetime:
        """Look whenever something is due before then; gives the later of the two."""
        while (due := self._due()) < moment:
            now = self._look(due)
            moment = max(moment, now)
        return moment

    def _due(self) -> datetime:
        dues = [one.slot.at for one in self.waiting if one.slot.at]
        return min([*dues, self.chat.next_digest_at or planning.FOREVER])

    def _look(self, due: datetime) -> datetime:
        """Mostly the bot looks in time; sometimes it was down for days, or its clock had been days ahead."""
        down = self.chance.random() < DOWN
        now = due + timedelta(seconds=self.chance.uniform(3600, 80 * 3600) if down else self.chance.uniform(0, 4))
        chat, second = self.chat, now.replace(microsecond=0)
        may_go = free(chat, second)
        assert planning.released(chat, now) == may_go, self
        if may_go > second:
            self._put_off(now)
            return now
        owed = planning.owed(chat, now)
        assert owed == expected_owed(chat, now), self
        gone = [one for one in self.waiting if (one.slot.at <= now if one.slot.at else owed.matches)]
        assert owed != Owed() or gone, (self, "it looked for nothing")
        self.waiting = [one for one in self.waiting if one not in gone]
        for one in gone:
            assert one.goes_at <= now and (down or now - one.goes_at < _IN_TIME), (self, one, now)
            self.got.add(one.number)
        if owed != Owed():
            self.digests += 1
            self.chat = replace(chat, next_digest_at=planning.next_digest(chat, now))
            assert self.chat.next_digest_at == expected_digest(chat, now), self
        return now

    def _come(self, number: int, now: datetime) -> None:
        """A paper matches one subscription or two, at times just after the clock was set back."""
        if self.chance.random() < _BACKWARDS:
            now -= timedelta(seconds=self.chance.uniform(0, 3 * 3600))
        matched = self.chance.sample(range(len(self.following)), self.chance.choice((1, 1, 2)))
        self.waiting.append(self._planned(number, tuple(matched), now))

    def _planned(self, number: int, matched: tuple[int, ...], now: datetime) -> Waiting:
        """The paper with the slot that it gets, and the moment that it should have."""
        which = [self.following[place] for place in matched]
        slot = planning.soonest(self.chat, [planning.slot(self.chat, one, now) for one in which], now)
        return Waiting(number, matched, slot, min(expected(self.chat, one, now) for one in which))

    def _change(self, now: datetime) -> None:
        """Somebody changes a setting."""
        paused = self.chat.paused_until and self.chat.paused_until > now
        if paused and self.chance.random() < 0.7:
            self._resume(now)
        elif self.chance.random() < 0.3:
            place = self.chance.randrange(len(self.following))
            self.following[place] = _rearranged(self.following[place], now, self.chance)
            self._replan(now)
        else:
            changed = _changed(self.chat, now, self.chance)
            self.chat = planning.replanned(changed, now)
            assert self.chat.next_digest_at == expected_digest(changed, now), self
            self._replan(now)

    def _resume(self, now: datetime) -> None:
        """What piled up comes at once; what is snoozed sleeps on."""
        self.chat = planning.replanned(replace(self.chat, paused_until=None), now)
        self.waiting = [
            self._planned(one.number, one.matched, now)
            if all(planning.asleep(self.following[place], now) for place in one.matched)
            else self._released(one, now)
            for one in self.waiting
        ]

    def _put_off(self, now: datetime) -> None:
        """The bot comes back in quiet hours or in a pause."""
        owed = planning.owed(self.chat, now)
        self.chat = planning.put_off(self.chat, now)
        self.waiting = [
            self._released(one, now)
            if (one.slot.together and one.slot.at and one.slot.at <= now) or (owed.matches and not one.slot.at)
            else self._planned(one.number, one.matched, now)
            for one in self.waiting
        ]

    def _released(self, one: Waiting, now: datetime) -> Waiting:
        """It goes at once, or when pause and quiet hours are over."""
        at = free(self.chat, now.replace(microsecond=0))
        return replace(one, slot=Slot(at, together=True), goes_at=at)

    def _replan(self, now: datetime) -> None:
        """Each paper waits for what is wanted now."""
        self.waiting = [self._planned(one.number, one.matched, now) for one in self.waiting]


def _changed(chat: Chat, now: datetime, chance: random.Random) -> Chat:
    """One setting changed; quiet hours often so that they cover the hour."""
    day = now.replace(microsecond=0) + timedelta(days=chance.randrange(1, 30))
    begin, end = chance.sample(_HOURS, 2)
    changes: tuple[dict[str, Any], ...] = (  # Any: whatever a field of a chat takes
        {"mode": chance.choice(list(Mode)), "weekday": chance.randrange(7)},
        {"trending": chance.choice(list(Push))},
        {"at": chance.choice(_HOURS)},
        {"zone": chance.choice(ZONES)},
        {"quiet_from": begin, "quiet_to": end},
        {"quiet_from": None, "quiet_to": None},
        {"paused_until": chance.choice((day, day, planning.FOREVER))},
    )
    return replace(chat, **chance.choice(changes))


def _rearranged(one: Subscription, now: datetime, chance: random.Random) -> Subscription:
    """Its mode changed, or snoozed."""
    if chance.random() < 0.5:
        return replace(one, mode=chance.choice((None, *Mode)))
    return replace(one, snoozed_until=now.replace(microsecond=0) + timedelta(hours=chance.randrange(1, 700)))
