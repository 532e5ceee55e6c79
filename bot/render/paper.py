"""One paper as a message of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.render import facts, html
from bot.render.language import _
from bot.render.message import Button, Message
from storage.ratings import UNMARKED, Marks, Rating
from storage.records import Origin, Paper

Rows = tuple[tuple[Button, ...], ...]

_FOLDED_FROM = 300  # characters of an abstract from which it is folded
_MOST_LINKS = 6
_DATA_BYTES = 64  # https://core.telegram.org/bots/api#inlinekeyboardbutton
_RESERVE = 8  # units for what the server may add or count differently


def card(
    paper: Paper,
    *,
    today: date,
    queries: Sequence[str] = (),
    trending: bool = False,
    back: str = "",
    marks: Marks = UNMARKED,
) -> Message:
    """Title, authors and figures, the whole abstract, code, and why it comes; within Telegram's limits for any paper.

    queries: the chat's subscriptions that matched. trending: it comes because it is on the trending list.
    today: by it dates of other years show their year. back, marks: as in buttons.
    """
    head = facts.joined((facts.title(paper), _line(paper, today)), "\n")
    foot = facts.joined((code(paper), _reason(queries, trending)), "\n")
    room = html.MESSAGE_UNITS - _RESERVE - html.length(head) - html.length(foot) - 4
    text = facts.joined((head, _abstract(paper, room), foot), "\n\n")
    return Message(text, buttons(paper, back, marks))


def buttons(paper: Paper, back: str = "", marks: Marks = UNMARKED) -> Rows:
    """A card's buttons: code, PDF and Save, then a way back, the thumbs where wanted, and ⋯ for the rest.

    back: the callback data of what the card was opened from. marks: what this chat did with the paper.
    """
    link = facts.best_link(paper)
    first = [Button(_("💻 Code") if link.is_code else _("🔗 Project page"), url=link.url)] if link else []
    if pdf := facts.pdf(paper):
        first.append(Button("📄 PDF", url=pdf))
    first.append(Button(_("★ Saved") if marks.saved else _("☆ Save"), data=_data("sv", paper, back)))
    second = [Button(_("‹ Back"), data=back)] if back else []
    if marks.thumbs:
        second += _thumbs(paper, back, marks, "tu", "td")
    second.append(Button("⋯", data=_data("m", paper, back)))
    return tuple(first), tuple(second)


def more(paper: Paper, back: str = "", *, marks: Marks, waiting: bool, share: Button) -> Rows:
    """What is behind ⋯, and a way back; waiting: whether the chat is to hear when code is out. share: passes it on."""
    like = Button(_("More like this"), data=_data("ml", paper, back))
    rows: list[tuple[Button, ...]] = [(like,), (Button("BibTeX", data=_data("bx", paper, back)), share)]
    last = [Button(_("Mute a word"), data=_data("wm", paper, back))]
    if paper.authors:
        last.insert(0, Button(_("Less from this author"), data=_data("am", paper, back)))
    rows += [] if marks.thumbs else [tuple(_thumbs(paper, back, marks, "mu", "md"))]
    rows.append(tuple(last))
    if not paper.has_code:
        label = _("✓ You hear when code is out") if waiting else _("🔔 Tell me when code is out")
        rows.append((Button(label, data=_data("w", paper, back)),))
    return (*rows, (Button(_("‹ Back"), data=_data("mf", paper, back)),))


def choice(paper: Paper, back: str, verb: str, labels: Mapping[int, str]) -> Rows:
    """A button per label, VERB:NUMBER:KEY[:BACK], two in a row, and the way back behind ⋯."""
    keys = [Button(label, data=_data(verb, paper, back, f":{key}")) for key, label in labels.items()]
    pairs = tuple(tuple(keys[place : place + 2]) for place in range(0, len(keys), 2))
    return (*pairs, (Button(_("‹ Back"), data=_data("m", paper, back)),))


def _thumbs(paper: Paper, back: str, marks: Marks, up: str, down: str) -> list[Button]:
    liked, disliked = ("✓ " if marks.rating is rating else "" for rating in (Rating.LIKED, Rating.DISLIKED))
    return [
        Button(f"{liked}👍", data=_data(up, paper, back)),
        Button(f"{disliked}👎", data=_data(down, paper, back)),
    ]


def _data(verb: str, paper: Paper, back: str, key: str = "") -> str:
    data = f"{verb}:{paper.number}{key}"
    with_back = f"{data}:{back}" if back else data
    return with_back if len(with_back.encode()) <= _DATA_BYTES else data


def _line(paper: Paper, today: date) -> str:
    return facts.joined((facts.authors(paper), facts.day(paper, today), facts.votes(paper), facts.stars(paper.stars)))


def _abstract(paper: Paper, room: int) -> str:
    text, whole = facts.abstract(paper)
    if not text:
        return ""
    if whole and html.units(text) <= room:
        return html.quote(html.inert(text), expandable=True) if len(text) > _FOLDED_FROM else html.inert(text)
    rest = _("… more")
    shown = html.cut(text, room - html.units(f" {rest}"))
    return html.quote(f"{html.inert(shown)} {html.link(rest, paper.url)}", expandable=True)


def code(paper: Paper) -> str:
    """The line of code links ('' without any); repositories with stars, project pages but the first by address."""
    shown: list[str] = []
    pages = 0
    for link in facts.code_links(paper)[:_MOST_LINKS]:
        pages += link.origin is Origin.PROJECT and not link.is_code
        label = html.link(html.escape(facts.code_label(link, named=pages > 1)), link.url)
        shown.append(facts.joined((label, facts.stars(link.stars)), " "))
    return f"💻 {facts.joined(shown)}" if shown else ""


def _reason(queries: Sequence[str], trending: bool) -> str:
    matched = facts.matched(queries)
    why = _("🔎 matched {queries}").format(queries=matched) if matched else ""
    return facts.joined((why, html.italic(_("from the trending list")) if trending else ""))
