"""One subscription as a message of its own."""

from __future__ import annotations

from bot.render import facts, html
from bot.render.message import Button, Message
from bot.render.times import papers, rate
from storage.records import Subscription


def one(
    subscription: Subscription,
    explanation: str,
    *,
    found: int,
    days: int = 30,
    own: str = "",
    rows: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """Its number and query, what that means (HTML), how much it finds, and (own) what is special in its delivery."""
    head = f"{subscription.number}. {html.code(facts.query(subscription.query))}"
    amount = f"{papers(found)} in the last {days} days, {rate(found, days)}." if found else ""
    nothing = "" if found else f"Nothing in the last {days} days matches it."
    paused = "It is paused: nothing is sent for it until you resume it." if subscription.paused else ""
    meant = f"{explanation[:1].upper()}{explanation[1:]}." if explanation else ""
    return Message(facts.joined((head, meant, amount or nothing, html.escape(own), paused), "\n"), rows)


def ask_edit(subscription: Subscription) -> Message:
    """Asks for the query that a subscription is to follow from now on."""
    query = html.code(facts.query(subscription.query))
    return Message(f"What should number {subscription.number} follow instead of {query}? Send me the new query.")


def ask_which(*, rows: tuple[tuple[Button, ...], ...] = ()) -> Message:
    """Asks which subscription is to end."""
    return Message("Which one do you want to end? Press it, or send me its number or query.", rows)
