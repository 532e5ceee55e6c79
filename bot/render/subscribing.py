"""Answers about subscriptions: made, undone, ended, and what to type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.render import facts, html
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import digits, local_day, rate, rhythm, weekday_date
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
    head = _("Subscribed to {query} ({meaning}).") if explanation else _("Subscribed to {query}.")
    head = head.format(query=_shown(query), meaning=explanation)
    if twin:
        text = _("You follow {query} too, as number {number}; no paper comes twice.")
        head = sentences(head, text.format(query=_shown(twin[0]), number=twin[1]))
    listed = "\n".join(_best(paper, number) for number, paper in enumerate(best[:_BEST], 1))
    sent = amount(found, days, covered)
    if best:
        sent = sentences(sent, _("The best of them:") if found > 1 else _("This one:"))
    return Message(facts.joined((head, facts.joined((sent, listed), "\n"), coming(chat, next_at)), "\n\n"), rows)


def amount(found: int, days: int, covered: int) -> str:
    """What the subscription would have sent in so many days, of which the archive holds `covered`."""
    if not found:
        return _("Nothing in the last {days} days matches it.").format(days=days)
    said = {"count": digits(found), "days": days, "rate": rate(found, covered)}
    if covered >= days * _MOST_OF:
        text = ngettext(
            "In the last {days} days it would have sent {count} paper, {rate}.",
            "In the last {days} days it would have sent {count} papers, {rate}.",
            found,
        )
        return text.format(**said)
    text = ngettext(
        "In the last {days} days it would have sent {count} paper; my archive goes back {reach}, so that is {rate}.",
        "In the last {days} days it would have sent {count} papers; my archive goes back {reach}, so that is {rate}.",
        found,
    )
    return text.format(reach=ngettext("one day", "{count} days", covered).format(count=covered), **said)


def no_match(query: str, *, suggested: bool, days: int = 30, rows: Rows = ()) -> Message:
    """A new subscription that nothing matches yet; suggested: the rows offer other queries."""
    text = _("Subscribed to {query}, but nothing in the last {days} days matches it.")
    head = text.format(query=_shown(query), days=days)
    if suggested:
        return Message("\n".join((head, _("Did you mean one of these?"))), rows)
    return Message(sentences(head, _("It stays, and waits.")), rows)


def coming(chat: Chat, next_at: datetime | None) -> str:
    """You get them every day at 09:00 Berlin time; next on Sat 4 Jul."""
    if chat.mode is Mode.INSTANT:
        return _("You get them as soon as they appear.")
    when = html.escape(rhythm(chat))
    if next_at is None:
        return _("You get them {when}, once you /resume.").format(when=when)
    day = weekday_date(local_day(next_at, chat.zone))
    return _("You get them {when}; next on {day}.").format(when=when, day=day)


def already(query: str, number: int, *, rows: Rows = ()) -> Message:
    """The chat follows that query."""
    text = _("You follow {query} already, as number {number}.")
    return Message(text.format(query=_shown(query), number=number), rows)


def too_many(limit: int, *, rows: Rows = ()) -> Message:
    """The chat has as many subscriptions as it may."""
    text = ngettext(
        "This chat has {limit} subscription, and that is the limit. End it first: /subscriptions",
        "This chat has {limit} subscriptions, and that is the limit. End one first: /subscriptions",
        limit,
    )
    return Message(text.format(limit=limit), rows)


def too_long(limit: int) -> Message:
    """A query beyond the limit."""
    text = _("That query is too long: {limit} characters are the limit. Two shorter ones will do the same.")
    return Message(text.format(limit=limit))


def unsubscribed(query: str, *, left: int, rows: Rows = ()) -> Message:
    """A subscription ended."""
    ended = _("You no longer follow {query}.").format(query=_shown(query))
    rest = ngettext("{count} other goes on.", "{count} others go on.", left).format(count=digits(left))
    return Message(sentences(ended, rest if left else _("That was the last one.")), rows)


def back(query: str, *, rows: Rows = ()) -> Message:
    """An ended subscription is back."""
    return Message(_("You follow {query} again.").format(query=_shown(query)), rows)


def undone(query: str, *, rows: Rows = ()) -> Message:
    """A subscription was taken back right after it was made."""
    return Message(_("Undone: you do not follow {query}.").format(query=_shown(query)), rows)


def unknown(what: str, *, rows: Rows = ()) -> Message:
    """No subscription has that query or number."""
    text = _("You do not follow {query}. What you follow: /subscriptions")
    return Message(text.format(query=_shown(what)), rows)


def which(command: str, question: str, example: str, *, rows: Rows = ()) -> Message:
    """Asks for what a bare command needs; the next message is the answer."""
    such_as = _("For example {example}").format(example=html.code(f"/{command} {example}"))
    return Message(sentences(html.escape(question), such_as), rows)


def _best(paper: Paper, number: int) -> str:
    return facts.joined(
        (facts.title(paper, number=number, most=120), facts.joined((facts.votes(paper), facts.code_sign(paper)))), " "
    )


def _shown(query: str) -> str:
    return html.strong(facts.query(query))
