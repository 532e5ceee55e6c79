"""What python-telegram-bot alone costs: an application with one handler and a menu, that polls for updates.

The Bot API server's address and the token come from the environment that `paperwire run` reads.
"""

from __future__ import annotations

import os
from typing import Any

from telegram import BotCommand, Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """/start."""
    if update.effective_message:
        await update.effective_message.reply_text("Hello.")


async def introduce(application: Application[Any, Any, Any, Any, Any, Any]) -> None:  # Any: the library's defaults
    """Set the menu."""
    await application.bot.set_my_commands([BotCommand("start", "says hello")])


def main() -> None:
    """Serve until a signal ends it."""
    api = os.environ["PAPERWIRE_TELEGRAM__API_URL"]
    token = os.environ["PAPERWIRE_TELEGRAM__TOKEN"]
    application = ApplicationBuilder().token(token).base_url(f"{api}/bot").post_init(introduce).build()
    application.add_handler(CommandHandler("start", start))
    application.run_polling()


if __name__ == "__main__":
    main()
