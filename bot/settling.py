"""What the outcome of a send changes in the database. For use within a transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlite_utils

from bot import claims
from bot.claims import Claim
from bot.digests import returns
from bot.sender import Gone, MovedTo, Muted, Outcome, Rejected, RetryIn, Sent, TopicLost, Unreachable
from storage import broadcasts, cards, chats, digests, outbox, topics, views, wishes
from storage.records import Chat, Digest

log = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(minutes=10)
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Faulty:
    """A fault of Paperwire's own kept the message from being made or sent."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one message. ids: rows of its papers, and where it did not arrive of all that were to follow.

    first, last: whether it began and completed its claim.
    """

    claim: Claim
    ids: tuple[int, ...]
    outcome: Outcome | Faulty
    first: bool = True
    last: bool = True

    @property
    def final(self) -> bool:
        """Whether nothing more is sent for the claim."""
        return self.last or not isinstance(self.outcome, Sent)


class _Queue(Protocol):
    """Where the rows of a claim are: the outbox, the wishes for code, or the broadcasts."""

    def sent(self, db: sqlite_utils.Database, ids: Iterable[int], message_id: int, now: datetime) -> None: ...
    def put_back(self, db: sqlite_utils.Database, ids: Iterable[int], not_before: datetime | None = None) -> None: ...
    def separate(self, db: sqlite_utils.Database, ids: Iterable[int], due: datetime) -> None: ...
    def reject(self, db: sqlite_utils.Database, ids: Iterable[int]) -> None: ...


def recover(db: sqlite_utils.Database) -> int:
    """Let what was in flight when the last run ended wait again; gives how many rows."""
    return outbox.recover(db) + wishes.FLIGHTS.recover(db) + broadcasts.FLIGHTS.recover(db)


def settle(db: sqlite_utils.Database, report: Report, now: datetime) -> None:
    """Store what became of a claim's rows and of its chat."""
    claim, ids, chat = report.claim, report.ids, report.claim.chat
    if claim.lost:
        _told(db, chat, report.outcome, now)
        return
    queue = _queue(claim)
    match report.outcome:
        case Sent(message_id):
            queue.sent(db, ids, message_id, now)
            if claim.digest:
                _show(db, claim, claim.digest, ids, message_id, now)
            elif queue is outbox:
                cards.note(db, ids)
            if report.last:
                claims.arrived(db, claim)
            return
        case RetryIn(seconds):
            queue.put_back(db, ids, now + timedelta(seconds=seconds))
        case Unreachable():
            queue.put_back(db, ids)
        case Gone() | Muted():
            queue.put_back(db, ids)
            leave_alone(db, chat.id, report.outcome, now)
        case MovedTo(chat_id):
            log.info("chat=%d became %d", chat.id, chat_id)
            queue.put_back(db, ids)
            chats.migrate(db, chat.id, chat_id)
        case TopicLost(reason):
            log.info("chat=%d thread=%d waits: %s", chat.id, chat.thread, reason)
            queue.put_back(db, ids)
            topics.lose(db, chat.id, chat.thread, now)
        case Rejected(reason):
            log.error("chat=%d papers=%s refused by Telegram: %s", chat.id, _papers(report), reason)
            _refused(db, report, now)
        case Faulty():
            _failed(db, report, now)
    if claim.digest and report.first:
        digests.discard(db, claim.digest.id)


def leave_alone(db: sqlite_utils.Database, chat_id: int, outcome: Gone | Muted, now: datetime) -> None:
    """Write to a chat no more, or where the bot may not write not for a while."""
    if isinstance(outcome, Gone):
        log.info("chat=%d set aside: %s", chat_id, outcome.reason)
        chats.set_aside(db, chat_id, now)
    else:
        log.info("chat=%d waits: %s", chat_id, outcome.reason)
        chats.mute(db, chat_id, now)


def _show(
    db: sqlite_utils.Database, claim: Claim, digest: Digest, ids: tuple[int, ...], message_id: int, now: datetime
) -> None:
    """Keep in mind what a message of a digest shows."""
    first = next(number for number, row in enumerate(claim.rows, 1) if row.id in ids)
    stale = cards.lacks_code(db, ids)  # what came out while it was in flight
    views.show(db, claim.chat.id, claim.chat.thread, message_id, returns(digest, first), now, stale=stale)


def _told(db: sqlite_utils.Database, chat: Chat, outcome: Outcome | Faulty, now: datetime) -> None:
    """What became of telling in General that a topic is lost; where that cannot be told, its papers wait quietly."""
    match outcome:
        case Sent() | Rejected() | Faulty():
            topics.tell(db, chat.id, chat.thread, now)
        case RetryIn(seconds):
            outbox.hold(db, chat.id, chat.thread, now + timedelta(seconds=seconds))
        case Gone() | Muted():
            leave_alone(db, chat.id, outcome, now)
        case MovedTo(chat_id):
            chats.migrate(db, chat.id, chat_id)
        case TopicLost():
            topics.tell(db, chat.id, chat.thread, None)


def _refused(db: sqlite_utils.Database, report: Report, now: datetime) -> None:
    """A card is given up; the papers of a digest are tried as cards, so that one does not cost the others."""
    if report.claim.digest:
        outbox.separate(db, report.ids, now)
        claims.arrived(db, report.claim)
    else:
        _queue(report.claim).reject(db, report.ids)


def _failed(db: sqlite_utils.Database, report: Report, now: datetime) -> None:
    """Each paper is tried on its own, after ever longer pauses (ten minutes to two days), then given up."""
    attempts = max((row.attempts for row in report.claim.rows if row.id in report.ids), default=0)
    if attempts + 1 >= _ATTEMPTS:
        log.error("chat=%d papers=%s given up", report.claim.chat.id, _papers(report))
        _queue(report.claim).reject(db, report.ids)
    else:
        _queue(report.claim).separate(db, report.ids, now + _FIRST_RETRY * 4**attempts)
    if report.claim.digest:
        claims.arrived(db, report.claim)


def _queue(claim: Claim) -> _Queue:
    if claim.news:
        return wishes.FLIGHTS
    return broadcasts.FLIGHTS if claim.broadcast else outbox


def _papers(report: Report) -> str:
    return ",".join(row.paper_id for row in report.claim.rows if row.id in report.ids)
