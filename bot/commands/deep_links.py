"""What links into the bot open, and the link by which a subscription is passed on."""

from __future__ import annotations

from dataclasses import replace

from bot import deep_links
from bot.commands import queries, straight
from bot.commands.card import card
from bot.commands.request import Question, Request
from bot.commands.search import search
from bot.commands.subscribe import existing, explained
from bot.deep_links import OfKey, OfPaper, OfQuery, OfSearch
from bot.errors import QueryError
from bot.papers import is_arxiv_id
from bot.render import sharing
from bot.render.language import _
from bot.render.message import Button, Message
from storage import chats, papers


async def opened(request: Request) -> Message | Question:
    """What the payload after /start opens."""
    read = request.services.database.read
    match deep_links.read(request.text):
        case OfPaper(id) if is_arxiv_id(id):
            return await straight.by_id(request, id)
        case OfPaper(id):
            paper = await read(papers.get, id)
            return await card(request, paper) if paper else sharing.no_paper()
        case OfQuery(query):
            return await _offered(request, query)
        case OfKey(key):
            kept = await read(chats.shared, key)
            return await _offered(request, kept) if kept else sharing.no_query()
        case OfSearch(query):
            return await search(replace(request, text=query))
    if request.text == deep_links.TOO_LONG:
        return await queries.asks(request, "search", sharing.too_long(), "s")
    return sharing.unreadable()


async def shared(request: Request) -> Message:
    """sh:NUMBER gives the link by which others follow a subscription's query."""
    subscription = await existing(request)
    services, query = request.services, subscription.query
    opens = deep_links.payload(OfQuery(query))
    if not opens:
        opens = deep_links.payload(OfKey(await services.key(request.place, query)))
    bot = services.me().username or ""
    address = deep_links.address(bot, opens)
    rows = (
        (
            Button(_("↗ Share"), url=deep_links.sharing(address, sharing.query_text(query))),
            Button(_("Copy"), copy=address),
        ),
        (Button(_("Add it to a group"), url=deep_links.address(bot, opens, group=True)),),
        (Button(_("‹ Back"), data=f"n:{subscription.number}"),),
    )
    return sharing.of_query(query, address, rows=rows)


async def _offered(request: Request, text: str) -> Message:
    """Asks whether to follow a query; in a group an administrator says."""
    services = request.services
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, "sub")
    month = await services.database.read(queries.month, query, services.now(), 0)
    key = await services.key(request.place, query.text)
    follow = await queries.following(request, query, key, _("🔔 Subscribe"))
    rows = (follow, (Button(_("Preview"), data=f"v:{key}:0"),))
    return sharing.offered(query.text, explained(query), found=month.count, covered=month.covered, rows=rows)
