"""A simulated year of 10,000 chats in all time zones: every digest exactly once, and what the planner costs."""

from __future__ import annotations

import random
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot import planning
from storage.records import Chat, Mode

CHATS = 10_000
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DOWN = 0.02
"""How often the bot is not there at the hour."""


def run() -> None:
    """Print how many digests there were and the time per digest, the check against a slow planner included."""
    began = clock.perf_counter()
    digests = year(CHATS, random.Random(1))
    seconds = clock.perf_counter() - began
    print(f"{CHATS:,} chats, {len(ZONES)} zones, one year: {digests:,} digests, each exactly once")
    print(f"{seconds:.0f} s, {seconds / digests * 1e6:.0f} µs a digest with its check")


def year(chats: int, chance: random.Random) -> int:
    """Live through 2026 with so many chats; gives how many digests they got. AssertionError where one is wrong."""
    return sum(
        live_through(
            Chat(
                id=number + 1,
                thread=0,
                kind="private",
                mode=chance.choice((Mode.DAILY, Mode.WEEKDAYS, Mode.WEEKLY)),
                at=time(chance.randrange(24), chance.randrange(60)),
                zone=ZONES[number * len(ZONES) // chats],
                weekday=chance.randrange(7),
            ),
            chance,
        )
        for number in range(chats)
    )


def live_through(wanted: Chat, chance: random.Random) -> int:
    """Deliver as the bot does: when it looks and a digest is owed; then the next one after that moment."""
    wanted, digests = planning.replanned(wanted, BEGIN), 0
    expected = moments(wanted)
    while wanted.next_digest_at and wanted.next_digest_at < END:
        owed_at = wanted.next_digest_at
        assert owed_at == next(expected), wanted
        # Mostly the bot looks in time; sometimes it was down for days, or its clock had been days ahead.
        late = chance.uniform(3600, 80 * 3600) if chance.random() < DOWN else chance.uniform(0, 4)
        now = owed_at + timedelta(seconds=late)
        assert not planning.owed(wanted, owed_at - timedelta(seconds=1)).matches
        assert planning.owed(wanted, now).matches
        wanted, digests = replace(wanted, next_digest_at=planning.next_digest(wanted, now)), digests + 1
        if late > 5:  # what fell due meanwhile came with it
            expected = (moment for moment in moments(wanted) if moment > now)
    assert next(expected, None) is None, wanted
    return digests


def moments(wanted: Chat) -> Iterator[datetime]:
    """The chat's digests of the year, told the slow way."""
    zone, day = ZoneInfo(wanted.zone), BEGIN.date() - timedelta(days=1)
    while day <= END.date() + timedelta(days=1):
        weekday = {Mode.WEEKDAYS: day.weekday() < 5, Mode.WEEKLY: day.weekday() == wanted.weekday}
        if weekday.get(wanted.mode, True):
            local = datetime.combine(day, wanted.at)
            moment = local.replace(tzinfo=zone).astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) != local:  # it does not exist: the next that does
                moment -= timedelta(hours=26)
                while moment.astimezone(zone).replace(tzinfo=None) < local:
                    moment += timedelta(minutes=1)
            if BEGIN < moment < END:
                yield moment
        day += timedelta(days=1)
