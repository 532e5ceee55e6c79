"""The file: how it is opened and kept from others, what a transaction promises, and what goes wrong with it."""

# ruff: noqa: ASYNC220, ASYNC240  (the event loop of a test may wait for the disk)

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlite_utils

from storage import database as module
from storage.database import Database
from storage.errors import (
    AlreadyRunning,
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnusable,
    DiskFull,
    ForeignDatabase,
    NewerDatabase,
)
from storage.schema import APPLICATION_ID
from tests.permissions import everyones, without_privileges


def add(db: sqlite_utils.Database, key: str) -> None:
    db.execute("INSERT INTO recall (key, chat_id, text, used_at) VALUES (?, 1, '', 0)", [key])


def keys(db: sqlite_utils.Database) -> list[str]:
    return [key for (key,) in db.execute("SELECT key FROM recall ORDER BY key")]


def value(db: sqlite_utils.Database, pragma: str) -> object:
    return db.execute(f"PRAGMA {pragma}").fetchone()[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paperwire.db"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with everyones() as folder:
        yield folder


@pytest.fixture
async def closed(path: Path) -> Path:
    """A database that is whole and closed."""
    database = await Database.open(path)
    await database.write(add, "kept")
    await database.close()
    return path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program is not waited for."""
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.0)


@contextmanager
def foreign(path: Path, script: str) -> Iterator[sqlite3.Connection]:
    """Another program that has the file open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(script)
        yield connection


async def refused(path: Path, *, exclusive: bool = True) -> DatabaseUnusable:
    """Why the file is not opened; it is the same to the byte afterwards, and so is what lies beside it."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(DatabaseUnusable) as caught:
        await Database.open(path, exclusive=exclusive)
    assert path.read_bytes() == before
    lock = path.with_name(f"{path.name}.lock")
    assert sorted({*path.parent.iterdir()} - {lock}) == sorted({*beside} - {lock})
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    return caught.value


async def test_both_connections_have_the_settings_of_the_project(database: Database) -> None:
    for use in (database.write, database.read):
        assert await use(value, "journal_mode") == "wal"
        assert await use(value, "foreign_keys") == 1
        assert await use(value, "synchronous") == 2
        assert await use(value, "secure_delete") == 1
        assert await use(value, "application_id") == APPLICATION_ID
    assert await database.read(value, "query_only") == 1


async def test_foreign_keys_are_enforced(database: Database) -> None:
    def orphan(db: sqlite_utils.Database) -> None:
        db.execute("INSERT INTO statements (paper_id, source, data, seen_at) VALUES ('none', 'x', '{}', 0)")

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await database.write(orphan)


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseReadOnly):
        await database.read(add, "x")
    assert await database.read(keys) == []


async def test_the_event_loop_and_readers_go_on_while_a_write_runs(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: sqlite_utils.Database) -> str:
        add(db, "slow")
        begun.set()
        assert go_on.wait(10), "the event loop stood still"
        return "done"

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    assert await database.read(keys) == []
    go_on.set()
    assert await writing == "done"
    assert await database.read(keys) == ["slow"]


async def test_a_read_sees_one_state(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def twice(db: sqlite_utils.Database) -> tuple[list[str], list[str]]:
        first = keys(db)
        begun.set()
        assert go_on.wait(10)
        return first, keys(db)

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(begun.wait, 10)
    await database.write(add, "meanwhile")
    go_on.set()
    assert await reading == ([], [])
    assert await database.read(keys) == ["meanwhile"]


async def test_a_failed_transaction_leaves_nothing_and_does_not_hurt_the_next(database: Database) -> None:
    def half(db: sqlite_utils.Database) -> None:
        add(db, "half")
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        await database.write(half)
    await database.write(add, "next")
    assert await database.read(keys) == ["next"]


async def test_what_was_begun_is_finished_when_the_caller_is_cancelled(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: sqlite_utils.Database) -> None:
        begun.set()
        assert go_on.wait(10)
        add(db, "finished")

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    await database.write(add, "later")
    assert await database.read(keys) == ["finished", "later"]


async def test_closing_finishes_what_was_begun(path: Path) -> None:
    database = await Database.open(path)
    writing = asyncio.create_task(database.write(add, "last"))
    await asyncio.sleep(0)
    await database.close()
    await writing
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as reopened:
        assert reopened.execute("SELECT key FROM recall").fetchall() == [("last",)]


@pytest.mark.usefixtures("impatient")
async def test_another_program_that_writes_is_told_of_and_nothing_is_lost(path: Path) -> None:
    database = await Database.open(path)
    with foreign(path, "BEGIN EXCLUSIVE; UPDATE recall SET text = ''"):
        with pytest.raises(DatabaseLocked, match="another program holds the database; close it and try again"):
            await database.write(add, "x")
        assert await database.read(keys) == []
    await database.write(add, "x")
    assert await database.read(keys) == ["x"]
    await database.close()


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_program_holds_is_not_opened(closed: Path) -> None:
    held = "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; UPDATE recall SET text = 'theirs'"
    with foreign(closed, held):
        assert isinstance(await refused(closed), DatabaseLocked)


async def test_it_is_searched_while_another_program_writes(closed: Path) -> None:
    with foreign(closed, "BEGIN IMMEDIATE; DELETE FROM recall"):
        database = await Database.open(closed)
        assert await database.read(keys) == ["kept"]
        await database.close()


async def test_a_full_disk_says_so_and_the_transaction_is_undone(database: Database) -> None:
    def much(db: sqlite_utils.Database) -> None:
        add(db, "before")
        add(db, "x" * 10_000_000)

    await database.write(lambda db: db.execute("PRAGMA max_page_count = 400"))
    with pytest.raises(DiskFull, match="the disk is full; make room, nothing was lost"):
        await database.write(much)
    await database.write(add, "small")
    assert await database.read(keys) == ["small"]


@pytest.mark.parametrize(("free", "kind"), [(4096, DiskFull), (10**9, DatabaseUnusable)])
def test_an_error_of_the_disk_is_told_apart_from_one_that_is_full(
    path: Path, monkeypatch: pytest.MonkeyPatch, free: int, kind: type[DatabaseUnusable]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert type(module.explained(sqlite3.OperationalError("disk I/O error"), path)) is kind


async def test_a_read_only_file_is_not_opened_to_run_on(closed: Path, open_folder: Path) -> None:
    path, content = open_folder / closed.name, closed.read_bytes()
    path.write_bytes(content)
    path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    with without_privileges():
        with pytest.raises(DatabaseReadOnly, match="check the permissions of the file and its folder"):
            await Database.open(path, exclusive=True)
        assert path.read_bytes() == content
        database = await Database.open(path)
        assert await database.read(keys) == ["kept"]
        with pytest.raises(DatabaseReadOnly):
            await database.write(add, "x")
        await database.close()


async def test_a_folder_that_cannot_be_written_to_is_told_of(open_folder: Path) -> None:
    open_folder.chmod(0o755 if os.geteuid() == 0 else 0o555)
    with without_privileges():
        with pytest.raises(DatabaseReadOnly, match="its folder cannot be written"):
            await Database.open(open_folder / "paperwire.db", exclusive=True)
        with pytest.raises(DatabaseUnusable, match="cannot be opened; check that the folder exists and may be written"):
            await Database.open(open_folder / "paperwire.db")


async def test_a_folder_that_does_not_exist_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="its folder does not exist"):
        await Database.open(tmp_path / "missing" / "paperwire.db", exclusive=True)
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        await Database.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "script",
    ["CREATE TABLE theirs (x)", "PRAGMA application_id = 7", "PRAGMA journal_mode = WAL; CREATE VIEW v AS SELECT 1"],
)
async def test_the_file_of_another_program_is_left_alone(path: Path, script: str) -> None:
    with foreign(path, script):
        pass
    error = await refused(path)
    assert isinstance(error, ForeignDatabase)
    assert "set storage.path to a file of Paperwire's own" in str(error)


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("token = 1\n" * 500)
    error = await refused(path)
    assert isinstance(error, DatabaseCorrupt)
    assert "is no SQLite database" in str(error)


@pytest.mark.parametrize("damage", ["cut", "schema"])
async def test_a_damaged_file_is_left_alone(closed: Path, damage: str) -> None:
    content = bytearray(closed.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    else:
        content[100:4000] = b"\xff" * 3900
    closed.write_bytes(content)
    error = await refused(closed)
    assert isinstance(error, DatabaseCorrupt)
    assert "is damaged; put your newest backup in its place" in str(error)


async def test_damage_that_is_met_later_is_told_of(closed: Path) -> None:
    with foreign(closed, "") as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'recall'").fetchone()
    content = bytearray(closed.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    closed.write_bytes(content)
    database = await Database.open(closed)
    with pytest.raises(DatabaseCorrupt, match="is damaged"):
        await database.read(lambda db: db.execute("SELECT text FROM recall").fetchall())
    await database.close()


@pytest.mark.parametrize(
    "script",
    [
        "PRAGMA user_version = 99",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('paperwire', 'm0099_later', '')",
    ],
)
async def test_the_file_of_a_newer_version_is_left_alone(closed: Path, script: str) -> None:
    with foreign(closed, script):
        pass
    error = await refused(closed)
    assert isinstance(error, NewerDatabase)
    assert "upgrade Paperwire" in str(error)


async def test_two_cannot_work_on_one_file_until_the_first_has_closed_it(path: Path) -> None:
    first = await Database.open(path, exclusive=True)
    with pytest.raises(AlreadyRunning, match="another Paperwire is running on this database; stop it first"):
        await Database.open(path, exclusive=True)
    beside = await Database.open(path)
    await beside.close()
    with ThreadPoolExecutor(1) as others:
        asyncio.get_running_loop().set_default_executor(others)  # what closes is another thread than what opened
        await first.close()
        second = await Database.open(path, exclusive=True)
        await second.close()


async def test_who_was_killed_keeps_nobody_out(path: Path) -> None:
    holds = (
        "import asyncio, pathlib, sys\n"
        "from storage.database import Database\n"
        "async def hold():\n"
        "    database = await Database.open(pathlib.Path(sys.argv[1]), exclusive=True)\n"
        "    print('held', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(hold())"
    )
    holder = subprocess.Popen([sys.executable, "-c", holds, str(path)], stdout=subprocess.PIPE)
    with holder:
        try:
            assert holder.stdout is not None
            assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
            with pytest.raises(AlreadyRunning):
                await Database.open(path, exclusive=True)
        finally:
            holder.send_signal(signal.SIGKILL)
    database = await Database.open(path, exclusive=True)
    await database.write(add, "x")
    await database.close()


async def test_two_that_make_the_file_at_the_same_time_make_it_once(path: Path) -> None:
    together = await asyncio.gather(*(Database.open(path) for _ in range(4)))
    for database in together:
        assert await database.read(keys) == []
        await database.close()


async def test_what_was_deleted_leaves_the_log_as_soon_as_nobody_else_reads_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program may hold an old state of the file open, such as a backup."""
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    path = tmp_path / "paperwire.db"
    database = await Database.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        await database.write(add, "zzyzx")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM recall").fetchone()
        await database.write(lambda db: db.execute("DELETE FROM recall"))
        await database.scrub()
        assert _holding(tmp_path, b"zzyzx")
        other.execute("COMMIT")
        await database.write(add, "later")
        assert not _holding(tmp_path, b"zzyzx")
    await database.close()


def _holding(folder: Path, text: bytes) -> list[str]:
    """The files that hold a text."""
    return [file.name for file in folder.iterdir() if text in file.read_bytes()]
