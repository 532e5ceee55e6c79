"""⋯ on a card without code, and the wish to hear when it is out: made, shown, taken back, forgotten, moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.chats import Message, Person
from bot.demo.telegram_server import BOT, TelegramServer
from bot.matching import Matcher
from storage import chats, papers, wishes
from storage.database import Database
from tests.commands.conftest import CODE, Clock, Serving, a_paper, running
from tests.servers.people import Someone, group

ADA, BEN = Person(1001, "Ada"), Person(1002, "Ben")
TELL, TOLD = "🔔 Tell me when code is out", "✓ You hear when code is out"
CARD = ["📄 PDF", "☆ Save", "‹ Back", "⋯"]
BEHIND = ["More like this", "BibTeX", "↗ Share", "👍", "👎", "Less from this author", "Mute a word"]
MORE = [*BEHIND, TELL, "‹ Back"]


async def opened(someone: Someone) -> Message:
    """The card of the first paper that is found, in its list's place."""
    found = await someone.asks('/search title:"Number 1"', "1 paper")
    await someone.presses("1", found)
    return await someone.hears("^Diffusion Number", kind="edit")


async def waits(serving: Serving, chat_id: int = 1001, thread: int = 0, number: int = 1) -> bool:
    """Whether the chat waits for the code of a_paper(number)."""
    return await serving.database.read(wishes.is_open, chat_id, thread, f"2607.{number:05}")


async def pressed(someone: Someone, label: str, card: Message) -> str:
    """Press, wait for the new buttons; gives what is shown for a moment."""
    answer = await someone.presses(label, card)
    await someone.hears(kind="edit")
    return str(answer.get("text", ""))


async def test_the_wish_is_made_and_taken_back_and_the_text_stays(archive: Serving, ada: Someone) -> None:
    card = await opened(ada)
    text = card.text
    assert card.labels == CARD
    assert await pressed(ada, "⋯", card) == ""
    assert card.labels == MORE
    assert not await waits(archive)
    assert "tell you here" in await pressed(ada, TELL, card)
    assert card.labels == [*BEHIND, TOLD, "‹ Back"]
    assert await waits(archive)
    await pressed(ada, "‹ Back", card)
    assert card.labels == CARD
    await pressed(ada, "⋯", card)
    assert card.labels == [*BEHIND, TOLD, "‹ Back"]
    assert "no longer" in await pressed(ada, TOLD, card)
    assert card.labels == MORE
    assert not await waits(archive)
    assert card.text == text
    await pressed(ada, "‹ Back", card)
    await ada.presses("‹ Back", card)
    await ada.hears("1 paper", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_card_with_code_offers_no_wish(ada: Someone) -> None:
    found = await ada.asks("/search graphs", "1 paper")
    await ada.presses("1", found)
    card = await ada.hears("^Graphs That Grow", kind="edit")
    assert card.labels == ["💻 Code", "📄 PDF", "☆ Save", "‹ Back", "⋯"]
    await pressed(ada, "⋯", card)
    assert TELL not in card.labels


async def test_old_cards_say_that_code_is_out_already(archive: Serving, ada: Someone) -> None:
    cards = []
    for label in ("⋯", TELL):
        cards.append(await opened(ada))
        if label == TELL:
            await pressed(ada, "⋯", cards[-1])
    paper = await archive.database.read(papers.get, "2607.00001")
    assert paper
    await archive.keep(replace(paper, code=CODE))
    await pressed(ada, "⋯", cards[0])
    assert TELL not in cards[0].labels
    assert await pressed(ada, TELL, cards[1]) == "Code is out: github.com/okafor-lab/routers"
    assert cards[1].labels == ["💻 Code", "📄 PDF", "☆ Save", "‹ Back", "⋯"]
    assert not await waits(archive)


async def test_wishes_and_their_buttons_outlive_the_process(
    database: Database, telegram: TelegramServer, ada: Someone
) -> None:
    first, second = Serving(database, Matcher(), Clock()), Serving(database, Matcher(), Clock())
    async with running(first, telegram):
        await first.keep(a_paper(1, "Diffusion Number 1"))
        card = await opened(ada)
        await pressed(ada, "⋯", card)
    async with running(second, telegram):
        await pressed(ada, TELL, card)
        assert card.labels == [*BEHIND, TOLD, "‹ Back"]
        assert await waits(second)


async def test_in_a_topic_everyone_may_look_and_administrators_may_wish(
    archive: Serving, telegram: TelegramServer
) -> None:
    forum = group(telegram, -1001, ADA, forum=True)
    forum.members[BEN.id] = (BEN, "member")
    ada, ben = Someone(telegram, ADA, forum, thread=5), Someone(telegram, BEN, forum, thread=5)
    card = await opened(ben)
    await pressed(ben, "⋯", card)
    assert "Only administrators" in (await ben.presses(TELL, card))["text"]
    assert not await waits(archive, -1001, 5)
    await pressed(ada, TELL, card)
    assert await waits(archive, -1001, 5)
    assert not await waits(archive, -1001)


async def test_forgetting_takes_the_wishes_along(archive: Serving, ada: Someone) -> None:
    card = await opened(ada)
    await pressed(ada, "⋯", card)
    await pressed(ada, TELL, card)
    await ada.asks("/privacy", "papers whose code")
    await ada.asks("/forget")
    await ada.presses("Delete everything")
    await ada.hears("Everything about this chat is deleted", kind="edit")
    assert not await waits(archive)
    assert not await archive.database.read(chats.known, 1001)


@pytest.mark.parametrize("joined", [False, True])
async def test_a_group_takes_its_wishes_into_the_supergroup(
    archive: Serving, telegram: TelegramServer, joined: bool
) -> None:
    old = group(telegram, -7, ADA, kind="group")
    ada = Someone(telegram, ADA, old)
    card = await opened(ada)
    await pressed(ada, "⋯", card)
    await pressed(ada, TELL, card)
    new = group(telegram, -1007, ADA)
    if joined:
        await Someone(telegram, ADA, new).asks("/subscribe@paperwire_demo_bot graphs", "Subscribed")
    message = telegram.say(old, "", ADA).json(BOT) | {"migrate_to_chat_id": -1007}
    telegram.push("message", message)
    await ada.asks("/help@paperwire_demo_bot")  # updates of one chat come one after the other
    assert await waits(archive, -1007)
    assert not await waits(archive, -7)


async def test_a_forged_number_is_answered(archive: Serving, telegram: TelegramServer, ada: Someone) -> None:
    card = await opened(ada)
    await pressed(ada, "⋯", card)
    for data in ("m:99999", "mf:99999:x", "w:99999", "w:", "w::::"):
        key = replace(card.key("Tell me"), data=data)
        assert "no longer works" in (await telegram.press(card, key, ADA).answer)["text"]
    assert archive.woken == 0
