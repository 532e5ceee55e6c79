"""Finding papers: /search, its pages and orders."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlite_utils

from bot import planning
from bot.commands import offers, queries
from bot.commands.pages import PAGE, turning
from bot.commands.queries import Query
from bot.commands.request import Question, Request
from bot.errors import QueryError
from bot.render import buttons, lists
from bot.render.message import Button, Message
from storage import search as archive
from storage.records import Paper

_ORDERS = {"b": "best first", "n": "newest first", "v": "most voted first"}
_NAMES: dict[str, archive.Order] = {"b": "best", "n": "newest", "v": "votes"}
_LABELS = {"b": "Best", "n": "Newest", "v": "Most voted"}


@dataclass(frozen=True, slots=True)
class _View:
    """A page of results; key: the query's. order: b, n or v."""

    key: str
    offset: int = 0
    order: str = "b"
    code: bool = False

    @property
    def data(self) -> str:
        return f"s:{self.key}:{self.offset}:{self.order}{'c' if self.code else ''}"


async def search(request: Request) -> Message | Question:
    """/search QUERY."""
    if not request.text:
        return await queries.asks(request, "search", "What are you looking for?", "s")
    key = await request.services.key(request.place, request.text)
    return await _show(request, request.text, _View(key))


async def pressed(request: Request) -> Message:
    """s:KEY[:OFFSET[:ORDER]] shows a page of results; ORDER: b, n or v, then c for papers with code only."""
    text = await queries.recalled(request, request.part(0), "/search")
    order = request.part(2)[:1]
    view = _View(request.part(0), request.number(1), order if order in _ORDERS else "b", "c" in request.part(2))
    return await _show(request, text, view)


async def _show(request: Request, text: str, view: _View) -> Message:
    services, now = request.services, request.services.now()
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, "s")
    total, found = await services.database.read(_page, query, view)
    chat = await services.chat(request.place)
    near = () if found or view.code else await offers.rows(request, query, "s")
    rows = (
        *near,
        *turning(total, view.offset, lambda to: replace(view, offset=to).data),
        *((_orders(view),) if total > 1 or view.code else ()),
        *buttons.numbers(found, lambda paper: f"p:{paper.number}:{view.data}", view.offset + 1),
        await queries.following(request, query, view.key, "🔔 Subscribe to this search"),
    )
    return lists.results(
        query.text,
        found,
        total=total,
        today=planning.today(chat, now),
        order=_ORDERS[view.order] + (", with code" if view.code else ""),
        first=view.offset + 1,
        suggested=bool(near),
        marks=lambda paper: queries.pieces(query, paper),
        rows=rows,
    )


def _page(db: sqlite_utils.Database, query: Query, view: _View) -> tuple[int, list[Paper]]:
    total = archive.count(db, query.condition, code_only=view.code)
    found = archive.find(
        db, query.condition, code_only=view.code, order=_NAMES[view.order], limit=PAGE, offset=view.offset
    )
    return total, found


def _orders(view: _View) -> tuple[Button, ...]:
    """The other two orders, and the other choice about code."""
    first = replace(view, offset=0)
    others = [Button(_LABELS[order], data=replace(first, order=order).data) for order in _ORDERS if order != view.order]
    label = "All papers" if view.code else "With code"
    return (*others, Button(label, data=replace(first, code=not view.code).data))
