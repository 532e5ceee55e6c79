"""Holding everything: /pause and /resume."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlite_utils

from bot import planning, queueing
from bot.commands.delivery import rearranged
from bot.commands.request import Request, Services
from bot.commands.screens import PAUSES
from bot.render import pausing as said
from bot.render.language import _
from bot.render.message import Button, Message
from storage import chats, standing, wishes
from storage.records import Chat

Rows = tuple[tuple[Button, ...], ...]
_DAYS = re.compile(r"(\d{1,3})\s*(?:d|days?)?", re.IGNORECASE)
_LONGEST = 365


@dataclass(frozen=True, slots=True)
class Held:
    """What a pause held: papers, and the news that code of so many is out."""

    papers: int = 0
    news: int = 0


async def pause(request: Request) -> Message:
    """/pause [DAYS]; without a number until /resume."""
    match = _DAYS.fullmatch(request.text) if request.text else None
    days = int(match[1]) if match else 0
    if request.text and not 1 <= days <= _LONGEST:
        return said.ask_days(request.text, rows=_lengths())
    return await _paused(request, days)


async def pressed(request: Request) -> Message:
    """pz:DAYS pauses for so long; 0: until /resume."""
    return await _paused(request, min(request.number(0), _LONGEST))


async def resume(request: Request) -> Message:
    """/resume, and its button rs."""
    now = request.services.now()
    chat = await request.services.chat(request.place)
    rows = ((Button(_("How it stands"), data="hs"), Button(_("Settings"), data="st")),)
    if not chat.paused_until or chat.paused_until <= now:
        return said.not_paused(chat, now, planning.next_matches(chat, now), rows=rows)
    chat, held = await end(request)
    comes_at, next_at = planning.released(chat, now), planning.next_matches(chat, now)
    return Message(said.resumed(chat, now, comes_at, waiting=held.papers, news=held.news, next_at=next_at), rows)


async def begin(request: Request, days: int) -> Chat:
    """Pause for so many days, 0: until /resume; gives the chat as stored."""
    now = request.services.now()
    until = now + timedelta(days=days) if days else planning.FOREVER
    return await rearranged(request, lambda chat: replace(chat, paused_until=until))


async def end(request: Request) -> tuple[Chat, Held]:
    """End the pause; gives the chat as stored, and what was held."""
    services = request.services
    chat, held = await services.database.write(_end, services, request, services.now())
    services.wake()
    return chat, held


def _end(db: sqlite_utils.Database, services: Services, request: Request, now: datetime) -> tuple[Chat, Held]:
    chat = services.ensured(db, request.place, now)
    if not chat.paused_until or chat.paused_until <= now:
        return chat, Held()
    chat = planning.replanned(replace(chat, paused_until=None), now)
    chats.save(db, chat)
    papers = queueing.resume(db, chat, now)
    wishes.replan(db, chat.id, chat.thread, planning.due(chat, now))
    return chat, Held(papers, len(wishes.ready(db, chat.id, chat.thread, planning.released(chat, now))))


async def _paused(request: Request, days: int) -> Message:
    chat, now = await begin(request, days), request.services.now()
    stands = await request.services.database.read(standing.of_chat, chat.id, chat.thread, now)
    resume_row = (Button(_("Resume"), data="rs"), Button(_("Settings"), data="st"))
    rows = (*_lengths(days), resume_row)
    return said.paused(chat, now, endless=not days, waiting=stands.waiting, rows=rows)


def _lengths(current: int = -1) -> Rows:
    """Other lengths."""
    keys = [Button(_(label), data=f"pz:{days}") for days, label in PAUSES.items() if days != current]
    return tuple(tuple(keys[i : i + 3]) for i in range(0, len(keys), 3))
