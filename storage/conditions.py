"""What a query is to the archive, without any archive: FTS5 expressions and SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

Value: TypeAlias = str | int

TOLD = """(papers.sources NOT LIKE '["asked:%' OR EXISTS (
    SELECT 1 FROM json_each(papers.sources) WHERE value NOT LIKE 'asked:%' AND value != 'look'))"""
"""SQL over `papers`: a source told of it by itself, not only because somebody searched for it."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to look for a query: an FTS5 expression ('' for none) and SQL over `papers` ('' for none)."""

    match: str = ""
    where: str = ""
    values: tuple[Value, ...] = ()

    @property
    def told(self) -> Tier:
        """The same, but only what a source told of by itself."""
        return replace(self, where=f"({self.where}) AND {TOLD}" if self.where else TOLD)


@dataclass(frozen=True, slots=True)
class Condition:
    """A query as the archive understands it; made by bot.query.fulltext.

    exact: with its very words; inflected: with any forms of them, which is all that matches. title: its words, each
    once, where the query may be a title.
    """

    exact: Tier
    inflected: Tier
    title: tuple[str, ...] = ()

    @property
    def told(self) -> Condition:
        """The same, but only what a source told of by itself: what could have been sent."""
        return replace(self, exact=self.exact.told, inflected=self.inflected.told)


EVERYTHING = Condition(Tier(), Tier())
