"""The port for who watches: health, and numbers that tell of nobody."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.demo.telegram_server import TelegramServer
from bot.errors import PaperwireError
from bot.settings import Settings
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.people import Someone
from tests.serving import Running, prepare, running, settings


@pytest.fixture
def watched(telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path, unused_tcp_port: int) -> Settings:
    """A configuration with a port to be asked at."""
    plain = settings(telegram, papers_source, tmp_path / "paperwire.db")
    return Settings.model_validate(plain.model_dump() | {"monitoring": {"port": unused_tcp_port}})


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
        told = (await ask(watched, "/metrics")).text
        for line in (
            'paperwire_papers_total{change="new",source="huggingface"} 1.0',
            "paperwire_queued_total 1.0",
            'paperwire_sends_total{outcome="sent"} 1.0',
            "paperwire_seen_to_sent_seconds_count 1.0",
            'paperwire_answer_seconds_count{kind="message"} 1.0',
            "paperwire_archive_papers 1.0",
            "paperwire_outbox_rows 0.0",
            'paperwire_source_failures{source="huggingface"} 0.0',
        ):
            assert line in told
        assert "secret" not in told and "1001" not in told and "outers" not in told
        assert (await ask(watched, "/")).status_code == 404


async def test_a_port_that_is_taken_ends_the_start_in_one_line(watched: Settings) -> None:
    async with running(watched):
        elsewhere = watched.storage.model_copy(update={"path": f"{watched.storage.path}2"})
        other = watched.model_copy(update={"storage": elsewhere})
        with pytest.raises(PaperwireError, match=r"monitoring: 127\.0\.0\.1:\d+ cannot be listened on"):
            await Running(other).ends()


async def test_nobody_listens_unless_it_is_configured(
    telegram: TelegramServer, papers_source: DailyPapers, tmp_path: Path
) -> None:
    assert settings(telegram, papers_source, tmp_path / "paperwire.db").monitoring is None
