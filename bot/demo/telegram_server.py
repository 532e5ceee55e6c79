"""A small Bot API server on loopback: the bot talks to it as to Telegram, people act through its methods."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tornado.httputil import HTTPServerRequest

from bot.demo import markup
from bot.demo.chats import Chat, Event, File, Json, Key, Message, Person, Press, Refusal
from bot.demo.loopback import Answer, Loopback, Perform
from bot.demo.markup import Formatted
from bot.demo.methods import Methods

TOKEN = "424242:demo-token-that-opens-nothing-anywhere"
BOT: Json = {
    "id": 424242, "is_bot": True, "first_name": "Paperwire", "username": "paperwire_demo_bot",
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
}  # fmt: skip
_LONGEST_POLL = 50.0
_PATH = re.compile(r"/bot([^/]+)/(\w+)")
_FILE = re.compile(r"/file/bot([^/]+)/(file\d+)")
_VERBATIM = frozenset(
    {
        "text", "caption", "parse_mode", "callback_query_id", "inline_query_id", "name", "description", "url",
        "short_description", "language_code", "secret_token", "action", "document", "photo", "next_offset", "file_id",
    }
)  # fmt: skip


@dataclass(slots=True)
class Call:
    """A request of the bot; files are among its params.

    at, answered: time.monotonic() of its arrival and of the answer (0 before).
    """

    method: str
    params: Json
    at: float
    answered: float = 0.0
    answer: Answer | None = None

    @property
    def chat_id(self) -> int:
        """The chat that it is about, 0 if none."""
        chat = self.params.get("chat_id")
        return chat if isinstance(chat, int) else 0


Intercept = Callable[[Call, Perform], Awaitable[Answer | None]]


class TelegramServer:
    """The server; `await start()` before anything else, `await stop()` last.

    calls: every request of the bot, getUpdates included, oldest first. intercept: stands between a request and
    what it does: gets the call and a function that performs it, and gives the answer, or None to drop the connection.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.intercept: Intercept | None = None
        self.methods = Methods(BOT, self._tell)
        self._watchers: list[asyncio.Queue[Event]] = []
        self._updates: list[Json] = []
        self._numbers = itertools.count(1)
        self._waiting: asyncio.Future[bool] | None = None
        self._http = Loopback(self._respond)

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; url says where from then on, without the token."""
        await self._http.start(port)

    @property
    def url(self) -> str:
        return self._http.url

    async def stop(self) -> None:
        """Stop listening and drop who is connected; what was said stays to be looked at."""
        self._wake(False)
        await self._http.stop()

    def watch(self) -> asyncio.Queue[Event]:
        """A queue of what the bot does from now on."""
        watcher: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers.append(watcher)
        return watcher

    def chat(self, chat: Chat) -> Chat:
        """Make a chat known; the bot may write there from now on."""
        return self.methods.chats.setdefault(chat.id, chat)

    def private(self, person: Person) -> Chat:
        """The private chat of a person with the bot."""
        return self.chat(Chat(person.id, person=person))

    def say(self, chat: Chat, text: str, sender: Person | None = None, *, thread: int = 0,
            reply_to: Message | None = None) -> Message:  # fmt: skip
        """A person writes; without a sender it is the person of the private chat, or a post of the channel."""
        sender = sender or chat.person or Person(chat.id)
        content = Formatted(text, tuple(markup.commands(text)))
        message = Message(
            self.methods.number(), chat, sender, int(time.time()), content, thread=thread, reply_to=reply_to
        )
        self.methods.add(message)
        kind = "channel_post" if chat.type == "channel" else "message"
        self.push(kind, message.json(BOT))
        return message

    def send(self, chat: Chat, file: File, sender: Person | None = None) -> Message:
        """A person sends a file, of text."""
        sender = sender or chat.person or Person(chat.id)
        message = Message(self.methods.number(), chat, sender, int(time.time()), Formatted("", ()), file=file)
        self.methods.add(message)
        self.push("channel_post" if chat.type == "channel" else "message", message.json(BOT))
        return message

    def press(self, message: Message, key: Key, sender: Person | None = None) -> Press:
        """A person presses a button that carries callback data."""
        sender = sender or message.chat.person or Person(message.chat.id)
        number = str(next(self._numbers) + 10**17)
        press = Press(number, message, key, sender, asyncio.get_running_loop().create_future())
        self.methods.presses[number] = press
        query = {"id": number, "from": sender.json(), "chat_instance": str(message.chat.id), "data": key.data}
        self.push("callback_query", query | {"message": message.json(BOT)})
        return press

    def ask_inline(self, person: Person, query: str, offset: str = "") -> asyncio.Future[Json]:
        """A person types `@bot query` somewhere; the answer (results, next_offset, button …), once it is there."""
        number = str(next(self._numbers) + 10**17)
        self.methods.inline[number] = answer = asyncio.get_running_loop().create_future()
        self.push("inline_query", {"id": number, "from": person.json(), "query": query, "offset": offset})
        return answer

    def push(self, kind: str, payload: Json) -> None:
        """Hand the bot an update of this kind, as in the Bot API."""
        self._updates.append({"update_id": next(self._numbers), kind: payload})
        self._wake(True)

    @property
    def unread(self) -> int:
        """Updates that the bot has not confirmed yet."""
        return len(self._updates)

    def _tell(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(event)

    def _wake(self, news: bool) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(news)

    async def _respond(self, request: HTTPServerRequest) -> Answer | None:
        path = _PATH.fullmatch(request.path)
        if path is None:
            return self._file(request.path)
        params: Json = {name: _value(name, values[-1].decode()) for name, values in request.body_arguments.items()}
        params |= {name: File(sent[0].filename, sent[0].body) for name, sent in request.files.items()}
        call = Call(path[2], params, time.monotonic())
        self.calls.append(call)

        async def perform() -> Answer:
            return await self._perform(path[1], call)

        call.answer = await (self.intercept(call, perform) if self.intercept else perform())
        call.answered = time.monotonic()
        return call.answer

    async def _perform(self, token: str, call: Call) -> Answer:
        try:
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            if call.method == "getUpdates":
                result: object = await self._get_updates(call.params)
            else:
                result = self.methods.perform(call.method, call.params)
        except Refusal as refusal:
            return refused(refusal)
        return Answer(200, {"ok": True, "result": result})

    def _file(self, path: str) -> Answer:
        """A file by the path that getFile gave."""
        wanted = _FILE.fullmatch(unquote(path))
        file = self.methods.file(wanted[2]) if wanted and wanted[1] == self.token else None
        return Answer(200, file.content.decode(errors="replace")) if file else refused(Refusal(404, "Not Found"))

    async def _get_updates(self, call: Json) -> list[Json]:
        if self.methods.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = call.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        self._wake(False)
        if not self._updates and call.get("timeout"):
            self._waiting = waiting = asyncio.get_running_loop().create_future()
            await asyncio.wait([waiting], timeout=min(float(call["timeout"]), _LONGEST_POLL))
            if self._waiting is not waiting:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return self._updates[: call.get("limit", 100)]


def refused(refusal: Refusal) -> Answer:
    """A refusal in Telegram's shape."""
    body: Json = {"ok": False, "error_code": refusal.status, "description": str(refusal)}
    return Answer(refusal.status, body | ({"parameters": refusal.parameters} if refusal.parameters else {}))


def _value(name: str, text: str) -> object:
    """A parameter as it was before it became text on the way."""
    if name in _VERBATIM:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
