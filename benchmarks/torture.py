"""`paperwire run` killed hundreds of times, against a Telegram and a source that fail by chance: what chats saw.

`python -m benchmarks torture [--seed N] [--kills N] [--odds P]`, about two seconds a kill. Promised are: no paper
lost, no more sends repeated than were on their way when the bot was killed or lost their answer (but for a few that
were answered just before a kill), no call before a `retry_after` had passed, and no limit broken. Exit code 1 where one
is not kept; what the bot left is then kept, too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import sqlite_utils

from benchmarks.daily_list import entry
from benchmarks.footprint import environment
from benchmarks.rough_telegram import PAGE, Key, Place, RoughTelegram, Tally
from bot import planning
from bot.demo.chats import Chat as Conversation
from bot.demo.chats import Json, Person
from bot.demo.loopback import Answer, Perform
from bot.demo.source_server import Request, SourceServer
from bot.demo.telegram_server import TelegramServer
from storage import chats, sources, subscriptions
from storage.database import Database
from storage.records import Chat, Mode, Paper, SourceState

PRIVATE, GROUPS = range(1, 25), range(-1004, -1000)
DAILY = frozenset({*range(17, 25), -1001})
FORUM, TOPICS = -1003, (5, 6)
EVERY_FOURTH = "rare"  # the word that groups follow, which may get 20 messages a minute
IN_FLIGHT = 8
UNREAD, BY_CHANCE = 0.1, 3
"""Sends a kill, at most, and besides, that were answered just before it and come again: the bot takes 2 ms to read an
answer, at 25 a second that is .05 a kill; a machine that is busy with other things takes longer."""
PATIENCE = 240.0
_SAID = """
    SELECT state, attempts, due_at - unixepoch() AS due_in, max(not_before - unixepoch(), 0) AS held_for, gone_at,
           muted_at, topic_lost_at, next_digest_at - unixepoch() AS digest_in, message_id
    FROM chats LEFT JOIN outbox ON chat_id = chats.id AND outbox.thread = chats.thread AND paper_id = ?
    WHERE chats.id = ? AND chats.thread = ?"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How rough it gets. odds: of a fault, per call. papers: at most so many a round."""

    seed: int = 1
    kills: int = 150
    odds: float = 0.04
    papers: int = 4


