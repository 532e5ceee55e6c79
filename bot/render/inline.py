"""Papers as the results of an inline query: what the list shows of each, and the card that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot import deep_links
from bot.deep_links import OfPaper
from bot.papers import is_arxiv_id
from bot.render import facts, html
from bot.render import paper as cards
from bot.render.clean import one_line
from bot.render.language import _
from bot.render.message import Button, Message
from storage.records import Paper

_TITLE_UNITS, _CLAIM_UNITS, _QUERY_UNITS = 200, 200, 40
_PICTURES = "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers"


@dataclass(frozen=True, slots=True)
class Result:
    """title, description: plain text for the list. thumbnail: an address, '' for none. card: what is sent."""

    id: str
    title: str
    description: str
    thumbnail: str
    card: Message


@lru_cache(maxsize=256)
def result(paper: Paper, *, bot: str, today: date) -> Result:
    """A paper in the list; bot: the user name of the bot, which the card leads to.

    Kept for a while: what is typed letter by letter finds much the same papers each time.
    """
    line = facts.joined(
        (
            facts.authors(paper, 2, surnames=True),
            facts.day(paper, today),
            facts.votes(paper),
            "💻" if paper.has_code else "",
        )
    )
    claim = facts.shortened(facts.claim(paper), _CLAIM_UNITS)
    return Result(
        id=str(paper.number),
        title=html.visible(facts.title(paper, most=_TITLE_UNITS)),
        description=facts.joined((html.visible(line), claim), "\n"),
        thumbnail=_thumbnail(paper),
        card=Message(cards.card(paper, today=today).text, _rows(paper, bot)),
    )


def mistaken(query: str = "") -> str:
    """The label over the results of a query that cannot be read; query: how it was read instead."""
    if query:
        return _("Read as {query}. Why?").format(query=facts.shortened(one_line(query), _QUERY_UNITS))
    return _("I can't read that query. Why?")


def nothing(query: str, instead: str = "", *, nearest: bool = False) -> str:
    """The label where no paper matches; instead: the query whose papers are shown, or (nearest) what comes nearest."""
    asked = facts.shortened(one_line(query), _QUERY_UNITS)
    if nearest:
        return _("Nothing for {query}; these come nearest").format(query=asked)
    if instead:
        shown = facts.shortened(one_line(instead), _QUERY_UNITS)
        return _("Nothing for {query}; these are for {other}").format(query=asked, other=shown)
    return _("Nothing for {query}. Try it in the bot").format(query=asked)


def failed() -> str:
    """The label where something went wrong here."""
    return _("That did not work; please try again in a minute")


def _rows(paper: Paper, bot: str) -> tuple[tuple[Button, ...], ...]:
    """The buttons of the card that work wherever it is sent: its addresses, and the way into the bot."""
    links = tuple(button for row in cards.buttons(paper) for button in row if button.url)
    opens = deep_links.payload(OfPaper(paper.id))
    more = (Button(_("Save, BibTeX and more"), url=deep_links.address(bot, opens)),) if opens else ()
    return tuple(row for row in (links, more) if row)


def _thumbnail(paper: Paper) -> str:
    """The paper's own picture, or the one that Hugging Face makes for each that it lists."""
    if known := html.safe_url(paper.thumbnail):
        return known
    return f"{_PICTURES}/{paper.id}.png" if "huggingface" in paper.sources and is_arxiv_id(paper.id) else ""
