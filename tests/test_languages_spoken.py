"""Everyone is spoken to in their language: who writes, who presses, and who only gets papers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from bot.render import times
from bot.render.language import listed, of_code, speaking
from storage import chats, sources
from storage.records import Chat, Mode, SourceState
from tests.commands.conftest import NOW, Serving, archive, serving
from tests.delivering import Bot
from tests.servers.people import Someone, group

__all__ = ["archive", "serving"]  # fixtures


SUNDAY = datetime(2026, 7, 5, 7, tzinfo=UTC)
WORDS = {
    "en": (
        "5 Jul", "5 Jul 2026", "Sun 5 Jul", "Monday", "Sun 5 Jul, 09:00", "Sun 09:00", "21 minutes ago", "1,200 papers",
        "about two a day", "1.2k", "4.2%", "every Monday at 09:00 Berlin time",
    ),
    "ru": (
        "5 июля", "5 июля 2026", "вс, 5 июля", "понедельник", "вс, 5 июля, 09:00", "вс 09:00", "21 минуту назад",
        "1\xa0200 статей", "примерно 2 в день", "1,2 тыс.", "4,2\xa0%", "по понедельникам в 09:00 (Берлин)",
    ),
    "zh": (
        "7月5日", "2026年7月5日", "7月5日周日", "星期一", "7月5日周日 09:00", "周日 09:00", "21分钟前", "1,200 篇论文",
        "约每天 2 篇", "1.2k", "4.2%", "每周一 09:00 柏林时间",
    ),
}  # fmt: skip


@pytest.mark.parametrize("spoken", WORDS)
def test_dates_numbers_and_rhythms(spoken: str) -> None:
    day, zone = SUNDAY.date(), "Europe/Berlin"
    with speaking(spoken):
        said = (
            times.short_date(day, day),
            times.short_date(day, day.replace(year=2027)),
            times.weekday_date(day),
            times.weekday(0),
            times.local_moment(SUNDAY, zone),
            times.soon(SUNDAY, SUNDAY - timedelta(days=2), zone),
            times.ago(SUNDAY, SUNDAY + timedelta(minutes=21, seconds=50)),
            times.papers(1200),
            times.rate(60),
            times.short_number(1234),
            times.percent(0.042, 1),
            times.rhythm(Chat(1, 0, "private", Mode.WEEKLY, time(9), zone)),
        )
    assert said == WORDS[spoken]


def test_a_list_in_chinese_sets_latin_words_apart() -> None:
    with speaking("zh"):
        assert listed(["gan", "flow", "diffusion"], either=True) == "gan、flow 或 diffusion"
        assert listed(["12 篇论文", "arXiv 上的 3 篇"]) == "12 篇论文和 arXiv 上的 3 篇"
        assert listed(["gan"]) == "gan"


@pytest.mark.parametrize(
    ("count", "russian"), [(1, "1 статья"), (3, "3 статьи"), (5, "5 статей"), (11, "11 статей"), (21, "21 статья")]
)
def test_plurals(count: int, russian: str) -> None:
    with speaking("ru"):
        assert times.papers(count) == russian


@pytest.mark.parametrize(
    ("code", "spoken"),
    [("ru", "ru"), ("zh-hans", "zh"), ("zh_TW", "zh"), ("RU-ru", "ru"), ("en-GB", "en"), ("rue", "en"), (None, "en")],
)
def test_the_language_of_a_code(code: str | None, spoken: str) -> None:
    assert of_code(code) == spoken


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


async def test_why_nothing_came_is_said_in_the_language_too(serving: Serving, boris: Someone) -> None:
    await boris.asks("/sub diffusion")
    down = SourceState("arxiv", failed_at=NOW - timedelta(hours=3), failures=3, error="arxiv: answered 503 Busy")
    await serving.database.write(sources.save, down)
    answer = await boris.asks("/status", "^Следующий дайджест: сб 09:00")
    assert "arXiv недоступен: ошибка 503 Busy; первый сбой — сегодня 11:00, ещё не прочитан" in answer.text
    assert answer.text.endswith("Сегодня ничего не пришло: arXiv недоступен.")


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
