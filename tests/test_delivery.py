"""Papers on their way: from the outbox to chats, through the real library, a Bot API server and a database file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.demo.chats import Chat as Conversation
from bot.demo.chats import Message, Person
from bot.demo.telegram_server import TelegramServer
from bot.errors import TokenRefused
from bot.sender import Outcome, Sender
from storage import chats, limits
from storage.records import Mode, Push
from tests.delivering import NOON, Bot, add
from tests.servers.faults import Faults
from tests.servers.people import Someone
from tests.serving import until


def titles(messages: Iterable[Message]) -> list[str]:
    """The first line of each."""
    return [message.text.partition("\n")[0] for message in messages]


async def test_cards_come_one_by_one_the_first_with_sound(bot: Bot, ada: Someone) -> None:
    """In the order in which they were queued, each with what matched."""
    await bot.queue(await bot.chat(), 1, 2, 3)
    await bot.start()
    await bot.settled(sent=3)
    assert titles(ada.messages) == ["Paper 1", "Paper 2", "Paper 3"]
    assert [message.silent for message in ada.messages] == [False, True, True]
    assert "matched routers" in ada.messages[0].text


async def test_more_than_twenty_come_as_one_digest(bot: Bot, ada: Someone) -> None:
    """Best first, ten shown, the others behind a button."""
    await bot.queue(await bot.chat(), *range(1, 22))
    await bot.start()
    await bot.settled(sent=21)
    [digest] = ada.messages
    assert [line for line in digest.text.splitlines() if "Paper" in line] == [
        f"{place}. Paper {22 - place}" for place in range(1, 11)
    ]
    assert digest.labels == [*map(str, range(1, 11)), "Show the other 11"]
    assert not digest.silent


async def test_a_digest_of_several_messages_goes_on_where_a_kill_stopped_it(
    bot: Bot, ada: Someone, telegram: TelegramServer
) -> None:
    """A message that was recorded does not come again with the others."""
    telegram.intercept = faults = Faults()
    faults.hang(lambda call: "40. Paper" in call.params.get("text", ""), asyncio.Event())
    await bot.queue(await bot.chat(mode=Mode.DAILY, cap=60), *range(1, 61))
    bot.now = datetime(2026, 7, 4, 9, 0, tzinfo=UTC)
    await bot.start()
    await until(lambda: len(faults.hits) == 1)
    first = ada.messages[0].text
    arrived = (await bot.states())["sent"]
    assert arrived == sum(". Paper" in line for line in first.splitlines()) and 20 < arrived < 40
    await bot.kill()
    await bot.start()
    await bot.settled(sent=60)
    listed = [line.partition(". ")[2] for said in ada.messages for line in said.text.splitlines() if ". Paper" in line]
    assert sorted(listed) == sorted({f"Paper {number}" for number in range(1, 61)})


async def test_a_digest_comes_at_its_hour_and_not_before(bot: Bot, ada: Someone) -> None:
    """And then the next one is due; a day without papers has none."""
    await bot.queue(await bot.chat(mode=Mode.DAILY), 1, 2)
    await bot.start()
    await bot.move(datetime(2026, 7, 4, 8, 59, 59, tzinfo=UTC))
    await bot.queue(await bot.chat(1002), 3)
    await bot.settled(waiting=2, sent=1)
    await bot.move(datetime(2026, 7, 4, 9, 0, tzinfo=UTC))
    await bot.settled(sent=3)
    [digest] = ada.messages
    assert "2 new papers for you" in digest.text
    assert (await bot.stored(1001)).next_digest_at == datetime(2026, 7, 5, 9, 0, tzinfo=UTC)
    await bot.move(datetime(2026, 7, 5, 9, 0, tzinfo=UTC))
    for _ in range(100):
        if (await bot.stored(1001)).next_digest_at == datetime(2026, 7, 6, 9, 0, tzinfo=UTC):
            break
        await asyncio.sleep(0.01)
    assert len(ada.messages) == 1


async def test_a_bot_that_was_down_at_the_hour_delivers_on_its_return(bot: Bot, ada: Someone) -> None:
    """Once, however many hours it missed."""
    await bot.queue(await bot.chat(mode=Mode.DAILY), 1)
    bot.now += timedelta(days=5)
    await bot.start()
    await bot.settled(sent=1)
    await bot.stop()
    assert len(ada.messages) == 1
    assert (await bot.stored(1001)).next_digest_at == datetime(2026, 7, 9, 9, 0, tzinfo=UTC)


async def test_the_trending_list_joins_the_digest_and_no_paper_comes_twice(bot: Bot, ada: Someone) -> None:
    """The list fills what is left; the next day it holds only what is new on it."""
    await bot.database.write(lambda db: [add(db, number, NOON) for number in range(50, 60)] and None)
    await bot.queue(await bot.chat(mode=Mode.DAILY, trending=Push.DAILY, cap=6), 1, 59)
    await bot.start()
    await bot.move(datetime(2026, 7, 4, 9, 0, tzinfo=UTC))
    await bot.settled(sent=6)
    [digest] = ada.messages
    listed = [line.partition(". ")[2] for line in digest.text.splitlines() if ". Paper" in line]
    assert listed == ["Paper 59", "Paper 1", "Paper 58", "Paper 57", "Paper 56", "Paper 55"]
    assert "2 new papers for you" in digest.text and "Trending" in digest.text
    await bot.database.write(lambda db: add(db, 80, bot.now) and None)
    await bot.move(datetime(2026, 7, 5, 9, 0, tzinfo=UTC))
    await bot.settled(sent=7)
    assert "Paper 80" in ada.messages[1].text and "Paper 59" not in ada.messages[1].text


async def test_quiet_hours_hold_what_was_due_before_them(bot: Bot, ada: Someone) -> None:
    """Also what a bot that was down brings back."""
    quiet = await bot.chat(quiet_from=time(13), quiet_to=time(15))
    await bot.queue(quiet, 1)
    bot.now = NOON + timedelta(hours=2)
    await bot.start()
    await bot.queue(await bot.chat(1002), 2)
    await bot.settled(waiting=1, sent=1)
    await bot.move(NOON + timedelta(hours=3))
    await bot.settled(sent=2)
    assert len(ada.messages) == 1


async def test_no_chats_backlog_delays_anothers_first_paper(
    bot: Bot, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everyone's first card leaves before anyone's second, though on the way eight may overtake each other."""
    left: list[int] = []
    send = Sender.send

    async def noted(sender: Sender, chat_id: int, *given: Any, **options: Any) -> Outcome:
        left.append(chat_id)
        return await send(sender, chat_id, *given, **options)

    monkeypatch.setattr(Sender, "send", noted)
    for id in range(1, 31):
        await bot.queue(await bot.chat(id), *range(1, 16 if id <= 10 else 2))
    await bot.start()
    await until(lambda: len(_sends(telegram)) >= 40)
    assert set(left[:30]) == set(range(1, 31))
    assert set(left[30:40]) <= set(range(1, 11))


