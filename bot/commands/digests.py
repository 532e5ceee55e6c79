"""The buttons of a digest that was sent: a paper's card in its place, back, and the papers beyond the cap."""

from __future__ import annotations

from collections.abc import Callable

import sqlite_utils

from bot import digests
from bot.commands.request import Outdated, Place, Request
from bot.digests import Contents
from bot.render.message import Message
from storage import taste
from storage.ratings import UNMARKED, Marks


async def opened(request: Request) -> Message:
    """d:DIGEST:N opens the digest's paper number N."""
    number = request.number(1)
    found, marks = await request.services.database.read(_marked, request.place, request.number(0), number)
    message = digests.opened(found, number, marks) if found else None
    if message is None:
        raise Outdated("/search")
    return message


async def returned(request: Request) -> Message:
    """db:DIGEST:N goes back to the message that holds number N."""
    return await _view(request, digests.returned)


async def rest(request: Request) -> Message:
    """dm:DIGEST:PAGE shows a page of the papers beyond the cap."""
    return await _view(request, digests.rest)


async def _view(request: Request, view: Callable[[Contents, int], Message | None]) -> Message:
    """A view of a digest of this chat; another chat's is as unknown as one that never was. Raises Outdated."""
    found = await request.services.database.read(digests.load, request.place.chat_id, request.number(0))
    message = view(found, request.number(1)) if found else None
    if message is None:
        raise Outdated("/search")
    return message


def _marked(db: sqlite_utils.Database, place: Place, id: int, number: int) -> tuple[Contents | None, Marks]:
    """A digest, and what the chat did with its paper of that number."""
    found = digests.load(db, place.chat_id, id)
    paper = found.entry(number) if found else None
    return found, taste.marks(db, place.chat_id, place.thread, paper.paper.id) if paper else UNMARKED
