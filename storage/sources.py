"""How reading each source has gone, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlite_utils

from storage.instants import moment, seconds
from storage.records import SourceState

_COLUMNS = "name, cursor, read_at, failures, failed_at, error, retry_at, backfilled"


def state(db: sqlite_utils.Database, name: str) -> SourceState:
    """What is known of a source; the state of one that was never read where nothing is."""
    row = db.execute(f"SELECT {_COLUMNS} FROM sources WHERE name = ?", [name]).fetchone()
    return _state(row) if row else SourceState(name)


def save(db: sqlite_utils.Database, state: SourceState) -> None:
    """Keep a state in place of the one before."""
    db.execute(
        f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            state.name,
            state.cursor,
            seconds(state.read_at),
            state.failures,
            seconds(state.failed_at),
            state.error,
            seconds(state.retry_at),
            state.backfilled,
        ],
    )


def every(db: sqlite_utils.Database) -> list[SourceState]:
    """All sources that were read or tried, by name."""
    return [_state(row) for row in db.execute(f"SELECT {_COLUMNS} FROM sources ORDER BY name")]


# Any: sqlite3 gives its rows no type.
def _state(row: tuple[Any, ...]) -> SourceState:
    found = SourceState(*row)
    return replace(
        found,
        read_at=moment(row[2]),
        failed_at=moment(row[4]),
        retry_at=moment(row[6]),
        backfilled=bool(row[7]),
    )