async def test_what_arrived_is_stored_though_others_hang(bot: Bot, telegram_faults: Faults) -> None:
    telegram_faults.hang("sendMessage", asyncio.Event(), times=4)
    for id in range(1, 6):
        await bot.queue(await bot.chat(id), 1)
    await bot.start()
    await bot.settled(claimed=4, sent=1)


async def test_eight_at_most_are_in_flight_and_one_per_chat(bot: Bot, telegram: TelegramServer) -> None:
    """While Telegram does not answer, no more is claimed; a kill then repeats only those."""
    hanging = asyncio.Event()
    telegram.intercept = faults = Faults()
    faults.hang("sendMessage", hanging, times=99)
    people = [Someone(telegram, Person(id)) for id in range(1, 21)]
    for someone in people:
        await bot.queue(await bot.chat(someone.person.id), 1, 2)
    await bot.start()
    await bot.settled(claimed=8, waiting=32)
    await until(lambda: len(_sends(telegram)) == 8)
    assert len({call.chat_id for call in _sends(telegram)}) == 8
    await bot.kill()
    hanging.set()
    await until(lambda: sum(len(someone.messages) for someone in people) == 8)
    await bot.start()
    await bot.settled(sent=40)
    assert sorted(len(someone.messages) for someone in people) == [2] * 12 + [3] * 8
    assert all(set(titles(someone.messages)) == {"Paper 1", "Paper 2"} for someone in people)


