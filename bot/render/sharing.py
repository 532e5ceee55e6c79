"""Passing on: what a shared link offers, and the links themselves."""

from __future__ import annotations

from bot import deep_links
from bot.deep_links import OfPaper
from bot.render import facts, html
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.subscribing import amount
from storage.records import Paper

EXACTLY = "p:"
"""Stands before a paper's id in an inline query for that paper alone."""

Rows = tuple[tuple[Button, ...], ...]
_TEXT_UNITS = 100  # beside an address that is shared


def offered(query: str, explanation: str, *, found: int, covered: int, days: int = 30, rows: Rows = ()) -> Message:
    """A query that a link wants followed here; explanation: HTML of the query in words.

    found: papers of the last `days` that match. covered: how many of the days the archive holds.
    """
    shown = html.strong(facts.query(query))
    if explanation:
        ask = _("Follow {query} here ({explanation})?").format(query=shown, explanation=explanation)
    else:
        ask = _("Follow {query} here?").format(query=shown)
    return Message(f"{ask}\n\n{amount(found, days, covered)}", rows)


def of_query(query: str, address: str, *, rows: Rows = ()) -> Message:
    """The link by which others follow a query."""
    text = _("Whoever opens this link is asked whether to follow {query}:").format(
        query=html.strong(facts.query(query))
    )
    return Message(f"{text}\n{html.code(address)}", rows)


def query_text(query: str) -> str:
    """What stands beside the link to a query where it is shared; plain text."""
    return _("Research papers about {query}").format(query=facts.shortened(facts.query(query), _TEXT_UNITS))


def button(paper: Paper, bot: str, *, inline: bool) -> Button:
    """Passes a paper on: as its card where inline queries may be typed, else as a link into the bot of that name."""
    label = _("↗ Share")
    if inline:
        return Button(label, inline=f"{EXACTLY}{paper.id}")
    opens = deep_links.payload(OfPaper(paper.id))
    title = html.visible(facts.title(paper, most=_TEXT_UNITS))
    return Button(label, url=deep_links.sharing(deep_links.address(bot, opens) if opens else paper.url, title))


def no_paper() -> Message:
    """The link is of a paper that the archive does not hold."""
    return Message(_("I don't have that paper. /search finds others."))


def no_query() -> Message:
    """The link is of a query that is no longer kept."""
    return Message(_("That link is no longer valid. Ask for the query itself, and /subscribe to it."))


def too_long() -> str:
    """Asks for a query that was typed elsewhere."""
    return _("That query is too long for a link. Send it to me here.")


def unreadable() -> Message:
    """The link is none of this bot's, or was damaged on its way."""
    return Message(_("I can't read that link; it may have lost its end. /start shows what I do."))
