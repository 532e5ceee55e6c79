"""Whose turn it is."""

from __future__ import annotations

from bot.turns import Place, Turns

ANNA, BEN, CARL = (1, 0), (2, 0), (3, 0)


def free(_: Place) -> float:
    """Everyone may get a message now."""
    return 0.0


def test_who_got_least_comes_first_and_then_who_waits_longest() -> None:
    """A newcomer passes those who got something already, but not those who did not."""
    turns = Turns()
    turns.offer([ANNA])
    assert turns.take(1, free) == ([ANNA], float("inf"))
    turns.served(ANNA)
    turns.offer([ANNA, BEN])
    turns.offer([CARL, BEN])
    assert turns.take(9, free)[0] == [BEN, CARL, ANNA]
    assert turns.take(9, free)[0] == []


def test_a_backlog_that_is_gone_is_forgotten() -> None:
    """Who comes back later is new again."""
    turns = Turns()
    turns.served(ANNA)
    turns.settled([BEN])
    turns.offer([BEN, ANNA])
    assert turns.given(ANNA) == 0
    assert turns.take(9, free)[0] == [BEN, ANNA]


def test_who_must_wait_is_passed_over_and_keeps_the_turn() -> None:
    """And the shortest wait is told."""
    turns = Turns()
    turns.offer([ANNA, BEN, CARL])
    waits = {ANNA: 3.0, BEN: 2.0, CARL: 0.0}
    assert turns.take(9, waits.__getitem__) == ([CARL], 2.0)
    assert turns.take(1, free)[0] == [ANNA]


def test_two_topics_of_a_forum_take_turns() -> None:
    """One message at a time goes to a chat."""
    turns = Turns()
    turns.offer([(-5, 1), (-5, 2), ANNA])
    assert turns.take(9, free)[0] == [(-5, 1), ANNA]
    assert turns.take(9, free)[0] == [(-5, 2)]
