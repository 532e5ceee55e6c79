"""arXiv: its feed for what is announced, its API for comments, for the days before, and for what a pause missed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from bot.errors import SourceError, SourceNonsense, SourceRefused, SourceUnreachable
from bot.papers import is_arxiv_id
from bot.query.asking import for_arxiv
from bot.query.tree import Node
from bot.sources.arxiv_cursor import ON_HOLD, Cursor, Window
from bot.sources.arxiv_records import SOURCE, Found, Item, parse_feed, parse_found
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.source import Batch, Look
from storage.records import SourceState, Statement

log = logging.getLogger(__name__)

IDS = 100
"""Papers asked for by id at once: an address of 1,300 characters at most."""

PAGE = 500
"""Papers of a day asked for at once; the API gives 2,000, but slowly."""

FOUND = 50
"""Papers that a search asks for."""

MISSED_AFTER = timedelta(hours=20)
"""Feeds are replaced once a day: between reads that are closer than this, none came and went."""

LEAVE_API_ALONE = timedelta(minutes=15)

MOST_REFUSED = 3
"""Ids of one request that the API refuses before the fault is taken to be its own."""

_BAD_QUERY = (0, HTTPStatus.BAD_REQUEST)


class Arxiv:
    """Reads `feed_url` (https://rss.arxiv.org) and `api_url` (https://export.arxiv.org); gate: the one for both."""

    def __init__(self, client: Client, *, api_url: str, feed_url: str, categories: Sequence[str], gate: Gate) -> None:
        self._client, self._gate = client, gate
        self._api = f"{api_url}/api/query"
        self._feed = f"{feed_url}/rss/{'+'.join(quote(category) for category in categories)}"
        self._query = " OR ".join(map(_in_category, categories))

    @property
    def name(self) -> str:
        """As in Statement.source and SourceState.name."""
        return SOURCE

    async def poll(self, state: SourceState, now: datetime) -> AsyncIterator[Batch]:
        """What the feed has that was not told before, with the API's comments; then what a pause made it miss.

        Where the API is out of order the papers come without comments, which follow in a later poll.
        """
        cursor = Cursor.read(state.cursor)
        if cursor.read_at and now - cursor.read_at > MISSED_AFTER:
            cursor.missed = Window(now.date(), (cursor.read_at - ON_HOLD).date()).joined(cursor.missed)
        owed = cursor.owed
        async for batch in self._announced(cursor, now):
            yield batch
        async for batch in self._owed(owed, cursor, now):
            yield batch
        while cursor.missed:
            day = cursor.missed.day
            found, cursor.missed = await self._of_day(cursor.missed, now)
            yield Batch(found.statements, cursor.text(), found.skipped, day)

    async def backfill(self, state: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        """What was submitted today and on so many days before (nothing where that is 0)."""
        cursor = Cursor.read(state.cursor)
        until = now.date() - timedelta(days=days)
        window: Window | None = replace(cursor.backfill or Window(now.date(), until), until=until)
        while days and window and window.day >= window.until:
            day = window.day
            found, window = await self._of_day(window, now)
            cursor.backfill = window
            yield Batch(found.statements, cursor.text(), found.skipped, day)
        cursor.backfill = None
        yield Batch((), cursor.text())

    async def look(self, ids: Sequence[str], state: SourceState, now: datetime) -> AsyncIterator[Look]:
        """The API's entries of papers, IDS of them in one request; nothing while it is to be left alone."""
        if Cursor.read(state.cursor).api_rests(now):
            return
        for start in range(0, len(ids), IDS):
            part = tuple(ids[start : start + IDS])
            found = await self._entries([id for id in part if is_arxiv_id(id)], now)
            said = (replace(one, listed_at=None, replacement=True) for one in found if one.paper_id in part)
            yield Look(part, tuple(said))

    async def paper(self, id: str, state: SourceState, now: datetime) -> tuple[Statement, ...]:
        """The API's entry of a paper; nothing where there is none. Raises SourceError."""
        _refuse_rest(state, now)
        return await self._entries([id], now) if is_arxiv_id(id) else ()

    async def search(self, tree: Node, state: SourceState, now: datetime) -> tuple[Statement, ...]:
        """What the API finds for a query, best first. Raises SourceError."""
        _refuse_rest(state, now)
        query = for_arxiv(tree)
        if not query:
            return ()
        params: dict[str, str | int] = {"search_query": query, "sortBy": "relevance", "max_results": FOUND}
        answer = await self._client.get(SOURCE, self._api, params, self._gate)
        return parse_found(answer.body, now).statements

    async def _announced(self, cursor: Cursor, now: datetime) -> AsyncIterator[Batch]:
        known = cursor.feed == self._feed
        answer = await self._client.get(
            SOURCE,
            self._feed,
            {},
            self._gate,
            etag=cursor.etag if known else "",
            modified=cursor.modified if known else "",
        )
        skipped = 0
        if not answer.unchanged:
            feed = parse_feed(answer.body, now)
            skipped = feed.skipped
            if feed.items and feed.day:
                cursor.has_announced(feed.day, now.date())
            told = set(cursor.told)
            fresh = [item for item in feed.items if item.version not in told]
            cursor.told = [item.version for item in feed.items if item.version in told]
            for start in range(0, len(fresh), IDS):
                items = fresh[start : start + IDS]
                statements = await self._commented(items, cursor, now)
                cursor.told += [item.version for item in items]
                yield Batch(statements, cursor.text())
            cursor.feed, cursor.etag, cursor.modified = self._feed, answer.etag, answer.modified
        cursor.read_at = now
        yield Batch((), cursor.text(), skipped)

    async def _commented(self, items: Sequence[Item], cursor: Cursor, now: datetime) -> tuple[Statement, ...]:
        """The announcements with what only the API tells; those without it are noted as owed."""
        told = {item.statement.paper_id: item.statement for item in items}
        details = {one.paper_id: one for one in await self._by_id(told, cursor, now)}
        cursor.owe(paper_id for paper_id in told if paper_id not in details)
        return tuple(_completed(one, details.get(id)) for id, one in told.items())

    async def _owed(self, ids: Sequence[str], cursor: Cursor, now: datetime) -> AsyncIterator[Batch]:
        """Comments that earlier polls could not get; what the API answers without is given up."""
        for start in range(0, len(ids), IDS):
            part = ids[start : start + IDS]
            details = await self._by_id(part, cursor, now)
            if cursor.api_rests(now):
                return
            cursor.owed = [id for id in cursor.owed if id not in part]
            yield Batch(tuple(replace(one, listed_at=None, replacement=True) for one in details), cursor.text())

    async def _by_id(self, ids: Iterable[str], cursor: Cursor, now: datetime) -> tuple[Statement, ...]:
        """What the API says of papers; nothing while it wants to be left alone."""
        if cursor.api_rests(now):
            return ()
        try:
            found = await self._entries(list(ids), now)
        except SourceError as error:
            pause = max(timedelta(seconds=error.retry_after), LEAVE_API_ALONE)
            level = logging.DEBUG if cursor.api_after else logging.WARNING
            log.log(level, "source=%s api_again_in=%.0fs comments wait: %s", SOURCE, pause.total_seconds(), error)
            cursor.api_after = now + pause
            return ()
        if cursor.api_after:
            log.info("source=%s the API is in order again, comments follow", SOURCE)
            cursor.api_after = None
        return found

    async def _entries(self, ids: Sequence[str], now: datetime) -> tuple[Statement, ...]:
        """The API's entries of papers; an id that it refuses costs the others nothing."""
        parts, refused = [ids] if ids else [], 0
        found: list[Statement] = []
        while parts:
            part = parts.pop()
            params: dict[str, str | int] = {"id_list": ",".join(part), "max_results": len(part)}
            try:
                answer = await self._client.get(SOURCE, self._api, params, self._gate)
                found += parse_found(answer.body, now).statements
            except SourceRefused as error:
                half = len(part) // 2
                refused += not half
                if error.status not in _BAD_QUERY or refused == min(MOST_REFUSED, len(ids)):
                    raise
                parts += [part[half:], part[:half]] if half else []
        return tuple(found)

    async def _of_day(self, window: Window, now: datetime) -> tuple[Found, Window | None]:
        """The page with which a window begins, and the window after it."""
        day = f"{window.day:%Y%m%d}"
        params: dict[str, str | int] = {
            "search_query": f"({self._query}) AND submittedDate:[{day}0000 TO {day}2359]",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": window.start,
            "max_results": PAGE,
        }
        answer = await self._client.get(SOURCE, self._api, params, self._gate)
        found = parse_found(answer.body, now)
        if not found.entries and window.start < found.total:
            raise SourceNonsense(SOURCE, f"left out the papers of {window.day} from number {window.start + 1} on")
        more = window.start + found.entries < found.total or found.entries >= PAGE
        return found, window.after(found.entries, more)


def _refuse_rest(state: SourceState, now: datetime) -> None:
    """Raise SourceUnreachable while the API is to be left alone."""
    if Cursor.read(state.cursor).api_rests(now):
        raise SourceUnreachable(SOURCE, "asked to be left alone for a while")


def _completed(announced: Statement, details: Statement | None) -> Statement:
    """An announcement with the API's details; its own texts stay, which may be of a newer version."""
    if not details:
        return announced
    return replace(
        details,
        title=announced.title,
        abstract=announced.abstract or details.abstract,
        listed_at=announced.listed_at,
        replacement=announced.replacement,
    )


def _in_category(category: str) -> str:
    """The condition of the API for a category; an archive such as cs stands for all its categories."""
    return f"cat:{category}" if "." in category else f"cat:{category} OR cat:{category}.*"
