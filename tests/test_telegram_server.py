"""The Bot API server of the demo and the tests, through the real python-telegram-bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from bot.demo.chats import Person, Refusal
from bot.demo.loopback import Answer, Perform
from bot.demo.telegram_server import Call, TelegramServer
from tests.servers.faults import Faults
from tests.servers.people import Someone, group


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[Bot]:
    polling = HTTPXRequest(connection_pool_size=2)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot", get_updates_request=polling) as bot:
        yield bot


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


async def test_a_formatted_message_with_buttons_arrives_as_people_see_it(bot: Bot, ada: Someone) -> None:
    code = InlineKeyboardButton("Code", url="https://github.com/okafor-lab/routers")
    back = InlineKeyboardButton("Back", callback_data="b:1")
    cite = InlineKeyboardButton("Cite", copy_text=CopyTextButton("@article{okafor}"))
    sent = await bot.send_message(
        ada.chat.id, "<b>A &lt;B&gt;</b> 😀 <a href='https://example.org/x'>page</a>", ParseMode.HTML,
        reply_markup=keyboard(code, back, cite), disable_notification=True,
    )  # fmt: skip
    message = await ada.hears("A <B>")
    assert message.text == "A <B> 😀 page"
    assert message.content.parts("bold") == ["A <B>"]
    assert [(entity.url, message.text[entity.start : entity.end]) for entity in message.entities if entity.url] == [
        ("https://example.org/x", "page")
    ]
    assert (message.labels, message.silent) == (["Code", "Back", "Cite"], True)
    assert sent.parse_entity(sent.entities[1]) == "page"
    assert sent.reply_markup == keyboard(code, back, cite)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>open", 'find end tag corresponding to start tag "b"'),
        ("<b>x</i>", "unmatched end tag at byte offset 4"),
        ("3 < 4", "parse entities: unclosed start tag at byte offset 2"),
        ("<h1>x</h1>", 'unsupported start tag "h1" at byte offset 0'),
        ("x" * 4097, "too long"),
        ("😀" * 2049, "too long"),
        (" \n ", "empty"),
    ],
)
async def test_what_telegram_refuses_is_refused(bot: Bot, ada: Someone, text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_message(ada.chat.id, text, ParseMode.HTML)
    assert ada.messages == []


async def test_the_longest_message_counts_what_is_visible(bot: Bot, ada: Someone) -> None:
    await bot.send_message(ada.chat.id, f"<b>{'&amp;' * 4096}</b>", ParseMode.HTML)
    assert ada.messages[0].text == "&" * 4096


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (InlineKeyboardButton("x", callback_data="d" * 65), "[Bb]utton_data_invalid"),
        (InlineKeyboardButton("x", callback_data="é" * 33), "[Bb]utton_data_invalid"),
        (InlineKeyboardButton("x", url="javascript:alert(1)"), "wrong http url"),
        (InlineKeyboardButton(" ", callback_data="d"), "non-empty"),
        (InlineKeyboardButton("x"), "text buttons are unallowed"),
    ],
)
async def test_buttons_that_cannot_work_are_refused(
    bot: Bot, ada: Someone, button: InlineKeyboardButton, reason: str
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_message(ada.chat.id, "x", reply_markup=keyboard(button))


async def test_an_edit_must_change_something_that_is_there(bot: Bot, ada: Someone) -> None:
    sent = await bot.send_message(
        ada.chat.id, "one", reply_markup=keyboard(InlineKeyboardButton("x", callback_data="1"))
    )
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("one", ada.chat.id, sent.message_id, reply_markup=sent.reply_markup)
    await bot.edit_message_reply_markup(ada.chat.id, sent.message_id)
    edited = await ada.hears(kind="edit")
    assert (edited.text, edited.rows) == ("one", ())
    await bot.edit_message_text("two", ada.chat.id, sent.message_id)
    assert (await ada.hears("two", kind="edit")).edits == 2
    await bot.delete_message(ada.chat.id, sent.message_id)
    assert ada.messages == []
    for gone in (sent.message_id, 987):
        with pytest.raises(BadRequest, match="not found"):
            await bot.edit_message_text("three", ada.chat.id, gone)
        with pytest.raises(BadRequest, match="not found"):
            await bot.delete_message(ada.chat.id, gone)


async def test_wrong_tokens_unknown_chats_and_blocked_bots(telegram: TelegramServer, bot: Bot, ada: Someone) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{telegram.url}/bot"):
            pass
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "x")
    ada.chat.refusal = Refusal(403, "Forbidden: bot was blocked by the user")
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(ada.chat.id, "x")


async def test_a_file_keeps_its_name_and_bytes(bot: Bot, ada: Someone) -> None:
    sent = await bot.send_document(ada.chat.id, "@misc{œuvre}\n".encode(), filename="papers.bib", caption="1 paper")
    file = ada.messages[0].file
    assert file is not None
    assert (file.name, file.content.decode(), ada.messages[0].text) == ("papers.bib", "@misc{œuvre}\n", "1 paper")
    assert sent.document is not None and sent.document.file_name == "papers.bib"


async def test_menu_and_profile_are_kept_by_scope_and_language(telegram: TelegramServer, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "Begin")])
    await bot.set_my_commands([BotCommand("start", "Beginnen")], language_code="de")
    await bot.set_my_description("Papers")
    assert [command.description for command in await bot.get_my_commands(language_code="de")] == ["Beginnen"]
    await bot.delete_my_commands(language_code="de")
    assert await bot.get_my_commands(language_code="de") == ()
    assert await bot.get_my_commands() == (BotCommand("start", "Begin"),)
    assert telegram.methods.profile == {"description": "Papers"}


async def test_administrators_of_a_group(telegram: TelegramServer, bot: Bot) -> None:
    chat = group(telegram, -1001, Person(7, "Ines"))
    assert [member.user.first_name for member in await bot.get_chat_administrators(chat.id)] == ["Ines"]
    assert (await bot.get_chat_member(chat.id, 7)).status == "administrator"
    assert (await bot.get_chat(chat.id)).title == chat.title


async def test_each_fault_reaches_the_bot_as_its_own_error(bot: Bot, ada: Someone, telegram_faults: Faults) -> None:
    telegram_faults.flood("sendMessage", 7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ada.chat.id, "x")
    assert caught.value.retry_after == timedelta(seconds=7)
    telegram_faults.status("sendMessage", 502)
    with pytest.raises(NetworkError):
        await bot.send_message(ada.chat.id, "x")
    telegram_faults.hang_up("sendMessage", after=False)
    with pytest.raises(NetworkError):
        await bot.send_message(ada.chat.id, "before")
    telegram_faults.hang_up("sendMessage", after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ada.chat.id, "after")
    assert [message.text for message in ada.messages] == ["after"]


async def test_a_call_can_be_held_back(bot: Bot, ada: Someone, telegram_faults: Faults) -> None:
    release = asyncio.Event()
    telegram_faults.hang(lambda call: call.params.get("text") == "held", release)
    sending = asyncio.create_task(bot.send_message(ada.chat.id, "held"))
    await bot.send_message(ada.chat.id, "past")
    assert [message.text for message in ada.messages] == ["past"]
    release.set()
    await sending
    assert [message.text for message in ada.messages] == ["past", "held"]


async def test_updates_wait_until_they_are_confirmed_and_for_one_poller(
    telegram: TelegramServer, bot: Bot, ada: Someone
) -> None:
    ada.say("/start@paperwire_demo_bot now")
    [update] = await bot.get_updates(allowed_updates=["message"])
    assert (await bot.get_updates()) == (update,)
    assert update.message is not None
    assert update.message.parse_entities() == {update.message.entities[0]: "/start@paperwire_demo_bot"}
    arrived = asyncio.Event()

    async def arrival(_: Call, perform: Perform) -> Answer:
        arrived.set()
        return await perform()

    telegram.intercept = arrival
    first = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=5))
    await arrived.wait()
    second = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=5))
    with pytest.raises(Conflict):
        await first
    ada.say("more")
    assert [update.message.text for update in await second if update.message] == ["more"]
    await bot.set_webhook("https://bot.example.org/hook")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_inline_results_reach_who_asked(bot: Bot, ada: Someone) -> None:
    asking = asyncio.create_task(ada.inline("graphs"))
    [update] = await bot.get_updates(timeout=5)
    assert update.inline_query is not None
    article = InlineQueryResultArticle("1", "Graphs", InputTextMessageContent("<b>Graphs</b>", ParseMode.HTML))
    broken = InlineQueryResultArticle("2", "Broken", InputTextMessageContent("<b>Graphs", ParseMode.HTML))
    with pytest.raises(BadRequest, match="parse entities"):
        await update.inline_query.answer([article, broken])
    await update.inline_query.answer([article])
    assert [result["title"] for result in (await asking)["results"]] == ["Graphs"]


async def test_topics_and_replies(telegram: TelegramServer, bot: Bot) -> None:
    forum = group(telegram, -1002, forum=True)
    ines = Someone(telegram, Person(7, "Ines"), forum, thread=5)
    asked = ines.say("/list")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (5, True)
    sent = await update.message.reply_text("here", do_quote=True)
    heard = await ines.hears("here")
    assert (heard.reply_to, heard.thread, sent.message_thread_id) == (asked, 5, 5)
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(forum.id, "x", reply_to_message_id=999)


async def test_an_application_polls_commands_and_presses(telegram: TelegramServer, ada: Someone) -> None:
    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text("Hello", reply_markup=keyboard(InlineKeyboardButton("More", callback_data="m")))

    async def more(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Here it is")
        await update.callback_query.edit_message_text("All of it")

    application = Application.builder().token(telegram.token).base_url(f"{telegram.url}/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(more))
    async with application:
        assert application.updater is not None
        await application.updater.start_polling()
        await application.start()
        await ada.asks("/start", "Hello")
        assert (await ada.presses("more"))["text"] == "Here it is"
        await ada.hears("All of it", kind="edit")
        await application.updater.stop()
        await application.stop()
    assert (len(ada.messages), telegram.unread) == (1, 0)
