"""The file's schema: whose it is, how far it has come, and the way to today's (the steps are in migrations.py)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from storage.errors import ForeignDatabase, NewerDatabase
from storage.migrations import steps

APPLICATION_ID = 0x50575245  # "PWRE"


def migrate(db: sqlite_utils.Database, path: Path) -> None:
    """Bring the file to this schema, with a copy beside it first when it held data. For use within a transaction.

    Raises ForeignDatabase or NewerDatabase before anything is touched.
    """
    guard(db, path)
    pending = steps.pending(db)
    if not pending:
        return
    if steps.applied(db):
        _copy(path, path.with_name(f"{path.name}.before-{pending[0].name}"))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    steps.apply(db)
    db.execute(f"PRAGMA user_version = {len(steps.applied(db))}")


def behind(db: sqlite_utils.Database) -> bool:
    """Whether the file has steps to take."""
    return bool(steps.pending(db))


def version(db: sqlite_utils.Database) -> int:
    """How many steps the file has taken."""
    return _pragma(db, "user_version")


def guard(db: sqlite_utils.Database, path: Path) -> None:
    """Raise ForeignDatabase or NewerDatabase where the file is not one that this version may touch."""
    # In this order: what another process makes meanwhile comes together with its application_id.
    in_use = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    owned_by = _pragma(db, "application_id")
    if owned_by != APPLICATION_ID and (owned_by or in_use):
        raise ForeignDatabase(path, "belongs to another program; set storage.path to a file of Paperwire's own")
    with closing(sqlite_utils.Database(memory=True)) as nothing:
        known = {step.name for step in steps.pending(nothing)}
    applied = {step.name for step in steps.applied(db)}
    if _pragma(db, "user_version") > len(known) or not applied <= known:
        raise NewerDatabase(path, "was written by a newer Paperwire; upgrade Paperwire, or restore an older backup")


def owner(path: Path) -> int:
    """The application_id of the SQLite file at path, 0 where it is no such file or cannot be read."""
    try:
        with path.open("rb") as file:
            header = file.read(100)  # https://www.sqlite.org/fileformat.html#the_database_header
    except OSError:
        return 0
    return int.from_bytes(header[68:72], "big") if header.startswith(b"SQLite format 3\0") else 0


def _pragma(db: sqlite_utils.Database, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _copy(path: Path, target: Path) -> None:
    """Copy what is committed; through a connection of its own, since the one that writes cannot be copied from."""
    with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
