"""Counts on cards: kept true for two days by edits, few and far between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import trending
from storage import cards, outbox
from storage.cards import COUNTED, FEW, LEFT_ALONE
from storage.database import Database
from tests.factories import paper, statement
from tests.rounds import Rounds, Told


@pytest.mark.parametrize(
    ("then", "now", "rises"),
    [
        ((5, None), (7, None), False),
        ((7, None), (8, None), True),
        ((8, None), (11, None), False),
        ((8, None), (12, None), True),
        ((None, 90), (None, 91), True),
        ((50, 91), (50, 120), False),
        ((40, 90), (20, 80), False),
        ((None, None), (16, None), True),
    ],
)
def test_a_change_is_notable_by_the_size_of_what_was(
    then: tuple[int | None, int | None], now: tuple[int | None, int | None], rises: bool
) -> None:
    was, became = (paper(upvotes=upvotes, stars=stars) for upvotes, stars in (then, now))
    assert trending.rose(was, became) is rises


@pytest.fixture
async def rounds(database: Database) -> Rounds:
    made = Rounds(database)
    await made.has_archive("arxiv")
    return made


async def sent(rounds: Rounds, told: Told, count: int = 1) -> None:
    """Let a chat get so many papers as cards."""
    await rounds.follow("routers")
    told.news = tuple(statement(f"2611.{n:05}", "arxiv", upvotes=3) for n in range(count))
    await rounds.round(told)
    ids = [row.id for row in await rounds.queued()]
    await rounds.send()
    await rounds.database.write(cards.note, ids)


async def voted(rounds: Rounds, told: Told, upvotes: int) -> None:
    told.news = tuple(replace(one, upvotes=upvotes) for one in told.news)
    await rounds.round(told)


async def stale(rounds: Rounds) -> list[int]:
    return [card.id for card in await rounds.database.read(cards.stale, rounds.now, 20)]


async def test_a_card_is_edited_for_its_counts_at_once_and_again_after_some_hours(rounds: Rounds) -> None:
    told = Told()
    await sent(rounds, told)
    rounds.now += timedelta(minutes=1)
    await voted(rounds, told, 30)
    [card] = await stale(rounds)
    await rounds.database.write(cards.refreshed, [card], rounds.now)
    rounds.now += timedelta(hours=1)
    await voted(rounds, told, 60)
    assert await stale(rounds) == []
    rounds.now += LEFT_ALONE
    assert await stale(rounds) == [card]


async def test_new_code_does_not_wait_for_that(rounds: Rounds) -> None:
    told = Told()
    await sent(rounds, told)
    told.news = tuple(replace(one, upvotes=30, repository="https://github.com/okafor/routers") for one in told.news)
    await rounds.round(told)
    assert len(await stale(rounds)) == 1


async def test_old_cards_stay_and_few_are_edited_at_once(rounds: Rounds) -> None:
    told = Told()
    await sent(rounds, told, FEW + 2)
    rounds.now += LEFT_ALONE
    await voted(rounds, told, 30)
    assert len(await stale(rounds)) == FEW
    rounds.now += COUNTED
    assert await stale(rounds) == []
    await voted(rounds, told, 60)
    assert await rounds.database.read(outbox.waiting, 1, 0) == []
