"""What comes without sound: papers of silent subscriptions, and word that there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.demo.chats import Person
from storage import subscriptions
from storage.records import Mode
from tests.delivering import Bot
from tests.servers.people import Someone


async def test_a_silent_subscription_leaves_the_sound_to_others(bot: Bot, ada: Someone) -> None:
    """Its card comes after one that sounds, and without sound where it comes alone."""
    chat, lone = await bot.chat(), await bot.chat(1002)
    for one in (chat, lone):
        made = await bot.database.write(subscriptions.add, one.id, 0, "quiet", bot.now)
        await bot.database.write(subscriptions.arrange, replace(made, silent=True))
    await bot.queue(chat, 1, queries=("quiet",))
    await bot.queue(chat, 2)
    await bot.queue(lone, 3, queries=("quiet",))
    await bot.start()
    await bot.settled(sent=3)
    assert [(message.text[:7], message.silent) for message in ada.messages] == [("Paper 2", False), ("Paper 1", True)]
    [card] = Someone(bot.telegram, Person(1002, "Ben")).messages
    assert card.silent


async def test_a_digest_without_papers_is_told_to_who_asked(bot: Bot, ada: Someone) -> None:
    await bot.chat(mode=Mode.DAILY, tell_empty=True)
    await bot.chat(1002, mode=Mode.DAILY)
    bot.now = datetime(2026, 7, 4, 9, 0, tzinfo=UTC)
    await bot.start()
    message = await ada.hears("Nothing new for you this time. Next digest: Sun 09:00.")
    assert message.silent and message.labels == ["Why"]
    assert not Someone(bot.telegram, Person(1002, "Ben")).messages
    assert (await bot.stored(1001)).next_digest_at == datetime(2026, 7, 5, 9, 0, tzinfo=UTC)
