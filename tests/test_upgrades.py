"""Files as older versions left them, kept as SQL: an upgrade keeps every row, finds every paper, and can be killed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any  # what SQLite gives

import pytest
import sqlite_utils

from bot.query.fulltext import compiled
from bot.query.parser import parse
from storage import addresses, chats, database, outbox, papers, search, subscriptions
from storage.migrations import steps

OLD = sorted((Path(__file__).parent / "data").glob("schema_*.sql"))
KILLED = """
import os, signal, sys
from pathlib import Path
from storage import database
from storage.migrations import steps

@steps()
def m9999_killed(db):
    db.execute("UPDATE papers SET title = ''")
    db.execute("UPDATE chats SET zone = 'Nowhere'")
    os.kill(os.getpid(), signal.SIGKILL)

database.connect(Path(sys.argv[1]))
"""

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=OLD, ids=lambda file: file.stem)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of an older version."""
    path = tmp_path / "paperwire.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(request.param.read_text(encoding="utf-8"))
    return path


def columns(path: Path) -> dict[str, str]:
    """The tables and their columns, but for SQLite's own and the index of words."""
    with closing(sqlite3.connect(path)) as file:
        found = file.execute(
            """SELECT t.name, group_concat('"' || c.name || '"')
               FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
               WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name NOT GLOB '_sqlite_*'
               GROUP BY t.name"""
        )
        return dict(found.fetchall())


def rows(path: Path, tables: dict[str, str]) -> Rows:
    """What stands in these columns."""
    with closing(sqlite3.connect(path)) as file:
        return {name: sorted(file.execute(f"SELECT {listed} FROM {name}"), key=repr) for name, listed in tables.items()}


def backups(path: Path) -> list[Path]:
    return list(path.parent.glob("*.before-*"))


def test_the_steps_are_taken_in_the_order_of_their_numbers() -> None:
    with closing(sqlite_utils.Database(memory=True)) as nothing:
        numbers = [int(step.name[1:5]) for step in steps.pending(nothing)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_row_is_kept_in_the_file_and_in_the_copy_beside_it(path: Path) -> None:
    tables = columns(path)
    before = rows(path, tables)
    assert all(before[name] for name in ("papers", "statements", "chats", "subscriptions", "outbox", "digests"))
    database.connect(path).close()
    assert rows(path, tables) == before
    (copy,) = backups(path)
    assert columns(copy) == tables
    assert rows(copy, tables) == before
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_paper_is_found_and_everyone_is_known(path: Path) -> None:
    with closing(database.connect(path)) as db:
        for query, id in (
            ("sparse router", "2606.00101"),
            ("author:brandt", "2606.00102"),
            ("elan", "invented-report"),
        ):
            assert [paper.id for paper in search.find(db, compiled(parse(query)), limit=9)] == [id]
        assert [paper.id for paper in addresses.at(db, "https://github.com/invented/routers", 9)] == ["2606.00101"]
        assert [paper.id for paper in addresses.titled(db, "quantised retrieval without tears", 9)] == ["2606.00102"]
        assert [paper.has_code for paper in papers.many(db, ["2606.00101", "2606.00102"])] == [True, False]
        ada = chats.get(db, 1001, 0)
        assert ada and (ada.zone, ada.cap, ada.language, ada.taste) == ("Europe/Berlin", 10, "", True)
        assert [one.query for one in subscriptions.of_chat(db, 1001, 0)] == ["sparse routers", '"quantised retrieval"']
        assert [row.paper_id for row in outbox.waiting(db, 1001, 0)] == ["2606.00102"]
        assert outbox.recover(db) == 1


def test_an_upgrade_that_is_killed_leaves_the_file_as_it_was(path: Path) -> None:
    tables = columns(path)
    before = rows(path, tables)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert columns(path) == tables
    assert rows(path, tables) == before
    database.connect(path).close()
    assert rows(path, tables) == before
    (copy,) = backups(path)
    assert rows(copy, tables) == before
