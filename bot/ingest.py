"""What a batch of statements changes, in one transaction: merged, stored, matched, queued, and the cursor moved."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

import sqlite_utils

from bot import code_news, planning, queueing, trending
from bot import papers as paper_rules
from bot.matching import Match, Matcher, conditional, newly
from bot.sources.source import Batch
from storage import addresses, cards, chats, outbox, papers, renaming, retention, snapshots, sources, subscriptions
from storage.records import Paper, SourceState, Statement, Subscription

CONDITIONS_FOR = timedelta(days=30)  # how long after a paper was first seen a condition may still come true
_OF_ONE_TITLE = 20  # papers among which the one of an author is looked for

News = Callable[[Statement], bool]

_Key = tuple[int, int, str]  # chat, thread, paper
_Found = tuple[Paper, list[int], bool]  # whose queries a paper matches, and whether by a condition that became true


@dataclass(frozen=True, slots=True)
class Ingested:
    """Counts: papers that were new to the archive, known ones that changed, messages queued, records skipped."""

    new: int = 0
    changed: int = 0
    queued: int = 0
    skipped: int = 0

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(
            self.new + other.new,
            self.changed + other.changed,
            self.queued + other.queued,
            self.skipped + other.skipped,
        )


def ingest(
    db: sqlite_utils.Database,
    batch: Batch,
    *,
    source: str,
    is_news: News,
    matcher: Matcher,
    now: datetime,
    filling: bool = False,
) -> Ingested:
    """Take what a batch says and move the source's cursor; is_news: whether a statement may be pushed at all.

    filling: it is a backfill's.
    """
    taken = take(db, batch.statements, is_news=is_news, matcher=matcher, now=now, filling=filling)
    snapshots.thin(db, now)
    sources.save(db, replace(answered(sources.state(db, source), now), cursor=batch.cursor))
    return replace(taken, skipped=batch.skipped)


def take(
    db: sqlite_utils.Database,
    said: Sequence[Statement],
    *,
    is_news: News,
    matcher: Matcher,
    now: datetime,
    filling: bool = False,
) -> Ingested:
    """Store what sources say and queue what it means for chats.

    filling: a backfill says it, so that what a further source tells of a paper that never was news makes no condition
    come true: the archive would be pushed to whoever subscribes to a source while it is being filled.
    """
    with papers.saving(db, now) as save:
        intake = _Intake(db, save, said, matcher, now, filling)
        for statement in sorted(said, key=_outside_arxiv):  # what arXiv's id renames was not met in this batch
            intake.take(statement, is_news)
    queued = _queue(db, _wanted(db, intake.found, intake.hearing, now), now)
    return Ingested(intake.new, intake.changed, queued + len(intake.hearing))


class _Intake:
    """What statements of one transaction come to. found: whose queries papers match; hearing: who hears of new code."""

    def __init__(
        self,
        db: sqlite_utils.Database,
        save: papers.Save,
        said: Sequence[Statement],
        matcher: Matcher,
        now: datetime,
        filling: bool,
    ) -> None:
        ids = [statement.paper_id for statement in said]
        self._db, self._save, self._matcher, self._now, self._filling = db, save, matcher, now, filling
        self._told = papers.statements_of(db, ids)
        self._known = {paper.id: paper for paper in papers.many(db, ids)}
        self.found: list[_Found] = []
        self.hearing: set[_Key] = set()
        self.new = self.changed = 0

    def take(self, statement: Statement, is_news: News) -> None:
        """Store what a statement changes, and note whom it is for."""
        statement = self._of_the_same_work(statement)
        earlier = self._told.get(statement.paper_id, ())
        statements = paper_rules.revised(earlier, statement)
        if statements == earlier:
            return
        first_told = statement.source not in {other.source for other in earlier}
        news = first_told and not statement.replacement and is_news(statement)
        before = self._known.get(statement.paper_id)
        news = news and not (before is None and retention.is_retired(self._db, statement.paper_id))
        paper = self._save(_dated(paper_rules.merge(statements), before, self._now, news), before, statements)
        self._told[paper.id], self._known[paper.id] = statements, paper
        self.new, self.changed = self.new + (before is None), self.changed + (before is not None)
        archived = self._filling and first_told and paper.polled_at is None
        if before:
            self._spread(before, paper, archived)
        if not (before and archived):
            compared = _revised(before, paper) if before and statement.replacement else before
            self.found += _matches(self._matcher, compared, paper, self._now)

    def _of_the_same_work(self, statement: Statement) -> Statement:
        """The statement, of the paper that the archive has under another id where there is one."""
        if statement.paper_id in self._known or not (twin := _twin(self._db, statement)):
            return statement
        if paper_rules.is_arxiv_id(statement.paper_id):
            renaming.rename(self._db, twin.id, statement.paper_id)
            self._known.pop(twin.id, None)
            twin = replace(twin, id=statement.paper_id)
        if twin.id not in self._known:
            self._known[twin.id] = twin
            self._told |= papers.statements_of(self._db, [twin.id])
        return replace(statement, paper_id=twin.id)

    def _spread(self, before: Paper, paper: Paper, archived: bool) -> None:
        if trending.rose(before, paper):
            cards.outdate(self._db, paper.id, self._now)
        following = self._matcher if _conditions_count(before, self._now) and not archived else None
        places = code_news.spread(self._db, before, paper, following, self._now)
        self.hearing |= {(*place, paper.id) for place in places}


def answered(state: SourceState, now: datetime) -> SourceState:
    """The state of a source after a good answer, which ends a row of failures."""
    return replace(state, read_at=now, failures=0, failed_at=None, error="", retry_at=None)


def _outside_arxiv(statement: Statement) -> bool:
    return not paper_rules.is_arxiv_id(statement.paper_id)


def _twin(db: sqlite_utils.Database, statement: Statement) -> Paper | None:
    """The paper that the archive has under another id; at least one of the two ids is none of arXiv's."""
    if not statement.authors:
        return None
    outside_arxiv = paper_rules.is_arxiv_id(statement.paper_id)
    namesakes = papers.by_first_author(db, statement.authors[0], outside_arxiv=outside_arxiv)
    of_title = addresses.titled(db, statement.title, _OF_ONE_TITLE)  # by the same author in other letters: `M. Okafor`
    return next((paper for paper in chain(namesakes, of_title) if paper_rules.same_work(paper, statement)), None)


