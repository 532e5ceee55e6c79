"""What the chat waits for, and why nothing came: /status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlite_utils

from bot import planning
from bot.commands.request import Request
from bot.render import status as said
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.status import Outlook
from storage import sources, standing, subscriptions
from storage.records import Chat

Rows = tuple[tuple[Button, ...], ...]


async def status(request: Request) -> Message:
    """/status, and its button hs."""
    chat, now = await request.services.chat(request.place), request.services.now()
    asked = {source.name for source in request.services.beyond.sources}
    outlook = await request.services.database.read(_outlook, chat, now)
    if asked:  # one that is switched off now is still known
        outlook = replace(outlook, sources=tuple(state for state in outlook.sources if state.name in asked))
    return said.status(chat, outlook, rows=_rows(outlook))


def _outlook(db: sqlite_utils.Database, chat: Chat, now: datetime) -> Outlook:
    zone = ZoneInfo(chat.zone)
    midnight = datetime.combine(planning.today(chat, now), time(), zone)
    stands = standing.of_chat(db, chat.id, chat.thread, midnight)
    following = subscriptions.of_chat(db, chat.id, chat.thread)
    resting = sum(one.paused for one in following)
    begun = min((one.created_at for one in following), default=midnight)
    paused = chat.paused_until if chat.paused_until and chat.paused_until > now else None
    quiet = planning.released(chat, now)
    return Outlook(
        now=now,
        digest_at=planning.next_matches(chat, now),
        push_at=planning.next_push(chat, now),
        quiet_until=quiet if not paused and quiet > now else None,
        paused_until=paused if paused != planning.FOREVER else None,
        endless=paused == planning.FOREVER,
        waiting=stands.waiting - stands.apart,
        apart=stands.apart,
        apart_at=stands.apart_at,
        following=len(following) - resting,
        resting=resting,
        came=stands.sent + stands.matched > 0,
        sources=tuple(sources.every(db)),
        begun=begun > midnight,
        news=standing.news(db, max(begun, midnight)),
    )


def _rows(outlook: Outlook) -> Rows:
    """What one may want to do about it."""
    settings = Button(_("Settings"), data="st")
    if outlook.endless or outlook.paused_until:
        settings = Button(_("Resume"), data="rs")
    if outlook.waiting or outlook.apart:
        return ((Button(_("Show what waits"), data="nx"), settings),)
    if not outlook.following:
        return ((Button(_("Follow a topic"), data="ask:subscribe"), settings),)
    return ((Button(_("What you follow"), data="l:0"), settings),)
