"""What is said of the papers that a chat keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.render import facts, html, lists
from bot.render.language import _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits
from storage.records import Paper

Rows = tuple[tuple[Button, ...], ...]


def listed(found: Sequence[Paper], *, query: str, total: int, today: date, first: int = 1, rows: Rows = ()) -> Message:
    """A page of them. query: what they are narrowed to, '' for all. total: papers on all pages."""
    if not found:
        nothing = _("You have saved nothing yet. Press ☆ Save under a paper, and it is here.")
        none_match = _("None of your saved papers match {query}.")
        return Message(none_match.format(query=html.strong(facts.query(query))) if query else nothing, rows)
    if query:
        head = ngettext("{count} saved paper matches {query}", "{count} saved papers match {query}", total)
        head = head.format(count=digits(total), query=html.strong(facts.query(query)))
    else:
        head = html.bold(ngettext("{count} saved paper", "{count} saved papers", total).format(count=digits(total)))
    return lists.compact(head, found, today=today, first=first, rows=rows)


def which() -> Message:
    """Asks what to look for among them."""
    return Message(_("What are you looking for among your saved papers? The query language works here too."))


def toast(*, kept: bool, code: bool) -> str:
    """After a press of Save."""
    if not kept:
        return _("No longer saved.")
    return _("Saved; /saved has it.") if code else _("Saved; /saved has it, and you hear when its code is out.")


def labels() -> tuple[str, str, str]:
    """The buttons under the list: look among them, send them as a file, all of them again."""
    return _("Search these"), _("Export"), _("‹ All saved")
