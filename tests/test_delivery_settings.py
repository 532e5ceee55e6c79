"""Delivery settings and time zones as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.commands import zones
from bot.commands.timing import Unclear, UnknownZone, Wish, granted, wished
from storage.records import Chat, Mode

SUMMER = datetime(2026, 7, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("instant", Wish(Mode.INSTANT)),
        ("daily", Wish(Mode.DAILY)),
        ("daily 09:00", Wish(Mode.DAILY, at=time(9))),
        ("Daily 8:30", Wish(Mode.DAILY, at=time(8, 30))),
        ("daily at 8:30 pm", Wish(Mode.DAILY, at=time(20, 30))),
        ("daily 12am", Wish(Mode.DAILY, at=time(0))),
        ("daily 7", Wish(Mode.DAILY, at=time(7))),
        ("8:30", Wish(at=time(8, 30))),
        ("daily 00:00 Europe/Berlin", Wish(Mode.DAILY, at=time(0), zone="Europe/Berlin")),
        ("daily 8:30 europe/berlin", Wish(Mode.DAILY, at=time(8, 30), zone="Europe/Berlin")),
        ("daily 8:30 new york", Wish(Mode.DAILY, at=time(8, 30), zone="America/New_York")),
        ("Asia/Kathmandu", Wish(zone="Asia/Kathmandu")),
        ("istanbul", Wish(zone="Europe/Istanbul")),
        ("Calcutta", Wish(zone="Asia/Calcutta")),
        ("weekdays 18:00 UTC", Wish(Mode.WEEKDAYS, at=time(18), zone="UTC")),
        ("weekly Mon 9:00", Wish(Mode.WEEKLY, 0, time(9))),
        ("weekly friday 9:00 CET", Wish(Mode.WEEKLY, 4, time(9), "CET")),
        ("weekly 9:00", Wish(Mode.WEEKLY, at=time(9))),
        ("Sundays 10:00", Wish(Mode.WEEKLY, 6, time(10))),
        ("weekly 8:00 Tue", Wish(Mode.WEEKLY, 1, time(8))),
        ("10:00 on Sundays, Asia/Tokyo", Wish(Mode.WEEKLY, 6, time(10), "Asia/Tokyo")),
    ],
)
def test_what_is_understood(text: str, wish: Wish) -> None:
    assert wished(text) == wish


@pytest.mark.parametrize("text", ["", "at", "daily 25:00", "daily 8:61", "daily Mon 9:00", "daily 13pm", "8:30 9:30"])
def test_what_is_unclear(text: str) -> None:
    with pytest.raises(Unclear):
        wished(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Asia/Katmandoo", "Asia/Kathmandu"),
        ("Berln", "Europe/Berlin"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("London/UK", "Europe/London"),
        ("CEST", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
    ],
)
def test_a_zone_that_does_not_exist_is_refused_and_its_neighbours_are_known(typed: str, meant: str) -> None:
    with pytest.raises(UnknownZone, match=typed.replace("+", "[+]")):
        wished(f"daily 8:30 {typed}")
    assert meant in zones.near(typed, SUMMER)


def test_nonsense_has_no_neighbours() -> None:
    assert zones.near("xyzzyxyzzy", SUMMER) == ()


def test_what_is_not_said_stays_and_an_hour_ends_instant_delivery() -> None:
    chat = Chat(1, 0, "private", Mode.INSTANT, time(9), "UTC", weekday=3)
    assert granted(chat, Wish(zone="Europe/Berlin")).mode is Mode.INSTANT
    daily = granted(chat, Wish(at=time(0)))
    assert (daily.mode, daily.at, daily.zone, daily.weekday) == (Mode.DAILY, time(0), "UTC", 3)
