"""Every button that /settings leads to, pressed: none is dead, each way leads back, each change is undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlite_utils
from telegram import User

from bot.beyond import Beyond
from bot.commands import registry
from bot.commands.request import Outdated, Place, Question, Request, Services
from bot.matching import Matcher
from bot.render.message import Message
from bot.settings import DeliverySettings
from storage import chats, subscriptions
from storage.database import Database
from storage.records import Chat
from tests.commands.conftest import NOW

PLAIN = ("/subscribe diffusion", "/subscribe graphs")
RICH = (*PLAIN, "/delivery weekly Tue 9:00", "/trending weekly", "/quiet 22:00 7:00", "/pause 3")
CHATS = (
    (Place(7, 0, "private"), RICH),
    (Place(-100, 0, "supergroup"), PLAIN),
    (Place(-100, 5, "supergroup"), (*PLAIN, "/delivery instant")),
)
VERBS = {"st", "ss", "l", "n", "nv", "nw", "np", "nr", "nd", "nu", "hs", "nx", "dl", "dv", "hr", "pz", "rs"}
"""Settings, and what one follows; other buttons have tests of their own."""

UNDONE_BY = {"rs": "ss:pause", "pz": "rs", "np": "nr", "nr": "np", "nd": "nu"}

State = tuple[Chat | None, tuple[object, ...]]


class Crawler:
    """Presses what it was not offered yet; screens: what each button led to."""

    def __init__(self, services: Services, place: Place) -> None:
        self.services, self.place = services, place
        self.screens: dict[str, Message] = {}
        self.offered: list[str] = []

    async def says(self, line: str) -> None:
        """A command typed."""
        name, _, text = line[1:].partition(" ")
        command = registry.command(name)
        assert command
        await command.handler(Request(self.services, self.place, 1001, text))

    async def press(self, data: str) -> Message | None:
        """What the message becomes, None where it stays; never that the button is of no use."""
        verb, _, text = data.partition(":")
        try:
            result = await registry.BUTTONS[verb].handler(Request(self.services, self.place, 1001, text))
        except Outdated:
            assert verb == "nu", f"{data} was offered and is dead"  # there is nothing to undo any more
            return None
        shown = result.message if isinstance(result, Question) else result
        return shown if isinstance(shown, Message) else None

    async def crawl(self, data: str = "st") -> None:
        """From there to all that can be reached, each change undone on the way."""
        self.offered = [data]
        for data in self.offered:
            before = await self.state()
            screen = await self.press(data)
            if screen is None:
                continue
            self.screens[data] = screen
            new = [one for one in dict.fromkeys(_buttons(screen)) if self.is_new(one)]
            if await self.state() != before:
                await self.undo(data, screen, before)
                new = [one for one in new if not registry.BUTTONS[one.partition(":")[0]].changes("")]
            self.offered += new

    def is_new(self, data: str) -> bool:
        """Of the zones those of Europe will do."""
        zone = data.startswith("ss:zone:") and not data.startswith("ss:zone:Europe/")
        return data.partition(":")[0] in VERBS and data not in self.offered and not zone

    async def undo(self, data: str, screen: Message, before: State) -> None:
        """Back to how it was, with buttons that are on a screen."""
        known = [*_buttons(screen, "✓"), *_buttons(screen), *self.offered]
        marked = [one for shown in self.screens.values() for one in _buttons(shown, "✓")]
        for button in dict.fromkeys([*marked, *known]):
            if button != data and _key(button) in (_key(data), UNDONE_BY.get(_key(data))):
                await self.press(button)
                if await self.state() == before:
                    return
        pytest.fail(f"{data} cannot be undone by a button: {await self.state()} instead of {before}")

    async def state(self) -> State:
        """All that is set; not when that brings the next digest."""
        return await self.services.database.read(_state, self.place)


def _state(db: sqlite_utils.Database, place: Place) -> State:
    chat = chats.get(db, place.chat_id, place.thread)
    following = subscriptions.of_chat(db, place.chat_id, place.thread)
    return chat and replace(chat, next_digest_at=None, language=chat.reads_in or "en"), tuple(
        replace(one, id=0) for one in following
    )


def _key(data: str) -> str:
    """What a button is about: its data without the value."""
    verb, _, rest = data.partition(":")
    return f"{verb}:{rest.rpartition(':')[0]}" if verb in ("ss", "nw", "dv") else verb


def _buttons(message: Message, mark: str = "") -> list[str]:
    return [button.data for row in message.rows for button in row if button.data and button.label.startswith(mark)]


@pytest.mark.parametrize(("place", "lines"), CHATS, ids=["private", "group", "topic"])
async def test_every_button(database: Database, place: Place, lines: tuple[str, ...]) -> None:
    matcher = Matcher()
    beyond = Beyond(database, matcher, lambda: NOW, lambda: None)
    me = User(1, "Paperwire", is_bot=True)
    settings = DeliverySettings(timezone="Europe/Berlin")
    services = Services(database, matcher, settings, lambda: NOW, lambda: None, lambda: me, beyond)
    crawler = Crawler(services, place)
    for line in lines:
        await crawler.says(line)
    await crawler.crawl()
    leads_back = {"st"}
    for _ in crawler.screens:
        leads_back |= {data for data, screen in crawler.screens.items() if leads_back.intersection(_buttons(screen))}
    assert set(crawler.screens) <= leads_back, "a screen without a way back"
    assert len(crawler.screens) > 150
