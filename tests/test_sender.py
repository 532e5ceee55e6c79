"""What Telegram's answers mean, through the real python-telegram-bot and a Bot API server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.demo.loopback import Answer
from bot.demo.telegram_server import TelegramServer
from bot.errors import TokenRefused
from bot.pace import Pace
from bot.render.message import Button, Message
from bot.sender import Gone, MovedTo, Muted, Outcome, Rejected, RetryIn, Sender, Sent, TopicLost, Unreachable
from bot.urgency import Urgency
from tests.servers.faults import Faults
from tests.servers.people import Someone

CARD = Message(
    '<b><a href="https://example.org/p">Routers &amp; tokens</a></b>',
    ((Button("Code", url="https://example.org/code"), Button("Open", data="p:1")), (Button("Copy", copy="2607.1"),)),
)


@pytest.fixture
async def sender(telegram: TelegramServer) -> AsyncIterator[Sender]:
    """A sender whose bot talks to the server."""
    request = HTTPXRequest(httpx_kwargs={"verify": False})  # loopback is not encrypted; certificates take time to read
    bot = ExtBot[Urgency](telegram.token, base_url=f"{telegram.url}/bot", request=request, rate_limiter=Pace(1000))
    async with bot:
        yield Sender(bot)


async def test_a_message_arrives_with_markup_buttons_and_no_preview(sender: Sender, ada: Someone) -> None:
    """As it was rendered."""
    outcome = await sender.send(ada.person.id, 0, CARD, silent=True)
    [message] = ada.messages
    assert outcome == Sent(message.id)
    assert message.text == "Routers & tokens"
    assert {entity["type"] for entity in message.json({})["entities"]} == {"bold", "text_link"}
    assert [(key.label, key.url or key.data or key.copy) for key in message.keys] == [
        ("Code", "https://example.org/code"),
        ("Open", "p:1"),
        ("Copy", "2607.1"),
    ]
    assert message.silent
    assert message.call["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", Gone),
        (403, "Forbidden: user is deactivated", Gone),
        (403, "Forbidden: bot was kicked from the supergroup chat", Gone),
        (400, "Bad Request: chat not found", Gone),
        (400, "Bad Request: not enough rights to send text messages to the chat", Muted),
        (400, "Bad Request: need administrator rights in the channel chat", Muted),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Muted),
        (400, "Bad Request: message thread not found", TopicLost),
        (400, "Bad Request: TOPIC_CLOSED", TopicLost),
        (400, "Bad Request: TOPIC_DELETED", TopicLost),
        (500, "Internal Server Error", Unreachable),
        (409, "Conflict: terminated by other getUpdates request", Unreachable),
    ],
)
async def test_a_refusal_says_what_to_do(
    sender: Sender, telegram_faults: Faults, ada: Someone, status: int, description: str, expected: type[Outcome]
) -> None:
    """Each is told apart, asked once, its reason kept, and nothing was shown."""
    telegram_faults.refuse("sendMessage", status, description)
    outcome = await sender.send(ada.person.id, 5, CARD)
    assert isinstance(outcome, expected)
    assert description.split(": ")[-1].lower() in str(outcome).lower()
    assert len(telegram_faults.hits) == 1 and not ada.messages


@pytest.mark.parametrize(
    ("status", "parameters", "expected"),
    [(400, {"migrate_to_chat_id": -1009}, MovedTo(-1009)), (429, {"retry_after": 7}, RetryIn(7))],
)
async def test_a_refusal_with_parameters_tells_them(
    sender: Sender,
    telegram_faults: Faults,
    ada: Someone,
    status: int,
    parameters: dict[str, int],
    expected: Outcome,
) -> None:
    """Where the group went, and for how long to wait."""
    telegram_faults.refuse("sendMessage", status, "Bad Request: see the parameters", parameters)
    assert await sender.send(ada.person.id, 0, CARD) == expected


@pytest.mark.parametrize("status", [502, 504, 403, 404, 400, 429])
async def test_a_proxys_page_says_nothing_about_the_chat(
    sender: Sender, telegram_faults: Faults, ada: Someone, status: int
) -> None:
    """Whatever its status: the paper is tried again."""
    telegram_faults.status("sendMessage", status)
    assert isinstance(await sender.send(ada.person.id, 0, CARD), Unreachable)


@pytest.mark.parametrize("body", ['{"ok": true, "result": {"mess', "[]", "{}", '{"ok": true, "result": {}}', "null"])
async def test_an_answer_that_is_not_telegrams_is_no_answer(
    sender: Sender, telegram_faults: Faults, ada: Someone, body: str
) -> None:
    """JSON that is cut off or of another shape."""
    telegram_faults.answer("sendMessage", Answer(200, body, {"Content-Type": "application/json"}))
    assert isinstance(await sender.send(ada.person.id, 0, CARD), Unreachable)


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_connection_is_no_answer(
    sender: Sender, telegram_faults: Faults, ada: Someone, after: bool
) -> None:
    """Whether or not the message had arrived."""
    telegram_faults.hang_up("sendMessage", after=after)
    assert isinstance(await sender.send(ada.person.id, 0, CARD), Unreachable)
    assert len(ada.messages) == after


async def test_nobody_listening_is_no_answer(sender: Sender, telegram: TelegramServer, ada: Someone) -> None:
    """As when the network is down."""
    await telegram.stop()
    assert isinstance(await sender.send(ada.person.id, 0, CARD), Unreachable)


async def test_what_telegram_cannot_read_comes_as_plain_text(sender: Sender, ada: Someone) -> None:
    """Better without markup than not at all; the address is written out."""
    broken = Message('<b><a href="https://example.org/p">Routers</a> &amp; tokens', CARD.rows)
    assert isinstance(await sender.send(ada.person.id, 0, broken), Sent)
    [message] = ada.messages
    assert message.text == "Routers (https://example.org/p) & tokens"
    assert not message.keys


async def test_a_message_that_is_too_long_is_cut(sender: Sender, ada: Someone) -> None:
    """Within Telegram's 4,096 UTF-16 units."""
    assert isinstance(await sender.send(ada.person.id, 0, Message("😀 " * 3000)), Sent)
    [message] = ada.messages
    assert 8000 <= len(message.text.encode("utf-16-le")) <= 2 * 4096


async def test_what_telegram_refuses_also_as_plain_text_is_rejected(
    sender: Sender, telegram_faults: Faults, ada: Someone
) -> None:
    """After two attempts."""
    telegram_faults.refuse("sendMessage", 400, "Bad Request: MESSAGE_INVALID", times=9)
    assert isinstance(await sender.send(ada.person.id, 0, CARD), Rejected)
    assert len(telegram_faults.hits) == 2


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_refused_token_is_the_end(
    sender: Sender, telegram_faults: Faults, ada: Someone, status: int, description: str
) -> None:
    """With a sentence that says what to do."""
    telegram_faults.refuse("sendMessage", status, description)
    with pytest.raises(TokenRefused, match=r"telegram\.token"):
        await sender.send(ada.person.id, 0, CARD)
