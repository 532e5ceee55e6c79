"""Answers about when papers come."""

from __future__ import annotations

from datetime import datetime

from bot.render import facts, html
from bot.render.message import Button, Message
from bot.render.times import local_day, local_moment, place, rhythm, soon, trending_rhythm, weekday_date
from storage.records import Chat, Mode, Push

Rows = tuple[tuple[Button, ...], ...]


def delivery(chat: Chat, next_at: datetime | None, *, waiting: int = 0, rows: Rows = ()) -> Message:
    """How this chat gets its papers from now on. waiting: papers that wait for the next digest."""
    if chat.mode is Mode.INSTANT:
        text = "Papers come to you as soon as they appear."
        if waiting:
            text += (
                " The one that was waiting comes now." if waiting == 1 else f" The {waiting:,} waiting ones come now."
            )
        return Message(text, rows)
    held = f" {waiting:,} paper{' is' if waiting == 1 else 's are'} waiting for it." if waiting else ""
    return Message(f"Your papers come {html.escape(rhythm(chat))}{_next(chat, next_at)}.{held}", rows)


def ask_delivery(chat: Chat, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """How it is, and how to change it."""
    examples = "\n".join(
        html.code(f"/delivery {example}")
        for example in ("instant", "daily 8:30 Europe/Berlin", "weekdays 18:00", "weekly Mon 9:00")
    )
    return Message(f"{delivery(chat, next_at).text}\n\nTo change that:\n{examples}", rows)


def trending(chat: Chat, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """Whether the trending list is pushed, and when."""
    if chat.trending is Push.OFF:
        return Message("The trending list is no longer sent. You can look at it any time: /trending", rows)
    return Message(f"Trending papers come {html.escape(trending_rhythm(chat))}{_next(chat, next_at)}.", rows)


def zone(chat: Chat, next_at: datetime | None = None, *, rows: Rows = ()) -> Message:
    """The chat's time zone, and what it means for its papers."""
    text = f"All times here are {html.escape(place(chat.zone))} ({html.escape(chat.zone)})."
    return Message(f"{text} {delivery(chat, next_at).text}" if next_at else text, rows)


def unknown_zone(name: str, nearest: str = "", *, rows: Rows = ()) -> Message:
    """A zone that does not exist, and the nearest that does."""
    offer = (
        f" Did you mean {html.code(nearest)}?" if nearest else f" Zones are named like {html.code('Europe/Berlin')}."
    )
    return Message(f"I don't know the time zone {html.code(facts.query(name))}.{offer}", rows)


def unreadable(text: str, *, rows: Rows = ()) -> Message:
    """Delivery settings that cannot be read."""
    said = html.code(facts.query(text))
    return Message(
        f"I can't read {said}. These work:\n{html.code('/delivery instant')}\n"
        f"{html.code('/delivery daily 8:30 Europe/Berlin')}\n{html.code('/delivery weekly Mon 9:00')}",
        rows,
    )


def nothing_waits(
    chat: Chat, next_at: datetime | None, *, following: int, paused: bool = False, rows: Rows = ()
) -> Message:
    """The next digest would be empty."""
    if not following and chat.trending is Push.OFF:
        return Message(f"Nothing can come yet, for you follow nothing. Begin with {html.code('/subscribe')}.", rows)
    when = (
        f" The next digest is due {local_moment(next_at, chat.zone)} ({html.escape(place(chat.zone))})."
        if next_at
        else ""
    )
    if paused:
        when = " Deliveries are paused; /resume lets them go on."
    elif chat.mode is Mode.INSTANT and not next_at:
        when = " They come to you as soon as they appear."
    return Message(f"No papers are waiting.{when}", rows)


def nothing_new(chat: Chat, now: datetime, next_at: datetime | None) -> Message:
    """A digest would be due, and holds nothing."""
    when = f" Next digest: {soon(next_at, now, chat.zone)}." if next_at else ""
    return Message(f"Nothing new for you this time.{when}", ((Button("Why", data="hs"),),))


def _next(chat: Chat, next_at: datetime | None) -> str:
    if next_at is None and chat.paused_until:
        return ", once you /resume"
    return f"; next on {weekday_date(local_day(next_at, chat.zone))}" if next_at else ""
