"""Papers without code are looked at again: when, where, how often; what comes of it; and what trouble costs."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

import pytest

from bot.looking import EVERY, MOST, Looking
from bot.sources.arxiv import Arxiv
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.source import Askable
from storage import chats, looks, papers, wishes
from storage.database import Database
from storage.records import CodeLink, Mode, Origin
from tests.factories import paper, statement
from tests.rounds import DAY, NOON, Rounds, Told, hugging_face
from tests.source_server import Asked, Reply, SourceServer, serving

HOUR = timedelta(hours=1)
REPOSITORY = "https://github.com/okafor-lab/routers"


REFUSAL = Reply(
    """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>
    <summary>incorrect id format</summary></entry></feed>"""
)


class Pages:
    """Both sources' answers about single papers: records by id, or replies that are no records; comments by id.

    refused: ids with which arXiv's API answers no question.
    """

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.records: dict[str, dict[str, Any] | Reply] = {}
        self.comments: dict[str, str] = {}

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/api/query":
            ids = asked.query["id_list"].split(",")
            if self.refused.intersection(ids):
                return REFUSAL
            entries = "".join(_entry(id, self.comments[id]) for id in ids if id in self.comments)
            return Reply(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>')
        id = asked.path.removeprefix("/api/papers/")
        found = self.records.get(id, Reply('{"error": "Paper not found"}', 404))
        return found if isinstance(found, Reply) else Reply(json.dumps({"id": id, "title": f"Paper {id}"} | found))


def _entry(id: str, comment: str) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{id}v2</id><title>Paper {id}</title><summary>Text.</summary>"
        f"<published>2026-07-02T10:00:00Z</published><author><name>Mira Okafor</name></author>"
        f'<comment xmlns="http://arxiv.org/schemas/atom">{escape(comment)}</comment></entry>'
    )


class Again(Rounds):
    """Looks at the pages of a server."""

    def attach(self, server: SourceServer, pages: Pages, client: Client) -> None:
        self.server, self.pages = server, pages
        self.looking = Looking(self.database, self.matcher, lambda: self.now, self._wake)
        self.hugging_face = hugging_face(client, server.url)
        gate = Gate(time.monotonic, asyncio.sleep, interval=0.02)
        self.arxiv = Arxiv(client, api_url=server.url, feed_url=server.url, categories=["cs.LG"], gate=gate)

    async def look(self, source: Askable | None = None) -> list[str]:
        """One round; gives the ids that were asked about."""
        self.server.asked.clear()
        self.next = await self.looking.round(source or self.hugging_face) - self.now
        asked = self.server.asked
        return [id for one in asked for id in one.query.get("id_list", one.path.rpartition("/")[2]).split(",")]

    async def keep(self, id: str = "2607.00001", **given: Any) -> None:
        """Store a paper that is first seen now and told by Hugging Face alone, if no other source is given."""
        seen = {"title": f"Paper {id}", "listed_at": self.now, "first_seen": self.now, "polled_at": self.now} | given
        kept = paper(id, **seen)
        told = [statement(id, source, title=kept.title, listed_at=kept.listed_at) for source in kept.sources]
        await self.database.write(papers.save, kept, told, self.now)


@pytest.fixture
async def again(database: Database) -> AsyncIterator[Again]:
    rounds, pages = Again(database), Pages()
    async with serving(pages) as server, Client("https://example.org", now=lambda: rounds.now, timeout=5) as client:
        rounds.attach(server, pages, client)
        yield rounds


async def test_a_paper_is_looked_at_after_1_3_7_and_14_days(again: Again) -> None:
    """Once each, by each source; what is not there is no trouble."""
    await again.keep()
    looked: dict[str, list[float]] = {"huggingface": [], "arxiv": []}
    for hours in range(0, 24 * 40, 6):
        again.now = NOON + hours * HOUR
        for source in (again.hugging_face, again.arxiv):
            looked[source.name] += [hours / 24 for _ in await again.look(source)]
            assert again.next == EVERY
    assert looked == {"huggingface": [1, 3, 7, 14], "arxiv": [1, 3, 7, 14]}


async def test_what_was_missed_is_made_up_for_once(again: Again) -> None:
    await again.keep()
    for days, expected in ((0.9, 0), (6, 1), (6.5, 0), (7, 1), (20, 1), (21, 0), (50, 0)):
        again.now = NOON + days * DAY
        assert len(await again.look()) == expected, days
    await again.keep("2607.00002", first_seen=again.now - 31 * DAY)
    assert await again.look() == []


async def test_only_papers_without_code_are_looked_at(again: Again) -> None:
    """A page about the paper is no code."""
    links = {
        "2607.00001": CodeLink(REPOSITORY, Origin.REPOSITORY),
        "2607.00002": CodeLink("https://okafor.example.org/routers", Origin.PROJECT),
        "2607.00003": CodeLink("https://huggingface.co/okafor/routers", Origin.MODEL),
        "2607.00004": CodeLink("https://okafor.github.io/routers/", Origin.ABSTRACT),
        "2607.00005": CodeLink("https://github.com/okafor/routers", Origin.ABSTRACT),
    }
    for id, link in links.items():
        await again.keep(id, code=(link,))
    again.now += DAY
    assert await again.look() == ["2607.00002", "2607.00004"]


async def test_what_is_found_becomes_known_and_reaches_who_follows_it(again: Again) -> None:
    await again.follow("code:yes")
    await again.follow("source:arxiv", 2)
    await again.keep("2607.00001")
    await again.keep("2607.00002")
    again.now += DAY
    again.pages.records["2607.00001"] = {"githubRepo": REPOSITORY, "githubStars": 12, "upvotes": 50}
    again.pages.comments["2607.00002"] = f"9 pages. Code: {REPOSITORY}-2"
    await again.look()
    await again.look(again.arxiv)
    first, second = await again.paper("2607.00001"), await again.paper("2607.00002")
    assert first and second
    assert first.code == (CodeLink(REPOSITORY, Origin.REPOSITORY, 12),) and first.upvotes == 50
    assert second.code == (CodeLink(f"{REPOSITORY}-2", Origin.COMMENT),)
    assert await again.ids(1) == ["2607.00001", "2607.00002"]
    assert await again.ids(2) == [], "a look is no listing"
    assert again.woken == 2
    again.now += 2 * DAY
    assert await again.look() == []


async def test_a_look_keeps_no_later_listing_from_being_news(again: Again) -> None:
    """A paper of the archive that has a page is on no list yet; when it is, it is pushed."""
    await again.follow("source:hf routers")
    await again.keep(sources=("arxiv",), polled_at=None)
    again.now += DAY
    again.pages.records["2607.00001"] = {"githubRepo": REPOSITORY, "upvotes": 1}
    assert await again.look() == ["2607.00001"]
    found = await again.paper("2607.00001")
    assert found and found.has_code and found.polled_at is None and found.listed_at == NOON
    assert await again.ids() == []
    listing = Told("huggingface")
    await again.has_archive()
    listing.news = (statement(listed_at=again.now),)
    await again.round(listing)
    assert await again.ids() == ["2607.00001"]


async def test_a_round_is_bounded_and_arxiv_asked_once(again: Again) -> None:
    """The rest comes in the next rounds; and no request is sooner after another than arXiv wants."""
    for number in range(1, MOST + 6):
        await again.keep(f"2607.{number:05}")
    await again.keep("a-paper-of-no-archive")
    again.now += DAY
    assert len(await again.look()) == MOST == len(again.server.asked)
    assert len(await again.look()) == 6
    assert len(await again.look(again.arxiv)) == MOST
    assert len(again.server.asked) == 1
    assert len(await again.look(again.arxiv)) == 5
    assert await again.look(again.arxiv) == []


async def test_looks_and_polls_of_arxiv_pass_one_gate(again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[float] = []
    answer = again.server.answer

    def timed(asked: Asked) -> Reply:
        begun.append(time.monotonic())
        return Reply("<rss><channel></channel></rss>") if asked.path.startswith("/rss") else answer(asked)

    monkeypatch.setattr(again.server, "answer", timed)
    await again.keep()
    await again.has_archive("arxiv")
    again.now += DAY
    await asyncio.gather(again.look(again.arxiv), again.round(again.arxiv))
    assert len(begun) == 2
    assert all(later - earlier >= 0.02 for earlier, later in pairwise(begun))


async def test_a_paper_that_somebody_waits_for_comes_first_and_every_week(again: Again) -> None:
    """However old it is, and at once where it was not looked at lately."""
    await again.keep("2601.00001", first_seen=NOON - 200 * DAY)
    await again.keep("2607.00001")
    await again.follow("nothing", 1, Mode.DAILY)
    await again.database.write(wishes.make, 1, 0, "2601.00001", NOON)
    assert await again.look() == ["2601.00001"]
    again.now += DAY
    assert await again.look() == ["2607.00001"]
    again.now = NOON + 7 * DAY
    assert await again.look() == ["2601.00001", "2607.00001"]
    await again.database.write(wishes.withdraw, 1, 0, "2601.00001")
    again.now = NOON + 14 * DAY
    assert await again.look() == ["2607.00001"]


async def test_trouble_stops_a_round_costs_nothing_and_grows_the_pause(
    again: Again, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1, 4):
        await again.keep(f"2607.0000{number}")
    again.now += DAY
    again.pages.records["2607.00002"] = Reply(status=429, headers={"Retry-After": "5000"})
    assert await again.look() == ["2607.00001", "2607.00002"]
    assert again.next == timedelta(seconds=5000)
    again.now += again.next
    again.pages.records["2607.00002"] = Reply("<html>", headers={"Content-Type": "text/html"})
    assert await again.look() == ["2607.00002", "2607.00003"], "a broken record does not keep the others waiting"
    assert again.next == EVERY
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [line.partition(":")[0] for line in lines] == [
        "source=huggingface looking again, failures=1 next_in=5000s",
        "paper=2607.00002 cannot be looked at again",
    ]
    assert await again.look() == []


@pytest.mark.parametrize(
    "reply", [Reply("{", 500), Reply(""), Reply('{"error": "try later"}'), Reply("[]"), Reply("1")]
)
async def test_a_source_whose_records_cannot_be_read_uses_up_no_look_and_is_one_line(
    again: Again, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    for number in range(1, 4):
        await again.keep(f"2607.0000{number}")
    again.now += DAY
    kept = again.pages.records
    again.pages.records = {f"2607.0000{number}": reply for number in range(1, 4)}
    for pause in (EVERY, 2 * EVERY, 4 * EVERY):
        assert await again.look() == ["2607.00001", "2607.00002"]
        assert again.next == pause
        again.now += pause
    again.pages.records = kept
    assert await again.look() == ["2607.00001", "2607.00002", "2607.00003"]
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


async def test_an_id_that_is_refused_costs_the_others_nothing(again: Again) -> None:
    ids = [f"2607.0000{number}" for number in range(8)]
    for id in ids:
        await again.keep(id)
    again.pages.comments = dict.fromkeys(ids, f"Code: {REPOSITORY}")
    again.now += DAY
    again.pages.refused = set(ids)
    await again.look(again.arxiv)
    assert len(again.server.asked) == 7, "whoever refuses everything is soon left alone"
    again.now += again.next
    again.pages.refused = {ids[5]}
    await again.look(again.arxiv)
    found = [await again.paper(id) for id in ids]
    assert [bool(one and one.code) for one in found] == [id != ids[5] for id in ids], "nor was a look used up before"
    assert await again.look(again.arxiv) == []


@pytest.mark.parametrize("name", ["huggingface", "arxiv"])
async def test_a_source_in_trouble_is_not_asked(again: Again, name: str) -> None:
    source: Askable = again.arxiv if name == "arxiv" else again.hugging_face
    await again.keep()
    again.now += DAY
    again.server.next = [Reply(status=503)] * 2
    await again.round(source)
    assert (await again.state(name)).failures == 1
    again.server.next.clear()
    assert await again.look(source) == []
    await again.has_archive(name)
    again.server.answer = lambda _: Reply("<rss><channel></channel></rss>" if name == "arxiv" else "[]")
    await again.round(source)
    again.server.answer = again.pages
    assert await again.look(source) == ["2607.00001"]


async def test_a_record_of_another_paper_says_nothing(again: Again) -> None:
    await again.keep()
    again.now += DAY
    again.pages.records["2607.00001"] = {"id": "2607.99999", "githubRepo": REPOSITORY}
    await again.look()
    assert await again.stored() == ["2607.00001"]
    found = await again.paper("2607.00001")
    assert found and not found.code


async def test_what_is_due_among_many_is_found_fast(again: Again) -> None:
    """30,000 papers of the last month, half of them with code: a round's question takes no tenth of a second."""

    def fill(db: Any) -> None:
        papers.save(db, paper(first_seen=NOON), [], NOON)
        columns = [row[1] for row in db.execute("PRAGMA table_info(papers)") if row[1] not in ("number", "id", "code")]
        listed = ", ".join(columns)
        db.execute(
            f"""WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                INSERT INTO papers (id, code, {listed})
                SELECT printf('2607.%05d', i), iif(i % 2, '[["https://x.example", "repository", 1]]', '[]'), {listed}
                FROM n, papers WHERE papers.number = 1"""
        )

    await again.database.write(fill)
    began = time.process_time()
    due = await again.database.read(looks.due, "huggingface", NOON + DAY, MOST)
    assert len(due) == MOST
    assert time.process_time() - began < 0.3
    assert await again.database.read(chats.get, 1, 0) is None
