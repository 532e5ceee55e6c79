"""Code is out of a paper that people opened in a list, a digest, a topic or a channel: they are answered there, and
what they opened gets the link, unless something else took its place."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.demo.chats import Message, Person
from bot.demo.telegram_server import TelegramServer
from storage import chats, views
from storage.database import Database
from storage.records import Mode
from tests.commands.conftest import Clock, Serving, running
from tests.delivering import NOON
from tests.servers.faults import Faults
from tests.servers.people import Someone, group
from tests.test_code_news import ID, NEWS, Newsroom, texts

ADA = Person(1001, "Ada")
OTHER = "2607.00002"
LINK = "💻 github.com/okafor-lab/routers ★ 12"


class Serves(Newsroom):
    """It answers, too."""

    def __init__(self, telegram: TelegramServer, database: Database) -> None:
        super().__init__(telegram, database)
        self.serving = Serving(database, self.rounds.matcher, Clock(NOON))

    async def morning(self) -> None:
        """It is time for the digest."""
        self.serving.clock.now = datetime(2026, 7, 4, 9, tzinfo=UTC)
        await self.move(self.serving.clock.now)


@pytest.fixture
async def bot(telegram: TelegramServer, database: Database) -> AsyncIterator[Serves]:
    """With one paper in its archive, of which no code is known."""
    made = Serves(telegram, database)
    await made.start()
    async with running(made.serving, telegram):
        await made.listed()
        yield made
    await made.close()


async def opened(someone: Someone, text: str = "/search routers") -> Message:
    """The paper's card, in the place of the list that a command gives."""
    await someone.asks(text, "1. Sparse Routers")
    await someone.presses("1")
    return await someone.hears("^Sparse Routers", kind="edit")


async def wishes(someone: Someone, card: Message) -> None:
    await someone.presses("⋯", card)
    await someone.hears(kind="edit")
    await someone.presses("Tell me", card)
    await someone.hears(kind="edit")


@pytest.mark.parametrize("command", ["/search routers", "/trending", "/trending week routers"])
async def test_a_card_opened_in_a_list_gets_the_link_and_is_answered(bot: Serves, ada: Someone, command: str) -> None:
    """Also of who never talked to the bot before."""
    card = await opened(ada, command)
    await wishes(ada, card)
    await bot.code()
    await bot.told(told=1)
    await bot.refresh()
    assert LINK in card.text and card.labels == ["💻 Code", "📄 PDF", "☆ Save", "‹ Back", "⋯"]
    assert texts(ada)[1:] == [NEWS] and ada.messages[1].reply_to is card
    edits = card.edits
    await bot.refresh()
    assert card.edits == edits
    await ada.presses("‹ Back", card)
    await ada.hears("1. Sparse Routers.*💻", kind="edit")


@pytest.mark.parametrize("said", [ID, f"/start p{ID.replace('.', '_')}"])
async def test_so_does_a_card_that_was_an_answer(bot: Serves, ada: Someone, said: str) -> None:
    card = await ada.asks(said, "^Sparse Routers")
    await ada.presses("Save", card)
    await ada.hears(kind="edit")
    await bot.code()
    await bot.told(told=1)
    await bot.refresh()
    assert LINK in card.text and "★ Saved" in card.labels
    assert ada.messages[-1].text == NEWS and ada.messages[-1].reply_to is card


async def test_who_went_on_keeps_what_is_there_and_is_answered_there(bot: Serves, ada: Someone) -> None:
    card = await opened(ada)
    await wishes(ada, card)
    for pattern in ("", "1. Sparse Routers"):
        await ada.presses("‹ Back", card)
        await ada.hears(pattern, kind="edit")
    edits = card.edits
    await bot.code()
    await bot.told(told=1)
    await bot.refresh()
    assert card.edits == edits
    assert ada.messages[-1].text == NEWS and ada.messages[-1].reply_to is card


async def test_a_card_in_the_place_of_a_digest_gets_the_link_and_no_other_paper_is_disturbed(
    bot: Serves, ada: Someone
) -> None:
    await bot.listed(OTHER, title="Gates That Open", upvotes=5)
    await bot.follows("agents", mode=Mode.DAILY)
    await bot.listed("2607.00003", "2607.00004", title="Agents Again")
    await bot.morning()
    await bot.settled(sent=2)
    [digest] = ada.messages
    await ada.presses("1", digest)
    await ada.hears("^Agents Again", kind="edit")
    await bot.code("2607.00004")
    await bot.refresh()
    assert "github.com" not in digest.text, "that is the other one"
    await bot.code("2607.00003")
    await bot.refresh()
    assert LINK in digest.text and "matched agents" in digest.text and "‹ Back" in digest.labels
    await ada.presses("‹ Back", digest)
    await ada.hears("2 new papers.*💻 ★ 12.*💻 ★ 12", kind="edit")


