"""Rows that are sent: what becomes of those that were claimed, for every table that has such rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.instants import seconds

_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Flights:
    """table: with id, state, due_at, not_before (Telegram's retry_after, 0 for none) and attempts.

    A row is `waiting`, `claimed` while its message is in flight, then `done`, or `rejected` where Telegram refuses it.
    """

    table: str
    done: str

    def claim(self, db: sqlite_utils.Database, ids: Iterable[int]) -> None:
        """Take waiting rows for sending."""
        sql = f"UPDATE {self.table} SET state = 'claimed' WHERE state = 'waiting' AND id {_IN}"
        db.execute(sql, [_list(ids)])

    def sent(self, db: sqlite_utils.Database, ids: Iterable[int], message_id: int, now: datetime) -> None:  # noqa: ARG002  # as in the outbox
        """Note that these arrived."""
        self._land(db, "state = ?", [self.done], ids)

    def put_back(self, db: sqlite_utils.Database, ids: Iterable[int], not_before: datetime | None = None) -> None:
        """Let claimed rows wait again; not_before: Telegram's retry_after."""
        self._land(db, "state = 'waiting', not_before = ?", [seconds(not_before) or 0], ids)

    def separate(self, db: sqlite_utils.Database, ids: Iterable[int], due: datetime) -> None:
        """Let claimed rows that failed be tried again from `due` on."""
        self._land(db, "state = 'waiting', due_at = ?, attempts = attempts + 1", [seconds(due)], ids)

    def reject(self, db: sqlite_utils.Database, ids: Iterable[int]) -> None:
        """Give claimed rows up for good."""
        self._land(db, "state = 'rejected'", [], ids)

    def recover(self, db: sqlite_utils.Database) -> int:
        """Let what was in flight when the last run ended wait again; gives how many rows."""
        sql = f"UPDATE {self.table} SET state = 'waiting', not_before = 0 WHERE state = 'claimed'"
        return db.execute(sql).rowcount

    def _land(
        self, db: sqlite_utils.Database, changes: str, values: list[str | int | None], ids: Iterable[int]
    ) -> None:
        sql = f"UPDATE {self.table} SET {changes} WHERE state = 'claimed' AND id {_IN}"
        db.execute(sql, [*values, _list(ids)])


def _list(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))
