"""What a chat waits for, and why nothing came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.render import html
from bot.render.language import N_, _, clauses, listed, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import ago, city, digits, soon
from storage.records import Chat, Push, SourceState

Rows = tuple[tuple[Button, ...], ...]
_NAMES = {"huggingface": "Hugging Face", "arxiv": "arXiv"}
_ARXIV_TIME = ZoneInfo("America/New_York")  # announces on its own evenings from Sunday to Thursday

_REASONS = (
    (re.compile("dropped the connection"), N_("dropped the connection")),
    (re.compile(r"gave no answer within (?P<seconds>\S+) s"), N_("gave no answer within {seconds} s")),
    (re.compile(r"cannot be reached \((?P<why>.*)\)", re.DOTALL), N_("cannot be reached ({why})")),
    (re.compile(r"answered (?P<status>\d+.*)"), N_("answered {status}")),
    (re.compile(r"asked to wait (?P<seconds>\S+) s more"), N_("asked to wait {seconds} s more")),
    (re.compile(r"asked to be left alone for a while"), N_("asked to be left alone for a while")),
)  # as bot.sources says them; the rest is for who can read English


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands with a chat now.

    digest_at, push_at: the next digest, the next trending list; None where there is none. quiet_until, paused_until:
    None where it is neither; endless: paused without an end. waiting: papers for that; apart: those of subscriptions
    with a delivery of their own, which wait for later digests, the first at apart_at. following: subscriptions that
    are awake; resting: those that are paused. came: whether something was sent or has matched today. begun: whether
    all that is followed was made today. news: papers by source, of today or since then.
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
    begun: bool
    sources: tuple[SourceState, ...]
    news: Mapping[str, int]


def status(chat: Chat, outlook: Outlook, *, rows: Rows = ()) -> Message:
    """The next delivery, how the sources were read, and why nothing came."""
    parts = (_next(chat, outlook), _sources(chat, outlook), _why(chat, outlook))
    return Message(html.escape("\n".join(part for part in parts if part)), rows)


def _held(waiting: int) -> str:
    if not waiting:
        return _("Nothing is waiting.")
    return ngettext("{count} paper is waiting.", "{count} papers are waiting.", waiting).format(count=digits(waiting))


def _held_for_it(waiting: int) -> str:
    if not waiting:
        return _("Nothing is waiting for it.")
    held = ngettext("{count} paper is waiting for it.", "{count} papers are waiting for it.", waiting)
    return held.format(count=digits(waiting))


def _next(chat: Chat, outlook: Outlook) -> str:
    now, zone = outlook.now, chat.zone
    if outlook.endless:
        return sentences(_("Paused until you /resume."), _held(outlook.waiting + outlook.apart))
    if outlook.paused_until:
        text = _("Paused until {moment} ({city}), or until you /resume.")
        text = text.format(moment=soon(outlook.paused_until, now, zone), city=city(zone))
        return sentences(text, _held(outlook.waiting + outlook.apart))
    if outlook.digest_at:
        text = _("Next digest: {moment} ({city}).").format(moment=soon(outlook.digest_at, now, zone), city=city(zone))
        said = [text, _held_for_it(outlook.waiting)]
    else:
        said = [_("Papers come as soon as they appear."), _held(outlook.waiting)]
    if outlook.apart_at:
        text = ngettext(
            "{count} paper of subscriptions with their own delivery waits until {moment} or later.",
            "{count} papers of subscriptions with their own delivery wait until {moment} or later.",
            outlook.apart,
        )
        said.append(text.format(count=digits(outlook.apart), moment=soon(outlook.apart_at, now, zone)))
    if outlook.quiet_until:
        text = _("Quiet until {moment}: nothing is sent before.")
        said.append(text.format(moment=soon(outlook.quiet_until, now, zone)))
    if outlook.push_at and outlook.push_at == outlook.digest_at:
        said.append(_("The trending list comes with it."))
    elif outlook.push_at:
        said.append(_("Next trending list: {moment}.").format(moment=soon(outlook.push_at, now, zone)))
    return sentences(*said)


def _sources(chat: Chat, outlook: Outlook) -> str:
    if not outlook.sources:
        return _("No source was read yet.")
    said = []
    read = [(state, state.read_at) for state in outlook.sources if state.read_at and not state.failed_at]
    if read:
        names = [f"{_name(state)} {ago(read_at, outlook.now)}" for state, read_at in read[1:]]
        first = _("{source} read {ago}").format(source=_name(read[0][0]), ago=ago(read[0][1], outlook.now))
        said.append(_("{sources}.").format(sources=clauses(first, *names)))
    return sentences(*said, *(_down(state, chat, outlook.now) for state in outlook.sources if state.failed_at))


def _down(state: SourceState, chat: Chat, now: datetime) -> str:
    assert state.failed_at
    if state.read_at:
        text = _(
            "{source} has been down since {moment} ({reason}), last read {ago}; "
            "I keep asking, and what it has by then still comes."
        )
    else:
        text = _(
            "{source} has been down since {moment} ({reason}), not read yet; "
            "I keep asking, and what it has by then still comes."
        )
    return text.format(
        source=_name(state),
        moment=soon(state.failed_at, now, chat.zone),
        reason=_reason(state.error.removeprefix(f"{state.name}: ")),
        ago=ago(state.read_at, now) if state.read_at else "",
    )


def _reason(error: str) -> str:
    """What a source's error says, in the language that is spoken where it is one of the usual ones."""
    for usual, text in _REASONS:
        if match := usual.fullmatch(error):
            return _(text).format(**match.groupdict())
    return error


