"""What the archive lacks and somebody looks for: asked of the sources, kept for good, pushed to nobody."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import beyond
from bot.beyond import Ask, Beyond, Heard
from bot.ingest import ingest
from bot.query.parser import parse
from bot.sources.arxiv import Arxiv
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.source import Batch
from storage import sources
from storage.database import Database
from storage.records import SourceState, Statement
from tests.rounds import NOON, Rounds, hugging_face
from tests.servers.announcements import atom, entry
from tests.source_server import Asked, Reply, SourceServer, serving

OLD = {"id": "2501.00009", "title": "Sparse Routers", "summary": "We route.", "publishedAt": "2025-01-05T00:00:00.000Z"}


class Someone:
    """Somebody who asks; heard: what there was to tell, questions: the requests that the sources got."""

    def __init__(self, rounds: Rounds, huggingface: SourceServer, arxiv: SourceServer, client: Client) -> None:
        self.rounds, self.huggingface, self.arxiv = rounds, huggingface, arxiv
        self.beyond = Beyond(rounds.database, rounds.matcher, lambda: rounds.now, lambda: None)
        gate = Gate(time.monotonic, asyncio.sleep)
        feeds = Arxiv(client, api_url=arxiv.url, feed_url=arxiv.url, categories=["cs.CL"], gate=gate)
        self.beyond.sources = [hugging_face(client, huggingface.url), feeds]

    @property
    def questions(self) -> list[tuple[str, dict[str, str]]]:
        return [(asked.path, asked.query) for server in (self.huggingface, self.arxiv) for asked in server.asked]

    async def asks(self, ask: Ask, who: int = 1) -> list[Heard]:
        """All that is heard of a question."""
        heard: list[Heard] = []
        over = asyncio.Event()

        async def told(news: Heard) -> None:
            heard.append(news)
            if news.over:
                over.set()

        self.beyond.ask(who, ask, told)
        async with asyncio.timeout(5):
            await over.wait()
        return heard


def searching(query: str) -> Ask:
    return lambda source, state, now: source.search(parse(query), state, now)


def paper(id: str) -> Ask:
    return lambda source, state, now: source.paper(id, state, now)


def of_huggingface(asked: Asked) -> Reply:
    if asked.path == "/api/papers/search":
        return Reply(json.dumps([{"paper": OLD}, {"paper": {"title": "no id"}}]))
    return Reply(json.dumps(OLD)) if asked.path.endswith(OLD["id"]) else Reply('{"error": "no"}', 404)


def of_arxiv(asked: Asked) -> Reply:
    if "search_query" in asked.query:
        return Reply(atom(entry("2501.00009v2"), entry("2501.00010v1")))
    return Reply(atom(*[entry(id) for id in asked.query["id_list"].split(",") if id != "2501.99999"]))


@pytest.fixture
async def someone(database: Database) -> AsyncIterator[Someone]:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(serving(answer)) for answer in (of_huggingface, of_arxiv)]
        client = await stack.enter_async_context(Client("tests", now=lambda: datetime.now(UTC), timeout=2))
        asking = Someone(Rounds(database), servers[0], servers[1], client)
        yield asking
        await asking.beyond.close()


async def test_a_search_is_asked_of_both_and_kept_without_a_push(someone: Someone) -> None:
    rounds = someone.rounds
    await rounds.follow("routers")
    heard = await someone.asks(searching('"sparse routers" -survey code:yes'))
    assert someone.questions == [
        ("/api/papers/search", {"q": "sparse routers", "limit": "50"}),
        ("/api/query", {
            "search_query": '(all:"sparse routers" ANDNOT all:survey)', "sortBy": "relevance", "max_results": "50",
        }),
    ]  # fmt: skip
    assert sorted(id for news in heard for id in news.found) == ["2501.00009", "2501.00009", "2501.00010"]
    assert [(news.over, news.silent) for news in heard][-1] == (True, ())
    assert await rounds.queued() == []
    kept = await rounds.paper("2501.00009")
    assert kept is not None and kept.published == date(2025, 1, 5)
    # an old paper is no new one, whatever becomes known of it
    assert kept.listed_at == kept.first_seen == datetime(2025, 1, 5, tzinfo=UTC)


async def test_what_was_asked_for_is_news_when_a_source_tells_of_it(someone: Someone) -> None:
    rounds = someone.rounds
    await rounds.follow("routers")
    await someone.asks(paper("2501.00009"))
    listed = Statement("huggingface", "2501.00009", "Sparse Routers", listed_at=NOON, upvotes=7)
    batch = Batch((listed,), "{}")
    await rounds.database.write(
        ingest, batch, source="huggingface", is_news=lambda _: True, matcher=rounds.matcher, now=rounds.now
    )
    assert await rounds.ids() == ["2501.00009"]
    await someone.asks(paper("2501.00009"))  # told by itself now, it is asked of as the source's own
    again = await rounds.paper("2501.00009")
    assert again is not None and again.sources == ("asked:huggingface", "asked:arxiv", "huggingface")


async def test_who_knows_nothing_says_so(someone: Someone) -> None:
    assert (await someone.asks(paper("2501.99999")))[-1] == Heard((), True, ())
    assert await someone.rounds.stored() == []


async def test_a_source_in_trouble_is_silent_and_left_alone(someone: Someone, caplog: pytest.LogCaptureFixture) -> None:
    rounds = someone.rounds
    someone.huggingface.next = [Reply("down", 503)]
    heard = await someone.asks(paper("2501.00009"))
    assert heard[-1].over and heard[-1].silent == ("huggingface",)
    assert (await someone.asks(paper("2501.00009")))[-1].silent == ("huggingface",)
    assert len(someone.huggingface.asked) == 1
    rounds.now += beyond.REST
    someone.huggingface.next = [Reply("down", 503)]
    await someone.asks(paper("2501.00009"))
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
    rounds.now += beyond.REST
    assert (await someone.asks(paper("2501.00009")))[-1].silent == ()
    failing = SourceState("arxiv", failures=1)
    await rounds.database.write(sources.save, failing)
    asked = len(someone.arxiv.asked)
    assert (await someone.asks(paper("2501.00009")))[-1].silent == ("arxiv",)
    resting = json.dumps({"api_after": int((rounds.now + timedelta(minutes=9)).timestamp())})
    await rounds.database.write(sources.save, replace(failing, failures=0, cursor=resting))
    assert (await someone.asks(paper("2501.00009")))[-1].silent == ("arxiv",)
    assert len(someone.arxiv.asked) == asked


async def test_a_source_that_never_answers_is_given_up(someone: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beyond, "PATIENCE", 0.2)
    someone.arxiv.next = [Reply(silent=True)]
    heard = await someone.asks(paper("2501.00009"))
    assert [news.found for news in heard] == [("2501.00009",), ()]
    assert heard[-1] == Heard((), True, ("arxiv",))


async def test_the_questions_of_one_wait_for_each_other_and_too_many_are_refused(someone: Someone) -> None:
    order: list[str] = []
    first = asyncio.Event()

    def slow(name: str) -> Ask:
        async def ask(*_: object) -> tuple[Statement, ...]:
            order.append(name)
            await first.wait()
            return ()

        return ask

    waiting = [asyncio.create_task(someone.asks(slow(name))) for name in "abcde"]
    await asyncio.sleep(0)
    assert await someone.asks(slow("f")) == [Heard((), True, ("huggingface", "arxiv"))]
    other = asyncio.create_task(someone.asks(slow("other"), who=2))
    first.set()
    await asyncio.gather(other, *waiting)
    of_first = [name for name in order if name != "other"]
    assert of_first == sorted(of_first) and len(of_first) == 10
    assert (await someone.asks(paper("2501.99999")))[-1].silent == ()
