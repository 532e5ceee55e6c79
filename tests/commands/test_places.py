"""Groups, topics, channels: who may change what, where answers go, what is not for the bot; coming and going."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.chats import Chat, Json, Person
from bot.demo.telegram_server import BOT, TelegramServer
from storage import chats, subscriptions
from tests.commands.conftest import NOW, Serving
from tests.commands.test_subscribing import queries_of
from tests.servers.faults import Faults
from tests.servers.people import Someone, group

ADA, BEN = Person(1001, "Ada"), Person(1002, "Ben")


@pytest.fixture
def forum(telegram: TelegramServer) -> Chat:
    """A forum of which Ada is an administrator and Ben a member."""
    chat = group(telegram, -1001, ADA, forum=True)
    chat.members[BEN.id] = (BEN, "member")
    return chat


async def test_administrators_subscribe_for_their_topic_and_are_answered_there(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    news, general = Someone(telegram, ADA, forum, thread=5), Someone(telegram, ADA, forum)
    said = news.say("/subscribe@paperwire_demo_bot diffusion")
    answer = await news.hears("Subscribed to diffusion")
    assert answer.reply_to is said
    assert await queries_of(archive, -1001, 5) == ["1. diffusion"]
    await general.asks("/list", "You follow nothing yet")


async def test_members_look_and_search_but_change_nothing(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    ada, ben = Someone(telegram, ADA, forum), Someone(telegram, BEN, forum)
    answer = await ada.asks("/subscribe diffusion", "Subscribed")
    for line in ("/subscribe graphs", "/unsubscribe 1", "/delivery instant", "/trending daily", "/forget", "/sub"):
        await ben.asks(line, "Only administrators of this group can change that")
    for label in ("instantly", "Undo"):
        pressed = await ben.presses(label, answer)
        assert "Only administrators" in pressed["text"]
        assert pressed["show_alert"]
    found = await ben.asks("/search diffusion", "12 papers")
    await ben.presses("›", found)
    await ben.hears("7. ", kind="edit")
    mistyped = await ben.asks("/subscibe@paperwire_demo_bot graphs", "Did you mean /subscribe")
    assert "Only administrators" in (await ben.presses("/subscribe graphs", mistyped))["text"]
    found = await ben.asks("/search graphs", "1 paper")
    assert "Only administrators" in (await ben.presses("Subscribe to this", found))["text"]
    await ben.asks("/list", "1. diffusion")
    assert await queries_of(archive, -1001) == ["1. diffusion"]


async def test_who_is_no_longer_administrator_changes_nothing_any_more(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    ada = Someone(telegram, ADA, forum)
    answer = await ada.asks("/subscribe diffusion", "Subscribed")
    forum.members[ADA.id] = (ADA, "member")
    assert "Only administrators" in (await ada.presses("Undo", answer))["text"]
    assert await queries_of(archive, -1001) == ["1. diffusion"]


async def test_anonymous_administrators_may_and_other_channels_may_not(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    ada = Someone(telegram, ADA, forum)
    anonymous: Json = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
    for number, sender, expected in (
        (900, forum.json(), "Subscribed"),
        (901, {"id": -1005, "type": "channel"}, "Only"),
    ):
        telegram.push(
            "message",
            anonymous
            | {
                "message_id": number,
                "date": 1,
                "chat": forum.json(),
                "text": "/subscribe graphs",
                "sender_chat": sender,
            },
        )
        await ada.hears(expected)
    assert await queries_of(archive, -1001) == ["1. graphs"]


async def test_in_groups_a_question_is_answered_by_replying(
    archive: Serving, telegram: TelegramServer, forum: Chat
) -> None:
    ada, ben = Someone(telegram, ADA, forum), Someone(telegram, BEN, forum)
    question = await ada.asks("/subscribe", "What do you want to follow.*Answer by replying to this message")
    ben.say("graphs", reply_to=question)
    ada.say("just talking")
    ada.say("diffusion", reply_to=question)
    await ada.hears("Subscribed to diffusion")
    assert await queries_of(archive, -1001) == ["1. diffusion"]
    assert len(forum.written()) == 2


@pytest.mark.usefixtures("archive")
async def test_what_is_not_for_the_bot_is_met_with_silence(telegram: TelegramServer, forum: Chat) -> None:
    ada = Someone(telegram, ADA, forum)
    for line in ("hello", "/search@other_bot diffusion", "/unheard_of", "and /search in the middle"):
        ada.say(line)
    telegram.push("edited_message", ada.say("hm").json(BOT) | {"edit_date": 2, "text": "/search diffusion"})
    await ada.asks("/privacy", "What I store")
    assert len(forum.written()) == 1


async def test_posts_of_a_channel_are_obeyed(telegram: TelegramServer, archive: Serving) -> None:
    channel = group(telegram, -1002, ADA, kind="channel")
    post = Someone(telegram, Person(-1002), channel)
    telegram.say(channel, "/subscribe diffusion")
    answer = await post.hears("Subscribed to diffusion")
    assert await queries_of(archive, -1002) == ["1. diffusion"]
    reader = Someone(telegram, BEN, channel)
    channel.members[BEN.id] = (BEN, "member")
    assert "Only administrators of this channel" in (await reader.presses("Undo", answer))["text"]
    await Someone(telegram, ADA, channel).presses("Undo", answer)
    await post.hears("Undone", kind="edit")
    telegram.say(channel, "/search diffusion")
    found = await post.hears("diffusion")
    assert "Only administrators of this channel can change its posts" in (await reader.presses("Newest", found))["text"]
    await Someone(telegram, ADA, channel).presses("Newest", found)
    await post.hears("newest first", kind="edit")


async def test_a_blocked_chat_is_set_aside_and_start_brings_all_back(
    archive: Serving, telegram: TelegramServer, ada: Someone
) -> None:
    await ada.asks("/subscribe diffusion")
    [subscription] = await archive.database.read(subscriptions.of_chat, 1001, 0)
    telegram.push("my_chat_member", _membership(ada.chat, "kicked"))
    await ada.asks("/start", "You follow one query here")
    assert archive.woken >= 1
    assert await archive.database.read(subscriptions.by_ids, [subscription.id], NOW) == [subscription]
    assert not await archive.database.read(chats.is_gone, 1001)


async def test_who_blocks_and_says_nothing_more_gets_nothing(
    archive: Serving, telegram: TelegramServer, ada: Someone
) -> None:
    await ada.asks("/subscribe diffusion")
    telegram.push("my_chat_member", _membership(ada.chat, "kicked"))
    await _gone(archive)


async def test_a_refused_answer_sets_the_chat_aside(archive: Serving, telegram_faults: Faults, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    telegram_faults.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    ada.say("/list")
    await _gone(archive)


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_had(archive: Serving, telegram: TelegramServer) -> None:
    old, new = group(telegram, -20, ADA, kind="group"), group(telegram, -1020, ADA)
    await Someone(telegram, ADA, old).asks("/subscribe diffusion", "Subscribed")
    service: Json = {"message_id": 900, "date": 1, "chat": old.json(), "migrate_to_chat_id": -1020}
    telegram.push("message", service)
    telegram.push("message", service | {"chat": new.json(), "migrate_to_chat_id": None, "migrate_from_chat_id": -20})
    await Someone(telegram, ADA, new).asks("/list", "1. diffusion")
    assert await queries_of(archive, -1020) == ["1. diffusion"]
    assert await queries_of(archive, -20) == []


async def test_a_migration_that_shows_up_as_an_error_loses_no_answer(
    archive: Serving, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    old, new = group(telegram, -20, ADA, kind="group"), group(telegram, -1020, ADA)
    moved = {"migrate_to_chat_id": -1020}
    await Someone(telegram, ADA, old).asks("/subscribe diffusion", "Subscribed")
    telegram_faults.refuse("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
    Someone(telegram, ADA, old).say("/list")
    await Someone(telegram, ADA, new).hears("1. diffusion")
    assert await queries_of(archive, -1020) == ["1. diffusion"]


async def test_buttons_left_in_a_group_that_became_a_supergroup_are_about_that(
    archive: Serving, telegram: TelegramServer
) -> None:
    """What they show comes there as a new message: an old one's number may be another's."""
    old, new = group(telegram, -20, ADA, kind="group"), group(telegram, -1020, ADA)
    before, after = Someone(telegram, ADA, old), Someone(telegram, ADA, new)
    await before.asks("/search graphs", "1 paper")
    await before.presses("1")
    await before.hears("^Graphs That Grow", kind="edit")
    service = {"message_id": 900, "date": 1, "chat": new.json(), "migrate_from_chat_id": -20}
    telegram.push("message", service)
    await after.asks("/search diffusion", "paper")
    assert (await before.presses("Save"))["text"] == "Saved; /saved has it."
    await before.presses("‹ Back")
    await after.hears("1 paper")
    await after.asks("/saved", "Graphs That Grow")
    assert await archive.database.read(chats.get, -20, 0) is None
    edits = [call for call in telegram.calls if call.method.startswith("edit") and call.chat_id == -1020]
    assert not edits


async def _gone(serving: Serving) -> None:
    """Return once Ada's chat is set aside."""
    async with asyncio.timeout(5):
        while not await serving.database.read(chats.is_gone, ADA.id):
            continue


def _membership(chat: Chat, status: str) -> Json:
    """The bot's standing in a chat changed."""

    def member(status: str) -> Json:
        return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    return {
        "chat": chat.json(), "from": chat.person.json() if chat.person else ADA.json(), "date": 1,
        "old_chat_member": member("member"), "new_chat_member": member(status),
    }  # fmt: skip
