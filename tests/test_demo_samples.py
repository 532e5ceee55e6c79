"""The demo's papers, and the source that lists them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

import httpx
import pytest

from bot.demo.samples import Library, Sample, load
from bot.demo.source_server import SourceServer
from bot.sources.huggingface_records import parse
from storage.records import Statement
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.faults import Faults

SAMPLES = load()
START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
LATER = START + timedelta(minutes=10)
LIBRARY = Library(SAMPLES, START)
KEPT = [sample for sample in SAMPLES if not sample.after]
LATE = [sample for sample in SAMPLES if sample.after]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_there_are_enough_papers_over_two_months_and_none_twice() -> None:
    assert len(KEPT) >= 48
    assert {sample.days_ago for sample in KEPT} <= set(range(60))
    assert max(sample.days_ago for sample in KEPT) >= 55
    assert (
        len({sample.title for sample in SAMPLES})
        == len({LIBRARY.paper_id(sample) for sample in SAMPLES})
        == len(SAMPLES)
    )


@pytest.mark.parametrize("paper", SAMPLES, ids=[sample.title[:30] for sample in SAMPLES])
def test_a_paper_looks_like_one_and_names_nobody_real(paper: Sample) -> None:
    assert 80 <= len(paper.abstract.split()) <= 180
    assert len(paper.authors) >= 3
    assert paper.summary and paper.keywords and paper.votes > 0
    addresses = re.findall(r"https://[^\s,]+", f"{paper.abstract} {paper.repository} {paper.project_page}")
    for address in addresses:
        assert re.match(r"https://((github\.com|huggingface\.co)/[\w-]+-demo/|[\w-]+-demo\.github\.io)", address), (
            address
        )


@pytest.mark.parametrize("word", ["model", "diffusion", "agent", "graph", "retrieval", "quantization", "cardinality"])
def test_common_words_find_several(word: str) -> None:
    found = [sample for sample in KEPT if words(f"{sample.title} {sample.abstract}") & {word, f"{word}s"}]
    assert len(found) >= 3


def test_some_have_formulas_code_pages_and_organisations() -> None:
    assert sum("$" in sample.abstract for sample in SAMPLES) >= 8
    assert sum(bool(sample.repository) for sample in SAMPLES) >= 30
    assert sum(sample.code_after > 0 for sample in SAMPLES) >= 5
    for field in ("project_page", "organisation", "models"):
        assert sum(bool(getattr(sample, field)) for sample in SAMPLES) >= 4, field


def test_late_papers_come_soon_and_often_and_match_the_first_things_that_people_follow() -> None:
    moments = sorted(sample.after for sample in LATE)
    assert moments[0] <= 15
    assert max(later - sooner for sooner, later in pairwise(moments)) <= 26
    for sample in LATE:
        text = words(f"{sample.title} {sample.abstract}")
        assert all(text & {word, f"{word}s"} for word in ("model", "diffusion", "agent")), sample.title


def test_ids_follow_the_month_of_publication() -> None:
    for sample in SAMPLES:
        published = LIBRARY.listed_at(sample).date() - timedelta(days=1)
        assert re.fullmatch(rf"{published:%y%m}\.\d{{5}}", LIBRARY.paper_id(sample))


def statements(after: timedelta) -> dict[str, Statement]:
    """What the real parser reads from today's list so long after the start."""
    now = START + after
    listing = LIBRARY.listing(START.date(), now)
    page = parse(httpx.Response(200, json=listing).content, START.date(), now)
    assert page.skipped == 0
    return {statement.title: statement for statement in page.statements}


def test_papers_arrive_votes_grow_and_code_appears_during_the_demo() -> None:
    first = next(sample for sample in LATE if sample.code_after)
    assert first.title not in statements(timedelta(seconds=first.after - 1))
    fresh = statements(timedelta(seconds=first.after + 1))[first.title]
    older = statements(timedelta(seconds=first.after + first.code_after + 1))[first.title]
    assert (fresh.repository, older.repository) == ("", first.repository)
    assert fresh.upvotes is not None and older.upvotes is not None
    assert 1 <= fresh.upvotes < older.upvotes <= first.votes
    assert (older.summary, older.authors, older.keywords) == (
        first.summary,
        tuple(first.authors),
        tuple(first.keywords),
    )
    assert len(statements(timedelta(minutes=10))) == len(LATE) + sum(sample.days_ago == 0 for sample in KEPT)


async def test_the_source_serves_pages_etags_and_refusals() -> None:
    server = SourceServer(lambda day: LIBRARY.listing(day, LATER))
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url) as client:
            day = {"date": str(START.date())}
            whole = await client.get("/api/daily_papers", params=day | {"limit": 100})
            pages = [
                (await client.get("/api/daily_papers", params=day | {"limit": 6, "p": page})).json()
                for page in range(4)
            ]
            again = await client.get(
                "/api/daily_papers", params=day | {"limit": 100}, headers={"If-None-Match": whole.headers["ETag"]}
            )
            bad: list[dict[str, int | str]] = [{"limit": 101}, {"p": -1}, {"date": "yesterday"}, {"date": "2999-01-01"}]
            refused = [(await client.get("/api/daily_papers", params=given)).status_code for given in bad]
            missing = (await client.get("/api/other")).status_code
    finally:
        await server.stop()
    assert list(chain.from_iterable(pages)) == whole.json()
    assert [len(page) for page in pages[:2]] == [6, 6]
    assert again.status_code == 304
    assert (refused, missing) == ([400] * 4, 404)


async def test_a_test_lists_papers_and_breaks_the_source(papers_source: DailyPapers, source_faults: Faults) -> None:
    papers_source.publish(entry("2603.00001", "One"), entry("2603.00002", "Two", upvotes=None))
    source_faults.status("*", 503, {"Retry-After": "30"})
    async with httpx.AsyncClient(base_url=papers_source.url) as client:
        down = await client.get("/api/daily_papers")
        up = await client.get("/api/daily_papers")
    assert (down.status_code, down.headers["Retry-After"], "<html>" in down.text) == (503, "30", True)
    assert [(given["paper"]["title"], given["paper"]["upvotes"]) for given in up.json()] == [("One", 3), ("Two", None)]
    assert [request.path for request in papers_source.requests] == ["/api/daily_papers"] * 2
