"""Every way to today's schema, from nothing and from each step before it; and what is left when a step fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils import Migrations

from storage import database
from storage.errors import NewerDatabase
from storage.migrations import steps
from storage.schema import APPLICATION_ID

Schema = set[tuple[str, str, str | None]]


def names() -> list[str]:
    """The steps in their order."""
    with closing(sqlite_utils.Database(memory=True)) as nothing:
        return [step.name for step in steps.pending(nothing)]


def first_steps(count: int, *further: Callable[[sqlite_utils.Database], None]) -> Migrations:
    """The steps of another version: some of this one's, then its own."""
    others = Migrations("paperwire")
    with closing(sqlite_utils.Database(memory=True)) as nothing:
        for step in steps.pending(nothing)[:count]:
            others(name=step.name)(step.fn)
    for step_of_its_own in further:
        others()(step_of_its_own)
    return others


def schema(path: Path) -> Schema:
    """Everything that is in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_master"))


def marks(path: Path) -> list[int]:
    """application_id and user_version."""
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]


def opened(path: Path) -> None:
    """Open and close the file as whoever works on it does."""
    database.connect(path).close()


def made_by(path: Path, before: str) -> None:
    """A file as a version left it that did not know the step `before` yet."""
    with closing(sqlite_utils.Database(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        steps.apply(db, stop_before=before)
        db.execute(f"PRAGMA user_version = {len(steps.applied(db))}")
        db.execute("INSERT INTO sources VALUES ('theirs', '{}', NULL, 0, NULL, '', NULL, 1)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paperwire.db"


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema of a file made from nothing."""
    path = tmp_path_factory.mktemp("newest") / "newest.db"
    opened(path)
    return schema(path)


def test_a_file_is_made_from_nothing_with_no_copy_beside_it(path: Path, newest: Schema) -> None:
    opened(path)
    assert schema(path) == newest
    assert marks(path) == [APPLICATION_ID, len(names())]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", names()[1:])
def test_each_older_file_is_copied_and_then_brought_to_the_newest_schema(path: Path, newest: Schema, step: str) -> None:
    made_by(path, step)
    old = schema(path)
    opened(path)
    assert schema(path) == newest
    assert marks(path) == [APPLICATION_ID, len(names())]
    copy = path.with_name(f"paperwire.db.before-{step}")
    assert schema(copy) == old
    assert marks(copy) == [APPLICATION_ID, names().index(step)]
    for file in (path, copy):
        with closing(sqlite3.connect(file)) as kept:
            assert kept.execute("SELECT name, backfilled FROM sources").fetchall() == [("theirs", 1)]


def test_the_copy_is_a_database_to_go_on_with(path: Path, newest: Schema) -> None:
    last = names()[-1]
    made_by(path, last)
    opened(path)
    copy = path.with_name(f"paperwire.db.before-{last}")
    opened(copy)
    assert schema(copy) == newest


def test_a_step_that_fails_takes_those_before_it_back(
    path: Path, newest: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    def m0099_half(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half_made (x)")
        db.execute("UPDATE sources SET name = 'ours'")
        raise sqlite3.OperationalError("no room for the other half")

    made_by(path, names()[1])
    old, version = schema(path), marks(path)
    with monkeypatch.context() as patch:
        patch.setattr("storage.schema.steps", first_steps(len(names()), m0099_half))
        with pytest.raises(sqlite3.OperationalError, match="the other half"):
            opened(path)
    assert schema(path) == old
    assert marks(path) == version
    opened(path)
    assert schema(path) == newest
    with closing(sqlite3.connect(path)) as kept:
        assert kept.execute("SELECT name FROM sources").fetchall() == [("theirs",)]


def test_nothing_is_migrated_that_could_not_be_copied(path: Path) -> None:
    last = names()[-1]
    made_by(path, last)
    old = schema(path)
    path.with_name(f"paperwire.db.before-{last}").mkdir()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        opened(path)
    assert schema(path) == old


def test_a_file_that_is_up_to_date_is_not_touched(path: Path) -> None:
    opened(path)
    content = path.read_bytes()
    opened(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_an_older_version_refuses_what_a_newer_one_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(path)
    monkeypatch.setattr("storage.schema.steps", first_steps(len(names()) - 1))
    with pytest.raises(NewerDatabase):
        opened(path)
