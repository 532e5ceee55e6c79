"""A subscription with a delivery of its own: another rhythm, no sound, a snooze."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlite_utils

from bot import planning, queueing
from bot.commands.request import Outdated, Request, Services
from bot.commands.subscribe import existing
from bot.render import own_delivery as said
from bot.render.buttons import capitalised
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.settings import RHYTHMS
from bot.render.times import weekday_date
from storage import subscriptions
from storage.records import Chat, Mode, Subscription

Rows = tuple[tuple[Button, ...], ...]
_SNOOZES = (1, 3, 7, 30)
_LONGEST = 365


async def shown(request: Request) -> Message:
    """nv:NUMBER shows how its papers come, with what can be changed."""
    return await _screen(request, await existing(request))


async def changed(request: Request) -> Message:
    """nw:NUMBER:WHAT:VALUE changes it; WHAT: mode, silent or snooze (days, 0 ends it)."""
    services, subscription = request.services, await existing(request)
    chat, now = await services.chat(request.place), services.now()
    try:
        new = _changed(subscription, chat, now, request.part(1), request.part(2))
    except ValueError:
        raise Outdated("/subscriptions") from None
    await services.database.write(_arrange, services, request, new, now)
    services.wake()
    return await _screen(request, new)


def _changed(old: Subscription, chat: Chat, now: datetime, what: str, value: str) -> Subscription:
    """The subscription as wished. Raises ValueError."""
    match what:
        case "mode":
            return replace(old, mode=Mode(value) if value else None)
        case "silent":
            return replace(old, silent=value == "1")
        case "snooze":
            days = int(value)
            if not 0 <= days <= _LONGEST:
                raise ValueError(value)
            return replace(old, snoozed_until=planning.hour_of(chat, now, days) if days else None)
    raise ValueError(what)


def _arrange(db: sqlite_utils.Database, services: Services, request: Request, new: Subscription, now: datetime) -> None:
    subscriptions.arrange(db, new)
    queueing.replan(db, services.ensured(db, request.place, now), now)


async def _screen(request: Request, subscription: Subscription) -> Message:
    chat, now = await request.services.chat(request.place), request.services.now()
    verb = f"nw:{subscription.number}"
    modes = {"": _("As the chat")} | {name: capitalised(_(label)) for name, label in RHYTHMS.items()}
    keys = [
        Button(("✓ " if name == (subscription.mode or "") else "") + label, data=f"{verb}:mode:{name}")
        for name, label in modes.items()
    ]
    sound = Button(_("✓ Without sound"), data=f"{verb}:silent:0")
    if not subscription.silent:
        sound = Button(_("Without sound"), data=f"{verb}:silent:1")
    ends = {days: weekday_date(planning.today(chat, now) + timedelta(days=days)) for days in _SNOOZES}
    snoozes = [
        Button(_("Snooze until {day}").format(day=day), data=f"{verb}:snooze:{days}") for days, day in ends.items()
    ]
    if said.asleep(subscription, now):
        snoozes = [Button(_("End the snooze"), data=f"{verb}:snooze:0")]
    rows: Rows = (tuple(keys[:3]), tuple(keys[3:]), (sound,), tuple(snoozes[:2]), tuple(snoozes[2:]))
    back = (Button(_("‹ Back"), data=f"n:{subscription.number}"),)
    return said.screen(subscription, chat, now, rows=(*(row for row in rows if row), back))
