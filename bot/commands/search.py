"""Finding papers: /search, its pages and orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlite_utils

from bot import planning, results
from bot.addresses import address
from bot.beyond import Heard
from bot.commands import offers, queries, straight
from bot.commands.pages import PAGE, turning
from bot.commands.queries import Query
from bot.commands.request import Awaited, Question, Request
from bot.errors import QueryError
from bot.render import buttons, html, instead, lists
from bot.render.language import N_, _, clauses
from bot.render.message import Button, Message
from bot.results import Results
from bot.sources.source import Searchable
from storage import search as archive
from storage.records import SourceState, Statement

_ORDERS = {"b": N_("best first"), "n": N_("newest first"), "v": N_("most voted first")}
_NAMES: dict[str, archive.Order] = {"b": "best", "n": "newest", "v": "votes"}
_FEW = PAGE  # papers; where there are fewer, the sources may know more
_LABELS = {"b": N_("Best"), "n": N_("Newest"), "v": N_("Most voted")}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results(Message):
    """A page of results; total: papers on all pages that the query matches as it was asked. empty: it shows none."""

    query: Query
    total: int
    empty: bool


async def search(request: Request) -> Message | Question:
    """/search QUERY."""
    if not request.text:
        return await queries.asks(request, "search", _("What are you looking for?"), "s")
    if paper := await straight.to_paper(request):
        return paper
    key = await request.services.key(request.place, request.text)
    return await _begun(request, request.text, _View(key))


async def pressed(request: Request) -> Message:
    """s:KEY[:OFFSET[:ORDER]] shows a page of results; ORDER: b, n or v, then c for papers with code only."""
    text = await queries.recalled(request, request.part(0), "/search")
    if address(text) and (paper := await straight.to_paper(replace(request, text=text))):
        return paper
    if not request.part(1):
        return await _begun(request, text, _View(request.part(0)))
    order = request.part(2)[:1]
    view = _View(request.part(0), request.number(1), order if order in _ORDERS else "b", "c" in request.part(2))
    return await _show(request, text, view)


async def _begun(request: Request, text: str, view: _View) -> Message:
    """The first page; where it shows few papers, the sources are asked for more, which join it by an edit."""
    page = await _show(request, text, view, heard=Heard())
    if not isinstance(page, _Results) or page.total >= _FEW:
        return page

    async def asked(source: Searchable, state: SourceState, now: datetime) -> tuple[Statement, ...]:
        return await source.search(page.query.tree, state, now)

    async def edited(heard: Heard) -> Message | None:
        later = await _show(request, text, view, known=page.total, heard=heard)
        if not isinstance(later, _Results):
            return None
        return later if later.total > page.total or (later.empty and heard.over) else None

    return Awaited(page.text, page.rows, ask=asked, edited=edited)


async def _show(
    request: Request, text: str, view: _View, known: int | None = None, heard: Heard | None = None
) -> Message:
    """A page; known: how many papers the archive had before the sources were asked. heard: how that stands."""
    services, now = request.services, request.services.now()
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, "s")
    page = await services.database.read(_page, query, view)
    answered = queries.read(page.respelled) if page.respelled else query
    key = await services.key(request.place, page.respelled) if page.respelled else view.key
    chat = await services.chat(request.place)
    found, matching = page.papers, 0 if page.instead else page.total
    near = () if found or view.code else await offers.rows(request, query, "s")
    rows = (
        *near,
        *turning(page.total, view.offset, lambda to: replace(view, offset=to).data),
        *((_orders(view),) if page.total > 1 or view.code else ()),
        *buttons.numbers(found, lambda paper: f"p:{paper.number}:{view.data}", view.offset + 1),
        await queries.following(request, answered, key, _("🔔 Subscribe to this search")),
    )
    message = lists.results(
        answered.text,
        found,
        total=page.total,
        today=planning.today(chat, now),
        order=clauses(_(_ORDERS[view.order]), _("with code") if view.code else ""),
        first=view.offset + 1,
        suggested=bool(near),
        marks=lambda paper: queries.marks(answered, paper),
        beyond=0 if known is None else matching - known,
        asked=instead.asked(over=heard.over, silent=bool(heard.silent)) if heard else "",
        note=instead.announced(query.text, page.respelled, nearest=page.nearest, mark=html.strong),
        rows=rows,
    )
    return _Results(message.text, message.rows, query=query, total=matching, empty=not found)


def _page(db: sqlite_utils.Database, query: Query, view: _View) -> Results:
    order = _NAMES[view.order]
    return results.find(db, query.tree, order=order, code_only=view.code, limit=PAGE, offset=view.offset)


def _orders(view: _View) -> tuple[Button, ...]:
    """The other two orders, and the other choice about code."""
    first = replace(view, offset=0)
    others = [
        Button(_(_LABELS[order]), data=replace(first, order=order).data) for order in _ORDERS if order != view.order
    ]
    label = _("All papers") if view.code else _("With code")
    return (*others, Button(label, data=replace(first, code=not view.code).data))
