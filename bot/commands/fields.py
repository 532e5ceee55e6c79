"""Fields of research to begin with: their best queries are followed and dropped with one tap each."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from bot.commands import queries
from bot.commands.request import Outdated, Request
from bot.commands.subscribe import add, end
from bot.fields import FIELDS, Field
from bot.render import fields as said
from bot.render import subscribing
from bot.render.language import _
from bot.render.message import Button, Message
from storage import subscriptions
from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.folding import query_key

_A_YEAR = 365


def buttons() -> tuple[tuple[Button, ...], ...]:
    """A button per field, two in a row."""
    keys = [Button(_(field.name), data=f"fd:{key}") for key, field in FIELDS.items()]
    return tuple(tuple(keys[i : i + 2]) for i in range(0, len(keys), 2))


async def overview(_request: Request) -> Message:
    """fs shows the fields."""
    return Message(said.which(), buttons())


async def opened(request: Request) -> Message:
    """fd:FIELD shows a field's queries, those that the chat follows marked."""
    return await _shown(request, _field(request))


async def toggled(request: Request) -> Message:
    """ft:FIELD:INDEX follows one of its queries, or no longer."""
    field, index = _field(request), request.number(1)
    if index >= len(field.queries):
        raise Outdated("/subscribe")
    query = queries.read(field.queries[index])
    services, place = request.services, request.place
    known = await services.database.read(subscriptions.following, place.chat_id, place.thread, query.text)
    if known:
        await services.database.write(end, services, known, services.now())
        return await _shown(request, field)
    try:
        await services.database.write(add, services, place, query, services.now())
    except DuplicateSubscription:
        pass  # a second tap came first
    except TooManySubscriptions as error:
        return subscribing.too_many(error.limit, rows=((Button(_("What you follow"), data="l:0"),),))
    return await _shown(request, field)


async def _shown(request: Request, field: Field) -> Message:
    services, place = request.services, request.place
    key = request.part(0)
    had = await services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    followed = {query_key(item.query) for item in had}
    volumes = await services.database.read(_volumes, field, services.now())
    rows = [
        (Button(said.label(query, volume, followed=query_key(query) in followed), data=f"ft:{key}:{index}"),)
        for index, (query, volume) in enumerate(zip(field.queries, volumes, strict=True))
    ]
    last = [Button(_("‹ All fields"), data="fs")]
    if followed:
        last += [Button(_("Change the hour"), data="st:at"), Button(_("What you follow"), data="l:0")]
    chat = await services.chat(place)
    return Message(said.field(_(field.name), chat, following=len(followed)), (*rows, tuple(last)))


def _volumes(db: sqlite_utils.Database, field: Field, now: datetime) -> list[int]:
    """Papers a year for each query, by what the archive holds of the last 30 days."""
    months = [queries.month(db, queries.read(query), now, 0) for query in field.queries]
    return [round(month.count * _A_YEAR / month.covered) for month in months]


def _field(request: Request) -> Field:
    field = FIELDS.get(request.part(0))
    if field is None:
        raise Outdated("/subscribe")
    return field
