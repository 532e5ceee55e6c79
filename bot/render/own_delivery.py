"""How one subscription's papers come, where that is not as all others do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.render import facts, html
from bot.render.message import Button, Message
from bot.render.times import rhythm, soon
from storage.records import Chat, Subscription


def how(subscription: Subscription, chat: Chat, now: datetime) -> str:
    """What is special in its delivery, as text; '' where nothing is. chat: with the subscription's own mode or not."""
    parts = []
    if subscription.mode:
        parts.append(f"Its papers come {rhythm(own(chat, subscription))}.")
    if subscription.silent:
        parts.append("They come without sound.")
    if asleep(subscription, now) and subscription.snoozed_until:
        until = soon(subscription.snoozed_until, now, chat.zone)
        parts.append(f"Snoozed: what it finds waits until {until}.")
    return " ".join(parts)


def screen(
    subscription: Subscription, chat: Chat, now: datetime, *, rows: tuple[tuple[Button, ...], ...] = ()
) -> Message:
    """How it is now, for the buttons that change it."""
    head = f"{subscription.number}. {html.code(facts.query(subscription.query))}"
    special = how(subscription, chat, now) or f"Its papers come as all others here do, {rhythm(chat)}."
    return Message(f"{head}\n{html.escape(special)}", rows)


def own(chat: Chat, subscription: Subscription) -> Chat:
    """The chat as far as this subscription goes."""
    return replace(chat, mode=subscription.mode or chat.mode)


def asleep(subscription: Subscription, now: datetime) -> bool:
    """Whether it is snoozed now."""
    return subscription.snoozed_until is not None and subscription.snoozed_until > now