async def test_two_topics_of_a_forum_take_turns(bot: Bot, telegram: TelegramServer) -> None:
    """Telegram's limits are the chat's: one message at a time, whatever the topic."""
    forum = telegram.chat(Conversation(-1009, "supergroup", "Readers", forum=True))
    hanging = asyncio.Event()
    telegram.intercept = faults = Faults()
    faults.hang("sendMessage", hanging)
    for place in ({"id": -1009, "thread": 5}, {"id": -1009, "thread": 6}, {"id": 1002}):
        await bot.queue(await bot.chat(**place), 1)
    await bot.start()
    await bot.settled(claimed=1, waiting=1, sent=1)
    hanging.set()
    await bot.settled(sent=3)
    assert [message.thread for message in forum.written()] == [5, 6]


async def test_a_stop_records_what_is_in_flight_and_claims_no_more(
    bot: Bot, ada: Someone, telegram: TelegramServer
) -> None:
    """Nothing comes twice after it."""
    hanging = asyncio.Event()
    telegram.intercept = faults = Faults()
    faults.hang("sendMessage", hanging)
    await bot.queue(await bot.chat(), 1, 2)
    await bot.start()
    await bot.settled(claimed=1, waiting=1)
    stopping = asyncio.create_task(bot.stop())
    await asyncio.sleep(0)
    hanging.set()
    await stopping
    assert await bot.states() == {"sent": 1, "waiting": 1}
    await bot.start()
    await bot.settled(sent=2)
    assert titles(ada.messages) == ["Paper 1", "Paper 2"]


async def test_a_blocked_chat_is_set_aside_and_resumes(bot: Bot, ada: Someone, telegram_faults: Faults) -> None:
    """One refusal, no second attempt; what waited comes when the person is back."""
    telegram_faults.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await bot.queue(await bot.chat(), 1, 2)
    await bot.start()
    await _until_gone(bot, 1001)
    await bot.queue(await bot.chat(1002), 3)
    await bot.settled(waiting=2, sent=1)
    assert not ada.messages and len(telegram_faults.hits) == 1
    await bot.chat()
    bot.delivery.wake()
    await bot.settled(sent=3)
    assert len(ada.messages) == 2


