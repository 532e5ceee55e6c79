"""Which papers trend: score, order, and the time windows of the list."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from storage.records import Paper

HALF_LIFE = timedelta(hours=36)
MOST_STARS = 2000  # that count; more would let an old famous repository lead with a handful of votes
_LENGTHS = {"week": timedelta(days=7), "month": timedelta(days=30)}


class Window(StrEnum):
    """How far back the list looks; a day is the newest one on which papers were listed."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def score(paper: Paper, now: datetime) -> float:
    """(upvotes + 2·log2(1 + min(stars, 2000))) · 0.5^(age / 36 h), age counted from when the paper was listed.

    On recorded days this keeps the day's best in the top ten and lets no big repository lead with few votes.
    Unknown votes and stars are none; a paper without a listing time is as old as its archive entry, else worth 0.
    """
    listed = paper.listed_at or paper.first_seen
    if listed is None:
        return 0.0
    return _weight(paper) * math.exp2(-(max(now - listed, timedelta()) / HALF_LIFE))


def ranked(papers: Iterable[Paper], now: datetime) -> list[Paper]:
    """The papers by falling score; equals by votes, then the newer id first."""
    return sorted(sorted(papers, key=lambda p: p.id, reverse=True), key=lambda p: (-score(p, now), -(p.upvotes or 0)))


def within(papers: Iterable[Paper], window: Window, now: datetime) -> list[Paper]:
    """The papers of the window, unordered: those of the newest listed day (on Sundays Friday's), or of 7 or 30 days."""
    listed = [(paper.listed_at, paper) for paper in papers if paper.listed_at and paper.listed_at <= now]
    if not listed:
        return []
    if window is Window.DAY:
        newest = max(moment for moment, _ in listed).astimezone(UTC).date()
        return [paper for moment, paper in listed if _day(moment) == newest]
    since = now - _LENGTHS[window]
    return [paper for moment, paper in listed if moment > since]


def trending(papers: Iterable[Paper], window: Window, now: datetime, most: int = 10) -> list[Paper]:
    """The list that people see: the window's papers, best first. In a week or month age does not count."""
    chosen = within(papers, window, now)
    if window is Window.DAY:
        return ranked(chosen, now)[:most]
    return sorted(chosen, key=lambda p: (-_weight(p), p.id))[:most]


def reason(paper: Paper) -> str:
    """Why it trends, in a few words: "88 votes and 1,240 stars"; '' where it has neither."""
    return " and ".join(part for part in (_count(paper.upvotes, "vote"), _count(paper.stars, "star")) if part)


def _weight(paper: Paper) -> float:
    return max(paper.upvotes or 0, 0) + 2 * math.log2(1 + min(max(paper.stars or 0, 0), MOST_STARS))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _count(number: int | None, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else ""
