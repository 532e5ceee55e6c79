"""How one subscription's papers come, where that is not as all others do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.render import facts, html
from bot.render.language import _, sentences
from bot.render.message import Button, Message
from bot.render.times import rhythm, soon
from storage.records import Chat, Subscription


def how(subscription: Subscription, chat: Chat, now: datetime) -> str:
    """What is special in its delivery, as text; '' where nothing is. chat: with the subscription's own mode or not."""
    parts = []
    if subscription.mode:
        parts.append(_("Its papers come {when}.").format(when=rhythm(own(chat, subscription))))
    if subscription.silent:
        parts.append(_("They come without sound."))
    if asleep(subscription, now) and subscription.snoozed_until:
        until = soon(subscription.snoozed_until, now, chat.zone)
        parts.append(_("Snoozed: what it finds waits until {moment}.").format(moment=until))
    return sentences(*parts)


def screen(
    subscription: Subscription, chat: Chat, now: datetime, *, rows: tuple[tuple[Button, ...], ...] = ()
) -> Message:
    """How it is now, for the buttons that change it."""
    head = f"{subscription.number}. {html.code(facts.query(subscription.query))}"
    as_all = _("Its papers come as all others here do, {when}.").format(when=rhythm(chat))
    return Message(f"{head}\n{html.escape(how(subscription, chat, now) or as_all)}", rows)


def own(chat: Chat, subscription: Subscription) -> Chat:
    """The chat as far as this subscription goes."""
    return replace(chat, mode=subscription.mode or chat.mode)


def asleep(subscription: Subscription, now: datetime) -> bool:
    """Whether it is snoozed now."""
    return subscription.snoozed_until is not None and subscription.snoozed_until > now
