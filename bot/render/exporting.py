"""What is said about files: which to send, what is in them, what came of one that was received."""

from __future__ import annotations

from bot.render import facts, html
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import digits

Rows = tuple[tuple[Button, ...], ...]


def which(papers: int, subscriptions: int, *, rows: Rows) -> Message:
    """Asks for the format; rows: for what there is."""
    if not papers and not subscriptions:
        return Message(_("There is nothing to export yet: no paper is saved here, and no query followed."))
    saved = ngettext(
        "Your {count} saved paper comes as a file for a reference program or a spreadsheet.",
        "Your {count} saved papers come as a file for a reference program or a spreadsheet.",
        papers,
    ).format(count=digits(papers))
    followed = ngettext(
        "The {count} query you follow comes as a file that I take in another chat.",
        "The {count} queries you follow come as a file that I take in another chat.",
        subscriptions,
    ).format(count=digits(subscriptions))
    return Message(sentences(saved if papers else "", followed if subscriptions else ""), rows)


def subscriptions_label() -> str:
    """The button for what the chat follows."""
    return _("What I follow")


def papers_caption(count: int, kind: str) -> str:
    """Under a file of papers; kind: the name of its format."""
    return ngettext("{count} paper as {kind}", "{count} papers as {kind}", count).format(count=digits(count), kind=kind)


def subscriptions_caption(count: int) -> str:
    """Under a file of subscriptions."""
    said = ngettext(
        "What you follow, {count} query. Send this file to me in another chat, and it follows the same.",
        "What you follow, {count} queries. Send this file to me in another chat, and it follows the same.",
        count,
    )
    return said.format(count=digits(count))


def no_papers() -> Message:
    """Nothing is saved."""
    return Message(_("You have saved nothing yet. Press ☆ Save under a paper, then come back."))


def nothing_followed() -> Message:
    """The chat follows nothing."""
    return Message(
        _("You follow nothing yet. Type what interests you, such as {example}.").format(
            example=html.code("/subscribe diffusion -survey")
        )
    )


def unknown_format() -> Message:
    """No format of that name."""
    known = html.code("/export bibtex")
    return Message(
        _("Say the format with it, such as {example}: bibtex, ris, csv, json or subscriptions.").format(example=known)
    )


def citation(entry: str) -> Message | None:
    """A BibTeX entry to copy with a tap; None where it is too long for a message."""
    shown = f'<pre><code class="language-bibtex">{html.escape(entry.strip())}</code></pre>'
    return Message(shown) if html.length(shown) <= html.MESSAGE_UNITS else None


def offered(new: int, known: int, *, rows: Rows) -> Message:
    """A file of subscriptions was read; new: how many the chat does not follow yet, known: how many it does."""
    total = ngettext("{count} query is in that file", "{count} queries are in that file", new + known)
    head = total.format(count=digits(new + known))
    if not new:
        return Message(_("{head}, and you follow all of it already.").format(head=head))
    also = ngettext("you follow {count} of them already", "you follow {count} of them already", known)
    text = _("{head}; {also}.").format(head=head, also=also.format(count=digits(known))) if known else f"{head}."
    return Message(text, rows)


def offer_labels(new: int) -> tuple[str, str]:
    """The buttons: follow the new ones, or nothing."""
    return ngettext("Follow it", "Follow these {count}", new).format(count=digits(new)), _("Cancel")


def followed(count: int, left: int, limit: int, *, rows: Rows) -> Message:
    """The queries of a file are followed; left: those that found no room, with the limit of a chat."""
    text = ngettext("You follow {count} more query.", "You follow {count} more queries.", count).format(
        count=digits(count)
    )
    if left:
        more = ngettext("{left} found no room", "{left} found no room", left).format(left=digits(left))
        text += " " + _("{more}: a chat follows {limit} at most.").format(more=more, limit=limit)
    return Message(text, rows)


def dropped() -> Message:
    """Cancelled."""
    return Message(_("Nothing was changed."))


def unreadable(entry: str = "") -> Message:
    """A file that is none of ours; entry: what of it cannot be read."""
    if entry:
        cannot = _("I can't read this entry of the file, so nothing was changed: {entry}")
        return Message(cannot.format(entry=html.code(facts.query(entry))))
    return Message(_("I can't use that file. I read what /export sends under “What I follow”."))
