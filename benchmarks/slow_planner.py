"""The planner told the slow way: day by day and minute by minute, for comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.planning import Owed
from storage.records import Chat, Mode, Push, Subscription

_DAY = timedelta(days=1)
_DAYS = {Mode.INSTANT: (), Mode.DAILY: range(7), Mode.WEEKDAYS: range(5)}
_PUSH_DAYS = {Push.OFF: (), Push.DAILY: range(7)}


def free(chat: Chat, moment: datetime) -> datetime:
    """The first moment from this one on that is neither in the pause nor in the quiet hours."""
    if chat.paused_until and chat.paused_until > moment:
        moment = chat.paused_until
    return _quiet_over(chat, moment)


def expected_digest(chat: Chat, after: datetime) -> datetime | None:
    """The chat's next digest: with what matched, with the trending list, or at the end of a pause."""
    found = [_first(chat, chat.mode, after), _first_push(chat, after)]
    if chat.mode is Mode.INSTANT and chat.paused_until and chat.paused_until > after:
        found.append(free(chat, chat.paused_until))
    return min((moment for moment in found if moment), default=None)


def expected_owed(chat: Chat, now: datetime) -> Owed:
    """What fell due from next_digest_at to now."""
    since = chat.next_digest_at
    if since is None or since > now:
        return Owed()
    if chat.paused_until and free(chat, chat.paused_until) == since:
        return Owed(True, chat.trending is not Push.OFF)
    before = since - timedelta(seconds=1)
    push, regular = _first_push(chat, before), _first(chat, chat.mode, before)
    trending, matches = bool(push and push <= now), bool(regular and regular <= now)
    trending = trending or (chat.trending is not Push.OFF and not matches)  # put off
    return Owed(matches or not trending or chat.mode is Mode.INSTANT, trending)


def expected(chat: Chat, subscription: Subscription, now: datetime) -> datetime:
    """When a paper goes that matches this subscription now."""
    mode = subscription.mode or chat.mode
    asleep = subscription.snoozed_until if subscription.snoozed_until and subscription.snoozed_until > now else None
    if mode is Mode.INSTANT:
        return free(chat, asleep or now.replace(microsecond=0))
    if mode is not chat.mode or asleep:
        found = _first(chat, mode, asleep - timedelta(seconds=1) if asleep else now)
    elif chat.next_digest_at and expected_owed(chat, chat.next_digest_at).matches:
        found = chat.next_digest_at
    else:
        found = _first(chat, mode, max(now, chat.next_digest_at or now))
    assert found
    return found


def _first(chat: Chat, mode: Mode, after: datetime) -> datetime | None:
    weekdays = _DAYS.get(mode, (chat.weekday,))
    return free(chat, next(_moments(chat, weekdays, after))) if weekdays else None


def _first_push(chat: Chat, after: datetime) -> datetime | None:
    weekdays = _PUSH_DAYS.get(chat.trending, (chat.weekday,))
    return free(chat, next(_moments(chat, weekdays, after))) if weekdays else None


def _moments(chat: Chat, weekdays: Sequence[int], after: datetime) -> Iterator[datetime]:
    day = after.date() - (_DAY if chat.quiet_from is None else 2 * _DAY)  # of elsewhere, and of the night before
    while True:
        if day.weekday() in weekdays:
            moment = _quiet_over(chat, _instant(day, chat.at, chat.zone))
            if moment > after:
                yield moment
        day += _DAY


def _quiet_over(chat: Chat, moment: datetime) -> datetime:
    begin, end = chat.quiet_from, chat.quiet_to
    if begin is None or end is None:
        return moment
    local = moment.astimezone(ZoneInfo(chat.zone))
    at = local.time()
    if begin < end and begin <= at < end:
        return max(moment, _instant(local.date(), end, chat.zone))
    if end < begin and at >= begin:
        return max(moment, _instant(local.date() + _DAY, end, chat.zone))
    if end < begin and at < end:
        return max(moment, _instant(local.date(), end, chat.zone))
    return moment


@lru_cache(maxsize=4096)
def _instant(day: date, at: time, zone: str) -> datetime:
    """When local clocks show this first; where they skip it, the next minute that they show."""
    local, place = datetime.combine(day, at), ZoneInfo(zone)
    moment = local.replace(tzinfo=place).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) != local:
        moment -= timedelta(hours=26)
        while moment.astimezone(place).replace(tzinfo=None) < local:
            moment += timedelta(minutes=1)
    return moment
