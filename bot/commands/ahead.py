"""What waits for the chat, shown before it comes: /digest."""

from __future__ import annotations

import sqlite_utils

from bot import ahead, digests, planning
from bot.claims import Chart
from bot.commands.request import Request
from bot.digests import Contents
from bot.render import rhythms
from bot.render.language import _
from bot.render.message import Button, Message
from storage import subscriptions
from storage.records import Chat


async def digest(request: Request) -> Message:
    """/digest, and its button nx."""
    services, now = request.services, request.services.now()

    def look(db: sqlite_utils.Database) -> tuple[Chat, Contents | None]:
        chat = services.ensured(db, request.place, now)
        return chat, ahead.look(db, chat, now, Chart())

    chat, found = await services.database.write(look)
    if found:
        return digests.messages(found)[0]
    following = await services.database.read(subscriptions.of_chat, chat.id, chat.thread)
    row = (Button(_("How it stands"), data="hs"), Button(_("Settings"), data="st"))
    if not following:
        row = (Button(_("Follow a topic"), data="ask:subscribe"), Button(_("Settings"), data="st"))
    due = planning.next_digest(chat, now)
    paused = bool(chat.paused_until and chat.paused_until > now)
    next_at = due if due and due < planning.FOREVER else None
    return rhythms.nothing_waits(chat, next_at, following=len(following), paused=paused, rows=(row,))
