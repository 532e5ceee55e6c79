"""The port for who watches: health, and numbers that tell of nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest
import sqlite_utils

from bot.demo.telegram_server import TelegramServer
from bot.errors import PaperwireError
from bot.settings import Settings
from storage import chats, gauges, outbox, papers, topics
from storage.database import Database
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests import factories
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.people import Someone
from tests.serving import Running, prepare, running, settings


@pytest.fixture
def watched(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path, free_port: int) -> Settings:
    """A configuration with a port to be asked at."""
    plain = settings(telegram, papers_source, tmp_path / "paperwire.db")
    return Settings.model_validate(plain.model_dump() | {"monitoring": {"port": free_port}})


async def ask(configured: Settings, path: str) -> httpx.Response:
    assert configured.monitoring
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{configured.monitoring.port}{path}")


async def test_numbers_of_a_running_bot(watched: Settings, papers_source: DailyPapers, ada: Someone) -> None:
    await prepare(watched, 1001)
    async with running(watched):
        papers_source.publish(entry(title="Sparse routers"))
        await ada.hears("Sparse routers")
        await ada.asks("/search secret-words", "no papers")
        health = (await ask(watched, "/health")).json()
        assert health["status"] == "ok" and health["waiting"] == 0
        assert health["sources"]["huggingface"]["failures"] == 0
        assert 0 <= health["sources"]["huggingface"]["read_seconds_ago"] < 60
        told = (await ask(watched, "/metrics")).text
        for line in (
            'paperwire_papers_total{change="new",source="huggingface"} 1.0',
            "paperwire_queued_total 1.0",
            'paperwire_sends_total{outcome="sent"} 1.0',
            "paperwire_seen_to_sent_seconds_count 1.0",
            'paperwire_answer_seconds_count{kind="message"} 1.0',
            "paperwire_archive_papers 1.0",
            'paperwire_log_lines_total{level="error"} 0.0',
            "paperwire_outbox_rows 0.0",
            'paperwire_source_failures{source="huggingface"} 0.0',
        ):
            assert line in told
        named = re.sub(r" \S+$", "", told, flags=re.M)  # figures have any digits
        assert "secret" not in named and "1001" not in named and "outers" not in named
        assert (await ask(watched, "/")).status_code == 404


async def test_a_port_that_is_taken_ends_the_start_in_one_line(watched: Settings, ada: Someone) -> None:
    async with running(watched):
        await ada.asks("/start")
        elsewhere = watched.storage.model_copy(update={"path": f"{watched.storage.path}2"})
        other = watched.model_copy(update={"storage": elsewhere})
        said = r"monitoring: 127\.0\.0\.1:\d+ cannot be listened on: .*; set another monitoring\.port"
        with pytest.raises(PaperwireError, match=said):
            await Running(other).ends()


async def test_nobody_listens_unless_it_is_configured(
    telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path
) -> None:
    assert settings(telegram, papers_source, tmp_path / "paperwire.db").monitoring is None


async def test_what_waits_for_who_cannot_be_written_to_is_no_delay(database: Database) -> None:
    now = datetime(2026, 7, 3, 12, tzinfo=UTC)
    due = now - timedelta(minutes=2)

    def queue(db: sqlite_utils.Database) -> None:
        papers.save(db, factories.paper(), [], due)
        for chat_id, thread in ((11, 0), (-12, 0), (-13, 5)):
            chats.ensure(db, Chat(chat_id, thread, "supergroup", Mode.INSTANT, time(9), "UTC", created_at=due))
            row = NewDelivery(chat_id, thread, factories.paper().id, ("routers",), due)
            outbox.enqueue(db, [row], due - timedelta(hours=chat_id == -12))
        chats.mute(db, -12, now)
        topics.lose(db, -13, 5, now)

    await database.write(queue)
    told = await database.read(gauges.read, now)
    assert (told.waiting, told.due, told.overdue) == (1, 1, 120)
