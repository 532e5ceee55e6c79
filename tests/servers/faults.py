"""What can go wrong between the bot and a server, on purpose: `server.intercept = Faults()`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.demo.chats import Json, Refusal
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import Call, refused

NGINX = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"

Reaction = Callable[[Perform], Awaitable[Answer | None]]


class Asked(Protocol):
    """A Call of the bot, or a Request for papers."""

    at: float


@dataclass
class _Fault:
    applies: Callable[[Asked], bool]
    reaction: Reaction
    left: float


class Faults:
    """Answers the next matching requests otherwise; each fault is used up after `times` of them.

    `on` chooses the requests: a method's name for Telegram ("*" any but getUpdates), or a function of the request.
    """

    def __init__(self) -> None:
        self._faults: list[_Fault] = []
        self.hits: list[Asked] = []

    async def __call__(self, asked: Asked, perform: Perform) -> Answer | None:
        for fault in self._faults:
            if fault.left > 0 and fault.applies(asked):
                fault.left -= 1
                self.hits.append(asked)
                return await fault.reaction(perform)
        return await perform()

    def add(self, on: str | Callable[..., bool], reaction: Reaction, times: float = 1) -> None:
        """Any reaction: it gets the function that performs the request, and gives the answer, None to hang up."""

        def named(asked: Asked) -> bool:
            if not isinstance(asked, Call):
                return on == "*"
            return asked.method == on or (on == "*" and asked.method != "getUpdates")

        self._faults.append(_Fault(named if isinstance(on, str) else on, reaction, times))

    def answer(self, on: str | Callable[..., bool], answer: Answer, times: float = 1) -> None:
        """This answer, and nothing happens."""

        async def reaction(_: Perform) -> Answer:
            return answer

        self.add(on, reaction, times)

    def flood(self, on: str | Callable[..., bool], seconds: int, times: float = 1) -> None:
        """429 with retry_after in Telegram's shape."""
        self.refuse(on, 429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds}, times=times)

    def refuse(
        self, on: str | Callable[..., bool], status: int, description: str, parameters: Json | None = None,
        *, times: float = 1,
    ) -> None:  # fmt: skip
        """An error in Telegram's shape, such as 403 "Forbidden: bot was blocked by the user"."""
        self.answer(on, refused(Refusal(status, description, parameters)), times)

    def status(self, on: str | Callable[..., bool], status: int, headers: dict[str, str] | None = None,
               times: float = 1) -> None:  # fmt: skip
        """An HTTP status with a proxy's page of HTML."""
        self.answer(on, Answer(status, NGINX.format(f"{status} Bad Gateway"), headers or {}), times)

    def hang_up(self, on: str | Callable[..., bool], *, after: bool, times: float = 1) -> None:
        """The connection breaks before anything is done, or after it was done and before the answer."""

        async def reaction(perform: Perform) -> None:
            if after:
                await perform()

        self.add(on, reaction, times)

    def hang(self, on: str | Callable[..., bool], until: asyncio.Event, times: float = 1) -> None:
        """Nothing happens until the event is set; then the request is performed."""

        async def reaction(perform: Perform) -> Answer:
            await until.wait()
            return await perform()

        self.add(on, reaction, times)
