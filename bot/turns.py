"""Whose turn it is to get a message: who got least of what waits for it now, then who waits longest."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable

Place = tuple[int, int]
"""A chat and its topic."""


class Turns:
    """The places that something is due in. A place with a backlog never delays another's first message."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Place]] = []
        self._queued: set[Place] = set()
        self._given: dict[Place, int] = {}
        self._order = itertools.count()

    def given(self, place: Place) -> int:
        """How many messages the place got of its present backlog."""
        return self._given.get(place, 0)

    def offer(self, places: Iterable[Place]) -> None:
        """Let these wait for a turn, behind those that do already."""
        for place in places:
            if place not in self._queued:
                self._queued.add(place)
                heapq.heappush(self._heap, (self.given(place), next(self._order), place))

    def served(self, place: Place) -> None:
        """Count a message that the place got."""
        self._given[place] = self.given(place) + 1

    def settled(self, due: Iterable[Place]) -> None:
        """Forget what places got that are not among these: their backlog is gone."""
        kept = set(due)
        self._given = {place: count for place, count in self._given.items() if place in kept}

    def take(self, most: int, wait: Callable[[Place], float]) -> tuple[list[Place], float]:
        """At most so many places, one per chat, whose wait (seconds) is over; and the shortest wait of the others."""
        taken: list[Place] = []
        chats: set[int] = set()
        passed_over: list[tuple[int, int, Place]] = []
        soonest = float("inf")
        while self._heap and len(taken) < most:
            entry = heapq.heappop(self._heap)
            place = entry[2]
            seconds = wait(place)
            if seconds <= 0 and place[0] not in chats:
                self._queued.discard(place)
                taken.append(place)
                chats.add(place[0])
            else:
                passed_over.append(entry)
                soonest = min(soonest, seconds) if seconds > 0 else soonest
        for entry in passed_over:
            heapq.heappush(self._heap, entry)
        return taken, soonest
