"""A mistake while a query is read, with the edit that mends it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of query[start:end]."""

    start: int
    end: int
    text: str = ""


class Mistake(Exception):
    """reason: a clause for people; query[start:end] is the place; edits, in order, make a query that lacks it."""

    def __init__(self, reason: str, start: int, end: int, *edits: Edit) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end, self.edits = reason, start, end, edits

    def mend(self, query: str) -> str:
        """The query after the edits; '' where there are none."""
        done, parts = 0, []
        for edit in self.edits:
            parts += [query[done : edit.start], edit.text]
            done = edit.end
        return " ".join(("".join(parts) + query[done:]).split()) if self.edits else ""
