"""What the administrators of the bot read, and what they tell everyone."""

from __future__ import annotations

from bot.render import facts, html
from bot.render.language import N_, _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits
from storage.numbers import Gauges, Progress, Statistics

Rows = tuple[tuple[Button, ...], ...]
CHATS = N_("New chats per week")
_QUERY_UNITS = 48


def not_for_you() -> Message:
    """A command that only the bot's administrators may use."""
    return Message(_("That is for the administrators of this bot; whoever runs it names them in telegram.admins."))


def in_private() -> Message:
    """A command of the administrators, typed where others read along."""
    return Message(_("Write me that in our private chat."))


def statistics(told: Statistics, now: Gauges) -> str:
    """Who uses the bot and how it stands; a caption."""
    lines = [
        _("{people} people, {groups} groups, {channels} channels; {away} cannot be reached").format(
            people=digits(told.people),
            groups=digits(told.groups),
            channels=digits(told.channels),
            away=digits(told.away),
        ),
        _("{subscriptions} subscriptions, {papers} papers, {size} MB").format(
            subscriptions=digits(told.subscriptions), papers=digits(now.papers), size=digits(round(now.size / 1e6))
        ),
        _("{waiting} papers wait for chats, {due} of them are due").format(
            waiting=digits(now.waiting), due=digits(now.due)
        ),
    ]
    for source in now.sources:
        failing = ngettext("{count} failure in a row", "{count} failures in a row", source.failures)
        state = failing.format(count=digits(source.failures)) if source.failures else _("in order")
        lines.append(f"{html.escape(source.name)}: {state}")
    if told.wanted:
        lines += ["", html.bold(_("Most wanted"))]
        lines += [
            f"{html.code(facts.shortened(facts.query(query), _QUERY_UNITS))} · {count}" for query, count in told.wanted
        ]
    return "\n".join(lines)


def what() -> Message:
    """Asks for the text."""
    return Message(_("What do you want to tell every chat? Send me the text; I show it to you before it goes."))


def too_long() -> Message:
    """Longer than a message may be."""
    return Message(_("That is too long for one message; make it shorter."))


def preview(text: str, chats: int, *, rows: Rows) -> Message:
    """The text as everyone would get it, and to how many it would go."""
    goes = ngettext("It goes to {count} chat.", "It goes to {count} chats.", chats).format(count=digits(chats))
    return Message(f"{broadcast(text).text}\n\n{html.italic(goes)}", rows)


def labels() -> tuple[str, str]:
    """Under the preview: send, or do not."""
    return _("Send it to everyone"), _("Cancel")


def cancelled() -> Message:
    """Nothing was sent."""
    return Message(_("Nothing was sent."))


def progress(told: Progress, *, over: bool) -> Message:
    """How far a broadcast is."""
    done = _("Sent to {sent} of {total} chats.").format(sent=digits(told.sent), total=digits(told.total))
    if not over:
        return Message(done + " " + _("It goes on."))
    lost = ngettext("{count} could not be reached.", "{count} could not be reached.", told.lost)
    return Message(f"{done} {lost.format(count=digits(told.lost))}" if told.lost else done)


def broadcast(text: str) -> Message:
    """The text, as text: nothing in it is markup."""
    return Message(html.escape(text))
