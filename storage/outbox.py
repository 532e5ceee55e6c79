"""What is on its way to chats: a row per (chat, thread, paper), which stays and remembers what a chat got.

A row is `waiting`, then `claimed` while its message is in flight, then `sent`, or `rejected` where Telegram refuses
it for good. Waiting rows with a due_at go as cards from then on; those without go with the chat's next digest.
Those that are `together` go from their due_at on as a digest, those of subscriptions with a rhythm of their own.
not_before keeps a retry_after of Telegram over a restart, and holds the whole chat (or topic).
A row without queries is a pick from the trending list: it exists only while it is in flight, and once it was sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlite_utils

from storage.instants import moment, seconds
from storage.records import Delivery

PAUSE = timedelta(hours=6)
"""How long a closed or deleted topic, or a chat in which the bot may not write, is left alone until the next try."""

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_COLUMNS = "id, chat_id, thread, paper_id, queries, due_at, queued_at, attempts, together"
_IN = "IN (SELECT value FROM json_each(?))"
_OPEN = "outbox INDEXED BY outbox_open WHERE state IN ('waiting', 'claimed')"  # not all that was ever sent


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A paper for a chat (or topic).

    due_at: when it may go as a card of its own, or (together) in a digest; None: with the chat's digest.
    """

    chat_id: int
    thread: int
    paper_id: str
    queries: tuple[str, ...]
    due_at: datetime | None
    together: bool = False


def enqueue(
    db: sqlite_utils.Database,
    rows: Iterable[NewDelivery],
    now: datetime,
    digest_at: Callable[[NewDelivery], datetime] = lambda _: _NEVER,
) -> int:
    """Queue what the chats did not get yet; gives how many rows are new.

    A paper that was not sent yet gets the further queries, and goes sooner where they want that; one that was sent
    stays as it is. digest_at: when the chat's digest comes.
    """
    new = 0
    for row in rows:
        key = [row.chat_id, row.thread, row.paper_id]
        old = db.execute(
            """SELECT id, state, queries, due_at, together FROM outbox
               WHERE chat_id = ? AND thread = ? AND paper_id = ?""",
            key,
        ).fetchone()
        if old is None:
            new += 1
            db.execute(
                """INSERT INTO outbox (chat_id, thread, paper_id, queries, due_at, together, queued_at, state)
                   VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')""",
                [*key, json.dumps(row.queries), seconds(row.due_at), int(row.together), seconds(now)],
            )
        elif old[1] in ("waiting", "claimed"):
            queries = dict.fromkeys([*json.loads(old[2]), *row.queries])
            due, together = _sooner(row, old[3], old[4], digest_at)
            db.execute(
                "UPDATE outbox SET queries = ?, due_at = ?, together = ? WHERE id = ?",
                [json.dumps(list(queries)), due, together, old[0]],
            )
    return new


def due_chats(db: sqlite_utils.Database, now: datetime) -> list[tuple[int, int]]:
    """(chat, thread) of all that can get something now, longest due first: cards, an owed digest, news of code.

    Also of those that are to hear a broadcast, and of lost topics that were not told of yet.
    """
    rows = db.execute(
        f"""SELECT due.chat_id, due.thread FROM (
               SELECT chat_id, thread, min(due_at) AS since FROM outbox INDEXED BY outbox_due
               WHERE state = 'waiting' AND due_at <= :now GROUP BY chat_id, thread
               UNION ALL SELECT chat_id, thread, due_at FROM code_wishes WHERE state = 'waiting' AND due_at <= :now
               UNION ALL SELECT chat_id, thread, due_at FROM broadcast_rows WHERE state = 'waiting' AND due_at <= :now
               UNION ALL SELECT id, thread, next_digest_at FROM chats WHERE next_digest_at <= :now
               UNION ALL SELECT id, thread, topic_lost_at FROM chats
                         WHERE topic_lost_at IS NOT NULL AND topic_told_at IS NULL) AS due
           JOIN chats ON chats.id = due.chat_id AND chats.thread = due.thread
           WHERE chats.gone_at IS NULL AND coalesce(chats.muted_at, 0) <= :retried
             AND (coalesce(chats.topic_lost_at, 0) <= :retried OR chats.topic_told_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM {_OPEN} AND state = 'waiting' AND chat_id = due.chat_id
                             AND thread = due.thread AND not_before > :now)
             AND NOT EXISTS (SELECT 1 FROM code_wishes WHERE state = 'waiting' AND chat_id = due.chat_id
                             AND thread = due.thread AND not_before > :now)
             AND NOT EXISTS (SELECT 1 FROM broadcast_rows WHERE state = 'waiting' AND chat_id = due.chat_id
                             AND thread = due.thread AND not_before > :now)
           GROUP BY due.chat_id, due.thread ORDER BY min(due.since), due.chat_id, due.thread""",
        {"now": now.timestamp(), "retried": (now - PAUSE).timestamp()},
    )
    return [(chat_id, thread) for chat_id, thread in rows]


