"""What a query would have sent: /preview, and its pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlite_utils

from bot import planning
from bot.commands import offers, queries
from bot.commands.pages import PAGE, turning
from bot.commands.queries import Query
from bot.commands.request import Question, Request
from bot.errors import QueryError
from bot.render import buttons, lists
from bot.render.language import _
from bot.render.message import Button, Message
from storage import search
from storage.records import Paper


async def preview(request: Request) -> Message | Question:
    """/preview QUERY."""
    if not request.text:
        return await queries.asks(request, "preview", _("Which query do you want to try?"), "v")
    return await show(request, request.text, 0)


async def pressed(request: Request) -> Message:
    """v:KEY:OFFSET[:NUMBER] shows a page; NUMBER: the subscription from whose answer it was opened."""
    text = await queries.recalled(request, request.part(0), "/preview")
    return await show(request, text, request.number(1), request.number(2))


async def show(request: Request, text: str, offset: int, number: int = 0) -> Message:
    """A page of what a query would have sent in the last 30 days."""
    services, now = request.services, request.services.now()
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, "v")
    since = now - timedelta(days=queries.DAYS)
    total, found = await services.database.read(_page, query, since, offset)
    chat = await services.chat(request.place)
    key = await services.key(request.place, text)
    here = f"v:{key}:{offset}:{number}"
    near = () if found else await offers.rows(request, query, "v", since=since)
    rows = (
        *near,
        *buttons.numbers(found, lambda paper: f"p:{paper.number}:{here}", offset + 1),
        *turning(total, offset, lambda to: f"v:{key}:{to}:{number}"),
        await _leaving(request, query, key, number),
    )
    return lists.preview(
        query.text,
        [(paper, queries.reasons(query, paper)) for paper in found],
        total=total,
        today=planning.today(chat, now),
        first=offset + 1,
        suggested=bool(near),
        rows=rows,
    )


def _page(db: sqlite_utils.Database, query: Query, since: datetime, offset: int) -> tuple[int, list[Paper]]:
    told = query.condition.told
    total = search.count(db, told, since=since)
    return total, search.find(db, told, since=since, order="votes", limit=PAGE, offset=offset)


async def _leaving(request: Request, query: Query, key: str, number: int) -> tuple[Button, ...]:
    """Back to where it was opened, or on to following the query."""
    if number:
        return (Button(_("‹ Back"), data=f"sb:{number}"),)
    return await queries.following(request, query, key, _("🔔 Subscribe to this"))
