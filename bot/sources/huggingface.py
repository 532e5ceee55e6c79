"""Hugging Face's daily papers: a list for every day, which grows for two weeks and gathers votes for longer."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import count
from urllib.parse import quote

from bot.errors import SourceError, SourceNonsense, SourceRefused
from bot.query.asking import for_hugging_face
from bot.query.tree import Node
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.huggingface_records import SOURCE, parse, parse_found, parse_paper
from bot.sources.source import Batch, Look
from storage.records import SourceState, Statement

log = logging.getLogger(__name__)

PAGE = 100
"""Papers asked for at once, which is the most that Hugging Face gives."""

MOST_PAGES = 20

FOUND = 50
"""Papers that a search asks for, of 120 at most."""

REQUESTS, PER_SECONDS = 500, 300
"""https://huggingface.co/docs/hub/rate-limits: calls of the API from an address that shows no token."""

OPEN_DAYS = 14
"""Days after its own for which a list may still grow."""

REVISIT = timedelta(hours=1)
YOUNG_DAY = 6
"""Hours of a new day (UTC) in which yesterday's list is read as often as today's."""

_NO_PAGE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.BAD_REQUEST)


class HuggingFace:
    """Reads the lists at `url` (https://huggingface.co); gate: one made for REQUESTS in PER_SECONDS."""

    def __init__(self, client: Client, url: str, gate: Gate) -> None:
        self._client, self._url, self._gate = client, url, gate

    @property
    def name(self) -> str:
        """As in Statement.source and SourceState.name."""
        return SOURCE

    async def poll(self, state: SourceState, now: datetime) -> AsyncIterator[Batch]:
        """Today's list, then those of the open days that were last read an hour ago, one of them at the least.

        After a pause these are all lists that were open when it began and all that began since. Of open lists that no
        backfill took, only what joins them later counts. One list that cannot be read does not hide the others, and is
        raised last.
        """
        cursor = Cursor.read(state.cursor)
        stored, trouble = cursor.text(), None
        for day in cursor.due(now):
            try:
                async for page in self._pages(day, cursor, now):
                    stored = cursor.text()
                    yield Batch(page.statements, stored, page.skipped, day)
            except SourceError as error:
                if trouble or error.retry_after or day == now.date():
                    raise
                trouble = error
        if cursor.text() != stored:
            yield Batch((), cursor.text())
        if trouble:
            raise trouble

    async def backfill(self, state: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        """The lists of today and of `days` days before it (of none where that is 0)."""
        cursor = Cursor.read(state.cursor)
        today = now.date()
        day = min(cursor.backfill or today, today)
        while days and day >= today - timedelta(days=days):
            cursor.days.pop(day, None)
            following = day - timedelta(days=1)
            async for page in self._pages(day, cursor, now):
                cursor.backfill = following if page.last else day
                yield Batch(page.statements, cursor.text(), page.skipped, day)
            day = following
        cursor.backfill = None
        yield Batch((), cursor.text())

    async def look(self, ids: Sequence[str], _: SourceState, now: datetime) -> AsyncIterator[Look]:
        """Each paper's own record, one after the other; there is none of a paper without a page.

        A record that cannot be read counts as asked about where the next one can, so that it keeps no others waiting;
        where that cannot either, it is no fault of the record's.
        """
        unread: tuple[str, SourceError] | None = None
        for id in ids:
            try:
                said = await self._record(id, now)
            except (SourceNonsense, SourceRefused) as error:
                if unread or error.retry_after:
                    raise
                unread = id, error
                continue
            if unread:
                log.warning("paper=%s cannot be looked at again: %s", *unread)
                yield Look((unread[0],))
                unread = None
            yield Look((id,), said)
        if unread:
            raise unread[1]

    async def paper(self, id: str, _: SourceState, now: datetime) -> tuple[Statement, ...]:
        """The paper's record; nothing where it has no page. Raises SourceError."""
        body = await self._page_of(id)
        return () if body is None else tuple(one for one in parse_found(body, now) if one.paper_id == id)

    async def search(self, tree: Node, _: SourceState, now: datetime) -> tuple[Statement, ...]:
        """What its own search finds for a query, best first. Raises SourceError."""
        words = for_hugging_face(tree)
        if not words:
            return ()
        params: dict[str, str | int] = {"q": words, "limit": FOUND}
        answer = await self._client.get(self.name, f"{self._url}/api/papers/search", params, self._gate)
        return parse_found(answer.body, now)

    async def _record(self, id: str, now: datetime) -> tuple[Statement, ...]:
        body = await self._page_of(id)
        said = () if body is None else (parse_paper(body, now),)
        return tuple(one for one in said if one.paper_id == id)

    async def _page_of(self, id: str) -> bytes | None:
        """The answer about a paper; None where it has no page."""
        try:
            answer = await self._client.get(self.name, f"{self._url}/api/papers/{quote(id, safe='')}", {}, self._gate)
        except SourceRefused as error:
            if error.status in _NO_PAGE:
                return None
            raise
        return answer.body

    async def _pages(self, day: date, cursor: Cursor, now: datetime) -> AsyncIterator[_Page]:
        """The pages of a day's list that changed since they were read, each given with the cursor after it."""
        for number in count():
            answer = await self._client.get(
                self.name,
                f"{self._url}/api/daily_papers",
                {"date": day.isoformat(), "p": number, "limit": PAGE},
                self._gate,
                etag=cursor.etag(day, number),
            )
            if answer.unchanged:
                last = not cursor.has(day, number + 1)
                cursor.note(day, number, cursor.etag(day, number), now, last=last)
            else:
                listing = parse(answer.body, day, now)
                last = number + 1 == MOST_PAGES or not (answer.more or listing.entries >= PAGE)
                statements = cursor.counting(day, listing.statements)
                cursor.note(day, number, answer.etag, now, last=last)
                yield _Page(statements, listing.skipped, last)
            if last:
                return


@dataclass(frozen=True, slots=True)
class _Page:
    statements: tuple[Statement, ...]
    skipped: int
    last: bool


@dataclass(slots=True)
class _List:
    """How a day's list was read: when to its end (seconds; 0 for never), and each page's ETag ('' for unread).

    passed: what it had before this archive began to follow it; None where all of it is in the archive.
    """

    read_at: int = 0
    etags: list[str] = field(default_factory=list)
    passed: list[str] | None = None


@dataclass(slots=True)
class Cursor:
    """The lists that are to be read again, and the day with which an interrupted backfill goes on."""

    days: dict[date, _List] = field(default_factory=dict)
    backfill: date | None = None

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor of its JSON; an empty one of anything else."""
        try:
            stored = json.loads(text)
            days = {date.fromisoformat(day): _List(*said) for day, said in stored.get("days", {}).items()}
            return cls(days, date.fromisoformat(stored["backfill"]) if stored.get("backfill") else None)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def text(self) -> str:
        """As JSON."""
        days = {day.isoformat(): [one.read_at, one.etags, one.passed] for day, one in sorted(self.days.items())}
        return json.dumps({"days": days, "backfill": self.backfill.isoformat() if self.backfill else None})

    def due(self, now: datetime) -> list[date]:
        """The days to read now, today first; from here on these are among all since the newest known, and all open."""
        today = now.date()
        newest = max(self.days, default=today)
        since = max((today - newest).days, 0)
        for back in range(max(since, OPEN_DAYS) + 1):
            self.days.setdefault(today - timedelta(days=back), _List(passed=None if back <= since else []))
        always = [today, today - timedelta(days=1)] if now.hour < YOUNG_DAY else [today]
        rest = [day for day in self.days if day <= today and day not in always]
        rest.sort(key=lambda day: (self.days[day].read_at, -day.toordinal()))
        old = [day for day in rest if self.days[day].read_at <= (now - REVISIT).timestamp()]
        return [day for day in always if day in self.days] + (old or rest[:1])

    def counting(self, day: date, said: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """What a page has that was not passed over; a first reading of what no backfill took passes all over."""
        known = self.days.get(day)
        if known is None or known.passed is None:
            return said
        if not known.read_at:
            known.passed = sorted({*known.passed, *(one.paper_id for one in said)})
        return tuple(one for one in said if one.paper_id not in known.passed)

    def etag(self, day: date, page: int) -> str:
        """The ETag that a page had when it was read; '' for none."""
        return self.days[day].etags[page] if self.has(day, page) else ""

    def has(self, day: date, page: int) -> bool:
        """Whether a day's list was seen to have a page."""
        return day in self.days and page < len(self.days[day].etags)

    def note(self, day: date, page: int, etag: str, now: datetime, *, last: bool) -> None:
        """A page was read. After the last one its day is done, for good where the list can grow no more."""
        known = self.days.setdefault(day, _List())
        known.etags[page:] = [etag] if last else [etag, *(known.etags[page + 1 :] or [""])]
        if not last:
            return
        known.read_at = int(now.astimezone(UTC).timestamp())
        if (now.date() - day).days > OPEN_DAYS:
            del self.days[day]
