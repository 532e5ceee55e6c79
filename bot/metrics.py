"""What a running bot counts, in the form of Prometheus; kept whether or not anybody asks for it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.ingest import Ingested
from storage.numbers import Gauges

_FROM_SEEN = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600)
_LEVELS = ("warning", "error", "critical")
_OF_ANSWERS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers; each method counts one thing that happened."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._polls = Counter(
            "paperwire_polls", "Rounds of a source by outcome.", ["source", "outcome"], registry=registry
        )
        self._papers = Counter("paperwire_papers", "Papers by what a source did to the archive.", ["source", "change"],
                               registry=registry)  # fmt: skip
        self._queued = Counter("paperwire_queued", "Papers queued for chats.", registry=registry)
        self._sends = Counter("paperwire_sends", "Messages to chats by outcome.", ["outcome"], registry=registry)
        self._delays = Histogram("paperwire_seen_to_sent_seconds", "From a paper's match to its message.",
                                 buckets=_FROM_SEEN, registry=registry)  # fmt: skip
        self._answers = Histogram("paperwire_answer_seconds", "From an update to the end of its answer.", ["kind"],
                                  buckets=_OF_ANSWERS, registry=registry)  # fmt: skip
        self._lines = Counter("paperwire_log_lines", "Warnings and errors in the log.", ["level"], registry=registry)
        for level in _LEVELS:  # an alert sees the first one only as a step from nothing
            self._lines.labels(level)

    def read(self, source: str) -> None:
        """A source was read to the end."""
        self._polls.labels(source, "read").inc()

    def took(self, source: str, done: Ingested) -> None:
        """A part of what a source answered was taken in."""
        self._papers.labels(source, "new").inc(done.new)
        self._papers.labels(source, "changed").inc(done.changed)
        self._papers.labels(source, "skipped").inc(done.skipped)
        self._queued.inc(done.queued)

    def failed(self, source: str) -> None:
        """A source gave nothing usable."""
        self._polls.labels(source, "failed").inc()

    def sent(self, outcome: str, queued: Iterable[datetime], now: datetime) -> None:
        """A message came to an outcome; queued: when each of the papers in it was matched, where it arrived."""
        self._sends.labels(outcome).inc()
        for moment in queued:
            self._delays.observe(max((now - moment).total_seconds(), 0))

    def answered(self, kind: str, seconds: float) -> None:
        """An update of this kind (message, press, inline) was dealt with."""
        self._answers.labels(kind).observe(seconds)

    def handler(self) -> logging.Handler:
        """What counts the lines of a log."""
        return _Counting(self._lines)

    def shown(self, now: Gauges) -> bytes:
        """Everything in Prometheus' text format; now: what the database says."""
        registry = CollectorRegistry()
        registry.register(_Now(now))
        return generate_latest(self._registry) + generate_latest(registry)


class _Counting(logging.Handler):
    def __init__(self, lines: Counter) -> None:
        super().__init__(logging.WARNING)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        self._lines.labels(record.levelname.lower()).inc()


class _Now(Collector):
    """What is so at this moment."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """One family each."""
        told = (
            ("paperwire_archive_papers", "Papers in the archive.", self._gauges.papers),
            ("paperwire_chats", "Chats that can be reached.", self._gauges.chats),
            ("paperwire_subscriptions", "Subscriptions that were not ended.", self._gauges.subscriptions),
            ("paperwire_database_bytes", "Size of the database.", self._gauges.size),
            ("paperwire_outbox_rows", "Papers that wait for chats.", self._gauges.waiting),
            ("paperwire_outbox_due_rows", "Those that could be sent now.", self._gauges.due),
            ("paperwire_outbox_oldest_due_seconds", "For how long the oldest of these is due.", self._gauges.overdue),
        )
        for name, says, value in told:
            yield GaugeMetricFamily(name, says, value)
        ages = GaugeMetricFamily("paperwire_source_read_age_seconds", "Since a source was read.", labels=["source"])
        failures = GaugeMetricFamily("paperwire_source_failures", "Failures in a row.", labels=["source"])
        for source in self._gauges.sources:
            if source.age is not None:
                ages.add_metric([source.name], source.age)
            failures.add_metric([source.name], source.failures)
        yield ages
        yield failures
