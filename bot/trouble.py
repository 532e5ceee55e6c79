"""Telegram out of reach: how long to leave it alone."""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 30.0
"""Seconds after which Telegram is tried again at the latest."""


class Trouble:
    """True after a failure until Telegram answers; pauses of 1, 2, 4 … 30 s, and a little more by chance.

    until: when it may be tried again. jitter: random numbers from 0 to 1.
    """

    def __init__(self, jitter: Callable[[], float]) -> None:
        self.until = 0.0
        self._failures = 0
        self._jitter = jitter

    def __bool__(self) -> bool:
        return self._failures > 0

    def failed(self, now: float) -> None:
        """Count a failure; those of calls that were under way together are one."""
        if now >= self.until:
            self._failures += 1
            pause = min(2.0 ** (min(self._failures, 10) - 1), LONGEST)
            self.until = now + pause * (1 + 0.2 * self._jitter())

    def ended(self) -> None:
        """Telegram answered."""
        self._failures, self.until = 0, 0.0
