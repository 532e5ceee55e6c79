"""The whole bot from start to stop: chats, sources, what is said in the log, and what ends it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import app, updates
from bot.commands import registry
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import TelegramServer
from bot.errors import TokenRefused
from bot.render.language import LANGUAGES
from bot.settings import Settings
from storage.errors import AlreadyRunning, ForeignDatabase
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.faults import Faults, Reaction
from tests.servers.people import Someone
from tests.serving import Running, prepare, running, settings, until


@pytest.fixture
def configured(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path) -> Settings:
    return settings(telegram, papers_source, tmp_path / "paperwire.db")


@pytest.fixture
async def bot(configured: Settings) -> AsyncIterator[Running]:
    async with running(configured) as bot:
        yield bot


@pytest.fixture(autouse=True)
def _lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    """What the bot itself has logged."""
    return [r.getMessage() for r in caplog.records if r.name.startswith("bot") and r.levelno >= level]


def slowly(reached: asyncio.Event, release: asyncio.Event) -> Reaction:
    """Tell of the request, and wait before it is performed."""

    async def reaction(perform: Perform) -> Answer:
        reached.set()
        await release.wait()
        return await perform()

    return reaction


def states(path: str) -> list[tuple[str, str]]:
    """(paper, state) of all that was queued."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT paper_id, state FROM outbox ORDER BY id").fetchall()


