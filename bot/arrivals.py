"""Messages that arrived when the bot was killed before it had stored that: noted, and settled by the next run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlite_utils

from bot import settling
from bot.claims import Claim
from bot.sender import Sent
from bot.settling import Report
from storage import chats, digests, outbox
from storage.journal import Arrival


def noted(report: Report) -> Arrival | None:
    """What to note of a report until it is stored; None where no row waits for it."""
    claim = report.claim
    if not isinstance(report.outcome, Sent) or not report.ids:
        return None
    queue = "news" if claim.news else "broadcast" if claim.broadcast else "papers"
    return Arrival(
        claim.chat.id,
        claim.chat.thread,
        report.outcome.message_id,
        queue,
        report.ids,
        claim.taken_at.timestamp(),
        claim.digest.id if claim.digest else None,
        report.last,
    )


def recover(db: sqlite_utils.Database, arrivals: Iterable[Arrival], now: datetime) -> int:
    """Settle what was noted, and let all else that was in flight wait again; gives how many rows of the latter.

    For use within a transaction.
    """
    for arrival in arrivals:
        if report := _report(db, arrival):
            settling.settle(db, report, now)
    return settling.recover(db)


def _report(db: sqlite_utils.Database, arrival: Arrival) -> Report | None:
    """The report that was not stored; None where its chat, or a row of its digest, is not known any more."""
    chat = chats.get(db, arrival.chat_id, arrival.thread)
    digest = digests.get(db, arrival.chat_id, arrival.digest) if arrival.digest else None
    if chat is None or (arrival.digest and digest is None):
        return None
    rows = outbox.those_of(db, chat.id, chat.thread, digest.paper_ids) if digest else []
    if digest and not set(arrival.ids) <= {row.id for row in rows}:
        return None
    claim = Claim(
        chat,
        tuple(rows),
        (),
        datetime.fromtimestamp(arrival.taken_at, UTC),
        digest,
        news=arrival.queue == "news",
        broadcast=arrival.queue if arrival.queue == "broadcast" else "",  # any text: it was shown already
    )
    return Report(claim, arrival.ids, Sent(arrival.message_id), last=arrival.last)
