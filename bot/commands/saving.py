"""The papers that a chat keeps: Save on a card, and /saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from bot import planning
from bot.commands import queries
from bot.commands.card import back_of, paper_of
from bot.commands.pages import PAGE, turning
from bot.commands.queries import Query
from bot.commands.request import Keyboard, Place, Question, Request, Services
from bot.errors import QueryError
from bot.render import buttons
from bot.render import paper as cards
from bot.render import saved as said
from bot.render.message import Button, Message
from storage import saved, taste
from storage.ratings import Marks
from storage.records import Paper


@dataclass(frozen=True, slots=True)
class _View:
    """A page of what is kept; key: of the query that narrows it, '' for all."""

    key: str = ""
    offset: int = 0

    @property
    def data(self) -> str:
        return f"k:{self.key}:{self.offset}"


async def toggled(request: Request) -> Keyboard:
    """sv:NUMBER[:BACK] keeps a card's paper, or no longer."""
    paper, services = await paper_of(request), request.services
    marks = await services.database.write(_toggled, services, request.place, paper.id, services.now())
    rows = cards.buttons(paper, back_of(request), marks)
    return Keyboard(rows, said.toast(kept=marks.saved, code=paper.has_code))


async def listed(request: Request) -> Message:
    """/saved [QUERY]: what this chat keeps, or what of it matches."""
    if not request.text:
        return await _show(request, "", _View())
    return await _show(request, request.text, _View(await request.services.key(request.place, request.text)))


async def pressed(request: Request) -> Message:
    """k:[KEY]:OFFSET shows a page."""
    key = request.part(0)
    text = await queries.recalled(request, key, "/saved") if key else ""
    return await _show(request, text, _View(key, request.number(1)))


async def ask(_: Request) -> Question:
    """kq asks what to look for among them."""
    return Question(said.which(), "saved")


async def _show(request: Request, text: str, view: _View) -> Message:
    services = request.services
    try:
        query = queries.read(text) if text else None
    except QueryError as error:
        return await queries.mistaken(request, error, "k")
    amount, total, offset, page = await services.database.read(_page, request.place, query, view.offset)
    view = _View(view.key, offset)
    rows = (
        *turning(total, offset, lambda to: _View(view.key, to).data),
        *buttons.numbers(page, lambda paper: f"p:{paper.number}:{view.data}", offset + 1),
        *_under(amount, narrowed=bool(text)),
    )
    chat = await services.chat(request.place)
    today = planning.today(chat, services.now())
    return said.listed(page, query=text, total=total, today=today, first=offset + 1, rows=rows)


def _page(
    db: sqlite_utils.Database, place: Place, query: Query | None, offset: int
) -> tuple[int, int, int, list[Paper]]:
    """How many papers are kept, how many of them match, from where on they are shown, and these."""
    condition = query.condition if query else None
    amount = saved.count(db, place.chat_id, place.thread)
    total = saved.count(db, place.chat_id, place.thread, condition) if condition else amount
    offset = min(offset, max(total - 1, 0) // PAGE * PAGE)
    return amount, total, offset, saved.of_chat(db, place.chat_id, place.thread, condition, limit=PAGE, offset=offset)


def _under(amount: int, *, narrowed: bool) -> tuple[tuple[Button, ...], ...]:
    """What can be done with all of them, or the way back to them."""
    find, export, everything = said.labels()
    if narrowed:
        return ((Button(everything, data=_View().data),),)
    if not amount:
        return ()
    searching = (Button(find, data="kq"),) if amount > PAGE else ()
    return ((*searching, Button(export, data="ex")),)


def _toggled(db: sqlite_utils.Database, services: Services, place: Place, paper_id: str, now: datetime) -> Marks:
    """What the chat did with the paper, with this."""
    if not saved.remove(db, place.chat_id, place.thread, paper_id):
        services.ensured(db, place, now)
        saved.add(db, place.chat_id, place.thread, paper_id, now)
    return taste.marks(db, place.chat_id, place.thread, paper_id)
