"""What a chat follows, as a file that another chat or bot takes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import QueryError
from bot.query import canonical, parser
from storage.folding import query_key
from storage.records import Mode, Subscription

KIND = "paperwire subscriptions"
FILE = "paperwire-subscriptions"
"""What the names of such files begin with."""

MOST_BYTES = 256_000
"""Larger is no such file."""

_MOST, _SHOWN = 1000, 80


class UnreadableFile(Exception):
    """Not a file of subscriptions; entry: the one that cannot be read, '' where it is another file altogether."""

    def __init__(self, entry: str = "") -> None:
        super().__init__(entry)
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Wish:
    """A query and how its papers come; the fields are a Subscription's."""

    query: str
    paused: bool = False
    mode: Mode | None = None
    snoozed_until: datetime | None = None
    silent: bool = False


def written(subscriptions: Sequence[Subscription | Wish]) -> str:
    """The file, JSON."""
    rows = [_row(subscription) for subscription in subscriptions]
    return json.dumps({"kind": KIND, "version": 1, "subscriptions": rows}, ensure_ascii=False, indent=2) + "\n"


def read(content: str) -> list[Wish]:
    """What the file holds, each query once, in its order. Raises UnreadableFile."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile from error
    if not isinstance(told, dict) or told.get("kind") != KIND or not isinstance(told.get("subscriptions"), list):
        raise UnreadableFile
    found = {query_key(wish.query): wish for wish in (_wish(row) for row in reversed(told["subscriptions"][:_MOST]))}
    return list(reversed(found.values()))


def _row(subscription: Subscription | Wish) -> dict[str, object]:
    until = subscription.snoozed_until
    return {
        "query": subscription.query,
        "paused": subscription.paused,
        "delivery": subscription.mode,
        "snoozed_until": until.isoformat() if until else None,
        "silent": subscription.silent,
    }


def _wish(row: object) -> Wish:
    if not isinstance(row, dict) or not isinstance(row.get("query"), str):
        raise UnreadableFile(str(row)[:_SHOWN])
    try:
        query = canonical.written(parser.parse(row["query"]))
        mode = Mode(row["delivery"]) if row.get("delivery") else None
        until = datetime.fromisoformat(row["snoozed_until"]) if row.get("snoozed_until") else None
        if until is not None and until.tzinfo is None:
            raise ValueError(until)
    except (QueryError, ValueError, TypeError) as error:
        raise UnreadableFile(row["query"][:_SHOWN]) from error
    return Wish(query, row.get("paused") is True, mode, until, row.get("silent") is True)
