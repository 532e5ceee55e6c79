"""The demo's papers, all of them invented (samples.toml), as Hugging Face would list them around today."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

from bot.demo.chats import Json

_HALF_OF_THE_VOTES = timedelta(hours=12)
_DAY_OF_A_LATE_PAPER = timedelta(minutes=10)  # what comes during the demo lives faster, so that its votes are seen grow
_OVERNIGHT = timedelta(hours=9)  # what stands on today's list at the start has been read for some hours


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented paper; the fields are explained in samples.toml. days_ago or after says when it is listed."""

    title: str
    authors: list[str]
    abstract: str
    summary: str
    votes: int
    keywords: list[str]
    days_ago: int = 0
    after: int = 0
    repository: str = ""
    stars: int = 0
    code_after: int = 0
    project_page: str = ""
    organisation: str = ""
    models: tuple[str, ...] = ()


def load() -> tuple[Sample, ...]:
    """All samples."""
    given = tomllib.loads(files("bot.demo").joinpath("samples.toml").read_text("utf-8"))["paper"]
    return tuple(Sample(**paper | {"abstract": " ".join(paper["abstract"].split())}) for paper in given)


@dataclass(frozen=True, slots=True)
class Library:
    """The samples on lists whose days are counted from the moment at which the demo started (UTC)."""

    samples: tuple[Sample, ...]
    started: datetime

    def listed_at(self, sample: Sample) -> datetime:
        """When it appears: at the beginning of its day, or some seconds after the start."""
        if sample.after:
            return self.started + timedelta(seconds=sample.after)
        return datetime.combine(self.started.date() - timedelta(days=sample.days_ago), time(), UTC)

    def paper_id(self, sample: Sample) -> str:
        """As arXiv's: year and month of its publication, the day before the listing, and a number that grows in it."""
        published = self._published(sample)
        return f"{published:%y%m}.{published.day * 600 + 7 * self.samples.index(sample):05}"

    def listing(self, day: date, now: datetime) -> list[Json]:
        """The day's list as it looks now, newest first."""
        found = [(self.listed_at(sample), sample) for sample in self.samples]
        here = [(listed, sample) for listed, sample in found if listed.date() == day and listed <= now]
        here.sort(key=lambda pair: pair[0], reverse=True)
        return [self._entry(sample, listed, now) for listed, sample in here]

    def _published(self, sample: Sample) -> date:
        return self.listed_at(sample).date() - timedelta(days=1)

    def _entry(self, sample: Sample, listed: datetime, now: datetime) -> Json:
        growth = _growth(sample, now - listed)
        votes = max(1, round(sample.votes * growth))
        published = f"{self._published(sample)}T00:00:00.000Z"
        paper: Json = {
            "id": self.paper_id(sample),
            "title": sample.title,
            "summary": sample.abstract,
            "authors": [{"name": name, "hidden": False} for name in sample.authors],
            "publishedAt": published,
            "submittedOnDailyAt": listed.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "upvotes": votes,
            "ai_summary": sample.summary,
            "ai_keywords": sample.keywords,
        }
        if sample.project_page:
            paper["projectPage"] = sample.project_page
        if sample.models:
            paper["linkedModels"] = [{"id": name} for name in sample.models]
        if sample.repository and now - listed >= timedelta(seconds=sample.code_after):
            paper |= {"githubRepo": sample.repository, "githubStars": round(sample.stars * (0.5 + growth / 2))}
        if sample.organisation:
            paper["organization"] = {"fullname": sample.organisation}
        return {
            "paper": paper,
            "title": sample.title,
            "summary": sample.abstract,
            "publishedAt": published,
            "numComments": votes // 9,
        }


def _growth(sample: Sample, age: timedelta) -> float:
    """The share of its votes that a paper has at this age, from 0 to 1."""
    lived = age * (timedelta(days=1) / _DAY_OF_A_LATE_PAPER) if sample.after else age + _OVERNIGHT
    return float(1 - 0.5 ** (lived / _HALF_OF_THE_VOTES))
