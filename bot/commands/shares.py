"""Whose answers wait in a group: who has had many of them lately leaves some for the others."""

from __future__ import annotations

from collections.abc import Callable

from bot.allowance import Allowance
from bot.commands.request import Place
from bot.commands.spoken import is_group

_AT_ONCE, _EVERY = 6, 6.0
"""Answers at once, and seconds for one more: half of what Telegram allows in a group in a minute."""
_MOST = 1000


class Shares:
    """Counts what each person of each group asks for. clock: seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._taken: dict[tuple[int, int], Allowance] = {}

    def used_up(self, place: Place, who: int) -> bool:
        """Count one more request; whether the person had their share already."""
        if not is_group(place):
            return False
        now = self._clock()
        if len(self._taken) >= _MOST:
            self._taken = {key: share for key, share in self._taken.items() if not share.full(now)}
        share = self._taken.setdefault((place.chat_id, who), Allowance(_AT_ONCE, _EVERY, now))
        if share.wait(now) > 0:
            return True
        share.depart()
        share.arrive(now)
        return False
