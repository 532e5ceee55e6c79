"""A file that is damaged: how that is found out before something stumbles over it, and what leads back."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import DatabaseCorrupt
from storage.schema import APPLICATION_ID, owner

UNFINISHED = ".unfinished"
"""The end of the name of a copy that is not complete."""

LOCK = ".lock"
"""The end of the name of the file that a bot holds locked beside its database."""

ASIDE = ".before-restore-"
"""In the name of a database that a backup took the place of."""


def refuse_empty(path: Path) -> None:
    """Raise DatabaseCorrupt for an empty file, which SQLite would take for a new database."""
    if path.is_file() and not path.stat().st_size:
        raise DatabaseCorrupt(path, f"is empty; to begin anew delete it, to go on {way_back(path)}")


async def examine(path: Path) -> None:
    """Read the whole file, in a thread of its own. Raises DatabaseCorrupt for the first fault of its structure."""
    with closing(_opened(path)) as db:
        reading = asyncio.create_task(asyncio.to_thread(_faults, db))
        try:
            found = await asyncio.shield(reading)
        except asyncio.CancelledError:
            db.interrupt()
            await asyncio.wait({reading})
            raise
    if found != "ok":
        raise DatabaseCorrupt(path, f"is damaged; {way_back(path)}")


def way_back(path: Path) -> str:
    """What to do about a damaged file, with the newest backup that lies beside it."""
    backup = _newest_backup(path)
    if backup is None:
        return "put your newest backup in its place: paperwire restore FILE"
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    return f"put the newest backup, of {made:%d %b %Y %H:%M} UTC, in its place: paperwire restore {backup}"


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)


def _faults(db: sqlite3.Connection) -> str:
    try:
        return str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            return str(error)
        return "ok"  # held by another program, or the stop interrupts: the next time tells


def _newest_backup(path: Path) -> Path | None:
    found: list[tuple[float, Path]] = []
    with suppress(OSError):
        for beside in path.parent.iterdir():
            doubtful = beside.suffix == UNFINISHED or f"{path.name}{ASIDE}" in beside.name or beside.name == path.name
            doubtful |= beside.with_name(f"{beside.name}{LOCK}").exists()  # another bot's database
            if not doubtful and owner(beside) == APPLICATION_ID:
                found.append((beside.stat().st_mtime, beside))
    return max(found)[1] if found else None
