"""How sources are read round by round: what a failure costs, when it is tried again, and what is news after it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import fill
from bot.demo.loopback import Answer, Perform
from bot.demo.source_server import Request
from bot.errors import SourceRefused
from bot.sources.client import Client
from bot.sources.huggingface import HuggingFace
from storage import database as module
from storage import gauges
from storage.database import Database
from tests.factories import statement
from tests.rounds import DAY, EVERY, NOON, Rounds, Told, hugging_face
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.faults import Faults

TODAY = NOON.date()


@pytest.fixture
def rounds(database: Database) -> Rounds:
    return Rounds(database)


@pytest.fixture
async def source(papers_source: DailyPapers, rounds: Rounds) -> AsyncIterator[HuggingFace]:
    """Hugging Face; nothing of it was ever read."""
    async with Client("https://example.org", now=lambda: rounds.now, timeout=5) as client:
        yield hugging_face(client, papers_source.url)


@pytest.fixture(autouse=True)
def _lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")


def everything(_: Request) -> bool:
    return True


def of(*days: date) -> Callable[[Request], bool]:
    """Requests for the lists of these days."""
    return lambda request: request.query["date"] in {day.isoformat() for day in days}


def asked(server: DailyPapers) -> list[str]:
    """The days whose lists were asked for, in order; they are forgotten."""
    days = [request.query["date"] for request in server.requests]
    server.requests.clear()
    return days


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the log about what goes wrong; they are forgotten."""
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    caplog.clear()
    return lines


async def test_a_source_that_fails_is_asked_again_after_growing_pauses_until_it_answers(
    rounds: Rounds, source: HuggingFace, source_faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    await rounds.has_archive()
    source_faults.status(everything, 503, times=5)
    pauses = [await rounds.round(source)]
    assert warnings(caplog) == [
        "source=huggingface failures=1 next_in=900s: huggingface: answered 503 Service Unavailable"
    ]
    for _ in range(4):
        rounds.now += pauses[-1]
        pauses.append(await rounds.round(source))
    rounds.now += pauses[-1]
    assert pauses == [EVERY, EVERY * 2, EVERY * 4, EVERY * 4, EVERY * 4]
    state = await rounds.state()
    assert (state.failures, state.failed_at, state.read_at) == (5, NOON, None)
    assert state.error == "huggingface: answered 503 Service Unavailable"
    assert await rounds.round(source) == EVERY
    state = await rounds.state()
    assert (state.failures, state.failed_at, state.error, state.read_at) == (0, None, "", rounds.now)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert told[0] == "source=huggingface in order again after=13500s"
    assert len(told) == 2
    source_faults.status(everything, 503)
    assert await rounds.round(source) == EVERY
    assert len(warnings(caplog)) == 1
    for lines in (1, 0, 0):  # another kind of trouble is worth a line of its own
        source_faults.answer(everything, Answer(200, "<html>down</html>"))
        await rounds.round(source)
        assert len(warnings(caplog)) == lines
    counted = rounds.polling.metrics.shown(await rounds.database.read(gauges.read, rounds.now)).decode()
    assert 'paperwire_polls_total{outcome="failed",source="huggingface"} 9.0' in counted


@pytest.mark.parametrize(
    ("every", "pauses"),
    [
        (timedelta(minutes=20), [20, 40, 60, 60]),
        (timedelta(hours=2), [120] * 4),
        (timedelta(seconds=30), [0.5, 1, 2, 4]),
    ],
)
async def test_a_pause_is_an_hour_at_most_and_no_shorter_than_the_regular_one(
    rounds: Rounds, source: HuggingFace, source_faults: Faults, every: timedelta, pauses: list[float]
) -> None:
    source_faults.status(everything, 500, times=4)
    assert [await rounds.round(source, every) for _ in pauses] == [timedelta(minutes=minutes) for minutes in pauses]


async def test_retry_after_is_kept_also_over_a_restart(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    source_faults.status(everything, 429, {"Retry-After": "7200"})
    assert await rounds.round(source) == timedelta(hours=2)
    asked(papers_source)
    restarted = Rounds(rounds.database, rounds.now + timedelta(hours=1))
    assert await restarted.round(source) == timedelta(hours=1)
    assert asked(papers_source) == []
    rounds.now = restarted.now = restarted.now + timedelta(hours=1)
    assert await restarted.round(source) == EVERY
    assert asked(papers_source)
    assert (await rounds.state()).retry_at is None


async def test_retry_after_is_no_reason_to_come_earlier(
    rounds: Rounds, source: HuggingFace, source_faults: Faults
) -> None:
    source_faults.status(everything, 429, {"Retry-After": "10"})
    assert await rounds.round(source) == EVERY


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(200, "<html>We are down for maintenance</html>"), "gave a web page instead of JSON"),
        (Answer(200, {"error": "nothing here"}), "gave JSON that is no list of papers"),
        (None, "dropped the connection"),
    ],
)
async def test_an_answer_of_another_kind_is_one_line_and_changes_nothing(
    rounds: Rounds, source: HuggingFace, source_faults: Faults, caplog: pytest.LogCaptureFixture,
    answer: Answer | None, said: str,
) -> None:  # fmt: skip
    if answer:
        source_faults.answer(everything, answer)
    else:
        source_faults.hang_up(everything, after=False, times=2)
    assert await rounds.round(source) == EVERY
    [line] = warnings(caplog)
    assert line.startswith("source=huggingface failures=1 next_in=900s: huggingface: ")
    assert said in line
    assert (await rounds.state()).cursor == "{}"
    assert await rounds.round(source) == EVERY
    assert warnings(caplog) == []


