"""Dates, hours, rhythms and counts in words, in the language that is spoken."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates
from babel.numbers import format_decimal, format_percent

from bot.render.language import ENGLISH, N_, _, current, locale, ngettext, pgettext
from storage.records import Chat, Mode, Push

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WEEKLY = (
    N_("every Monday at {hour} {place}"),
    N_("every Tuesday at {hour} {place}"),
    N_("every Wednesday at {hour} {place}"),
    N_("every Thursday at {hour} {place}"),
    N_("every Friday at {hour} {place}"),
    N_("every Saturday at {hour} {place}"),
    N_("every Sunday at {hour} {place}"),
)
_UNITS: tuple[tuple[Literal["day", "hour", "minute"], timedelta], ...] = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
_A_MONDAY = date(2024, 1, 1)
_OFTEN_ENOUGH = 0.8  # of once in a day, week or month, to be called about one


def short_date(day: date, today: date) -> str:
    """3 Jul, and with the year where it is not today's."""
    this_year = day.year == today.year
    return _dated(day, pgettext("date pattern", "d MMM") if this_year else pgettext("date pattern", "d MMM y"))


def weekday_date(day: date) -> str:
    """Fri 3 Jul."""
    return _dated(day, pgettext("date pattern", "EEE d MMM"))


def weekday(number: int) -> str:
    """Monday for 0."""
    return _dated(_A_MONDAY + timedelta(days=number), "cccc")


def hour(at: time) -> str:
    """09:00."""
    return f"{at:%H:%M}"


def city(zone: str) -> str:
    """The city of an IANA zone alone: Berlin, New York, UTC."""
    if _has_city(zone):
        return dates.get_timezone_location(ZoneInfo(zone), locale=locale(), return_city=True)
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def rhythm(chat: Chat) -> str:
    """When the chat's digest comes: every day at 09:00 Berlin time; at once in instant mode."""
    match chat.mode:
        case Mode.INSTANT:
            return _("as soon as they appear")
        case Mode.DAILY:
            return _daily(chat)
        case Mode.WEEKDAYS:
            return _("Monday to Friday at {hour} {place}").format(hour=hour(chat.at), place=_place(chat.zone))
        case Mode.WEEKLY:
            return _weekly(chat)


def trending_rhythm(chat: Chat) -> str:
    """When the trending list is pushed, '' where it is not."""
    if chat.trending is Push.OFF:
        return ""
    return _daily(chat) if chat.trending is Push.DAILY else _weekly(chat)


def local_day(moment: datetime, zone: str) -> date:
    """The date of an aware moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_moment(moment: datetime, zone: str) -> str:
    """Sat 4 Jul, 09:00."""
    return _dated(moment.astimezone(ZoneInfo(zone)), pgettext("date pattern", "EEE d MMM, HH:mm"))


def soon(moment: datetime, now: datetime, zone: str) -> str:
    """A moment as short as it is clear: today 18:00, Mon 09:00, and beyond six days Mon 13 Jul, 09:00."""
    local, today = moment.astimezone(ZoneInfo(zone)), local_day(now, zone)
    if local.date() == today:
        return _("today {hour}").format(hour=hour(local.time()))
    if abs((local.date() - today).days) < 7:
        return _dated(local, pgettext("date pattern", "EEE HH:mm"))
    return local_moment(moment, zone)


def ago(moment: datetime, now: datetime) -> str:
    """just now, 6 minutes ago, 1 hour ago, 3 days ago."""
    past = now - moment
    for unit, size in _UNITS:
        if past >= size:
            whole = size * (past // size)
            # Without a threshold it stays in this unit, whatever the number.
            return dates.format_timedelta(-whole, unit, math.inf, add_direction=True, locale=locale())
    return _("just now")


def rate(count: int, days: int = 30) -> str:
    """How often that is, in words: about one a day, two a week, one a month; '' for nothing."""
    if count / days >= _OFTEN_ENOUGH:
        number = round(count / days)
        return ngettext("about {number} a day", "about {number} a day", number).format(number=in_words(number))
    if count * 7 / days >= _OFTEN_ENOUGH:
        number = round(count * 7 / days)
        return ngettext("about {number} a week", "about {number} a week", number).format(number=in_words(number))
    if count * 30 / days >= _OFTEN_ENOUGH:
        number = round(count * 30 / days)
        return ngettext("about {number} a month", "about {number} a month", number).format(number=in_words(number))
    return _("less than one a month") if count else ""


def in_words(number: int) -> str:
    """In English a number up to ten as a word; other numbers, and in other languages all, in digits."""
    return _NUMBERS[number] if current() == ENGLISH and 0 <= number <= 10 else digits(number)


def digits(number: int) -> str:
    """1,200: with the sign that the language has for thousands."""
    return format_decimal(number, locale=locale())


def percent(part: float, digits: int = 0) -> str:
    """12%, or with one digit 4.2%, of a part of 1."""
    return format_percent(round(part, 2 + digits), decimal_quantization=False, locale=locale())


def papers(count: int) -> str:
    """1 paper, 31 papers, 1,200 papers."""
    return ngettext("{count} paper", "{count} papers", count).format(count=digits(count))


def short_number(number: int) -> str:
    """310, 1.2k, 79k, 1.2M."""
    if number >= 999_500:  # 999,700 are 1M, not 1000k
        return pgettext("short number", "{number}M").format(number=_rounded(number / 1_000_000))
    if number >= 1000:
        return pgettext("short number", "{number}k").format(number=_rounded(number / 1000))
    return str(number)


def _daily(chat: Chat) -> str:
    return _("every day at {hour} {place}").format(hour=hour(chat.at), place=_place(chat.zone))


def _weekly(chat: Chat) -> str:
    return _(_WEEKLY[chat.weekday]).format(hour=hour(chat.at), place=_place(chat.zone))


def _place(zone: str) -> str:
    """The city of an IANA zone, to follow an hour: Berlin time, New York time, UTC."""
    return _("{city} time").format(city=city(zone)) if _has_city(zone) else city(zone)


def _dated(day: date, pattern: str) -> str:
    """In the pattern of https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table."""
    if isinstance(day, datetime):
        return dates.format_datetime(day, pattern, locale=locale())
    return dates.format_date(day, pattern, locale=locale())


def _rounded(number: float) -> str:
    return format_decimal(round(number) if number >= 99.5 else round(number, 1), locale=locale())


def _has_city(zone: str) -> bool:
    return "/" in zone and not zone.startswith("Etc/")
