"""Answers to what cannot be read or done."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import QueryError
from bot.render import facts, html
from bot.render.buttons import capitalised
from bot.render.clean import one_line
from bot.render.language import _
from bot.render.message import Button, Message

Rows = tuple[tuple[Button, ...], ...]
_ORDINARY = re.compile(r"(?!arXiv)[^\s:]+(?!\S)")  # a first word that is no field and may be capitalised
_COLUMNS = 34  # of monospace that a small phone shows in a line


def query(error: QueryError, *, rows: Rows = ()) -> Message:
    """The query with a caret under its mistake, and what is wrong."""
    line, column = _window(error.text, error.start)
    if not line:
        return Message(_("I can't read that query: {reason}.").format(reason=html.escape(error.reason)), rows)
    head = _("I can't read that query:")
    reason = one_line(error.reason).rstrip(".")
    place = f"{line}\n{' ' * column}^"
    if column + 2 + _columns(reason) <= _COLUMNS:
        return Message(f"{head}\n{html.pre(f'{place} {reason}')}", rows)
    said = html.escape(capitalised(reason) if _ORDINARY.match(reason) else reason)
    if said[-1:].isalnum():
        said = _("{sentence}.").format(sentence=said)
    return Message(f"{head}\n{html.pre(place)}\n{said}", rows)


def _window(text: str, place: int) -> tuple[str, int]:
    """At most a phone's line of the query around the place, and the place's column in it."""
    before, after = one_line(text[:place] + "|")[:-1], one_line("|" + text[place:])[1:]
    if _columns(before) + _columns(after) > _COLUMNS:
        if _columns(before) > _COLUMNS // 2:
            before = "…" + _tail(before, _COLUMNS // 2 - 1)
        after = (
            after
            if _columns(before) + _columns(after) <= _COLUMNS
            else _head(after, _COLUMNS - 1 - _columns(before)) + "…"
        )
    return before + after, _columns(before)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def _head(text: str, most: int) -> str:
    while _columns(text) > most:
        text = text[: max(most, 1)] if len(text) > 2 * most + 2 else text[:-1]
    return text


def _tail(text: str, most: int) -> str:
    return _head(text[::-1], most)[::-1]


def sentence(text: str, *, rows: Rows = ()) -> Message:
    """A plain sentence for people, as an error carries it."""
    return Message(html.inert(facts.shortened(one_line(text), 1000)), rows)


def not_allowed(kind: str = "group") -> Message:
    """Someone who is no administrator wants to change something, or to have something shown in a channel."""
    if kind == "channel":
        return Message(
            _("Only administrators of this channel can change its posts. To search and save, write to me in private.")
        )
    return Message(_("Only administrators of this group can change that. Everyone can /search."))


def old_button(instead: str) -> Message:
    """A button that no longer works; instead: the command to type."""
    return Message(_("That button no longer works. Type {command} instead.").format(command=html.code(instead)))


def failed() -> Message:
    """Something went wrong here; nothing half-done was kept."""
    return Message(_("That did not work, and the fault is mine. Nothing was changed; please try again in a minute."))


def unknown_command(meant: str = "", *, rows: tuple[tuple[Button, ...], ...] = ()) -> Message:
    """A command that does not exist, and the nearest that does; rows: buttons that do it."""
    if not meant:
        return Message(_("I don't know that command. All of them: /help"))
    text = _("I don't know that command. Did you mean /{command}? All of them: /help")
    return Message(text.format(command=html.escape(meant)), rows)


def stranger(number: int) -> Message:
    """To somebody whom the bot is not for; number: theirs, which lets them in."""
    text = _("This bot is for people whom its owner let in. Your number is {number}; ask the owner to add it.")
    return Message(text.format(number=html.code(str(number))))
