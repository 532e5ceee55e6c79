"""When a chat gets what it gets: pure rules about modes, time zones, quiet hours and pauses.

A chat's hour is local time. Where a clock is put forward over it, it comes at the next moment that exists; where a
clock is put back over it, it comes the first time only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.records import Chat, Mode, Push, Subscription

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""paused_until of a pause without an end."""

CARDS = 20
"""As many papers that wait come one by one; more of them come as one digest."""

LEAST_TRENDING = 3
"""So many trending papers have their place in a joined digest, however much else there is."""

AHEAD = timedelta(days=2)
"""A digest is astray (is_astray) only where it is further ahead than this."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_EVERY_DAY, _WORKING_DAYS = frozenset(range(7)), frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Owed:
    """What a digest that is due holds: the papers that matched, the trending list, or both."""

    matches: bool = False
    trending: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Papers of a digest in order: those in the message, then the ones that are one tap away."""

    shown: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """When a paper goes: from `at` on, as a card or (together) in a digest; at None: with the chat's next digest."""

    at: datetime | None
    together: bool = False


def next_digest(chat: Chat, after: datetime) -> datetime | None:
    """The first moment later than `after` at which the chat gets a digest (UTC); None where it gets none.

    A digest that falls into quiet hours or into a pause comes at their end, and once.
    """
    found = [_next(chat, _digest_days(chat), after), _next(chat, _push_days(chat), after)]
    if chat.mode is Mode.INSTANT and chat.paused_until and chat.paused_until > after:
        found.append(released(chat, chat.paused_until))
    return min((moment for moment in found if moment), default=None)


def next_matches(chat: Chat, after: datetime) -> datetime | None:
    """The first digest later than `after` with what matched; None in instant mode, or in a pause without an end."""
    return _ever(_next(chat, _digest_days(chat), after))


def next_push(chat: Chat, after: datetime) -> datetime | None:
    """The first push of the trending list later than `after`; None where it is off, or in a pause without an end."""
    return _ever(_next(chat, _push_days(chat), after))


def due(chat: Chat, now: datetime) -> datetime | None:
    """When a paper that matches now may go as a card of its own; None: with the chat's next digest."""
    if chat.mode is not Mode.INSTANT or (chat.paused_until and chat.paused_until > now):
        return None
    return released(chat, now)


def slot(chat: Chat, subscription: Subscription, now: datetime) -> Slot:
    """When a paper goes that matches this subscription now: in its own mode, not before its snooze is over."""
    own = replace(chat, mode=subscription.mode or chat.mode)
    until = subscription.snoozed_until if asleep(subscription, now) else None
    if own.mode is not Mode.INSTANT:
        if until:
            return Slot(_next(own, _digest_days(own), until - _SECOND), together=True)
        return Slot(None) if own.mode is chat.mode else Slot(_next(own, _digest_days(own), now), together=True)
    at = due(own, until or now)
    if at and not until:
        return Slot(at)
    # The digest at the end of a pause is the chat's only where the chat itself is instant.
    return Slot(None) if chat.mode is own.mode and not until else Slot(released(chat, until or now), together=True)


def asleep(subscription: Subscription, now: datetime) -> bool:
    """Whether it is snoozed."""
    return subscription.snoozed_until is not None and subscription.snoozed_until > now


def soonest(chat: Chat, slots: Iterable[Slot], now: datetime) -> Slot:
    """The first of the slots; what the chat's own digest brings is as far away as that."""
    found = list(dict.fromkeys(slots))
    if len(found) == 1:
        return found[0]
    digest = matches_at(chat, now)
    return min(found, key=lambda slot: (slot.at or digest, slot.together))


def matches_at(chat: Chat, now: datetime) -> datetime:
    """When the chat's own digest brings what has matched: in one that is owed or planned, or in a later one."""
    planned = max(chat.next_digest_at or now, now)
    if owed(chat, planned).matches:
        return planned
    return next_matches(chat, planned) or FOREVER


def replanned(chat: Chat, now: datetime) -> Chat:
    """The chat after a change of its settings: with the digest that they give next. One that is owed stays owed."""
    if chat.next_digest_at and chat.next_digest_at <= now:
        return chat
    return replace(chat, next_digest_at=next_digest(chat, now))


def is_astray(chat: Chat, now: datetime) -> bool:
    """Whether its digest is planned for later than the one after the next, as by a clock that was days ahead."""
    planned, following = chat.next_digest_at, next_digest(chat, now)
    if planned is None or following is None or planned <= following:
        return False
    return planned > (next_digest(chat, following) or following)


