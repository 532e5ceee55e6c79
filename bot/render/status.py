"""What a chat waits for, and why nothing came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.render import html
from bot.render.message import Button, Message
from bot.render.times import ago, city, papers, soon
from storage.records import Chat, Push, SourceState

Rows = tuple[tuple[Button, ...], ...]
_NAMES = {"huggingface": "Hugging Face", "arxiv": "arXiv"}
_ARXIV_TIME = ZoneInfo("America/New_York")  # announces on its own evenings from Sunday to Thursday


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands with a chat now.

    digest_at, push_at: the next digest, the next trending list; None where there is none. quiet_until, paused_until:
    None where it is neither; endless: paused without an end. waiting: papers for that; apart: those of subscriptions
    with a delivery of their own, which wait for later digests, the first at apart_at. following: subscriptions that
    are awake; resting: those that are paused. came: whether something was sent or has matched today. news: papers of
    today by source.
    """

    now: datetime
    digest_at: datetime | None
    push_at: datetime | None
    quiet_until: datetime | None
    paused_until: datetime | None
    endless: bool
    waiting: int
    apart: int
    apart_at: datetime | None
    following: int
    resting: int
    came: bool
    sources: tuple[SourceState, ...]
    news: Mapping[str, int]


def status(chat: Chat, outlook: Outlook, *, rows: Rows = ()) -> Message:
    """The next delivery, how the sources were read, and why nothing came."""
    parts = (_next(chat, outlook), _sources(chat, outlook), _why(chat, outlook))
    return Message(html.escape("\n".join(part for part in parts if part)), rows)


def held(waiting: int, what: str = "") -> str:
    """4 papers are waiting for it. what: such as " for it"."""
    if not waiting:
        return f"Nothing is waiting{what}."
    return f"{papers(waiting)} {'is' if waiting == 1 else 'are'} waiting{what}."


def _next(chat: Chat, outlook: Outlook) -> str:
    now, zone = outlook.now, chat.zone
    if outlook.endless:
        return f"Paused until you /resume. {held(outlook.waiting + outlook.apart)}"
    if outlook.paused_until:
        until = soon(outlook.paused_until, now, zone)
        return f"Paused until {until} ({city(zone)}), or until you /resume. {held(outlook.waiting + outlook.apart)}"
    if outlook.digest_at:
        said = f"Next digest: {soon(outlook.digest_at, now, zone)} ({city(zone)}). {held(outlook.waiting, ' for it')}"
    else:
        said = f"Papers come as soon as they appear. {held(outlook.waiting)}"
    if outlook.apart_at:
        more = f"{papers(outlook.apart)} of subscriptions with their own delivery"
        said += (
            f" {more} {'waits' if outlook.apart == 1 else 'wait'} until {soon(outlook.apart_at, now, zone)} or later."
        )
    if outlook.quiet_until:
        said += f" Quiet until {soon(outlook.quiet_until, now, zone)}: nothing is sent before."
    if outlook.push_at and outlook.push_at == outlook.digest_at:
        said += " The trending list comes with it."
    elif outlook.push_at:
        said += f" Next trending list: {soon(outlook.push_at, now, zone)}."
    return said


def _sources(chat: Chat, outlook: Outlook) -> str:
    if not outlook.sources:
        return "No source was read yet."
    read = [
        f"{_name(state)} {'' if number else 'read '}{ago(state.read_at, outlook.now)}"
        for number, state in enumerate(state for state in outlook.sources if state.read_at and not state.failed_at)
        if state.read_at
    ]
    said = [f"{', '.join(read)}."] if read else []
    return " ".join([*said, *(_down(state, chat, outlook.now) for state in outlook.sources if state.failed_at)])


def _down(state: SourceState, chat: Chat, now: datetime) -> str:
    assert state.failed_at
    last = f"last read {ago(state.read_at, now)}" if state.read_at else "not read yet"
    reason = state.error.removeprefix(f"{state.name}: ")
    return (
        f"{_name(state)} has been down since {soon(state.failed_at, now, chat.zone)} ({reason}), {last}; "
        "I keep asking, and what it has by then still comes."
    )


def _why(chat: Chat, outlook: Outlook) -> str:
    """Why nothing came today; '' where something did, or the first line says it."""
    if outlook.came or outlook.paused_until or outlook.endless:
        return ""
    if not outlook.following:
        if outlook.resting:
            return "Nothing came today: all that you follow is paused."
        if chat.trending is Push.OFF:
            return "You follow nothing here, so nothing can come yet. /subscribe changes that."
        return "You follow nothing here; only the trending list comes."
    reasons = [*_empty(outlook), *_unmatched(outlook)]
    return f"Nothing came today: {_listed(reasons)}." if reasons else ""


def _empty(outlook: Outlook) -> list[str]:
    """What the sources that brought nothing have to say for it."""
    said = []
    for state in outlook.sources:
        if outlook.news.get(state.name):
            continue
        if state.failed_at:
            said.append(f"{_name(state)} is down")
        elif state.name == "arxiv" and outlook.now.astimezone(_ARXIV_TIME).weekday() >= 5:
            said.append("arXiv announces nothing on weekends")
        else:
            said.append(f"{_name(state)} has had nothing new")
    return said


def _unmatched(outlook: Outlook) -> list[str]:
    told = [(outlook.news[state.name], _name(state)) for state in outlook.sources if outlook.news.get(state.name)]
    if not told:
        return []
    counts = [f"{papers(count) if not place else f'{count:,}'} on {name}" for place, (count, name) in enumerate(told)]
    your = "your subscription" if outlook.following == 1 else f"your {outlook.following:,} subscriptions"
    return [f"none of the {_listed(counts, ' and ')} matched {your}"]


def _listed(parts: Sequence[str], last: str = ", and ") -> str:
    return last.join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _name(state: SourceState) -> str:
    return _NAMES.get(state.name, state.name)
