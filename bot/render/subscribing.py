"""Answers about subscriptions: made, undone, ended, and what to type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.render import facts, html
from bot.render.message import Button, Message
from bot.render.times import local_day, papers, rate, rhythm, weekday_date
from storage.records import Chat, Mode, Paper

Rows = tuple[tuple[Button, ...], ...]
_BEST = 3
_MOST_OF = 0.9  # of the days; what the archive lacks beyond that is worth a word


def subscribed(
    query: str,
    explanation: str,
    *,
    found: int,
    best: Sequence[Paper],
    chat: Chat,
    next_at: datetime | None,
    twin: tuple[str, int] | None = None,
    days: int = 30,
    covered: int = 30,
    rows: Rows = (),
) -> Message:
    """A new subscription: what it means, what it would have sent, and when papers come.

    explanation: HTML of the query in words. found: papers of the last `days` that match. next_at: the next digest.
    twin: a subscription of the chat, and its number, that says almost the same. covered: how many of the days the
    archive holds; the rate is over those.
    """
    head = f"Subscribed to {_shown(query)} ({explanation})." if explanation else f"Subscribed to {_shown(query)}."
    if twin:
        head += f" You follow {_shown(twin[0])} too, as number {twin[1]}; no paper comes twice."
    if not found:
        return Message(f"{head}\n\nNothing in the last {days} days matches it.\n\n{coming(chat, next_at)}", rows)
    back = "one day" if covered == 1 else f"{covered} days"
    reach = f"; my archive goes back {back}, so that is" if covered < days * _MOST_OF else ","
    amount = f"In the last {days} days it would have sent {papers(found)}{reach} {rate(found, covered)}."
    listed = "\n".join(_best(paper, number) for number, paper in enumerate(best[:_BEST], 1))
    if best:
        amount += " The best of them:" if found > 1 else " This one:"
    return Message(facts.joined((head, facts.joined((amount, listed), "\n"), coming(chat, next_at)), "\n\n"), rows)


def no_match(query: str, *, suggested: bool, days: int = 30, rows: Rows = ()) -> Message:
    """A new subscription that nothing matches yet; suggested: the rows offer other queries."""
    head = f"Subscribed to {_shown(query)}, but nothing in the last {days} days matches it."
    return Message(f"{head}\nDid you mean one of these?" if suggested else f"{head} It stays, and waits.", rows)


def coming(chat: Chat, next_at: datetime | None) -> str:
    """You get them every day at 09:00 Berlin time; next on Sat 4 Jul."""
    if chat.mode is Mode.INSTANT:
        return "You get them as soon as they appear."
    if next_at is None:
        return f"You get them {html.escape(rhythm(chat))}, once you /resume."
    when = f"; next on {weekday_date(local_day(next_at, chat.zone))}" if next_at else ""
    return f"You get them {html.escape(rhythm(chat))}{when}."


def already(query: str, number: int, *, rows: Rows = ()) -> Message:
    """The chat follows that query."""
    return Message(f"You follow {_shown(query)} already, as number {number}.", rows)


def too_many(limit: int, *, rows: Rows = ()) -> Message:
    """The chat has as many subscriptions as it may."""
    return Message(f"This chat has {limit} subscriptions, and that is the limit. End one first: /subscriptions", rows)


def too_long(limit: int) -> Message:
    """A query beyond the limit."""
    return Message(f"That query is too long: {limit} characters are the limit. Two shorter ones will do the same.")


def unsubscribed(query: str, *, left: int, rows: Rows = ()) -> Message:
    """A subscription ended."""
    rest = f"{left} {'other goes' if left == 1 else 'others go'} on." if left else "That was the last one."
    return Message(f"You no longer follow {_shown(query)}. {rest}", rows)


def back(query: str, *, rows: Rows = ()) -> Message:
    """An ended subscription is back."""
    return Message(f"You follow {_shown(query)} again.", rows)


def undone(query: str, *, rows: Rows = ()) -> Message:
    """A subscription was taken back right after it was made."""
    return Message(f"Undone: you do not follow {_shown(query)}.", rows)


def unknown(what: str, *, rows: Rows = ()) -> Message:
    """No subscription has that query or number."""
    return Message(f"You do not follow {_shown(what)}. What you follow: /subscriptions", rows)


def which(command: str, question: str, example: str, *, rows: Rows = ()) -> Message:
    """Asks for what a bare command needs; the next message is the answer."""
    return Message(f"{html.escape(question)} For example {html.code(f'/{command} {example}')}", rows)


def _best(paper: Paper, number: int) -> str:
    return facts.joined(
        (facts.title(paper, number=number, most=120), facts.joined((facts.votes(paper), facts.code_sign(paper)))), " "
    )


def _shown(query: str) -> str:
    return html.strong(facts.query(query))
