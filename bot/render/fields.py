"""What is said about fields of research to begin with."""

from __future__ import annotations

from bot.render import facts, html
from bot.render.language import _, ngettext, sentences
from bot.render.times import digits, rhythm, short_number
from storage.records import Chat

_QUERY_UNITS = 40


def which() -> str:
    """Above the fields."""
    return _("Pick a field; I show queries to begin with, and how much each would bring in a year.")


def field(name: str, chat: Chat, *, following: int) -> str:
    """Above a field's queries; following: how many queries the chat follows in all."""
    head = html.bold(html.escape(name))
    tap = _("Tap what you want to follow; tap again to drop it.")
    if not following:
        return f"{head}\n\n{tap}"
    said = ngettext(
        "You follow {count} query; papers come {when}.", "You follow {count} queries; papers come {when}.", following
    )
    return f"{head}\n\n{sentences(tap, said.format(count=digits(following), when=html.escape(rhythm(chat))))}"


def label(query: str, volume: int, *, followed: bool) -> str:
    """A query's button; volume: papers a year."""
    shown = facts.shortened(query, _QUERY_UNITS)
    text = _("{query} · {count} a year").format(query=shown, count=short_number(_rounded(volume))) if volume else shown
    return f"✓ {text}" if followed else text


def _rounded(volume: int) -> int:
    """Two digits of it: it is an estimate."""
    step = int(10 ** max(len(str(volume)) - 2, 0))
    return round(volume / step) * step
