"""Backups that are made by themselves, and put in the place of the database."""

# ruff: noqa: ASYNC240  (the event loop of a test may wait for the disk)

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backups import Backups
from storage import chats
from storage.backup import backup
from storage.database import Database
from storage.errors import AlreadyRunning, DatabaseUnusable
from storage.restoring import restore

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


def copies(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if ".backup-" in file.name)


async def keep(path: Path, text: str) -> None:
    """A database at path with one text in it."""
    database = await Database.open(path)
    await database.write(chats.remember, 1, text, NOON)
    await database.close()


def texts(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [text for (text,) in db.execute("SELECT text FROM recall")]


async def test_a_copy_a_day_is_made_and_the_last_ones_are_kept(database: Database) -> None:
    moment = NOON
    backups = Backups(database.path, 2, lambda: moment)
    assert await backups.round() == NOON + timedelta(hours=1)
    (database.path.parent / "paperwire.db.backup-mine").write_text("not one of them")
    for day in range(4):
        moment = NOON + timedelta(days=day, hours=1)
        assert await backups.round() == moment + timedelta(days=1)
        assert await backups.round() == moment + timedelta(days=1)
    stamps = ["20260705T130000Z", "20260706T130000Z", "mine"]
    assert copies(database.path.parent) == [f"paperwire.db.backup-{stamp}" for stamp in stamps]
    for stamp in ("20360701T120000Z", "20360702T120000Z"):
        (database.path.parent / f"paperwire.db.backup-{stamp}").write_text("of a clock that was ahead")
    moment = NOON + timedelta(days=4, hours=1)
    assert await backups.round() == moment + timedelta(days=1), "a clock that was ahead keeps no copy from being made"
    stamps = ["20260706T130000Z", "20260707T130000Z", "mine"]
    assert copies(database.path.parent) == [f"paperwire.db.backup-{stamp}" for stamp in stamps]
    moment = NOON + timedelta(days=4, hours=2)
    again = Backups(database.path, 2, lambda: moment)
    assert await again.round() == NOON + timedelta(days=5, hours=1), "a new run goes on with what is there"


async def test_a_backup_that_fails_is_said_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    moment = NOON
    backups = Backups(tmp_path / "gone.db", 2, lambda: moment)
    moment = await backups.round()
    with caplog.at_level(logging.ERROR):
        assert await backups.round() == moment + timedelta(hours=1)
    assert "no backup was made: " in caplog.text and copies(tmp_path) == []


async def test_a_backup_takes_the_place_of_the_database_which_is_kept(tmp_path: Path) -> None:
    path, copy = tmp_path / "paperwire.db", tmp_path / "copy.db"
    await keep(path, "before")
    backup(path, copy)
    await keep(path, "after")
    content = copy.read_bytes()
    aside = restore(copy, path, NOON)
    assert aside == tmp_path / "paperwire.db.before-restore-20260703T120000"
    assert texts(path) == ["before"] and sorted(texts(aside)) == ["after", "before"]
    assert copy.read_bytes() == content
    assert restore(copy, tmp_path / "new.db", NOON) is None and texts(tmp_path / "new.db") == ["before"]


async def test_what_is_no_whole_backup_changes_nothing(tmp_path: Path) -> None:
    path, copy = tmp_path / "paperwire.db", tmp_path / "copy.db"
    await keep(path, "before")
    backup(path, copy)
    broken = tmp_path / "broken.db"
    broken.write_bytes(copy.read_bytes()[:-8192])
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    (tmp_path / "notes.txt").write_text("notes")
    before = sorted(file.name for file in tmp_path.iterdir())
    for wrong in (broken, tmp_path / "theirs.db", tmp_path / "notes.txt", tmp_path / "nowhere.db", path):
        with pytest.raises(DatabaseUnusable) as told:
            restore(wrong, path, NOON)
        assert "\n" not in str(told.value) and "storage.path" not in str(told.value)
    with pytest.raises(DatabaseUnusable, match="folder does not exist"):
        restore(copy, tmp_path / "no" / "folder.db", NOON)
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".lock") == before
    assert texts(path) == ["before"]


async def test_beside_a_running_bot_nothing_is_restored(tmp_path: Path) -> None:
    path, copy = tmp_path / "paperwire.db", tmp_path / "copy.db"
    running = await Database.open(path, exclusive=True)
    backup(path, copy)
    with pytest.raises(AlreadyRunning):
        restore(copy, path, NOON)
    await running.close()
