"""Answers about pauses and quiet hours."""

from __future__ import annotations

from datetime import datetime

from bot.render import html
from bot.render.message import Button, Message
from bot.render.times import city, hour, papers, soon
from storage.records import Chat

Rows = tuple[tuple[Button, ...], ...]


def paused(chat: Chat, now: datetime, *, endless: bool, waiting: int, rows: Rows = ()) -> Message:
    """Nothing is sent until then; what piles up comes as one digest."""
    until = "until you /resume"
    if not endless and chat.paused_until:
        until = f"until {soon(chat.paused_until, now, chat.zone)} ({html.escape(city(chat.zone))})"
    held = f" {papers(waiting)} {'is' if waiting == 1 else 'are'} waiting." if waiting else ""
    return Message(f"Paused {until}. What comes meanwhile is kept, and comes then as one digest.{held}", rows)


def ask_days(text: str, *, rows: Rows = ()) -> Message:
    """How many days could not be read."""
    example = html.code("/pause 3")
    return Message(f"I can't read {html.code(text[:40])} as a number of days from 1 to 365. Such as {example}", rows)


def resumed(chat: Chat, now: datetime, comes_at: datetime, *, waiting: int, next_at: datetime | None) -> str:
    """Deliveries go on. comes_at: when what piled up comes; HTML."""
    if waiting:
        what = "the paper that was held comes" if waiting == 1 else f"the {papers(waiting)} that were held come"
        when = f"at {soon(comes_at, now, chat.zone)}, after your quiet hours" if comes_at > now else "now"
        return f"Deliveries go on: {what} {when}{'' if waiting == 1 else ', as one digest'}."
    return f"Deliveries go on. Nothing was held meanwhile.{_next(chat, now, next_at)}"


def not_paused(chat: Chat, now: datetime, next_at: datetime | None, *, rows: Rows = ()) -> Message:
    """There is no pause to end."""
    return Message(f"Deliveries are not paused.{_next(chat, now, next_at)}", rows)


def quiet(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    """The chat's quiet hours, and what they mean for the next digest; HTML."""
    if chat.quiet_from is None or chat.quiet_to is None:
        return "No quiet hours: papers come at any hour."
    when = f"from {hour(chat.quiet_from)} to {hour(chat.quiet_to)} ({html.escape(city(chat.zone))})"
    return f"Quiet {when}: nothing is sent then, and what is due comes right after.{_next(chat, now, next_at)}"


def unreadable_hours(text: str, *, rows: Rows = ()) -> Message:
    """Quiet hours that cannot be read."""
    examples = f"{html.code('/quiet 22:00 7:00')}\n{html.code('/quiet off')}"
    return Message(f"I can't read {html.code(text[:60])} as quiet hours. These work:\n{examples}", rows)


def _next(chat: Chat, now: datetime, next_at: datetime | None) -> str:
    return f" Next digest: {soon(next_at, now, chat.zone)}." if next_at else ""
