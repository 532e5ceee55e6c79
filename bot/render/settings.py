"""The settings as texts: all of them, and one at a time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.render import html
from bot.render.language import N_, _, ngettext, sentences
from bot.render.pausing import quiet
from bot.render.times import city, digits, hour, rhythm, soon, trending_rhythm, weekday
from storage.records import Chat

RHYTHMS = {
    "instant": N_("at once"), "daily": N_("every day"), "weekdays": N_("Monday to Friday"), "weekly": N_("once a week"),
}  # fmt: skip
_REGIONS = {
    "Africa": N_("Africa"), "America": N_("America"), "Antarctica": N_("Antarctica"), "Arctic": N_("Arctic"),
    "Asia": N_("Asia"), "Atlantic": N_("Atlantic"), "Australia": N_("Australia"), "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"), "Pacific": N_("Pacific"),
}  # fmt: skip
PUSHES = {"off": N_("off"), "daily": N_("every day"), "weekly": N_("once a week")}


def everything(chat: Chat, now: datetime, next_at: datetime | None, paused: str) -> str:
    """How the chat is set; paused: until when, as screens say it, '' where it is not; HTML."""
    quiet_hours = _("Quiet from {begin} to {end}.")
    most = ngettext(
        "At most {count} paper in a digest, the others one tap away.",
        "At most {count} papers in a digest, the others one tap away.",
        chat.cap,
    )
    lines = [
        html.bold(_("Settings")),
        _papers_come(chat, now, None if paused else next_at),
        _trending_comes(chat) if trending_rhythm(chat) else "",
        quiet_hours.format(begin=hour(chat.quiet_from), end=hour(chat.quiet_to))
        if chat.quiet_from and chat.quiet_to
        else "",
        most.format(count=digits(chat.cap)),
        _("Where a digest would hold nothing, I say so.") if chat.tell_empty else "",
        _("{paused}: what comes meanwhile is kept.").format(paused=html.escape(paused)) if paused else "",
    ]
    return "\n".join(line for line in lines if line)


def rhythm_asked(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """When papers come."""
    own = _("A subscription can have a rhythm of its own: /subscriptions")
    return sentences(_papers_come(chat, now, next_at), own)


def hour_asked(chat: Chat) -> str:
    """The hour of digests and trending list."""
    text = _("Digests come at {hour} ({city}). The hour, then the minute:")
    return text.format(hour=hour(chat.at), city=html.escape(city(chat.zone)))


def weekday_asked(chat: Chat) -> str:
    """The day of what comes once a week."""
    return _("What comes once a week comes on this day: {weekday}.").format(weekday=weekday(chat.weekday))


def quiet_asked(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """Quiet hours, and how to type them."""
    to_the_minute = _("To the minute: {example}").format(example=html.code("/quiet 22:30 6:45"))
    return f"{quiet(chat, now, next_at)}\n{to_the_minute}"


def quiet_end_asked(chat: Chat, which: str) -> str:
    """When they begin, or end."""
    at = chat.quiet_from if which == "begin" else chat.quiet_to
    if at is None:
        return _("No quiet hours.")
    begin, end = _("Quiet hours begin at {hour} ({city})."), _("Quiet hours end at {hour} ({city}).")
    return (begin if which == "begin" else end).format(hour=hour(at), city=html.escape(city(chat.zone)))


def trending_asked(chat: Chat) -> str:
    """Whether the trending list is pushed."""
    return _trending_comes(chat) if trending_rhythm(chat) else _("The trending list is not sent: /trending shows it.")


def cap_asked(chat: Chat) -> str:
    """How many papers a digest shows."""
    text = ngettext(
        "At most {count} paper in a digest, the best. The others are one tap away, none is lost.",
        "At most {count} papers in a digest, the best of them. The others are one tap away, none is lost.",
        chat.cap,
    )
    return text.format(count=digits(chat.cap))


def empty_asked(chat: Chat) -> str:
    """What happens where a digest would hold nothing."""
    return (
        _("Where a digest would hold nothing, I say so.")
        if chat.tell_empty
        else _("Where there is nothing, nothing is sent.")
    )


def language_asked() -> str:
    """The language, and what stays English in all of them."""
    return _("I speak these languages. Commands and queries are the same in each.")


def pause_asked(paused: str) -> str:
    """Whether deliveries are held."""
    if paused:
        text = _("{paused}. What comes meanwhile is kept, and comes then as one digest.")
        return text.format(paused=html.escape(paused))
    return _("Deliveries go on. In a pause nothing is sent and nothing is lost: it comes afterwards as one digest.")


def zone_asked(chat: Chat, now: datetime) -> str:
    """The zone, and the ways to another one."""
    here = _("All times here are those of {city}, where it is {hour}.").format(
        city=html.escape(city(chat.zone)),
        hour=hour(now.astimezone(ZoneInfo(chat.zone)).time()),
    )
    change = _("To change that, share your location (📎 → Location), type {example}, or pick a region:")
    return f"{here}\n{change.format(example=html.code('/delivery Kathmandu'))}"


def region(name: str) -> str:
    """A part of the world by its name in IANA zones, for people."""
    return _(_REGIONS.get(name, name))


def cities_asked(name: str) -> str:
    """The cities of a region, by its name in IANA zones."""
    return _("{region}: which city has your time?").format(region=html.bold(html.escape(region(name))))


def _papers_come(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    when = html.escape(rhythm(chat))
    if next_at:
        moment = soon(next_at, now, chat.zone)
        return _("Papers come {when}; next {moment}.").format(when=when, moment=moment)
    return _("Papers come {when}.").format(when=when)


def _trending_comes(chat: Chat) -> str:
    return _("The trending list comes {when}.").format(when=html.escape(trending_rhythm(chat)))
