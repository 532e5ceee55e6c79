"""For a query that finds nothing: the nearest ones that find something, as buttons with how many papers each has."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import sqlite_utils

from bot import suggestions
from bot.commands import queries
from bot.commands.queries import Query
from bot.commands.request import Request
from bot.query.parser import parse
from bot.render.message import Button
from bot.render.times import papers
from storage import search
from storage.vocabulary import Vocabulary

Rows = tuple[tuple[Button, ...], ...]

MOST = 3
_TRIED = 16  # queries that are looked up at most


async def rows(request: Request, query: Query, verb: str, *, since: datetime | None = None) -> Rows:
    """A row with a button per query, `verb:key`; since: count papers listed then or later. Empty where none is near."""
    found = await request.services.database.read(_near, query, since)
    labels = [f"{text} · {papers(count)}" for text, count in found]
    return await queries.buttons(request, verb, [text for text, _ in found], labels)


def _near(db: sqlite_utils.Database, query: Query, since: datetime | None) -> list[tuple[str, int]]:
    spelled = list(islice(suggestions.spellings(query.tree, Vocabulary(db)), _TRIED))
    wider = [text for near in spelled[:1] for text in suggestions.broader(parse(near))]
    counted: list[tuple[str, int]] = []
    for text in list(dict.fromkeys((*spelled, *wider, *suggestions.broader(query.tree))))[:_TRIED]:
        condition = queries.read(text).condition
        count = search.count(db, condition.told if since else condition, since=since)
        if count and len(counted) < MOST:
            counted.append((text, count))
    return counted
