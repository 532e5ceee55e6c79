"""What the administrators of the bot tell every chat: a text, and a row per chat that is on its way there.

A row is `waiting`, `claimed` while its message is in flight, then `sent`, or `rejected` where Telegram refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlite_utils

from storage.flights import Flights
from storage.instants import moment, seconds
from storage.numbers import Progress
from storage.records import Delivery

ENDS_AFTER = timedelta(days=2)
"""What could not be sent by then, as to chats that pause, is not sent any more."""

KEPT = timedelta(days=30)
"""How long a text is kept, sent or not."""

_IN = "IN (SELECT value FROM json_each(?))"

FLIGHTS = Flights("broadcast_rows", done="sent")
"""What becomes of the rows that were claimed."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """chat_id, message_id: where its progress is shown. started_at: None for one that is only a draft."""

    id: int
    text: str
    chat_id: int
    message_id: int
    started_at: datetime | None


def draft(db: sqlite_utils.Database, text: str, chat_id: int, now: datetime) -> int:
    """Keep a text; gives its id."""
    db.execute("DELETE FROM broadcasts WHERE made_at < ?", [seconds(now - KEPT)])
    made = "INSERT INTO broadcasts (text, chat_id, made_at) VALUES (?, ?, ?) RETURNING id"
    return int(db.execute(made, [text, chat_id, seconds(now)]).fetchone()[0])


def audience(db: sqlite_utils.Database) -> int:
    """How many chats can be told something; the topics of a forum are one."""
    return int(db.execute("SELECT count(DISTINCT id) FROM chats WHERE gone_at IS NULL").fetchone()[0])


def start(db: sqlite_utils.Database, id: int, message_id: int, now: datetime) -> bool:
    """Queue a draft for every chat; False where it is none (any more), as after a second press."""
    done = db.execute(
        "UPDATE broadcasts SET started_at = ?, message_id = ? WHERE id = ? AND started_at IS NULL",
        [seconds(now), message_id, id],
    ).rowcount
    if done:
        db.execute(
            """INSERT INTO broadcast_rows (broadcast, chat_id, thread, state, due_at, queued_at)
               SELECT ?1, id, min(thread), 'waiting', ?2, ?2 FROM chats WHERE gone_at IS NULL GROUP BY id""",
            [id, seconds(now)],
        )
    return bool(done)


def get(db: sqlite_utils.Database, id: int) -> Broadcast | None:
    """The broadcast of an id."""
    return next(iter(_some(db, "id = ?", id)), None)


def running(db: sqlite_utils.Database) -> list[Broadcast]:
    """Those that are on their way, oldest first."""
    return _some(db, "started_at IS NOT NULL AND ended_at IS NULL")


def progress(db: sqlite_utils.Database, id: int) -> Progress:
    """How far it is; chats that cannot be reached do not count as waiting."""
    row = db.execute(
        """SELECT count(*), coalesce(sum(state = 'sent'), 0),
                  coalesce(sum(state IN ('waiting', 'claimed') AND chats.gone_at IS NULL), 0)
           FROM broadcast_rows JOIN chats ON chats.id = chat_id AND chats.thread = broadcast_rows.thread
           WHERE broadcast = ?""",
        [id],
    ).fetchone()
    return Progress(*row)


def end(db: sqlite_utils.Database, id: int, now: datetime) -> None:
    """Send it to nobody any more."""
    db.execute("UPDATE broadcasts SET ended_at = ? WHERE id = ?", [seconds(now), id])
    db.execute("UPDATE broadcast_rows SET state = 'rejected' WHERE broadcast = ? AND state = 'waiting'", [id])


def ready(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime) -> list[tuple[Delivery, str]]:
    """What is due to be told there, oldest first, with its text; as deliveries without a paper."""
    rows = db.execute(
        """SELECT r.id, r.due_at, r.queued_at, r.attempts, b.text FROM broadcast_rows r
           JOIN broadcasts b ON b.id = r.broadcast
           WHERE r.chat_id = ? AND r.thread = ? AND r.state = 'waiting' AND r.due_at <= ? ORDER BY r.id""",
        [chat_id, thread, now.timestamp()],
    )
    return [
        (Delivery(id, chat_id, thread, "", (), moment(due_at), moment(queued_at), attempts), text)
        for id, due_at, queued_at, attempts, text in rows
    ]


def hold(db: sqlite_utils.Database, chat_id: int, thread: int, until: datetime) -> None:
    """Tell nothing there before a moment."""
    db.execute(
        "UPDATE broadcast_rows SET due_at = max(due_at, ?) WHERE chat_id = ? AND thread = ? AND state = 'waiting'",
        [seconds(until), chat_id, thread],
    )


def _some(db: sqlite_utils.Database, where: str, *values: int) -> list[Broadcast]:
    columns = "id, text, chat_id, message_id, started_at"
    rows = db.execute(f"SELECT {columns} FROM broadcasts WHERE {where} ORDER BY id", list(values))
    return [Broadcast(id, text, chat, message or 0, moment(started)) for id, text, chat, message, started in rows]


def _list(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))
