"""How many papers a week match queries, and whether it grows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)
WEEKS = 26
"""Weeks on a chart, at most."""

QUERIES = 5
"""Queries on a chart, at most."""

_COMPARED = 4  # weeks that are held against as many before them
_FEW = 8  # papers in both together, from which nothing is concluded
_MUCH = 1.2
_VERSUS = re.compile(r'("[^"]*"?)|(?:\s+|\A)vs\.?(?:\s+|\Z)', re.I)


class Direction(StrEnum):
    """Where a share of all papers goes."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trend:
    """The last weeks against as many before them.

    weeks: how many each; recent: papers in the last ones; share, before: of all papers then, from 0 to 1.
    """

    weeks: int
    recent: int
    share: float
    before: float
    direction: Direction


def compared(text: str) -> list[str]:
    """The queries of `a vs b vs "c vs d"`, without those that are empty."""
    parts = [""]
    done = 0
    for match in _VERSUS.finditer(text):
        parts[-1] += text[done : match.start()] + (match[1] or "")
        if match[1] is None:
            parts.append("")
        done = match.end()
    parts[-1] += text[done:]
    return [part.strip() for part in parts if part.strip()]


def first_week(now: datetime, oldest: datetime) -> datetime:
    """The first Monday, 0:00 UTC, of the weeks to count: WEEKS full ones, fewer where the archive begins later."""
    monday = _monday(now)
    begin = _monday(oldest)
    return max(monday - WEEKS * WEEK, begin if begin == oldest else begin + WEEK)


def weeks_since(first: datetime, now: datetime) -> int:
    """How many weeks from there on are over."""
    return max((_monday(now) - first) // WEEK, 0)


def trend(counts: Sequence[int], totals: Sequence[int]) -> Trend:
    """What the last weeks say. counts: papers that match, by week; totals: all papers."""
    weeks = max(min(_COMPARED, len(counts) // 2), 1)
    recent, earlier = sum(counts[-weeks:]), sum(counts[-2 * weeks : -weeks])
    share, before = recent / max(sum(totals[-weeks:]), 1), earlier / max(sum(totals[-2 * weeks : -weeks]), 1)
    direction = Direction.STEADY
    if recent + earlier < _FEW or len(counts) < 2:
        direction = Direction.UNKNOWN
    elif share > before * _MUCH:
        direction = Direction.UP
    elif share * _MUCH < before:
        direction = Direction.DOWN
    return Trend(weeks, recent, share, before, direction)


def _monday(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
