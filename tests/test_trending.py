"""What trends: the score, its order, and the windows of the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.trending import HALF_LIFE, Window, ranked, reason, score, trending, within
from storage.records import Paper
from tests.factories import paper
from tests.strategies import bounded, papers

NOW = datetime(2026, 7, 3, 18, tzinfo=UTC)


def listed(hours: float, upvotes: int | None = 10, stars: int | None = None, id: str = "2607.00001") -> Paper:
    return paper(id, listed_at=NOW - timedelta(hours=hours), upvotes=upvotes, stars=stars)


def test_the_score_halves_every_36_hours() -> None:
    assert score(listed(0, 40), NOW) == 40
    assert score(listed(36, 40), NOW) == pytest.approx(20)
    assert score(listed(72, 40), NOW) == pytest.approx(10)


def test_stars_count_by_their_logarithm_up_to_2000() -> None:
    assert score(listed(0, 10, 7), NOW) == 10 + 2 * 3
    assert score(listed(0, 5, 79_000), NOW) == score(listed(0, 5, 2000), NOW) < 27
    assert score(listed(0, None, None), NOW) == 0


def test_age_counts_from_the_listing_else_from_the_archive_and_never_below_nothing() -> None:
    unlisted = paper(listed_at=None, first_seen=NOW - HALF_LIFE, upvotes=8)
    assert score(unlisted, NOW) == 4
    assert score(paper(listed_at=None, first_seen=None, upvotes=8), NOW) == 0
    assert score(listed(-5, 8), NOW) == 8


def test_many_votes_of_today_lead_more_of_last_week() -> None:
    old, new, small = listed(150, 200, id="a"), listed(3, 40, id="b"), listed(1, 2, 79_000, id="c")
    assert [one.id for one in ranked([old, small, new], NOW)] == ["b", "c", "a"]


def test_a_day_is_the_newest_listed_one() -> None:
    friday, thursday = listed(10, id="fri"), listed(30, 900, id="thu")
    sunday = NOW + timedelta(days=2)
    assert [one.id for one in within([friday, thursday], Window.DAY, sunday)] == ["fri"]
    assert within([paper(listed_at=None)], Window.DAY, NOW) == []
    tomorrow = listed(-30, id="tomorrow")
    assert [one.id for one in within([friday, tomorrow], Window.DAY, NOW)] == ["fri"]


def test_weeks_and_months_reach_back_and_do_not_fade() -> None:
    found = [listed(24 * days, days, id=str(days)) for days in (1, 6, 8, 29, 31)]
    assert [one.id for one in trending(found, Window.WEEK, NOW)] == ["6", "1"]
    assert [one.id for one in trending(found, Window.MONTH, NOW)] == ["29", "8", "6", "1"]
    assert len(trending([listed(1, n, id=str(n)) for n in range(20)], Window.DAY, NOW)) == 10


@pytest.mark.parametrize(
    ("upvotes", "stars", "said"),
    [(88, 1240, "88 votes and 1,240 stars"), (1, None, "1 vote"), (0, 1, "1 star"), (None, None, ""), (0, 0, "")],
)
def test_the_reason_is_what_it_has(upvotes: int | None, stars: int | None, said: str) -> None:
    assert reason(paper(upvotes=upvotes, stars=stars)) == said


@bounded(50)
@given(papers)
def test_every_paper_has_a_score(subject: Paper) -> None:
    assert score(subject, NOW) >= 0
    assert ranked([subject, subject], NOW) == [subject, subject]
