"""Speaking for a channel in private: who can, what is then about it, and how that ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.commands.channels import marked
from bot.demo.chats import Chat, Json, Key, Message, Person
from bot.demo.telegram_server import BOT, TelegramServer
from bot.render.message import Button
from storage import channels, chats, subscriptions
from storage.records import Channel, Mode
from tests.commands.conftest import Serving
from tests.commands.test_subscribing import queries_of
from tests.servers.people import Someone, group

ADA, BEN = Person(1001, "Ada"), Person(1002, "Ben")
CHANNEL = -1002
RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "is_anonymous", "can_edit_messages",
)  # fmt: skip


def let_in(telegram: TelegramServer, chat: Chat, by: Person, status: str = "administrator", post: bool = True) -> None:
    """Somebody made the bot an administrator of a channel, or removed it."""
    right = dict.fromkeys(RIGHTS, True) | {"can_post_messages": post}
    new: Json = {"user": BOT, "status": status} | (right if status == "administrator" else {})
    telegram.push(
        "my_chat_member",
        {
            "chat": chat.json(), "from": by.json(), "date": 1,
            "old_chat_member": {"user": BOT, "status": "left"}, "new_chat_member": new,
        },
    )  # fmt: skip


@pytest.fixture
async def channel(telegram: TelegramServer, archive: Serving) -> Chat:
    """A channel of Ada's, into which she let the bot."""
    chat = group(telegram, CHANNEL, ADA, kind="channel")
    chat.title = "Lab <News>"
    let_in(telegram, chat, ADA)
    await until(lambda: archive.database.read(channels.of_person, ADA.id))
    return chat


async def until(probe: Callable[[], Awaitable[object]]) -> None:
    """Return once something holds in the database; chats are served at once, so it may take a moment."""
    async with asyncio.timeout(5):
        while not await probe():
            continue


async def is_gone(serving: Serving) -> bool:
    """Whether nothing is sent to the channel."""
    return await serving.database.read(chats.is_gone, CHANNEL)


async def is_back(serving: Serving) -> bool:
    """Whether it is served again."""
    return not await is_gone(serving)


async def pick(ada: Someone) -> Message:
    """Pick the channel from the list; gives the answer."""
    await ada.presses("Lab <News>", await ada.asks("/channels", "Which channel"))
    return await ada.hears("about the channel Lab <News> from now on", kind="edit")


async def test_what_is_said_in_private_is_about_the_picked_channel(
    archive: Serving, channel: Chat, ada: Someone
) -> None:
    picked = await pick(ada)
    await ada.asks("/subscribe diffusion", "^In the channel Lab <News>:\nSubscribed to diffusion")
    await ada.asks("/delivery instant", "as soon as they appear")
    await ada.presses("Follow a topic", picked)
    await ada.hears("What do you want to follow")
    await ada.asks("graphs", "Subscribed to graphs")
    assert await queries_of(archive, CHANNEL) == ["1. diffusion", "2. graphs"]
    chat = await archive.database.read(chats.get, CHANNEL, 0)
    assert chat and (chat.mode, chat.kind) == (Mode.INSTANT, "channel")
    assert await queries_of(archive, ADA.id) == []
    assert channel.written() == [], "answers come where one speaks"


async def test_who_lets_the_bot_in_is_told_what_can_be_done(
    archive: Serving, telegram: TelegramServer, ada: Someone
) -> None:
    await ada.asks("/start", "I send you")
    other = group(telegram, -1007, ADA, kind="channel")
    let_in(telegram, other, ADA)
    told = await ada.hears("I can post in the channel Group 1007 now")
    await ada.presses("Say it here", told)
    await ada.hears("about the channel Group 1007 from now on", kind="edit")
    assert archive.woken == 1, "nothing is due"


