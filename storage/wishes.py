"""Who is to hear, once, that a paper's code is out: a row per (chat, thread, paper), which stays.

A row is `open` while no code is known, then `waiting`, `claimed` while its message is in flight, and `told`, or
`rejected` where Telegram refuses it for good. asked: with the button, else because of a subscription. Waiting rows
with a due_at go from then on; those without go along with the chat's next digest. not_before: as in the outbox.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import sqlite_utils

from storage.flights import Flights
from storage.instants import moment, seconds
from storage.records import Delivery

Place = tuple[int, int]
_IN = "IN (SELECT value FROM json_each(?))"

FLIGHTS = Flights("code_wishes", done="told")
"""What becomes of the rows that were claimed."""


def make(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str, now: datetime) -> None:
    """Let a stored chat (or topic) hear of this paper's code, also where it heard of an earlier one's."""
    db.execute(
        """INSERT INTO code_wishes (chat_id, thread, paper_id, asked, state, queued_at) VALUES (?, ?, ?, 1, 'open', ?)
           ON CONFLICT DO UPDATE SET asked = 1, state = 'open', queued_at = excluded.queued_at
           WHERE state IN ('told', 'rejected')""",
        [chat_id, thread, paper_id, seconds(now)],
    )


def is_open(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> bool:
    """Whether a chat (or topic) waits for this paper's code."""
    where = "chat_id = ? AND thread = ? AND paper_id = ? AND state = 'open'"
    return bool(db.execute(f"SELECT 1 FROM code_wishes WHERE {where}", [chat_id, thread, paper_id]).fetchone())


def withdraw(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> bool:
    """Take an open wish back; whether there was one."""
    where = "chat_id = ? AND thread = ? AND paper_id = ? AND state = 'open'"
    return bool(db.execute(f"DELETE FROM code_wishes WHERE {where}", [chat_id, thread, paper_id]).rowcount)


def fulfil(db: sqlite_utils.Database, paper_id: str, now: datetime) -> set[Place]:
    """Code is known: whoever waits for it, or saved the paper, is to hear from now on; gives their (chat, thread)."""
    db.execute(
        """INSERT OR IGNORE INTO code_wishes (chat_id, thread, paper_id, asked, state, queued_at)
           SELECT chat_id, thread, paper_id, 1, 'open', ?1 FROM saved WHERE paper_id = ?2""",
        [seconds(now), paper_id],
    )
    rows = db.execute(
        """UPDATE code_wishes SET state = 'waiting', due_at = ? WHERE paper_id = ? AND state = 'open'
           RETURNING chat_id, thread""",
        [seconds(now), paper_id],
    )
    return {(chat_id, thread) for chat_id, thread in rows.fetchall()}


def announce(
    db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str, due: datetime | None, now: datetime
) -> bool:
    """Let a chat hear that did not ask, unless it hears or heard already; gives whether it is to hear by this."""
    return bool(
        db.execute(
            """INSERT OR IGNORE INTO code_wishes (chat_id, thread, paper_id, asked, state, due_at, queued_at)
               VALUES (?, ?, ?, 0, 'waiting', ?, ?)""",
            [chat_id, thread, paper_id, seconds(due), seconds(now)],
        ).rowcount
    )


def ready(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime) -> list[Delivery]:
    """What is due to be told there, oldest first; as deliveries without queries."""
    rows = db.execute(
        """SELECT id, paper_id, due_at, queued_at, attempts FROM code_wishes
           WHERE chat_id = ? AND thread = ? AND state = 'waiting' AND due_at <= ? ORDER BY due_at, id""",
        [chat_id, thread, now.timestamp()],
    )
    return [
        Delivery(id, chat_id, thread, paper_id, (), moment(due_at), moment(queued_at), attempts)
        for id, paper_id, due_at, queued_at, attempts in rows
    ]


def replan(db: sqlite_utils.Database, chat_id: int, thread: int, due: datetime | None) -> None:
    """Move what waits to be told to `due` (None: what was asked for at once, the rest with the next digest)."""
    db.execute(
        """UPDATE code_wishes SET due_at = CASE WHEN asked THEN coalesce(?1, 0) ELSE ?1 END
           WHERE chat_id = ?2 AND thread = ?3 AND state IN ('waiting', 'claimed')""",
        [seconds(due), chat_id, thread],
    )


def hold(db: sqlite_utils.Database, chat_id: int, thread: int, until: datetime) -> None:
    """Tell nothing there before a moment."""
    db.execute(
        """UPDATE code_wishes SET due_at = max(due_at, ?)
           WHERE chat_id = ? AND thread = ? AND state = 'waiting' AND due_at IS NOT NULL""",
        [seconds(until), chat_id, thread],
    )


def join_digest(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime) -> None:
    """The chat gets its digest: what was to go along with it is due."""
    db.execute(
        """UPDATE code_wishes SET due_at = ?
           WHERE chat_id = ? AND thread = ? AND state = 'waiting' AND due_at IS NULL""",
        [seconds(now), chat_id, thread],
    )


def reopen(db: sqlite_utils.Database, ids: Iterable[int]) -> None:
    """The code is not known any more (a comment was changed): let these wait for it again."""
    db.execute(f"UPDATE code_wishes SET state = 'open' WHERE state = 'waiting' AND id {_IN}", [_list(ids)])


def _list(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))
