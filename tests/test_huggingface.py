"""Hugging Face's lists: which are read when, what is kept of a record, and what nothing can break."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError, SourceNonsense, SourceRefused, SourceUnreachable
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.huggingface import HuggingFace
from bot.sources.huggingface_records import parse
from bot.sources.source import Batch
from storage.records import SourceState, Statement
from tests.source_server import DROPPED, Asked, Reply, SourceServer, serving

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def entry(id: Any, title: Any = "Sparse Routers", **paper: Any) -> dict[str, Any]:
    return {"paper": {"id": id, "title": title, **paper}, "numComments": 2}


def read(*entries: Any, now: datetime = NOW) -> list[Statement]:
    return list(parse(json.dumps(entries).encode(), now.date(), now).statements)


class Lists:
    """The days' lists as the source has them; gives ETags."""

    def __init__(self) -> None:
        self.days: dict[date, list[Any]] = {}
        self.now = NOW

    def __call__(self, asked: Asked) -> Reply:
        when = date.fromisoformat(asked.query["date"])
        start, limit = int(asked.query["p"]) * 100, int(asked.query["limit"])
        body = json.dumps(self.days.get(when, [])[start : start + limit])
        etag = f'"{hash(body)}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304)
        return Reply(body, headers={"ETag": etag})


class Reader:
    """The source, and its state as it would be stored after each batch."""

    def __init__(self, source: HuggingFace, server: SourceServer, lists: Lists) -> None:
        self.source, self.server, self.lists = source, server, lists
        self.state = SourceState("huggingface")

    async def poll(self, now: datetime = NOW, most: int = 1000) -> list[str]:
        self.lists.now = now
        return await self._take(self.source.poll(self.state, now), most)

    async def backfill(self, days: int, now: datetime = NOW, most: int = 1000) -> list[str]:
        return await self._take(self.source.backfill(self.state, days, now), most)

    async def _take(self, batches: AsyncIterator[Batch], most: int) -> list[str]:
        """Ids from the first batches, as if the program ended after them."""
        ids: list[str] = []
        async for batch in batches:
            ids += [statement.paper_id for statement in batch.statements]
            self.state = SourceState("huggingface", batch.cursor)
            most -= 1
            if not most:
                break
        return ids

    def asked(self) -> list[int]:
        """How many days back the lists were that were asked for since the last look."""
        days = [(TODAY - date.fromisoformat(one.query["date"])).days for one in self.server.asked]
        self.server.asked.clear()
        return days


@asynccontextmanager
async def reading(patience: float = 5) -> AsyncIterator[Reader]:
    lists = Lists()
    async with serving(lists) as server, Client("x", now=lambda: lists.now, timeout=patience) as client:
        yield Reader(HuggingFace(client, server.url, Gate(lambda: 0, asyncio.sleep)), server, lists)


# -------------------------------------------------------------------- records


def test_all_that_a_record_says_is_kept() -> None:
    [statement] = read({
        "paper": {
            "id": "2607.01234", "title": " Sparse\n Routers ", "summary": "They\n route.", "upvotes": 7,
            "authors": [{"name": "Mira Okafor", "hidden": True}, {"name": "Jun Sato"}],
            "publishedAt": "2026-07-01T17:00:00.000Z", "submittedOnDailyAt": "2026-07-03T04:05:06.789Z",
            "githubRepo": "https://github.com/okafor/routers", "githubStars": 310, "projectPage": "https://okafor.dev/r",
            "ai_summary": "A router.", "ai_keywords": ["routing", "sparsity", "routing"],
            "linkedModels": [{"id": "okafor/router-7b"}, {"id": "../x"}], "linkedSpaces": [{"id": "okafor/demo"}],
            "linkedDatasets": [{"id": "okafor/histories"}],
            "organization": {"name": "okaforlab", "fullname": "Okafor Lab"},
        },
        "thumbnail": "https://cdn.example.org/t.png", "numComments": 2,
    })  # fmt: skip
    assert statement == Statement(
        source="huggingface",
        paper_id="2607.01234",
        title="Sparse Routers",
        abstract="They route.",
        authors=("Mira Okafor", "Jun Sato"),
        published=date(2026, 7, 1),
        listed_at=datetime(2026, 7, 3, 4, 5, 6, tzinfo=UTC),
        url="https://huggingface.co/papers/2607.01234",
        upvotes=7,
        comments=2,
        repository="https://github.com/okafor/routers",
        stars=310,
        project_page="https://okafor.dev/r",
        summary="A router.",
        keywords=("routing", "sparsity"),
        thumbnail="https://cdn.example.org/t.png",
        organisation="Okafor Lab",
        linked=tuple(
            f"https://huggingface.co/{place}"
            for place in ("okafor/router-7b", "datasets/okafor/histories", "spaces/okafor/demo")
        ),
    )