@dataclass
class Figures:
    """What came of it. wanted: papers for places. lost: those that never came; said: what the database says of them.

    unexplained: those that came again though their answer had left long before the kill. leaks: where the token was
    found.
    """

    wanted: list[Key]
    lost: list[Key]
    unexplained: list[Key]
    tally: Tally
    answers_lost: int
    leaks: list[str]
    kills: int
    said: list[str]
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether every promise was."""
        tally = self.tally
        broken = self.lost or self.unexplained or tally.early or tally.broken or self.leaks
        unread = UNREAD * self.kills + BY_CHANCE
        again = tally.unstored > unread or self.unheard_of > unread
        return not broken and not again and tally.most <= IN_FLIGHT

    @property
    def unheard_of(self) -> int:
        """How many more sends were repeated than lost their answer, at a kill or otherwise."""
        return max(self.tally.repeated - self.tally.unanswered - self.answers_lost, 0)


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 where a promise is broken."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks torture")
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--kills", type=int, default=plan.kills)
    parser.add_argument("--odds", type=float, default=plan.odds, help="of a fault, per call")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    figures = asyncio.run(torture(replace(plan, **vars(options)), folder))
    tally = figures.tally
    faults = ", ".join(f"{count} × {name}" for name, count in sorted(tally.faults.items()))
    print(f"seed {options.seed}, {options.kills} kills in {figures.seconds:.0f} s, {tally.calls} sends and edits")
    print(f"faults: {faults}")
    print(f"papers lost: {len(figures.lost)} of {len(figures.wanted)}")
    print(
        f"sends repeated: {tally.repeated}; unanswered at the kills: {tally.unanswered}, at most {tally.most} at once; "
        f"answers lost otherwise: {figures.answers_lost}; repeated beyond those: {figures.unheard_of}"
    )
    print(
        f"of the repeated, answered before a kill that came before that was noted: {tally.unstored}, "
        f"{tally.unstored / options.kills:.2f} a kill"
    )
    print(
        f"early retries: {tally.early}, limits broken: {tally.broken}; "
        f"refusals that the bot was killed with: {tally.died_with_the_bot}"
    )
    if figures.kept:
        shutil.rmtree(folder)
        return 0
    print(f"a promise is broken, see {folder}: {replace(figures, wanted=[])}")
    return 1


async def torture(plan: Plan, folder: Path) -> Figures:
    """Kill the bot as often as planned, then let it finish."""
    ordeal = _Ordeal(plan, folder / "paperwire.db")
    await ordeal.telegram.start()
    await ordeal.source.start()
    try:
        return await ordeal.run()
    finally:
        await ordeal.source.stop()
        await ordeal.telegram.stop()


class _Ordeal:
    def __init__(self, plan: Plan, path: Path) -> None:
        self.plan, self.path, self.log = plan, path, path.with_name("run.log")
        self.chance = random.Random(plan.seed)
        self.rough = RoughTelegram(self.chance, plan.odds, self.dies)
        self.telegram, self.source = TelegramServer(), SourceServer(self.listing)
        self.telegram.intercept, self.source.intercept = self.rough, self.asked
        self.places: dict[Place, str] = {}
        self.published: list[tuple[str, bool]] = []
        self.entries: list[Json] = []
        self.process: asyncio.subprocess.Process | None = None
        self.doom = ("", 0)

    async def run(self) -> Figures:
        began = time.monotonic()
        await self.prepare()
        for number in range(self.plan.kills):
            self.publish(self.chance.randint(0, self.plan.papers))
            self.telegram.say(self.telegram.methods.chats[self.chance.choice(PRIVATE)], "/help")
            if self.chance.random() < 0.08:
                self.rough.storm(self.chance.uniform(2, 6))
            await self.live_and_die()
            if number % 5 == 4:
                await self.an_hour_comes()
        self.rough.calm = True
        await self.finish()
        return replace(self.figures(), seconds=time.monotonic() - began)

    async def prepare(self) -> None:
        """Chats that follow all papers, groups that follow every fourth."""
        database = await Database.open(self.path)
        await database.write(self._people)
        await database.write(sources.save, SourceState("huggingface", backfilled=True))
        await database.close()

    def _people(self, db: sqlite_utils.Database) -> None:
        now = datetime.now(UTC)
        for id in (*PRIVATE, *GROUPS):
            if id > 0:
                self.telegram.private(Person(id))
            else:
                self.telegram.chat(Conversation(id, "supergroup", "Readers", forum=id == FORUM))
            mode, kind = Mode.DAILY if id in DAILY else Mode.INSTANT, "private" if id > 0 else "supergroup"
            for thread in TOPICS if id == FORUM else (0,):
                chat = Chat(id, thread, kind, mode, now.time(), "UTC", cap=10_000, created_at=now)  # all is shown
                chats.ensure(db, planning.replanned(chat, now))
                self.places[id, thread] = "torture" if id > 0 else EVERY_FOURTH
                subscriptions.add(db, id, thread, self.places[id, thread], now)

    def listing(self, day: date) -> list[Json]:
        return self.entries if day == datetime.now(UTC).date() else []

    async def asked(self, _: Request, perform: Perform) -> Answer | None:
        """The source fails, too."""
        if self.rough.calm or self.chance.random() > self.plan.odds:
            return await perform()
        return self.chance.choice((Answer(502, PAGE), Answer(200, "[{"), None))

    def publish(self, count: int) -> None:
        """Papers appear on today's list."""
        for _ in range(count):
            number = f"{len(self.published):05}"
            rare = self.chance.random() < 0.25
            title = f"Torture {number}" + (f" {EVERY_FOURTH}" if rare else "")
            url = f"https://huggingface.co/papers/2607.{number}"
            paper = Paper(f"2607.{number}", title, "We <b>break</b> & mend.", ("Mira Okafor",), None, None, url)
            self.entries = [entry(paper, datetime.now(UTC)), *self.entries][:100]
            self.published.append((number, rare))

    async def live_and_die(self) -> None:
        """Start the bot, and kill it after a while, or at a moment of one of its sends."""
        await self.start()
        if self.chance.random() < 0.5:
            await self.ended(self.chance.uniform(0, 3))
        else:
            self.doom = self.chance.choice(("before", "shown", "answered")), self.chance.randint(1, 30)
            await self.ended(8)
        self.kill()
        assert self.process
        if await self.process.wait() != -signal.SIGKILL:
            raise RuntimeError(f"the bot ended by itself: {self.log.read_text().splitlines()[-1]}")

    async def start(self) -> None:
        variables = {"SOURCES__HUGGINGFACE__POLL_SECONDS": "1", "LOGGING__LEVEL": "DEBUG"}
        given = {f"PAPERWIRE_{name}": value for name, value in variables.items()}
        env = environment(self.telegram, self.source, self.path) | given
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=env, stdout=log, stderr=log
            )

    async def ended(self, seconds: float) -> None:
        """Wait so long, or until the bot is dead."""
        assert self.process
        await asyncio.wait([asyncio.ensure_future(self.process.wait())], timeout=seconds)

    def dies(self, moment: str) -> None:
        if moment == self.doom[0]:
            self.doom = moment, self.doom[1] - 1
            if self.doom[1] == 0:
                self.kill()

    def kill(self) -> None:
        self.doom = ("", 0)
        if self.process and self.process.returncode is None:
            self.process.kill()
            self.rough.killed()

    async def an_hour_comes(self, *, everyone: bool = False) -> None:
        """The digest of some chats is due; while the bot is dead."""
        database = await Database.open(self.path)
        for id, thread in self.places:
            if id in DAILY and (everyone or self.chance.random() < 0.5):
                await database.write(_due, id, thread)
        await database.close()

    async def finish(self) -> None:
        """Everything goes well at last; and then a clean stop."""
        await self.an_hour_comes(everyone=True)
        self.publish(1)
        await self.start()
        deadline = time.monotonic() + PATIENCE
        while self.missing() and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            if self.missing() and self.is_read() and not self.waits():
                # What a poll brought after the last digest waits for the next.
                self.kill()
                await self.process_ended()
                await self.an_hour_comes(everyone=True)
                await self.start()
                await asyncio.sleep(4)
        while self.rough.dead:  # noqa: ASYNC110  # a signal that comes before the bot listens ends it otherwise
            await asyncio.sleep(0.1)
        assert self.process
        self.process.terminate()
        if code := await asyncio.wait_for(self.process.wait(), 10):
            raise RuntimeError(f"no clean stop, but {code}; see {self.log}")

    async def process_ended(self) -> None:
        assert self.process
        await self.process.wait()

    def is_read(self) -> bool:
        """Whether all that was published is in the archive."""
        with closing(sqlite3.connect(self.path)) as file:
            return int(file.execute("SELECT count(*) FROM papers").fetchone()[0]) == len(self.published)

    def waits(self) -> int:
        """Papers that are to go without waiting for an hour."""
        with closing(sqlite3.connect(self.path)) as file:
            return int(
                file.execute(
                    """SELECT count(*) FROM outbox JOIN chats ON chats.id = chat_id AND chats.thread = outbox.thread
                       WHERE state IN ('waiting', 'claimed')
                         AND (next_digest_at IS NULL OR next_digest_at < unixepoch())"""
                ).fetchone()[0]
            )

    def missing(self) -> list[Key]:
        """Papers that a place follows and has not seen."""
        return [key for key in self.wanted() if not self.rough.shown[key]]

    def wanted(self) -> list[Key]:
        return [
            (place, number)
            for number, rare in self.published
            for place, word in self.places.items()
            if rare or word != EVERY_FOURTH
        ]

    def figures(self) -> Figures:
        rough = self.rough
        lost, unexplained = self.missing(), list(rough.unstored - rough.just_answered)
        secret = self.telegram.token.partition(":")[2].encode()
        files = [self.log, *self.path.parent.glob(f"{self.path.name}*")]
        leaks = [file.name for file in files if secret in file.read_bytes()]
        return Figures(
            self.wanted(), lost, unexplained, rough.tally, rough.lost_answers, leaks, self.plan.kills, self.said(lost)
        )

    def said(self, lost: Sequence[Key]) -> list[str]:
        """What the database says of papers that did not come, and of how many."""
        with closing(sqlite3.connect(self.path)) as file:
            file.row_factory = sqlite3.Row
            rows = [file.execute(_SAID, [f"2607.{number}", *place]).fetchone() for place, number in lost]
        found = Counter(str({name: row[name] for name in row.keys()}) for row in rows)  # noqa: SIM118  # a Row is no dict
        return [f"{count} × {said}" for said, count in found.most_common()]


def _due(db: sqlite_utils.Database, id: int, thread: int) -> None:
    chat = chats.get(db, id, thread)
    assert chat
    chats.save(db, replace(chat, next_digest_at=datetime.now(UTC)))
