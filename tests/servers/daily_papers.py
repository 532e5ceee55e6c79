"""Hugging Face as tests set it up: lists of papers by day, in its shape or deliberately not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.demo.chats import Json
from bot.demo.source_server import SourceServer


class DailyPapers(SourceServer):
    """days: what is served for each day, newest first; change it at any time."""

    def __init__(self) -> None:
        super().__init__(self._of)
        self.days: dict[date, list[Any]] = {}  # Any: broken entries are wanted, too

    def publish(self, *entries: Json, day: date | None = None) -> None:
        """List these on a day, today by default, before what is there."""
        self.days.setdefault(day or datetime.now(UTC).date(), [])[:0] = entries

    def _of(self, day: date) -> Sequence[Any]:
        return self.days.get(day, [])


def entry(paper_id: str = "2611.00001", title: str = "Sparse Routers for Long Histories", **fields: Any) -> Json:
    """An entry of a daily list; fields are those of its `paper` (upvotes, githubRepo, githubStars, projectPage …)."""
    today = f"{datetime.now(UTC).date()}T00:00:00.000Z"
    paper = {
        "id": paper_id, "title": title, "summary": "We route what matters and forget the rest.",
        "authors": [{"name": "Mira Okafor", "hidden": False}, {"name": "Jun Sato", "hidden": False}],
        "publishedAt": today, "submittedOnDailyAt": today, "upvotes": 3, **fields,
    }  # fmt: skip
    return {
        "paper": paper, "title": paper["title"], "summary": paper["summary"], "publishedAt": paper["publishedAt"],
        "thumbnail": f"https://cdn-thumbnails.example.org/{paper_id}.png", "numComments": 1,
    }  # fmt: skip
