"""What a chat is sent next: the trending list by week or day, a digest that quiet hours put off, broadcasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from bot import claims, digests, messages
from bot.claims import Chart
from storage import broadcasts, chats, database, outbox, papers
from storage.outbox import NewDelivery
from storage.records import Chat, Mode, Paper, Push
from tests.factories import paper

NOW = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)  # a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHAT = Chat(1, 0, "private", Mode.DAILY, time(9), "UTC", next_digest_at=NOW, created_at=NOW - 9 * DAY)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    with closing(database.connect(tmp_path / "paperwire.db")) as db:
        yield db


def save(db: sqlite_utils.Database, id: str, ago: timedelta, upvotes: int | None, told: datetime = NOW) -> Paper:
    return papers.save(db, paper(id, listed_at=NOW - ago, upvotes=upvotes, stars=None), [], told)


def shown(db: sqlite_utils.Database, chat: Chat) -> list[str]:
    """The papers of the chat's digest."""
    chats.ensure(db, chat)
    claim = claims.take(db, chat.id, 0, NOW, Chart())
    assert claim and claim.digest
    return [paper.id for paper in claim.papers[: claim.digest.shown]]


def test_a_weekly_list_has_the_weeks_most_voted_and_a_daily_one_what_rises_now(db: sqlite_utils.Database) -> None:
    for id, ago, upvotes in (
        ("2607.00001", 6 * DAY, 90),
        ("2607.00002", 8 * DAY, 500),
        ("2607.00003", HOUR, 30),
        ("2607.00004", 2 * DAY, 40),
        ("2607.00005", HOUR, None),
    ):
        save(db, id, ago, upvotes)
    weekly = replace(CHAT, mode=Mode.INSTANT, trending=Push.WEEKLY, weekday=0)
    assert shown(db, weekly) == ["2607.00001", "2607.00004", "2607.00003"]
    assert shown(db, replace(weekly, id=2, trending=Push.DAILY)) == ["2607.00003", "2607.00004"]


def test_a_daily_list_counts_what_grew_since_yesterday(db: sqlite_utils.Database) -> None:
    """Of two papers with as many votes the one is ahead that got its own today."""
    for id, yesterday in (("2607.00001", 10), ("2607.00002", 80)):
        save(db, id, 2 * DAY, yesterday, NOW - 25 * HOUR)
        save(db, id, 2 * DAY, 81, NOW - HOUR)
    assert shown(db, replace(CHAT, mode=Mode.INSTANT, trending=Push.DAILY)) == ["2607.00001", "2607.00002"]


def test_a_list_says_what_grew_until_it_was_sent_and_stays_like_that(db: sqlite_utils.Database) -> None:
    save(db, "2607.00001", 2 * DAY, 10, NOW - 25 * HOUR)
    save(db, "2607.00001", 2 * DAY, 81, NOW - HOUR)
    save(db, "2607.00002", 4 * HOUR, 7)
    chats.ensure(db, replace(CHAT, mode=Mode.INSTANT, trending=Push.DAILY))
    claim = claims.take(db, 1, 0, NOW, Chart())
    assert claim and claim.digest
    [(message, _)] = messages.of(claim)
    assert "▲ 81 · +71 votes since yesterday\n" in message.text and "▲ 7 · +7 votes in 4 hours\n" in message.text
    save(db, "2607.00002", 4 * HOUR, 50, NOW + DAY)
    kept = digests.load(db, 1, claim.digest.id)
    again = digests.returned(kept, 1) if kept else None
    assert again and "▲ 50 · +7 votes in 4 hours\n" in again.text


def test_a_digest_that_is_late_and_meets_quiet_hours_comes_right_after(db: sqlite_utils.Database) -> None:
    """Not with the next one, of tomorrow."""
    chats.ensure(db, replace(CHAT, quiet_from=time(11), quiet_to=time(13)))
    save(db, "2607.00001", HOUR, 3)
    outbox.enqueue(db, [NewDelivery(1, 0, "2607.00001", ("routers",), None)], NOW - HOUR)
    assert claims.take(db, 1, 0, NOW + 3 * HOUR, Chart()) is None
    (row,) = outbox.waiting(db, 1, 0)
    assert (row.due_at, row.together) == (NOW + 4 * HOUR, True)
    kept = chats.get(db, 1, 0)
    assert kept and kept.next_digest_at == NOW + DAY
    claim = claims.take(db, 1, 0, NOW + 4 * HOUR, Chart())
    assert claim and claim.digest and [one.paper_id for one in claim.rows] == ["2607.00001"]


def test_broadcasts_come_one_by_one_after_papers_and_without_sound(db: sqlite_utils.Database) -> None:
    chats.ensure(db, replace(CHAT, mode=Mode.INSTANT, next_digest_at=None))
    save(db, "2607.00001", HOUR, 3)
    for text in ("First.", "Second."):
        broadcasts.start(db, broadcasts.draft(db, text, 9, NOW), 7, NOW)
    outbox.enqueue(db, [NewDelivery(1, 0, "2607.00001", ("routers",), NOW)], NOW)
    taken = [claims.take(db, 1, 0, NOW, Chart()) for _ in range(4)]
    told = [(one.broadcast, len(one.rows), one.silent, one.more) for one in taken if one]
    assert told == [("", 1, False, False), ("First.", 1, True, True), ("Second.", 1, True, False)]
