"""Taste: how many of a digest's first ten papers a reader wanted, by score alone and lifted by what was liked before.

Readers are simulated, each with an interest that nothing here reads: papers to which Hugging Face gave one of a few key
words that go together (weekly digests of its papers), or that arXiv lists in one category (daily digests of all). Each
follows three broad words, likes papers of the first half of the recorded days that these brought and that are of the
interest, one in ten likes by mistake, and reads the digests of the second half. Every second reader chooses the lift;
reported is what it does for the others, with the standard error over readers.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from benchmarks import corpus
from bot import likeness, ordering, taste
from storage.ratings import Liking
from storage.records import Paper
from storage.text import terms

SHOWN = 10
GOALS = {5: 0.0, 20: 0.01}
LIFTS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_MISTAKEN = 0.1
_COMMON = 0.1  # as the archive counts: what more papers say tells nothing
_BROAD = (0.05, 0.3)  # of all papers, what a broad word finds
_DRAWS = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """wanted: ids of the papers of the interest. liked: what may be liked. digests: what each brings, with its moment
    and how many of the three words each paper has."""

    wanted: frozenset[str]
    liked: Sequence[Paper]
    others: Sequence[Paper]
    digests: Sequence[tuple[datetime, Sequence[Paper], dict[str, int]]]


Stems = dict[str, set[str]]
Vectors = dict[str, likeness.Vector]


def run(seed: int = 1) -> None:
    """Print precision at 10 for both kinds of readers, at 5 and at 20 likes."""
    papers = _listed()
    stems = {paper.id: {*terms(paper.title).stems, *terms(paper.abstract).stems} for paper in papers}
    shares = _shares(stems)
    vectors = {paper.id: likeness.vector(paper, shares) for paper in papers}
    voted = [paper for paper in papers if paper.keywords]
    kinds = {
        "key words, weekly": [_reader(voted, wanted, 7, stems) for wanted in _by_key_words(voted)],
        "categories, daily": [_reader(papers, wanted, 1, stems) for wanted in _by_category(papers)],
    }
    for likes, goal in GOALS.items():
        readers = {kind: [one for one in some if one and len(one.liked) >= likes] for kind, some in kinds.items()}
        trial = _Trial(likes, shares, vectors, seed)
        choosing = [gains for some in readers.values() for gains in map(trial.gains, some[::2])]
        print(f"  {likes} likes, by lift over {len(choosing)} readers, precision (votes of the ten):", flush=True)
        for lift in LIFTS:
            precision, votes = (statistics.fmean(column) for column in zip(*(g[lift] for g in choosing), strict=True))
            print(f"    {lift:g}: {precision:+.3f} ({math.exp(votes):.2f} ×)")
        for kind, some in readers.items():
            alone = statistics.fmean(_first(reader, {}, 0.0)[0] for reader in some[1::2])
            gains = [trial.gains(reader)[ordering.LIFT][0] for reader in some[1::2]]
            mean, error = statistics.fmean(gains), statistics.stdev(gains) / math.sqrt(len(gains))
            better = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
            print(
                f"  {likes} likes, {kind}: {alone:.3f} alone, {alone + mean:.3f} with taste ({mean:+.3f} ± {error:.3f};"
                f" better for {better[0]}, worse for {better[1]} of {len(gains)})   goal {goal:+.2f}",
                flush=True,
            )


@dataclass(frozen=True, slots=True)
class _Trial:
    """What so many likes do."""

    likes: int
    shares: dict[str, float]
    vectors: Vectors
    seed: int

    def gains(self, reader: Reader) -> dict[float, tuple[float, float]]:
        """What taste adds to a reader's precision, and to the logarithm of the votes, by lift; the mean of some draws
        of likes."""
        alone = _first(reader, {}, 0.0)
        found: dict[float, list[tuple[float, float]]] = {lift: [] for lift in LIFTS}
        for draw in range(_DRAWS):
            near = self._near(reader, random.Random(f"{self.seed} {draw}"))
            for lift, gains in found.items():
                precision, votes = _first(reader, near, lift)
                gains.append((precision - alone[0], votes - alone[1]))
        return {lift: _mean(gains) for lift, gains in found.items()}

    def _near(self, reader: Reader, chance: random.Random) -> dict[str, float]:
        mistakes = sum(chance.random() < _MISTAKEN for _ in range(self.likes))
        liked = chance.sample(reader.liked, self.likes - mistakes) + chance.sample(reader.others, mistakes)
        liking = Liking(tuple(liked))
        known = taste.taste(liking, {stem: self.shares[stem] for stem in taste.stems(liking) if stem in self.shares})
        return {
            paper.id: taste.nearness(self.vectors[paper.id], known)
            for _, papers, _ in reader.digests
            for paper in papers
        }


def _first(reader: Reader, near: dict[str, float], lift: float) -> tuple[float, float]:
    """Of the first papers of the digests: the share that is wanted, and the mean logarithm of 1 + votes."""
    found = []
    for now, papers, queries in reader.digests:
        first = ordering.best_first(papers, queries, now, near, lift=lift)[:SHOWN]
        wanted = sum(paper.id in reader.wanted for paper in first) / SHOWN
        found.append((wanted, statistics.fmean(math.log1p(paper.upvotes or 0) for paper in first)))
    return _mean(found)


def _mean(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    one, other = zip(*pairs, strict=True)
    return statistics.fmean(one), statistics.fmean(other)


def _reader(papers: Sequence[Paper], wanted: frozenset[str], days: int, stems: Stems) -> Reader | None:
    """None where the words bring too little to tell an order from another."""
    words = _broad(papers, wanted, stems)
    queries = {paper.id: len(words & stems[paper.id]) for paper in papers}
    brought = [paper for paper in papers if queries[paper.id]]
    middle = _day(brought[len(brought) // 2])
    before = [paper for paper in brought if _day(paper) < middle]
    after = [paper for paper in brought if _day(paper) >= middle]
    digests = []
    for first in range(0, (_day(after[-1]) - middle).days + 1, days):
        begin, end = middle + timedelta(first), middle + timedelta(first + days)
        now = datetime(end.year, end.month, end.day, 9, tzinfo=UTC)
        held = [paper for paper in after if begin <= _day(paper) < end]
        hits = sum(paper.id in wanted for paper in held)
        if len(held) >= 2 * SHOWN and 0 < hits < len(held):
            digests.append((now, held, queries))
    liked = [paper for paper in before if paper.id in wanted]
    return Reader(wanted, liked, [p for p in before if p.id not in wanted], digests) if digests else None


def _broad(papers: Sequence[Paper], wanted: frozenset[str], stems: Stems) -> set[str]:
    """The three broad words that most papers of the interest have."""
    everywhere = Counter(stem for paper in papers for stem in stems[paper.id])
    here = Counter(stem for paper in papers if paper.id in wanted for stem in stems[paper.id])
    least, most = (share * len(papers) for share in _BROAD)
    broad = [stem for stem in here if least <= everywhere[stem] <= most and likeness.says_something(stem)]
    return set(sorted(broad, key=lambda stem: (-here[stem] / everywhere[stem] ** 0.5, stem))[:3])


def _by_key_words(papers: Sequence[Paper]) -> Iterator[frozenset[str]]:
    """Papers with a key word or one of the eight that stand beside it most, relative to how often they stand at all."""
    having: dict[str, set[str]] = {}
    for paper in papers:
        for word in paper.keywords:
            having.setdefault(word.casefold(), set()).add(paper.id)
    for word in sorted(word for word, ids in having.items() if 6 <= len(ids) <= 90):
        ids = having[word]
        beside = sorted(
            (other for other in having if other != word and len(having[other]) >= 3),
            key=lambda other: (-len(having[other] & ids) / math.sqrt(len(having[other])), other),
        )
        yield frozenset(ids.union(*(having[other] for other in beside[:8])))


def _by_category(papers: Sequence[Paper]) -> Iterator[frozenset[str]]:
    """Papers of a category that is neither rare nor what most papers are in."""
    counts = Counter(category for paper in papers for category in paper.categories)
    for category in sorted(name for name, count in counts.items() if 40 <= count <= 1000):
        yield frozenset(paper.id for paper in papers if category in paper.categories)


def _shares(stems: Stems) -> dict[str, float]:
    counts = Counter(stem for each in stems.values() for stem in each)
    return {stem: count / len(stems) for stem, count in counts.items() if count <= _COMMON * len(stems)}


def _listed() -> list[Paper]:
    """The papers with the moment of their listing, in that order."""
    days: dict[str, datetime] = {}
    for file in sorted((corpus.RECORDED / "arxiv").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            days |= {json.loads(line)["id"]: _moment(file.name) for line in lines}
    for file in sorted((corpus.RECORDED / "huggingface").glob("*.json.gz"), reverse=True):
        with gzip.open(file, "rt", encoding="utf-8") as day:
            days |= {entry["paper"]["id"]: _moment(file.name) for entry in json.load(day)}
    papers = [replace(paper, listed_at=paper.listed_at or days[paper.id]) for paper in corpus.papers()]
    return sorted(papers, key=lambda paper: (_day(paper), paper.id))


def _moment(name: str) -> datetime:
    return datetime.fromisoformat(name[:10]).replace(tzinfo=UTC)


def _day(paper: Paper) -> date:
    assert paper.listed_at is not None
    return paper.listed_at.date()