def ready(
    db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime, *, undated: bool, limit: int = -1
) -> list[Delivery]:
    """Waiting rows that are due, oldest first; with undated, those for the digest too."""
    condition = "(due_at <= ? OR due_at IS NULL)" if undated else "due_at <= ?"
    return _some(db, f"state = 'waiting' AND {condition}", [chat_id, thread, now.timestamp(), limit])


def places_queued_after(db: sqlite_utils.Database, moment: datetime) -> list[tuple[int, int]]:
    """(chat, thread) of what waits and was queued later than a moment, as by a clock that is ahead."""
    rows = db.execute(f"SELECT DISTINCT chat_id, thread FROM {_OPEN} AND queued_at > ?", [seconds(moment)])
    return [(chat_id, thread) for chat_id, thread in rows]


def waiting(db: sqlite_utils.Database, chat_id: int, thread: int) -> list[Delivery]:
    """All rows that wait, due or not, oldest first."""
    return _some(db, "state = 'waiting'", [chat_id, thread, -1])


def claim(db: sqlite_utils.Database, ids: Iterable[int]) -> None:
    """Take waiting rows for sending."""
    db.execute(f"UPDATE outbox SET state = 'claimed' WHERE state = 'waiting' AND id {_IN}", [_list(ids)])


def pick(
    db: sqlite_utils.Database, chat_id: int, thread: int, paper_ids: Iterable[str], now: datetime
) -> list[Delivery]:
    """Claim papers of the trending list that the chat neither got nor waits for, in the order given."""
    rows: list[Delivery] = []
    for paper_id in paper_ids:
        found = db.query(
            f"""INSERT OR IGNORE INTO outbox (chat_id, thread, paper_id, queries, queued_at, state)
                VALUES (?, ?, ?, '[]', ?, 'claimed') RETURNING {_COLUMNS}""",
            [chat_id, thread, paper_id, seconds(now)],
        )
        rows += [_delivery(row) for row in found]
    return rows


def sent(db: sqlite_utils.Database, ids: Iterable[int], message_id: int, now: datetime) -> None:
    """Note that these papers arrived with a message."""
    db.execute(
        f"UPDATE outbox SET state = 'sent', message_id = ?, sent_at = ? WHERE state = 'claimed' AND id {_IN}",
        [message_id, seconds(now), _list(ids)],
    )


def put_back(db: sqlite_utils.Database, ids: Iterable[int], not_before: datetime | None = None) -> None:
    """Let claimed rows wait again; not_before: Telegram's retry_after. Trending picks are dropped."""
    chosen = _list(ids)
    db.execute(f"DELETE FROM outbox WHERE state = 'claimed' AND queries = '[]' AND id {_IN}", [chosen])
    db.execute(
        f"UPDATE outbox SET state = 'waiting', not_before = ? WHERE state = 'claimed' AND id {_IN}",
        [seconds(not_before) or 0, chosen],
    )


