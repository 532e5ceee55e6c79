"""/stats and /broadcast for the bot's administrators, and a bot that is for some people only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from bot.matching import Matcher
from bot.settings import AccessSettings
from storage import broadcasts, chats
from storage.database import Database
from tests.commands.conftest import NOW, Clock, Serving, running
from tests.servers.people import Someone, group


@pytest.fixture
def boss(telegram: TelegramServer) -> Someone:
    return Someone(telegram, Person(9, "Boss"))


@pytest.mark.usefixtures("archive")
async def test_statistics_are_about_nobody(ada: Someone, boss: Someone, telegram: TelegramServer) -> None:
    ben = Someone(telegram, Person(2, "Ben"))
    for someone, queries in ((ada, ("diffusion", "very private")), (ben, ("Diffusion",))):
        for query in queries:
            await someone.asks(f"/subscribe {query}", "Subscribed to")
    told = await boss.asks("/stats", "2 people, 0 groups, 0 channels")
    await boss.hears("2 people", kind="edit", within=30)
    assert told.file and told.file.content.startswith(b"\x89PNG")
    assert "3 subscriptions, 13 papers" in told.text and "diffusion · 2" in told.text
    assert "private" not in told.text
    await ada.asks("/stats", "That is for the administrators of this bot")
    lab = group(telegram, -100, boss.person)
    await Someone(telegram, boss.person, lab).asks("/stats", "Write me that in our private chat")


async def test_a_broadcast_is_shown_confirmed_and_queued_once(
    serving: Serving, ada: Someone, boss: Someone, telegram: TelegramServer
) -> None:
    await ada.asks("/start")
    await Someone(telegram, Person(2, "Ben")).asks("/start")
    await ada.asks("/broadcast hi", "That is for the administrators")
    await boss.asks("/broadcast", "What do you want to tell every chat")
    shown = await boss.asks("We move <b>tomorrow</b> & rest", "<b>tomorrow</b> & rest\n\nIt goes to 2 chats.")
    await boss.presses("Cancel")
    await boss.hears("Nothing was sent", kind="edit")
    shown = await boss.asks("/broadcast We move tomorrow", "It goes to 2 chats.")
    await boss.presses("Send it to everyone", shown)
    await boss.hears("Sent to 0 of 2 chats. It goes on.", kind="edit")
    assert serving.woken
    [(row, text)] = await serving.database.read(broadcasts.ready, ada.chat.id, 0, NOW)
    assert text == "We move tomorrow"
    [one] = await serving.database.read(broadcasts.running)
    assert (one.chat_id, one.message_id) == (boss.chat.id, shown.id)
    assert not await serving.database.write(broadcasts.start, one.id, shown.id, NOW), "a second press sends nothing"
    await serving.database.write(broadcasts.FLIGHTS.claim, [row.id])
    await serving.database.write(broadcasts.FLIGHTS.sent, [row.id], 1, NOW)
    assert (await serving.database.read(broadcasts.progress, one.id)).waiting == 1
    await serving.database.write(broadcasts.end, one.id, NOW + timedelta(days=2))
    assert (await serving.database.read(broadcasts.progress, one.id)).lost == 1
    await boss.asks("/broadcast " + "x" * 4000, "too long for one message")


async def test_only_some_may_use_it(database: Database, ada: Someone, boss: Someone, telegram: TelegramServer) -> None:
    access = AccessSettings(allow=(ada.person.id, -100), subscriptions=1)
    only = Serving(database, Matcher(), Clock(), access=access)
    ben = Someone(telegram, Person(2, "Ben"))
    lab = group(telegram, -100, ben.person)
    async with running(only, telegram):
        await ada.asks("/start", "I send you")
        await boss.asks("/start", "I send you")
        await ben.asks("/subscribe diffusion", "people whom its owner let in. Your number is 2")
        await Someone(telegram, ben.person, lab).asks("/subscribe diffusion", "Subscribed to")
        assert (await ben.inline("diffusion"))["results"] == []
        await Someone(telegram, ben.person, lab).asks("/subscribe flow", "has 1 subscription, and that is the limit")
        assert only.follows(abstract="A diffusion flow model.") == ["diffusion"]


async def test_who_is_let_in_no_longer_can_still_be_forgotten(
    database: Database, ada: Someone, telegram: TelegramServer
) -> None:
    async with running(Serving(database, Matcher(), Clock()), telegram):
        await ada.asks("/subscribe diffusion", "Subscribed to")
    async with running(Serving(database, Matcher(), Clock(), access=AccessSettings(allow=(2,))), telegram):
        await ada.asks("/subscriptions", "people whom its owner let in")
        await ada.asks("/privacy", "What I store")
        await ada.asks("/forget", "deletes everything")
        await ada.presses("Delete everything")
        await ada.hears("Everything about this chat is deleted", kind="edit")
    assert not await database.read(chats.known, ada.chat.id)
