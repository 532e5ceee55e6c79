"""Answers with a picture: the text comes at once, the picture takes its place with the same text once it is drawn."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.commands.answering import Answering, insisting
from bot.commands.channels import framed
from bot.drawing import Chart, NotDrawn, drawn
from bot.render.message import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrated(Message):
    """An answer, its text at most 1,024 UTF-16 units after parsing; failed: what it says if nothing can be drawn."""

    chart: Chart
    name: str
    failed: Message | None = None


async def illustrate(answering: Answering, message_id: int, answer: Illustrated) -> None:
    """Put the picture into the message that has the answer's text."""
    try:
        picture = await drawn(answer.chart)
    except NotDrawn as error:
        log.warning("a chart was not drawn: %s", error)
        if answer.failed:
            await answering.update(message_id, answer.failed)
        return
    place = answering.place
    media = InputMediaPhoto(picture, framed(answer, place).text, ParseMode.HTML, filename=answer.name)
    try:
        await insisting(lambda: answering.bot.edit_message_media(media, place.said_in, message_id))
    except TelegramError as error:
        log.info("a picture in chat %d came to nothing: %s", place.said_in, error.message)