def test_a_single_paper_is_flat() -> None:
    [statement] = read({"id": "2607.01234v2", "title": "Sparse Routers", "upvotes": 7})
    assert (statement.paper_id, statement.upvotes, statement.comments) == ("2607.01234", 7, None)


@pytest.mark.parametrize(
    "field",
    ["summary", "authors", "publishedAt", "submittedOnDailyAt", "githubRepo", "githubStars", "projectPage", "upvotes",
     "ai_summary", "ai_keywords", "linkedModels", "linkedSpaces", "organization"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    [None, True, "7", -7, 10**30, 1.5, [], [None], [[]], ["x", 7], {}, {"name": 7}, "\ud800", "javascript:alert(1)"],
)
def test_a_field_of_a_wrong_type_is_unknown(field: str, value: Any) -> None:
    [good] = read(entry("2607.01234", upvotes=3) if field != "upvotes" else entry("2607.01234"))
    [statement] = read(entry("2607.01234", **{"upvotes": 3, field: value}))
    texts = {"summary": "abstract", "ai_summary": "summary"}
    if field == "ai_keywords" and value == ["x", 7]:
        assert statement.keywords == ("x",)
    elif field in texts and value in ("7", "javascript:alert(1)"):
        assert getattr(statement, texts[field]) == value
    else:
        assert statement == good


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "1e400", "9" * 5000, "0.5", '"12"', "true"])
def test_a_count_that_is_none(number: str) -> None:
    body = f'[{{"paper": {{"id": "2607.01234", "title": "T", "upvotes": {number}}}}}]'
    [statement] = parse(body.encode(), TODAY, NOW).statements
    assert statement.upvotes is None


@pytest.mark.parametrize(
    "bad",
    [None, 7, "x", [], {}, {"paper": None}, {"paper": {"title": "T"}}, {"paper": {"id": "2607.1"}}, entry(7), entry(""),
     entry("2607.00002", ""), entry("2607.00002", " \n "), entry("2607.00002", 7), entry("two words"),
     entry("x" * 101)],
)  # fmt: skip
def test_a_bad_record_costs_only_itself(bad: Any) -> None:
    listing = parse(json.dumps([entry("2607.00001"), bad, entry("2607.00003")]).encode(), TODAY, NOW)
    assert [statement.paper_id for statement in listing.statements] == ["2607.00001", "2607.00003"]
    assert (listing.entries, listing.skipped) == (3, 1)


def test_a_title_beside_the_paper_will_do() -> None:
    [statement] = read({"paper": {"id": "2607.00001"}, "title": "Beside"})
    assert statement.title == "Beside"


def test_a_paper_twice_in_a_list_is_one() -> None:
    assert [one.title for one in read(entry("2607.00001v1", "A"), entry("2607.00001v2", "B"))] == ["A"]


def test_hostile_text_is_text() -> None:
    [statement] = read(entry("odd/../id?", "<b>\u202eTitle\x00</b> & \ud83d\udca5\ud800", summary="x " * 100_000))
    assert statement.title == "<b>Title</b> & 💥"
    assert statement.url == "https://huggingface.co/papers/odd%2F..%2Fid%3F"
    assert len(statement.abstract) == 199_999


def test_a_time_to_come_is_not_believed() -> None:
    [statement] = read(entry("2607.00001", submittedOnDailyAt="2999-01-01T00:00:00Z"))
    assert statement.listed_at == datetime(2026, 7, 3, tzinfo=UTC)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("id", "title", "summary", "authors", "publishedAt", "submittedOnDailyAt", "upvotes", "githubRepo",
          "githubStars", "projectPage", "ai_keywords", "organization", "thumbnail", "linkedModels")  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values), max_size=3))
def test_no_record_breaks_a_page(papers: list[dict[str, Any]]) -> None:
    listing = parse(json.dumps([entry("2607.00001"), *({"paper": paper} for paper in papers)]).encode(), TODAY, NOW)
    assert listing.statements[0].paper_id == "2607.00001"
    assert listing.entries == len(papers) + 1
    for statement in listing.statements:
        repr(statement).encode("utf-8")
        assert statement.title and statement.paper_id and statement.listed_at


