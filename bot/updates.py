"""How updates reach the bot: long polling or a webhook; and what the operator hears when they do not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from telegram import Bot, Update, User, WebhookInfo
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.errors import PaperwireError, TokenRefused
from bot.settings import TelegramSettings, Webhook
from bot.webhook import Listener

log = logging.getLogger(__name__)

KINDS = (
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)
LONG_POLL_SECONDS = 30
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


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
        if not body.startswith(b"{"):  # a proxy's page; its 401 or 404 would end the library's polling
            self._note(f"Telegram cannot be reached: something else answers with status {status}")
            raise NetworkError(f"not Telegram's answer: {status}")
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
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
    """Who the token belongs to, as @name, what of its account is in the way, and how updates come.

    Raises TokenRefused, or PaperwireError where Telegram cannot be asked or could not bring updates.
    """
    account, webhook = await _account(telegram)
    return "; ".join((account.name, *_advice(account), _coming_in(webhook, telegram.webhook)))


async def name_of(telegram: TelegramSettings) -> str:
    """Who the token belongs to, as @name. Raises TokenRefused, or PaperwireError where Telegram cannot be asked."""
    account, _ = await _account(telegram)
    return account.name


async def _account(telegram: TelegramSettings) -> tuple[User, WebhookInfo]:
    try:
        async with Bot(telegram.token, base_url=f"{telegram.api_url}/bot") as bot:
            return bot.bot, await bot.get_webhook_info()
    except TelegramError as error:
        if isinstance(error, InvalidToken) and _said_by_telegram(error):
            raise TokenRefused("the token is not accepted; get a new one from @BotFather") from None
        raise PaperwireError(
            f"{telegram.api_url} cannot be asked: {_told(error)}; check the network and telegram.api_url"
        ) from None


def _advice(account: User) -> list[str]:
    """What of the bot's account at Telegram hinders it."""
    wanted = (
        (account.supports_inline_queries, "inline mode is off, /setinline at @BotFather turns it on"),
        (account.can_join_groups, "it cannot be added to groups, /setjoingroups at @BotFather allows it"),
        (
            not account.can_read_all_group_messages,
            "privacy mode is off and all that groups say comes in, /setprivacy at @BotFather turns it on",
        ),
    )
    return [advice for good, advice in wanted if not good]


def _coming_in(state: WebhookInfo, wanted: Webhook | None) -> str:
    """How updates come. Raises PaperwireError where Telegram could not bring them."""
    waiting = f", {state.pending_update_count} updates wait" if state.pending_update_count else ""
    if wanted and state.url == wanted.url:
        if state.last_error_message:
            raise PaperwireError(f"the webhook does not take updates: {state.last_error_message}{waiting}")
        return f"webhook {state.url}{waiting}"
    if wanted:
        return f"the webhook {wanted.url} will be set at the start{waiting}"
    return f"long polling{', the webhook that is set will be removed' if state.url else ''}{waiting}"


async def connect(application: Application) -> None:  # type: ignore[type-arg]  # any context
    """Introduce the bot to Telegram, as patiently as needed. Raises TokenRefused."""
    await _patiently(application.initialize)


class Updates:
    """What comes in, by long polling or by a webhook, whatever was set before; what waits at Telegram is kept."""

    def __init__(self, application: Application, webhook: Webhook | None) -> None:  # type: ignore[type-arg]  # any context
        assert application.updater is not None
        self._application, self._updater, self._webhook = application, application.updater, webhook
        self._listener: Listener | None = None

    async def start(self) -> None:
        """As patient as connect. Raises TokenRefused, and PaperwireError where the webhook cannot be as configured."""
        if self._webhook is None:
            poll = partial(
                self._updater.start_polling,
                timeout=LONG_POLL_SECONDS,
                bootstrap_retries=0,
                allowed_updates=list(KINDS),
                error_callback=_heard,
            )
            await _patiently(poll)
            return
        bot = self._application.bot
        self._listener = Listener(self._webhook, bot, self._application.update_queue)
        self._listener.start()
        url, secret = self._webhook.url, self._webhook.secret_token
        try:
            await _patiently(partial(bot.set_webhook, url, allowed_updates=list(KINDS), secret_token=secret))
        except BadRequest as error:
            raise PaperwireError(f"Telegram refuses telegram.webhook.url: {error.message}") from None

    async def stop(self) -> None:
        """Let nothing more come in; Telegram keeps what it cannot deliver."""
        if self._listener:
            await self._listener.stop()
        if self._updater.running:
            with suppress(InvalidToken):  # which is then why the bot stops, and told already
                await self._updater.stop()


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call to Telegram until it is answered. Raises TokenRefused, and BadRequest where that is the answer."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await call()
            return
        except (InvalidToken, BadRequest) as error:
            if not _said_by_telegram(error):
                wait, trouble = pause, f"Telegram cannot be reached: {_told(error)}"
            elif isinstance(error, BadRequest):
                raise
            else:
                raise TokenRefused("Telegram does not accept telegram.token; get a new one from @BotFather") from None
        except RetryAfter as error:
            asked_for = error.retry_after
            wait = asked_for.total_seconds() if isinstance(asked_for, timedelta) else float(asked_for)
            trouble = "Telegram asks to wait"
        except TelegramError as error:
            wait, trouble = pause, f"Telegram cannot be reached: {_told(error)}"
        log.warning("%s; trying again in %.0f s", trouble, wait)
        await asyncio.sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _said_by_telegram(error: TelegramError) -> bool:
    """Whether it is Telegram's own answer: that of another server carries the trouble of reading it as its cause."""
    cause = error.__cause__
    while isinstance(cause, TelegramError):
        cause = cause.__cause__
    return cause is None


def _told(error: TelegramError) -> str:
    """What is wrong, in words without the token."""
    return "the answer is not Telegram's" if isinstance(error, InvalidToken | BadRequest) else error.message


def _heard(error: TelegramError) -> None:
    """The library's own report; the Line has told most of it already."""
    if not isinstance(error, (NetworkError, Conflict)):
        log.warning("asking for updates: %s", error)