def put_off(chat: Chat, now: datetime) -> Chat:
    """The chat in whose pause or quiet hours the bot looks: a trending list that is due comes at their end.

    What matched for a digest that is due waits for that moment by itself, or it could not be told from what waits
    for a later one.
    """
    if chat.next_digest_at and chat.next_digest_at > now:
        return chat
    later = released(chat, now) if owed(chat, now).trending else next_digest(chat, now)
    return replace(chat, next_digest_at=later)


def released(chat: Chat, moment: datetime) -> datetime:
    """The first moment, from this one's second on, that is neither in the chat's pause nor in its quiet hours.

    A whole second: kept in the file, any later part of it would become the next one, and what may go now would wait.
    """
    if chat.paused_until and chat.paused_until > moment:
        moment = chat.paused_until
    return _quiet_over(chat, moment.replace(microsecond=0))


def owed(chat: Chat, now: datetime) -> Owed:
    """What the digest holds that the chat is owed now: all that fell due from next_digest_at on."""
    owed_since = chat.next_digest_at
    if owed_since is None or owed_since > now:
        return Owed()
    if chat.paused_until and released(chat, chat.paused_until) == owed_since:
        return Owed(matches=True, trending=chat.trending is not Push.OFF)
    push = _next(chat, _push_days(chat), owed_since - _SECOND)
    regular = _next(chat, _digest_days(chat), owed_since - _SECOND)
    matches = regular is not None and regular <= now
    trending = push is not None and push <= now
    if not matches and not trending:  # it was put off
        trending = chat.trending is not Push.OFF
    # An instant chat's held papers come with its trending list.
    return Owed(matches or not trending or chat.mode is Mode.INSTANT, trending)


def arranged(matched: Sequence[str], trending: Sequence[str], cap: int) -> Arrangement:
    """At most `cap` papers for the message, those that matched before the trending ones; both are given best first.

    Trending papers fill what the others leave free, and have a few places of their own.
    """
    places = max(min(LEAST_TRENDING, cap // 2), cap - len(matched))
    extra = tuple(trending[:places])
    here = max(cap, 1) - len(extra)
    return Arrangement((*matched[:here], *extra), tuple(matched[here:]))


def today(chat: Chat, now: datetime) -> date:
    """The chat's local date."""
    return now.astimezone(_zone(chat.zone)).date()


def hour_of(chat: Chat, now: datetime, days: int) -> datetime:
    """The chat's hour on the day that comes so many days after today."""
    return _instant(today(chat, now) + days * _DAY, chat.at, _zone(chat.zone))


def _digest_days(chat: Chat) -> frozenset[int]:
    match chat.mode:
        case Mode.INSTANT:
            return frozenset()
        case Mode.DAILY:
            return _EVERY_DAY
        case Mode.WEEKDAYS:
            return _WORKING_DAYS
        case Mode.WEEKLY:
            return frozenset({chat.weekday})


def _push_days(chat: Chat) -> frozenset[int]:
    match chat.trending:
        case Push.OFF:
            return frozenset()
        case Push.DAILY:
            return _EVERY_DAY
        case Push.WEEKLY:
            return frozenset({chat.weekday})


def _ever(moment: datetime | None) -> datetime | None:
    return moment if moment and moment < FOREVER else None


def _next(chat: Chat, weekdays: frozenset[int], after: datetime) -> datetime | None:
    """The chat's hour on the first of these weekdays on which it (or the quiet hours over it) ends after `after`."""
    if not weekdays:
        return None
    zone = _zone(chat.zone)
    day = after.astimezone(zone).date()
    if chat.quiet_from is not None:
        day -= _DAY  # last night's may be held until after `after`
    while True:
        if day.weekday() in weekdays:
            moment = _quiet_over(chat, _instant(day, chat.at, zone))
            if moment > after:
                return released(chat, moment)
        day += _DAY


def _quiet_over(chat: Chat, moment: datetime) -> datetime:
    """The moment, or the end of the quiet hours that it falls into."""
    begin, end = chat.quiet_from, chat.quiet_to
    if begin is None or end is None or begin == end:
        return moment
    zone = _zone(chat.zone)
    local = moment.astimezone(zone)
    at, overnight = local.time(), end < begin
    quiet = at >= begin or at < end if overnight else begin <= at < end
    if not quiet:
        return moment
    day = local.date() + _DAY if overnight and at >= begin else local.date()
    # An end that a clock put back lets come twice has ended the quiet hours the first time.
    return max(moment, _instant(day, end, zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When (UTC) local clocks show this: the first time, or the next moment that exists where they skip it."""
    local = datetime.combine(day, at.replace(fold=0), zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None and after is not None
    moment = local.replace(tzinfo=UTC) - before
    return moment if before >= after else _change(moment - (after - before), moment, zone)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (low, high] from which the zone's offset is that of `high`."""
    offset = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    """The zone; UTC where the machine's tables no longer know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
