"""Telegram's way to the bot where a webhook is configured: a small HTTP server that takes updates and nothing else."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from telegram import Bot, Update
from tornado import httpserver, web

from bot.listening import listening
from bot.settings import Webhook

log = logging.getLogger(__name__)

LONGEST_UPDATE = 1_000_000
"""Bytes of a request's body; Telegram's own are far below, and anyone may knock at the port."""

_PATIENCE = 10.0  # seconds for a body to come
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # https://core.telegram.org/bots/api#setwebhook


class Listener:
    """Puts what Telegram sends to the webhook's path into the queue; other paths are 404, without the secret 403."""

    def __init__(self, webhook: Webhook, bot: Bot, queue: asyncio.Queue[object]) -> None:
        self._webhook = webhook
        path = urlsplit(webhook.url).path or "/"
        shared = {"secret": webhook.secret_token, "bot": bot, "queue": queue}
        self._server = httpserver.HTTPServer(
            web.Application([(re.escape(path), _Updates, shared)], log_function=_unlogged),
            max_body_size=LONGEST_UPDATE,
            body_timeout=_PATIENCE,
            idle_connection_timeout=_PATIENCE * 60,
        )

    def start(self) -> None:
        """Listen. Raises PaperwireError where that is not possible."""
        self._server.add_socket(listening("telegram.webhook", self._webhook.listen, self._webhook.port))

    async def stop(self) -> None:
        """Take no more; what is in the queue stays there."""
        self._server.stop()
        await self._server.close_all_connections()


class _Updates(web.RequestHandler):
    def initialize(self, secret: str, bot: Bot, queue: asyncio.Queue[object]) -> None:
        self._secret, self._bot, self._queue = secret, bot, queue

    async def post(self) -> None:
        """One update."""
        given = self.request.headers.get(_SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        try:
            update = Update.de_json(json.loads(self.request.body), self._bot)
        except Exception:  # of whatever shape: an error for an answer would make Telegram send it for ever
            log.exception("an update that cannot be read was skipped")
            return
        await self._queue.put(update)


def _unlogged(_: web.RequestHandler) -> None:
    """No line in the log per request: strangers would write it full."""
