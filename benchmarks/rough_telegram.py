"""What stands between a bot and its Telegram in the torture: limits that are kept, faults by chance, and a witness.

`server.intercept = RoughTelegram(...)` on a demo TelegramServer. The witness knows what every chat saw of which paper,
and of which sends no answer reached the bot.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.demo.chats import Refusal
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import Call, refused

PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
PAPER = re.compile(r"papers/2607\.(\d{5})")
_DEAD = -1  # the life of a call that the bot made before it was killed and that comes after
UNDER_WAY = 0.3
"""Seconds after a 429 in which a call may have been under way already, or the kill came before it was stored."""

Place = tuple[int, int]
Key = tuple[Place, str]


@dataclass
class Bucket:
    """Telegram's limits as a token bucket, full at first."""

    burst: float
    interval: float
    level: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.level = self.burst

    def take(self) -> float:
        """0 if one may pass, else the seconds until one may."""
        now = time.monotonic()
        self.level, self.at = min(self.burst, self.level + (now - self.at) / self.interval), now
        if self.level < 1:
            return (1 - self.level) * self.interval
        self.level -= 1
        return 0.0


@dataclass
class Told:
    """A 429 that was answered, in which life of the bot, and how long it holds."""

    at: float
    until: float
    life: int


@dataclass
class Tally:
    """What was counted.

    repeated: sends of which a paper came again, however its new messages are cut; unstored: those of them that were
    answered, so that the bot was killed before it was stored. unanswered: sends of papers on their way at the kills,
    most at one of them. early: calls before a retry_after had passed; broken: limits.
    """

    calls: int = 0
    repeated: int = 0
    unstored: int = 0
    unanswered: int = 0
    most: int = 0
    early: int = 0
    broken: int = 0
    died_with_the_bot: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class RoughTelegram:
    """odds: of a fault, per call. There are none while `calm`. latency: seconds that a call takes, from and to.

    dies: told of three moments of each send ("before" it is done, when it is "shown", when it is "answered"), so that
    the bot can be killed there. shown: how often each paper came to each place; unanswered, lost, just_answered: how
    often of these the bot was killed before the answer left, never got one, or may not have had the time to store it;
    unstored: how often it came again though it was answered. dead: whether the bot has not called since it was killed.
    """

    def __init__(
        self,
        chance: random.Random,
        odds: float,
        dies: Callable[[str], None] = lambda _: None,
        latency: tuple[float, float] = (0.02, 0.12),
        pauses: Sequence[int] = (1, 2, 5, 12),
    ) -> None:
        self.tally = Tally()
        self.shown: Counter[Key] = Counter()
        self.unanswered: Counter[Key] = Counter()
        self.lost: Counter[Key] = Counter()
        self.just_answered: Counter[Key] = Counter()
        self.unstored: Counter[Key] = Counter()
        self._order = itertools.count()
        self._last: dict[Key, int] = {}  # which send showed it
        self._repeated: set[int] = set()
        self._repeated_unstored: set[int] = set()
        self.lost_answers = 0
        self.calm = False
        self.dies = dies
        self._chance, self._odds, self._latency, self._pauses = chance, odds, latency, pauses
        self._life, self.dead = 0, False
        self._deaths: dict[int, float] = {}
        self._storm_until = 0.0
        self._overall = Bucket(30, 1 / 30)
        self._buckets: dict[int, Bucket] = {}
        self._told: dict[int, list[Told]] = defaultdict(list)
        self._sending: set[int] = set()
        self._open: dict[int, list[Key]] = {}
        self._answered: deque[tuple[float, list[Key]]] = deque(maxlen=16)
        self._faults = (self._page, self._error, self._drop, self._lose, self._spoil, self._hang, self._flood)

    def storm(self, seconds: float) -> None:
        """Refuse every call that writes, for so long."""
        self._storm_until = time.monotonic() + seconds
        self.tally.faults["storm"] += 1

    def killed(self) -> None:
        """The bot was killed: whatever it was not answered yet, it will never know of."""
        died_at = self._deaths[self._life] = time.monotonic()
        self._life, self.dead = self._life + 1, True
        self.tally.unanswered += len(self._sending)
        self.tally.most = max(self.tally.most, len(self._sending))
        self._sending.clear()
        for keys in self._open.values():
            self.unanswered.update(keys)
        for at, keys in self._answered:
            if at > died_at - UNDER_WAY:
                self.just_answered.update(keys)
        self._open.clear()
        self._answered.clear()

    async def __call__(self, call: Call, perform: Perform) -> Answer | None:
        """The answer to a call, late as Telegram's are."""
        self.dead = self.dead and call.method != "getMe"  # with which each life begins
        if call.method in ("getUpdates", "getMe"):
            return await self._asked(call, perform)
        if not call.method.startswith(("send", "edit")):
            return await perform()
        life = _DEAD if self.dead else self._life
        self.tally.calls += 1
        if call.method == "sendMessage":
            self._sends(call)
        await asyncio.sleep(self._chance.uniform(*self._latency) / 2)
        if call.method == "sendMessage":
            self.dies("before")
        if wait := self._refusal(call):
            answer: Answer | None = self._flooded(call.chat_id, wait, life)
        elif not self.calm and self._chance.random() < self._odds:
            fault = self._chance.choice(self._faults)
            self.tally.faults[fault.__name__.strip("_")] += 1
            answer = await fault(call, perform, life)
        else:
            answer = await self._done(call, perform, life)
        if call.method == "sendMessage":
            self.dies("answered")
        self._sending.discard(id(call))
        if (keys := self._open.pop(id(call), None)) is not None:
            self._answered.append((time.monotonic(), keys))
        return answer

    def _sends(self, call: Call) -> None:
        if not PAPER.search(str(call.params.get("text", ""))):
            return  # an answer
        if self.dead:
            self.tally.unanswered += 1
        else:
            self._sending.add(id(call))

    async def _done(self, call: Call, perform: Perform, life: int) -> Answer:
        answer = await perform()
        place = (call.chat_id, int(call.params.get("message_thread_id", 0)))
        keys = [(place, number) for number in dict.fromkeys(PAPER.findall(str(call.params.get("text", ""))))]
        if answer.status == 200 and call.method == "sendMessage" and keys:
            if life != self._life:  # first, since what the next life sent may have come before it
                self.unanswered.update(keys)
            self._count_repeated(keys)
            self.shown.update(keys)
            if life == self._life:
                self._open[id(call)] = keys
            self.dies("shown")
        await asyncio.sleep(self._chance.uniform(*self._latency) / 2)
        return answer

    def _count_repeated(self, keys: list[Key]) -> None:
        known = self.unanswered + self.lost + self.unstored
        unstored = [key for key in keys if self.shown[key] > known[key]]
        self.unstored.update(unstored)
        self._repeated |= {self._last[key] for key in keys if key in self._last}
        self._repeated_unstored |= {self._last[key] for key in unstored}
        self.tally.repeated, self.tally.unstored = len(self._repeated), len(self._repeated_unstored)
        self._last |= dict.fromkeys(keys, next(self._order))

    def _refusal(self, call: Call) -> float:
        """Seconds that Telegram wants to be left alone, because of what was told, a storm, or a limit."""
        chat, now = call.chat_id, time.monotonic()
        for told in self._told[chat]:
            if told.at + UNDER_WAY < now < told.until - 0.02:
                if told.life == _DEAD or told.at > self._deaths.get(told.life, math.inf) - UNDER_WAY:
                    self.tally.died_with_the_bot += 1
                else:
                    self.tally.early += 1
                return told.until - now
        if now < self._storm_until:
            return self._storm_until - now
        wait = self._overall.take() or self._bucket(chat, call.method).take()
        self.tally.broken += wait > 0
        return wait

    def _bucket(self, chat: int, method: str) -> Bucket:
        if method.startswith("edit") and chat > 0:
            return Bucket(1, 1)
        key = chat * 2 + method.startswith("edit")
        if key not in self._buckets:
            self._buckets[key] = Bucket(3, 1.0) if chat > 0 else Bucket(20, 3.0)
        return self._buckets[key]

    def _flooded(self, chat: int, wait: float, life: int) -> Answer:
        seconds, now = math.ceil(wait), time.monotonic()
        self._told[chat] = [told for told in self._told[chat] if told.until > now]
        self._told[chat].append(Told(now, now + seconds, life))
        text = f"Too Many Requests: retry after {seconds}"
        return refused(Refusal(429, text, {"retry_after": seconds}))

    async def _asked(self, call: Call, perform: Perform) -> Answer | None:
        if self.calm or self._chance.random() > self._odds:
            return await perform()
        kind = self._chance.choice(("conflict", "page", "spoilt", "dropped"))
        if call.method == "getMe" and kind == "conflict":
            return await perform()
        self.tally.faults[f"{call.method} {kind}"] += 1
        if kind == "conflict":
            return refused(Refusal(409, "Conflict: terminated by other getUpdates request"))
        if kind == "dropped":
            return None
        return Answer(502, PAGE) if kind == "page" else Answer(200, '{"ok": true, "resu')

    async def _page(self, *_: object) -> Answer:
        return Answer(502, PAGE)

    async def _error(self, *_: object) -> Answer:
        return refused(Refusal(500, "Internal Server Error"))

    async def _drop(self, *_: object) -> None:
        return None

    async def _lose(self, call: Call, perform: Perform, life: int) -> None:
        await self._done(call, perform, life)
        self._never_heard(call)

    async def _spoil(self, call: Call, perform: Perform, life: int) -> Answer:
        await self._done(call, perform, life)
        self._never_heard(call)
        return Answer(200, '{"ok": true, "result": {"mess', {"Content-Type": "application/json"})

    async def _hang(self, call: Call, perform: Perform, life: int) -> None:
        await asyncio.sleep(self._chance.uniform(10, 30) * self._latency[1])
        await self._lose(call, perform, life)

    async def _flood(self, call: Call, _: Perform, life: int) -> Answer:
        return self._flooded(call.chat_id, self._chance.choice(self._pauses), life)

    def _never_heard(self, call: Call) -> None:
        if (keys := self._open.pop(id(call), None)) is not None:
            self.lost.update(keys)
            self.lost_answers += 1
