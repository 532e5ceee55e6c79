"""Files that people send."""

from __future__ import annotations

from dataclasses import replace

from telegram import Bot

from bot.commands.request import ButtonHandler, Request, Result


def reading(bot: Bot, file_id: str, handler: ButtonHandler) -> ButtonHandler:
    """Gives a file's text to a handler, '' for one without an id or that is no text; raises TelegramError then."""

    async def read(request: Request) -> Result:
        content = bytes(await (await bot.get_file(file_id)).download_as_bytearray()) if file_id else b""
        return await handler(replace(request, text=content.decode(errors="ignore")))

    return read