async def test_a_person_subscribes_and_the_paper_arrives(
    bot: Running, configured: Settings, papers_source: DailyPapers, ada: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    papers_source.publish(entry("2611.00000", "Sparse Routers of Old"))
    await ada.asks("/delivery instant", "as soon as")
    await ada.asks("/subscribe routers", "subscribed to routers")
    await until(lambda: any("source=huggingface new=1" in line for line in lines(caplog, logging.INFO)))
    papers_source.publish(entry("2611.00001"))
    card = await ada.hears("Sparse Routers for Long Histories", kind="new")
    assert card.text.rstrip().endswith("routers")
    assert card.key("PDF").url == "https://arxiv.org/pdf/2611.00001"
    bot.stop.set()
    await bot.ends()
    assert states(configured.storage.path) == [("2611.00001", "sent")]
    assert ada.messages[-1] is card
    assert lines(caplog) == []
    assert lines(caplog, logging.INFO)[-1] == "stopped"


async def test_start_is_answered_while_the_archive_is_filled(
    papers_source: DailyPapers, source_faults: Faults, configured: Settings, ada: Someone
) -> None:
    never = asyncio.Event()
    source_faults.hang(lambda _: True, never)
    async with running(configured):
        await ada.asks("/start", "paper")
        await until(lambda: papers_source.requests)
        await ada.asks("/help", "/subscribe")
    never.set()


async def test_the_menu_is_what_the_handlers_are_and_telegram_sends_what_they_handle(
    bot: Running, telegram: TelegramServer
) -> None:
    await until(lambda: len(telegram.methods.commands) == len(LANGUAGES))
    menus = {language: menu for (scope, language), menu in telegram.methods.commands.items() if "default" in scope}
    for menu in menus.values():
        assert [command["command"] for command in menu] == [command.command for command in registry.menu()]
        assert 1 <= len(menu) <= 9
    assert [menus[language][1]["description"] for language in ("", "ru", "zh")] == [
        "follow a topic", "подписаться на тему", "订阅一个主题",
    ]  # fmt: skip
    await until(lambda: any(call.method == "getUpdates" for call in telegram.calls))
    asked = next(call for call in telegram.calls if call.method == "getUpdates").params["allowed_updates"]
    assert {"message", "channel_post", "callback_query", "inline_query", "my_chat_member"} <= set(asked)
    assert not bot.stop.is_set()


async def test_a_menu_that_telegram_does_not_take_keeps_nobody_from_being_served(
    telegram_faults: Faults, configured: Settings, ada: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    telegram_faults.refuse("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    async with running(configured):
        await ada.asks("/start", "paper")
        await until(lambda: telegram_faults.hits)
    assert lines(caplog) == ["the menu could not be set: Bot_command_invalid"]


async def test_what_is_on_its_way_at_a_stop_arrives_and_is_recorded(
    configured: Settings, papers_source: DailyPapers, telegram_faults: Faults, ada: Someone
) -> None:
    await prepare(configured, ada.chat.id)
    reached, release = asyncio.Event(), asyncio.Event()
    telegram_faults.add("sendMessage", slowly(reached, release))
    papers_source.publish(entry("2611.00001"))
    bot = Running(configured)
    await reached.wait()
    bot.stop.set()
    await until(lambda: not any(task.get_name().endswith(":update_fetcher") for task in asyncio.all_tasks()))
    for _ in range(50):
        await asyncio.sleep(0)
    release.set()
    await bot.ends()
    assert states(configured.storage.path) == [("2611.00001", "sent")]
    [card] = ada.messages
    assert "Sparse Routers" in card.text


async def test_what_is_due_at_a_stop_waits_for_the_next_start(
    configured: Settings, papers_source: DailyPapers, telegram_faults: Faults, ada: Someone
) -> None:
    await prepare(configured, ada.chat.id)
    reached, release = asyncio.Event(), asyncio.Event()
    telegram_faults.add("sendMessage", slowly(reached, release))
    papers_source.publish(entry("2611.00001"), entry("2611.00002"))
    bot = Running(configured)
    await reached.wait()
    bot.stop.set()
    release.set()
    await bot.ends()
    assert sorted(state for _, state in states(configured.storage.path)) == ["sent", "waiting"]
    async with running(configured):
        await until(lambda: len(ada.messages) == 2)
    assert [state for _, state in states(configured.storage.path)] == ["sent", "sent"]


async def test_an_answer_that_was_begun_is_given_at_a_stop(bot: Running, telegram_faults: Faults, ada: Someone) -> None:
    reached, release = asyncio.Event(), asyncio.Event()
    telegram_faults.add("sendMessage", slowly(reached, release))
    ada.say("/help")
    await reached.wait()
    bot.stop.set()
    await asyncio.sleep(0)
    release.set()
    await bot.ends()
    assert "/subscribe" in ada.messages[-1].text


async def test_a_stop_waits_no_longer_than_it_may(
    bot: Running, telegram_faults: Faults, ada: Someone, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(app, "STOP_SECONDS", 0.2)
    never = asyncio.Event()
    await ada.asks("/start", "paper")
    telegram_faults.hang("sendMessage", never)
    ada.say("/help")
    await until(lambda: telegram_faults.hits)
    bot.stop.set()
    await bot.ends(3)
    never.set()
    assert lines(caplog)[-1].startswith("stopping took longer than")


@pytest.mark.parametrize("how", ["hang", "refused"])
async def test_a_stop_does_not_wait_for_a_telegram_that_cannot_be_reached(
    telegram_faults: Faults, configured: Settings, how: str
) -> None:
    never = asyncio.Event()
    if how == "hang":
        telegram_faults.hang("getMe", never)
    else:
        telegram_faults.status("getMe", 502)
    bot = Running(configured)
    await until(lambda: telegram_faults.hits)
    bot.stop.set()
    await bot.ends(2)
    never.set()


async def test_telegram_is_waited_for_and_sources_are_read_meanwhile(
    telegram_faults: Faults, configured: Settings, papers_source: DailyPapers, ada: Someone,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(updates, "FIRST_PAUSE_SECONDS", 0.05)
    release = asyncio.Event()
    telegram_faults.hang_up("getMe", after=False)
    telegram_faults.status("getMe", 404)
    telegram_faults.hang("getMe", release)
    papers_source.publish(entry())
    async with running(configured):
        await until(lambda: any("new=1" in line for line in lines(caplog, logging.INFO)))
        assert ada.messages == []
        release.set()
        await ada.asks("/search routers", "Sparse Routers")
    first, second = lines(caplog)
    assert first.startswith("Telegram cannot be reached: ")
    assert second == "Telegram cannot be reached: the answer is not Telegram's; trying again in 0 s"


async def test_a_token_that_was_never_right_ends_the_start(configured: Settings, telegram: TelegramServer) -> None:
    telegram.token = "424242:another"
    with pytest.raises(TokenRefused, match="get a new one from @BotFather") as caught:
        await Running(configured).ends()
    assert "demo-token" not in str(caught.value)


async def test_a_token_that_is_revoked_ends_the_bot(
    configured: Settings, telegram: TelegramServer, ada: Someone
) -> None:
    bot = Running(configured)
    await ada.asks("/start", "paper")
    telegram.token = "424242:another"
    ada.say("/help")
    with pytest.raises(TokenRefused, match="@BotFather"):
        await bot.ends()


async def test_a_token_that_is_revoked_is_noticed_by_delivery(
    configured: Settings, telegram_faults: Faults, papers_source: DailyPapers, ada: Someone
) -> None:
    await prepare(configured, ada.chat.id)
    telegram_faults.refuse("sendMessage", 401, "Unauthorized", times=9)
    papers_source.publish(entry())
    with pytest.raises(TokenRefused, match="@BotFather"):
        await Running(configured).ends()
    assert states(configured.storage.path) == [("2611.00001", "claimed")]


async def test_a_token_that_is_revoked_is_noticed_by_an_answer(
    configured: Settings, telegram_faults: Faults, ada: Someone
) -> None:
    bot = Running(configured)
    await ada.asks("/start", "paper")
    telegram_faults.refuse("sendMessage", 401, "Unauthorized", times=9)
    ada.say("/help")
    with pytest.raises(TokenRefused, match="@BotFather"):
        await bot.ends()


@pytest.mark.usefixtures("bot")
async def test_two_bots_on_one_database_are_one_too_many(configured: Settings, ada: Someone) -> None:
    await ada.asks("/start", "paper")
    with pytest.raises(AlreadyRunning):
        await Running(configured).ends()
    await ada.asks("/help", "/subscribe")


async def test_a_foreign_database_ends_the_start(configured: Settings, telegram: TelegramServer) -> None:
    with closing(sqlite3.connect(configured.storage.path)) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    with pytest.raises(ForeignDatabase):
        await Running(configured).ends()
    assert telegram.calls == []


async def test_a_subscription_that_cannot_be_read_any_more_costs_only_itself(
    configured: Settings, papers_source: DailyPapers, ada: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    await prepare(configured, ada.chat.id, query="((")
    await prepare(configured, ada.chat.id)
    papers_source.publish(entry())
    async with running(configured):
        await ada.hears("Sparse Routers", kind="new")
    assert lines(caplog) == [
        "subscription=1 cannot be read any more and matches nothing: this parenthesis is never closed"
    ]


async def test_two_programs_that_ask_for_updates_are_told_of_once(
    bot: Running, telegram_faults: Faults, ada: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    await ada.asks("/start", "paper")
    telegram_faults.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2)
    ada.say("/help")
    await ada.hears("/subscribe", within=6)
    assert lines(caplog) == ["another program asks for this bot's updates; stop it; trying again"]
    assert not bot.stop.is_set()
