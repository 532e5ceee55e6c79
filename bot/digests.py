"""Digests as messages: as they are delivered, and as their buttons change them afterwards.

Buttons: `d:ID:N` opens the N-th paper's card, `db:ID:N` goes back to the message that has it, `dm:ID:PAGE` shows
a page of the papers that were over the cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlite_utils

from bot import growing, ordering, planning
from bot.ordering import Reasons
from bot.render import paper as cards
from bot.render.buttons import NumberData
from bot.render.digest import Entry, digest
from bot.render.language import _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits
from bot.trending import Growth
from storage import chats, digests, outbox, papers
from storage.ratings import UNMARKED, Marks
from storage.records import Chat, Delivery, Digest, Paper

_ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Contents:
    """A digest with its papers in order, the first `digest.shown` of them in the message. day: the chat's local day."""

    digest: Digest
    entries: tuple[Entry, ...]
    day: date

    @property
    def rest(self) -> tuple[Entry, ...]:
        """The papers that are one tap away."""
        return self.entries[self.digest.shown :]

    def entry(self, number: int) -> Entry | None:
        """The number-th of them, from 1; None where there is none."""
        return self.entries[number - 1] if 1 <= number <= len(self.entries) else None


def contents(
    found: Digest,
    chat: Chat,
    rows: Sequence[Delivery],
    listed: Sequence[Paper],
    why: Reasons,
    grown: Mapping[str, Growth],
) -> Contents:
    """A digest as it is claimed; papers without a row, or a query in it, are from the trending list.

    why: some of them were lifted. grown: what those of the trending list gained, by id.
    """
    queries = {row.paper_id: row.queries for row in rows}
    entries = tuple(Entry(paper, queries.get(paper.id, ()), why.get(paper.id), grown.get(paper.id)) for paper in listed)
    return Contents(found, entries, planning.today(chat, found.sent_at))


def load(db: sqlite_utils.Database, chat_id: int, id: int) -> Contents | None:
    """A digest that this chat (or a topic of it) got; None where there is none of that id."""
    found = digests.get(db, chat_id, id)
    chat = chats.get(db, found.chat_id, found.thread) if found else None
    if found is None or chat is None:
        return None
    rows = outbox.those_of(db, found.chat_id, found.thread, found.paper_ids)
    matched = {row.paper_id for row in rows if row.queries}
    listed = papers.many(db, found.paper_ids)
    why = ordering.reasons([paper for paper in listed if paper.id in matched], ordering.taste_of(db, chat))
    grown = growing.grown(db, [paper for paper in listed if paper.id not in matched], found.sent_at)
    return contents(found, chat, rows, listed, why, grown)


def messages(of: Contents) -> list[Message]:
    """The digest as it is sent: one message, or as few as Telegram's limits allow."""
    shown = of.entries[: of.digest.shown]
    parts = digest(
        [entry for entry in shown if entry.queries],
        trending=[entry for entry in shown if not entry.queries],
        day=of.day,
        button=_opens(of),
        title=_("What waits for you") if of.digest.preview else "",
        more=len(of.rest),
        more_data=f"dm:{of.digest.id}:0",
    )
    first = 1
    for index, message in enumerate(parts):
        parts[index] = replace(message, shows=returns(of.digest, first))
        first += papers_on(message)
    return parts


def returns(of: Digest, number: int) -> str:
    """The data of a button that goes back to the message that has the number-th paper."""
    return f"db:{of.id}:{number}"


def papers_on(message: Message) -> int:
    """How many papers a message of a digest lists."""
    return sum(data.startswith("d:") for data in _data(message))


def opened(of: Contents, number: int, marks: Marks = UNMARKED) -> Message | None:
    """The card of the number-th paper, with a way back; None where there is no such paper.

    marks: what the chat did with it.
    """
    entry = of.entry(number)
    if entry is None:
        return None
    back, trending = returns(of.digest, number), not entry.queries
    card = cards.card(entry.paper, today=of.day, queries=entry.queries, trending=trending, back=back, marks=marks)
    return replace(card, shows=f"d:{of.digest.id}:{number}", paper_id=entry.paper.id)


def returned(of: Contents, number: int) -> Message | None:
    """The message from which the number-th paper was opened; None where there is no such paper."""
    if number > of.digest.shown:
        return rest(of, (number - of.digest.shown - 1) // _ON_A_PAGE)
    data = f"d:{of.digest.id}:{number}"
    return next((message for message in messages(of) if data in _data(message)), None)


def rest(of: Contents, page: int) -> Message | None:
    """A page (from 0) of the papers over the cap, with its neighbours and a way back; None where there is none."""
    first = page * _ON_A_PAGE
    listed = of.rest[first : first + _ON_A_PAGE] if page >= 0 else ()
    if not listed:
        return None
    id, shown = of.digest.id, of.digest.shown
    row = [Button(_("‹ Back"), data=f"db:{id}:1" if page == 0 else f"dm:{id}:{page - 1}")]
    if len(of.rest) > first + _ON_A_PAGE:
        row.append(Button(_("More ›"), data=f"dm:{id}:{page + 1}"))
    text = ngettext("{numbers} of {count} paper", "{numbers} of {count} papers", len(of.entries))
    ends = dict.fromkeys((shown + first + 1, shown + first + len(listed)))
    title = text.format(numbers="–".join(map(digits, ends)), count=digits(len(of.entries)))
    page_of = digest(listed, day=of.day, button=_opens(of), title=title, first=shown + first + 1, rows=(tuple(row),))
    return replace(page_of[0], shows=f"dm:{id}:{page}")


def _opens(of: Contents) -> NumberData:
    places = {entry.paper.id: place for place, entry in enumerate(of.entries, 1)}
    return lambda paper: f"d:{of.digest.id}:{places[paper.id]}"


def _data(message: Message) -> set[str]:
    return {button.data for row in message.rows for button in row}
