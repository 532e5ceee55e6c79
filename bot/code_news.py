"""What it means for chats that a paper's code has become known. For use within a transaction."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlite_utils

from bot import queueing
from bot.matching import Matcher
from bot.query.parser import parse
from bot.query.tree import And, Code, Node, Not, Or
from storage import cards, chats, subscriptions, views, wishes
from storage.records import Paper, Subscription
from storage.wishes import Place


def spread(
    db: sqlite_utils.Database, before: Paper, after: Paper, matcher: Matcher | None, now: datetime
) -> set[Place]:
    """Let those hear of new code who asked for it, or who follow what has code and got the paper without; gives them.

    matcher: None where subscriptions play no part any more. The messages that show it are to be edited.
    """
    is_out = after.has_code and not before.has_code
    if is_out or (after.code and not before.code):
        cards.spoil(db, after.id)
        views.spoil(db, after.id)
    if not is_out:
        return set()
    asked = wishes.fulfil(db, after.id, now)
    return asked | (_followers(db, after, matcher, now) if matcher else set())


def _followers(db: sqlite_utils.Database, paper: Paper, matcher: Matcher, now: datetime) -> set[Place]:
    """Announce it where the paper was sent before to chats that follow papers with code."""
    had = cards.places_with(db, paper.id)
    following = [match for match in matcher.match(paper) if asks_for_code(match.query)] if had else []
    ids = [id for match in following for id in match.subscriptions]
    matched: dict[Place, list[Subscription]] = {}
    for one in subscriptions.by_ids(db, ids, now):
        if (one.chat_id, one.thread) in had:
            matched.setdefault((one.chat_id, one.thread), []).append(one)
    found = [(place, chats.get(db, *place), of_place) for place, of_place in matched.items()]
    return {
        place
        for place, chat, of_place in found
        if chat and wishes.announce(db, *place, paper.id, queueing.slot(chat, of_place, now).at, now)
    }


@lru_cache(maxsize=1024)
def asks_for_code(query: str) -> bool:
    """Whether a query (one that can be parsed) has `code:yes` in it, however deep."""
    return _asks(parse(query), True)


def _asks(tree: Node, wanted: bool) -> bool:
    match tree:
        case And(nodes) | Or(nodes):
            return any(_asks(node, wanted) for node in nodes)
        case Not(node):
            return _asks(node, not wanted)
        case Code(known):
            return known is wanted
        case _:
            return False
