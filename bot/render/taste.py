"""What is said of a chat's taste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render import facts, html
from bot.render.clean import one_line
from bot.render.language import _, ngettext, sentences
from bot.render.message import Button, Message
from bot.render.times import digits
from storage.ratings import Muted, Rating
from storage.records import Chat

_LABEL_UNITS = 30
_VALUE_UNITS = 100


@dataclass(frozen=True, slots=True)
class Belief:
    """How many papers are liked and disliked, from how many likes on they count, the words that weigh most, and what
    comes last."""

    likes: int
    dislikes: int
    enough: int
    words: Sequence[str]
    against: Sequence[str]
    muted: Sequence[Muted]


def believed(chat: Chat, belief: Belief) -> Message:
    """/taste."""
    parts = [html.bold(_("Your taste")), _counts(belief), _words(belief), _order(chat, belief)]
    if belief.muted:
        parts.append(_("Last in digests, though never lost; a tap ends that:"))
    return Message("\n\n".join(part for part in parts if part), _rows(chat, belief))


def forget_question() -> Message:
    """Asks before likes and the rest are deleted."""
    text = _("This forgets what you like and do not like, and what comes last. Saved papers stay.")
    return Message(text, ((Button(_("Forget it"), data="tf:yes"), Button(_("Keep it"), data="ta")),))


def rated(rating: Rating, *, missing: int, orders: bool) -> str:
    """After a thumb; missing: likes until they order digests. orders: whether they are to."""
    if rating is Rating.NONE:
        return _("Taken back.")
    noted = _("Liked.") if rating is Rating.LIKED else _("Noted: less like this.")
    if not orders:
        return sentences(noted, _("/taste has it; it does not order your digests."))
    if missing:
        more = ngettext(
            "{count} more like, and it orders your digests.",
            "{count} more likes, and they order your digests.",
            missing,
        )
        return sentences(noted, more.format(count=digits(missing)))
    return sentences(noted, _("Your digests are ordered by it; /taste says how."))


def muted(kind: str, value: str, *, muted: bool) -> str:
    """After an author or a word was put last, or no longer."""
    shown = facts.shortened(one_line(value), _VALUE_UNITS)
    if not muted:
        return _("{what} is as any other again.").format(what=shown)
    if kind == "author":
        return _("Papers by {name} come last in digests now.").format(name=shown)
    return _("Papers that say {word} come last in digests now.").format(word=shown)


def whose() -> str:
    """Asks for an author."""
    return _("Whose papers should come last in digests?")


def which_word() -> str:
    """Asks for a word."""
    return _("Papers with which word should come last in digests?")


def choice(value: str, *, chosen: bool) -> str:
    """The label of an author or a word."""
    label = facts.shortened(one_line(value), _LABEL_UNITS)
    return f"✓ {label}" if chosen else label


def _counts(belief: Belief) -> str:
    if not belief.likes and not belief.dislikes:
        return _("You have not told me yet. 👍 and 👎 are behind the ⋯ of every card.")
    liked = ngettext("You like {count} paper.", "You like {count} papers.", belief.likes)
    disliked = ngettext("You don't like {count}.", "You don't like {count}.", belief.dislikes)
    return sentences(
        liked.format(count=digits(belief.likes)),
        disliked.format(count=digits(belief.dislikes)) if belief.dislikes else "",
    )


def _words(belief: Belief) -> str:
    toward = _("What you like is about: {words}").format(words=_listed(belief.words)) if belief.words else ""
    away = _("What you don't like: {words}").format(words=_listed(belief.against)) if belief.against else ""
    return "\n".join(line for line in (toward, away) if line)


def _order(chat: Chat, belief: Belief) -> str:
    if not chat.taste:
        return _("It does not order your digests.")
    if belief.likes < belief.enough:
        text = ngettext(
            "From {count} like on it orders your digests: the papers stay the same, what you may like comes first.",
            "From {count} likes on they order your digests: the papers stay the same, what you may like comes first.",
            belief.enough,
        )
        return text.format(count=digits(belief.enough))
    return _("Your digests are ordered by it: the papers stay the same, what you may like comes first.")


def _rows(chat: Chat, belief: Belief) -> tuple[tuple[Button, ...], ...]:
    keys = [Button(f"✕ {choice(one.value, chosen=False)}", data=f"tr:{one.number}") for one in belief.muted]
    order = _("Order digests: on") if chat.taste else _("Order digests: off")
    row = _("👍 👎 on every card: on") if chat.thumbs else _("👍 👎 on every card: off")
    forget = (Button(_("Forget all of it"), data="tf"),) if belief.likes or belief.dislikes or belief.muted else ()
    return (
        *(tuple(keys[place : place + 2]) for place in range(0, len(keys), 2)),
        (Button(order, data=f"ts:order:{'off' if chat.taste else 'on'}"),),
        (Button(row, data=f"ts:row:{'off' if chat.thumbs else 'on'}"),),
        (*forget, Button(_("‹ Settings"), data="st")),
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(html.slanted(facts.shortened(one_line(word), _LABEL_UNITS)) for word in words)
