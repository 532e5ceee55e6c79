"""Several papers as one message, or as few as Telegram's limits allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.likeness import Alike
from bot.render import facts, html
from bot.render.buttons import NumberData, numbers
from bot.render.clean import one_line
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import digits, weekday_date
from bot.trending import Growth
from storage.records import Paper

# Units of abstract and characters of title per paper; the smaller ones where they save a message.
_SIZES = ((160, 300), (90, 300), (0, 300), (0, 150))
_QUERIES = 2
_QUERY_UNITS = 40
_LIKED_UNITS, _WORDS = 50, 3
_MOST_BUTTONS = 90  # Telegram takes 100 on a message
_RESERVE = 200  # units for heading and closing lines
_RESERVED_ENTITIES = 6
_HEADING = 12  # units for the gap before a paper, and a heading there


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper of a digest, and the chat's subscriptions that matched it.

    why: the liked paper that it is like. growth: what it gained, of a paper of the trending list.
    """

    paper: Paper
    queries: tuple[str, ...] = ()
    why: Alike | None = None
    growth: Growth | None = None


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
    claims = [facts.claim(item.paper) for item in (*entries, *trending)]
    plans = [_split(_pieces(entries, trending, claims, first, size)) for size in _SIZES]
    pages = next(plan for plan in plans if len(plan) == len(plans[-1]))
    heading = _heading(title or _title(len(entries), len(trending)), day)
    messages = []
    for index, page in enumerate(pages):
        last = index == len(pages) - 1
        parts = [heading if not index else "", *(facts.joined((p.heading, p.html), "\n\n") for p in page)]
        closing = _closing(len(entries), len(trending), more) if last else ""
        keys = numbers([piece.paper for piece in page], button, page[0].number) if page else ()
        show = ((Button(_show_others(more), data=more_data),),) if last and more and more_data else ()
        messages.append(Message(facts.joined((*parts, closing), "\n\n"), (*keys, *show, *(rows if last else ()))))
    return messages


def _entry(item: Entry, number: int, claim: str, size: tuple[int, int]) -> str:
    """Title, figures and matched queries, a line or two of the abstract."""
    paper = item.paper
    known = [query for query in map(one_line, item.queries) if query]
    queries = [html.slanted(facts.shortened(query, _QUERY_UNITS)) for query in known[:_QUERIES]]
    more = f" +{len(known) - _QUERIES}" if len(known) > _QUERIES else ""
    line = facts.joined((facts.trend(paper, item.growth), ", ".join(queries) + more))
    said = html.inert(facts.shortened(claim, size[0])) if size[0] else ""
    why = html.slanted(_because(item.why)) if item.why and size[0] else ""
    return facts.joined((facts.title(paper, number=number, most=size[1]), line, said, why), "\n")


def _because(why: Alike) -> str:
    title = facts.shortened(html.visible(facts.title(why.paper)), _LIKED_UNITS)
    words = ", ".join(facts.shortened(word, _QUERY_UNITS) for word in why.words[:_WORDS])
    return _("Because you liked {title}: {words}").format(title=title, words=words)


def _pieces(
    entries: Sequence[Entry], trending: Sequence[Entry], claims: Sequence[str], first: int, size: tuple[int, int]
) -> list[_Piece]:
    listed = enumerate(zip((*entries, *trending), claims, strict=True), first)
    pieces = [_Piece(_entry(item, number, claim, size), item.paper, number) for number, (item, claim) in listed]
    if entries and trending:
        begin = pieces[len(entries)]
        pieces[len(entries)] = _Piece(begin.html, begin.paper, begin.number, html.bold(_("Trending")))
    return pieces


def _split(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Pages of whole papers, each within Telegram's limits."""
    pages: list[list[_Piece]] = [[]]
    units = marks = markup = 0
    for piece in pieces:
        size, count = html.length(piece.html) + _HEADING, html.entities(piece.html) + 1
        full = (
            units + size > html.MESSAGE_UNITS - _RESERVE
            or marks + count > html.MESSAGE_ENTITIES - _RESERVED_ENTITIES
            or markup + len(piece.html) > html.MESSAGE_MARKUP
            or len(pages[-1]) == _MOST_BUTTONS
        )
        if full and pages[-1]:
            pages.append([])
            units = marks = markup = 0
        pages[-1].append(piece)
        units, marks, markup = units + size, marks + count, markup + len(piece.html)
    return pages


def _title(entries: int, trending: int) -> str:
    if entries:
        text = ngettext("{count} new paper for you", "{count} new papers for you", entries)
        return text.format(count=digits(entries))
    return _("Trending papers") if trending else _("No new papers")


def _show_others(count: int) -> str:
    return ngettext("Show {count} more", "Show the other {count}", count).format(count=digits(count))


def _heading(title: str, day: date) -> str:
    return f"{html.bold(html.escape(title))} · {weekday_date(day)}"


def _closing(entries: int, trending: int, more: int) -> str:
    order = _("Best first.") if entries + trending > 1 else ""
    matched = ngettext("{count} more matched.", "{count} more matched.", more).format(count=digits(more))
    return sentences(order, matched if more else "")
