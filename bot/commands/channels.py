"""Speaking for a channel in private: picking it, and what that means for places and answers.

Buttons of answers about a channel carry its number before their data, `@NUMBER:`, so that they stay about it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.commands.request import Outdated, Place, Request
from bot.render import channels as told
from bot.render.message import Button, Message
from storage import channels
from storage.database import Database
from storage.records import Channel

Rows = tuple[tuple[Button, ...], ...]
_MARK = "@"
_DATA_BYTES = 64  # https://core.telegram.org/bots/api#inlinekeyboardbutton


async def listed(request: Request) -> Message:
    """/channels, and ch."""
    if not request.place.private:
        return told.only_in_private()
    return told.listed(await request.services.database.read(channels.of_person, request.place.chat_id))


async def pressed(request: Request) -> Message:
    """ch lists them, ch:NUMBER picks one, ch:0 ends that."""
    if not request.text or not request.place.private:
        return await listed(request)
    database, here, number = request.services.database, request.place, request.number(0)
    channel = await database.read(channels.numbered, here.chat_id, number)
    if number and channel is None:
        raise Outdated("/channels")
    await database.write(channels.pick, here.chat_id, number)
    if channel is None:
        return told.returned()
    return replace(told.picked(channel), rows=marked(told.picked(channel).rows, channel))


async def row(request: Request) -> Rows:
    """The way to one's channels, or from a channel back; none for who has no channel."""
    place = request.place
    if place.told_in:
        return ((told.back(),),)
    known = await request.services.database.read(channels.of_person, place.chat_id) if place.private else []
    return ((Button(told.returned().rows[0][0].label, data="ch"),),) if known else ()


async def meant(database: Database, here: Place) -> Place:
    """What is spoken about here: this chat, or the channel that was picked in it."""
    channel = await database.read(channels.picked, here.chat_id) if here.private else None
    return _instead(here, channel) if channel else here


async def aimed(database: Database, here: Place, data: str) -> tuple[Place, str]:
    """What a button here is about, and its data without that. Raises Outdated where it is no channel any more."""
    if not here.private or not data.startswith(_MARK):
        return here, data
    number, _, rest = data.removeprefix(_MARK).partition(":")
    known = number.isascii() and number.isdigit() and len(number) < 18
    channel = await database.read(channels.numbered, here.chat_id, int(number)) if known else None
    if channel is None:
        raise Outdated("/channels")
    return _instead(here, channel), rest


def framed(message: Message, place: Place) -> Message:
    """The answer as it is given where the place is spoken for in another chat."""
    if place.channel is None:
        return message
    return Message(told.about(place.channel, message.text), marked(message.rows, place.channel))


def marked(rows: Rows, channel: Channel) -> Rows:
    """The buttons, about this channel; one whose data would become too long is left out."""
    found = (tuple(filter(_fits, (_marked(button, channel) for button in row))) for row in rows)
    return tuple(row for row in found if row)


def _marked(button: Button, channel: Channel) -> Button:
    return replace(button, data=f"{_MARK}{channel.number}:{button.data}") if button.data else button


def _fits(button: Button) -> bool:
    return len(button.data.encode()) <= _DATA_BYTES


def _instead(here: Place, channel: Channel) -> Place:
    return Place(channel.id, 0, "channel", channel, here.chat_id)
