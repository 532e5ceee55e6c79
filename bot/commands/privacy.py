"""What is stored about a chat, and deleting it: /privacy and /forget."""

from __future__ import annotations

import sqlite_utils

from bot.commands.request import Place, Request, Services
from bot.render import welcome
from bot.render.language import _
from bot.render.message import Button, Message
from storage import chats, subscriptions


async def privacy(_: Request) -> Message:
    """/privacy."""
    return welcome.privacy()


async def forget(request: Request) -> Message:
    """/forget asks first."""
    chat_id = request.place.chat_id
    if not await request.services.database.read(chats.known, chat_id):
        return welcome.nothing_to_forget()
    following = await request.services.database.read(subscriptions.count, chat_id)
    rows = ((Button(_("Delete everything"), data="fg:yes"), Button(_("Keep it"), data="fg:no")),)
    return welcome.forget_question(following=following, rows=rows)


async def pressed(request: Request) -> Message:
    """fg:yes deletes, fg:no does not."""
    if request.part(0) != "yes":
        return welcome.kept()
    await request.services.database.write(_forget, request.services, request.place)
    await request.services.database.scrub()
    return welcome.forgotten()


def _forget(db: sqlite_utils.Database, services: Services, place: Place) -> None:
    for subscription_id in chats.forget(db, place.chat_id):
        services.matcher.remove(subscription_id)
