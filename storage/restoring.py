"""A backup in the place of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import sqlite_utils

from storage import schema
from storage.backup import backup as copy
from storage.damage import ASIDE
from storage.database import explained, refuse_missing_folder, take_lock
from storage.errors import DatabaseCorrupt, DatabaseUnusable, ForeignDatabase
from storage.journal import ENDING

_WITH_IT = ("", "-wal", "-shm", ENDING)


def restore(backup: Path, path: Path, now: datetime) -> Path | None:
    """Put a copy of a backup in the place of the database at `path`, which is moved aside; gives where to.

    The backup is read whole first, and stays as it is. Raises AlreadyRunning beside a running bot, DatabaseUnusable
    and what is under it where the backup is no whole database of this version or an older one.
    """
    refuse_missing_folder(path)
    if path.exists() and backup.exists() and path.samefile(backup):
        raise DatabaseUnusable(backup, "is the database itself; name a copy of it")
    _examine(backup)
    lock = take_lock(path)
    new = path.with_name(f"{path.name}.restored")
    try:
        copy(backup, new)
        aside = _aside(path, now)
        new.replace(path)
    except OSError as error:
        raise DatabaseUnusable(path, f"cannot be replaced: {error.strerror}") from error
    finally:
        with suppress(OSError):
            new.unlink()
        lock.release()
    return aside


def _examine(backup: Path) -> None:
    if not backup.is_file():
        raise DatabaseUnusable(backup, "there is no such file")
    try:  # not mode=ro, which would leave files beside it
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            schema.guard(sqlite_utils.Database(connection), backup)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except ForeignDatabase as error:
        raise ForeignDatabase(backup, "is no database of Paperwire; take another backup") from error
    except sqlite3.DatabaseError as error:
        known = explained(error, backup)
        if isinstance(known, DatabaseCorrupt):
            raise DatabaseCorrupt(backup, "is damaged or no database; take another backup") from error
        raise known from error
    if found != "ok":
        raise DatabaseCorrupt(backup, f"is damaged ({found.splitlines()[-1]}); take another backup")


def _aside(path: Path, now: datetime) -> Path | None:
    """Move the database away with what belongs to it, so that the newest pages of one never meet the other."""
    target = path.with_name(f"{path.name}{ASIDE}{now:%Y%m%dT%H%M%S}")
    for end in _WITH_IT:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(target.with_name(target.name + end))
    return target if target.exists() else None
