"""Dates, hours, rhythms and counts in words."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from storage.records import Chat, Mode, Push

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def short_date(day: date, today: date) -> str:
    """3 Jul, and with the year where it is not today's."""
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != today.year else "")


def weekday_date(day: date) -> str:
    """Fri 3 Jul."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def hour(at: time) -> str:
    """09:00."""
    return f"{at:%H:%M}"


def place(zone: str) -> str:
    """The city of an IANA zone: Berlin time, New York time, UTC."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{city} time" if "/" in zone and not zone.startswith("Etc/") else city


def rhythm(chat: Chat) -> str:
    """When the chat's digest comes: every day at 09:00 Berlin time; at once in instant mode."""
    when = f"at {hour(chat.at)} {place(chat.zone)}"
    match chat.mode:
        case Mode.INSTANT:
            return "as soon as they appear"
        case Mode.DAILY:
            return f"every day {when}"
        case Mode.WEEKDAYS:
            return f"Monday to Friday {when}"
        case Mode.WEEKLY:
            return f"every {_WEEKDAYS[chat.weekday]} {when}"


def trending_rhythm(chat: Chat) -> str:
    """When the trending list is pushed, '' where it is not."""
    if chat.trending is Push.OFF:
        return ""
    often = "every day" if chat.trending is Push.DAILY else f"every {_WEEKDAYS[chat.weekday]}"
    return f"{often} at {hour(chat.at)} {place(chat.zone)}"


def local_day(moment: datetime, zone: str) -> date:
    """The date of an aware moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_moment(moment: datetime, zone: str) -> str:
    """Sat 4 Jul, 09:00."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{weekday_date(local.date())}, {hour(local.time())}"


def rate(count: int, days: int = 30) -> str:
    """How often that is, in words: about one a day, two a week, one a month; '' for nothing."""
    for share, unit in ((count / days, "day"), (count * 7 / days, "week"), (count * 30 / days, "month")):
        if share >= 0.8:
            return f"about {in_words(round(share))} a {unit}"
    return "less than one a month" if count else ""


def in_words(number: int) -> str:
    """A number up to ten as a word, others in digits with a comma for thousands."""
    return _NUMBERS[number] if 0 <= number <= 10 else f"{number:,}"


def papers(count: int) -> str:
    """1 paper, 31 papers, 1,200 papers."""
    return f"{count:,} paper{'' if count == 1 else 's'}"


def short_number(number: int) -> str:
    """310, 1.2k, 79k, 1.2M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size * 0.9995:  # 999,700 are 1M, not 1000k
            value = number / size
            return (f"{value:.0f}" if value >= 99.5 else f"{value:.1f}".removesuffix(".0")) + letter
    return str(number)


def city(zone: str) -> str:
    """The city of an IANA zone alone: Berlin, New York, UTC."""
    return place(zone).removesuffix(" time")


def soon(moment: datetime, now: datetime, zone: str) -> str:
    """A moment as short as it is clear: today 18:00, Mon 09:00, and beyond six days Mon 13 Jul, 09:00."""
    local, today = moment.astimezone(ZoneInfo(zone)), local_day(now, zone)
    if local.date() == today:
        return f"today {hour(local.time())}"
    if abs((local.date() - today).days) < 7:
        return f"{_DAYS[local.weekday()]} {hour(local.time())}"
    return local_moment(moment, zone)


def ago(moment: datetime, now: datetime) -> str:
    """just now, 6 minutes ago, an hour ago, 3 days ago."""
    seconds = (now - moment).total_seconds()
    for size, one, unit in ((86_400, "a day", "days"), (3600, "an hour", "hours"), (60, "a minute", "minutes")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{one if count == 1 else f'{count:,} {unit}'} ago"
    return "just now"
