"""/chart: a picture of papers per week with a sentence, drawn in another process."""

from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import charting
from bot.charting import Direction, compared, first_week, trend, weeks_since
from bot.drawing import Chart, draw
from bot.render.administration import CHATS
from bot.render.chart import PAPERS, labels
from bot.render.language import speaking
from tests.commands.conftest import NOW, Serving, a_paper
from tests.servers.people import Someone


async def fill(serving: Serving, weeks: int = 10) -> None:
    """A growing number of papers about flow, and eight others a week."""
    about = [(week, "flow matching" if n <= week else "nothing") for week in range(weeks) for n in range(week + 9)]
    papers = [a_paper(7 * (weeks - week), f"On {topic}", f"About {topic}.") for week, topic in about]
    await serving.keep(*(replace(paper, id=f"2606.{n:05}") for n, paper in enumerate(papers)))


async def test_a_chart_comes_as_a_picture_with_its_trend(serving: Serving, ada: Someone) -> None:
    await fill(serving)
    message = await ada.asks("/chart flow vs nothing", "flow: 34 papers in the last 4 weeks.*; it grows")
    assert "nothing: 32 papers in the last 4 weeks" in message.text
    assert await ada.hears("it grows.*nothing: 32 papers", kind="edit", within=30) is message
    assert message.file and message.file.content.startswith(b"\x89PNG") and len(message.file.content) > 10_000


@pytest.mark.usefixtures("archive")
async def test_what_cannot_be_drawn_is_said(ada: Someone, monkeypatch: pytest.MonkeyPatch, serving: Serving) -> None:
    await ada.asks("/chart", "What do you want to see over time")
    await ada.asks("a vs b vs c vs d vs e vs f", "compares 5 queries at most")
    mistaken = await ada.asks("/chart flow vs (diffusion", "can't read that query")
    assert mistaken.labels == ["flow vs (diffusion)"]
    await ada.asks("/chart diffusion", "2 full weeks|1 full week|in the last")
    await fill(serving)
    await ada.asks("/chart zebra vs okapi vs zebra", "^In the last 9 weeks no paper matches zebra, okapi.$")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    await ada.asks("/chart flow", "flow: ")
    await ada.hears("flow: .*The picture could not be drawn", kind="edit", within=30)


def test_a_chart_shows_no_sign_that_its_font_lacks() -> None:
    with warnings.catch_warnings(action="error"):
        assert draw(Chart("New", ["1 Jul", "8 Jul"], [("扩散", (1, 2)), ("$x", (2, 1))])).startswith(b"\x89PNG")


@pytest.mark.parametrize("title", [PAPERS, CHATS])
def test_a_language_that_the_font_lacks_is_not_drawn(title: str) -> None:
    with speaking("zh"):
        shown, days = labels(title, [date(2026, 7, 1)], date(2026, 7, 8))
    assert (shown, days) == (title, ["1 Jul"])
    with speaking("ru"):
        assert labels(title, [date(2026, 7, 1)], date(2026, 7, 8))[0] != title


def test_queries_are_compared() -> None:
    assert compared("gan vs diffusion VS. flow") == ["gan", "diffusion", "flow"]
    assert compared('"red vs blue" games vs go vs ') == ['"red vs blue" games', "go"]
    assert compared("") == compared(" vs ") == compared("vs") == []
    assert compared("gan vs") == compared("vs gan") == ["gan"]
    assert compared("revs up") == ["revs up"]


def test_only_full_weeks_count() -> None:
    monday = datetime(2026, 6, 29, tzinfo=UTC)
    assert first_week(NOW, monday) == monday and weeks_since(monday, NOW) == 0
    assert first_week(NOW, monday - timedelta(days=6)) == monday
    long = first_week(NOW, monday - timedelta(days=3000))
    assert weeks_since(long, NOW) == charting.WEEKS


@pytest.mark.parametrize(
    ("counts", "totals", "direction"),
    [
        ([5] * 8, [100] * 8, Direction.STEADY), ([2] * 4 + [9] * 4, [100] * 8, Direction.UP),
        ([9] * 4 + [2] * 4, [100] * 8, Direction.DOWN), ([0] * 7 + [1], [100] * 8, Direction.UNKNOWN),
        ([5] * 4 + [50] * 4, [100] * 4 + [1000] * 4, Direction.STEADY), ([0, 9], [0, 100], Direction.UP),
        ([9], [9], Direction.UNKNOWN),
    ],
)  # fmt: skip
def test_growth_is_of_the_share(counts: list[int], totals: list[int], direction: Direction) -> None:
    assert trend(counts, totals).direction is direction
