"""An HTTP server on loopback that leaves every answer to one function."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tornado import httpserver, httputil, netutil, web


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: JSON, or text that goes out as HTML unless its headers say otherwise."""

    status: int
    body: dict[str, Any] | list[Any] | str  # JSON of the API's shapes
    headers: dict[str, str] = field(default_factory=dict)


Perform = Callable[[], Awaitable[Answer]]
Respond = Callable[[httputil.HTTPServerRequest], Awaitable[Answer | None]]


class Loopback:
    """respond gives the answer to each request, or None to drop the connection."""

    def __init__(self, respond: Respond) -> None:
        self.url = ""
        self._http = httpserver.HTTPServer(
            web.Application([(r"/.*", _Handler, {"respond": respond})], log_function=_unlogged)
        )

    async def start(self, port: int = 0) -> None:
        """Listen; url then says where. Port 0 takes a free one."""
        sockets = netutil.bind_sockets(port, "127.0.0.1")
        self._http.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening and drop who is connected."""
        self._http.stop()
        await self._http.close_all_connections()


class _Handler(web.RequestHandler):
    def initialize(self, respond: Respond) -> None:
        self._respond = respond
        self._gone = False

    def on_connection_close(self) -> None:
        self._gone = True

    async def get(self) -> None:
        answer = await self._respond(self.request)
        if self._gone:
            return
        if answer is None:
            self.detach().close()
            return
        self.set_status(answer.status)
        if not isinstance(answer.body, str):
            self.set_header("Content-Type", "application/json")
        for name, value in answer.headers.items():
            self.set_header(name, value)
        self.finish(answer.body if isinstance(answer.body, str) else json.dumps(answer.body))

    post = get


def _unlogged(handler: web.RequestHandler) -> None:
    """No line in the log per request."""
