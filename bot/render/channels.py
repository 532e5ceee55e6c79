"""What is said where somebody speaks in private for a channel."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import facts, html
from bot.render.clean import one_line
from bot.render.language import _
from bot.render.message import Button, Message
from storage.records import Channel

_NAME = 60


def listed(known: Sequence[Channel]) -> Message:
    """The channels to choose from."""
    if not known:
        return Message(
            _(
                "I know no channel of yours. Make me an administrator of one, with the right to post; then /channels "
                "lists it, and you can tell me here what goes there. Commands posted in the channel work as well."
            )
        )
    rows: list[tuple[Button, ...]] = [(Button(_label(channel), data=f"ch:{channel.number}"),) for channel in known]
    now = next((channel for channel in known if channel.picked), None)
    if now is None:
        return Message(_("Which channel do you want to speak for?"), tuple(rows))
    said = _("What you type here is about the channel {name}. Which one do you want to speak for?")
    return Message(said.format(name=_name(now)), (*rows, (back(),)))


def let_in(channel: Channel) -> Message:
    """Told to who let the bot into a channel."""
    said = _("I can post in the channel {name} now. What it gets, you can say there or here.")
    return Message(said.format(name=_name(channel)), ((Button(_("Say it here"), data=f"ch:{channel.number}"),),))


def picked(channel: Channel) -> Message:
    """From now on it is about this channel."""
    said = _(
        "What you type here is about the channel {name} from now on: what you /subscribe to is posted there, and "
        "/settings are the channel's. Answers come here. /channels brings you back."
    )
    rows = (
        (Button(_("Follow a topic"), data="ask:subscribe"), Button(_("What it follows"), data="l:0")),
        (Button(_("Settings"), data="st"), back()),
    )
    return Message(said.format(name=_name(channel)), rows)


def returned() -> Message:
    """From now on it is about this chat again."""
    return Message(_("What you type here is about this chat again."), ((Button(_("Your channels"), data="ch"),),))


def only_in_private() -> Message:
    """The list is asked for in a group or channel."""
    return Message(_("Your channels are listed in a private chat with me. In a channel itself, just post commands."))


def no_longer(channel: Channel) -> Message:
    """Somebody may not speak for a channel any more."""
    return Message(
        _("You are not an administrator of {name} any more, or I am not. We speak about this chat again.").format(
            name=_name(channel)
        )
    )


def back() -> Button:
    """Ends speaking for a channel."""
    return Button(_("‹ Back to this chat"), data="ch:0")


def about(channel: Channel, text: str) -> str:
    """The answer, told to be about a channel where that still fits; HTML."""
    headed = _("In the channel {name}:").format(name=_name(channel)) + f"\n{text}"
    fits = html.length(headed) <= html.MESSAGE_UNITS and html.entities(headed) <= html.MESSAGE_ENTITIES
    return headed if fits and len(headed) <= html.MESSAGE_MARKUP else text


def _name(channel: Channel) -> str:
    return html.strong(_label(channel))


def _label(channel: Channel) -> str:
    return facts.shortened(one_line(channel.title), _NAME) or str(channel.id)
