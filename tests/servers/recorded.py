"""Both sources on some days of June 2026, from what was recorded beside the checkout."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.corpus import RECORDED
from tests.servers.announcements import atom, rss
from tests.source_server import Asked, Reply

_Record = dict[str, Any]  # JSON as recorded


@dataclass
class RecordedDays:
    """Answers as of `today`, which may be moved. lists: Hugging Face's, whose votes grow by one a day.

    fresh, again: arXiv's announcements by id, again those of papers that it announced before: of each tenth, unless
    Hugging Face lists it, that was long ago. Its API says that the others were submitted on the working day before,
    and does not know those.
    """

    days: Sequence[date]
    today: date
    lists: dict[date, list[_Record]] = field(default_factory=dict)
    fresh: dict[date, dict[str, _Record]] = field(default_factory=dict)
    again: dict[date, dict[str, _Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known: set[str] = set()
        for day in self.days:
            self.lists[day] = json.loads(gzip.decompress((RECORDED / "huggingface" / f"{day}.json.gz").read_bytes()))
        for day in self.days:
            lines = gzip.decompress((RECORDED / "arxiv" / f"{day}.jsonl.gz").read_bytes()).splitlines()
            told = {record["id"]: record for record in map(json.loads, lines)}
            known |= {id for id in told.keys() - self.listed(*self.days) if id.endswith("7")}
            self.fresh[day] = {id: record for id, record in told.items() if id not in known}
            self.again[day] = {id: record for id, record in told.items() if id in known}
            known |= told.keys()

    def listed(self, *days: date) -> set[str]:
        """Papers on Hugging Face's lists of these days."""
        return {entry["paper"]["id"] for day in days for entry in self.lists.get(day, [])}

    def announced(self, *days: date) -> set[str]:
        """Papers that arXiv announced on these days for the first time."""
        return {id for day in days for id in self.fresh[day]}

    def replaced(self, *days: date) -> set[str]:
        """Papers of which arXiv announced a new version on these days."""
        return {id for day in days for id in self.again[day]}

    def __call__(self, asked: Asked) -> Reply:
        body = self._body(asked)
        etag = f'"{hash(body)}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body, headers={"ETag": etag})

    def _body(self, asked: Asked) -> str:
        if asked.path.startswith("/rss/"):
            return rss(*self._items(), day=self.today)
        if asked.path == "/api/query":
            found = list(self._found(asked.query))
            start, count = int(asked.query.get("start", 0)), int(asked.query["max_results"])
            return atom(*found[start : start + count], total=len(found))
        return json.dumps(list(self._listed(date.fromisoformat(asked.query["date"]))))

    def _listed(self, day: date) -> Iterator[_Record]:
        for entry in self.lists.get(day, []) if day <= self.today else ():
            votes = entry["paper"]["upvotes"] + (self.today - day).days
            yield {**entry, "paper": {**entry["paper"], "upvotes": votes}}

    def _items(self) -> Iterator[str]:
        for kind, version, told in (("new", 1, self.fresh), ("replace", 2, self.again)):
            for id, record in told.get(self.today, {}).items():
                yield _item(f"{id}v{version}", kind, record, self.today)

    def _found(self, query: dict[str, str]) -> Iterator[str]:
        ids = query.get("id_list", "").split(",")
        for day, told in self.fresh.items():
            submitted = day - timedelta(days=3 if day.weekday() == 0 else 1)
            asked_for = f"[{submitted:%Y%m%d}0000 TO " in query.get("search_query", "")
            for id, record in told.items() if day <= self.today else ():
                if asked_for or id in ids:
                    yield _entry(record, submitted)


def _item(version: str, kind: str, record: _Record, day: date) -> str:
    categories = "".join(f"<category>{name}</category>" for name in record["categories"])
    return f"""<item><title>{escape(record["title"])}</title><guid isPermaLink="false">oai:arXiv.org:{version}</guid>
      <description>arXiv:{version} Announce Type: {kind} \nAbstract: {escape(record["summary"])}</description>
      {categories}<pubDate>{day:%a, %d %b %Y} 00:00:00 -0400</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>
      <dc:creator>{escape(", ".join(record["authors"]))}</dc:creator></item>"""


def _entry(record: _Record, submitted: date) -> str:
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in record["authors"])
    categories = "".join(f'<category term="{name}"/>' for name in record["categories"])
    return f"""<entry><id>http://arxiv.org/abs/{record["id"]}v1</id><title>{escape(record["title"])}</title>
      <published>{submitted}T09:00:00Z</published><summary>{escape(record["summary"])}</summary>{names}{categories}
      <arxiv:comment>{escape(record["comment"] or "")}</arxiv:comment></entry>"""
