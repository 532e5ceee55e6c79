"""Answers about when papers come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.render import facts, html
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import city, digits, local_day, local_moment, rhythm, soon, trending_rhythm, weekday_date
from storage.records import Chat, Mode, Push

Rows = tuple[tuple[Button, ...], ...]


def delivery(chat: Chat, next_at: datetime | None, *, waiting: int = 0, rows: Rows = ()) -> Message:
    """How this chat gets its papers from now on. waiting: papers that wait for the next digest."""
    if chat.mode is Mode.INSTANT:
        text = _("Papers come as soon as they appear.")
        now = ngettext("The one that was waiting comes now.", "The {count} waiting ones come now.", waiting)
        return Message(sentences(text, now.format(count=digits(waiting)) if waiting else ""), rows)
    when = html.escape(rhythm(chat))
    if next_at:
        day = weekday_date(local_day(next_at, chat.zone))
        text = _("Your papers come {when}; next on {day}.").format(when=when, day=day)
    elif chat.paused_until:
        text = _("Your papers come {when}, once you /resume.").format(when=when)
    else:
        text = _("Your papers come {when}.").format(when=when)
    held = ngettext("{count} paper is waiting for it.", "{count} papers are waiting for it.", waiting)
    return Message(sentences(text, held.format(count=digits(waiting)) if waiting else ""), rows)


def ask_delivery(chat: Chat, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """How it is, and how to change it."""
    examples = "\n".join(
        html.code(f"/delivery {example}")
        for example in ("instant", "daily 8:30 Europe/Berlin", "weekdays 18:00", "weekly Mon 9:00")
    )
    how = _("To change that:")
    return Message(f"{delivery(chat, next_at).text}\n\n{how}\n{examples}", rows)


def trending(chat: Chat, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """Whether the trending list is pushed, and when."""
    if chat.trending is Push.OFF:
        return Message(_("The trending list is no longer sent. You can look at it any time: /trending"), rows)
    when = html.escape(trending_rhythm(chat))
    if next_at:
        day = weekday_date(local_day(next_at, chat.zone))
        return Message(_("Trending papers come {when}; next on {day}.").format(when=when, day=day), rows)
    if chat.paused_until:
        return Message(_("Trending papers come {when}, once you /resume.").format(when=when), rows)
    return Message(_("Trending papers come {when}.").format(when=when), rows)


def no_hour_of_its_own(chat: Chat, *, rows: Rows = ()) -> Message:
    """An hour was asked for the trending list, which the chat would get as it is given."""
    text = _("The trending list has no hour of its own; it would come {when}.")
    return Message(text.format(when=html.escape(trending_rhythm(chat))), rows)


def zone(chat: Chat, next_at: datetime | None = None, *, rows: Rows = ()) -> Message:
    """The chat's time zone, and what it means for its papers."""
    text = _("All times here are those of {city} ({zone}).").format(
        city=html.escape(city(chat.zone)), zone=html.escape(chat.zone)
    )
    return Message(sentences(text, delivery(chat, next_at).text if next_at else ""), rows)


def unknown_zone(name: str, near: Sequence[str] = (), *, rows: Rows = ()) -> Message:
    """A name that is no zone's, and the zones that may be meant by it."""
    said, example = html.code(facts.query(name)), html.code("Europe/Berlin")
    if len(near) > 1:
        text = _("{said} is no time zone of one place alone. Which of these has your time?").format(said=said)
    elif near:
        text = _("I don't know the time zone {said}. Did you mean {zone}?").format(said=said, zone=html.code(near[0]))
    else:
        known = _("I don't know the time zone {said}. Zones are named like {zone}.").format(said=said, zone=example)
        text = sentences(known, _("From a phone you can also share your location: 📎 → Location."))
    return Message(text, rows)


def unreadable(text: str, *, rows: Rows = ()) -> Message:
    """Delivery settings that cannot be read."""
    head = _("I can't read {said}. These work:").format(said=html.code(facts.query(text)))
    examples = ("/delivery instant", "/delivery daily 8:30 Europe/Berlin", "/delivery weekly Mon 9:00")
    return Message("\n".join((head, *map(html.code, examples))), rows)


def never(*, rows: Rows = ()) -> Message:
    """How to get no papers, which no rhythm does."""
    return Message(_("To hold everything: /pause. To end a subscription: /unsubscribe."), rows)


def nothing_waits(
    chat: Chat, next_at: datetime | None, *, following: int, paused: bool = False, rows: Rows = ()
) -> Message:
    """The next digest would be empty."""
    if not following and chat.trending is Push.OFF:
        begin = html.code("/subscribe")
        return Message(
            _("Nothing can come yet, for you follow nothing. Begin with {command}.").format(command=begin), rows
        )
    when = ""
    if paused:
        when = _("Deliveries are paused; /resume lets them go on.")
    elif next_at:
        moment, where = local_moment(next_at, chat.zone), html.escape(city(chat.zone))
        when = _("The next digest is due {moment} ({city}).").format(moment=moment, city=where)
    elif chat.mode is Mode.INSTANT:
        when = _("They come as soon as they appear.")
    return Message(sentences(_("No papers are waiting."), when), rows)


def nothing_new(chat: Chat, now: datetime, next_at: datetime | None) -> Message:
    """A digest would be due, and holds nothing."""
    when = _("Next digest: {moment}.").format(moment=soon(next_at, now, chat.zone)) if next_at else ""
    text = sentences(_("Nothing new for you this time."), when)
    return Message(text, ((Button(_("Why"), data="hs"),),))
