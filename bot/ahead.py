"""What the next digest would hold if it came now. It uses nothing up: nothing is claimed, only the list is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlite_utils

from bot import digests, growing, ordering, planning
from bot.claims import Chart
from bot.digests import Contents
from storage import digests as stored
from storage import outbox, papers
from storage.records import Chat, Digest


def look(db: sqlite_utils.Database, chat: Chat, now: datetime, chart: Chart) -> Contents | None:
    """What waits, best first, with the trending list where that comes no later; None where there is nothing.

    As many of them are shown as one message holds. For use within a transaction.
    """
    rows = [row for row in outbox.waiting(db, chat.id, chat.thread) if row.queries]
    known = ordering.taste_of(db, chat)
    matched = ordering.matched(db, rows, now, known)
    plan = planning.arranged([paper.id for paper in matched], _trending(db, chat, now, chart), chat.cap)
    order = (*plan.shown, *plan.rest)
    if not order:
        return None
    draft = Digest(0, chat.id, chat.thread, order, len(plan.shown), now, preview=True)
    listed = papers.many(db, order)
    why = ordering.reasons(matched, known)
    grown = growing.grown(db, [paper for paper in listed if paper not in matched], now)
    shown = digests.papers_on(digests.messages(digests.contents(draft, chat, rows, listed, why, grown))[0])
    kept = stored.record(db, chat.id, chat.thread, order, shown, now, preview=True)
    return digests.contents(replace(draft, id=kept.id, shown=shown), chat, rows, listed, why, grown)


def _trending(db: sqlite_utils.Database, chat: Chat, now: datetime, chart: Chart) -> list[str]:
    """The trending papers that would come along: those that the chat neither got nor waits for.

    In a pause it is asked what would come without it.
    """
    awake = replace(chat, paused_until=None)
    push, digest = planning.next_push(awake, now), planning.next_matches(awake, now)
    if push is None or (digest and digest < push):
        return []
    best = [paper.id for paper in chart.best(db, chat.trending, chat.cap, now)]
    known = {row.paper_id for row in outbox.those_of(db, chat.id, chat.thread, best)}
    return [id for id in best if id not in known]
