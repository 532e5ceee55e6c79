"""One paper in the place of the list that it was opened from."""

from __future__ import annotations

from bot import planning
from bot.commands.request import Outdated, Request
from bot.render import paper as papers
from bot.render.message import Message
from storage import papers as archive
from storage.records import Paper


async def opened(request: Request) -> Message:
    """p:NUMBER:BACK opens a paper's card; BACK: the callback data of the list that it came from."""
    found = await request.services.database.read(archive.by_number, request.number(0))
    if found is None:
        raise Outdated("/search")
    back = request.text.partition(":")[2]
    return await card(request, found, back)


async def card(request: Request, found: Paper, back: str = "") -> Message:
    """A paper's card, dated for this chat; back: the callback data of what it is opened from."""
    chat = await request.services.chat(request.place)
    return papers.card(found, today=planning.today(chat, request.services.now()), back=back)
