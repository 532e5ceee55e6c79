"""An event loop whose time passes only when nothing else is to be done, and then at once."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jump(selectors.DefaultSelector):
    """Instead of waiting, time is moved on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:  # Any: as selectors types it
        self.now += (timeout or 0.0) + 1e-7  # a step takes some time, or tiny waits would never end
        return super().select(0)


class VirtualTime(asyncio.SelectorEventLoop):
    """time() begins at 0. Only for work that waits for nothing but timers."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Seconds that have passed."""
        return self._jump.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of work, with its waiting left out."""
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        return runner.run(work)


def now() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()
