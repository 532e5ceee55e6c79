"""What chats think of papers, as records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from storage.records import Paper


class Rating(IntEnum):
    """What a chat thinks of a paper."""

    LIKED = 1
    NONE = 0
    DISLIKED = -1


@dataclass(frozen=True, slots=True)
class Muted:
    """What a chat wants to see last: kind 'author' with a name, or 'word' with the word as it is written.

    number: for buttons, 0 before it is stored.
    """

    kind: str
    value: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What a chat did with a paper; thumbs: whether it wants 👍 and 👎 on the card itself."""

    saved: bool = False
    rating: Rating = Rating.NONE
    thumbs: bool = False


UNMARKED = Marks()


@dataclass(frozen=True, slots=True)
class Liking:
    """What a chat told of its taste, the latest first."""

    liked: tuple[Paper, ...] = ()
    disliked: tuple[Paper, ...] = ()
    muted: tuple[Muted, ...] = ()