async def test_buttons_stay_about_what_they_were_made_for(archive: Serving, channel: Chat, ada: Someone) -> None:
    assert channel.written() == []
    await ada.asks("/subscribe graphs", "Subscribed to graphs")
    own = await ada.asks("/list", "1. graphs")
    await pick(ada)
    await ada.asks("/subscribe diffusion", "Subscribed to diffusion")
    listed = await ada.asks("/list", "1. diffusion")
    await ada.presses("Back to this chat", await ada.asks("/settings", "In the channel"))
    await ada.hears("about this chat again", kind="edit")
    await ada.presses("1", listed)
    await ada.presses("Delete", await ada.hears("diffusion", kind="edit"))
    await ada.hears("You no longer follow diffusion", kind="edit")
    assert await queries_of(archive, CHANNEL) == []
    await ada.presses("1", own)
    await ada.hears("^1. graphs", kind="edit")
    await ada.asks("/list", "1. graphs")


async def test_who_is_no_longer_an_administrator_sees_and_changes_nothing(
    archive: Serving, channel: Chat, ada: Someone
) -> None:
    await pick(ada)
    answer = await ada.asks("/subscribe diffusion", "Subscribed")
    channel.members[ADA.id] = (ADA, "member")
    assert "not an administrator of Lab <News> any more" in (await ada.presses("Undo", answer))["text"]
    await ada.asks("/list", "You follow nothing yet")
    assert await queries_of(archive, CHANNEL) == ["1. diffusion"]
    await ada.asks("/channels", "I know no channel of yours")


async def test_somebody_elses_channel_cannot_be_spoken_for(
    archive: Serving, telegram: TelegramServer, channel: Chat, ada: Someone
) -> None:
    await pick(ada)
    await ada.asks("/subscribe diffusion", "Subscribed")
    ben = Someone(telegram, BEN)
    message = await ben.asks("/channels", "I know no channel of yours")
    for data in ("ch:1", "@1:nd:1", "@1:ch:0", "@:nd:1", "@x", "@99999999999999999999:l:0"):
        press = telegram.press(message, Key("…", data=data), BEN)
        assert "no longer works" in str((await press.answer)["text"]), data
    assert await queries_of(archive, CHANNEL) == ["1. diffusion"]
    assert channel.written() == []


async def test_a_channel_that_the_bot_left_is_no_choice_and_one_that_gives_no_right_waits(
    archive: Serving, telegram: TelegramServer, channel: Chat, ada: Someone
) -> None:
    await pick(ada)
    await ada.asks("/subscribe diffusion", "Subscribed")
    let_in(telegram, channel, ADA, post=False)
    await until(lambda: is_gone(archive))
    await ada.asks("/channels", "about the channel Lab <News>")
    let_in(telegram, channel, ADA)
    await until(lambda: is_back(archive))
    let_in(telegram, channel, ADA, "left")
    await until(lambda: is_gone(archive))
    await ada.asks("/channels", "I know no channel of yours")
    assert await archive.database.read(subscriptions.count, CHANNEL) == 1, "they go on when it is let in again"


async def test_who_spoke_for_what_is_forgotten(archive: Serving, channel: Chat, ada: Someone) -> None:
    assert channel.written() == []
    await pick(ada)
    await ada.asks("/forget", "Nothing is stored|deletes everything")
    await archive.database.write(chats.forget, ADA.id)
    assert await archive.database.read(channels.of_person, ADA.id) == []


async def test_the_list_is_for_private_chats(telegram: TelegramServer, archive: Serving) -> None:
    forum = group(telegram, -1003, ADA)
    await Someone(telegram, ADA, forum).asks("/channels", "in a private chat")
    assert archive.woken == 0


def test_a_button_whose_data_would_be_too_long_is_left_out() -> None:
    rows = ((Button("a", data="x" * 60), Button("b", data="x" * 62), Button("c", url="https://example.org")),)
    kept = marked(rows, Channel(7, CHANNEL, "", picked=True))
    assert [button.label for button in kept[0]] == ["a", "c"]
    assert kept[0][0].data == "@7:" + "x" * 60
