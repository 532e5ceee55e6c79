"""Requests to sources: who asks, how often, what is made of every kind of answer."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SourceError, SourceNonsense, SourceRefused, SourceUnreachable
from bot.sources.client import LARGEST_ANSWER, Answer, Client, retry_after
from bot.sources.gate import Gate
from tests.source_server import DROPPED, Reply, SourceServer, serving

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)


class Time:
    """A clock that moves when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@asynccontextmanager
async def asking(patience: float = 5) -> AsyncIterator[tuple[SourceServer, Client]]:
    async with (
        serving(lambda _: Reply("good")) as server,
        Client("https://bot.example.org", now=lambda: NOW, timeout=patience) as client,
    ):
        yield server, client


def gate(time: Time | None = None, **options: float) -> Gate:
    time = time or Time()
    return Gate(time, time.sleep, interval=options.get("interval", 0), limit=int(options.get("limit", 0)))


async def get(client: Client, server: SourceServer, **validators: str) -> Answer:
    return await client.get("arxiv", f"{server.url}/feed", {}, gate(), **validators)


async def failure(reply: Reply, patience: float = 5) -> SourceError:
    """What becomes of a source that answers so, always."""
    async with asking(patience) as (server, client):
        server.next = [reply] * 10
        with pytest.raises(SourceError) as caught:
            await get(client, server)
        return caught.value


async def test_a_request_says_who_asks_and_what_for() -> None:
    async with asking() as (server, client):
        answer = await client.get("arxiv", f"{server.url}/query", {"ids": "a b+c", "n": 3}, gate())
    [asked] = server.asked
    assert answer.body == b"good"
    assert (asked.path, asked.query) == ("/query", {"ids": "a b+c", "n": "3"})
    assert asked.headers["user-agent"].startswith("paperwire/")
    assert asked.headers["user-agent"].endswith(" (+https://bot.example.org)")


async def test_what_did_not_change_is_not_sent_again() -> None:
    async with asking() as (server, client):
        server.next = [Reply("one", headers={"ETag": '"1"', "Last-Modified": "Fri, 03 Jul 2026 00:00:00 GMT"})]
        first = await get(client, server)
        server.next = [Reply(status=304, headers={"ETag": '"1"'})]
        second = await get(client, server, etag=first.etag, modified=first.modified)
    assert second.unchanged and not first.unchanged
    assert "if-none-match" not in server.asked[0].headers
    assert server.asked[1].headers["if-none-match"] == '"1"'
    assert server.asked[1].headers["if-modified-since"] == "Fri, 03 Jul 2026 00:00:00 GMT"


async def test_nothing_can_be_unchanged_that_nobody_has() -> None:
    assert str(await failure(Reply(status=304))) == "arxiv: answered 304 Some Reason"


async def test_a_strange_date_of_an_answer_is_nothing() -> None:
    async with asking() as (server, client):
        server.next = [Reply("good", headers={"Date": f"Fri, 03 Jul {'9' * 20} 12:00:00 GMT"})]
        assert (await get(client, server)).body == b"good"
        assert client.ahead is None


async def test_a_further_page_is_seen() -> None:
    async with asking() as (server, client):
        server.next = [Reply("[]", headers={"Link": '<http://localhost/?p=1>; rel="next"'})]
        assert (await get(client, server)).more
        assert not (await get(client, server)).more


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("Fri, 03 Jul 2026 12:01:30 GMT", 90), ("Fri, 03 Jul 2026 11:00:00 GMT", 0), ("", 0), ("soon", 0),
     ("-3", 0), ("9" * 400, 7 * 86400), ("Fri, 03 Jul 2026 12:01:30", 0),
     (f"Fri, 03 Jul {'9' * 20} 12:00:00 GMT", 0)],
)  # fmt: skip
def test_how_long_a_source_wants_to_be_left_alone(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds


async def test_a_refusal_names_status_and_pause() -> None:
    error = await failure(Reply("{}", 429, {"Retry-After": "30"}))
    assert isinstance(error, SourceRefused)
    assert error.retry_after == 30
    assert str(error) == "arxiv: answered 429 Some Reason and asked to wait 30 s"
    assert (await failure(Reply("{}", 429))).retry_after == 0
    assert (await failure(Reply("{}", 429, {"Retry-After": "2", "RateLimit": '"api";r=0;t=42'}))).retry_after == 42
    assert (await failure(Reply("{}", 503, {"RateLimit": '"api";r=0;t=42'}))).retry_after == 0
    assert str(await failure(Reply("{}", 503))) == "arxiv: answered 503 Some Reason"


async def test_nobody_asks_a_service_that_told_another_asker_to_wait() -> None:
    async with asking() as (server, client):
        server.next = [Reply("{}", 429, {"Retry-After": "30"})]
        for says in ("answered 429 Some Reason and asked to wait 30 s", "asked to wait 30 s more"):
            with pytest.raises(SourceRefused, match=says):
                await get(client, server)
        await client.get("arxiv", f"{server.url}/api/query", {}, gate())
    assert [asked.path for asked in server.asked] == ["/feed", "/api/query"]


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=429, headers={"Retry-After": "30"})])
async def test_a_refusal_by_a_clock_that_was_ahead_is_none_once_it_is_set_back(reply: Reply) -> None:
    moments = [NOW + timedelta(days=150)]
    async with serving(lambda _: Reply("good")) as server, Client("x", now=lambda: moments[-1], timeout=5) as client:
        server.next = [reply]
        with pytest.raises(SourceRefused):
            await get(client, server)
        moments.append(NOW)
        assert (await get(client, server)).body == b"good"