def _why(chat: Chat, outlook: Outlook) -> str:
    """Why nothing came today; '' where something did, or the first line says it."""
    if outlook.came or outlook.paused_until or outlook.endless:
        return ""
    if not outlook.following:
        if outlook.resting:
            return _("Nothing came today: all that you follow is paused.")
        if chat.trending is Push.OFF:
            return _("You follow nothing here, so nothing can come yet. /subscribe changes that.")
        return _("You follow nothing here; only the trending list comes.")
    reasons = [*_empty(outlook), *_unmatched(outlook)]
    if not reasons:
        return ""
    told = clauses(*reasons[:-1])
    if told:
        told = _("{reasons}, and {last}").format(reasons=told, last=reasons[-1])
    return _("Nothing came today: {reasons}.").format(reasons=told or reasons[-1])


def _empty(outlook: Outlook) -> list[str]:
    """What the sources that brought nothing have to say for it."""
    said = []
    for state in outlook.sources:
        if outlook.news.get(state.name):
            continue
        if state.failed_at:
            said.append(_("{source} is down").format(source=_name(state)))
        elif state.name == "arxiv" and outlook.now.astimezone(_ARXIV_TIME).weekday() >= 5:
            said.append(_("arXiv announces nothing on weekends"))
        elif outlook.begun:
            said.append(_("{source} has had nothing new since you subscribed").format(source=_name(state)))
        else:
            said.append(_("{source} has had nothing new").format(source=_name(state)))
    return said


def _unmatched(outlook: Outlook) -> list[str]:
    told = [(outlook.news[state.name], _name(state)) for state in outlook.sources if outlook.news.get(state.name)]
    if not told:
        return []
    (count, name), *others = told
    if count == 1 and not others:
        return [_("the one paper on {source} did not match what you follow").format(source=name)]
    first = ngettext("{count} paper on {source}", "{count} papers on {source}", count)
    counts = [first.format(count=digits(count), source=name)]
    counts += [_("{count} on {source}").format(count=digits(count), source=name) for count, name in others]
    text = ngettext(
        "none of the {papers} matched your subscription",
        "none of the {papers} matched your {count} subscriptions",
        outlook.following,
    )
    papers = listed(counts)
    return [text.format(papers=papers, count=digits(outlook.following))]


def _name(state: SourceState) -> str:
    return _NAMES.get(state.name, state.name)
