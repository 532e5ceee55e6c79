"""The SQLite file: one thread writes, another reads, the event loop waits for neither.

Durability: WAL with `synchronous=FULL`, so that a commit survives a power cut. NORMAL would be faster, but could
forget that a message was sent, and a forgotten message is sent twice.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

import sqlite_utils
from filelock import FileLock, Timeout

from storage import damage, schema
from storage.errors import (
    AlreadyRunning,
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnusable,
    DiskFull,
    StorageError,
)

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 1.0
"""How long a write waits for another program; people wait behind it, and what was refused is tried again anyway."""

_LITTLE_ROOM = 65536  # bytes; the index of a WAL takes half of that

_REASONS: tuple[tuple[str, type[DatabaseUnusable], str], ...] = (
    ("locked", DatabaseLocked, "another program holds the database; close it and try again"),
    ("busy", DatabaseLocked, "another program holds the database; close it and try again"),
    ("readonly", DatabaseReadOnly, "cannot be written; check the permissions of the file and its folder"),
    ("disk is full", DiskFull, "the disk is full; make room, nothing was lost"),
    ("unable to open", DatabaseUnusable, "cannot be opened; check that the folder exists and may be written"),
    ("not a database", DatabaseCorrupt, "is no SQLite database; set storage.path to another file, or"),
    ("malformed", DatabaseCorrupt, "is damaged;"),
    ("disk i/o error", DatabaseUnusable, "the disk reports an error; check it, then restart"),
)


class Database:
    """An open database; make it with `Database.open`, end it with `close`.

    Work is given as plain functions that take a `sqlite_utils.Database` first. damaged: told of every error that says
    that the file is damaged, before it is raised.
    """

    def __init__(self, path: Path, lock: FileLock | None) -> None:
        self.path = path
        self._lock = lock
        self._writing = ThreadPoolExecutor(1, "storage-write")
        self._reading = ThreadPoolExecutor(1, "storage-read")
        self.damaged: Callable[[DatabaseCorrupt], None] = lambda _: None
        self._to_scrub = False
        self._writer: sqlite_utils.Database | None = None
        self._reader: sqlite_utils.Database | None = None

    @classmethod
    async def open(cls, path: Path, *, exclusive: bool = False) -> Database:
        """The database at path, created or migrated as needed.

        exclusive: keep every other exclusive opener out. Raises AlreadyRunning, or a DatabaseUnusable.
        """
        lock = await asyncio.to_thread(take_lock, path) if exclusive else None
        database = cls(path, lock)
        try:
            await database._run(database._writing, database._open)
        except BaseException:
            await database.close()
            raise
        return database

    async def examine(self) -> None:
        """Look for damage in the whole file. Raises DatabaseCorrupt."""
        try:
            await damage.examine(self.path)
        except DatabaseCorrupt as trouble:
            self.damaged(trouble)
            raise

    def _open(self) -> None:
        _begin(self.path)
        self._writer = connect(self.path)
        if self._lock is not None:
            prove_writable(self._writer)  # who keeps others out is going to write
        self._reader = connect(self.path, migrate=False)
        self._reader.execute("PRAGMA query_only = 1")

    async def write(
        self, work: Callable[Concatenate[sqlite_utils.Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What work returns, after its transaction was committed; an exception rolls it back and is raised.

        Work that was begun is finished even when the caller is cancelled.
        """

        def transaction() -> T:
            assert self._writer is not None
            with _transaction(self._writer, "BEGIN IMMEDIATE"):
                result = work(self._writer, *args, **kwargs)
            if self._to_scrub:
                self._scrub(0)
            return result

        return await self._run(self._writing, transaction)

    async def scrub(self) -> None:
        """Leave nothing in the log beside the file of what was deleted; as soon as nobody else reads there."""
        await self._run(self._writing, lambda: self._scrub(BUSY_SECONDS))

    def _scrub(self, patience: float) -> None:
        assert self._writer is not None
        self._writer.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
        busy, *_ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._writer.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        self._to_scrub = bool(busy)

    async def read(
        self, work: Callable[Concatenate[sqlite_utils.Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What work returns, over one consistent state of the file; it cannot write."""

        def snapshot() -> T:
            assert self._reader is not None
            with _transaction(self._reader, "BEGIN"):
                return work(self._reader, *args, **kwargs)

        return await self._run(self._reading, snapshot)

    async def close(self) -> None:
        """Finish what was begun, close the file and let go of the lock."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for pool, connection in ((self._reading, self._reader), (self._writing, self._writer)):
            if connection is not None:
                pool.submit(connection.close)
            pool.shutdown()
        if self._lock is not None:
            self._lock.release()

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # the work is wrong, not the file: waiting and trying again would not help
        except sqlite3.DatabaseError as error:
            trouble = explained(error, self.path)
            if isinstance(trouble, DatabaseCorrupt):
                self.damaged(trouble)
            raise trouble from error


def connect(path: Path, *, migrate: bool = True) -> sqlite_utils.Database:
    """A connection with this project's settings; sqlite3's errors are the caller's to explain."""
    damage.refuse_empty(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db = sqlite_utils.Database(connection)
        schema.guard(db, path)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            db.execute(f"PRAGMA {pragma}")
        if migrate and schema.behind(db):
            with _transaction(db, "BEGIN IMMEDIATE"):
                schema.migrate(db, path)
    except BaseException:
        connection.close()
        raise
    return db


def _begin(path: Path) -> None:
    """Make the file where there is none, whole at once: one that is empty was then damaged, not begun and killed."""
    if path.exists() or not path.parent.is_dir():
        return
    new = path.with_name(f"{path.name}.new-{uuid4().hex[:8]}")
    try:
        connect(new).close()
        with suppress(FileExistsError):  # another process has made it meanwhile
            _appear(new, path)
    finally:
        new.unlink(missing_ok=True)


def _appear(new: Path, path: Path) -> None:
    try:
        path.hardlink_to(new)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        new.rename(path)


def prove_writable(db: sqlite_utils.Database) -> None:
    """Write nothing; SQLite raises its error all the same where the file cannot be written."""
    db.execute("UPDATE sources SET name = name WHERE 0")


def refuse_missing_folder(path: Path) -> None:
    """Raise DatabaseUnusable where the folder of a database does not exist, so that none can be made."""
    if not path.parent.is_dir():
        raise DatabaseUnusable(path, "its folder does not exist; make it, or set storage.path to another place")


def explained(error: sqlite3.DatabaseError, path: Path) -> StorageError:
    """A DatabaseUnusable that says what to do, for what SQLite said."""
    said = str(error).lower()
    if "disk i/o error" in said and _is_full(path.parent):  # so SQLite calls it where the index of the WAL has no room
        said = "disk is full"
    for fragment, kind, reason in _REASONS:
        if fragment in said:
            return kind(path, f"{reason} {damage.way_back(path)}" if kind is DatabaseCorrupt else reason)
    return DatabaseUnusable(path, f"SQLite says: {error}")


def _is_full(folder: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _LITTLE_ROOM
    return False


@contextmanager
def _transaction(db: sqlite_utils.Database, begin: str) -> Iterator[None]:
    db.conn.execute(begin)
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    try:
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def lock_file(path: Path) -> Path:
    """The file that an exclusive opener of the database at path holds locked."""
    return path.with_name(f"{path.name}{damage.LOCK}")


def take_lock(path: Path) -> FileLock:
    """The lock of an exclusive opener. Raises AlreadyRunning where another holds it, or a DatabaseUnusable."""
    refuse_missing_folder(path)
    lock = FileLock(lock_file(path), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(path) from None
    except PermissionError:
        raise DatabaseReadOnly(path, "its folder cannot be written; check the permissions") from None
    except OSError as error:
        raise DatabaseUnusable(path, f"cannot be locked: {error.strerror}; its folder has to be writable") from None
    return lock
