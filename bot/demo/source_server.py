"""Hugging Face's lists of daily papers, served on loopback."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tornado.httputil import HTTPServerRequest

from bot.demo.chats import Json
from bot.demo.loopback import Answer, Loopback, Perform


@dataclass(slots=True)
class Request:
    """A request for papers. at, answered: time.monotonic() of its arrival and of the answer (0 before)."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float
    answered: float = 0.0
    answer: Answer | None = None


Intercept = Callable[[Request, Perform], Awaitable[Answer | None]]


class SourceServer:
    """Serves /api/daily_papers as Hugging Face does, ETags included; listing gives a day's entries in its shape.

    Its search finds nothing.

    requests, intercept: as in telegram_server.
    """

    def __init__(self, listing: Callable[[date], Sequence[Json]]) -> None:
        self.requests: list[Request] = []
        self.intercept: Intercept | None = None
        self._listing = listing
        self._http = Loopback(self._respond)

    @property
    def url(self) -> str:
        return self._http.url

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; url says where from then on."""
        await self._http.start(port)

    async def stop(self) -> None:
        """Stop listening and drop who is connected."""
        await self._http.stop()

    async def _respond(self, http: HTTPServerRequest) -> Answer | None:
        query = {name: values[-1].decode() for name, values in http.query_arguments.items()}
        request = Request(http.path, query, dict(http.headers.items()), time.monotonic())
        self.requests.append(request)

        async def perform() -> Answer:
            return self._perform(request)

        request.answer = await (self.intercept(request, perform) if self.intercept else perform())
        request.answered = time.monotonic()
        return request.answer

    def _perform(self, request: Request) -> Answer:
        if request.path == "/api/papers/search":
            return Answer(200, [])  # it knows no more than its lists
        if request.path != "/api/daily_papers":
            return Answer(404, {"error": "Not found"})
        today = datetime.now(UTC).date()
        try:
            day = date.fromisoformat(request.query.get("date", today.isoformat()))
            page, limit = int(request.query.get("p", 0)), int(request.query.get("limit", 50))
        except ValueError:
            return Answer(400, {"error": "Invalid query"})
        if day > today or page < 0 or not 1 <= limit <= 100:
            return Answer(400, {"error": "Invalid query"})
        return Answer(200, list(self._listing(day)[page * limit : (page + 1) * limit]))
