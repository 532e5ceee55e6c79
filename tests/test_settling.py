"""What each outcome leaves behind where a topic's loss was to be told, and where a card or a digest failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from bot import claims
from bot.claims import Chart, Claim
from bot.sender import Gone, MovedTo, Muted, Outcome, Rejected, RetryIn, Sent, TopicLost
from bot.settling import Faulty, Report, settle
from storage import chats, database, outbox, papers, topics
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.factories import paper

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FORUM, TOPIC = -1003, 5


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    """A topic that waits for two papers."""
    with closing(database.connect(tmp_path / "paperwire.db")) as db:
        chats.ensure(db, Chat(FORUM, TOPIC, "supergroup", Mode.INSTANT, time(9), "UTC", created_at=NOW))
        for id in ("2607.00001", "2607.00002"):
            papers.save(db, paper(id), [], NOW)
            outbox.enqueue(db, [NewDelivery(FORUM, TOPIC, id, ("routers",), NOW)], NOW)
        yield db


def taken(db: sqlite_utils.Database, now: datetime) -> Claim:
    claim = claims.take(db, FORUM, TOPIC, now, Chart())
    assert claim
    return claim


def mark(name: str, id: int = FORUM) -> Callable[[sqlite_utils.Database], int | None]:
    def read(db: sqlite_utils.Database) -> int | None:
        found: int | None = db.execute(f"SELECT {name} FROM chats WHERE id = ?", [id]).fetchone()[0]
        return found

    return read


def not_before(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT max(not_before) FROM outbox").fetchone()[0])


STAMP = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("outcome", "read", "left"),
    [
        (Sent(7), mark("topic_told_at"), STAMP),
        (Rejected("no"), mark("topic_told_at"), STAMP),
        (Faulty(), mark("topic_told_at"), STAMP),
        (TopicLost("closed"), mark("topic_told_at"), 0),
        (RetryIn(90), not_before, STAMP + 90),
        (Gone("kicked"), mark("gone_at"), STAMP),
        (Muted("no rights"), mark("muted_at"), STAMP),
        (MovedTo(-1009), mark("topic_lost_at", -1009), STAMP - 60),
    ],
)
def test_what_came_of_telling_that_a_topic_is_lost(
    db: sqlite_utils.Database,
    outcome: Outcome | Faulty,
    read: Callable[[sqlite_utils.Database], int | None],
    left: int,
) -> None:
    topics.lose(db, FORUM, TOPIC, NOW - MINUTE)
    claim = taken(db, NOW)
    assert claim.lost and not claim.rows
    settle(db, Report(claim, (), outcome), NOW)
    assert read(db) == left
    assert len(outbox.waiting(db, FORUM if outcome != MovedTo(-1009) else -1009, TOPIC)) == 2


def test_a_faulty_card_is_tried_after_ever_longer_pauses_and_given_up(db: sqlite_utils.Database) -> None:
    now, pauses = NOW, []
    for _ in range(5):
        claim = taken(db, now)
        assert claim.rows[0].paper_id == "2607.00001"
        settle(db, Report(claim, (claim.rows[0].id,), Faulty()), now)
        due = [row.due_at for row in outbox.waiting(db, FORUM, TOPIC) if row.id == claim.rows[0].id]
        if due and due[0]:
            pauses.append((due[0] - now) // MINUTE)
            now = due[0]
            db.execute("UPDATE outbox SET due_at = ? WHERE id != ?", [STAMP + 10**7, claim.rows[0].id])
    assert pauses == [10, 40, 160, 640]
    assert [row.paper_id for row in outbox.waiting(db, FORUM, TOPIC)] == ["2607.00002"]
