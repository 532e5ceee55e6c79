"""Digests as their buttons show them: cards and back, and the papers over the cap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import sqlite_utils

from bot import digests
from bot.digests import Contents
from bot.render.html import visible
from bot.render.message import Message
from storage import chats, outbox, papers
from storage import digests as stored
from storage.database import connect
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.factories import paper

NOW = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)
IDS = tuple(f"2607.{number:05}" for number in range(1, 28))


@pytest.fixture
def db(tmp_path: Path) -> sqlite_utils.Database:
    """A chat in Berlin that got a digest of 27 papers, 4 of them in the message, the fourth from the trending list."""
    db = connect(tmp_path / "paperwire.db")
    chats.ensure(db, Chat(7, 0, "private", Mode.DAILY, time(9), "Europe/Berlin", created_at=NOW))
    for id in IDS:
        papers.save(db, paper(id, title=f"Paper {int(id[5:])}"), [], NOW)
    outbox.pick(db, 7, 0, [IDS[3]], NOW)
    outbox.enqueue(db, [NewDelivery(7, 0, id, ("routers",), None) for id in IDS if id != IDS[3]], NOW)
    stored.record(db, 7, 0, IDS, 4, NOW)
    return db


def found(db: sqlite_utils.Database) -> Contents:
    """The digest as a button's handler loads it."""
    contents = digests.load(db, 7, 1)
    assert contents
    return contents


def data(message: Message | None) -> list[str]:
    """What its buttons send, in reading order."""
    assert message
    return [button.data for row in message.rows for button in row if button.data]


def test_the_message_can_be_made_again(db: sqlite_utils.Database) -> None:
    """With the day on which it came in the chat's zone, the trending paper under its heading, the rest announced."""
    contents = found(db)
    assert contents.day == date(2026, 7, 4)
    [message] = digests.messages(contents)
    text = visible(message.text)
    assert text.index("3. Paper 3") < text.index("Trending\n") < text.index("4. Paper 4")
    assert "23 more matched" in text
    assert data(message) == ["d:1:1", "d:1:2", "d:1:3", "d:1:4", "dm:1:0"]
    assert digests.papers_on(message) == 4


def test_a_number_opens_its_card_and_goes_back(db: sqlite_utils.Database) -> None:
    """Where from depends on the paper."""
    contents = found(db)
    card = digests.opened(contents, 2)
    assert card and visible(card.text).startswith("Paper 2") and "routers" in card.text
    assert "db:1:2" in data(card)
    assert digests.returned(contents, 2) == digests.messages(contents)[0]
    assert digests.returned(contents, 16) == digests.rest(contents, 1)
    trending = digests.opened(contents, 4)
    assert trending and "trending" in visible(trending.text)


def test_the_rest_is_shown_ten_at_a_time(db: sqlite_utils.Database) -> None:
    """Numbered on, each page with its neighbours."""
    contents = found(db)
    pages = [digests.rest(contents, page) for page in range(3)]
    assert [len([key for key in data(page) if key.startswith("d:")]) for page in pages] == [10, 10, 3]
    assert "5. Paper 5" in visible(pages[0].text if pages[0] else "")
    assert data(pages[0])[-2:] == ["db:1:1", "dm:1:1"]
    assert data(pages[1])[-2:] == ["dm:1:0", "dm:1:2"]
    assert data(pages[2])[-1] == "dm:1:1"
    assert data(pages[2])[0] == "d:1:25"


def test_what_is_not_there_is_not_shown(db: sqlite_utils.Database) -> None:
    """Another chat's digest, or numbers that nobody was offered."""
    contents = found(db)
    assert digests.load(db, 8, 1) is None and digests.load(db, 7, 2) is None
    for number in (-1, 0, 28):
        assert digests.opened(contents, number) is None
    assert digests.returned(contents, 0) is None
    assert digests.returned(contents, 28 + 10) is None
    assert digests.rest(contents, 3) is None and digests.rest(contents, -1) is None


def test_what_waits_takes_further_queries_and_what_was_sent_stays(db: sqlite_utils.Database) -> None:
    """A paper comes once; it names all the queries that matched before it went."""
    again = [NewDelivery(7, 0, IDS[0], ("sparse",), None)]
    assert outbox.enqueue(db, again, NOW) == 0
    assert [row.queries for row in outbox.those_of(db, 7, 0, [IDS[0]])] == [("routers", "sparse")]
    [row] = [row for row in outbox.waiting(db, 7, 0) if row.paper_id == IDS[0]]
    outbox.claim(db, [row.id])
    outbox.sent(db, [row.id], 99, NOW)
    assert outbox.enqueue(db, [NewDelivery(7, 0, IDS[0], ("late",), None)], NOW) == 0
    assert [row.queries for row in outbox.those_of(db, 7, 0, [IDS[0]])] == [("routers", "sparse")]
    assert IDS[0] not in {row.paper_id for row in outbox.waiting(db, 7, 0)}


def test_a_change_of_mind_moves_what_waits(db: sqlite_utils.Database) -> None:
    """From the digest to cards, and back; it says how many papers wait."""
    assert outbox.due_chats(db, NOW) == []
    assert outbox.replan(db, 7, 0, NOW) == 27
    assert outbox.due_chats(db, NOW) == [(7, 0)]
    assert len(outbox.ready(db, 7, 0, NOW, undated=False)) == 26
    outbox.replan(db, 7, 0, None)
    assert outbox.due_chats(db, NOW) == []