def _dated(paper: Paper, before: Paper | None, now: datetime, news: bool) -> Paper:
    """The merged paper with this archive's own dates; what was news once stays so."""
    first_seen = before.first_seen if before else now
    polled_at = before.polled_at if before and before.polled_at else now if news else None
    return replace(paper, first_seen=first_seen, polled_at=polled_at)


def _revised(before: Paper, after: Paper) -> Paper:
    """What a new version is compared with, so that only code, counts and a text that was unknown make it match."""
    text = after.abstract if before.abstract else ""
    return replace(after, abstract=text, code=before.code, upvotes=before.upvotes, stars=before.stars)


def _matches(matcher: Matcher, before: Paper | None, paper: Paper, now: datetime) -> list[_Found]:
    """Everything that it matches for news, afterwards what has become true."""
    if paper.polled_at and (before is None or before.polled_at is None):
        return [(paper, matcher.followers(paper), False)]
    if before is None or not _conditions_count(before, now):
        return []
    matches = newly(matcher, before, paper)
    by_condition = [match for match in matches if conditional(match.query)]
    others = [match for match in matches if not conditional(match.query)]
    return [(paper, _followers(others), False), (paper, _followers(by_condition), True)]


def _followers(matches: Iterable[Match]) -> list[int]:
    return [id for match in matches for id in match.subscriptions]


def _conditions_count(paper: Paper, now: datetime) -> bool:
    """Whether a condition that becomes true may still push the paper."""
    return paper.first_seen is not None and now - paper.first_seen <= CONDITIONS_FOR


def _wanted(
    db: sqlite_utils.Database, found: Sequence[_Found], hearing: Container[_Key], now: datetime
) -> dict[_Key, list[Subscription]]:
    """Which subscriptions the papers are for; a text that changed is only for who followed it before.

    hearing: those who hear by other news what has become true.
    """
    matching = {id for _, ids, _ in found for id in ids}
    following = {one.id: one for one in subscriptions.by_ids(db, matching, now)} if matching else {}
    wanted: dict[_Key, list[Subscription]] = {}
    for paper, ids, by_condition in found if following else ():
        for subscription in map(following.__getitem__, sorted(following.keys() & ids)):
            if by_condition or (paper.polled_at and subscription.created_at <= paper.polled_at):
                key = subscription.chat_id, subscription.thread, paper.id
                if not (by_condition and key in hearing):
                    wanted.setdefault(key, []).append(subscription)
    return wanted


def _queue(db: sqlite_utils.Database, wanted: Mapping[_Key, Sequence[Subscription]], now: datetime) -> int:
    """Enqueue what chats want, with their queries; gives how many rows are new."""
    found = [chats.get(db, *place) for place in {(chat_id, thread) for chat_id, thread, _ in wanted}]
    known = {(chat.id, chat.thread): chat for chat in found if chat}
    rows = []
    for (chat_id, thread, paper_id), matched in wanted.items():
        if chat := known.get((chat_id, thread)):
            slot = queueing.slot(chat, matched, now)
            queries = tuple(dict.fromkeys(one.query for one in matched))
            rows.append(outbox.NewDelivery(chat_id, thread, paper_id, queries, slot.at, slot.together))
    return outbox.enqueue(db, rows, now, lambda row: planning.matches_at(known[row.chat_id, row.thread], now))
