"""/settings: everything by buttons on one message, there and back."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.commands import screens, zones
from bot.demo.chats import Key, Message, Person
from bot.demo.telegram_server import TelegramServer
from bot.render.language import LANGUAGES, speaking
from bot.render.message import Button
from storage import chats
from storage.records import Chat, Mode, Push
from tests.commands.conftest import Serving
from tests.commands.test_delivery import chat_of
from tests.servers.people import Someone, group

CHATS = (
    Chat(1, 0, "private", Mode.DAILY, time(9), "Europe/Berlin"),
    Chat(1, 0, "private", Mode.WEEKLY, time(9), "America/New_York", 2, Push.WEEKLY, time(22), time(7), tell_empty=True),
    Chat(1, 0, "private", Mode.INSTANT, time(9), "UTC", paused_until=datetime(2026, 7, 9, tzinfo=UTC)),
)


async def press(who: Someone, message: Message, label: str) -> None:
    """Press, and wait for what the message becomes."""
    await who.presses(label, message)
    await who.hears(kind="edit")


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("chat", CHATS, ids=lambda chat: chat.mode)
def test_every_screen_can_be_reached_and_left(chat: Chat, spoken: str) -> None:
    """Every button of every screen is one that exists, short enough, in rows that Telegram takes; each leads back."""
    now, known, waiting = datetime(2026, 7, 3, 12, tzinfo=UTC), set[str](), [""]
    while waiting:
        name, _, where = (place := waiting.pop()).partition(":")
        known.add(place)
        with speaking(spoken):
            message = screens.SCREENS[name](chat, now, where)
        buttons: list[Button] = [button for row in message.rows for button in row]
        assert all(len(row) <= 8 for row in message.rows) and len(buttons) <= 100 and len(message.text) < 1000
        assert all(len(button.data.encode()) <= 64 and button.label for button in buttons)
        onward = {button.data.partition(":")[2] for button in buttons if button.data.partition(":")[0] == "st"}
        assert name == "" or onward & {"", "quiet"}, "a way back"
        waiting += onward - known - set(waiting)
    assert {"mode", "zone", "zone:Europe:0", "quiet", "push", "cap", "empty", "pause"} <= known


async def test_each_setting_is_changed_and_changed_back_on_one_message(serving: Serving, ada: Someone) -> None:
    message = await ada.asks("/settings", "Papers come every day at 09:00 Berlin time; next Sat 09:00")
    assert await serving.database.read(chats.get, 1001, 0) is None, "looking changes nothing"
    ways = (
        ("Papers:", "Once a week", "mode", Mode.WEEKLY, "Every day", Mode.DAILY),
        ("Hour:", "18", "at", time(18), "09", time(9)),
        ("Hour:", ":35", "at", time(9, 35), ":00", time(9)),
        ("Quiet hours:", "22:00–07:00", "quiet_from", time(22), "None", None),
        ("Trending:", "Once a week", "trending", Push.WEEKLY, "Off", Push.OFF),
        ("In a digest:", "20", "cap", 20, "10", 10),
        ("Empty days:", "Tell me", "tell_empty", True, "Send nothing", False),
    )
    for opens, change, field, changed, back, before_it in ways:
        await press(ada, message, opens)
        for label, value in ((change, changed), (back, before_it)):
            await press(ada, message, label)
            assert getattr(await chat_of(serving), field) == value
            assert any(shown.endswith(label) and shown.startswith("✓") for shown in message.labels), label
        await press(ada, message, "‹ Settings")
        assert message.text.startswith("Settings")
    assert len(ada.messages) == 1, "all of it on one message"


async def test_the_zone_by_region_and_city(serving: Serving, ada: Someone) -> None:
    message = await ada.asks("/settings")
    for label in ("Time zone: Berlin", "Asia", " ›", "Kathmandu"):
        await press(ada, message, label)
    assert (await chat_of(serving)).zone == "Asia/Kathmandu"


async def test_a_pause_by_button_and_its_end(serving: Serving, ada: Someone) -> None:
    message = await ada.asks("/settings")
    for label in ("Pause", "A week"):
        await press(ada, message, label)
    assert "Paused until Fri 10 Jul, 14:00" in message.text
    await press(ada, message, "Resume")
    assert message.text.startswith("Deliveries go on") and (await chat_of(serving)).paused_until is None


@pytest.mark.usefixtures("serving")
async def test_in_a_group_everyone_looks_and_administrators_change(telegram: TelegramServer, ada: Someone) -> None:
    chat = group(telegram, -100200, ada.person)
    chat.members[1002] = Person(1002, "Ben"), "member"
    boss, member = Someone(telegram, ada.person, chat), Someone(telegram, Person(1002, "Ben"), chat)
    message = await member.asks("/settings@paperwire_demo_bot", "Settings")
    await press(member, message, "Quiet hours")
    assert "administrators" in (await member.presses("22:00–07:00", message))["text"]
    await press(boss, message, "22:00–07:00")
    assert "Quiet from 22:00" in message.text


@pytest.mark.usefixtures("serving")
async def test_what_was_never_offered_is_answered(telegram: TelegramServer, ada: Someone) -> None:
    message = await ada.asks("/settings")
    forged = ("ss:mode:hourly", "ss:at:2599", "ss:zone:Mars/Base", "ss:cap:-1x", "ss:x:1", "ss:pause:999", "ss:quiet:1")
    for data in forged:
        assert "/settings" in (await telegram.press(message, Key("?", data), ada.person).answer)["text"]
    telegram.press(message, Key("?", "st:zone:Mars:99999999"), ada.person)
    await ada.hears(kind="edit")
    assert "pick a region" in message.text


async def test_a_shared_location_sets_the_zone(serving: Serving, telegram: TelegramServer, ada: Someone) -> None:
    share(telegram, ada, 27.71, 85.32)
    answer = await ada.hears(
        "All times here are those of Kathmandu .Asia/Kathmandu..*every day at 09:00 Kathmandu time"
    )
    assert answer.labels == ["Another zone", "Settings"] and (await chat_of(serving)).zone == "Asia/Kathmandu"
    share(telegram, ada, 52.52, 13.4)
    await ada.hears("Berlin time")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("europe/berlin", "Europe/Berlin"), ("Munich", "Europe/Berlin"), ("são paulo", "America/Sao_Paulo"),
     ("San Francisco", "America/Los_Angeles"), ("Nepal", "Asia/Kathmandu"), ("北京", "Asia/Shanghai"),
     ("utc+0", "UTC"), ("CET", "CET")],
)  # fmt: skip
def test_zones_as_people_name_them(typed: str, zone: str) -> None:
    assert zones.named(typed) == zone


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("Asia/Katmandoo", ["Asia/Kathmandu"]), ("UTC+5:30", ["Asia/Kolkata", "Asia/Colombo"]),
     ("EST", ["America/New_York", "America/Panama"]), ("GMT+2", ["Europe/Berlin", "Europe/Paris"]),
     ("Europe/Munich", ["Europe/Berlin"]), ("Cambridge", ["Europe/London", "America/New_York"]), ("Xyzzy", [])],
)  # fmt: skip
async def test_a_near_miss_is_answered_with_buttons(
    serving: Serving, ada: Someone, typed: str, offered: list[str]
) -> None:
    """They set the hour that was typed with it; GMT+2 is east of Greenwich, whatever Etc/GMT+2 is."""
    answer = await ada.asks(f"/delivery daily 8:30 {typed}")
    assert answer.labels[: len(offered)] == offered and answer.labels[-1] == "All zones"
    if offered:
        await press(ada, answer, offered[0])
        chat = await chat_of(serving)
        assert (chat.zone, chat.at) == (offered[0], time(8, 30))


def share(telegram: TelegramServer, who: Someone, latitude: float, longitude: float) -> None:
    """Send a location."""
    said = {"message_id": 9000, "date": 0, "chat": who.chat.json(), "from": who.person.json()}
    telegram.push("message", said | {"location": {"latitude": latitude, "longitude": longitude}})
