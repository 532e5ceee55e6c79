"""What is behind a card's ⋯, such as the wish to hear when code is out."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils
from telegram.constants import ChatType

from bot.commands.card import back_of, paper_of
from bot.commands.request import Keyboard, Place, Request, Services
from bot.render import facts, sharing
from bot.render import paper as cards
from bot.render.language import N_, _
from storage import papers, taste, wishes
from storage.records import Paper

_HOPED = N_("I look for its code now and then and tell you here when it is out.")
_WITHDRAWN = N_("I no longer tell you.")


async def unfolded(request: Request) -> Keyboard:
    """m:NUMBER[:BACK] shows what is behind ⋯; BACK: the callback data of what the card was opened from."""
    return await behind(request, await paper_of(request))


async def folded(request: Request) -> Keyboard:
    """mf:NUMBER[:BACK] shows the card's own buttons again."""
    return await own(request, await paper_of(request))


async def wished(request: Request) -> Keyboard:
    """w:NUMBER[:BACK] lets the chat hear when the paper's code is out, or no longer."""
    paper, services = await paper_of(request), request.services
    waiting = await services.database.write(_toggled, services, request.place, paper.id, services.now())
    if waiting is None:  # it came out while the button was there
        paper = await paper_of(request)
        label = next((facts.code_label(link) for link in facts.code_links(paper) if link.is_code), "")
        return await own(request, paper, _("Code is out: {place}").format(place=label) if label else "")
    return await behind(request, paper, _(_HOPED if waiting else _WITHDRAWN))


def _toggled(db: sqlite_utils.Database, services: Services, place: Place, paper_id: str, now: datetime) -> bool | None:
    """Whether the chat waits for the code now; None where that is known."""
    where = place.chat_id, place.thread, paper_id
    if wishes.withdraw(db, *where):
        return False
    paper = papers.get(db, paper_id)
    if paper is None or paper.has_code:
        return None
    services.ensured(db, place, now)
    wishes.make(db, *where, now)
    return True


async def behind(request: Request, paper: Paper, text: str = "") -> Keyboard:
    """What is behind ⋯; text: as a Notice's."""
    where = request.place.chat_id, request.place.thread, paper.id
    waiting = await request.services.database.read(wishes.is_open, *where)
    marks = await request.services.database.read(taste.marks, *where)
    me = request.services.me()
    inline = bool(me.supports_inline_queries) and request.place.kind != ChatType.CHANNEL  # which bars such buttons
    share = sharing.button(paper, me.username or "", inline=inline)
    return Keyboard(cards.more(paper, back_of(request), marks=marks, waiting=waiting, share=share), text)


async def own(request: Request, paper: Paper, text: str = "") -> Keyboard:
    """The card's own buttons; text: as a Notice's."""
    place = request.place
    marks = await request.services.database.read(taste.marks, place.chat_id, place.thread, paper.id)
    return Keyboard(cards.buttons(paper, back_of(request), marks), text)
