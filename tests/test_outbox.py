"""The outbox's promise: whatever happens in whatever order, no paper is lost, and only what was in flight repeats."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import claims, planning
from bot.claims import Chart, Claim
from bot.sender import Gone, MovedTo, Outcome, Rejected, RetryIn, Sent, TopicLost, Unreachable
from bot.settling import Faulty, Report, settle
from storage import chats, outbox, papers
from storage.database import connect
from storage.outbox import NewDelivery
from storage.records import Chat, Mode, Push
from tests.factories import paper

BEGIN = datetime(2026, 7, 3, 7, 0, tzinfo=UTC)
PLACES = ((11, 0), (12, 0), (-13, 5))
PAPERS = tuple(f"2607.{number:05}" for number in range(1, 31))


@contextmanager
def transaction(db: sqlite_utils.Database) -> Iterator[sqlite_utils.Database]:
    """Kept at the end; a kill before it keeps nothing."""
    db.execute("BEGIN IMMEDIATE")
    yield db
    db.execute("COMMIT")


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A database with papers, an instant chat, a daily chat and a topic with a trending list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        fill(path)
        Machine.template = path
        yield path


def fill(path: Path) -> None:
    """Make the database of the template."""
    db = connect(path)
    with transaction(db):
        for id in PAPERS:
            papers.save(db, paper(id, title=f"Paper {id}", listed_at=BEGIN), [], BEGIN)
        for (chat_id, thread), mode, push in zip(PLACES, Mode, (Push.OFF, Push.OFF, Push.DAILY), strict=False):
            kind = "private" if chat_id > 0 else "supergroup"
            chat = Chat(chat_id, thread, kind, mode, time(9), "UTC", trending=push)
            chats.ensure(db, planning.replanned(replace(chat, created_at=BEGIN), BEGIN))
    db.close()


class Machine(RuleBasedStateMachine):
    """A bot that may be killed between any two transactions, and Telegram, which remembers what it showed."""

    template: Path

    @initialize()
    def start(self) -> None:
        """A new file, a morning."""
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "paperwire.db"
        shutil.copy(self.template, self.path)
        self.now = BEGIN
        self.wanted: set[tuple[int, int, str]] = set()
        self.shown: Counter[tuple[int, int, str]] = Counter()
        self.repeatable: Counter[tuple[int, int, str]] = Counter()
        self.moved: dict[int, int] = {}
        self.reopen()

    def reopen(self) -> None:
        """As the process does when it starts."""
        self.db = connect(self.path)
        self.db.execute("PRAGMA synchronous = OFF")  # kills are played here, power cuts are not
        self.flying: list[Claim] = []
        self.chart = Chart()
        with transaction(self.db):
            outbox.recover(self.db)

    def place(self, place: tuple[int, int]) -> tuple[int, int]:
        """Where the chat is now."""
        return self.moved.get(place[0], place[0]), place[1]

    @rule(where=st.sampled_from(PLACES), which=st.sets(st.sampled_from(PAPERS), min_size=1, max_size=24))
    def papers_match(self, where: tuple[int, int], which: set[str]) -> None:
        """A poll brings papers for a chat."""
        place = self.place(where)
        with transaction(self.db):
            chat = chats.get(self.db, *place)
            assert chat
            due = planning.due(chat, self.now)
            outbox.enqueue(self.db, [NewDelivery(*place, id, ("routers",), due) for id in sorted(which)], self.now)
        self.wanted |= {(*where, id) for id in which}

    @precondition(lambda self: len(self.flying) < 3)
    @rule()
    def claim(self) -> None:
        """The next message of whoever is due is taken for sending."""
        busy = {claim.chat.id for claim in self.flying}
        due = [place for place in outbox.due_chats(self.db, self.now) if place[0] not in busy]
        with transaction(self.db):
            found = [claims.take(self.db, *place, self.now, self.chart) for place in due[:1]]
        self.flying += [claim for claim in found if claim]

    @precondition(lambda self: self.flying)
    @rule()
    def arrive(self) -> None:
        """Telegram shows it, and that is recorded."""
        claim = self.flying.pop(0)
        self.show(claim)
        self.report(claim, Sent(1))

    @precondition(lambda self: self.flying)
    @rule(shown=st.booleans())
    def lose_the_answer(self, shown: bool) -> None:
        """The connection breaks, before or after Telegram shows the message."""
        claim = self.flying.pop(0)
        if shown:
            self.show(claim)
            self.repeatable.update(self.keys(claim))
        self.report(claim, Unreachable("cut"))

    @precondition(lambda self: self.flying)
    @rule(outcome=st.sampled_from([RetryIn(40), Gone("blocked"), TopicLost("closed"), MovedTo(-99), Faulty()]))
    def be_refused(self, outcome: Outcome | Faulty) -> None:
        """Telegram says why it does not show the message."""
        claim = self.flying.pop(0)
        if isinstance(outcome, MovedTo) and claim.chat.id != -13:
            outcome = RetryIn(40)
        if isinstance(outcome, MovedTo):
            self.moved[-13] = outcome.chat_id
        self.report(claim, outcome)

    @precondition(lambda self: any(claim.digest for claim in self.flying))
    @rule()
    def be_rejected(self) -> None:
        """A digest is refused for good: its papers go as cards."""
        claim = next(claim for claim in self.flying if claim.digest)
        self.flying.remove(claim)
        self.report(claim, Rejected("no"))

    @rule(shown=st.lists(st.booleans(), min_size=3, max_size=3))
    def die(self, shown: list[bool]) -> None:
        """SIGKILL: some messages in flight were shown, none is recorded; then a new start."""
        for claim, was_shown in zip(self.flying, shown, strict=False):
            if was_shown:
                self.show(claim)
                self.repeatable.update(self.keys(claim))
        self.db.close()
        self.reopen()

    @rule(hours=st.sampled_from([0.01, 0.5, 2, 7, 30]))
    def wait(self, hours: float) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    @rule(where=st.sampled_from(PLACES), mode=st.sampled_from(Mode), quiet=st.booleans())
    def change_settings(self, where: tuple[int, int], mode: Mode, quiet: bool) -> None:
        """A person speaks (which brings a chat back) and wants its papers otherwise."""
        place = self.place(where)
        with transaction(self.db):
            chats.restore(self.db, place[0])
            chat = chats.get(self.db, *place)
            assert chat
            hours = (time(8), time(12)) if quiet else (None, None)
            chat = planning.replanned(replace(chat, mode=mode, quiet_from=hours[0], quiet_to=hours[1]), self.now)
            chats.save(self.db, chat)
            outbox.replan(self.db, *place, planning.due(chat, self.now))

    @invariant()
    def nothing_is_repeated(self) -> None:
        """But what was shown while its record was lost, once for each time."""
        for key, times in self.shown.items():
            assert times <= 1 + self.repeatable[key], key

    def teardown(self) -> None:
        """In the end everyone can be reached, and everything arrives."""
        if not hasattr(self, "db"):
            return
        for _ in range(12):
            self.now += timedelta(hours=20)
            with transaction(self.db):
                for where in PLACES:
                    chats.restore(self.db, self.place(where)[0])
            while self.flying or outbox.due_chats(self.db, self.now):
                self.claim()
                if self.flying:
                    self.arrive()
        self.nothing_is_repeated()
        assert not {key for key in self.wanted if not self.shown[key]}
        assert not outbox.recover(self.db), "nothing stays claimed"
        self.db.close()
        self.folder.cleanup()

    def show(self, claim: Claim) -> None:
        """Telegram puts a message into the chat."""
        self.shown.update(self.keys(claim))

    def keys(self, claim: Claim) -> list[tuple[int, int, str]]:
        """What a message brings to whom, whatever the chat's id is by now."""
        id = -13 if claim.chat.id == -99 else claim.chat.id
        return [(id, claim.chat.thread, row.paper_id) for row in claim.rows]

    def report(self, claim: Claim, outcome: Outcome | Faulty) -> None:
        """What the loop does with an outcome."""
        with transaction(self.db):
            settle(self.db, Report(claim, tuple(row.id for row in claim.rows), outcome), self.now)


def test_nothing_is_lost_and_nothing_repeats_but_what_was_in_flight(template: Path) -> None:
    """Any interleaving of polls, claims, answers, lost answers, refusals, kills, settings and time."""
    assert template.exists()
    case = Machine.TestCase
    case.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
    case("runTest").runTest()
