"""A Bot API server on loopback that enforces Telegram's limits and answers as slowly as Telegram does.

`python -m benchmarks.flood_server` prints its address and serves until its input ends; a process of its own, so that
the bot's share of the processor can be measured. GET /figures tells what it saw and begins to count anew.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from dataclasses import dataclass, field

from tornado import httpserver, netutil, web

LATENCY = 0.08  # seconds
OVERALL = (30.0, 30.0)  # tokens a second, burst
PRIVATE = (1.0, 3.0)


@dataclass
class Bucket:
    """A token bucket."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens, self.at = self.burst, time.monotonic()

    def take(self) -> float:
        """0 if a token was there, else the seconds until there is one."""
        now = time.monotonic()
        self.tokens, self.at = min(self.burst, self.tokens + (now - self.at) * self.rate), now
        if self.tokens < 1:
            return (1 - self.tokens) / self.rate
        self.tokens -= 1
        return 0.0


class Telegram:
    """What the handlers share. enforcing: whether limits are kept."""

    def __init__(self) -> None:
        self.enforcing = True
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self.moments: list[float] = []
        self.refused = 0
        self.buckets: dict[str, Bucket] = {"*": Bucket(*OVERALL)}

    def wait(self, chat: str) -> float:
        """Seconds that a call has to be put off, 0 where it may pass."""
        if not self.enforcing:
            return 0.0
        return self.buckets["*"].take() or self.buckets.setdefault(chat, Bucket(*PRIVATE)).take()


class Method(web.RequestHandler):
    """A call of the bot."""

    def initialize(self, telegram: Telegram) -> None:
        self.telegram = telegram

    async def post(self, _token: str, method: str) -> None:
        """sendMessage under flood control; anything else gives the bot itself."""
        if method != "sendMessage":
            self.finish({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "a_bot"}})
            return
        chat = self.get_body_argument("chat_id")
        if wait := self.telegram.wait(chat):
            self.telegram.refused += 1
            self.set_status(429)
            self.finish({"ok": False, "error_code": 429, "description": "Too Many Requests",
                         "parameters": {"retry_after": math.ceil(wait)}})  # fmt: skip
            return
        self.telegram.moments.append(time.monotonic())
        await asyncio.sleep(LATENCY)
        message = {"message_id": len(self.telegram.moments), "date": int(time.time()), "text": "as sent"}
        self.finish({"ok": True, "result": message | {"chat": {"id": int(chat), "type": "private"}}})


class Figures(web.RequestHandler):
    """What was seen since the last request for figures."""

    def initialize(self, telegram: Telegram) -> None:
        self.telegram = telegram

    def get(self, enforcing: str) -> None:
        """Moments of arrival and the number of calls refused; limits are kept from now on, or not."""
        self.finish({"moments": self.telegram.moments, "refused": self.telegram.refused})
        self.telegram.reset()
        self.telegram.enforcing = enforcing == "strict"


async def serve() -> None:
    """Serve until standard input ends."""
    shared = {"telegram": Telegram()}
    routes = [(r"/bot([^/]+)/(\w+)", Method, shared), (r"/figures/(strict|lax)", Figures, shared)]
    server = httpserver.HTTPServer(web.Application(routes, log_function=lambda _: None))
    sockets = netutil.bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    print(json.dumps({"url": f"http://127.0.0.1:{sockets[0].getsockname()[1]}"}), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
