"""The buttons under the message about a lost topic, and what Telegram tells of topics."""

from __future__ import annotations

import pytest

from bot.demo.chats import Chat, Json, Key, Message, Person
from bot.demo.telegram_server import TelegramServer
from storage import chats, topics
from tests.commands.conftest import NOW, Serving
from tests.commands.test_subscribing import queries_of
from tests.servers.people import Someone, group

ADA, BEN = Person(1001, "Ada"), Person(1002, "Ben")
FORUM = -1001


@pytest.fixture
def forum(telegram: TelegramServer) -> Chat:
    """A forum of which Ada is an administrator and Ben a member, with the topics 5, News, and 6, Other."""
    chat = group(telegram, FORUM, ADA, forum=True)
    chat.members[BEN.id] = (BEN, "member")
    for thread, name in ((5, "News"), (6, "Oter")):
        happens(telegram, chat, thread, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
    happens(telegram, chat, 6, {"forum_topic_edited": {"name": "Other"}})
    return chat


def happens(telegram: TelegramServer, chat: Chat, thread: int, event: Json) -> None:
    """A service message in a topic."""
    place = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    telegram.push("message", {"message_id": 900, "date": 1, "chat": chat.json(), "from": ADA.json(), **place, **event})


async def lose_news(serving: Serving, telegram: TelegramServer, forum: Chat) -> Message:
    """The topic News, where Ada follows diffusion, is lost; gives a message of the bot in General."""
    await Someone(telegram, ADA, forum, thread=5).asks("/subscribe diffusion", "Subscribed")
    told = await Someone(telegram, ADA, forum).asks("/privacy", "What I store")
    await serving.database.write(topics.lose, FORUM, 5, NOW)
    return told


async def press(telegram: TelegramServer, message: Message, data: str, person: Person = ADA) -> str:
    """Press a button with that data; gives what is shown for a moment."""
    answer = await telegram.press(message, Key("…", data=data), person).answer
    return str(answer.get("text") or "")


async def test_an_administrator_picks_the_topic_to_which_all_moves(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    told = await lose_news(archive, telegram, forum)
    ada = Someone(telegram, ADA, forum)
    for data in ("tm:5:0", "tc:5", "te:5", "tb:5"):
        assert "Only administrators" in await press(telegram, told, data, BEN)
    await press(telegram, told, "tc:5")
    asked = await ada.hears("To which topic do the papers of News move", kind="edit")
    assert asked.labels == ["Other", "Move to General", "‹ Back"]
    woken = archive.woken
    await ada.presses("Other", asked)
    await ada.hears("What came to News comes to Other from now on. It follows 1 query", kind="edit")
    assert archive.woken > woken
    assert await queries_of(archive, FORUM, 6) == ["1. diffusion"]
    assert await queries_of(archive, FORUM, 5) == []
    await press(telegram, told, "tm:5:0")
    await ada.hears("Nothing is held back for News", kind="edit")


async def test_back_shows_the_ways_on_and_end_ends(archive: Serving, telegram: TelegramServer, forum: Chat) -> None:
    told = await lose_news(archive, telegram, forum)
    ada = Someone(telegram, ADA, forum)
    await press(telegram, told, "tb:5")
    asked = await ada.hears("The topic News is closed or deleted", kind="edit")
    await ada.presses("End them", asked)
    await ada.hears("Nothing more comes to News", kind="edit")
    assert await queries_of(archive, FORUM, 5) == []
    assert archive.follows(abstract="diffusion") == []


async def test_forged_topics_are_no_place_to_move_to(archive: Serving, telegram: TelegramServer, forum: Chat) -> None:
    told = await lose_news(archive, telegram, forum)
    ada = Someone(telegram, ADA, forum)
    for data in ("tm:5:77", "tm:5:5", "tm:6:0", "tm:x:0", "te:", "tc:99999999999999999999"):
        await press(telegram, told, data)
        await ada.asks("/privacy", "What I store")
    assert await queries_of(archive, FORUM, 5) == ["1. diffusion"]


@pytest.mark.parametrize(
    ("thread", "event"), [(5, {"forum_topic_reopened": {}}), (0, {"general_forum_topic_unhidden": {}})]
)
async def test_a_topic_that_is_opened_again_goes_on(
    archive: Serving, telegram: TelegramServer, forum: Chat, thread: int, event: Json
) -> None:
    await Someone(telegram, ADA, forum, thread=thread).asks("/subscribe diffusion", "Subscribed")
    await Someone(telegram, ADA, forum).asks("/privacy", "What I store")
    await archive.database.write(topics.lose, FORUM, thread, NOW)
    woken = archive.woken
    happens(telegram, forum, thread, event)
    await Someone(telegram, ADA, forum).asks("/privacy", "What I store")
    assert archive.woken == woken + 1
    assert not await archive.database.write(topics.find, FORUM, thread), "it was found already"


async def test_a_topic_in_which_an_answer_arrives_is_not_lost(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    await lose_news(archive, telegram, forum)
    await Someone(telegram, ADA, forum, thread=5).asks("/list", "1. diffusion")
    await Someone(telegram, ADA, forum, thread=5).asks("/list", "1. diffusion")
    assert await archive.database.read(topics.lost, FORUM, 5) is None


async def test_the_names_of_topics_are_forgotten_too(archive: Serving, telegram: TelegramServer, forum: Chat) -> None:
    await Someone(telegram, ADA, forum).asks("/privacy", "in a forum the names of its topics")
    assert await archive.database.read(chats.known, FORUM)
    await archive.database.write(chats.forget, FORUM)
    assert await archive.database.read(topics.named, FORUM, 5) == ""
