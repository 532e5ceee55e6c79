"""`paperwire run` as a process of its own: how it stops, and what is left when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.chats import Person
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import TelegramServer
from bot.settings import Settings
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.faults import Faults
from tests.servers.people import Someone
from tests.serving import prepare, settings, until

ROOT = Path(__file__).parent.parent
IN_FLIGHT = 8

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def configured(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path) -> Settings:
    return settings(telegram, papers_source, tmp_path / "paperwire.db")


@pytest.fixture
async def start(configured: Settings, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts the bot with a configuration from the environment alone; further variables are given by name."""
    hf, telegram = configured.sources.huggingface, configured.telegram
    variables = {
        "TELEGRAM__TOKEN": telegram.token,
        "TELEGRAM__API_URL": telegram.api_url,
        "STORAGE__PATH": configured.storage.path,
        "SOURCES__HUGGINGFACE__URL": hf.url,
        "SOURCES__HUGGINGFACE__POLL_SECONDS": str(hf.poll_seconds),
        "SOURCES__ARXIV__ENABLED": "false",
        "DELIVERY__MESSAGES_PER_SECOND": "500",
    }
    around = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "no_proxy": "*"}
    started: list[asyncio.subprocess.Process] = []

    async def start(**further: str) -> asyncio.subprocess.Process:
        given = {f"PAPERWIRE_{name}": value for name, value in {**variables, **further}.items()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=tmp_path, env=around | given, stderr=asyncio.subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: asyncio.subprocess.Process, within: float = 10) -> tuple[int | None, list[str]]:
    """The exit code, and what was said on stderr."""
    async with asyncio.timeout(within):
        _, said = await process.communicate()
    return process.returncode, said.decode().splitlines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly(
    start: Start, telegram: TelegramServer, papers_source: DailyPapers, ada: Someone, number: signal.Signals
) -> None:
    papers_source.publish(entry())
    process = await start()
    await ada.asks("/start", "paper", within=20)
    await until(lambda: papers_source.requests)
    process.send_signal(number)
    code, said = await ended(process)
    assert code == 0
    assert said[-1].endswith("bot.app: stopped")
    assert all(" INFO " in line or (" WARNING " in line and "below the advised" in line) for line in said)
    assert telegram.token.partition(":")[2] not in "".join(said)


async def test_a_kill_amid_deliveries_loses_nothing_and_repeats_at_most_what_was_in_flight(
    start: Start, telegram: TelegramServer, telegram_faults: Faults, papers_source: DailyPapers, configured: Settings
) -> None:
    people = [Someone(telegram, Person(number)) for number in range(1001, 1031)]
    await prepare(configured, *(someone.chat.id for someone in people))
    papers = [entry(f"2611.0000{number}", f"Sparse Routers {number}") for number in range(2)]
    papers_source.publish(*papers)
    process = await start()
    calls = 0

    async def killed(perform: Perform) -> Answer:
        nonlocal calls
        calls += 1
        answer = await perform()
        if calls == 20:
            process.kill()
        return answer

    telegram_faults.add("sendMessage", killed, times=1000)
    code, _ = await ended(process, 20)
    assert code == -signal.SIGKILL
    assert 20 <= calls <= 20 + IN_FLIGHT

    def arrived() -> Counter[tuple[int, str]]:
        """How often each paper came to each chat."""
        return Counter(
            (someone.chat.id, message.text.split("\n")[0]) for someone in people for message in someone.messages
        )

    again = await start()
    await until(lambda: len(arrived()) == 60, 20)
    again.terminate()
    code, said = await ended(again)
    assert code == 0
    assert {title for _, title in arrived()} == {"Sparse Routers 0", "Sparse Routers 1"}
    assert max(arrived().values()) <= 2
    assert sum(arrived().values()) - 60 <= IN_FLIGHT
    assert any("were in flight when the last run ended; they are sent again" in line for line in said)
    with closing(sqlite3.connect(configured.storage.path)) as file:
        assert file.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall() == [("sent", 60)]


async def test_what_keeps_it_from_starting_is_one_line(start: Start, telegram: TelegramServer) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        hook = {"URL": "https://bot.example.org/hook", "PORT": port, "SECRET_TOKEN": "s3cret"}
        processes = [
            await start(**{f"TELEGRAM__WEBHOOK__{name}": value for name, value in hook.items()}),
            await start(TELEGRAM__TOKEN="1:never-given", STORAGE__PATH="other.db"),
            await start(STORAGE__PATH="nowhere/x.db"),
        ]
        ends = [await ended(process, 20) for process in processes]
    assert [code for code, _ in ends] == [1, 1, 1]
    port_taken, refused, nowhere = ([line for line in said if "below the advised" not in line] for _, said in ends)
    assert port_taken[0].startswith(f"paperwire run: telegram.webhook: 127.0.0.1:{port} cannot be listened on: ")
    assert refused == ["paperwire run: Telegram does not accept telegram.token; get a new one from @BotFather"]
    assert nowhere == [
        "paperwire run: nowhere/x.db: its folder does not exist; make it, or set storage.path to another place"
    ]
    assert len(port_taken) == 1
    assert telegram.methods.commands == {}
