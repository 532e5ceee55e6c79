"""A source on loopback that gives exactly the bytes it is told to, or breaks off in the midst of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """lost: bytes of the body that are announced but never come. silent: nothing comes until the client hangs up.

    endless: the body comes byte by byte, for ever, at this pace in seconds.
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    lost: int = 0
    silent: bool = False
    endless: float = 0


DROPPED = Reply(lost=1)


@dataclass(slots=True)
class SourceServer:
    """answer: what each request gets. next: replies that come first, one request each."""

    answer: Callable[[Asked], Reply]
    next: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    connections: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections[asyncio.current_task()] = writer
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                reply = self._reply(head.decode())
                if reply.silent:
                    await reader.read()
                    break
                writer.write(_bytes(reply))
                await writer.drain()
                while reply.endless and not reader.at_eof():
                    writer.write(b" ")
                    await asyncio.sleep(reply.endless)
                if reply.lost or reply.endless:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _reply(self, head: str) -> Reply:
        first, *lines = head.split("\r\n")
        target = urlsplit(first.split(" ")[1])
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        self.asked.append(Asked(target.path, dict(parse_qsl(target.query)), headers))
        return self.next.pop(0) if self.next else self.answer(self.asked[-1])


@asynccontextmanager
async def serving(answer: Callable[[Asked], Reply]) -> AsyncIterator[SourceServer]:
    """A SourceServer that listens."""
    source = SourceServer(answer)
    server = await asyncio.start_server(source.serve, "127.0.0.1", 0)
    source.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        try:
            yield source
        finally:
            for writer in source.connections.values():
                writer.close()
            await asyncio.gather(*filter(None, source.connections))


def _bytes(reply: Reply) -> bytes:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    length = {} if reply.endless else {"Content-Length": str(len(body) + reply.lost)}
    headers = length | reply.headers
    lines = [f"HTTP/1.1 {reply.status} Some Reason", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
