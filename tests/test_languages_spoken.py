"""Everyone is spoken to in their language: who writes, who presses, and who only gets papers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from storage import chats
from storage.records import Mode
from tests.commands.conftest import Serving, archive, serving
from tests.servers.people import Someone, group
from tests.test_delivery import Bot, bot

__all__ = ["archive", "bot", "serving"]  # fixtures


@pytest.fixture
def boris(telegram: TelegramServer) -> Someone:
    """Somebody whose Telegram is in Russian."""
    return Someone(telegram, Person(1002, "Борис", language="ru-RU"))


@pytest.mark.usefixtures("archive")
async def test_a_person_is_answered_in_telegrams_language(boris: Someone, ada: Someone) -> None:
    first = await boris.asks("/start", "^Я присылаю новые научные статьи")
    assert "Подписаться на тему" in first.labels
    answer = await boris.asks("/sub diffusion -survey", "^Вы подписались на diffusion -survey")
    assert "(статьи: упоминают diffusion, без survey)" in answer.text
    assert "пришло бы 12 статей; мой архив охватывает 21 день, то есть это примерно 4 в неделю" in answer.text
    assert "Статьи приходят каждый день в 09:00 (Берлин); ближайшие — сб, 4 июля." in answer.text
    await boris.asks("/search (graph", "^Не могу прочитать этот запрос.*скобка не закрыта")
    await boris.asks("/help", "/subscribe ЗАПРОС – подписаться на тему")
    await boris.asks("/sear diffusion", "Может быть, /search")
    await ada.asks("/start", "^I send you")


async def test_another_language_is_chosen_and_left_again(serving: Serving, boris: Someone) -> None:
    message = await boris.asks("/settings", "Статьи приходят каждый день")
    for key, label, text in (
        ("🌐", "中文", "我会这些语言"),
        ("", "English", "I speak these languages"),
        ("", "As Telegram says", "Я говорю на этих языках"),
    ):
        if key:
            await boris.presses(key, message)
            await boris.hears(kind="edit")
        await boris.presses(label, message)
        await boris.hears(text, kind="edit")
        marked = [shown for shown in message.labels if shown.startswith("✓")]
        assert marked == [f"✓ {label}"] or text.startswith("Я")
    assert (await serving.database.read(chats.get, 1002, 0)).reads_in == "ru"  # type: ignore[union-attr]  # it is there


async def test_a_language_that_telegram_changes_is_followed(
    serving: Serving, boris: Someone, telegram: TelegramServer
) -> None:
    await boris.asks("/start", "^Я присылаю")
    moved = Someone(telegram, Person(1002, "Борис", language="zh-hans"), boris.chat)
    await moved.asks("/status", "^下一期汇总：周六 09:00（柏林）")
    chat = await serving.database.read(chats.get, 1002, 0)
    assert chat and chat.telegram_language == "zh" and not chat.language
    elsewhere = Someone(telegram, Person(1002, "Борис", language="pt-br"), boris.chat)
    await elsewhere.asks("/status", "^Next digest: Sat 09:00")


@pytest.mark.usefixtures("serving")
async def test_a_group_speaks_english_until_it_chooses(telegram: TelegramServer, boris: Someone) -> None:
    here = Someone(telegram, boris.person, group(telegram, -100, boris.person))
    message = await here.asks("/settings", "^Settings")
    await here.presses("🌐", message)
    await here.hears("I speak these languages", kind="edit")
    assert message.labels == ["✓ English", "Русский", "中文", "‹ Settings"]
    await here.presses("中文", message)
    await here.hears("我会这些语言", kind="edit")
    await Someone(telegram, Person(1003, "Cleo"), here.chat).asks("/search nothing", "没有论文")


async def test_papers_come_in_the_chats_language(bot: Bot, telegram: TelegramServer, boris: Someone) -> None:
    """The same paper as a card to three chats, and a digest, with nobody writing."""
    mei, ada = Someone(telegram, Person(1003, "Mei")), Someone(telegram, Person(1001, "Ada"))
    for id, chosen, told in ((1001, "", "en"), (1002, "", "ru"), (1003, "zh", "en")):
        await bot.queue(await bot.chat(id, language=chosen, telegram_language=told), 1)
    digest = await bot.chat(1004, mode=Mode.DAILY, language="zh")
    await bot.queue(digest, 1, 2)
    bot.now = datetime(2026, 7, 4, 9, 0, tzinfo=UTC)
    await bot.start()
    await bot.settled(sent=5)
    assert [who.messages[0].labels[-2] for who in (ada, boris, mei)] == ["☆ Save", "☆ Сохранить", "☆ 收藏"]
    assert [who.messages[0].text.rsplit("🔎 ")[-1] for who in (ada, boris, mei)] == [
        "matched routers", "подошла по запросам: routers", "匹配 routers",
    ]  # fmt: skip
    [message] = Someone(telegram, Person(1004, "Li")).messages
    assert message.text.startswith("为你找到 2 篇新论文 · 7月4日周六\n\n1. Paper 2") and message.text.endswith(
        "按优劣排序。"
    )
