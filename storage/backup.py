"""A consistent copy of the database, also while it is written to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import explained
from storage.errors import DatabaseUnusable
from storage.migrations import APPLICATION_ID


def backup(source: Path, target: Path) -> int:
    """Copy source to target, which appears only when it is complete; gives its size in bytes.

    A target that is a Paperwire database already is replaced; any other file is left alone. Raises DatabaseUnusable.
    """
    if not source.is_file():
        raise DatabaseUnusable(source, "there is no database yet; `paperwire run` or `paperwire fetch` makes it")
    if target.exists():
        _refuse_foreign(source, target)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with closing(_read_only(source)) as original, closing(sqlite3.connect(unfinished)) as copy:
            original.backup(copy)
            # A copy of a WAL database asks for WAL files beside it; a backup should be one file.
            copy.execute("PRAGMA journal_mode = DELETE")
        unfinished.replace(target)
    except sqlite3.DatabaseError as error:
        raise explained(error, source if "malformed" in str(error) else target) from error
    except OSError as error:
        raise DatabaseUnusable(target, f"cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _refuse_foreign(source: Path, target: Path) -> None:
    if not target.is_file() or target.samefile(source):
        raise DatabaseUnusable(target, "cannot hold the copy; choose another file")
    try:
        with closing(_read_only(target)) as existing:
            owner = existing.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError:
        owner = None
    if owner != APPLICATION_ID:
        raise DatabaseUnusable(target, "exists and is no Paperwire database; choose another file")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