# -------------------------------------------------------------------- answers that are none


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an empty answer instead of JSON"),
        (b"  \n", "an empty answer instead of JSON"),
        (b"<!DOCTYPE html><html><body>Back soon</body></html>", "a web page instead of JSON"),
        (b'[{"paper": {"id": "2607.00001", "ti', "JSON that is cut off"),
        (b"\x00\xff\xfe not what you wanted", "something that is not JSON"),
        (b"[" * 100_000, "JSON that is cut off"),
        (b"[" + b"{}," * 6_000 + b"{}]", "an answer of 6001 parts, which is no real one"),
        (b"[" + b"{}," * 600_000 + b"{}]", "an answer of 1200002 parts, which is no real one"),
        (b'{"error": "no"}', "JSON that is no list of papers"),
        (b"null", "JSON that is no list of papers"),
    ],
)
async def test_an_answer_that_is_no_list(body: bytes, says: str) -> None:
    async with reading() as reader:
        reader.server.next = [Reply(body)]
        with pytest.raises(SourceNonsense, match=f"huggingface: gave {says}"):
            await reader.poll()


@pytest.mark.parametrize(
    ("replies", "kind", "pause"),
    [
        ([Reply(status=429, headers={"Retry-After": "90"})], SourceRefused, 90),
        ([Reply(status=429)], SourceRefused, 0),
        ([Reply(status=503)], SourceRefused, 0),
        ([Reply(silent=True)], SourceUnreachable, 0),
        ([DROPPED, DROPPED], SourceUnreachable, 0),
    ],
)
async def test_what_was_listed_during_a_failure_comes_after_it(
    replies: list[Reply], kind: type[SourceError], pause: float
) -> None:
    async with reading(0.2 if replies[0].silent else 5) as reader:
        await reader.backfill(3)
        reader.lists.days[TODAY] = [entry("2607.00001")]
        reader.server.next = replies
        with pytest.raises(kind) as caught:
            await reader.poll()
        assert caught.value.retry_after == pause
        assert await reader.poll(NOW + timedelta(seconds=pause)) == ["2607.00001"]


# -------------------------------------------------------------------- polls


async def test_today_is_read_at_every_poll_and_older_days_in_turn() -> None:
    async with reading() as reader:
        await reader.backfill(30)
        reader.asked()
        others = []
        for minutes in range(1, 15):
            await reader.poll(NOW + timedelta(minutes=minutes))
            today, other = reader.asked()
            assert today == 0
            others.append(other)
        assert sorted(others) == list(range(1, 15))


async def test_an_open_day_is_read_once_an_hour() -> None:
    async with reading() as reader:
        await reader.backfill(30)
        seen = dict.fromkeys(range(15), 0)
        for quarter in range(1, 48):
            reader.asked()
            await reader.poll(NOW + timedelta(minutes=15 * quarter))
            for back in reader.asked():
                seen[back] += 1
        assert seen.pop(0) == 47
        assert all(8 <= count <= 14 for back, count in seen.items()), seen


async def test_yesterday_counts_as_today_while_the_day_is_young() -> None:
    async with reading() as reader:
        await reader.backfill(2)
        for hour in (1, 2, 3):
            reader.asked()
            await reader.poll(datetime(2026, 7, 4, hour, tzinfo=UTC))
            assert reader.asked()[:2] == [-1, 0]


async def test_no_day_to_come_is_asked_for() -> None:
    async with reading() as reader:
        await reader.backfill(2, NOW + timedelta(days=2))
        reader.asked()
        await reader.poll()
        assert min(reader.asked()) == 0


async def test_what_did_not_change_is_not_told_again() -> None:
    async with reading() as reader:
        reader.lists.days = {day(back): [entry(f"2607.0000{back}")] for back in range(5)}
        await reader.backfill(4)
        for minutes in range(5):
            assert await reader.poll(NOW + timedelta(minutes=minutes)) == []
        reader.lists.days[day(3)].append(entry("2607.00009"))
        later = NOW + timedelta(hours=2)
        assert set(await reader.poll(later)) == {"2607.00003", "2607.00009"}


