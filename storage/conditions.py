"""What a query is to the archive, without any archive: FTS5 expressions and SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to look for a query: an FTS5 expression ('' for none) and SQL over `papers` ('' for none)."""

    match: str = ""
    where: str = ""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A query as the archive understands it; made by bot.query.fulltext.

    exact: with its very words; inflected: with any forms of them, which is all that matches. title: its words, each
    once, where the query may be a title.
    """

    exact: Tier
    inflected: Tier
    title: tuple[str, ...] = ()
