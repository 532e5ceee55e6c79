"""A consistent copy of the database, also while it is written to."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage.damage import UNFINISHED, way_back
from storage.database import BUSY_SECONDS, explained
from storage.errors import DatabaseCorrupt, DatabaseUnusable, ForeignDatabase
from storage.schema import APPLICATION_ID, owner


def backup(source: Path, target: Path) -> int:
    """Copy source to target, which appears only when it is complete; gives its size in bytes.

    The copy is read whole before it replaces an earlier one; any other file is left alone. Raises DatabaseCorrupt
    where it is damaged, as the source then is, and DatabaseUnusable.
    """
    if not source.is_file():
        raise DatabaseUnusable(source, "there is no database yet; `paperwire run` or `paperwire fetch` makes it")
    if target.is_dir():
        raise DatabaseUnusable(target, "is a folder; name a file in it")
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        if target.exists():
            _refuse_to_replace(source, target)
        with closing(_opened(source)) as original, closing(sqlite3.connect(unfinished)) as copy:
            original.backup(copy)
            # A copy of a WAL database asks for WAL files beside it; a backup should be one file.
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise DatabaseCorrupt(source, f"is damaged; {way_back(source)}")
        unfinished.replace(target)
    except sqlite3.DatabaseError as error:
        raise explained(error, source if "malformed" in str(error) else target) from error
    except OSError as error:
        raise DatabaseUnusable(target, f"cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return target.stat().st_size


def _opened(source: Path) -> sqlite3.Connection:
    """A connection that only reads; not mode=ro, which would leave the WAL's files behind. Raises DatabaseUnusable."""
    connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
    try:
        owned_by = connection.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError as error:
        connection.close()
        raise explained(error, source) from error
    if owned_by != APPLICATION_ID:
        connection.close()
        raise ForeignDatabase(source, "belongs to another program; set storage.path to Paperwire's own file")
    return connection


def _refuse_to_replace(source: Path, target: Path) -> None:
    if not target.is_file() or target.samefile(source):
        raise DatabaseUnusable(target, "cannot hold the copy; choose another file")
    if owner(target) != APPLICATION_ID:
        raise DatabaseUnusable(target, "exists and is no Paperwire database; choose another file")
    try:
        with closing(sqlite3.connect(target, timeout=0)) as existing:
            # Only who is alone can do this. A WAL left beside it would be taken for the newest pages of the new file.
            existing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(target, "is in use; choose another file") from error
