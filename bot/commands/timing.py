"""Delivery settings as people type them: `daily 8:30 Europe/Berlin`, `weekly Mon 9`, `instant`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time

from bot.commands import zones
from storage.records import Chat, Mode

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?(am|pm)?", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MODES = {
    "instant": Mode.INSTANT,
    "instantly": Mode.INSTANT,
    "now": Mode.INSTANT,
    "daily": Mode.DAILY,
    "day": Mode.DAILY,
    "weekdays": Mode.WEEKDAYS,
    "weekday": Mode.WEEKDAYS,
    "workdays": Mode.WEEKDAYS,
    "weekly": Mode.WEEKLY,
}
_IGNORED = ("at", "on", "every")
_NEVER = ("off", "never", "none", "stop")


class Unclear(ValueError):
    """What was typed says no delivery setting."""


class Never(ValueError):
    """What was typed asks for no papers at all."""


class UnknownZone(ValueError):
    """The words that stand where a zone should, str(), name none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to change; None stays as it is. weekday: 0 is Monday."""

    mode: Mode | None = None
    weekday: int | None = None
    at: time | None = None
    zone: str | None = None


def wished(text: str) -> Wish:
    """What the text asks for. Raises Unclear, Never and UnknownZone."""
    if text.lower() in _NEVER:
        raise Never(text)
    words = [word for word in text.replace(",", " ").split() if word.lower() not in _IGNORED]
    mode = _MODES.get(words[0].lower()) if words else None
    words = words[1:] if mode else words
    weekday, words = _taken_weekday(words)
    at, words = _taken_clock(words)
    if weekday is None:
        weekday, words = _taken_weekday(words)
    named = zone(" ".join(words)) if words else None
    wish = Wish(mode or (Mode.WEEKLY if weekday is not None else None), weekday, at, named)
    if wish == Wish() or (weekday is not None and wish.mode is not Mode.WEEKLY):
        raise Unclear(text)
    return wish


def granted(chat: Chat, wish: Wish) -> Chat:
    """The chat as wished; an hour given to an instant chat makes it a daily one."""
    mode = wish.mode or chat.mode
    if wish.mode is None and wish.at is not None and mode is Mode.INSTANT:
        mode = Mode.DAILY
    return replace(
        chat,
        mode=mode,
        weekday=chat.weekday if wish.weekday is None else wish.weekday,
        at=chat.at if wish.at is None else wish.at,
        zone=wish.zone or chat.zone,
    )


def clock(words: list[str]) -> tuple[time | None, int]:
    """A time at the beginning of the words, and how many of them it takes: 8:30, 08:30, 8, 8.30, 8 pm."""
    if not words:
        return None, 0
    used = 1
    text = words[0]
    if len(words) > 1 and words[1].lower() in ("am", "pm"):
        text, used = text + words[1], 2
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None, 0
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None, 0
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (time(hour, minute), used) if hour < 24 and minute < 60 else (None, 0)


def _taken_clock(words: list[str]) -> tuple[time | None, list[str]]:
    """The time that the words begin or end with, None where they do neither; and the words without it."""
    at, used = clock(words)
    if at is not None:
        return at, words[used:]
    for number in (2, 1):
        at, used = clock(words[-number:])
        if used == number:
            return at, words[:-number]
    return None, words


def _taken_weekday(words: list[str]) -> tuple[int | None, list[str]]:
    """The weekday that the words begin with, None where they do not; and the words after it."""
    weekday = _weekday(words[0]) if words else None
    return weekday, words if weekday is None else words[1:]


def _weekday(word: str) -> int | None:
    wanted = word.lower().rstrip("s.") if len(word) > 4 else word.lower()
    found = [number for number, day in enumerate(_DAYS) if len(wanted) >= 2 and day.startswith(wanted)]
    return found[0] if len(found) == 1 else None


def zone(text: str) -> str:
    """The zone that the text names. Raises UnknownZone, and Unclear for what is or has a time."""
    if text[:1].isdigit() or any(clock([word])[1] for word in text.split()):
        raise Unclear(text)
    named = zones.named(text)
    if named is None:
        raise UnknownZone(text)
    return named
