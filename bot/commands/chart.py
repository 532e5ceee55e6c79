"""/chart: how many papers a week match queries, as a picture with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlite_utils

from bot import charting
from bot.commands import queries
from bot.commands.pictures import Illustrated
from bot.commands.queries import Query
from bot.commands.request import Question, Request
from bot.drawing import Chart
from bot.errors import QueryError
from bot.render import chart as said
from bot.render.language import _
from bot.render.message import Message
from storage import papers, search
from storage.conditions import EVERYTHING
from storage.folding import query_key

_LINE = 2  # weeks that make one


async def chart(request: Request) -> Message | Question:
    """/chart QUERY [vs QUERY …]."""
    texts = charting.compared(request.text)
    if not texts:
        return await queries.asks(request, "chart", _("What do you want to see over time?"), "cg")
    if len(texts) > charting.QUERIES:
        return said.too_many(charting.QUERIES)
    asked: dict[str, Query] = {}
    for text in texts:
        try:
            query = queries.read(text)
        except QueryError as error:
            if error.mended:
                error.mended = " vs ".join(error.mended if other is text else other for other in texts)
            return await queries.mistaken(request, error, "cg")
        asked[query_key(query.text)] = query
    wanted, now = tuple(asked.values()), request.services.now()
    first, weeks, totals, counts = await request.services.database.read(_counted, wanted, now)
    if weeks < _LINE:
        return said.too_young(weeks)
    if not any(map(any, counts)):
        return said.nothing([query.text for query in wanted], weeks)
    trends = [(query.text, charting.trend(line, totals)) for query, line in zip(wanted, counts, strict=True)]
    days = [(first + number * charting.WEEK).date() for number in range(weeks)]
    lines = [(query.text, line) for query, line in zip(wanted, counts, strict=True)]
    drawing = Chart(*said.labels(said.PAPERS, days, now.date()), lines)
    return Illustrated(said.caption(trends), chart=drawing, name="chart.png", failed=said.without_picture(trends))


async def pressed(request: Request) -> Message | Question:
    """cg:KEY draws the query behind the key."""
    text = await queries.recalled(request, request.part(0), "/chart")
    return await chart(replace(request, text=text))


def _counted(
    db: sqlite_utils.Database, wanted: Sequence[Query], now: datetime
) -> tuple[datetime, int, list[int], list[list[int]]]:
    """The first week, how many there are, all papers of each, and those that match each query."""
    first = charting.first_week(now, papers.oldest(db, now - (charting.WEEKS + 1) * charting.WEEK) or now)
    weeks = charting.weeks_since(first, now)
    totals, *counts = (
        search.by_week(db, condition.told, first, weeks) for condition in (EVERYTHING, *(q.condition for q in wanted))
    )
    return first, weeks, totals, counts