async def test_a_group_that_became_a_supergroup_gets_its_papers_there(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    """The news comes as the error of a send."""
    moved = {"migrate_to_chat_id": -1009}
    telegram_faults.refuse("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
    there = telegram.chat(Conversation(-1009, "supergroup", "Readers"))
    await bot.queue(await bot.chat(-9), 1)
    await bot.start()
    await bot.settled(sent=1)
    assert titles(there.written()) == ["Paper 1"]


async def test_a_lost_topic_waits_and_is_tried_again(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    """Other topics of the forum go on; after six hours one message tries again."""
    forum = telegram.chat(Conversation(-1009, "supergroup", "Readers", forum=True))
    telegram_faults.refuse("sendMessage", 400, "Bad Request: TOPIC_CLOSED")
    await bot.queue(await bot.chat(-1009, thread=5), 1, 2)
    await bot.start()
    await until(lambda: len(telegram_faults.hits) == 1)
    await bot.queue(await bot.chat(-1009, thread=6), 3)
    await bot.settled(waiting=2, sent=1)
    await bot.move(NOON + timedelta(hours=6, seconds=2))
    await bot.settled(sent=3)
    assert [message.thread for message in forum.written()] == [0, 6, 5, 5], "told once in General"


async def test_a_digest_that_telegram_refuses_comes_as_cards(
    bot: Bot, telegram: TelegramServer, telegram_faults: Faults
) -> None:
    """And a card that it refuses is given up; the others come."""
    telegram_faults.refuse(_says("new papers"), 400, "Bad Request: MESSAGE_INVALID", times=9)
    telegram_faults.refuse(_says("Paper 2"), 400, "Bad Request: MESSAGE_INVALID", times=9)
    group = telegram.chat(Conversation(-5, "supergroup", "Readers"))
    await bot.queue(await bot.chat(-5, mode=Mode.DAILY), 1, 2, 3)
    bot.now = datetime(2026, 7, 4, 9, 0, tzinfo=UTC)
    await bot.start()
    await bot.settled(sent=2, rejected=1)
    assert titles(group.written()) == ["Paper 1", "Paper 3"]


async def test_a_pause_that_telegram_asks_for_is_kept_over_a_restart(
    bot: Bot, ada: Someone, telegram_faults: Faults
) -> None:
    """No call to that chat before it is over; others get theirs."""
    telegram_faults.flood(lambda call: call.method == "sendMessage" and call.chat_id == 1001, 60)
    await bot.queue(await bot.chat(), 1)
    await bot.start()
    await until(lambda: len(telegram_faults.hits) == 1)
    await bot.settled(waiting=1)
    await bot.stop()
    await bot.start()
    await bot.queue(await bot.chat(1002), 2)
    await bot.settled(waiting=1, sent=1)
    assert bot.pace.wait(1001) > 50
    await bot.stop()
    bot.now += timedelta(seconds=61)
    await bot.start()
    await bot.settled(sent=2)
    assert titles(ada.messages) == ["Paper 1"]


async def test_a_pause_that_met_an_answer_is_kept_over_a_restart(
    bot: Bot, ada: Someone, telegram_faults: Faults
) -> None:
    """What was refused is not in the outbox; a delivery must wait all the same."""
    await bot.chat()
    await bot.start()
    telegram_faults.flood("sendMessage", 60)
    with pytest.raises(RetryAfter):
        await bot.telegram_bot.send_message(1001, "An answer.")
    await bot.kill()
    await bot.start()
    await bot.queue(await bot.chat(), 1)
    await bot.queue(await bot.chat(1002), 2)
    await bot.settled(waiting=1, sent=1)
    assert not ada.messages and bot.pace.wait(1001) > 50
    await bot.database.write(chats.forget, 1001)
    assert await bot.database.read(limits.holds, bot.now) == {}


async def test_what_a_run_before_sent_counts_for_the_pace_of_the_next(bot: Bot, telegram: TelegramServer) -> None:
    """A group that got 17 messages of its 20 a minute gets the next when one is due, not at once."""
    telegram.chat(Conversation(-1009, "supergroup", "Readers"))
    await bot.queue(await bot.chat(-1009), *range(1, 18))
    await bot.start()
    await bot.settled(sent=17)
    await bot.kill()
    await bot.start()
    await bot.queue(await bot.chat(-1009), 18)
    await bot.queue(await bot.chat(1002), 19)
    await bot.settled(waiting=1, sent=18)
    assert 0 < bot.pace.wait(-1009) <= 3
    await bot.kill()
    bot.now += timedelta(minutes=1)
    await bot.start()
    await bot.settled(sent=19)


async def test_trouble_on_the_way_costs_nothing_and_is_told_once(
    bot: Bot, ada: Someone, telegram_faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy's page for whatever is sent: the papers come when Telegram is back."""
    caplog.set_level("INFO", "bot.delivery")
    telegram_faults.status("sendMessage", 502, times=3)
    for id in (1001, 1002, 1003):
        await bot.queue(await bot.chat(id), 1)
    await bot.start()
    await bot.settled(sent=3)
    assert titles(ada.messages) == ["Paper 1"]
    assert len(telegram_faults.hits) == 3
    down, again = [record.getMessage() for record in caplog.records if record.name == "bot.delivery"]
    assert down.startswith("Telegram cannot be reached: ") and again == "Telegram takes messages again"


async def test_a_revoked_token_ends_it(bot: Bot, telegram_faults: Faults) -> None:
    """The paper waits for a bot with a good one."""
    telegram_faults.refuse("sendMessage", 401, "Unauthorized")
    await bot.queue(await bot.chat(), 1)
    await bot.start()
    assert bot.running
    with pytest.raises(TokenRefused):
        await bot.running
    bot.running = None
    assert await bot.states() == {"claimed": 1}


def _sends(telegram: TelegramServer) -> list[Any]:
    return [call for call in telegram.calls if call.method == "sendMessage"]


def _says(words: str) -> Callable[[Any], bool]:
    return lambda call: call.method == "sendMessage" and words in call.params.get("text", "")


async def _until_gone(bot: Bot, id: int) -> None:
    for _ in range(400):
        if (await bot.stored(id)).gone_at:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
