"""First words, help, and what is kept about a chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import html
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import in_words

Rows = tuple[tuple[Button, ...], ...]
_EXAMPLE = "/subscribe diffusion -survey"


def start(*, following: int = 0, when: str = "", rows: Rows = ()) -> Message:
    """What the bot does and how to begin; to a chat that follows something already, how that stands.

    when: the chat's rhythm, as times.rhythm says it.
    """
    first = _(
        "I send you new research papers from Hugging Face and arXiv that match what you care about, "
        "with abstract and code."
    )
    if following:
        text = ngettext(
            "You follow {count} query here; papers come {when}.",
            "You follow {count} queries here; papers come {when}.",
            following,
        )
        second = text.format(count=in_words(following), when=html.escape(when))
        more = _("/subscribe adds one, /subscriptions shows them.")
        return Message(f"{first}\n\n{sentences(second, more)}", rows)
    begin = _("Type what you want to follow, such as {example}, or begin here:").format(example=html.code(_EXAMPLE))
    return Message(f"{first}\n\n{begin}", rows)


def manual(commands: Sequence[tuple[str, str]], *, rows: Rows = ()) -> Message:
    """The commands, each as (usage, what it does), and the query language in six lines."""
    listed = "\n".join(f"{html.escape(usage)} – {html.escape(does)}" for usage, does in commands)
    head = html.bold(_("What you can type"))
    return Message(f"{head}\n{listed}\n\n{_language()}", rows)


def _language() -> str:
    lines = (
        ("graph neural network", _("all of these words")),
        ('"graph neural network"', _("the phrase")),
        ('diffusion OR "flow matching"', _("either")),
        ("diffusion -survey", _("the first, not the second")),
        ("quantiz*", _("words that begin so")),
        ('author:"Yann LeCun"', _("also {fields}").format(fields="title: abstract: cat: source:")),
        ("code:yes upvotes:>=20", _("also {fields}").format(fields="stars:>=100")),
    )
    listed = "\n".join(f"{html.code(query)} – {html.escape(meaning)}" for query, meaning in lines)
    return "\n".join((html.bold(_("How to say what you want")), listed))


def privacy(*, rows: Rows = ()) -> Message:
    """What is stored about a chat, and how to be rid of it."""
    stored = (
        _("its number at Telegram and its kind (private, group, channel)"),
        _("its settings: time zone (of a shared location only that), hours, how often, language"),
        _("its subscriptions"),
        _("in a forum the names of its topics; of a channel its title, and who may speak for it (user numbers)"),
        _("which papers it likes and does not like, and the authors and words that it wants last"),
        _("the papers that it saved"),
        _(
            "which papers it was sent, so that none comes twice, which it opened in the last 30 days, "
            "and the papers whose code it waits for"
        ),
        _(
            "recent queries, so that the buttons under my messages keep working, "
            "and which question I am waiting to have answered, by whom (a user number)"
        ),
    )
    nothing_else = _(
        "Nothing else: no names of people, no phone numbers, no messages. Searches run on this machine. Where they "
        "find few papers, the words of the query, or the id of a paper that I lack, go to Hugging Face and arXiv, and "
        "nothing about who asks. Nothing else is passed on."
    )
    end = _(
        "/forget deletes all of it, so that nothing is left in the file. Whoever runs me may keep backups, such as "
        "one a day and one before a new version changes the file; from those it goes when they are deleted."
    )
    head = html.bold(_("What I store about this chat"))
    listed = "\n".join((head, *(f"• {what}" for what in stored)))
    return Message(f"{listed}\n\n{nothing_else}\n\n{end}", rows)


def forget_question(*, following: int, rows: Rows = ()) -> Message:
    """Asks before everything is deleted."""
    if not following:
        text = _(
            "This deletes everything stored about this chat: the settings, the saved papers and the record of sent "
            "papers. It cannot be undone."
        )
        return Message(text, rows)
    text = ngettext(
        "This deletes everything stored about this chat: {count} subscription, the settings, the saved papers and the "
        "record of sent papers. It cannot be undone.",
        "This deletes everything stored about this chat: {count} subscriptions, the settings, the saved papers and the "
        "record of sent papers. It cannot be undone.",
        following,
    )
    return Message(text.format(count=in_words(following)), rows)


def forgotten() -> Message:
    """Everything is deleted."""
    return Message(_("Everything about this chat is deleted, and nothing more will come. /start begins anew."))


def kept() -> Message:
    """Nothing was deleted."""
    return Message(_("Nothing was deleted."))


def nothing_to_forget() -> Message:
    """Nothing is stored about the chat."""
    return Message(_("Nothing is stored about this chat."))
