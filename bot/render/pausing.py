"""Answers about pauses and quiet hours."""

from __future__ import annotations

from datetime import datetime

from bot.render import html
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import city, digits, hour, soon
from storage.records import Chat

Rows = tuple[tuple[Button, ...], ...]


def paused(chat: Chat, now: datetime, *, endless: bool, waiting: int, rows: Rows = ()) -> Message:
    """Nothing is sent until then; what piles up comes as one digest."""
    head = _("Paused until you /resume.")
    if not endless and chat.paused_until:
        until, where = soon(chat.paused_until, now, chat.zone), html.escape(city(chat.zone))
        head = _("Paused until {moment} ({city}).").format(moment=until, city=where)
    held = ngettext("{count} paper is waiting.", "{count} papers are waiting.", waiting).format(count=digits(waiting))
    kept = _("What comes meanwhile is kept, and comes then as one digest.")
    return Message(sentences(head, kept, held if waiting else ""), rows)


def ask_days(text: str, *, rows: Rows = ()) -> Message:
    """How many days could not be read."""
    asked = _("I can't read {said} as a number of days from 1 to 365. Such as {example}")
    return Message(asked.format(said=html.code(text[:40]), example=html.code("/pause 3")), rows)


def resumed(chat: Chat, now: datetime, comes_at: datetime, *, waiting: int, news: int, next_at: datetime | None) -> str:
    """Deliveries go on. comes_at: when what piled up comes; news: of how many papers code came out; HTML."""
    if news and not waiting:
        text = ngettext(
            "Deliveries go on. Meanwhile code came out for a paper, of which you hear next.",
            "Deliveries go on. Meanwhile code came out for {count} papers, of which you hear next.",
            news,
        )
        return sentences(text.format(count=digits(news)), _next(chat, now, next_at))
    if not waiting:
        return sentences(_("Deliveries go on. Nothing was held meanwhile."), _next(chat, now, next_at))
    if comes_at > now:
        text = ngettext(
            "Deliveries go on: the paper that was held comes at {moment}, after your quiet hours.",
            "Deliveries go on: the {count} papers that were held come at {moment}, after your quiet hours, "
            "as one digest.",
            waiting,
        )
    else:
        text = ngettext(
            "Deliveries go on: the paper that was held comes now.",
            "Deliveries go on: the {count} papers that were held come now, as one digest.",
            waiting,
        )
    return text.format(count=digits(waiting), moment=soon(comes_at, now, chat.zone))


def not_paused(chat: Chat, now: datetime, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """There is no pause to end."""
    return Message(sentences(_("Deliveries are not paused."), _next(chat, now, next_at)), rows)


def quiet(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """The chat's quiet hours, and what they mean for the next digest; HTML."""
    if chat.quiet_from is None or chat.quiet_to is None:
        return _("No quiet hours: papers come at any hour.")
    text = _("Quiet from {begin} to {end} ({city}): nothing is sent then, and what is due comes right after.")
    begin, end = hour(chat.quiet_from), hour(chat.quiet_to)
    return sentences(text.format(begin=begin, end=end, city=html.escape(city(chat.zone))), _next(chat, now, next_at))


def unreadable_hours(text: str, *, rows: Rows = ()) -> Message:
    """Quiet hours that cannot be read."""
    head = _("I can't read {said} as quiet hours. These work:").format(said=html.code(text[:60]))
    return Message("\n".join((head, html.code("/quiet 22:00 7:00"), html.code("/quiet off"))), rows)


def _next(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    return _("Next digest: {moment}.").format(moment=soon(next_at, now, chat.zone)) if next_at else ""
