"""One subscription as a message of its own."""

from __future__ import annotations

from bot.render import facts, html
from bot.render.buttons import capitalised
from bot.render.language import _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits, rate
from storage.records import Subscription


def one(
    subscription: Subscription,
    explanation: str,
    *,
    found: int,
    days: int = 30,
    covered: int = 30,
    own: str = "",
    rows: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """Its number and query, what that means (HTML), how much it finds, and (own) what is special in its delivery.

    covered: how many of the days the archive holds.
    """
    head = f"{subscription.number}. {html.code(facts.query(subscription.query))}"
    if found:
        days = min(days, max(covered, 2))
        amount = ngettext(
            "{count} paper in the last {days} days, {rate}.", "{count} papers in the last {days} days, {rate}.", found
        )
    else:
        amount = _("Nothing in the last {days} days matches it.")
    amount = amount.format(count=digits(found), days=days, rate=rate(found, min(days, covered)))
    paused = _("It is paused: nothing is sent for it until you resume it.") if subscription.paused else ""
    meant = _("{sentence}.").format(sentence=capitalised(explanation)) if explanation else ""
    return Message(facts.joined((head, meant, amount, html.escape(own), paused), "\n"), rows)


def ask_edit(subscription: Subscription) -> Message:
    """Asks for the query that a subscription is to follow from now on."""
    query = html.code(facts.query(subscription.query))
    text = _("What should number {number} follow instead of {query}? Send me the new query.")
    return Message(text.format(number=subscription.number, query=query))


def ask_which(*, rows: tuple[tuple[Button, ...], ...] = ()) -> Message:
    """Asks which subscription is to end."""
    return Message(_("Which one do you want to end? Press it, or send me its number or query."), rows)
