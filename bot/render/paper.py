"""One paper as a message of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.render import facts, html
from bot.render.message import Button, Message
from storage.records import Origin, Paper

_FOLDED_FROM = 300  # characters of an abstract from which it is folded
_MOST_LINKS = 6
_RESERVE = 8  # units for what the server may add or count differently


def card(
    paper: Paper,
    *,
    today: date,
    queries: Sequence[str] = (),
    trending: bool = False,
    rows: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """Title, authors and figures, the whole abstract, code, and why it comes; within Telegram's limits for any paper.

    queries: the chat's subscriptions that matched. trending: it comes because it is on the trending list.
    today: by it dates of other years show their year. rows: further buttons under Code and PDF.
    """
    head = facts.joined((facts.title(paper), _line(paper, today)), "\n")
    foot = facts.joined((_code(paper), _reason(queries, trending)), "\n")
    room = html.MESSAGE_UNITS - _RESERVE - html.length(head) - html.length(foot) - 4
    text = facts.joined((head, _abstract(paper, room), foot), "\n\n")
    return Message(text, (*_buttons(paper), *rows))


def _line(paper: Paper, today: date) -> str:
    return facts.joined((facts.authors(paper), facts.day(paper, today), facts.votes(paper), facts.stars(paper.stars)))


def _abstract(paper: Paper, room: int) -> str:
    text, whole = facts.abstract(paper)
    if not text:
        return ""
    if whole and html.units(text) <= room:
        return html.quote(html.inert(text), expandable=True) if len(text) > _FOLDED_FROM else html.inert(text)
    more = html.link("… more", paper.url)
    shown = html.cut(text, room - html.units(" … more"))
    return html.quote(f"{html.inert(shown)} {more}", expandable=True)


def _code(paper: Paper) -> str:
    """The code links; the repository with its stars, every project page but the first by its address."""
    shown: list[str] = []
    pages = 0
    for link in facts.code_links(paper)[:_MOST_LINKS]:
        pages += link.origin is Origin.PROJECT
        label = html.link(html.escape(facts.code_label(link, named=pages > 1)), link.url)
        shown.append(facts.joined((label, facts.stars(link.stars)), " "))
    return f"💻 {facts.joined(shown)}" if shown else ""


def _reason(queries: Sequence[str], trending: bool) -> str:
    matched = facts.matched(queries)
    return facts.joined(
        (matched and f"🔎 matched {matched}", html.italic("from the trending list") if trending else "")
    )


def _buttons(paper: Paper) -> tuple[tuple[Button, ...], ...]:
    links, pdf = facts.code_links(paper), facts.pdf(paper)
    row = [Button("💻 Code", url=links[0].url)] if links else []
    if pdf:
        row.append(Button("📄 PDF", url=pdf))
    return (tuple(row),) if row else ()
