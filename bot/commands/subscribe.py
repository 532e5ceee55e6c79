"""Following a topic: /subscribe, and the buttons under its answer."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from bot import planning, suggestions
from bot.commands import offers, queries
from bot.commands.queries import Month, Query
from bot.commands.request import Outdated, Place, Question, Request, Services
from bot.errors import QueryError
from bot.query import words
from bot.render import html, subscribing
from bot.render.language import _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits
from storage import subscriptions
from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.records import Chat, Mode, Subscription

Rows = tuple[tuple[Button, ...], ...]


async def subscribe(request: Request) -> Message | Question:
    """/subscribe QUERY."""
    if not request.text:
        return await asked(request)
    return await follow(request, request.text)


async def asked(request: Request) -> Question:
    """Asks what to follow, with examples and fields to begin with."""
    fields = (Button(_("Fields to begin with"), data="fs"),)
    return await queries.asks(request, "subscribe", _("What do you want to follow?"), "sub", more=(fields,))


async def pressed(request: Request) -> Message:
    """sub:KEY follows the query behind the key."""
    return await follow(request, await queries.recalled(request, request.part(0), "/subscribe"))


async def follow(request: Request, text: str) -> Message:
    """Follow a query, or say why not."""
    services, now = request.services, request.services.now()
    try:
        query = queries.read(text)
        subscription = await services.database.write(add, services, request.place, query, now)
    except QueryError as error:
        return await queries.mistaken(request, error, "sub")
    except DuplicateSubscription as error:
        return subscribing.already(error.query, error.number, rows=_opening(error.number))
    except TooManySubscriptions as error:
        return subscribing.too_many(error.limit, rows=((Button(_("What you follow"), data="l:0"),),))
    return await made(request, subscription)


async def shown(request: Request) -> Message:
    """sb:NUMBER shows the answer about a subscription again."""
    return await made(request, await existing(request))


async def made(request: Request, subscription: Subscription, before: str = "") -> Message:
    """The answer about a subscription that was just made; before: what it followed until now, where Undo leads."""
    services, now = request.services, request.services.now()
    query = queries.read(subscription.query)
    chat = await services.chat(request.place)
    month = await services.database.read(queries.month, query, now)
    undo = await _undo_button(request, subscription, before)
    if not month.count:
        return await _unmatched(request, subscription, query, month.since, undo)
    twin = await services.database.read(_twin, subscription)
    return subscribing.subscribed(
        query.text,
        explained(query),
        twin=(twin.query, twin.number) if twin else None,
        found=month.count,
        best=month.best,
        covered=month.covered,
        chat=chat,
        next_at=planning.next_matches(chat, now),
        rows=(_rhythm(chat, subscription), (await _preview_button(request, subscription, month), undo)),
    )


async def swap(request: Request) -> Message:
    """sw:NUMBER:KEY follows the query behind the key instead, under the same number."""
    subscription = await existing(request)
    query = queries.read(await queries.recalled(request, request.part(1), "/subscribe"))
    return await changed(request, subscription, query)


async def keep(request: Request) -> Message:
    """keep:NUMBER leaves a subscription that nothing matches as it is."""
    subscription = await existing(request)
    undo = await _undo_button(request, subscription)
    return subscribing.no_match(subscription.query, suggested=False, rows=((undo,),))


async def undo(request: Request) -> Message:
    """undo:NUMBER takes a subscription back."""
    subscription = await existing(request)
    await request.services.database.write(end, request.services, subscription, request.services.now())
    again = await queries.buttons(request, "sub", [subscription.query], [_("Subscribe after all")])
    return subscribing.undone(subscription.query, rows=again)


async def changed(request: Request, subscription: Subscription, query: Query) -> Message:
    """The answer about a subscription that follows another query from now on."""
    try:
        new = await request.services.database.write(change, request.services, subscription, query)
    except DuplicateSubscription as error:
        return subscribing.already(error.query, error.number, rows=_opening(error.number))
    return await made(request, new, subscription.query)


async def existing(request: Request, instead: str = "/subscriptions") -> Subscription:
    """The subscription whose number is the button's first argument. Raises Outdated."""
    place, number = request.place, request.number(0)
    found = await request.services.database.read(subscriptions.numbered, place.chat_id, place.thread, number)
    if found is None:
        raise Outdated(instead)
    return found


def explained(query: Query) -> str:
    """The query in words, as HTML."""
    return words.explain(query.tree, lambda word: html.italic(html.escape(word)))


def add(db: sqlite_utils.Database, services: Services, place: Place, query: Query, now: datetime) -> Subscription:
    """Follow a query, in the file and in the matcher. Raises DuplicateSubscription and TooManySubscriptions."""
    services.ensured(db, place, now)
    subscription = subscriptions.add(db, place.chat_id, place.thread, query.text, now, services.access.subscriptions)
    services.matcher.add(subscription.id, query.text, query.tree)
    return subscription


def end(db: sqlite_utils.Database, services: Services, subscription: Subscription, now: datetime) -> None:
    """End a subscription, in the file and in the matcher."""
    subscriptions.end(db, subscription.id, now)
    services.matcher.remove(subscription.id)


def change(db: sqlite_utils.Database, services: Services, old: Subscription, query: Query) -> Subscription:
    """Give a subscription another query, in the file and in the matcher."""
    new = subscriptions.change(db, old.id, query.text)
    services.matcher.add(new.id, query.text, query.tree)
    return new


async def _unmatched(
    request: Request, subscription: Subscription, query: Query, since: datetime, undo: Button
) -> Message:
    near = await offers.rows(request, query, f"sw:{subscription.number}", since=since)
    if not near:
        return subscribing.no_match(query.text, suggested=False, rows=((undo,),))
    keeping = (Button(_("Keep as it is"), data=f"keep:{subscription.number}"), undo)
    return subscribing.no_match(query.text, suggested=True, rows=(*near, keeping))


def _twin(db: sqlite_utils.Database, subscription: Subscription) -> Subscription | None:
    """Another subscription of the chat that says almost the same."""
    others = {
        other.query: other
        for other in subscriptions.of_chat(db, subscription.chat_id, subscription.thread)
        if other.id != subscription.id
    }
    return others.get(suggestions.nearly(subscription.query, others))


def _rhythm(chat: Chat, subscription: Subscription) -> tuple[Button, ...]:
    number = subscription.number
    if chat.mode is Mode.INSTANT:
        return (Button(_("One digest a day instead"), data=f"dv:daily::::{number}"),)
    return (
        Button(_("Get them instantly"), data=f"dv:instant::::{number}"),
        Button(_("Change the hour"), data=f"hr:{number}"),
    )


async def _preview_button(request: Request, subscription: Subscription, month: Month) -> Button:
    key = await request.services.key(request.place, subscription.query)
    label = ngettext("Preview it", "Preview all {count}", month.count).format(count=digits(month.count))
    return Button(label, data=f"v:{key}:0:{subscription.number}")


async def _undo_button(request: Request, subscription: Subscription, before: str = "") -> Button:
    if not before:
        return Button(_("Undo"), data=f"undo:{subscription.number}")
    return Button(_("Undo"), data=f"sw:{subscription.number}:{await request.services.key(request.place, before)}")


def _opening(number: int) -> Rows:
    one = Button(_("Open number {number}").format(number=number), data=f"n:{number}")
    return ((one, Button(_("All you follow"), data="l:0")),)
