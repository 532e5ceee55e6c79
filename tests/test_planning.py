"""When a chat gets what it gets: modes, zones, clocks put forward and back, quiet hours and pauses."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planning import year
from bot import planning
from bot.planning import Owed, Slot
from storage.instants import seconds
from storage.records import Chat, Mode, Push, Subscription

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
SHIFTING = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Gaza",
)


def chat(**given: Any) -> Chat:
    """A daily chat at 09:00 UTC; given: its fields."""
    return replace(Chat(1, 0, "private", Mode.DAILY, time(9), "UTC"), **given)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


unhurried = settings(deadline=None)  # zones are read from files
modes = st.sampled_from([Mode.DAILY, Mode.WEEKDAYS, Mode.WEEKLY])
clocks = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(SHIFTING) | st.sampled_from(ZONES)
digest_chats = st.builds(
    chat, mode=modes, at=clocks, zone=zones, weekday=st.integers(0, 6), trending=st.sampled_from(Push)
)


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00"),  # 02:30 does not exist: 03:00, the next that does
        ("Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("Europe/Berlin", "2026-10-25T00:30", "2026-10-26T01:30"),  # and not the second
        ("America/New_York", "2026-03-08T00:00", "2026-03-08T07:00"),
        ("Asia/Kathmandu", "2026-05-01T00:00", "2026-05-01T20:45"),
        ("Pacific/Apia", "2011-12-29T20:00", "2011-12-30T10:00"),  # a whole day that was left out
    ],
)
def test_half_past_two_on_days_when_clocks_change(zone: str, after: str, expected: str) -> None:
    """What does not exist comes at the next moment that does; what exists twice comes once."""
    assert planning.next_digest(chat(zone=zone, at=time(2, 30)), at(after)) == at(expected)


@given(digest_chats, moments)
@unhurried
def test_a_digest_is_later_and_at_the_chats_hour(wanted: Chat, after: datetime) -> None:
    """Strictly later, on a day of the mode (or of the trending list), at the hour or where the clock skips it."""
    moment = planning.next_digest(wanted, after)
    assert moment is not None and moment > after
    assert moment - after < timedelta(days=9)
    local = moment.astimezone(ZoneInfo(wanted.zone))
    if local.time() == wanted.at:
        days = {Mode.DAILY: range(7), Mode.WEEKDAYS: range(5), Mode.WEEKLY: [wanted.weekday]}[wanted.mode]
        assert local.weekday() in days or wanted.trending is not Push.OFF
    else:
        skipped = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(wanted.zone))
        assert skipped.replace(tzinfo=None) < local.replace(tzinfo=None) - timedelta(seconds=1)


@given(digest_chats, moments)
@unhurried
def test_nothing_lies_between_two_digests(wanted: Chat, after: datetime) -> None:
    """Asked from any moment before it, the next digest is the same: none is skipped, none comes twice."""
    moment = planning.next_digest(wanted, after)
    assert moment is not None
    middle = after + (moment - after) / 2
    assert planning.next_digest(wanted, middle) == moment
    assert planning.next_digest(wanted, moment - timedelta(microseconds=1)) == moment


@given(digest_chats, moments, clocks, clocks)
@unhurried
def test_quiet_hours_hold_every_digest_and_lose_none(wanted: Chat, after: datetime, begin: time, end: time) -> None:
    """It comes when the quiet hours are over: never in them, never before its hour, within a day of it."""
    quiet = replace(wanted, quiet_from=begin, quiet_to=end)
    moment = planning.next_digest(quiet, after)
    assert moment is not None and moment > after
    assert planning.released(quiet, moment) == moment
    loud = planning.next_digest(wanted, after)
    assert loud is not None and moment - loud < timedelta(hours=26)


def test_quiet_hours_over_midnight() -> None:
    """A card waits for their end; one outside of them goes now."""
    night = chat(mode=Mode.INSTANT, zone="Europe/Berlin", quiet_from=time(22), quiet_to=time(7, 30))
    assert planning.due(night, at("2026-07-01T21:00")) == at("2026-07-02T05:30")
    assert planning.due(night, at("2026-07-02T02:00")) == at("2026-07-02T05:30")
    assert planning.due(night, at("2026-07-02T05:30")) == at("2026-07-02T05:30")


def test_a_missed_digest_comes_at_the_end_of_a_pause() -> None:
    """And where none falls into the pause, the regular one stays."""
    pause = at("2026-07-03T12:00")
    assert planning.next_digest(chat(paused_until=pause), at("2026-07-01T10:00")) == pause
    assert planning.next_digest(chat(paused_until=pause), at("2026-07-03T10:00")) == at("2026-07-04T09:00")
    assert planning.next_digest(chat(paused_until=planning.FOREVER), at("2026-07-01T10:00")) == planning.FOREVER


def test_what_piles_up_in_a_pause_of_an_instant_chat_comes_as_one_digest() -> None:
    """Nothing goes as a card; a digest is owed at the end."""
    now, pause = at("2026-07-01T10:00"), at("2026-07-03T12:00")
    paused = planning.replanned(chat(mode=Mode.INSTANT, paused_until=pause), now)
    assert planning.due(paused, now) is None
    assert paused.next_digest_at == pause
    assert planning.owed(paused, pause) == Owed(matches=True)


def test_the_trending_list_comes_daily_beside_a_weekly_digest() -> None:
    """On other days the digest holds the list alone; on its day both."""
    both = chat(mode=Mode.WEEKLY, weekday=0, trending=Push.DAILY, next_digest_at=at("2026-07-05T09:00"))
    assert planning.owed(both, at("2026-07-05T09:00")) == Owed(trending=True)
    monday = planning.next_digest(both, at("2026-07-05T09:00"))
    assert monday == at("2026-07-06T09:00")
    assert planning.owed(replace(both, next_digest_at=monday), at("2026-07-06T09:00:03")) == Owed(True, True)
    late = at("2026-07-06T09:30")
    assert planning.owed(both, late) == Owed(True, True), "what fell due while the bot was down"


def test_instant_chats_have_a_digest_only_for_the_trending_list() -> None:
    """Their papers come as cards."""
    now = at("2026-07-01T10:00")
    assert planning.next_digest(chat(mode=Mode.INSTANT), now) is None
    assert planning.next_digest(chat(mode=Mode.INSTANT, trending=Push.DAILY), now) == at("2026-07-02T09:00")
    assert planning.due(chat(mode=Mode.INSTANT), now) == now
    assert planning.due(chat(), now) is None


def test_an_alert_does_not_wait_for_the_next_second() -> None:
    now = at("2026-05-04T12:00:07.25")
    due = planning.due(chat(mode=Mode.INSTANT), now)
    assert due is not None
    assert seconds(due) <= now.timestamp()


def test_a_change_of_settings_does_not_cost_what_is_owed() -> None:
    """A digest that is due is still due; another one moves."""
    now = at("2026-07-01T09:00:02")
    owed = chat(next_digest_at=at("2026-07-01T09:00"), at=time(20))
    assert planning.replanned(owed, now).next_digest_at == at("2026-07-01T09:00")
    assert planning.replanned(chat(next_digest_at=at("2026-07-02T09:00"), at=time(20)), now).next_digest_at == at(
        "2026-07-01T20:00"
    )


def test_a_zone_that_is_not_known_any_more_counts_as_utc() -> None:
    """Rather than stopping every delivery."""
    assert planning.next_digest(chat(zone="Mars/Olympus"), at("2026-07-01T10:00")) == at("2026-07-02T09:00")


@given(st.integers(0, 40), st.integers(0, 20), st.integers(1, 50))
@unhurried
def test_a_digest_shows_at_most_the_cap_and_hides_nothing(matched: int, trending: int, cap: int) -> None:
    """Papers that matched come first; those that do not fit are one tap away."""
    mine, list_ = [f"m{n}" for n in range(matched)], [f"t{n}" for n in range(trending)]
    plan = planning.arranged(mine, list_, cap)
    assert len(plan.shown) <= cap
    assert [id for id in (*plan.shown, *plan.rest) if id in mine] == mine
    assert len(plan.shown) == min(cap, matched + trending)
    assert [id for id in plan.shown if id in list_] == list_[
        : len(plan.shown) - len([m for m in mine if m in plan.shown])
    ]
    if cap >= 6 and trending >= 3:
        assert len([id for id in plan.shown if id in list_]) >= 3


def test_a_year_of_500_chats_in_all_zones() -> None:
    """Every digest and paper exactly once, whenever the bot looks, is down, or its clock jumps.

    With pauses, snoozes, quiet hours over the hour, changes of zone, and modes of single subscriptions.
    """
    digests, papers = year(500, random.Random(7))
    assert digests > 80_000 and papers > 10_000


@pytest.mark.parametrize(
    ("given", "own", "expected"),
    [
        ({}, {}, Slot(None)),
        ({}, {"mode": Mode.INSTANT}, Slot(at("2026-07-03T12:00"))),
        ({}, {"mode": Mode.WEEKLY}, Slot(at("2026-07-06T09:00"), together=True)),
        ({}, {"mode": Mode.DAILY}, Slot(None)),
        ({"mode": Mode.INSTANT}, {"mode": Mode.DAILY}, Slot(at("2026-07-04T09:00"), together=True)),
        (
            {"mode": Mode.INSTANT},
            {"snoozed_until": at("2026-07-05T09:00")},
            Slot(at("2026-07-05T09:00"), together=True),
        ),
        ({}, {"snoozed_until": at("2026-07-05T09:00")}, Slot(at("2026-07-05T09:00"), together=True)),
        ({}, {"snoozed_until": at("2026-07-01T09:00")}, Slot(None)),
        ({"quiet_from": time(11), "quiet_to": time(14)}, {"mode": Mode.INSTANT}, Slot(at("2026-07-03T14:00"))),
        ({"paused_until": at("2026-07-05T10:00")}, {"mode": Mode.INSTANT}, Slot(at("2026-07-05T10:00"), together=True)),
        ({"paused_until": planning.FOREVER}, {"mode": Mode.WEEKLY}, Slot(planning.FOREVER, together=True)),
        ({"mode": Mode.INSTANT, "paused_until": at("2026-07-05T10:00")}, {}, Slot(None)),
    ],
)
def test_a_subscription_with_a_rhythm_of_its_own(given: dict[str, Any], own: dict[str, Any], expected: Slot) -> None:
    """Its papers go in its own mode, after its snooze, and never in quiet hours or a pause of the chat."""
    subscription = replace(Subscription(1, 1, 0, 1, "routers", at("2026-07-01T00:00")), **own)
    assert planning.slot(chat(**given), subscription, at("2026-07-03T12:00")) == expected


def test_a_paper_goes_as_soon_as_one_subscription_wants_it() -> None:
    """The chat's own digest among them."""
    now, weekly = at("2026-07-03T12:00"), Slot(at("2026-07-06T09:00"), together=True)
    assert planning.soonest(chat(), [weekly, Slot(None)], now) == Slot(None)
    assert planning.soonest(chat(mode=Mode.WEEKLY, weekday=2), [weekly, Slot(None)], now) == weekly
    assert planning.soonest(chat(), [Slot(None), weekly, Slot(now)], now) == Slot(now)