async def test_silence_ends() -> None:
    error = await failure(Reply(silent=True), patience=0.05)
    assert isinstance(error, SourceUnreachable)
    assert "gave no answer within 0.05 s" in str(error)


async def test_an_answer_that_never_ends_ends() -> None:
    assert isinstance(await failure(Reply(endless=0.01), patience=0.05), SourceUnreachable)


async def test_a_dropped_connection_is_tried_once_more() -> None:
    async with asking() as (server, client):
        server.next = [DROPPED]
        assert (await get(client, server)).body == b"good"
        server.next = [DROPPED, DROPPED]
        with pytest.raises(SourceUnreachable, match="dropped the connection"):
            await get(client, server)
    assert len(server.asked) == 4


async def test_nobody_there() -> None:
    async with asking() as (server, client):
        pass
    async with Client("x", now=lambda: NOW) as client:
        with pytest.raises(SourceUnreachable, match="cannot be reached"):
            await get(client, server)


@pytest.mark.parametrize("packed", [False, True])
async def test_an_endless_answer_does_not_fill_the_memory(packed: bool) -> None:
    body = bytes(LARGEST_ANSWER + 1)
    reply = Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"}) if packed else Reply(body)
    error = await failure(reply)
    assert isinstance(error, SourceNonsense)
    assert "more than 32 MB" in str(error)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br", "klingon"])
async def test_what_cannot_be_unpacked(encoding: str) -> None:
    error = await failure(Reply(b"garbage", headers={"Content-Encoding": encoding}))
    assert isinstance(error, SourceNonsense)
    assert "cannot be unpacked" in str(error)


async def test_redirects_stay_on_the_site() -> None:
    async with asking() as (server, client):
        server.next = [Reply(status=302, headers={"Location": "/elsewhere?a=1"})]
        assert (await get(client, server, etag='"1"')).body == b"good"
        assert server.asked[-1].path == "/elsewhere" and server.asked[-1].query == {"a": "1"}
        assert server.asked[-1].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    "location", ["http://localhost:1/", "http://169.254.169.254/latest", "file:///etc/passwd", "https://", "http://[x"]
)
async def test_redirects_elsewhere_are_not_followed(location: str) -> None:
    assert isinstance(await failure(Reply(status=301, headers={"Location": location})), SourceNonsense)


async def test_redirects_in_circles_end() -> None:
    assert "in circles" in str(await failure(Reply(status=307, headers={"Location": "/feed"})))


async def test_requests_go_one_at_a_time_with_an_interval_after_each_and_before_the_first() -> None:
    time = Time()
    shared = gate(time, interval=3)
    inside = 0

    async def one(takes: float) -> float:
        nonlocal inside
        async with shared.passage():
            began, inside = time.now, inside + 1
            assert inside == 1
            await time.sleep(takes)  # of the clock above, which nobody waits for
            inside -= 1
        return began

    began = await asyncio.gather(*(one(takes) for takes in (2, 0, 10, 1)))
    assert began == [1003, 1008, 1011, 1024]


async def test_a_failed_request_counts_for_the_interval() -> None:
    time = Time()
    async with asking() as (server, client):
        server.next = [DROPPED]
        await client.get("arxiv", server.url, {}, gate(time, interval=3))
    assert time.slept == [3, 3]


async def test_no_more_requests_than_the_host_allows() -> None:
    time = Time()
    limited = gate(time, limit=3)
    for _ in range(3):
        async with limited.passage():
            time.now += 10
    assert time.slept == []
    async with limited.passage():
        assert time.now == 1300


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ('"api";r=0;t=42', [42]),
        ('"api";r=1;t=42', [42]),
        ('"api";r=7;t=42', []),
        ('"pages";r=0;t=42', []),
        ('"api";r=0;t=99999', [300]),
        (f'"api";r={"9" * 5000};t=42', []),
        ("x", []),
    ],
)
async def test_a_used_up_allowance_is_waited_for(header: str, waits: list[float]) -> None:
    time = Time()
    shared = gate(time)
    async with asking() as (server, client):
        server.next = [Reply("[]", headers={"RateLimit": header})]
        for _ in range(2):
            await client.get("huggingface", server.url, {}, shared)
    assert time.slept == waits
