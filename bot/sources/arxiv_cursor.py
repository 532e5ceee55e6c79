"""Where the reading of arXiv stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

MOST_OWED = 5_000

ON_HOLD = timedelta(days=4)
"""A feed announces what was submitted up to four days before: from Thursday's deadline to Sunday night."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Window:
    """Days to be read from the API, newest first: from `day` (its papers from number `start` on) down to `until`."""

    day: date
    until: date
    start: int = 0

    def after(self, entries: int, more: bool) -> Window | None:
        """What is left after a page of so many entries; more: the day has further ones. None for nothing."""
        if more:
            return Window(self.day, self.until, self.start + entries)
        day = self.day - timedelta(days=1)
        return Window(day, self.until) if day >= self.until else None

    def joined(self, other: Window | None) -> Window:
        """A window over both, to be read from its newest day."""
        return Window(max(self.day, other.day), min(self.until, other.until)) if other else self


@dataclass(slots=True)
class Cursor:
    """feed: the address that etag and modified belong to. told: versions of the current feed that were passed on.

    announced: day of the last feed that had papers. read_at: when the feed was last read to its end. missed: what feeds
    announced that were never read. owed: papers that still lack the API's comment. api_after: until when the API is
    left alone.
    """

    feed: str = ""
    etag: str = ""
    modified: str = ""
    told: list[str] = field(default_factory=list)
    announced: date | None = None
    read_at: datetime | None = None
    missed: Window | None = None
    backfill: Window | None = None
    owed: list[str] = field(default_factory=list)
    api_after: datetime | None = None

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of its JSON; an empty one of anything else."""
        try:
            said = json.loads(text)
            return cls(
                feed=said.get("feed", ""),
                etag=said.get("etag", ""),
                modified=said.get("modified", ""),
                told=said.get("told", []),
                announced=date.fromisoformat(said["announced"]) if said.get("announced") else None,
                read_at=_moment(said.get("read_at")),
                missed=_window(said.get("missed")),
                backfill=_window(said.get("backfill")),
                owed=said.get("owed", []),
                api_after=_moment(said.get("api_after")),
            )
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
            return cls()

    def text(self) -> str:
        """As JSON; what is empty is left out."""
        said: dict[str, object] = {
            "feed": self.feed,
            "etag": self.etag,
            "modified": self.modified,
            "told": self.told,
            "announced": self.announced.isoformat() if self.announced else "",
            "read_at": _seconds(self.read_at),
            "missed": _days(self.missed),
            "backfill": _days(self.backfill),
            "owed": self.owed,
            "api_after": _seconds(self.api_after),
        }
        return json.dumps({name: value for name, value in said.items() if value})

    def has_announced(self, day: date, today: date) -> None:
        """A day's feed has papers. Working days since the last one that had any are to be read from the API.

        Their feeds were empty, or an old one stood in their place; or they were holidays.
        """
        last = self.announced or day
        between = [last + timedelta(days=later) for later in range(1, (day - last).days)]
        if any(skipped.weekday() < _SATURDAY for skipped in between):
            self.missed = Window(today, last - ON_HOLD).joined(self.missed)
        self.announced = max(day, last)

    def api_rests(self, now: datetime) -> bool:
        """Whether the API is to be left alone."""
        return self.api_after is not None and now < self.api_after

    def owe(self, ids: Iterable[str]) -> None:
        """Note papers that still lack a comment; the oldest are given up where there are too many."""
        self.owed = list(dict.fromkeys([*self.owed, *ids]))[-MOST_OWED:]


def _moment(stamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _window(said: tuple[str, str, int] | None) -> Window | None:
    return Window(date.fromisoformat(said[0]), date.fromisoformat(said[1]), said[2]) if said else None


def _days(window: Window | None) -> tuple[str, str, int] | None:
    return (window.day.isoformat(), window.until.isoformat(), window.start) if window else None
