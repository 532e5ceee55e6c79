"""When papers come: /delivery, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

import sqlite_utils

from bot import planning, queueing
from bot.commands import subscribe, timing, zones
from bot.commands.request import Outdated, Place, Question, Request, Services
from bot.commands.timing import Never, Unclear, UnknownZone, Wish
from bot.render import html, rhythms
from bot.render.buttons import capitalised
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.settings import RHYTHMS
from bot.render.times import city
from storage import chats, outbox, wishes
from storage.records import Chat, Mode, Push

Rows = tuple[tuple[Button, ...], ...]
Change = Callable[[Chat], Chat]
_HOURS = tuple(range(6, 24))
_IN_A_ROW = 6


async def delivery(request: Request) -> Message | Question:
    """/delivery instant | daily HH:MM [ZONE] | weekdays HH:MM [ZONE] | weekly DAY HH:MM [ZONE]."""
    if not request.text:
        chat = await request.services.chat(request.place)
        return Question(rhythms.ask_delivery(chat, _next(request, chat), rows=_choices(chat)), "delivery")
    try:
        wish = timing.wished(request.text)
    except UnknownZone as error:
        return await _unknown_zone(request, str(error))
    except Unclear:
        return await _unclear(request)
    except Never:
        return rhythms.never(rows=_choices(await request.services.chat(request.place)))
    return await _answered(request, wish)


async def pressed(request: Request) -> Message:
    """dv:MODE:WEEKDAY:HHMM:ZONE[:NUMBER] changes what is given, under the answer about subscription NUMBER."""
    wish = _wish(request)
    if wish is None:
        raise Outdated("/delivery")
    if not request.number(4):
        return await _answered(request, wish)
    subscription = await subscribe.existing(replace(request, text=request.part(4)))
    await rearranged(request, lambda chat: timing.granted(chat, wish))
    return await subscribe.made(request, subscription)


async def hours(request: Request) -> Message:
    """hr[:NUMBER] offers hours; NUMBER as in dv."""
    chat = await request.services.chat(request.place)
    number = str((await subscribe.existing(request)).number) if request.text else ""
    keys = [Button(f"{hour:02}:00", data=f"dv:{_timed(chat)}::{hour:02}00::{number}") for hour in _HOURS]
    rows = tuple(tuple(keys[i : i + _IN_A_ROW]) for i in range(0, len(keys), _IN_A_ROW))
    back = Button(_("‹ Back"), data=f"sb:{number}" if number else "dl")
    now = rhythms.delivery(chat, _next(request, chat)).text
    asked = _("At which hour ({city})? To the minute: {example}")
    asked = asked.format(city=html.escape(city(chat.zone)), example=html.code("/delivery daily 8:30"))
    return Message(f"{now}\n\n{asked}", (*rows, (back,)))


async def overview(request: Request) -> Message:
    """dl shows how papers come, with the choices."""
    chat = await request.services.chat(request.place)
    return rhythms.ask_delivery(chat, _next(request, chat), rows=_choices(chat))


async def rearranged(request: Request, change: Change) -> Chat:
    """The chat as changed and stored, its digest and its waiting papers planned anew."""
    services = request.services
    chat, _ = await services.database.write(_rearrange, services, request.place, change, services.now())
    services.wake()
    return chat


def _next(request: Request, chat: Chat) -> datetime | None:
    return planning.next_matches(chat, request.services.now())


async def _answered(request: Request, wish: Wish) -> Message:
    """Change, and say how it is now."""
    services = request.services
    chat, waiting = await services.database.write(
        _rearrange, services, request.place, lambda chat: timing.granted(chat, wish), services.now()
    )
    services.wake()
    said = [rhythms.delivery(chat, _next(request, chat), waiting=waiting).text]
    if chat.trending is not Push.OFF:
        said.append(rhythms.trending(chat, planning.next_push(chat, services.now())).text)
    return Message("\n".join(said), _choices(chat))


def _rearrange(
    db: sqlite_utils.Database, services: Services, place: Place, change: Change, now: datetime
) -> tuple[Chat, int]:
    """The changed chat, and how many papers wait for it."""
    before = services.ensured(db, place, now)
    chat = planning.replanned(change(before), now)
    chats.save(db, chat)
    queueing.replan(db, chat, now, before=before)
    wishes.replan(db, chat.id, chat.thread, planning.due(chat, now))
    return chat, len(outbox.waiting(db, chat.id, chat.thread))


async def _unclear(request: Request) -> Message:
    """Says what can be typed."""
    chat = await request.services.chat(request.place)
    return rhythms.unreadable(request.text, rows=_choices(chat))


async def _unknown_zone(request: Request, name: str) -> Message:
    """Offers the zones that may be meant; the rest of what was typed is kept in the buttons."""
    near = zones.near(name, request.services.now())
    rest = " ".join(request.text.replace(",", " ").split()).replace(name, "", 1)
    try:
        wish = timing.wished(rest)
    except ValueError:
        wish = Wish()
    a_day = wish.mode is Mode.WEEKLY and wish.weekday is None
    if not near and "/" not in name and (wish.at is None or a_day):
        return await _unclear(request)
    rows = tuple((Button(zone, data=_data(replace(wish, zone=zone))),) for zone in near)
    regions = (Button(_("All zones"), data="st:zone"),)
    return rhythms.unknown_zone(name, near, rows=(*rows, regions))


def _choices(chat: Chat) -> Rows:
    """The modes that the chat does not have, and the hour where it has one."""
    modes = tuple(
        Button(capitalised(_(label)), data=_data(Wish(Mode(mode))))
        for mode, label in RHYTHMS.items()
        if mode != chat.mode
    )
    hour = (Button(_("Change the hour"), data="hr"),)
    return (modes,) if chat.mode is Mode.INSTANT and chat.trending is Push.OFF else (modes, hour)


def _timed(chat: Chat) -> Mode:
    """The mode in which an hour counts: an instant chat has one for its trending list only."""
    return Mode.DAILY if chat.mode is Mode.INSTANT and chat.trending is Push.OFF else chat.mode


def _data(wish: Wish) -> str:
    at = f"{wish.at:%H%M}" if wish.at else ""
    return f"dv:{wish.mode or ''}:{'' if wish.weekday is None else wish.weekday}:{at}:{wish.zone or ''}"


def _wish(request: Request) -> Wish | None:
    """The wish of a button's data; None where it makes no sense."""
    mode, weekday, at, zone = (request.part(index) for index in range(4))
    try:
        return Wish(
            Mode(mode) if mode else None,
            range(7)[int(weekday)] if weekday else None,
            time(int(at[:2]), int(at[2:])) if at else None,
            timing.zone(zone) if zone else None,
        )
    except (ValueError, IndexError):
        return None
