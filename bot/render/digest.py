"""Several papers as one message, or as few as Telegram's limits allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.render import facts, html
from bot.render.buttons import NumberData, numbers
from bot.render.message import Button, Message
from bot.render.times import weekday_date
from storage.records import Paper

_TEASERS = (160, 90, 0)  # units of abstract per paper; the shorter ones where they save a message
_MOST_BUTTONS = 90  # Telegram takes 100 on a message
_RESERVE = 200  # units for heading and closing lines
_RESERVED_ENTITIES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper of a digest, and the chat's subscriptions that matched it."""

    paper: Paper
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """One numbered paper, under the heading that begins with it."""

    html: str
    paper: Paper
    number: int
    heading: str = ""


def digest(
    entries: Sequence[Entry],
    *,
    day: date,
    button: NumberData,
    trending: Sequence[Entry] = (),
    title: str = "",
    first: int = 1,
    more: int = 0,
    more_data: str = "",
    rows: tuple[tuple[Button, ...], ...] = (),
) -> list[Message]:
    """The papers in the order given, then the trending ones under a heading of their own, numbered on.

    day: the local day, for the heading. button: callback data that opens a paper. title: a heading instead of
    "9 new papers for you". first: the number to begin with. more: how many further papers matched; with more_data
    a button shows them. rows: further buttons at the end.
    """
    plans = [_split(_pieces(entries, trending, first, teaser)) for teaser in _TEASERS]
    pages = next(plan for plan in plans if len(plan) == len(plans[-1]))
    heading = _heading(title or _title(len(entries), len(trending)), day)
    messages = []
    for index, page in enumerate(pages):
        last = index == len(pages) - 1
        parts = [heading if not index else "", *(facts.joined((p.heading, p.html), "\n\n") for p in page)]
        closing = _closing(len(entries), len(trending), more) if last else ""
        keys = numbers([piece.paper for piece in page], button, page[0].number) if page else ()
        show = ((Button(f"Show the other {more:,}", data=more_data),),) if last and more and more_data else ()
        messages.append(Message(facts.joined((*parts, closing), "\n\n"), (*keys, *show, *(rows if last else ()))))
    return messages


def entry(item: Entry, number: int, teaser: int) -> str:
    """Title, figures and matched queries, a line or two of the abstract."""
    paper = item.paper
    queries = ", ".join(html.italic(html.escape(facts.shortened(q, 40))) for q in item.queries[:2])
    line = facts.joined((facts.votes(paper), facts.code_sign(paper), queries))
    return facts.joined((facts.title(paper, number=number), line, facts.teaser(paper, teaser)), "\n")


def _pieces(entries: Sequence[Entry], trending: Sequence[Entry], first: int, teaser: int) -> list[_Piece]:
    numbered = enumerate([*entries, *trending], first)
    pieces = [_Piece(entry(item, number, teaser), item.paper, number) for number, item in numbered]
    if entries and trending:
        begin = pieces[len(entries)]
        pieces[len(entries)] = _Piece(begin.html, begin.paper, begin.number, html.bold("Trending"))
    return pieces


def _split(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Pages of whole papers, each within Telegram's limits."""
    pages: list[list[_Piece]] = [[]]
    units = marks = 0
    for piece in pieces:
        size, count = html.length(piece.html) + 20, html.entities(piece.html) + 1
        full = (
            units + size > html.MESSAGE_UNITS - _RESERVE
            or marks + count > html.MESSAGE_ENTITIES - _RESERVED_ENTITIES
            or len(pages[-1]) == _MOST_BUTTONS
        )
        if full and pages[-1]:
            pages.append([])
            units = marks = 0
        pages[-1].append(piece)
        units, marks = units + size, marks + count
    return pages


def _title(entries: int, trending: int) -> str:
    if entries:
        return f"{entries:,} new paper{'' if entries == 1 else 's'} for you"
    return "Trending papers" if trending else "No new papers"


def _heading(title: str, day: date) -> str:
    return f"{html.bold(html.escape(title))} · {weekday_date(day)}"


def _closing(entries: int, trending: int, more: int) -> str:
    order = "Best first." if entries + trending > 1 else ""
    return facts.joined((order, f"{more:,} more matched." if more else ""), " ")
