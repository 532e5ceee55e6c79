"""The connection that asks for updates, and the patience of a start: what the operator hears, and how often."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot import updates
from bot.demo.loopback import Answer
from bot.demo.telegram_server import TelegramServer
from bot.errors import PaperwireError, TokenRefused
from bot.settings import TelegramSettings
from tests.servers.faults import Faults

AnyApplication = Application[Any, Any, Any, Any, Any, Any]  # Any: the library's own parameters
AGAIN = "Telegram answers again"


class Asking:
    """A bot that asks for updates. refused: how often it was told that its token is not accepted."""

    def __init__(self, telegram: TelegramServer) -> None:
        self.refused = 0
        line = updates.Line(self._refused)
        self.bot = ExtBot(telegram.token, base_url=f"{telegram.url}/bot", get_updates_request=line)

    def _refused(self) -> None:
        self.refused += 1

    async def asks(self) -> TelegramError | None:
        """Ask once; gives what the library hears."""
        try:
            await self.bot.get_updates(timeout=0)
        except TelegramError as error:
            return error
        return None


@pytest.fixture
async def asking(telegram: TelegramServer, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Asking]:
    caplog.set_level(logging.INFO, "bot")
    asking = Asking(telegram)
    async with asking.bot:
        yield asking


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("bot")]


async def test_another_program_that_asks_is_told_of_once_and_once_when_it_is_gone(
    asking: Asking, telegram_faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    telegram_faults.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=3)
    assert [type(await asking.asks()) for _ in range(3)] == [Conflict] * 3
    assert lines(caplog) == ["another program asks for this bot's updates; stop it; trying again"]
    assert [await asking.asks() for _ in range(2)] == [None, None]
    assert lines(caplog)[1:] == [AGAIN]


async def test_a_telegram_that_is_down_is_told_of_once(
    asking: Asking, telegram_faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    telegram_faults.refuse("getUpdates", 500, "Internal Server Error", times=2)
    telegram_faults.hang_up("getUpdates", after=False, times=2)
    assert all(isinstance(error, NetworkError) for error in [await asking.asks() for _ in range(4)])
    down, broken = lines(caplog)
    assert down == "Telegram answers with status 500; trying again"
    assert broken.startswith("Telegram cannot be reached: ")
    await asking.asks()
    assert lines(caplog)[2:] == [AGAIN]


@pytest.mark.parametrize("status", [200, 401, 404, 502])
async def test_a_page_of_something_else_is_waited_out_whatever_its_status(
    asking: Asking, telegram_faults: Faults, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    telegram_faults.answer("getUpdates", Answer(status, "<html>Please log in</html>"), times=2)
    for _ in range(2):
        error = await asking.asks()
        assert isinstance(error, NetworkError) and not isinstance(error, InvalidToken)
    assert lines(caplog) == [f"Telegram cannot be reached: something else answers with status {status}; trying again"]
    assert asking.refused == 0
    assert await asking.asks() is None


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_token_that_is_not_accepted_is_passed_on(
    asking: Asking, telegram_faults: Faults, caplog: pytest.LogCaptureFixture, status: int, description: str
) -> None:
    telegram_faults.refuse("getUpdates", status, description)
    assert isinstance(await asking.asks(), InvalidToken)
    assert asking.refused == 1
    assert lines(caplog) == []


@pytest.fixture
async def application(telegram: TelegramServer) -> AsyncIterator[AnyApplication]:
    builder = ApplicationBuilder().token(telegram.token).base_url(f"{telegram.url}/bot").job_queue(None)
    application = builder.build()
    yield application
    await application.shutdown()
    await application.bot.shutdown()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each pause was to be; none of them takes any time."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    return waited


async def test_a_start_waits_longer_and_longer_and_as_long_as_telegram_asks(
    application: AnyApplication,
    telegram_faults: Faults,
    waits: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram_faults.status("getMe", 502, times=2)
    telegram_faults.flood("getMe", 7)
    telegram_faults.status("getMe", 404)
    telegram_faults.hang_up("getMe", after=False, times=5)
    await updates.connect(application)
    assert application.bot.username == "paperwire_demo_bot"
    assert waits == [1, 2, 7, 8, 16, 32, 60, 60, 60]
    said = lines(caplog)
    assert said[2] == "Telegram asks to wait; trying again in 7 s"
    assert said[3] == "Telegram cannot be reached: the answer is not Telegram's; trying again in 8 s"
    assert len(said) == 9
    assert not any("demo-token" in line or "\n" in line for line in said)


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_start_with_a_wrong_token_ends(
    application: AnyApplication,
    telegram_faults: Faults,
    waits: list[float],
    status: int,
    description: str,
) -> None:
    telegram_faults.refuse("getMe", status, description)
    with pytest.raises(TokenRefused, match="get a new one from @BotFather") as caught:
        await updates.connect(application)
    assert waits == []
    assert "demo-token" not in str(caught.value)


async def test_a_token_is_identified(telegram: TelegramServer, telegram_faults: Faults) -> None:
    asked = TelegramSettings(token=telegram.token, api_url=telegram.url)
    assert await updates.identify(asked) == "@paperwire_demo_bot; long polling"
    with pytest.raises(TokenRefused, match="the token is not accepted"):
        await updates.identify(TelegramSettings(token="1:wrong", api_url=telegram.url))
    telegram_faults.status("getMe", 404)
    with pytest.raises(PaperwireError, match=r"http://127\.0\.0\.1:\d+ cannot be asked: the answer is not Telegram's"):
        await updates.identify(asked)
    telegram_faults.hang_up("getMe", after=False)
    with pytest.raises(PaperwireError, match="cannot be asked: ") as caught:
        await updates.identify(asked)
    assert "demo-token" not in str(caught.value)
