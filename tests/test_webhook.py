"""The port that Telegram sends updates to: what it takes, what it refuses, and that a switch loses nothing."""

from __future__ import annotations

import json
import socket
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from bot.demo.telegram_server import TelegramServer
from bot.errors import PaperwireError
from bot.settings import Settings
from bot.webhook import LONGEST_UPDATE
from tests.servers.daily_papers import DailyPapers
from tests.servers.faults import Faults
from tests.servers.people import Someone
from tests.serving import Running, running, settings, until

SECRET = "s3cret-token"
METHODS = ("setWebhook", "deleteWebhook", "getUpdates")
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def polling(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path) -> Settings:
    return settings(telegram, papers_source, tmp_path / "paperwire.db")


@pytest.fixture
def hooked(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path, port: int) -> Settings:
    hook = {"url": "https://bot.example.org/hook/v.1", "port": port, "secret_token": SECRET}
    return settings(telegram, papers_source, tmp_path / "paperwire.db", webhook=hook)


async def test_only_telegram_is_listened_to(hooked: Settings, telegram: TelegramServer, ada: Someone) -> None:
    assert hooked.telegram.webhook
    update = {"update_id": 1, "message": ada.say("/start").json(telegram.methods.bot)}
    url = f"http://127.0.0.1:{hooked.telegram.webhook.port}"
    async with running(hooked), httpx.AsyncClient() as client:
        await until(lambda: telegram.methods.webhook == "https://bot.example.org/hook/v.1")

        async def status(path: str, secret: str = SECRET, content: bytes = json.dumps(update).encode()) -> int:
            headers = {HEADER: secret} if secret else {}
            return (await client.post(url + path, headers=headers, content=content)).status_code

        wrong = ("", "s3cret", SECRET + "x", SECRET.upper())
        assert [await status("/hook/v.1", secret) for secret in wrong] == [403] * 4
        assert [await status(path) for path in ("/", "/hook", "/hook/vx1", "/hook/v.1/more", "/.env")] == [404] * 5
        assert (await client.get(url + "/hook/v.1")).status_code == 405
        for length in (LONGEST_UPDATE + 1, 50 * LONGEST_UPDATE):
            with suppress(httpx.TransportError):  # the connection may be closed before all of it was sent
                assert await status("/hook/v.1", content=b" " * length) == 400
        assert ada.messages == []
        for nonsense in (b"", b"[1", b"[]", b"{}", b'{"update_id": "x"}', b"\xff"):
            assert await status("/hook/v.1", content=nonsense) == 200, "or Telegram would send it for ever"
        assert await status("/hook/v.1") == 200
        await ada.hears("paper")
        assert len(ada.messages) == 1
    assert not any(call.method == "getUpdates" for call in telegram.calls)


async def test_a_switch_to_the_webhook_and_back_loses_no_update(
    polling: Settings, hooked: Settings, telegram: TelegramServer, ada: Someone
) -> None:
    async with running(polling):
        await ada.asks("/start", "paper")
    ada.say("/help")
    async with running(hooked):
        await until(lambda: telegram.methods.webhook)
    assert telegram.unread == 1
    async with running(polling):
        await ada.hears("/subscribe")
    of = {method: [call.params for call in telegram.calls if call.method == method] for method in METHODS}
    assert [bool(of[method]) for method in METHODS] == [True, True, True]
    assert not any(call.get("drop_pending_updates") for calls in of.values() for call in calls)
    assert of["setWebhook"][0]["allowed_updates"] == of["getUpdates"][0]["allowed_updates"]
    assert of["setWebhook"][0]["secret_token"] == SECRET


async def test_a_webhook_that_telegram_does_not_take_is_said_in_one_sentence(
    hooked: Settings, telegram_faults: Faults
) -> None:
    telegram_faults.refuse("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
    with pytest.raises(PaperwireError, match=r"Telegram refuses telegram\.webhook\.url: (?i:bad webhook: https)"):
        await Running(hooked).ends()


async def test_a_port_that_is_taken_is_said_before_telegram_is_told(
    hooked: Settings, telegram: TelegramServer, port: int
) -> None:
    said = rf"telegram\.webhook: 127\.0\.0\.1:{port} cannot be listened on: "
    with closing(socket.create_server(("127.0.0.1", port))), pytest.raises(PaperwireError, match=said):
        await Running(hooked).ends()
    assert not any(call.method == "setWebhook" for call in telegram.calls)