async def test_what_is_like_a_card_stays_in_its_place(bot: Serves, ada: Someone) -> None:
    """Going back shows the link."""
    await bot.follows("gates")
    await bot.listed(OTHER, title="Gates That Open")
    await bot.settled(sent=1)
    [card] = ada.messages
    for label, pattern in (("⋯", ""), ("More like this", "More like")):
        await ada.presses(label, card)
        await ada.hears(pattern, kind="edit")
    await bot.code(OTHER)
    await bot.refresh()
    assert card.text.startswith("More like")
    await ada.presses("‹ Back", card)
    await ada.hears("^Sparse Routers.*github.com/okafor-lab", kind="edit")


@pytest.mark.parametrize("place", ["topic", "channel"])
async def test_in_topics_and_channels_as_well(bot: Serves, telegram: TelegramServer, place: str) -> None:
    if place == "topic":
        ada = Someone(telegram, ADA, group(telegram, -1001, ADA, forum=True), thread=5)
    else:
        ada = Someone(telegram, ADA, group(telegram, -1002, ADA, kind="channel"))
    card = await opened(ada, "/search@paperwire_demo_bot routers")
    await wishes(ada, card)
    await bot.code()
    await bot.told(told=1)
    await bot.refresh()
    assert LINK in card.text
    assert texts(ada)[1:] == [NEWS] and ada.messages[1].reply_to is card


async def test_who_blocked_the_bot_finds_the_link_once_back(bot: Serves, ada: Someone, telegram_faults: Faults) -> None:
    await bot.follows("gates")
    await bot.listed(OTHER, title="Gates That Open")
    await bot.settled(sent=1)
    cards = [ada.messages[0], await opened(ada)]
    telegram_faults.refuse("editMessageText", 403, "Forbidden: bot was blocked by the user", times=2)
    await bot.code(ID, OTHER)
    await bot.refresh()
    await bot.refresh()
    assert not any("github.com" in card.text for card in cards)
    await ada.asks("/help")
    await bot.refresh()
    assert all("github.com" in card.text for card in cards)


async def test_forgetting_and_moving_lose_what_was_opened(bot: Serves, telegram: TelegramServer) -> None:
    """The messages of a supergroup have numbers of their own."""
    ada = Someone(telegram, ADA, group(telegram, -7, ADA, kind="group"))
    card = await opened(ada, "/search@paperwire_demo_bot routers")
    await wishes(ada, card)
    new = group(telegram, -1007, ADA)
    await bot.database.write(chats.migrate, -7, -1007)
    await bot.code()
    await bot.told(told=1)
    await bot.refresh()
    [news] = new.written()
    assert news.text == NEWS and news.reply_to is None and LINK not in card.text
    card = await opened(Someone(telegram, ADA, new), "/search@paperwire_demo_bot routers")
    assert await bot.database.read(views.first_with, -1007, 0, ID) == card.id
    await bot.database.write(chats.forget, -1007)
    assert await bot.database.read(views.first_with, -1007, 0, ID) is None


async def test_a_paper_is_opened_also_where_nothing_can_be_stored(bot: Serves, ada: Someone) -> None:
    await ada.asks("/search routers", "1. Sparse Routers")
    with closing(sqlite3.connect(bot.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await ada.presses("1")
        await ada.hears("^Sparse Routers", kind="edit", within=0.9)


async def test_who_paused_hears_when_the_pause_ends_and_is_told_so(bot: Serves, ada: Someone) -> None:
    card = await ada.asks(ID, "^Sparse Routers")
    await wishes(ada, card)
    await ada.asks("/pause", "Paused")
    await bot.code()
    await bot.told(waiting=1)
    await bot.refresh()
    assert LINK in card.text, "an edit makes no sound"
    await ada.asks("/resume", "Deliveries go on. Meanwhile code came out for a paper, of which you hear next.")
    await bot.told(told=1)
    assert ada.messages[-1].text == NEWS and ada.messages[-1].reply_to is card