def separate(db: sqlite_utils.Database, ids: Iterable[int], due: datetime) -> None:
    """Let claimed rows that failed together go as cards from `due` on, so that one bad paper does not cost the others.

    Trending picks are dropped.
    """
    chosen = list(ids)
    put_back(db, chosen)
    db.execute(
        f"UPDATE outbox SET due_at = ?, together = 0, attempts = attempts + 1 WHERE state = 'waiting' AND id {_IN}",
        [int(due.timestamp()), _list(chosen)],
    )


def reject(db: sqlite_utils.Database, ids: Iterable[int]) -> None:
    """Give claimed rows up for good."""
    db.execute(f"UPDATE outbox SET state = 'rejected' WHERE state = 'claimed' AND id {_IN}", [_list(ids)])


def replan(db: sqlite_utils.Database, chat_id: int, thread: int, due: datetime | None) -> int:
    """Move all that the chat (or topic) waits for to `due` (None: its next digest); gives how many papers wait."""
    open_rows = "chat_id = ? AND thread = ? AND state IN ('waiting', 'claimed')"
    moved = f"UPDATE outbox SET due_at = ?, together = 0 WHERE {open_rows}"
    return db.execute(moved, [seconds(due), chat_id, thread]).rowcount


def move(db: sqlite_utils.Database, id: int, due: datetime | None, together: bool) -> None:
    """Let one row wait for something else."""
    db.execute("UPDATE outbox SET due_at = ?, together = ? WHERE id = ?", [seconds(due), int(together), id])


def recover(db: sqlite_utils.Database) -> int:
    """Let what was in flight when the last run ended wait again; gives how many rows."""
    ids = [id for (id,) in db.execute(f"SELECT id FROM {_OPEN} AND state = 'claimed'").fetchall()]
    put_back(db, ids)
    return len(ids)


def hold(db: sqlite_utils.Database, chat_id: int, thread: int, not_before: datetime) -> None:
    """Keep Telegram's retry_after for a message of the chat (or topic) that is no paper."""
    where = "chat_id = ? AND thread = ? AND state = 'waiting'"
    db.execute(f"UPDATE outbox SET not_before = ? WHERE {where}", [seconds(not_before), chat_id, thread])


def those_of(db: sqlite_utils.Database, chat_id: int, thread: int, paper_ids: Iterable[str]) -> list[Delivery]:
    """The rows of these papers, whatever became of them, in the order given; without queries: of trending ones."""
    chosen = list(paper_ids)
    rows = db.query(
        f"SELECT {_COLUMNS} FROM outbox WHERE chat_id = ? AND thread = ? AND paper_id {_IN}",
        [chat_id, thread, json.dumps(chosen)],
    )
    found = {row.paper_id: row for row in map(_delivery, rows)}
    return [found[id] for id in chosen if id in found]


def _sooner(
    new: NewDelivery, due: int | None, together: int, digest_at: Callable[[NewDelivery], datetime]
) -> tuple[int | None, int]:
    """due_at and together of whichever comes first."""
    wanted = seconds(new.due_at)
    if wanted == due:
        return due, together
    digest = digest_at(new).timestamp() if due is None or wanted is None else 0.0
    if (digest if due is None else due) <= (digest if wanted is None else wanted):
        return due, together
    return wanted, int(new.together)


def _some(db: sqlite_utils.Database, condition: str, values: list[int | float]) -> list[Delivery]:
    order = "coalesce(due_at, queued_at), id"
    rows = db.query(
        f"SELECT {_COLUMNS} FROM {_OPEN} AND chat_id = ? AND thread = ? AND {condition} ORDER BY {order} LIMIT ?",
        values,
    )
    return [_delivery(row) for row in rows]


def _delivery(row: Mapping[str, object]) -> Delivery:
    fields = dict(row)
    fields["queries"] = tuple(json.loads(str(fields["queries"])))
    fields["together"] = bool(fields["together"])
    for name in ("due_at", "queued_at"):
        fields[name] = moment(fields[name])  # type: ignore[call-overload]  # the STRICT column is INTEGER or NULL
    return Delivery(**fields)  # type: ignore[arg-type]  # types as in the STRICT table


def _list(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))
