"""The messages in which papers were sent, as far as they are edited or answered later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlite_utils

from storage.instants import seconds
from storage.outbox import PAUSE

KEPT_FRESH = timedelta(days=30)
"""How long after it was sent a card still gets code."""

COUNTED = timedelta(days=2)
"""How long its counts are kept true."""

LEFT_ALONE = timedelta(hours=4)
"""Between edits of a card for its counts alone."""

FEW = 1
"""Cards at once that are edited for their counts alone: with a look every 10 s, six a minute."""

REACHABLE = "gone_at IS NULL AND coalesce(muted_at, 0) <= ?"
"""Of which chats messages are edited; the value is retried(now)."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card in a chat (or topic). id: its row in the outbox. queries: the subscriptions that matched."""

    id: int
    chat_id: int
    thread: int
    paper_id: str
    message_id: int
    queries: tuple[str, ...]


def note(db: sqlite_utils.Database, ids: Iterable[int]) -> None:
    """These rows of the outbox were sent as cards of their own."""
    db.execute("UPDATE outbox SET is_card = 1 WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))])


def lacks_code(db: sqlite_utils.Database, ids: Iterable[int]) -> bool:
    """Whether of one of these rows' papers more code is known than their message shows."""
    query = "SELECT 1 FROM outbox WHERE stale = 1 AND id IN (SELECT value FROM json_each(?))"
    return db.execute(query, [json.dumps(list(ids))]).fetchone() is not None


def retried(now: datetime) -> float:
    """Where the bot may not write since then or before, it is tried again."""
    return (now - PAUSE).timestamp()


def spoil(db: sqlite_utils.Database, paper_id: str) -> None:
    """More code is known of a paper than its cards show, also those in flight."""
    db.execute("UPDATE outbox SET stale = 1 WHERE paper_id = ? AND state IN ('claimed', 'sent')", [paper_id])


def outdate(db: sqlite_utils.Database, paper_id: str, now: datetime) -> None:
    """The counts on a paper's recent cards are no longer true."""
    db.execute(
        "UPDATE outbox SET stale = 2 WHERE paper_id = ? AND is_card AND state = 'sent' AND sent_at >= ? AND NOT stale",
        [paper_id, seconds(now - COUNTED)],
    )


def places_with(db: sqlite_utils.Database, paper_id: str) -> set[tuple[int, int]]:
    """(chat, thread) of all that got a paper, or get it at this moment."""
    query = "SELECT chat_id, thread FROM outbox WHERE paper_id = ? AND state IN ('claimed', 'sent')"
    return set(db.execute(query, [paper_id]).fetchall())


def stale(db: sqlite_utils.Database, now: datetime, most: int) -> list[Card]:
    """Cards that no longer show what is known, in chats that can be reached: those that lack code, newest first.

    Then a few whose counts are old, where no edit was made for some hours. Not those in whose place something else
    was opened.
    """
    lacking = _stale(db, "stale = 1 AND sent_at >= ?", [seconds(now - KEPT_FRESH), retried(now)], most)
    unedited = "stale = 2 AND sent_at >= ? AND coalesce(edited_at, 0) <= ?"
    counted = [seconds(now - COUNTED), seconds(now - LEFT_ALONE), retried(now)]
    return lacking + _stale(db, unedited, counted, min(FEW, most - len(lacking)))


def _stale(db: sqlite_utils.Database, which: str, moments: list[float], most: int) -> list[Card]:
    rows = db.execute(
        f"""SELECT outbox.id, chat_id, outbox.thread, paper_id, message_id, queries FROM outbox
           JOIN chats ON chats.id = chat_id AND chats.thread = outbox.thread
           WHERE stale AND {which} AND is_card AND state = 'sent' AND message_id IS NOT NULL AND {REACHABLE}
             AND NOT EXISTS (SELECT 1 FROM views WHERE views.chat_id = outbox.chat_id
                             AND views.message_id = outbox.message_id AND current)
           ORDER BY sent_at DESC, outbox.id LIMIT ?""",
        [*moments, most],
    )
    return [
        Card(id, chat_id, thread, paper_id, message_id, tuple(json.loads(queries)))
        for id, chat_id, thread, paper_id, message_id, queries in rows
    ]


def refreshed(db: sqlite_utils.Database, ids: Iterable[int], now: datetime) -> None:
    """These cards show what is known, or cannot be edited."""
    edited = "UPDATE outbox SET stale = 0, edited_at = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(edited, [seconds(now), json.dumps(list(ids))])


def message_with(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> int | None:
    """The message (card or digest) in which a chat (or topic) got a paper; None where it did not."""
    row = db.execute(
        "SELECT message_id FROM outbox WHERE chat_id = ? AND thread = ? AND paper_id = ? AND state = 'sent'",
        [chat_id, thread, paper_id],
    ).fetchone()
    return row[0] if row else None


def lose(db: sqlite_utils.Database, chat_id: int) -> None:
    """The chat's messages have other numbers from now on."""
    db.execute("UPDATE outbox SET message_id = NULL WHERE chat_id = ?", [chat_id])
    db.execute("DELETE FROM views WHERE chat_id = ?", [chat_id])
