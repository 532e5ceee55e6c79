"""A copy of the database: whole while it is written to, one file, and never in place of something else."""

# ruff: noqa: ASYNC240  (the event loop of a test may wait for the disk)

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from storage.backup import backup
from storage.database import Database
from storage.errors import DatabaseCorrupt, DatabaseUnusable, ForeignDatabase


def pair(db: sqlite_utils.Database, number: int) -> None:
    """Two rows that belong together."""
    for half in "ab":
        db.execute("INSERT INTO recall VALUES (?, ?, ?, 0)", [f"{half}{number}", number, half * 2000])


def halves(path: Path) -> list[int]:
    """How many of either row a copy has."""
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = "SELECT count(*) FROM recall WHERE text LIKE ?"
        return [copy.execute(count, [f"{half}%"]).fetchone()[0] for half in "ab"]


@pytest.fixture
async def source(tmp_path: Path, database: Database) -> Path:
    """A database that is open, with what was written last not yet in its main file."""
    await database.write(pair, 0)
    path = tmp_path / "paperwire.db"
    assert path.with_name("paperwire.db-wal").stat().st_size > 0
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


async def test_a_copy_is_one_file_that_holds_what_was_committed(source: Path, target: Path) -> None:
    before = set(source.parent.iterdir())
    size = backup(source, target)
    assert set(source.parent.iterdir()) - before == {target}
    assert size == target.stat().st_size
    assert halves(target) == [1, 1]
    assert set(source.parent.iterdir()) - before == {target}, "reading a copy makes no files beside it"
    copy = await Database.open(target, exclusive=True)
    await copy.write(pair, 1)
    await copy.close()


async def test_a_database_that_nobody_has_open_is_copied_without_a_trace(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "closed.db"
    database = await Database.open(source)
    await database.write(pair, 0)
    await database.close()
    content = source.read_bytes()
    backup(source, target)
    assert halves(target) == [1, 1]
    assert sorted(tmp_path.iterdir()) == [source, target]
    assert source.read_bytes() == content


async def test_copies_are_consistent_while_the_bot_writes(database: Database, source: Path, target: Path) -> None:
    enough = threading.Event()

    async def write() -> int:
        number = 1
        while not enough.is_set():
            await database.write(pair, number)
            number += 1
        return number

    writing = asyncio.create_task(write())
    counts = []
    for _ in range(8):
        await asyncio.to_thread(backup, source, target)
        counts.append(halves(target))
    enough.set()
    written = await writing
    assert all(first == second for first, second in counts)
    assert counts == sorted(counts)
    assert 1 <= counts[0][0] < counts[-1][0] <= written


async def test_a_transaction_under_way_is_not_in_it_and_does_not_hold_it_up(
    database: Database, source: Path, target: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: sqlite_utils.Database) -> None:
        pair(db, 1)
        begun.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    await asyncio.to_thread(backup, source, target)
    go_on.set()
    await writing
    assert halves(target) == [1, 1]


async def test_an_earlier_copy_is_replaced(database: Database, source: Path, target: Path) -> None:
    backup(source, target)
    await database.write(pair, 1)
    backup(source, target)
    assert halves(target) == [2, 2]


async def test_an_earlier_copy_stays_whole_until_the_new_one_is(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(source, target)
    old = target.read_bytes()
    connect = sqlite3.connect

    # Any: passed through as it came.
    def small(path: Any, **given: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **given)
        if str(path).endswith(".unfinished"):
            connection.execute("PRAGMA max_page_count = 3")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(DatabaseUnusable, match="the disk is full"):
        backup(source, target)
    assert target.read_bytes() == old
    assert not list(target.parent.glob("*unfinished*"))


@pytest.mark.parametrize("content", [b"my thesis", b"", "theirs"])
async def test_what_is_no_copy_is_not_replaced(source: Path, target: Path, content: bytes | str) -> None:
    if isinstance(content, bytes):
        target.write_bytes(content)
    else:
        with closing(sqlite3.connect(target)) as theirs:
            theirs.execute("CREATE TABLE theirs (x)")
    old = target.read_bytes()
    with pytest.raises(DatabaseUnusable, match=r"copy\.db: exists and is no Paperwire database; choose another file"):
        backup(source, target)
    assert target.read_bytes() == old


async def test_neither_the_database_itself_nor_a_folder_is_a_target(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(source)
    old = source.read_bytes()
    for target in (source, link):
        with pytest.raises(DatabaseUnusable, match="cannot hold the copy; choose another file"):
            backup(source, target)
    for target in (tmp_path, Path(), Path("..")):
        with pytest.raises(DatabaseUnusable, match="is a folder; name a file in it"):
            backup(source, target)
    assert source.read_bytes() == old


async def test_a_database_that_is_in_use_is_not_replaced(source: Path, target: Path) -> None:
    backup(source, target)
    other = await Database.open(target)
    await other.write(pair, 7)
    with pytest.raises(DatabaseUnusable, match="is in use; choose another file"):
        backup(source, target)
    await other.close()
    assert halves(target) == [2, 2]
    backup(source, target)
    assert halves(target) == [1, 1]


async def test_a_place_that_does_not_exist_is_told_of(source: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"copy\.db: cannot be"):
        backup(source, source / "copy.db")
    with pytest.raises(DatabaseUnusable, match=r"missing/copy\.db: cannot be opened; check that the folder exists"):
        backup(source, tmp_path / "missing" / "copy.db")


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"nowhere\.db: there is no database yet"):
        backup(tmp_path / "nowhere.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_damaged_database_does_not_replace_a_whole_copy(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "damaged.db"
    await (await Database.open(source)).close()
    backup(source, target)
    whole = target.read_bytes()
    with source.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"garbage " * 512)
    with pytest.raises(DatabaseCorrupt, match=rf"damaged\.db: is damaged; .*paperwire restore {target}"):
        backup(source, target)
    assert target.read_bytes() == whole
    assert sorted(tmp_path.glob("*.unfinished")) == []


def test_what_is_wrong_with_the_source_is_said_of_the_source(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "paperwire.db"
    source.write_text("no database at all\n" * 300)
    with pytest.raises(DatabaseCorrupt, match=r"paperwire\.db: is no SQLite database"):
        backup(source, target)
    source.unlink()
    with closing(sqlite3.connect(source)) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    with pytest.raises(ForeignDatabase, match=r"paperwire\.db: belongs to another program"):
        backup(source, target)
    assert not target.exists()
