"""The port for who watches the bot: /health says whether it lives, /metrics what it counts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from tornado import httpserver, web

from bot.listening import listening
from bot.metrics import Metrics
from bot.settings import MonitoringSettings
from storage import gauges
from storage.database import Database
from storage.errors import StorageError

_PATIENCE = 10.0
_MOST_BYTES = 10_000


@asynccontextmanager
async def watched(
    settings: MonitoringSettings | None, database: Database, metrics: Metrics, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Count the log's lines meanwhile, and listen where that is configured. Raises PaperwireError."""
    counting = metrics.handler()
    monitor = Monitor(settings, database, metrics, clock) if settings else None
    logging.getLogger().addHandler(counting)
    try:
        if monitor:
            monitor.start()
        yield
    finally:
        logging.getLogger().removeHandler(counting)
        if monitor:
            await monitor.stop()


class Monitor:
    """Listens while the bot runs; everything that it says is a number, none is about a person."""

    def __init__(
        self, settings: MonitoringSettings, database: Database, metrics: Metrics, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        shared = {"database": database, "metrics": metrics, "clock": clock}
        self._server = httpserver.HTTPServer(
            web.Application([("/health", _Health, shared), ("/metrics", _Metrics, shared)], log_function=_unlogged),
            max_body_size=_MOST_BYTES,
            body_timeout=_PATIENCE,
            idle_connection_timeout=_PATIENCE * 6,
        )

    def start(self) -> None:
        """Listen. Raises PaperwireError where that is not possible."""
        self._server.add_socket(listening("monitoring", self._settings.listen, self._settings.port))

    async def stop(self) -> None:
        """Listen no more."""
        self._server.stop()
        await self._server.close_all_connections()


class _Asked(web.RequestHandler):
    def initialize(self, database: Database, metrics: Metrics, clock: Callable[[], datetime]) -> None:
        self._database, self._metrics, self._clock = database, metrics, clock


class _Health(_Asked):
    async def get(self) -> None:
        """200 where the event loop and the database answer, with how it stands; else 503."""
        try:
            now = await self._database.read(gauges.read, self._clock())
        except StorageError as error:
            self.set_status(503)
            self.finish({"status": "failing", "reason": str(error)})
            return
        sources = {source.name: {"read_seconds_ago": source.age, "failures": source.failures} for source in now.sources}
        self.finish({"status": "ok", "waiting": now.waiting, "overdue_seconds": now.overdue, "sources": sources})


class _Metrics(_Asked):
    async def get(self) -> None:
        """Prometheus' text format; 503 where the database cannot be asked."""
        try:
            now = await self._database.read(gauges.read, self._clock())
        except StorageError as error:
            raise web.HTTPError(503) from error
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(self._metrics.shown(now))


def _unlogged(_: web.RequestHandler) -> None:
    """No line in the log per request."""
