"""What a chat may get now, taken for sending: one card, one digest, or the news that a paper's code is out.

For use within a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlite_utils

from bot import growing, ordering, planning, queueing, trending
from bot.ordering import Reasons
from bot.trending import Growth, Window
from storage import (
    broadcasts,
    cards,
    chats,
    digests,
    outbox,
    papers,
    snapshots,
    subscriptions,
    taste,
    topics,
    views,
    wishes,
)
from storage.ratings import UNMARKED, Marks
from storage.records import Chat, Delivery, Digest, LostTopic, Paper, Push

_CHART_KEPT = timedelta(minutes=1)
_LONGEST = 100
_REACH = {Push.DAILY: timedelta(days=3), Push.WEEKLY: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Claim:
    """Papers in the order of the message, with their rows. digest: None for a card. more: further messages are due.

    Without papers it is only said that there are none; that is not said again where it does not arrive.
    silent: all of it is for subscriptions that want no sound.
    news: that the paper's code is out, in answer to the message `reply_to` (None: to none); the rows are of wishes.
    marks: what the chat did with the paper of the card. reasons: why papers of a digest were lifted.
    grown: what papers of the trending list gained, by id.
    broadcast: a text of the bot's administrators.
    lost: nothing is sent to the topic, which is lost; that is to be told in General.
    """

    chat: Chat
    rows: tuple[Delivery, ...]
    papers: tuple[Paper, ...]
    taken_at: datetime
    digest: Digest | None = None
    more: bool = False
    silent: bool = False
    news: bool = False
    reply_to: int | None = None
    marks: Marks = UNMARKED
    reasons: Reasons = field(default_factory=dict)
    grown: Mapping[str, Growth] = field(default_factory=dict)
    broadcast: str = ""
    lost: LostTopic | None = None


class Chart:
    """The trending list as it is pushed, made anew once a minute; papers without a vote or star are not on it.

    A week's is the one that people can ask for. A day's ranks three days: the newest day's list grows until its
    evening, and its best must not be missed by who gets papers in the morning. What a chat got is left out later.
    """

    def __init__(self) -> None:
        self._kept: dict[Push, tuple[datetime, list[Paper]]] = {}

    def best(self, db: sqlite_utils.Database, push: Push, most: int, now: datetime) -> list[Paper]:
        """The best papers, at most so many, best first."""
        made, ranking = self._kept.get(push, (None, []))
        if made is None or not made <= now < made + _CHART_KEPT:
            listed = list(filter(trending.noticed, papers.listed_since(db, now - _REACH[push])))
            if push is Push.WEEKLY:
                ranking = trending.trending(listed, Window.WEEK, now, _LONGEST)
            else:
                ranking = trending.ranked(listed, now, snapshots.at(db, listed, now - trending.DAY))
            self._kept[push] = now, ranking[:_LONGEST]
        return ranking[:most]


def take(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime, chart: Chart) -> Claim | None:
    """Claim the next message of a chat; None where nothing may be sent, and then what was owed is put off or done."""
    chat = chats.get(db, chat_id, thread)
    if chat is None or chat.gone_at:
        return None
    if lost := topics.untold(db, chat_id, thread):
        return Claim(chat, (), (), now, silent=True, lost=lost)
    if planning.released(chat, now) > now:
        _put_off(db, chat, now)
        return None
    owed = planning.owed(chat, now)
    if owed.matches:
        wishes.join_digest(db, chat_id, thread, now)
    if owed.matches or owed.trending:
        rows = outbox.ready(db, chat_id, thread, now, undated=owed.matches)
        found = _digest(db, chat, rows, owed.trending, now, chart)
        return Claim(chat, (), (), now, silent=True) if not found and chat.tell_empty and owed.matches else found
    rows = outbox.ready(db, chat_id, thread, now, undated=False)
    if together := [row for row in rows if row.together]:
        return _digest(db, chat, together, False, now, chart)
    if sum(not row.attempts for row in rows) > planning.CARDS:
        return _digest(db, chat, rows, False, now, chart)
    return _card(db, chat, rows, now) if rows else _news(db, chat, now) or _broadcast(db, chat, now)


def arrived(db: sqlite_utils.Database, claim: Claim) -> None:
    """Note that the last message of a claim arrived: a digest is no longer owed."""
    if claim.chat.kind != "private":
        topics.find(db, claim.chat.id, claim.chat.thread)
        chats.restore(db, claim.chat.id)
    if claim.digest:
        _done(db, chats.get(db, claim.chat.id, claim.chat.thread), claim.taken_at)


def _put_off(db: sqlite_utils.Database, chat: Chat, now: datetime) -> None:
    """Move what is due to the end of the pause or the quiet hours that the chat is in."""
    owed = planning.owed(chat, now)
    chat = planning.put_off(chat, now)
    chats.save(db, chat)
    queueing.replan(db, chat, now, owed=owed.matches)
    wishes.hold(db, chat.id, chat.thread, planning.released(chat, now))
    broadcasts.hold(db, chat.id, chat.thread, planning.released(chat, now))


def _digest(
    db: sqlite_utils.Database, chat: Chat, rows: list[Delivery], with_trending: bool, now: datetime, chart: Chart
) -> Claim | None:
    best = chart.best(db, chat.trending, chat.cap, now) if with_trending else []
    picked = outbox.pick(db, chat.id, chat.thread, [paper.id for paper in best], now)
    if not rows and not picked:
        _done(db, chat, now)
        return None
    known = ordering.taste_of(db, chat)
    matched = ordering.matched(db, rows, now, known)
    plan = planning.arranged([paper.id for paper in matched], [row.paper_id for row in picked], chat.cap)
    dropped = [row.id for row in picked if row.paper_id not in plan.shown]
    outbox.put_back(db, dropped)
    outbox.claim(db, [row.id for row in rows])
    order = (*plan.shown, *plan.rest)
    by_paper = {row.paper_id: row for row in (*rows, *picked)}
    digest = digests.record(db, chat.id, chat.thread, order, len(plan.shown), now)
    listed = tuple(papers.many(db, order))
    silent = not picked and not _with_sound(db, chat, rows)
    shown = listed[: len(plan.shown)]
    why = ordering.reasons([paper for paper in shown if by_paper[paper.id].queries], known)
    grown = growing.grown(db, [paper for paper in shown if not by_paper[paper.id].queries], now)
    ordered = tuple(by_paper[id] for id in order)
    return Claim(chat, ordered, listed, now, digest, silent=silent, reasons=why, grown=grown)


def _card(db: sqlite_utils.Database, chat: Chat, rows: list[Delivery], now: datetime) -> Claim:
    aloud = _with_sound(db, chat, rows)
    row = [*aloud, *rows][0]  # the first card sounds for all, so one that may do so goes first
    outbox.claim(db, [row.id])
    paper = tuple(papers.many(db, [row.paper_id]))
    marks = taste.marks(db, chat.id, chat.thread, row.paper_id)
    return Claim(chat, (row,), paper, now, more=len(rows) > 1, silent=not aloud, marks=marks)


def _with_sound(db: sqlite_utils.Database, chat: Chat, rows: list[Delivery]) -> list[Delivery]:
    """The rows that a subscription wants to be heard."""
    silent = subscriptions.silent(db, chat.id, chat.thread)
    return [row for row in rows if not silent.issuperset(row.queries)] if silent else rows


def _news(db: sqlite_utils.Database, chat: Chat, now: datetime) -> Claim | None:
    """Claim the news of one paper; of those whose code is not known any more there is none."""
    rows = wishes.ready(db, chat.id, chat.thread, now)
    known = {paper.id: paper for paper in papers.many(db, [row.paper_id for row in rows]) if paper.has_code}
    wishes.reopen(db, [row.id for row in rows if row.paper_id not in known])
    rows = [row for row in rows if row.paper_id in known]
    if not rows:
        return None
    wishes.FLIGHTS.claim(db, [rows[0].id])
    where = chat.id, chat.thread, rows[0].paper_id
    first = cards.message_with(db, *where) or views.first_with(db, *where)
    paper = known[rows[0].paper_id]
    return Claim(chat, (rows[0],), (paper,), now, more=len(rows) > 1, news=True, reply_to=first)


def _broadcast(db: sqlite_utils.Database, chat: Chat, now: datetime) -> Claim | None:
    """Claim what the bot's administrators tell everyone."""
    rows = broadcasts.ready(db, chat.id, chat.thread, now)
    if not rows:
        return None
    row, text = rows[0]
    broadcasts.FLIGHTS.claim(db, [row.id])
    return Claim(chat, (row,), (), now, more=len(rows) > 1, silent=True, broadcast=text)


def _done(db: sqlite_utils.Database, chat: Chat | None, now: datetime) -> None:
    """Set the next digest of a chat that is owed none any more."""
    if chat and chat.next_digest_at and chat.next_digest_at <= now:
        chats.save(db, replace(chat, next_digest_at=planning.next_digest(chat, now)))
