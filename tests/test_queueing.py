"""What waits when settings change or a pause ends: moved to where the chat, and each of what it follows, wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from bot import queueing
from storage import chats, database, outbox, papers, subscriptions
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.factories import paper

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHAT = Chat(1, 0, "private", Mode.DAILY, time(9), "UTC", created_at=NOW - DAY)

Waiting = dict[str, tuple[datetime | None, bool]]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    """A chat that follows "plain", "asleep" until tomorrow noon, and "weekly" with a digest of its own on Mondays."""
    with closing(database.connect(tmp_path / "paperwire.db")) as db:
        chats.ensure(db, CHAT)
        for query, changes in (
            ("plain", {}),
            ("asleep", {"snoozed_until": NOW + DAY}),
            ("weekly", {"mode": Mode.WEEKLY}),
        ):
            made = subscriptions.add(db, 1, 0, query, NOW - DAY)
            subscriptions.arrange(db, replace(made, **changes))
        yield db


def queue(db: sqlite_utils.Database, due: datetime | None, *queries: str, together: bool = False) -> str:
    """A paper that waits; gives its id."""
    id = f"2607.{db.execute('SELECT count(*) FROM papers').fetchone()[0]:05}"
    papers.save(db, paper(id), [], NOW)
    outbox.enqueue(db, [NewDelivery(1, 0, id, queries, due, together)], NOW)
    return id


def waiting(db: sqlite_utils.Database) -> Waiting:
    return {row.paper_id: (row.due_at, row.together) for row in outbox.waiting(db, 1, 0)}


def test_after_a_pause_all_goes_as_one_digest_but_what_is_snoozed(db: sqlite_utils.Database) -> None:
    plain, asleep = queue(db, None, "plain"), queue(db, None, "asleep")
    either, ended = queue(db, NOW + DAY, "asleep", "plain"), queue(db, NOW + DAY, "no more")
    assert queueing.resume(db, CHAT, NOW) == 3
    at_once, awake = (NOW, True), (NOW + DAY + 21 * HOUR, True)  # the first digest after the snooze
    assert waiting(db) == {plain: at_once, either: at_once, ended: at_once, asleep: awake}


def test_after_a_pause_quiet_hours_are_kept(db: sqlite_utils.Database) -> None:
    id = queue(db, None, "plain")
    assert queueing.resume(db, replace(CHAT, quiet_from=time(11), quiet_to=time(13)), NOW) == 1
    assert waiting(db) == {id: (NOW + HOUR, True)}


def test_a_change_to_instant_lets_go_what_waits_for_the_digest_only(db: sqlite_utils.Database) -> None:
    plain, asleep = queue(db, None, "plain"), queue(db, None, "asleep")
    weekly, ended = queue(db, None, "weekly"), queue(db, None, "no more")
    queueing.replan(db, replace(CHAT, mode=Mode.INSTANT), NOW)
    monday = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    card = (NOW, False)
    assert waiting(db) == {plain: card, ended: card, asleep: (NOW + DAY, True), weekly: (monday, True)}
    queueing.replan(db, CHAT, NOW)
    assert waiting(db) == {
        plain: (None, False),
        ended: (None, False),
        asleep: (NOW + DAY + 21 * HOUR, True),
        weekly: (monday, True),
    }


def test_a_digest_that_is_due_is_not_put_off_to_the_next(db: sqlite_utils.Database) -> None:
    """What was due together stays due; what was due as a card, or later, goes where the settings want it."""
    due, later = queue(db, NOW, "weekly", together=True), queue(db, NOW + HOUR, "weekly", together=True)
    card = queue(db, NOW - HOUR, "plain")
    quiet = replace(CHAT, quiet_from=time(11), quiet_to=time(13))
    queueing.replan(db, quiet, NOW)
    monday = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    assert waiting(db) == {due: (NOW + HOUR, True), later: (monday, True), card: (None, False)}


@pytest.mark.parametrize("owed", [True, False])
def test_what_waits_for_a_digest_that_is_owed_goes_with_it(db: sqlite_utils.Database, owed: bool) -> None:
    id = queue(db, None, "plain")
    queueing.replan(db, replace(CHAT, quiet_from=time(11), quiet_to=time(13)), NOW, owed=owed)
    assert waiting(db) == {id: (NOW + HOUR, True) if owed else (None, False)}
