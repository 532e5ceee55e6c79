"""Fixtures of real parts: a Bot API server and a source on loopback, a database in a file."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from storage.database import Database
from tests.delivering import Bot
from tests.servers.daily_papers import DailyPapers
from tests.servers.faults import Faults
from tests.servers.people import Someone

os.environ["no_proxy"] = "*"  # every server of the tests is on loopback
os.environ["PTB_TIMEDELTA"] = "true"  # as the bot's Pace sets it, whichever test comes first


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A Bot API server; give `url` and `token` to the bot."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def ada(telegram: TelegramServer) -> Someone:
    """A person in a private chat with the bot."""
    return Someone(telegram, Person(1001, "Ada"))


@pytest.fixture
def telegram_faults(telegram: TelegramServer) -> Faults:
    """What goes wrong with calls of the bot."""
    telegram.intercept = faults = Faults()
    return faults


@pytest.fixture
async def papers_source() -> AsyncIterator[DailyPapers]:
    """Hugging Face's daily lists, empty until the test fills `days`."""
    server = DailyPapers()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def source_faults(papers_source: DailyPapers) -> Faults:
    """What goes wrong with requests for papers."""
    papers_source.intercept = faults = Faults()
    return faults


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A new database in a file."""
    opened = await Database.open(tmp_path / "paperwire.db")
    yield opened
    await opened.close()


@pytest.fixture
async def bot(telegram: TelegramServer, database: Database) -> AsyncIterator[Bot]:
    """A bot that only delivers, not started yet."""
    made = Bot(telegram, database)
    yield made
    await made.close()


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens at, below those that connections going out are given."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 50):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("no port is free")
