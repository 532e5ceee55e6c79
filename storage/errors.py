"""What can go wrong with what is stored.

StorageError
├── DatabaseUnusable        the file cannot be opened or written; the message says why and what to do
│   ├── DatabaseLocked      another program holds it
│   ├── DatabaseReadOnly
│   ├── DiskFull
│   ├── DatabaseCorrupt
│   ├── ForeignDatabase     a SQLite file of another program
│   └── NewerDatabase       written by a newer Paperwire
├── AlreadyRunning          another Paperwire works on this file
├── DuplicateSubscription   the chat follows that query already
└── TooManySubscriptions
"""

from __future__ import annotations

from pathlib import Path


class StorageError(Exception):
    """Base of all; str() is one sentence for people."""


class DatabaseUnusable(StorageError):
    """The file cannot be opened, read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class DatabaseLocked(DatabaseUnusable):
    """Another program holds the file longer than the busy timeout."""


class DatabaseReadOnly(DatabaseUnusable):
    """The file or its folder cannot be written."""


class DiskFull(DatabaseUnusable):
    """There is no room left; nothing of the transaction was kept."""


class DatabaseCorrupt(DatabaseUnusable):
    """The file is damaged or no SQLite file at all."""


class ForeignDatabase(DatabaseUnusable):
    """The file belongs to another program."""


class NewerDatabase(DatabaseUnusable):
    """The file was written by a newer Paperwire."""


class AlreadyRunning(StorageError):
    """Another Paperwire works on the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: another Paperwire is running on this database; stop it first")
        self.path = path


class DuplicateSubscription(StorageError):
    """The chat follows that query already, under `number`."""

    def __init__(self, number: int, query: str) -> None:
        super().__init__(f"subscription {number} follows {query} already")
        self.number, self.query = number, query


class TooManySubscriptions(StorageError):
    """The chat has as many subscriptions as it may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a chat can have {limit} subscriptions")
        self.limit = limit
