"""arXiv: what is announced, what the API adds, and what is caught up with after a pause."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import SourceError, SourceNonsense, SourceRefused, SourceUnreachable
from bot.sources.arxiv import Arxiv
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.source import Batch
from storage.records import SourceState, Statement
from tests.servers.announcements import atom, entry, item, rss
from tests.source_server import DROPPED, Asked, Reply, SourceServer, serving

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)  # a Friday
TODAY = NOW.date()


@dataclass
class Site:
    """arXiv's feed (items of today) and API (versions by day of submission)."""

    feed: list[str] = field(default_factory=list)
    feed_day: date | None = None
    days: dict[date, list[str]] = field(default_factory=dict)
    api_fault: Reply | None = None
    page: int = 2000
    now: datetime = NOW

    def __call__(self, asked: Asked) -> Reply:
        if asked.path != "/api/query":
            body = rss(*self.feed, day=self.feed_day)
            etag = f'"{hash(body)}"'
            return (
                Reply(status=304) if asked.headers.get("if-none-match") == etag else Reply(body, headers={"ETag": etag})
            )
        if self.api_fault:
            return self.api_fault
        if ids := asked.query.get("id_list"):
            known = {version[:10]: (version, day) for day, versions in self.days.items() for version in versions}
            return Reply(atom(*(self._entry(*known[id]) for id in ids.split(",") if id in known)))
        day = datetime.strptime(re.findall(r"\[(\d{8})0000 TO", asked.query["search_query"])[0], "%Y%m%d").date()
        start, versions = int(asked.query["start"]), self.days.get(day, [])
        return Reply(atom(*(self._entry(one, day) for one in versions[start : start + self.page]), total=len(versions)))

    def _entry(self, version: str, day: date) -> str:
        return entry(version, f"{day}T09:00:00Z")


class Reader:
    """The source, and its state as it would be stored after each batch."""

    def __init__(self, source: Arxiv, server: SourceServer, site: Site) -> None:
        self.source, self.server, self.site = source, server, site
        self.state = SourceState("arxiv")

    async def poll(self, now: datetime = NOW, most: int = 1000) -> list[Statement]:
        self.site.now = now
        return await self._take(self.source.poll(self.state, now), most)

    async def backfill(self, days: int, most: int = 1000) -> list[str]:
        return [one.paper_id for one in await self._take(self.source.backfill(self.state, days, NOW), most)]

    async def _take(self, batches: AsyncIterator[Batch], most: int) -> list[Statement]:
        found: list[Statement] = []
        async for batch in batches:
            found += batch.statements
            self.state = SourceState("arxiv", batch.cursor)
            most -= 1
            if not most:
                break
        return found

    def asked(self) -> list[str]:
        """What was asked for since the last look: feed, or the API's ids or day."""
        asked = [
            one.query.get("id_list") or "".join(re.findall(r"\[(\d{8})", one.query.get("search_query", ""))) or "feed"
            for one in self.server.asked
        ]
        self.server.asked.clear()
        return asked


@asynccontextmanager
async def reading(patience: float = 5) -> AsyncIterator[Reader]:
    site = Site()
    async with serving(site) as server, Client("x", now=lambda: site.now, timeout=patience) as client:
        source = Arxiv(
            client,
            api_url=server.url,
            feed_url=server.url,
            categories=("cs.LG", "stat.ML"),
            gate=Gate(lambda: 0, asyncio.sleep),
        )
        yield Reader(source, server, site)


# -------------------------------------------------------------------- polls


async def test_announcements_come_with_their_comments() -> None:
    async with reading() as reader:
        reader.site.feed = [item("2607.00001v1"), item("2606.00002v3", "replace")]
        reader.site.days = {date(2026, 7, 2): ["2607.00001v1"], date(2026, 6, 2): ["2606.00002v3"]}
        first, second = await reader.poll()
        assert reader.server.asked[0].path == "/rss/cs.LG+stat.ML"
        assert reader.asked() == ["feed", "2607.00001,2606.00002"]
    assert (first.comment, first.published, first.replacement) == ("Code: github.com/o/r", date(2026, 7, 2), False)
    assert first.listed_at == datetime(2026, 7, 3, 4, 0, tzinfo=UTC)
    assert (second.comment, second.replacement) == ("Code: github.com/o/r", True)


async def test_news_come_before_replacements() -> None:
    async with reading() as reader:
        reader.site.feed = [item(f"2606.{n:05}v2", "replace") for n in range(150)] + [item()]
        [first, *others] = await reader.poll()
        assert first.paper_id == "2607.00001"
        assert len(others) == 150