@pytest.mark.parametrize("days", [0, 3])
async def test_of_lists_before_the_archive_only_what_joins_them_later_is_told(days: int) -> None:
    old = [f"2606.{number:05}" for number in range(150)]
    async with reading() as reader:
        reader.lists.days = {day(back): [entry(id) for id in old] for back in range(days + 1, 17)}
        reader.lists.days[TODAY] = [entry("2607.00001")]
        assert await reader.backfill(days) == ["2607.00001"] * bool(days)
        first = [id for _ in range(15) for id in await reader.poll(most=3)]  # killed in the midst of each list
        assert first == ["2607.00001"] * (not days)
        later = NOW + timedelta(hours=2)
        assert await reader.poll(later) == []
        for back in (14, 15):
            reader.lists.days[day(back)].insert(0, entry(f"2606.{back}999"))
        reader.lists.days[day(10)][20] = entry(old[20], upvotes=99)
        assert await reader.poll(later + timedelta(hours=2)) == ["2606.14999"]
        assert await reader.poll(later + timedelta(hours=4)) == []


@pytest.mark.parametrize("pause", [1, 3, 20, 301])
async def test_after_a_pause_nothing_is_missing(pause: int) -> None:
    """Days listed meanwhile, and what joined the days that were still open when the pause began."""
    async with reading() as reader:
        await reader.backfill(30)
        await reader.poll()
        end = NOW + timedelta(days=pause)
        listed = {day(-ahead): [entry(f"2608.{ahead + 100:05}")] for ahead in range(-14, pause + 1)}
        reader.lists.days = dict(listed)
        expected = sorted(one["paper"]["id"] for entries in listed.values() for one in entries)
        found: list[str] = []
        for _ in range(len(listed)):  # killed after every batch
            found += await reader.poll(end, most=1)
        assert sorted(found) == expected
        reader.asked()
        await reader.poll(end + timedelta(hours=2))
        assert len(reader.asked()) == 15
        assert await reader.poll(end + timedelta(hours=4)) == []


async def test_one_broken_list_does_not_hide_the_others() -> None:
    async with reading() as reader:
        await reader.backfill(4)
        reader.lists.days = {day(back): [entry(f"2607.0000{back}")] for back in range(5)}
        whole = reader.server.answer
        reader.server.answer = lambda asked: (
            Reply("<html>") if asked.query["date"] == day(2).isoformat() else whole(asked)
        )
        found: list[str] = []
        with pytest.raises(SourceNonsense):
            async for batch in reader.source.poll(reader.state, NOW + timedelta(hours=2)):
                found += [statement.paper_id for statement in batch.statements]
        assert sorted(found) == ["2607.00000", "2607.00001", "2607.00003", "2607.00004"]


# -------------------------------------------------------------------- pages and backfill


async def test_long_lists_come_page_by_page() -> None:
    ids = [f"2607.{number:05}" for number in range(250)]
    async with reading() as reader:
        reader.lists.days[TODAY] = [entry(id) for id in ids]
        assert await reader.poll() == ids
        assert reader.asked().count(0) == 3
        reader.lists.days[TODAY][249] = entry("2607.99999")
        assert await reader.poll() == [*ids[200:249], "2607.99999"]


async def test_a_page_lost_in_a_crash_comes_with_the_next_poll() -> None:
    ids = [f"2607.{number:05}" for number in range(250)]
    async with reading() as reader:
        reader.lists.days[TODAY] = [entry(id) for id in ids]
        assert await reader.poll(most=1) == ids[:100]
        assert await reader.poll() == ids[100:]


async def test_a_backfill_goes_back_day_by_day_and_on_where_it_stopped() -> None:
    async with reading() as reader:
        reader.lists.days = {day(back): [entry(f"2607.{back:05}")] for back in range(10)}
        assert await reader.backfill(7, most=3) == ["2607.00000", "2607.00001", "2607.00002"]
        assert await reader.backfill(7) == [f"2607.{back:05}" for back in range(3, 8)]
        reader.asked()
        assert await reader.backfill(0) == []
        assert reader.asked() == []
        assert len(await reader.backfill(9)) == 10


async def test_batches_tell_their_day_and_what_was_skipped() -> None:
    async with reading() as reader:
        reader.lists.days[day(1)] = [entry("2607.00001"), 7, None]
        batches = [batch async for batch in reader.source.backfill(reader.state, 1, NOW)]
    assert [(batch.day, batch.skipped) for batch in batches] == [(day(0), 0), (day(1), 2), (None, 0)]


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "null", '{"days": {"x": []}}', '{"days": 7}', '{"backfill": 7}'])
async def test_a_damaged_cursor_is_an_empty_one(cursor: str) -> None:
    async with reading() as reader:
        reader.lists.days[TODAY] = [entry("2607.00001")]
        reader.state = SourceState("huggingface", cursor)
        assert await reader.poll() == ["2607.00001"]
