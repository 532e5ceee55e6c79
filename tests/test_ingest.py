"""What is pushed: news to whom it matches, once; what becomes true later; and never the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.sources.client import Client
from bot.sources.huggingface import HuggingFace
from storage import chats, subscriptions
from storage.database import Database
from storage.records import Mode, Paper
from tests.factories import statement
from tests.rounds import DAY, NOON, Rounds, Told, hugging_face
from tests.servers.daily_papers import DailyPapers, entry

TODAY = NOON.date()


@pytest.fixture
def rounds(database: Database) -> Rounds:
    return Rounds(database)


@pytest.fixture
async def source(papers_source: DailyPapers, rounds: Rounds) -> AsyncIterator[HuggingFace]:
    """Hugging Face, whose past is in the archive already."""
    await rounds.has_archive()
    async with Client("https://example.org", now=lambda: rounds.now, timeout=5) as client:
        yield hugging_face(client, papers_source.url)


@pytest.fixture
async def told(rounds: Rounds) -> Told:
    """Another source, which says at any time what the test lets it say."""
    await rounds.has_archive("arxiv")
    return Told()


async def test_what_a_poll_first_sees_is_queued_once_for_who_follows_it(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    await rounds.follow("routers", 1)
    await rounds.follow("routers", 2, Mode.DAILY)
    await rounds.follow("diffusion", 3)
    papers_source.publish(entry("2611.00001"), day=TODAY)
    await rounds.round(source)
    [instant], [daily] = await rounds.queued(1), await rounds.queued(2)
    assert (instant.paper_id, instant.queries, instant.due_at) == ("2611.00001", ("routers",), NOON)
    assert (daily.paper_id, daily.due_at) == ("2611.00001", None)
    assert await rounds.queued(3) == []
    assert rounds.woken == 1
    await rounds.send(1)
    papers_source.days[TODAY] = [entry("2611.00001", "Sparse Routers, Renamed", upvotes=50)]
    await rounds.round(source)
    assert await rounds.queued(1) == []
    assert rounds.woken == 1
    found = await rounds.paper("2611.00001")
    assert found
    assert (found.title, found.upvotes, found.polled_at) == ("Sparse Routers, Renamed", 50, NOON)


async def test_one_chat_gets_a_paper_once_with_all_the_queries_that_matched(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    for query in ("routers", "histories", "nothing"):
        await rounds.follow(query)
    papers_source.publish(entry(), entry("2611.00002", "On Histories"), day=TODAY)
    await rounds.round(source)
    found = {row.paper_id: set(row.queries) for row in await rounds.queued()}
    assert found == {"2611.00001": {"routers", "histories"}, "2611.00002": {"histories"}}


async def test_who_subscribes_after_the_poll_does_not_get_it(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    papers_source.publish(entry(), day=TODAY)
    await rounds.round(source)
    rounds.now += timedelta(minutes=1)
    await rounds.follow("routers")
    papers_source.days[TODAY] = [entry(upvotes=9)]
    await rounds.round(source)
    papers_source.days[TODAY] = [entry(title="Sparse Routers Again")]
    await rounds.round(source)
    assert await rounds.queued() == []


async def test_who_paused_or_ended_gets_nothing_and_who_is_gone_finds_it_on_return(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    paused, ended = await rounds.follow("routers", 1), await rounds.follow("routers", 2)
    await rounds.follow("routers", 3)
    await rounds.follow("routers", 4)
    await rounds.database.write(subscriptions.pause, paused.id, True)
    await rounds.database.write(subscriptions.end, ended.id, rounds.now)
    await rounds.database.write(chats.set_aside, 3, rounds.now)
    await rounds.database.write(chats.set_aside, 4, rounds.now - timedelta(days=31))
    papers_source.publish(entry(), day=TODAY)
    await rounds.round(source)
    assert [len(await rounds.queued(chat)) for chat in (1, 2, 3, 4)] == [0, 0, 1, 0]


async def test_the_archive_is_stored_and_pushes_nothing(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    await rounds.follow("routers")
    for back in range(4):
        papers_source.publish(entry(f"2611.0000{back}"), day=TODAY - back * DAY)
    await rounds.polling.backfill(source, 3)
    assert await rounds.stored() == ["2611.00000", "2611.00001", "2611.00002", "2611.00003"]
    papers_source.days[TODAY] = [entry("2611.00000", upvotes=4)]
    await rounds.round(source)
    assert await rounds.queued() == []
    found = await rounds.paper("2611.00000")
    assert found
    assert (found.polled_at, found.first_seen, found.upvotes) == (None, NOON, 4)


async def test_an_archive_that_two_sources_fill_makes_no_condition_come_true(rounds: Rounds, told: Told) -> None:
    for chat, query in enumerate(("source:arxiv", "code:yes", "upvotes:>=20"), start=1):
        await rounds.follow(query, chat)
    first = Told("huggingface")
    first.archive = (statement("2611.00001", upvotes=3),)
    first.news = (statement("2611.00002", upvotes=3),)
    await rounds.polling.backfill(first, 3)
    await rounds.polling.poll(first)
    code = {"comment": "Code: https://github.com/okafor/routers", "upvotes": 30}
    told.archive = (statement("2611.00001", "arxiv", **code), statement("2611.00002", "arxiv", **code))
    await rounds.polling.backfill(told, 3)
    assert [await rounds.ids(chat) for chat in (1, 2, 3)] == [["2611.00002"]] * 3, "only what was news before"


async def test_a_paper_of_the_archive_is_news_when_a_poll_of_another_source_brings_it(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, told: Told
) -> None:
    await rounds.follow("routers")
    papers_source.publish(entry(), day=TODAY - DAY)
    await rounds.polling.backfill(source, 3)
    told.news = (statement("2611.00001", "arxiv"),)
    await rounds.round(told)
    assert await rounds.ids() == ["2611.00001"]


async def test_what_another_source_told_already_is_not_queued_again(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, told: Told
) -> None:
    await rounds.follow("routers")
    papers_source.publish(entry(), day=TODAY)
    await rounds.round(source)
    await rounds.send()
    rounds.now += timedelta(hours=1)
    await rounds.follow("histories", 2)
    told.news = (statement("2611.00001", "arxiv", title="Sparse Routers for Long Histories"),)
    await rounds.round(told)
    assert [await rounds.queued(chat) for chat in (1, 2)] == [[], []]
    found = await rounds.paper("2611.00001")
    assert found and found.sources == ("huggingface", "arxiv") and found.polled_at == NOON


async def test_the_same_work_under_another_id_joins_it_and_is_not_queued_again(rounds: Rounds, told: Told) -> None:
    await rounds.follow("routers")
    told.news = (statement("2611.00001", "arxiv"),)
    await rounds.round(told)
    await rounds.send()
    other = Told("huggingface")
    await rounds.has_archive()
    other.news = (statement("some-slug", upvotes=77),)
    await rounds.round(other)
    assert await rounds.queued() == []
    assert await rounds.stored() == ["2611.00001"]
    found = await rounds.paper("2611.00001")
    assert found and found.upvotes == 77


async def test_a_replacement_is_stored_and_is_no_news(rounds: Rounds, told: Told) -> None:
    await rounds.follow("routers")
    told.news = (statement("2611.00001", "arxiv", replacement=True),)
    await rounds.round(told)
    assert await rounds.stored() == ["2611.00001"]
    assert await rounds.queued() == []


async def test_a_replacement_pushes_nothing_but_news_of_code(rounds: Rounds, told: Told) -> None:
    queries = ("source:arxiv", "cat:cs.LG", "photonics", "code:yes", "source:arxiv code:yes")
    for chat, query in enumerate(queries, start=1):
        await rounds.follow(query, chat)
    other = Told("huggingface")
    await rounds.has_archive()
    other.news = (statement("2611.00001", categories=()),)
    await rounds.round(other)
    version = statement(
        "2611.00001",
        "arxiv",
        replacement=True,
        categories=("cs.LG",),
        abstract="On photonics. " + other.news[0].abstract,
    )
    told.news = (version,)
    await rounds.round(told)
    assert [await rounds.queued(chat) for chat in range(1, 6)] == [[]] * 5
    found = await rounds.paper("2611.00001")
    assert found and found.sources == ("huggingface", "arxiv") and "photonics" in found.abstract
    told.news = (replace(version, comment="Code: https://github.com/okafor/routers"),)
    await rounds.round(told)
    assert [len(await rounds.queued(chat)) for chat in range(1, 6)] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("query", "later"),
    [
        ("upvotes:>=20", {"upvotes": 20}),
        ("routers stars:>=100", {"githubRepo": "https://github.com/okafor/routers", "githubStars": 100}),
        ("code:yes", {"githubRepo": "https://github.com/okafor/routers"}),
    ],
)
async def test_a_condition_that_becomes_true_later_pushes_once(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, query: str, later: dict[str, Any]
) -> None:
    await rounds.follow(query)
    papers_source.publish(entry(upvotes=19), day=TODAY)
    await rounds.round(source)
    assert await rounds.queued() == []
    rounds.now += timedelta(hours=1)
    await rounds.follow(query, 2)
    for fields in (later, {"upvotes": 1}, later):
        papers_source.days[TODAY] = [entry(**{"upvotes": 19, **fields})]
        await rounds.round(source)
    for chat in (1, 2):
        [row] = await rounds.queued(chat)
        assert (row.paper_id, row.queries, row.due_at) == ("2611.00001", (query,), rounds.now)
        await rounds.send(chat)
    papers_source.days[TODAY] = [entry(**{"upvotes": 99, **later})]
    await rounds.round(source)
    assert [await rounds.queued(chat) for chat in (1, 2)] == [[], []]


async def test_a_condition_comes_true_for_papers_of_the_archive_too(rounds: Rounds, told: Told) -> None:
    told.archive = (statement("2611.00001", "arxiv", upvotes=3),)
    await rounds.polling.backfill(told, 3)
    await rounds.follow("upvotes:>=20")
    await rounds.follow("routers", 2)
    told.archive = (statement("2611.00001", "arxiv", upvotes=30),)
    await rounds.polling.backfill(told, 3)
    assert await rounds.ids(1) == ["2611.00001"]
    assert await rounds.ids(2) == []


async def test_a_condition_that_was_true_before_pushes_nothing(rounds: Rounds, told: Told) -> None:
    told.news = (statement("2611.00001", "arxiv", upvotes=30),)
    await rounds.round(told)
    rounds.now += timedelta(hours=1)
    await rounds.follow("upvotes:>=20")
    told.news = (statement("2611.00001", "arxiv", upvotes=40),)
    await rounds.round(told)
    assert await rounds.queued() == []


@pytest.mark.parametrize(("days", "pushed"), [(30, True), (31, False)])
async def test_a_condition_comes_true_within_thirty_days_or_never(
    rounds: Rounds, told: Told, days: int, pushed: bool
) -> None:
    await rounds.follow("upvotes:>=20")
    told.news = (statement("2611.00001", "arxiv", upvotes=3),)
    await rounds.round(told)
    rounds.now += days * DAY
    told.news = (statement("2611.00001", "arxiv", upvotes=30),)
    await rounds.round(told)
    assert await rounds.ids() == (["2611.00001"] if pushed else [])
    found = await rounds.paper("2611.00001")
    assert found and found.upvotes == 30


async def test_a_further_query_that_becomes_true_joins_the_row_that_waits(rounds: Rounds, told: Told) -> None:
    await rounds.follow("routers", mode=Mode.DAILY)
    await rounds.follow("upvotes:>=20", mode=Mode.DAILY)
    for upvotes in (3, 30):
        told.news = (statement("2611.00001", "arxiv", upvotes=upvotes),)
        await rounds.round(told)
    [row] = await rounds.queued()
    assert row.queries == ("routers", "upvotes:>=20")


async def test_a_text_that_is_told_later_reaches_who_followed_before(rounds: Rounds, told: Told) -> None:
    await rounds.follow("photonics", 1)
    told.news = (statement("2611.00001", "arxiv", abstract=""),)
    await rounds.round(told)
    rounds.now += timedelta(hours=1)
    await rounds.follow("photonics", 2)
    told.news = (statement("2611.00001", "arxiv", abstract="All of it on photonics."),)
    await rounds.round(told)
    assert await rounds.ids(1) == ["2611.00001"]
    assert await rounds.ids(2) == []


async def test_a_batch_is_stored_whole_or_not_at_all(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rounds.follow("routers")
    papers_source.publish(entry("2611.00001"), day=TODAY)
    await rounds.round(source)
    before, asked = await rounds.state(), rounds.matcher.followers

    def fails(paper: Paper) -> list[int]:
        if paper.id == "2611.00003":
            raise ZeroDivisionError
        return asked(paper)

    papers_source.publish(entry("2611.00002"), entry("2611.00003"), day=TODAY)
    rounds.now += timedelta(minutes=15)
    with monkeypatch.context() as patch:
        patch.setattr(rounds.matcher, "followers", fails)
        with pytest.raises(ZeroDivisionError):
            await rounds.round(source)
    assert await rounds.state() == before
    assert await rounds.stored() == await rounds.ids() == ["2611.00001"]
    assert rounds.woken == 1
    await rounds.round(source)
    assert await rounds.ids() == ["2611.00001", "2611.00002", "2611.00003"]
    assert await rounds.state() == replace(before, cursor=(await rounds.state()).cursor, read_at=rounds.now)


async def test_what_is_told_again_unchanged_changes_nothing(rounds: Rounds, told: Told) -> None:
    told.news = (statement("2611.00001", "arxiv"),)
    first, again = await rounds.polling.poll(told), await rounds.polling.poll(told)
    told.news = (statement("2611.00001", "arxiv", upvotes=43),)
    changed = await rounds.polling.poll(told)
    assert [(done.new, done.changed) for done in (first, again, changed)] == [(1, 0), (0, 0), (0, 1)]
