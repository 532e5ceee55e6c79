"""Whatever happens in whatever order: who asked for code hears of it, and once, but for what was in flight."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import claims, planning
from bot.claims import Chart, Claim
from bot.ingest import CONDITIONS_FOR, take
from bot.matching import Matcher
from bot.query.parser import parse
from bot.sender import Gone, MovedTo, Outcome, RetryIn, Sent, TopicLost, Unreachable
from bot.settling import Faulty, Report, recover, settle
from storage import chats, outbox, papers, subscriptions, wishes
from storage.database import connect
from storage.records import Chat, Mode, Statement
from tests.factories import statement
from tests.test_outbox import BEGIN, transaction

PLACES = ((11, 0), (12, 0), (-13, 5))
QUERIES = {PLACES[0]: "routers code:yes", PLACES[1]: "routers", PLACES[2]: "code:yes OR routers"}
PAPERS = tuple(f"2607.{number:05}" for number in range(1, 4))
CODE = "Code: https://github.com/okafor-lab/routers"
Key = tuple[tuple[int, int], str]


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A database with three places that follow something: at once, every day, and a topic on weekdays."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        db = connect(path)
        with transaction(db):
            for place, mode in zip(PLACES, Mode, strict=False):
                kind = "private" if place[0] > 0 else "supergroup"
                chat = Chat(*place, kind, mode, time(9), "UTC", created_at=BEGIN)
                chats.ensure(db, planning.replanned(chat, BEGIN))
                subscriptions.add(db, *place, QUERIES[place], BEGIN)
        db.close()
        Machine.template = path
        yield path


class Machine(RuleBasedStateMachine):
    """Sources, people, a bot that may be killed at any moment, and Telegram, which remembers what it showed.

    asked: open wishes. owed: who is to hear of which paper, by news or (where code is followed) by its card. granted:
    how often somebody may hear.
    """

    template: Path

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "paperwire.db"
        shutil.copy(self.template, self.path)
        self.now = BEGIN
        self.matcher = Matcher()
        for number, place in enumerate(PLACES, 1):
            self.matcher.add(number, QUERIES[place], parse(QUERIES[place]))
        self.listed: dict[str, Statement] = {}
        self.asked: set[Key] = set()
        self.owed: set[Key] = set()
        self.granted: Counter[Key] = Counter()
        self.news: Counter[Key] = Counter()
        self.cards: Counter[Key] = Counter()
        self.repeatable: Counter[Key] = Counter()
        self.moved = False
        self.reopen()
        for id in PAPERS[:2]:
            self.a_source_lists(id, 1)
        for place in PLACES:
            self.press(place, PAPERS[0])
        self.code_comes_out(PAPERS[0])

    def reopen(self) -> None:
        self.db = connect(self.path)
        self.db.execute("PRAGMA synchronous = OFF")  # kills are played here, power cuts are not
        self.flying: list[Claim] = []
        self.chart = Chart()
        with transaction(self.db):
            recover(self.db)

    def place(self, place: tuple[int, int]) -> tuple[int, int]:
        """Where the chat is now."""
        return (-99, place[1]) if self.moved and place[0] == -13 else place

    @rule(id=st.sampled_from(PAPERS), votes=st.integers(0, 99))
    def a_source_lists(self, id: str, votes: int) -> None:
        """A paper, known or not; what it says of code stays said."""
        told = self.listed.get(id) or statement(id, title=f"Routers {id}", listed_at=BEGIN)
        self.tell(replace(told, upvotes=votes))

    @rule(id=st.sampled_from(PAPERS))
    def code_comes_out(self, id: str) -> None:
        """For the first time, or once more."""
        if id not in self.listed or self.listed[id].comment == CODE:
            return
        seen = papers.get(self.db, id)
        assert seen and seen.first_seen
        asked = {key for key in self.asked if key[1] == id}
        self.owed |= asked
        self.granted.update(asked)
        if self.now - seen.first_seen <= CONDITIONS_FOR:
            following = {(place, id) for place, query in QUERIES.items() if "code:yes" in query}
            self.owed |= {key for key in following if self.reached(key[0])}
            self.granted |= Counter(following)
        self.asked -= asked
        self.tell(replace(self.listed[id], comment=CODE))

    @rule(id=st.sampled_from(PAPERS))
    def a_comment_loses_its_link(self, id: str) -> None:
        """Who follows code may have got the paper without it, meanwhile."""
        if id in self.listed and self.listed[id].comment == CODE:
            self.owed -= {(place, id) for place, query in QUERIES.items() if "code:yes" in query}
            self.tell(replace(self.listed[id], comment="9 pages."))

    def reached(self, place: tuple[int, int]) -> bool:
        """Whether a chat is not set aside; for one that is, only what it asked for is sure to be kept."""
        chat = chats.get(self.db, *self.place(place))
        return chat is not None and chat.gone_at is None

    def tell(self, told: Statement) -> None:
        self.listed[told.paper_id] = told
        with transaction(self.db):
            take(self.db, [told], is_news=lambda _: True, matcher=self.matcher, now=self.now)

    @rule(where=st.sampled_from(PLACES), id=st.sampled_from(PAPERS))
    def press(self, where: tuple[int, int], id: str) -> None:
        """As the command does: a wish where there is none, no wish where there is one; nothing where code is known."""
        if id not in self.listed or self.listed[id].comment == CODE:
            return
        place = self.place(where)
        with transaction(self.db):
            if wishes.withdraw(self.db, *place, id):
                self.asked.discard((where, id))
                self.owed.discard((where, id))
                self.granted[where, id] += "code:yes" in QUERIES[where]  # as one who never asked nor heard
            else:
                wishes.make(self.db, *place, id, self.now)
                self.asked.add((where, id))

    @rule()
    def claim(self) -> None:
        busy = {claim.chat.id for claim in self.flying}
        due = [place for place in outbox.due_chats(self.db, self.now) if place[0] not in busy]
        with transaction(self.db):
            found = [claims.take(self.db, *place, self.now, self.chart) for place in due]
        self.flying += [claim for claim in found if claim]

    @precondition(lambda self: self.flying)
    @rule()
    def arrive(self) -> None:
        claim = self.flying.pop(0)
        self.show(claim)
        self.report(claim, Sent(1))

    @precondition(lambda self: self.flying)
    @rule(shown=st.booleans())
    def lose_the_answer(self, shown: bool) -> None:
        claim = self.flying.pop(0)
        if shown:
            self.show(claim, recorded=False)
        self.report(claim, Unreachable("cut"))

    @precondition(lambda self: self.flying)
    @rule(outcome=st.sampled_from([RetryIn(40), Gone("blocked"), TopicLost("closed"), MovedTo(-99), Faulty()]))
    def be_refused(self, outcome: Outcome | Faulty) -> None:
        claim = self.flying.pop(0)
        if isinstance(outcome, MovedTo) and claim.chat.id != -13:
            outcome = RetryIn(40)
        self.moved = self.moved or isinstance(outcome, MovedTo)
        self.report(claim, outcome)

    @rule(shown=st.lists(st.booleans(), min_size=3, max_size=3))
    def die(self, shown: list[bool]) -> None:
        for claim, was_shown in zip(self.flying, shown, strict=False):
            if was_shown:
                self.show(claim, recorded=False)
        self.db.close()
        self.reopen()

    @rule(hours=st.sampled_from([0.01, 0.5, 2, 7, 30, 400]))
    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        where=st.sampled_from(PLACES),
        mode=st.sampled_from(Mode),
        quiet=st.booleans(),
        pause=st.sampled_from([False, False, True]),
    )
    def change_settings(self, where: tuple[int, int], mode: Mode, quiet: bool, pause: bool) -> None:
        self.change(where, mode, (time(8), time(12)) if quiet else (None, None), pause)

    def change(self, where: tuple[int, int], mode: Mode, quiet: tuple[time | None, time | None], pause: bool) -> None:
        """As commands do; a person speaks, which brings a chat back."""
        with transaction(self.db):
            chats.restore(self.db, self.place(where)[0])
            chat = chats.get(self.db, *self.place(where))
            assert chat
            until = planning.FOREVER if pause else None
            chat = replace(chat, mode=mode, quiet_from=quiet[0], quiet_to=quiet[1], paused_until=until)
            chat = planning.replanned(chat, self.now)
            chats.save(self.db, chat)
            for queue in (outbox, wishes):
                queue.replan(self.db, chat.id, chat.thread, planning.due(chat, self.now))

    @invariant()
    def nobody_hears_twice_or_unasked(self) -> None:
        """But of what was shown while its record was lost, once for each time."""
        for key, times in self.news.items():
            assert times <= self.granted[key] + self.repeatable[key], key

    def teardown(self) -> None:
        """In the end everyone can be reached, and nothing is owed any more."""
        if not hasattr(self, "db"):
            return
        for id in PAPERS:
            self.code_comes_out(id)
        for where in PLACES:
            self.change(where, Mode.DAILY, (None, None), False)
        for _ in range(8):
            self.now += timedelta(hours=48)
            with transaction(self.db):
                for where in PLACES:
                    chats.restore(self.db, self.place(where)[0])
            while self.flying or outbox.due_chats(self.db, self.now):
                self.claim()
                if self.flying:
                    self.arrive()
        self.nobody_hears_twice_or_unasked()
        assert not {key for key in self.owed if not self.news[key] and not self.cards[key]}
        with transaction(self.db):
            assert not recover(self.db), "nothing stays claimed"
        self.db.close()
        self.folder.cleanup()

    def show(self, claim: Claim, *, recorded: bool = True) -> None:
        """Telegram puts a message into the chat."""
        place = (-13 if claim.chat.id == -99 else claim.chat.id, claim.chat.thread)
        for paper in claim.papers:
            if claim.news:
                assert paper.has_code
                self.news[place, paper.id] += 1
                self.repeatable[place, paper.id] += not recorded
            elif paper.has_code:
                self.cards[place, paper.id] += 1

    def report(self, claim: Claim, outcome: Outcome | Faulty) -> None:
        with transaction(self.db):
            settle(self.db, Report(claim, tuple(row.id for row in claim.rows), outcome), self.now)


def test_who_asked_hears_once(template: Path) -> None:
    """Any interleaving of listings, code, wishes, claims, lost answers, refusals, kills, settings and time."""
    assert template.exists()
    case = Machine.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
    case("runTest").runTest()
