"""Everything with buttons, on one message: /settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

from bot.commands import channels, pausing, screens, timing
from bot.commands.delivery import rearranged
from bot.commands.request import Outdated, Request
from bot.render import language
from bot.render.message import Message
from storage.records import Chat, Mode, Push

Change = Callable[[Chat], Chat]
_MOST = 100


async def settings(request: Request) -> Message:
    """/settings."""
    return await _screen(request, await request.services.chat(request.place), "")


async def shown(request: Request) -> Message:
    """st[:SCREEN[:WHERE]] shows the settings, or one of them."""
    name, _, where = request.text.partition(":")
    return await _screen(request, await request.services.chat(request.place), name, where)


async def changed(request: Request) -> Message:
    """ss:KEY:VALUE changes one, and shows it again."""
    key, _, value = request.text.partition(":")
    if key == "pause":
        chat = await _pause(request, value)
    else:
        try:
            change = _CHANGES[key](value)
        except (KeyError, ValueError, IndexError):
            raise Outdated("/settings") from None
        chat = await rearranged(request, change)
    if key == "language":
        language.speak(chat.reads_in)
    return await _screen(request, chat, key)


async def _pause(request: Request, value: str) -> Chat:
    if value == "off":
        chat, _ = await pausing.end(request)
        return chat
    if not (value.isascii() and value.isdigit()) or int(value) not in screens.PAUSES:
        raise Outdated("/settings")
    return await pausing.begin(request, int(value))


async def _screen(request: Request, chat: Chat, name: str, where: str = "") -> Message:
    screen = screens.SCREENS.get(name, screens.everything)
    shown = screen(chat, request.services.now(), where)
    return replace(shown, rows=(*shown.rows, *await channels.row(request))) if screen is screens.everything else shown


def _mode(value: str) -> Change:
    mode = Mode(value)
    return lambda chat: replace(chat, mode=mode)


def _at(value: str) -> Change:
    at = _clock(value)
    return lambda chat: replace(chat, at=at)


def _day(value: str) -> Change:
    weekday = range(7)[int(value)]
    return lambda chat: replace(chat, weekday=weekday)


def _zone(value: str) -> Change:
    zone = timing.zone(value)
    return lambda chat: replace(chat, zone=zone)


def _quiet(value: str) -> Change:
    if value == "off":
        return lambda chat: replace(chat, quiet_from=None, quiet_to=None)
    begin, end = map(_clock, value.split("-"))
    return lambda chat: _with_quiet(chat, begin, end)


def _quiet_from(value: str) -> Change:
    at = _clock(value)
    return lambda chat: _with_quiet(chat, at, chat.quiet_to)


def _quiet_to(value: str) -> Change:
    at = _clock(value)
    return lambda chat: _with_quiet(chat, chat.quiet_from, at)


def _with_quiet(chat: Chat, begin: time | None, end: time | None) -> Chat:
    """Both ends or neither, and never the same hour for both."""
    if begin is None or end is None or begin == end:
        return chat
    return replace(chat, quiet_from=begin, quiet_to=end)


def _push(value: str) -> Change:
    push = Push(value)
    return lambda chat: replace(chat, trending=push)


def _cap(value: str) -> Change:
    cap = range(_MOST + 1)[int(value)] or 1
    return lambda chat: replace(chat, cap=cap)


def _empty(value: str) -> Change:
    return lambda chat: replace(chat, tell_empty=value == "on")


def _language(value: str) -> Change:
    if value not in ("auto", *language.LANGUAGES):
        raise ValueError(value)
    return lambda chat: replace(chat, language="" if value == "auto" else value)


def _clock(value: str) -> time:
    return datetime.strptime(value, "%H%M").time()


_CHANGES: dict[str, Callable[[str], Change]] = {
    "mode": _mode, "at": _at, "day": _day, "zone": _zone, "quiet": _quiet, "from": _quiet_from, "to": _quiet_to,
    "push": _push, "cap": _cap, "empty": _empty, "language": _language,
}  # fmt: skip
