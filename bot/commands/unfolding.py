"""What is behind a card's ⋯: so far the wish to hear when code is out."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from bot.commands.request import Keyboard, Outdated, Place, Request, Services
from bot.render import facts
from bot.render import paper as cards
from storage import papers, wishes
from storage.records import Paper

_HOPED = "I look for its code now and then and tell you here when it is out."
_WITHDRAWN = "I no longer tell you."


async def unfolded(request: Request) -> Keyboard:
    """m:NUMBER[:BACK] shows what is behind ⋯; BACK: the callback data of what the card was opened from."""
    paper, back = await _paper(request), _back(request)
    if paper.has_code:
        return _known(paper, back)
    place = request.place
    waiting = await request.services.database.read(wishes.is_open, place.chat_id, place.thread, paper.id)
    return Keyboard(cards.more(paper, back, waiting=waiting))


async def folded(request: Request) -> Keyboard:
    """mf:NUMBER[:BACK] shows the card's own buttons again."""
    return Keyboard(cards.buttons(await _paper(request), _back(request)))


async def wished(request: Request) -> Keyboard:
    """w:NUMBER[:BACK] lets the chat hear when the paper's code is out, or no longer."""
    paper, back = await _paper(request), _back(request)
    services = request.services
    waiting = await services.database.write(_toggled, services, request.place, paper.id, services.now())
    if waiting is None:
        return _known(await _paper(request), back)
    return Keyboard(cards.more(paper, back, waiting=waiting), _HOPED if waiting else _WITHDRAWN)


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


def _known(paper: Paper, back: str) -> Keyboard:
    """The card was made before the code was out."""
    label = next((facts.code_label(link) for link in facts.code_links(paper) if link.is_code), "")
    return Keyboard(cards.buttons(paper, back), f"Code is out: {label}" if label else "")


async def _paper(request: Request) -> Paper:
    found = await request.services.database.read(papers.by_number, request.number(0))
    if found is None:
        raise Outdated("/search")
    return found


def _back(request: Request) -> str:
    return request.text.partition(":")[2]
