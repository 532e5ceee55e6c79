"""What a chat follows: /subscriptions with pausing, editing and deleting, and /unsubscribe."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import sqlite_utils

from bot.commands import queries
from bot.commands.pages import turning
from bot.commands.request import Outdated, Question, Request, Services
from bot.commands.subscribe import changed, end, existing, explained
from bot.errors import QueryError
from bot.render import following as one
from bot.render import lists, subscribing
from bot.render import own_delivery as said
from bot.render.language import _
from bot.render.message import Button, Message
from storage import subscriptions as stored
from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.folding import query_key
from storage.records import Subscription

_PAGE = 10
_IN_A_ROW = 5
_LABEL = 40


async def listed(request: Request) -> Message:
    """/subscriptions, and l:OFFSET for its pages."""
    following = await _following(request)
    offset = min(request.number(0), max(len(following) - 1, 0) // _PAGE * _PAGE)
    page = following[offset : offset + _PAGE]
    keys = [Button(str(item.number), data=f"n:{item.number}") for item in page]
    numbers = tuple(tuple(keys[i : i + _IN_A_ROW]) for i in range(0, len(keys), _IN_A_ROW))
    turn = turning(len(following), offset, lambda to: f"l:{to}", _PAGE)
    more = (Button(_("Follow a topic"), data="ask:subscribe"), Button(_("Settings"), data="st"))
    return lists.subscriptions(page, first=offset + 1, total=len(following), rows=(*numbers, *turn, more))


async def opened(request: Request) -> Message:
    """n:NUMBER shows one, with what can be done to it."""
    return await _page(request, await existing(request))


async def pause(request: Request) -> Message:
    """np:NUMBER pauses one, nr:NUMBER lets it go on."""
    return await _paused(request, True)


async def resume(request: Request) -> Message:
    """nr:NUMBER."""
    return await _paused(request, False)


async def delete(request: Request) -> Message:
    """nd:NUMBER ends one."""
    return await _ended(request, await existing(request))


async def undelete(request: Request) -> Message:
    """nu:NUMBER brings an ended one back."""
    services, place, number = request.services, request.place, request.number(0)
    find = stored.numbered
    ended = await services.database.read(find, place.chat_id, place.thread, number, ended=True)
    if ended is None:
        raise Outdated("/subscriptions")
    try:
        await services.database.write(_revive, services, ended)
    except DuplicateSubscription as error:
        return subscribing.already(error.query, error.number)
    except TooManySubscriptions as error:
        return subscribing.too_many(error.limit)
    return subscribing.back(ended.query, rows=((Button(_("‹ All you follow"), data="l:0"),),))


async def edit(request: Request) -> Question:
    """ne:NUMBER asks for another query."""
    subscription = await existing(request)
    return Question(one.ask_edit(subscription), "edit", str(subscription.number))


async def edited(request: Request) -> Message:
    """The answer to that question; about: the number."""
    return await _edit(replace(request, text=request.about), request.text)


async def mended(request: Request) -> Message:
    """em:NUMBER:KEY takes the mended query for an edit."""
    return await _edit(request, await queries.recalled(request, request.part(1), "/subscriptions"))


async def unsubscribe(request: Request) -> Message | Question:
    """/unsubscribe QUERY or NUMBER; a query of digits is quoted."""
    following = await _following(request)
    if not following:
        return lists.subscriptions([], rows=((Button(_("Follow a topic"), data="ask:subscribe"),),))
    if not request.text:
        shown = following[:_PAGE]
        rows = tuple((Button(_label(item), data=f"nd:{item.number}"),) for item in shown)
        more = ((Button(_("All you follow"), data="l:0"),),) if len(following) > _PAGE else ()
        return Question(one.ask_which(rows=(*rows, *more)), "unsubscribe")
    meant = _meant(following, request.text)
    if meant is None:
        return subscribing.unknown(request.text, rows=((Button(_("All you follow"), data="l:0"),),))
    return await _ended(request, meant)


async def _page(request: Request, subscription: Subscription) -> Message:
    services, number = request.services, subscription.number
    query = queries.read(subscription.query)
    month = await services.database.read(queries.month, query, services.now(), 0)
    key = await services.key(request.place, subscription.query)
    hold = Button(_("Resume"), data=f"nr:{number}") if subscription.paused else Button(_("Pause"), data=f"np:{number}")
    rows = (
        (hold, Button(_("Edit"), data=f"ne:{number}"), Button(_("Delete"), data=f"nd:{number}")),
        (Button(_("Delivery"), data=f"nv:{number}"),),
        (Button(_("What it finds"), data=f"s:{key}:0:n"), Button(_("↗ Share"), data=f"sh:{number}")),
        (Button(_("‹ All you follow"), data="l:0"),),
    )
    own = said.how(subscription, await services.chat(request.place), services.now())
    return one.one(subscription, explained(query), found=month.count, covered=month.covered, own=own, rows=rows)


async def _paused(request: Request, paused: bool) -> Message:
    subscription = await existing(request)
    await request.services.database.write(_pause, request.services, subscription, paused)
    return await _page(request, replace(subscription, paused=paused))


async def _edit(request: Request, text: str) -> Message:
    """Give the subscription of the first argument another query."""
    subscription = await existing(request)
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, f"em:{subscription.number}")
    return await changed(request, subscription, query)


async def _ended(request: Request, subscription: Subscription) -> Message:
    services = request.services
    await services.database.write(end, services, subscription, services.now())
    left = len(await _following(request))
    undo = Button(_("Undo"), data=f"nu:{subscription.number}")
    return subscribing.unsubscribed(
        subscription.query, left=left, rows=((undo, Button(_("‹ All you follow"), data="l:0")),)
    )


async def _following(request: Request) -> list[Subscription]:
    place = request.place
    return await request.services.database.read(stored.of_chat, place.chat_id, place.thread)


def _meant(following: list[Subscription], text: str) -> Subscription | None:
    """The subscription of that number or query, written in whatever way."""
    if text.isascii() and text.removeprefix("#").isdigit():
        return next((item for item in following if str(item.number) == text.removeprefix("#").lstrip("0")), None)
    with suppress(QueryError):  # one that an older version could read is compared as it is
        text = queries.read(text).text
    return next((item for item in following if query_key(item.query) == query_key(text)), None)


def _label(item: Subscription) -> str:
    query = item.query if len(item.query) <= _LABEL else f"{item.query[:_LABEL]}…"
    return f"{item.number}. {query}"


def _pause(db: sqlite_utils.Database, services: Services, subscription: Subscription, paused: bool) -> None:
    stored.pause(db, subscription.id, paused)
    if paused:
        services.matcher.remove(subscription.id)
    else:
        query = queries.read(subscription.query)
        services.matcher.add(subscription.id, query.text, query.tree)


def _revive(db: sqlite_utils.Database, services: Services, subscription: Subscription) -> None:
    stored.revive(db, subscription.id, services.access.subscriptions)
    query = queries.read(subscription.query)
    services.matcher.add(subscription.id, query.text, query.tree)
