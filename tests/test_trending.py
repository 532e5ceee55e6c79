"""What trends: the score, its order, and the windows of the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.render import facts, html
from bot.trending import HALF_LIFE, Window, growth, ranked, score, trending, within
from storage.records import CodeLink, Counts, Origin, Paper
from tests.factories import paper
from tests.strategies import bounded, papers

NOW = datetime(2026, 7, 3, 18, tzinfo=UTC)
CODE = (CodeLink("https://github.com/okafor-lab/routers", Origin.REPOSITORY),)


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
    ("counts", "earlier", "hours", "said"),
    [
        (Counts(42, 1240), Counts(8, 1240), 60, "▲ 42 · 💻 · +34 votes since yesterday, 1.2k stars"),
        (Counts(42, 1240), Counts(42, 1239), 60, "▲ 42 · 💻 · +1 star since yesterday, 1.2k stars"),
        (Counts(2, 1), Counts(1, 0), 60, "▲ 2 · 💻 · +1 vote and +1 star since yesterday, 1 star"),
        (Counts(42), Counts(8), 60, "▲ 42 · 💻 · +34 votes since yesterday"),
        (Counts(42, 5), Counts(42, 5), 60, "▲ 42 · 💻 ★ 5"),
        (Counts(8, 5), Counts(42, 6), 60, "▲ 8 · 💻 ★ 5"),
        (Counts(42, 5), Counts(), 60, "▲ 42 · 💻 ★ 5"),
        (Counts(42, 5), None, 60, "▲ 42 · 💻 ★ 5"),
        (Counts(42, 1240), None, 6.4, "▲ 42 · 💻 ★ 1.2k · +42 votes in 6 hours"),
        (Counts(1), None, 0.1, "▲ 1 · 💻 · +1 vote in 1 hour"),
        (Counts(None, 1240), None, 6, "💻 ★ 1.2k"),
        (Counts(42), None, -6, "▲ 42 · 💻"),
    ],
)
def test_the_reason_is_what_grew(counts: Counts, earlier: Counts | None, hours: float, said: str) -> None:
    """Of a paper that was listed so many hours ago."""
    subject = paper(upvotes=counts.upvotes, stars=counts.stars, code=CODE)
    gained = growth(counts, earlier, NOW - timedelta(hours=hours), NOW)
    assert html.visible(facts.trend(subject, gained)) == said
    assert growth(counts, None, None, NOW) is None


def test_a_paper_counts_by_its_pace() -> None:
    old, usual = listed(60, 400), Counts(round(400 * (1 - 0.5 ** (36 / 36)) / (1 - 0.5 ** (60 / 36))))
    assert score(old, NOW, usual) == pytest.approx(score(old, NOW), rel=0.01)
    assert score(old, NOW, Counts(400)) == score(old, NOW) / 2
    assert score(listed(240, 400), NOW, Counts(0)) == 2 * score(listed(240, 400), NOW)
    assert score(old, NOW, Counts(500)) == score(old, NOW, Counts(400))


def test_few_votes_and_a_first_day_say_little_of_the_pace() -> None:
    assert score(listed(60, 2), NOW, Counts(2)) > 0.8 * score(listed(60, 2), NOW)
    assert score(listed(20, 40), NOW, Counts(5)) == score(listed(20, 40), NOW)
    assert score(listed(24.01, 40), NOW, Counts(0)) == pytest.approx(score(listed(24.01, 40), NOW), rel=0.01)


def test_what_is_still_being_found_leads_what_had_its_day() -> None:
    over, rising = replace(listed(60, 50, id="over"), number=1), replace(listed(60, 45, id="rising"), number=2)
    earlier = {1: Counts(49), 2: Counts(10)}
    assert [one.id for one in ranked([over, rising], NOW)] == ["over", "rising"]
    assert [one.id for one in ranked([over, rising], NOW, earlier)] == ["rising", "over"]
    assert [one.id for one in trending([over, rising], Window.DAY, NOW, earlier=earlier)] == ["rising", "over"]


@bounded(50)
@given(papers)
def test_every_paper_has_a_score(subject: Paper) -> None:
    assert score(subject, NOW) >= 0
    assert 0.5 <= (score(subject, NOW, Counts(1, 1)) + 1e-9) / (score(subject, NOW) + 1e-9) <= 2
    assert ranked([subject, subject], NOW) == [subject, subject]