async def test_a_source_that_is_not_there_is_waited_for(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, caplog: pytest.LogCaptureFixture
) -> None:
    await rounds.has_archive()
    await rounds.follow("routers")
    papers_source.publish(entry(), day=TODAY)
    port = int(papers_source.url.rpartition(":")[2])
    await papers_source.stop()
    assert await rounds.round(source) == EVERY
    [line] = warnings(caplog)
    assert "huggingface: cannot be reached" in line
    returned = DailyPapers()
    returned.days = papers_source.days
    await returned.start(port)
    rounds.now += EVERY
    await rounds.round(source)
    await returned.stop()
    assert await rounds.ids() == ["2611.00001"]


async def test_a_bad_record_costs_only_itself(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, caplog: pytest.LogCaptureFixture
) -> None:
    await rounds.follow("routers")
    await rounds.has_archive()
    hostile: dict[str, Any] = {
        "authors": "Mira", "upvotes": 10**30, "githubStars": "many", "summary": ["x"], "ai_keywords": {"a": None},
        "publishedAt": "yesterday", "submittedOnDailyAt": -1, "projectPage": "javascript:alert(1)", "organization": 3,
    }  # fmt: skip
    papers_source.days[TODAY] = [
        None, "paper", 7, [], {}, {"paper": {"id": "2611.00009"}}, {"paper": {"title": "No id"}},
        entry("2611.00001", **hostile), entry("2611.00002", "Sparse Routers \ud800\x00 of <b>Half</b> a Letter"),
        entry("2611.00003"), {"paper": None, **entry("2611.00004")["paper"]},
    ]  # fmt: skip
    assert await rounds.round(source) == EVERY
    assert await rounds.ids() == ["2611.00001", "2611.00002", "2611.00003", "2611.00004"]
    found = await rounds.paper("2611.00001")
    assert found
    assert (found.authors, found.upvotes, found.stars, found.abstract, found.code) == (
        (),
        None,
        None,
        "",
        (),
    )
    assert warnings(caplog) == ["source=huggingface skipped=7 records without a usable id and title"]
    papers_source.days[TODAY].append(entry("2611.00005"))
    rounds.now += EVERY
    assert await rounds.round(source) == EVERY
    assert await rounds.stored() == [f"2611.0000{number}" for number in range(1, 6)]
    assert warnings(caplog) == [], "a list that grows tells of its bad records once"


