"""Messages that Telegram has taken and no transaction holds yet, in a small file beside the database.

A process that is killed loses nothing of what it has written to a file, flushed or not. So each message is noted here
as soon as its answer is read: that takes 13 µs of the event loop, where its transaction waits for its turn and for the
disk. The file is mapped and never changes its size, which would make the transactions' flushes dearer. After a power
cut the notes may be gone, and those few messages come twice.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.errors import DatabaseUnusable

ENDING = "-sent"
"""What the file's name adds to the database's."""

_ROOM = 1 << 16


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
    """The notes beside a database; to be entered before anything is noted, by one process at a time.

    Entering raises DatabaseUnusable where the file cannot be made.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ENDING)
        self._map: mmap.mmap | None = None
        self._end = 0  # of what is noted

    def __enter__(self) -> Self:
        try:
            with self._path.open("a+b") as file:
                file.write(bytes(_ROOM - file.tell()))  # written, so that a full disk is no matter later
                file.flush()
                self._map = mmap.mmap(file.fileno(), _ROOM)
                self._end = self._map.find(b"\0") % _ROOM
        except OSError as error:
            raise DatabaseUnusable(self._path, f"cannot be written: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._mapped.close()

    def read(self) -> list[Arrival]:
        """What the run before left; of what a power cut left, what can be read."""
        found = []
        for line in self._mapped[: self._end].splitlines():
            with suppress(ValueError, TypeError, KeyError):
                fields = json.loads(line)
                found.append(Arrival(**fields | {"ids": tuple(fields["ids"])}))
        return found

    def note(self, arrival: Arrival) -> None:
        """Add one. Where there is no room for it, which takes thousands of papers, a kill may repeat its message."""
        line = json.dumps(asdict(arrival)).encode() + b"\n\0"
        start, end = self._end, self._end + len(line) - 1
        if end < _ROOM:
            self._mapped[start + 1 : end + 1] = line[1:]
            self._mapped[start] = line[0]  # last, so that a kill leaves no half of a line to read
            self._end = end

    def keep(self, arrivals: Iterable[Arrival]) -> None:
        """Forget all but these, without a trace."""
        if self._end:
            self._mapped[0] = 0
            self._mapped[: self._end] = bytes(self._end)
            self._end = 0
        for arrival in arrivals:
            self.note(arrival)

    @property
    def _mapped(self) -> mmap.mmap:
        assert self._map is not None
        return self._map
