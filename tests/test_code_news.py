"""Code is out: who hears of it, where, when and how often; and what becomes of the cards that were sent before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from telegram import User
from telegram.ext import ExtBot

from bot import planning
from bot.beyond import Beyond
from bot.code_news import asks_for_code
from bot.commands.delivery import rearranged
from bot.commands.request import Place, Request, Services
from bot.demo.chats import Chat as Conversation
from bot.demo.chats import Message, Person
from bot.demo.telegram_server import TelegramServer
from bot.pace import Pace
from bot.refreshing import AT_ONCE, LOOK, Refreshing
from bot.sender import Sender
from bot.settings import DeliverySettings
from bot.urgency import Urgency
from storage import chats, wishes
from storage.database import Database
from storage.records import Chat, Mode
from tests.delivering import NOON, Bot
from tests.factories import statement
from tests.rounds import Rounds, Told
from tests.servers.faults import Faults
from tests.servers.people import Someone
from tests.serving import until

ID = "2607.00001"
REPOSITORY = "https://github.com/okafor-lab/routers"
NEWS = "Code is out for Sparse Routers Are Enough for Long-Context Agents:\n💻 github.com/okafor-lab/routers ★ 12"


class Newsroom(Bot):
    """Reads a source that is told what to say, delivers, and edits old cards."""

    def __init__(self, telegram: TelegramServer, database: Database) -> None:
        super().__init__(telegram, database)
        self.source = Told()
        self.rounds = Rounds(database)

    async def listed(self, *ids: str, **given: Any) -> None:
        """The source says this of papers (by default of one), and what follows from it is sent."""
        self.rounds.now = self.now
        self.source.news = tuple(statement(id, "arxiv", listed_at=self.now, **given) for id in ids or (ID,))
        await self.rounds.polling.poll(self.source)
        if self.running:
            self.delivery.wake()

    async def code(self, *ids: str) -> None:
        """The source tells of the code."""
        await self.listed(*ids, repository=REPOSITORY, stars=12)

    async def follows(self, query: str, chat_id: int = 1001, **given: Any) -> None:
        """An instant chat (unless given otherwise) subscribes."""
        self.rounds.now = self.now
        await self.chat(chat_id, **given)
        await self.rounds.follow(query, chat_id)

    async def wishes(self, chat_id: int = 1001, thread: int = 0, paper_id: str = ID) -> None:
        """A chat that is known presses the button."""
        await self.database.write(wishes.make, chat_id, thread, paper_id, self.now)

    async def told(self, **expected: int) -> None:
        """Return when the wishes are in these states."""
        for _ in range(400):
            states = dict(await self.database.read(_states))
            if states == expected:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(f"the wishes are {states}")

    async def refresh(self, pace: Pace | None = None) -> timedelta:
        """Edit what is stale; gives how long until the next round."""

        async def at_once(_: float) -> None:
            return None

        pace = pace or Pace(500)
        url = f"{self.telegram.url}/bot"
        async with ExtBot[Urgency](self.telegram.token, base_url=url, rate_limiter=pace) as bot:
            return await Refreshing(self.database, Sender(bot), lambda: self.now, at_once).round() - self.now

    async def rearrange(self, change: Callable[[Chat], Chat]) -> None:
        """Ada changes her settings, as commands do."""
        me = User(1, "Paperwire", is_bot=True)
        database, matcher = self.database, self.rounds.matcher
        beyond = Beyond(database, matcher, lambda: self.now, lambda: None)
        services = Services(database, matcher, DeliverySettings(), lambda: self.now, lambda: None, lambda: me, beyond)
        request = Request(services, Place(1001, 0, "private"), 1001)
        await rearranged(request, change)
        self.delivery.wake()


def _states(db: Any) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = db.execute("SELECT state, count(*) FROM code_wishes GROUP BY state").fetchall()
    return found


@pytest.fixture
async def bot(telegram: TelegramServer, database: Database) -> AsyncIterator[Newsroom]:
    """Delivering."""
    made = Newsroom(telegram, database)
    await made.start()
    yield made
    await made.close()


def texts(someone: Someone) -> list[str]:
    return [message.text for message in someone.messages]


async def sent_card(bot: Newsroom, ada: Someone) -> Message:
    """Ada got the paper as a card, without code."""
    await bot.follows("routers")
    await bot.listed()
    await bot.settled(sent=1)
    [card] = ada.messages
    assert "github.com" not in card.text
    return card


async def test_who_asked_hears_once_in_answer_to_the_card(bot: Newsroom, ada: Someone) -> None:
    card = await sent_card(bot, ada)
    await bot.wishes()
    await bot.code()
    await bot.told(told=1)
    await bot.listed(repository=REPOSITORY, stars=900, upvotes=4000)
    await bot.code()
    await bot.move(bot.now + timedelta(days=3))
    _, news = ada.messages
    assert news.text == NEWS
    assert news.reply_to is card
    bold = [news.text[e.start : e.end] for e in news.entities if e.kind == "bold"]
    assert bold == ["Sparse Routers Are Enough for Long-Context Agents"]


async def test_a_wish_after_a_search_or_for_a_deleted_card_is_told_as_well(bot: Newsroom, ada: Someone) -> None:
    ben = Someone(ada.server, Person(1002, "Ben"))
    card = await sent_card(bot, ada)
    card.deleted = True
    await bot.wishes()
    await bot.chat(1002)
    await bot.wishes(1002)
    await bot.code()
    await bot.told(told=2)
    assert texts(ben) == [NEWS] and ben.messages[0].reply_to is None and not ben.messages[0].silent
    assert texts(ada) == [NEWS] and ada.messages[0].reply_to is None


async def test_a_digest_is_answered_too_and_a_wish_waits_for_no_digest(bot: Newsroom, ada: Someone) -> None:
    await bot.follows("routers", mode=Mode.DAILY)
    await bot.listed(ID, "2607.00002")
    await bot.move(datetime(2026, 7, 4, 9, tzinfo=UTC))
    await bot.settled(sent=2)
    [digest] = ada.messages
    bot.now += timedelta(hours=3)
    await bot.wishes()
    await bot.code()
    await bot.told(told=1)
    assert ada.messages[1].text == NEWS and ada.messages[1].reply_to is digest
    await bot.refresh()
    await bot.refresh()
    assert digest.edits == 1 and "▲ 42 · 💻 ★ 12 · routers" in digest.text and digest.labels == ["1", "2"]


async def test_who_follows_code_hears_of_what_was_sent_and_gets_what_was_not(bot: Newsroom, ada: Someone) -> None:
    await sent_card(bot, ada)
    ben = Someone(ada.server, Person(1002, "Ben"))
    await bot.follows("routers code:yes")
    await bot.follows("code:yes", 1002)
    await bot.code()
    await bot.told(told=1)
    await bot.settled(sent=2)
    assert texts(ada)[1:] == [NEWS]
    [card] = ben.messages
    assert card.text.startswith("Sparse Routers") and "💻 github.com/okafor-lab/routers" in card.text
    await bot.code()
    assert len(ada.messages) == 2 and len(ben.messages) == 1


async def test_a_subscriber_who_asked_as_well_hears_once(bot: Newsroom, ada: Someone) -> None:
    await bot.follows("code:yes")
    await bot.listed()
    await bot.wishes()
    await bot.code()
    await bot.told(told=1)
    assert texts(ada) == [NEWS]
    assert await bot.states() == {}


async def test_subscribers_with_a_digest_hear_when_it_is_due(bot: Newsroom, ada: Someone) -> None:
    """Also where the digest itself has nothing to say."""
    await bot.follows("routers", mode=Mode.DAILY)
    await bot.listed()
    await bot.move(datetime(2026, 7, 4, 9, tzinfo=UTC))
    await bot.settled(sent=1)
    await bot.follows("code:yes", mode=Mode.DAILY)
    await bot.move(datetime(2026, 7, 4, 14, tzinfo=UTC))
    await bot.code()
    await bot.told(waiting=1)
    assert len(ada.messages) == 1
    await bot.move(datetime(2026, 7, 5, 9, tzinfo=UTC))
    await bot.told(told=1)
    assert texts(ada)[1:] == [NEWS]


async def test_a_page_is_no_code(bot: Newsroom, ada: Someone) -> None:
    """The card shows it, nobody hears of it."""
    card = await sent_card(bot, ada)
    await bot.follows("routers code:yes")
    await bot.wishes()
    await bot.listed(project_page="https://okafor.example.org/routers")
    await bot.told(open=1)
    await bot.refresh()
    assert "project page" in card.text and "🔗 Project page" in card.labels and "⋯" in card.labels
    await bot.code()
    await bot.told(told=1)
    assert texts(ada)[1:] == [NEWS + " · project page"]


async def test_a_link_that_comes_and_goes_is_told_once(bot: Newsroom, ada: Someone) -> None:
    """And not while it is away: a wish waits on."""
    await sent_card(bot, ada)
    await bot.follows("routers code:yes")
    for comment in (f"Code: {REPOSITORY}", "9 pages.", f"Code: {REPOSITORY}"):
        await bot.listed(comment=comment)
        await bot.told(told=1)
    assert len(ada.messages) == 2
    await bot.kill()
    ben = Someone(ada.server, Person(1002, "Ben"))
    await bot.chat(1002)
    await bot.listed("2607.00002")
    await bot.wishes(1002, paper_id="2607.00002")
    await bot.listed("2607.00002", comment=f"Code: {REPOSITORY}")
    await bot.listed("2607.00002", comment="9 pages.")
    await bot.start()
    await bot.told(told=1, open=1)
    await bot.settled(sent=2)
    assert not ben.messages
    await bot.listed("2607.00002", comment=f"Code: {REPOSITORY}")
    await bot.told(told=3)
    assert len(ben.messages) == 1 and len(ada.messages) == 4, "she got the paper meanwhile, without its code"


async def test_quiet_hours_and_pauses_hold_it(bot: Newsroom, ada: Someone) -> None:
    await bot.chat(quiet_from=time(11), quiet_to=time(13))
    await bot.listed(ID, "2607.00002")
    await bot.wishes()
    await bot.wishes(paper_id="2607.00002")
    await bot.code()
    await bot.told(waiting=1, open=1)
    await bot.move(NOON + timedelta(minutes=59))
    await bot.told(waiting=1, open=1)
    await bot.move(NOON + timedelta(hours=1))
    await bot.told(told=1, open=1)
    await bot.rearrange(lambda chat: replace(chat, paused_until=planning.FOREVER))
    await bot.code("2607.00002")
    await bot.move(NOON + timedelta(days=40, hours=2))
    await bot.told(told=1, waiting=1)
    assert len(ada.messages) == 1
    await bot.rearrange(lambda chat: replace(chat, paused_until=None))
    await bot.told(told=2)
    assert len(ada.messages) == 2


async def test_a_chat_that_is_gone_hears_when_it_is_back(bot: Newsroom, ada: Someone, telegram_faults: Faults) -> None:
    await sent_card(bot, ada)
    await bot.wishes()
    telegram_faults.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await bot.code()
    await until(lambda: len(telegram_faults.hits) == 1)
    await bot.told(waiting=1)
    await bot.refresh()
    await bot.chat()
    bot.delivery.wake()
    await bot.told(told=1)
    assert len(ada.messages) == 2


async def test_refusals_and_pauses_of_telegram(bot: Newsroom, ada: Someone, telegram_faults: Faults) -> None:
    """A retry_after is kept over a restart; what Telegram refuses for good is given up."""
    await bot.chat()
    await bot.listed(ID, "2607.00002")
    await bot.wishes()
    telegram_faults.flood("sendMessage", 60)
    await bot.code()
    await until(lambda: len(telegram_faults.hits) == 1)
    await bot.told(waiting=1)
    await bot.kill()
    await bot.start()
    await until(lambda: bot.pace.wait(1001) > 50)
    await bot.told(waiting=1)
    await bot.kill()
    bot.now += timedelta(seconds=61)
    await bot.start()
    await bot.told(told=1)
    telegram_faults.refuse("sendMessage", 400, "Bad Request: MESSAGE_INVALID", times=2)
    await bot.wishes(paper_id="2607.00002")
    await bot.code("2607.00002")
    await bot.told(told=1, rejected=1)
    assert texts(ada) == [NEWS]


async def test_a_kill_repeats_at_most_what_was_in_flight(bot: Newsroom, telegram: TelegramServer, ada: Someone) -> None:
    """Shown, but the answer was lost with the process."""
    await bot.chat()
    await bot.listed()
    await bot.wishes()
    reached = asyncio.Event()
    telegram.intercept = faults = Faults()

    async def shown(perform: Any) -> Any:
        answer = await perform()
        reached.set()
        await asyncio.Event().wait()
        return answer

    faults.add("sendMessage", shown)
    await bot.code()
    await reached.wait()
    await bot.kill()
    await bot.start()
    await bot.told(told=1)
    await bot.kill()
    await bot.start()
    await bot.code()
    await bot.told(told=1)
    assert texts(ada) == [NEWS, NEWS]


async def test_a_group_that_moved_is_told_and_no_stranger_is_answered(bot: Newsroom, telegram: TelegramServer) -> None:
    """The messages of the supergroup have numbers of their own."""
    old = telegram.chat(Conversation(-9, "group", "Readers"))
    new = telegram.chat(Conversation(-1009, "supergroup", "Readers"))
    await bot.follows("routers", -9)
    await bot.listed()
    await bot.settled(sent=1)
    await bot.wishes(-9)
    number = old.written()[0].id
    new.messages[number] = Message(number, new, None, 0, old.written()[0].content)
    await bot.database.write(chats.migrate, -9, -1009)
    await bot.code()
    await bot.told(told=1)
    news = new.written()[-1]
    assert news.text == NEWS and news.reply_to is None
    await bot.refresh()
    assert new.messages[number].edits == 0


async def test_old_cards_get_the_link(bot: Newsroom, ada: Someone) -> None:
    """As they were, with what matched; once."""
    card = await sent_card(bot, ada)
    assert card.labels == ["📄 PDF", "☆ Save", "⋯"]
    await bot.code()
    assert await bot.refresh() == LOOK
    assert "💻 github.com/okafor-lab/routers ★ 12" in card.text and "matched routers" in card.text
    assert card.labels == ["💻 Code", "📄 PDF", "☆ Save", "⋯"]
    await bot.refresh()
    assert card.edits == 1


async def test_a_digest_that_was_in_flight_gets_the_link_as_well(
    bot: Newsroom, ada: Someone, telegram_faults: Faults
) -> None:
    async def meanwhile(perform: Any) -> Any:
        await bot.code()
        return await perform()

    telegram_faults.add("sendMessage", meanwhile)
    await bot.follows("routers", mode=Mode.DAILY)
    await bot.listed(ID, "2607.00002")
    await bot.move(datetime(2026, 7, 4, 9, tzinfo=UTC))
    await bot.settled(sent=2)
    [digest] = ada.messages
    assert "💻" not in digest.text
    await bot.refresh()
    assert "💻 ★ 12" in digest.text


async def test_cards_that_cannot_be_edited_are_left_and_others_are_not(
    bot: Newsroom, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    """So many at once, then the rest; one that is gone is not tried again, one that must wait is."""
    people = [Someone(telegram, Person(id)) for id in range(1, AT_ONCE + 3)]
    for someone in people:
        await bot.follows("routers", someone.person.id)
    await bot.listed()
    await bot.settled(sent=len(people))
    cards = [someone.messages[0] for someone in people]
    [gone] = await bot.database.read(lambda db: db.execute("SELECT max(id), chat_id FROM outbox").fetchall())
    cards[gone[1] - 1].deleted = True
    telegram_faults.refuse("editMessageText", 400, "Bad Request: message is not modified: same as before")
    await bot.code()
    assert await bot.refresh() == timedelta()
    telegram_faults.flood("editMessageText", 5)
    assert await bot.refresh() == LOOK
    for _ in range(2):
        await bot.refresh()
    assert sorted(card.edits for card in cards) == [0, 0] + [1] * AT_ONCE
    assert len([call for call in telegram.calls if call.method == "editMessageText"]) == len(people) + 1


async def test_edits_wait_for_a_telegram_that_can_be_reached(
    bot: Newsroom, ada: Someone, telegram_faults: Faults
) -> None:
    card = await sent_card(bot, ada)
    await bot.code()
    telegram_faults.status("editMessageText", 502)
    assert await bot.refresh() == LOOK
    assert card.edits == 0
    await bot.refresh()
    assert card.edits == 1


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("code:yes", True),
        ("routers code:yes", True),
        ("routers (upvotes:>=5 OR code:yes)", True),
        ("routers -code:no", True),
        ("routers -code:yes", False),
        ("routers code:no", False),
        ("routers upvotes:>=5 source:hf", False),
    ],
)
def test_queries_that_ask_for_code(query: str, asks: bool) -> None:
    assert asks_for_code(query) is asks
