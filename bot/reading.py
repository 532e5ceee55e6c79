"""The sources as configured, ready to be read, for `run`, `fetch` and `check` alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings import SourcesSettings
from bot.sources import huggingface
from bot.sources.arxiv import Arxiv
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.huggingface import HuggingFace
from bot.sources.source import Searchable

CONTACT = "https://github.com/paperwire/paperwire"


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, how often it is read and how far back an empty archive is filled."""

    source: Searchable
    every: timedelta
    backfill_days: int


@asynccontextmanager
async def opened(
    settings: SourcesSettings, now: Callable[[], datetime], patience: float = 30
) -> AsyncIterator[tuple[Reading, ...]]:
    """The enabled sources, behind one client that closes at the end; patience: seconds of silence that it bears."""
    async with client(now, patience) as shared:
        yield behind(shared, settings)


def client(now: Callable[[], datetime], patience: float) -> Client:
    """Who makes all requests to sources."""
    return Client(CONTACT, now=now, timeout=patience)


def behind(shared: Client, settings: SourcesSettings) -> tuple[Reading, ...]:
    """The enabled sources, all behind one client."""
    return tuple(_readings(settings, shared))


def _readings(settings: SourcesSettings, client: Client) -> Iterator[Reading]:
    hf, arxiv = settings.huggingface, settings.arxiv
    if hf.enabled:
        gate = Gate(time.monotonic, asyncio.sleep, limit=huggingface.REQUESTS, window=huggingface.PER_SECONDS)
        yield Reading(HuggingFace(client, hf.url, gate), timedelta(seconds=hf.poll_seconds), hf.backfill_days)
    if arxiv.enabled:
        gate = Gate(time.monotonic, asyncio.sleep, interval=arxiv.request_interval_seconds)
        source = Arxiv(client, api_url=arxiv.api_url, feed_url=arxiv.feed_url, categories=arxiv.categories, gate=gate)
        yield Reading(source, timedelta(seconds=arxiv.poll_seconds), arxiv.backfill_days)
