"""The messages of a claim."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from bot import digests, planning
from bot.claims import Claim
from bot.render import administration, language, rhythms, topics
from bot.render import paper as cards
from bot.render.message import Message
from bot.render.news import code_is_out
from storage.ratings import Marks
from storage.records import Paper


def of(claim: Claim) -> list[tuple[Message, tuple[int, ...]]]:
    """The messages of a claim, each with the rows of its papers; the last with those over the cap too."""
    rows = [row.id for row in claim.rows]
    if claim.news:
        return [(code_is_out(claim.papers[0]), tuple(rows))]
    if claim.lost:
        return [(topics.lost(claim.lost), ())]
    if claim.broadcast:
        return [(administration.broadcast(claim.broadcast), tuple(rows))]
    if not claim.papers:
        next_at = planning.next_matches(claim.chat, claim.taken_at)
        return [(rhythms.nothing_new(claim.chat, claim.taken_at, next_at), ())]
    if claim.digest is None:
        [paper], [row] = claim.papers, claim.rows
        today = planning.today(claim.chat, claim.taken_at)
        return [(_card(claim.chat.reads_in, paper, today, row.queries, claim.marks), tuple(rows))]
    found = digests.messages(
        digests.contents(claim.digest, claim.chat, claim.rows, claim.papers, claim.reasons, claim.grown)
    )
    parts = []
    for message in found:
        count = digests.papers_on(message) if message is not found[-1] else len(rows)
        parts.append((message, tuple(rows[:count])))
        del rows[:count]
    return parts


@lru_cache(maxsize=256)  # the same paper goes to many chats
def _card(spoken: str, paper: Paper, today: date, queries: tuple[str, ...], marks: Marks) -> Message:
    with language.speaking(spoken):
        return cards.card(paper, today=today, queries=queries, marks=marks)
