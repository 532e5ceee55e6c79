"""One paper in the place of the list that it was opened from."""

from __future__ import annotations

from dataclasses import replace

from bot import planning, views
from bot.commands.request import Outdated, Request
from bot.render import paper as papers
from bot.render.message import Message
from storage import papers as archive
from storage import taste
from storage.records import Paper


async def opened(request: Request) -> Message:
    """p:NUMBER:BACK opens a paper's card; BACK: the callback data of the list that it came from."""
    return await card(request, await paper_of(request), back_of(request))


async def card(request: Request, found: Paper, back: str = "") -> Message:
    """A paper's card, dated for this chat; back: the callback data of what it is opened from."""
    chat = await request.services.chat(request.place)
    marks = await request.services.database.read(taste.marks, chat.id, chat.thread, found.id)
    shown = papers.card(found, today=planning.today(chat, request.services.now()), back=back, marks=marks)
    return replace(shown, shows=views.opens(found.number, back), paper_id=found.id)


async def paper_of(request: Request) -> Paper:
    """The paper whose number is the first argument of a card's button. Raises Outdated."""
    found = await request.services.database.read(archive.by_number, request.number(0))
    if found is None:
        raise Outdated("/search")
    return found


def back_of(request: Request) -> str:
    """What follows that number: the callback data of what the card was opened from, '' where it was sent."""
    return request.text.partition(":")[2]