async def test_what_was_announced_is_told_once() -> None:
    async with reading() as reader:
        reader.site.feed = [item("2607.00001v1")]
        assert len(await reader.poll()) == 1
        assert await reader.poll(NOW + timedelta(hours=1)) == []
        reader.site.feed += [item("2607.00003v1")]
        assert [one.paper_id for one in await reader.poll(NOW + timedelta(hours=2))] == ["2607.00003"]
        reader.site.feed = [item("2607.00001v2", "replace")]
        assert [one.replacement for one in await reader.poll(NOW + timedelta(hours=3))] == [True]


async def test_an_empty_feed_is_fine() -> None:
    async with reading() as reader:
        assert await reader.poll() == []
        assert reader.asked() == ["feed"]


async def test_what_a_crash_left_of_a_feed_comes_with_the_next_poll() -> None:
    async with reading() as reader:
        reader.site.feed = [item(f"2607.{number:05}v1") for number in range(250)]
        first = await reader.poll(most=1)
        rest = await reader.poll()
    assert (len(first), len(rest), len({one.paper_id for one in first + rest})) == (100, 150, 250)


def _patience(reply: Reply) -> float:
    return 0.2 if reply.silent else 5


@pytest.mark.parametrize(
    "fault", [Reply(status=429, headers={"Retry-After": "7200"}), Reply("<html>"), Reply(silent=True)]
)
async def test_without_the_api_papers_come_all_the_same_and_comments_later(
    fault: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with reading(_patience(fault)) as reader:
        reader.site.feed = [item(f"2607.{number:05}v1") for number in range(250)]
        reader.site.days = {date(2026, 7, 2): [f"2607.{number:05}v1" for number in range(250)]}
        reader.site.api_fault = fault
        assert [one.comment for one in await reader.poll()] == [""] * 250
        assert len(reader.asked()) == 2
        assert len(caplog.records) == 1 and "comments wait" in caplog.text
        pause = timedelta(hours=2) if fault.status == 429 else timedelta(minutes=15)
        assert await reader.poll(NOW + pause - timedelta(seconds=2)) == []
        assert reader.asked() == ["feed"]
        if fault.status != 429:
            assert await reader.poll(NOW + pause + timedelta(seconds=1)) == []
            pause *= 2
        reader.site.api_fault = None
        late = await reader.poll(NOW + pause + timedelta(seconds=2))
        assert [one.comment for one in late] == ["Code: github.com/o/r"] * 250
        assert all(one.listed_at is None and one.replacement for one in late)
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"], "one line, and one at its end"
        reader.asked()
        await reader.poll(NOW + pause + timedelta(hours=1))
        assert reader.asked() == ["feed"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=503), SourceRefused),
        (Reply("<html>"), SourceNonsense),
        (Reply(b""), SourceNonsense),
        (Reply(silent=True), SourceUnreachable),
        (Reply(rss(item()), lost=5), SourceUnreachable),
    ],
)
async def test_a_feed_that_fails_comes_with_the_next_poll(reply: Reply, kind: type[SourceError]) -> None:
    async with reading(_patience(reply)) as reader:
        reader.site.feed = [item()]
        reader.server.next = [reply, DROPPED] if reply.lost else [reply]
        with pytest.raises(kind):
            await reader.poll()
        assert len(await reader.poll()) == 1


async def test_other_categories_are_another_feed() -> None:
    async with reading() as reader:
        reader.site.feed = [item()]
        await reader.poll()
        other = Arxiv(
            reader.source._client, api_url=reader.server.url, feed_url=reader.server.url, categories=("cs", "quant-ph"),
            gate=Gate(lambda: 0, asyncio.sleep),
        )  # fmt: skip
        reader.server.asked.clear()
        assert [batch async for batch in other.backfill(reader.state, 1, NOW)]
        query = reader.server.asked[0].query["search_query"]
        assert query.startswith("(cat:cs OR cat:cs.* OR cat:quant-ph OR cat:quant-ph.*) AND submittedDate:[2026070300")
        reader.server.asked.clear()
        assert [batch async for batch in other.poll(reader.state, NOW)]
        assert reader.server.asked[0].path == "/rss/cs+quant-ph"
        assert "if-none-match" not in reader.server.asked[0].headers


# -------------------------------------------------------------------- pauses and backfill


