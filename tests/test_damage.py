"""A file that is damaged: said at the start or as soon as it shows, with the way back; and never written over."""

# ruff: noqa: ASYNC240  (the event loop of a test may wait for the disk)

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.telegram_server import TelegramServer
from bot.settings import Settings
from storage.backup import backup
from storage.database import Database
from storage.errors import DatabaseCorrupt
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.people import Someone
from tests.serving import Running, prepare, settings


@pytest.fixture
async def configured(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path, ada: Someone) -> Settings:
    configured = settings(telegram, papers_source, tmp_path / "paperwire.db")
    await prepare(configured, ada.chat.id)
    return configured


@pytest.fixture
def path(configured: Settings) -> Path:
    return Path(configured.storage.path)


def spoil(path: Path, table: str) -> None:
    """Write garbage over the first page of a table."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def overwritten(path: Path) -> None:
    path.write_bytes(b"my thesis " * 1000)


@pytest.mark.parametrize("damage", [cut, emptied, zeroed, overwritten])
async def test_a_start_ends_with_the_newest_backup_named(configured: Settings, path: Path, damage: object) -> None:
    for number, name in enumerate(("older.db", "newest backup.db")):
        backup(path, path.with_name(name))
        os.utime(path.with_name(name), (1_780_000_000 + number * 86400,) * 2)
    for doubtful in ("copy.db.unfinished", "paperwire.db.before-restore-20261127T030000"):
        path.with_name(doubtful).write_bytes(path.read_bytes())
    backup(path, path.with_name("another.db"))
    path.with_name("another.db.lock").touch()
    with closing(sqlite3.connect(path.with_name("theirs.db"))) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    assert callable(damage)
    damage(path)
    content = path.read_bytes()
    with pytest.raises(DatabaseCorrupt) as caught:
        await Running(configured).ends()
    said = str(caught.value)
    assert said.startswith(f"{path}: is ") and "\n" not in said
    newest = path.with_name("newest backup.db")
    assert said.endswith(f"put the newest backup, of 29 May 2026 20:26 UTC, in its place: paperwire restore {newest}")
    assert path.read_bytes() == content


async def test_without_a_backup_beside_it_is_said_what_to_do_as_well(configured: Settings, path: Path) -> None:
    overwritten(path)
    with pytest.raises(DatabaseCorrupt, match="put your newest backup in its place: paperwire restore FILE"):
        await Running(configured).ends()


@pytest.mark.parametrize("table", ["outbox", "snapshots"])
async def test_damage_while_it_runs_ends_it_whether_or_not_something_meets_it(
    configured: Settings, path: Path, papers_source: DailyPapers, table: str, ada: Someone
) -> None:
    """Who waits for the outbox soon meets its damage; nobody asks for old counts, but all is read once a day."""
    if table == "snapshots":
        spoil(path, table)
    bot = Running(configured)
    if table == "outbox":
        await ada.asks("/start", "paper")
        spoil(path, table)
        papers_source.publish(entry())
    with pytest.raises(DatabaseCorrupt, match="is damaged; put your newest backup in its place"):
        await bot.ends(10)


async def test_a_begin_that_is_killed_leaves_no_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which would look like a damaged one for ever."""
    path = tmp_path / "paperwire.db"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("storage.schema.migrate", killed)
        with pytest.raises(KeyboardInterrupt):
            await Database.open(path)
    assert not path.exists()
    await (await Database.open(path)).close()
    assert path.stat().st_size
