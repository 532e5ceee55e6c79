"""The buttons of a digest that was sent: a paper's card in its place, back, and the papers beyond the cap."""

from __future__ import annotations

from collections.abc import Callable

from bot import digests
from bot.commands.request import Outdated, Request
from bot.digests import Contents
from bot.render.message import Message


async def opened(request: Request) -> Message:
    """d:DIGEST:N opens the digest's paper number N."""
    return await _view(request, digests.opened)


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
