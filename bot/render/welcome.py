"""First words, help, and what is kept about a chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import html
from bot.render.message import Button, Message
from bot.render.times import in_words

Rows = tuple[tuple[Button, ...], ...]
_EXAMPLE = "/subscribe diffusion -survey"


def start(*, following: int = 0, when: str = "", rows: Rows = ()) -> Message:
    """What the bot does and how to begin; to a chat that follows something already, how that stands.

    when: the chat's rhythm, as times.rhythm says it.
    """
    first = (
        "I send you new research papers from Hugging Face and arXiv that match what you care about, "
        "with abstract and code."
    )
    if following:
        what = f"{in_words(following)} {'query' if following == 1 else 'queries'}"
        second = f"You follow {what} here; papers come {html.escape(when)}."
        return Message(f"{first}\n\n{second} /subscribe adds one, /subscriptions shows them.", rows)
    return Message(f"{first}\n\nType what you want to follow, such as {html.code(_EXAMPLE)}, or begin here:", rows)


def manual(commands: Sequence[tuple[str, str]], *, rows: Rows = ()) -> Message:
    """The commands, each as (usage, what it does), and the query language in six lines."""
    listed = "\n".join(f"{html.escape(usage)} – {html.escape(does)}" for usage, does in commands)
    return Message(f"{html.bold('What you can type')}\n{listed}\n\n{_language()}", rows)


def _language() -> str:
    lines = (
        ("graph neural network", "all of these words"),
        ('"graph neural network"', "the phrase"),
        ('diffusion OR "flow matching"', "either"),
        ("diffusion -survey", "the first, not the second"),
        ("quantiz*", "words that begin so"),
        ('author:"Yann LeCun"', "also title: abstract: cat: source:"),
        ("code:yes upvotes:>=20", "also stars:>=100"),
    )
    listed = "\n".join(f"{html.code(query)} – {html.escape(meaning)}" for query, meaning in lines)
    return f"{html.bold('How to say what you want')}\n{listed}"


def privacy(*, rows: Rows = ()) -> Message:
    """What is stored about a chat, and how to be rid of it."""
    return Message(
        f"{html.bold('What I store about this chat')}\n"
        "• its number at Telegram and its kind (private, group, channel)\n"
        "• its settings: time zone (of a shared location only that), hours, how often\n"
        "• its subscriptions\n"
        "• which papers it was sent, so that none comes twice, and the papers whose code it waits for\n"
        "• recent queries, so that the buttons under my messages keep working, "
        "and which question I am waiting to have answered, by whom (a user number)\n\n"
        "Nothing else: no names, no phone numbers, no messages. Nothing is passed on. Searches run on this "
        "machine and reach no source.\n\n"
        "/forget deletes all of it.",
        rows,
    )


def forget_question(*, following: int, rows: Rows = ()) -> Message:
    """Asks before everything is deleted."""
    what = "the settings and the record of sent papers"
    if following:
        what = f"{in_words(following)} subscription{'' if following == 1 else 's'}, {what}"
    return Message(f"This deletes everything stored about this chat: {what}. It cannot be undone.", rows)


def forgotten() -> Message:
    """Everything is deleted."""
    return Message("Everything about this chat is deleted, and nothing more will come. /start begins anew.")


def kept() -> Message:
    """Nothing was deleted."""
    return Message("Nothing was deleted.")


def nothing_to_forget() -> Message:
    """Nothing is stored about the chat."""
    return Message("Nothing is stored about this chat.")
