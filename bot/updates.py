"""How updates reach the bot: long polling or a webhook; and what the operator hears when they do not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.errors import PaperwireError, TokenRefused
from bot.settings import TelegramSettings, Webhook

log = logging.getLogger(__name__)

KINDS = (
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
    Update.MY_CHAT_MEMBER,
)
LONG_POLL_SECONDS = 30
LONGEST_PAUSE_SECONDS = 60


class Line(HTTPXRequest):
    """The connection that asks for updates: logs once when it breaks and once when it holds again.

    refused is called when Telegram no longer accepts the token, which the library would only log.
    """

    def __init__(self, refused: Callable[[], None]) -> None:
        super().__init__(connection_pool_size=2, read_timeout=10, connect_timeout=5)
        self._refused = refused
        self._broken = ""

    async def do_request(self, *args: object, **kwargs: object) -> tuple[int, bytes]:
        """As the base class; the answer's status is noted."""
        try:
            # The arguments are passed through as they came: the base class names and types them.
            status, body = await super().do_request(*args, **kwargs)  # type: ignore[arg-type]
        except NetworkError as error:
            self._note(f"Telegram cannot be reached: {error}")
            raise
        if status == HTTPStatus.UNAUTHORIZED:
            self._refused()
        elif status == HTTPStatus.CONFLICT:
            self._note("another program asks for this bot's updates; stop it")
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._note(f"Telegram answers with status {status}")
        elif self._broken:
            log.info("Telegram answers again")
            self._broken = ""
        return status, body

    def _note(self, trouble: str) -> None:
        if trouble != self._broken:
            log.warning("%s; trying again", trouble)
            self._broken = trouble


async def identify(telegram: TelegramSettings) -> str:
    """Who the token belongs to, as @name. Raises TokenRefused, or PaperwireError where Telegram cannot be asked."""
    try:
        async with Bot(telegram.token, base_url=f"{telegram.api_url}/bot") as bot:
            return bot.name
    except InvalidToken:
        raise TokenRefused("the token is not accepted; get a new one from @BotFather") from None
    except TelegramError as error:
        raise PaperwireError(f"{telegram.api_url} cannot be asked: {error}") from None


async def connect(application: Application, stop: asyncio.Event) -> bool:  # type: ignore[type-arg]  # any context
    """Introduce the bot to Telegram, as patiently as needed; False when stopped before. Raises TokenRefused."""
    pause = 1.0
    while not stop.is_set():
        try:
            await application.initialize()
        except InvalidToken:
            raise TokenRefused("Telegram does not accept telegram.token; get a new one from @BotFather") from None
        except RetryAfter as error:
            pause = max(pause, float(error.retry_after if isinstance(error.retry_after, int) else 60) + 1)
            log.warning("Telegram asks to wait; trying again in %.0f s", pause)
        except TelegramError as error:
            log.warning("Telegram cannot be reached: %s; trying again in %.0f s", error, pause)
        else:
            return True
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    return False


async def listen(application: Application, webhook: Webhook | None) -> None:  # type: ignore[type-arg]  # any context
    """Let updates come in, whatever was set before; those that wait at Telegram are kept."""
    updater = application.updater
    assert updater is not None
    if webhook is None:
        await updater.start_polling(
            timeout=LONG_POLL_SECONDS,
            bootstrap_retries=-1,
            allowed_updates=list(KINDS),
            error_callback=_heard,
        )
        return
    await updater.start_webhook(
        listen=webhook.listen,
        port=webhook.port,
        url_path=urlsplit(webhook.url).path.lstrip("/"),
        webhook_url=webhook.url,
        secret_token=webhook.secret_token,
        bootstrap_retries=-1,
        allowed_updates=list(KINDS),
    )


def _heard(error: TelegramError) -> None:
    """The library's own report; the Line has told most of it already."""
    if not isinstance(error, (NetworkError, Conflict)):
        log.warning("asking for updates: %s", error)