async def test_what_a_pause_missed_comes_from_the_api() -> None:
    async with reading() as reader:
        await reader.poll()
        reader.asked()
        reader.site.days = {TODAY + timedelta(days=ahead): [f"2607.000{ahead + 10}v1"] for ahead in range(-4, 4)}
        back = NOW + timedelta(days=3)
        reader.site.api_fault = Reply(status=503)
        with pytest.raises(SourceRefused):
            await reader.poll(back)
        reader.site.api_fault = None
        found: list[Statement] = []
        for _ in range(10):
            found += await reader.poll(back, most=2)
        assert [one.paper_id for one in found] == [f"2607.000{ahead + 10}" for ahead in range(3, -5, -1)]
        assert not any(one.replacement for one in found)
        reader.asked()
        assert await reader.poll(back + timedelta(hours=1)) == []
        assert reader.asked() == ["feed"]


async def test_a_weekend_without_announcements_is_no_pause() -> None:
    async with reading() as reader:
        for hours in range(0, 72, 6):
            await reader.poll(NOW + timedelta(hours=hours))
        assert set(reader.asked()) == {"feed"}


@pytest.mark.parametrize("between", ["empty", "stale"])
async def test_a_day_whose_feed_was_empty_or_stale_comes_from_the_api(between: str) -> None:
    thursday = TODAY - timedelta(days=1)
    async with reading() as reader:
        reader.site.feed, reader.site.feed_day = [item("2607.00001v1")], thursday
        await reader.poll(NOW - timedelta(hours=6))
        if between == "empty":
            reader.site.feed, reader.site.feed_day = [], TODAY
        for hours in range(0, 70, 6):  # from Friday over the weekend
            assert await reader.poll(NOW + timedelta(hours=hours)) == []
        assert not any(asked.startswith("2026") for asked in reader.asked())
        reader.site.feed, reader.site.feed_day = [item("2607.00003v1")], TODAY + timedelta(days=3)
        reader.site.days = {thursday: ["2607.00002v1"]}
        monday = await reader.poll(NOW + timedelta(days=3))
        assert [one.paper_id for one in monday] == ["2607.00003", "2607.00002"]
        assert not any(one.replacement for one in monday)
        reader.asked()
        reader.site.feed, reader.site.feed_day = [item("2607.00004v1")], TODAY + timedelta(days=4)
        assert len(await reader.poll(NOW + timedelta(days=3, hours=18))) == 1
        assert not any(asked.startswith("2026") for asked in reader.asked())


async def test_a_feed_of_a_day_to_come_is_no_sign_of_one_that_was_missed() -> None:
    async with reading() as reader:
        for day in (TODAY - timedelta(days=1), date(2099, 1, 5), TODAY):
            reader.site.feed, reader.site.feed_day = [item(f"2607.{day.year}1v1")], day
            await reader.poll()
        assert not any(asked.startswith("2026") for asked in reader.asked())


async def test_a_second_pause_before_the_first_is_made_up_for() -> None:
    async with reading() as reader:
        await reader.poll()
        await reader.poll(NOW + timedelta(days=2), most=2)
        reader.asked()
        await reader.poll(NOW + timedelta(days=4))
        assert reader.asked()[1:] == [f"{TODAY + timedelta(days=ahead):%Y%m%d}" for ahead in range(4, -5, -1)]


async def test_a_backfill_goes_back_page_by_page_and_on_where_it_stopped() -> None:
    async with reading() as reader:
        reader.site.page = 2
        reader.site.days = {
            TODAY - timedelta(days=back): [f"2607.{back}000{number}v1" for number in range(3)] for back in range(4)
        }
        first = await reader.backfill(2, most=3)
        assert first == ["2607.00000", "2607.00001", "2607.00002", "2607.10000", "2607.10001"]
        assert await reader.backfill(2) == ["2607.10002", "2607.20000", "2607.20001", "2607.20002"]
        assert await reader.backfill(0) == []
        assert len(await reader.backfill(3)) == 12


async def test_a_page_that_is_missing_is_not_passed_over() -> None:
    async with reading() as reader:
        reader.site.days = {TODAY: ["2607.00001v1"]}
        reader.server.next = [Reply(atom(total=3))]
        with pytest.raises(SourceNonsense, match="left out the papers of 2026-07-03 from number 1 on"):
            await reader.backfill(1)
        assert await reader.backfill(1) == ["2607.00001"]


async def test_without_a_total_a_full_page_has_another_after_it() -> None:
    async with reading() as reader:
        reader.server.next = [Reply(atom(*(entry(f"2607.{number:05}v1") for number in range(500)), total="many"))]
        reader.site.days = {TODAY: [f"2607.{number:05}v1" for number in range(501)]}
        assert len(await reader.backfill(1)) == 501


async def test_batches_tell_their_day() -> None:
    async with reading() as reader:
        batches = [batch.day async for batch in reader.source.backfill(reader.state, 2, NOW)]
    assert batches == [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=2), None]