async def test_long_abstracts_are_stored_some_at_a_time_and_the_cursor_moves_with_the_last(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rounds.has_archive()
    await rounds.follow("routers")
    papers_source.publish(*(entry(f"2611.{n:05}", summary="routers " * 12_500) for n in range(12)), day=TODAY)
    stood: list[tuple[int, str]] = []
    write = Database.write

    async def watched(self: Database, work: Callable[..., Any], *args: Any, **given: Any) -> Any:
        done = await write(self, work, *args, **given)
        stood.append((len(await rounds.stored()), (await rounds.state()).cursor))
        return done

    monkeypatch.setattr(Database, "write", watched)
    await rounds.round(source)
    assert [(papers, cursor == "{}") for papers, cursor in stood[:3]] == [(5, True), (10, True), (12, False)]
    assert len(await rounds.ids()) == 12


async def test_an_empty_database_is_filled_first_and_then_polled(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, caplog: pytest.LogCaptureFixture
) -> None:
    await rounds.follow("routers")
    for back in range(5):
        papers_source.publish(entry(f"2611.0000{back}"), day=TODAY - back * DAY)
    assert await rounds.round(source, days=3) == EVERY
    assert await rounds.stored() == ["2611.00000", "2611.00001", "2611.00002", "2611.00003"]
    assert await rounds.queued() == []
    assert (await rounds.state()).backfilled
    [line] = [record.getMessage() for record in caplog.records]
    assert line == "source=huggingface new=4 changed=0 queued=0 skipped=0 seconds=0.0"
    asked(papers_source)
    rounds.now += EVERY
    papers_source.publish(entry("2611.00009"), day=TODAY)
    await rounds.round(source, days=3)
    assert set(asked(papers_source)) < {(TODAY - back * DAY).isoformat() for back in range(4)}
    assert await rounds.ids() == ["2611.00009"]


async def test_a_backfill_that_was_cut_off_goes_on_where_it_stopped(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    await rounds.follow("routers")
    for back in range(5):
        papers_source.publish(entry(f"2611.0000{back}"), day=TODAY - back * DAY)
    stuck = TODAY - 2 * DAY
    source_faults.status(of(stuck), 500)
    await rounds.round(source, days=4)
    assert asked(papers_source) == [(TODAY - back * DAY).isoformat() for back in range(3)]
    assert await rounds.stored() == ["2611.00000", "2611.00001"]
    assert not (await rounds.state()).backfilled
    rounds.now += EVERY
    await rounds.round(source, days=4)
    assert asked(papers_source)[-3:] == [(TODAY - back * DAY).isoformat() for back in (2, 3, 4)]
    assert await rounds.stored() == [f"2611.0000{back}" for back in range(5)]
    assert (await rounds.state()).backfilled
    assert await rounds.queued() == []


async def test_a_backfill_that_a_stop_ended_goes_on_as_well(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    await rounds.follow("routers")
    for back in range(3):
        papers_source.publish(entry(f"2611.0000{back}"), day=TODAY - back * DAY)
    held, reached = asyncio.Event(), asyncio.Event()

    async def holds(_: Perform) -> Answer | None:
        reached.set()
        await held.wait()
        return None

    source_faults.add(of(TODAY - DAY), holds)
    running = asyncio.create_task(rounds.round(source, days=2))
    await reached.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    held.set()
    assert await rounds.stored() == ["2611.00000"]
    asked(papers_source)
    rounds.now += timedelta(minutes=1)
    await rounds.round(source, days=2)
    assert asked(papers_source)[:2] == [(TODAY - back * DAY).isoformat() for back in (1, 2)]
    assert await rounds.stored() == ["2611.00000", "2611.00001", "2611.00002"]
    assert await rounds.queued() == []


async def test_news_of_today_comes_on_time_while_the_backfill_fails_again_and_again(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await rounds.follow("routers")
    papers_source.publish(entry("2611.00000"), day=TODAY)
    papers_source.publish(entry("2610.00001"), day=TODAY - DAY)
    source_faults.status(of(TODAY - DAY), 500, times=99)
    for number in range(1, 5):
        assert await rounds.round(source) == EVERY
        assert len(warnings(caplog)) == (number == 1)
        rounds.now += EVERY
        papers_source.publish(entry(f"2611.0000{number}"), day=TODAY)
    assert await rounds.ids() == ["2611.00001", "2611.00002", "2611.00003"]


async def test_the_list_of_an_old_day_that_cannot_be_read_does_not_slow_down_that_of_today(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    await rounds.round(source)
    await rounds.follow("routers")
    source_faults.status(of(TODAY - DAY, TODAY - 2 * DAY, TODAY - 3 * DAY), 500, times=99)
    for number in range(1, 5):
        rounds.now += EVERY
        papers_source.publish(entry(f"2611.0000{number}"), day=TODAY)
        assert await rounds.round(source) == EVERY
        assert (await rounds.state()).read_at == rounds.now
    assert len(await rounds.ids()) == 4


async def test_after_a_refused_backfill_nothing_is_asked_until_retry_after_and_then_todays_list_first(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    await rounds.follow("routers")
    source_faults.status(of(TODAY - DAY), 429, {"Retry-After": "3600"}, times=2)
    assert await rounds.round(source) == timedelta(hours=1)
    assert asked(papers_source) == [TODAY.isoformat(), (TODAY - DAY).isoformat()]
    papers_source.publish(entry("2611.00001"), day=TODAY)
    rounds.now += timedelta(hours=1)
    assert await rounds.round(source) == timedelta(hours=1)
    assert asked(papers_source)[0] == TODAY.isoformat()
    assert await rounds.ids() == ["2611.00001"]


async def test_what_was_listed_before_midnight_is_news_after_it_although_the_backfill_failed(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, source_faults: Faults
) -> None:
    rounds.now = NOON + timedelta(hours=11, minutes=50)
    await rounds.follow("routers")
    source_faults.status(of(TODAY - DAY), 500)
    await rounds.round(source)
    papers_source.publish(entry("2611.00001"), day=TODAY)
    papers_source.publish(entry("2611.00002"), day=TODAY + DAY)
    papers_source.publish(entry("2610.00001"), day=TODAY - DAY)
    rounds.now += EVERY
    await rounds.round(source)
    assert await rounds.stored() == ["2610.00001", "2611.00001", "2611.00002"]
    assert await rounds.ids() == ["2611.00001", "2611.00002"]


async def test_what_was_listed_before_a_backfill_failed_is_no_news_to_the_polls_until_it_is_done(
    rounds: Rounds,
) -> None:
    await rounds.follow("routers")
    told = Told()
    told.trouble = SourceRefused("arxiv", "answered 500")
    old, new = statement("2611.00001", "arxiv", listed_at=NOON - DAY), statement("2611.00002", "arxiv", listed_at=NOON)
    await rounds.round(told)
    told.news = (old, new)
    await rounds.round(told)
    assert await rounds.stored() == ["2611.00001", "2611.00002"]
    assert await rounds.ids() == ["2611.00002"]


async def test_what_was_listed_while_the_bot_was_down_is_news_on_its_return(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers
) -> None:
    papers_source.publish(entry("2611.00000"), day=TODAY)
    await rounds.round(source)
    await rounds.follow("routers")
    for later in range(6):
        papers_source.publish(entry(f"2611.0001{later}"), day=TODAY + later * DAY)
    back = Rounds(rounds.database, NOON + 5 * DAY)
    await fill(back.database, back.matcher)
    await back.round(source)
    assert await back.ids() == [f"2611.0001{later}" for later in range(6)]


async def test_one_source_that_fails_costs_the_other_nothing(
    rounds: Rounds, source: HuggingFace, source_faults: Faults
) -> None:
    source_faults.status(everything, 503, times=9)
    other = Told()
    other.news = (statement("2611.00001", "arxiv"),)
    await rounds.has_archive("arxiv")
    await rounds.follow("routers")
    for _ in range(2):
        await rounds.round(source)
        assert await rounds.round(other, timedelta(hours=1)) == timedelta(hours=1)
    assert await rounds.ids() == ["2611.00001"]
    states = [await rounds.state(name) for name in ("huggingface", "arxiv")]
    assert [state.failures for state in states] == [2, 0]


async def test_a_full_disk_is_one_line_and_nothing_is_lost(
    rounds: Rounds, source: HuggingFace, papers_source: DailyPapers, caplog: pytest.LogCaptureFixture
) -> None:
    await rounds.has_archive()
    await rounds.follow("routers")
    papers_source.publish(*(entry(f"2611.{n:05}", summary="routers " * 200) for n in range(50)), day=TODAY)
    pages = await rounds.database.write(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await rounds.database.write(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    assert await rounds.round(source) == EVERY
    [line] = warnings(caplog)
    assert "the disk is full; make room, nothing was lost" in line
    assert await rounds.stored() == []
    await rounds.database.write(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())
    await rounds.round(source)
    assert len(await rounds.ids()) == 50


async def test_a_database_that_another_program_holds_is_one_line_and_the_round_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.0)
    told = Told()
    told.news = (statement("2611.00001", "arxiv"),)
    database = await Database.open(tmp_path / "held.db")
    rounds = Rounds(database)
    with closing(sqlite3.connect(tmp_path / "held.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert await rounds.round(told) == EVERY
    [line] = warnings(caplog)
    assert "another program holds the database" in line
    await rounds.round(told)
    assert await rounds.stored() == ["2611.00001"]
    await database.close()
