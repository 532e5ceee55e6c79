"""What may still be sent to one chat: a token bucket that counts a call when its answer is there."""

from __future__ import annotations

from collections.abc import Iterable


class Allowance:
    """`burst` calls at once, and one more every `interval` seconds.

    The server counts a call at some time between its departure and its answer. A call under way is therefore taken
    off at once, but refilling is counted from its answer on: whatever the network does, the server sees no more.
    """

    def __init__(self, burst: int, interval: float, now: float) -> None:
        self.burst, self.interval = burst, interval
        self.line: list[object] = []  # tickets of the answers that wait for their turn, first come first
        self._level, self._at = float(burst), now
        self._flying = 0

    def wait(self, now: float, spare: int = 0) -> float:
        """Seconds, as far as is known now, until one may go and leave `spare`; 0 or less: now."""
        self._refill(now)
        return (1 + min(spare, self.burst - 1) - self._level + self._flying) * self.interval

    def depart(self) -> None:
        """One call goes."""
        self._flying += 1

    def stay(self) -> None:
        """One that was about to go did not."""
        self._flying -= 1

    def arrive(self, now: float) -> None:
        """One call was answered, or will not be."""
        self._refill(now)
        self._flying -= 1
        self._level -= 1

    def remember(self, moments: Iterable[float]) -> None:
        """Count calls that were answered before this allowance was made, at least the last burst * interval seconds'.

        What was left before them is not known: it is taken that nothing was.
        """
        self._level, self._at = 0.0, self._at - self.burst * self.interval
        for moment in sorted(moments):
            if moment >= self._at:
                self._refill(moment)
                self._level = max(self._level - 1, 0.0)

    def full(self, now: float) -> bool:
        """Whether nothing of it is used, so that a new one would be the same."""
        self._refill(now)
        return self._level >= self.burst and not self._flying and not self.line

    def _refill(self, now: float) -> None:
        self._level = min(float(self.burst), self._level + (now - self._at) / self.interval)
        self._at = now
