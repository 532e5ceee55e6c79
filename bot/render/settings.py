"""The settings as texts: all of them, and one at a time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.render import html
from bot.render.language import _
from bot.render.pausing import quiet
from bot.render.times import city, hour, rhythm, soon, trending_rhythm
from storage.records import Chat

RHYTHMS = {"instant": "at once", "daily": "every day", "weekdays": "Monday to Friday", "weekly": "once a week"}
PUSHES = {"off": "off", "daily": "every day", "weekly": "once a week"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def everything(chat: Chat, now: datetime, next_at: datetime | None, paused: str) -> str:
    """How the chat is set; paused: until when in words, '' where it is not; HTML."""
    lines = [
        html.bold("Settings"),
        f"Papers come {html.escape(rhythm(chat))}{_coming(chat, now, next_at, paused)}.",
        f"The trending list comes {html.escape(trending_rhythm(chat))}." if trending_rhythm(chat) else "",
        f"Quiet from {hour(chat.quiet_from)} to {hour(chat.quiet_to)}." if chat.quiet_from and chat.quiet_to else "",
        f"At most {chat.cap} papers in a digest, the others one tap away.",
        "Where a digest would hold nothing, I say so." if chat.tell_empty else "",
        f"Paused {html.escape(paused)}: what comes meanwhile is kept." if paused else "",
    ]
    return "\n".join(line for line in lines if line)


def rhythm_asked(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """When papers come."""
    when = f"; next {soon(next_at, now, chat.zone)}" if next_at else ""
    return f"Papers come {html.escape(rhythm(chat))}{when}. A subscription can have a rhythm of its own: /subscriptions"


def hour_asked(chat: Chat) -> str:
    """The hour of digests and trending list."""
    return f"Digests come at {hour(chat.at)} ({html.escape(city(chat.zone))}). The hour, then the minute:"


def weekday_asked(chat: Chat) -> str:
    """The day of what comes once a week."""
    return f"What comes once a week comes on {WEEKDAYS[chat.weekday]}."


def quiet_asked(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """Quiet hours, and how to type them."""
    return f"{quiet(chat, now, next_at)}\nTo the minute: {html.code('/quiet 22:30 6:45')}"


def quiet_end_asked(chat: Chat, which: str) -> str:
    """When they begin, or end."""
    at = chat.quiet_from if which == "begin" else chat.quiet_to
    return f"Quiet hours {which} at {hour(at)} ({html.escape(city(chat.zone))})." if at else "No quiet hours."


def trending_asked(chat: Chat) -> str:
    """Whether the trending list is pushed."""
    when = trending_rhythm(chat)
    return (
        f"The trending list comes {html.escape(when)}."
        if when
        else "The trending list is not sent: /trending shows it."
    )


def cap_asked(chat: Chat) -> str:
    """How many papers a digest shows."""
    return f"At most {chat.cap} papers in a digest, the best of them. The others are one tap away, none is lost."


def empty_asked(chat: Chat) -> str:
    """What happens where a digest would hold nothing."""
    return (
        "Where a digest would hold nothing, I say so."
        if chat.tell_empty
        else "Where there is nothing, nothing is sent."
    )


def language_asked() -> str:
    """The language, and what stays English in all of them."""
    return _("I speak these languages. Commands and queries are the same in each.")


def pause_asked(paused: str) -> str:
    """Whether deliveries are held."""
    if paused:
        return f"Paused {html.escape(paused)}. What comes meanwhile is kept, and comes then as one digest."
    return "Deliveries go on. In a pause nothing is sent and nothing is lost: it comes afterwards as one digest."


def zone_asked(chat: Chat, now: datetime) -> str:
    """The zone, and the ways to another one."""
    local = f"{now.astimezone(ZoneInfo(chat.zone)):%H:%M}"
    return (
        f"All times here are those of {html.escape(city(chat.zone))} ({html.escape(chat.zone)}), where it is {local}.\n"
        f"To change that, share a location (📎), type {html.code('/delivery Kathmandu')}, or pick a region:"
    )


def cities_asked(region: str) -> str:
    """The cities of a region."""
    return f"{html.bold(html.escape(region))}: which city has your time?"


def _coming(chat: Chat, now: datetime, next_at: datetime | None, paused: str) -> str:
    return f"; next {soon(next_at, now, chat.zone)}" if next_at and not paused else ""
