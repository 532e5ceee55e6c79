"""Messages that Telegram has taken and no transaction holds yet, in a small file beside the database.

A process that is killed loses nothing of what it has written to a file, flushed or not. So each message is noted here
as soon as its answer is read: that takes 10 µs on the event loop, where its transaction waits for its turn and for the
disk. After a power cut the notes may be gone, and those few messages come twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

ENDING = "-sent"
"""What the file's name adds to the database's."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that a chat (or topic) got. ids: its rows in the `queue`, which were claimed at `taken_at` (seconds).

    digest: which one it is of, if any. last: whether nothing more is to come of that claim.
    """

    chat_id: int
    thread: int
    message_id: int
    queue: str
    ids: tuple[int, ...]
    taken_at: float
    digest: int | None = None
    last: bool = True


class Journal:
    """The notes beside a database; to be entered before anything is noted, by one process at a time."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ENDING)
        self._file: FileIO | None = None
        self._empty = False

    def __enter__(self) -> Self:
        self._file = FileIO(self._path, "a")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._file
        self._file.close()

    def read(self) -> list[Arrival]:
        """What the run before left. A line that did not get whole into the file counts as not written."""
        found = []
        for line in self._path.read_bytes().split(b"\n"):
            try:
                fields = json.loads(line)
                found.append(Arrival(**fields | {"ids": tuple(fields["ids"])}))
            except (ValueError, TypeError, KeyError):
                continue
        return found

    def note(self, arrival: Arrival) -> None:
        """Add one. Where it cannot be written that is only logged: a kill may then repeat the message."""
        self._empty = False
        self._write(json.dumps(asdict(arrival)).encode() + b"\n")

    def keep(self, arrivals: Iterable[Arrival]) -> None:
        """Forget all but these."""
        if self._empty:
            return
        assert self._file
        self._file.truncate(0)
        self._empty = True
        for arrival in arrivals:
            self.note(arrival)

    def _write(self, line: bytes) -> None:
        assert self._file
        try:
            self._file.write(line)
        except OSError as error:
            log.warning("%s cannot be written: %s; a kill now may repeat a message", self._path.name, error.strerror)
