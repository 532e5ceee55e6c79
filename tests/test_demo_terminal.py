"""The chat in a terminal: how messages look there, and how lines become messages and presses."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.demo import lines
from bot.demo.chats import Chat, Event, Key, Message
from bot.demo.keyboard import Keyboard, piped
from bot.demo.markup import Formatted, parse
from bot.demo.screen import Screen
from bot.demo.telegram_server import TelegramServer
from bot.demo.terminal import Terminal
from tests.servers.people import Someone

CARD = (
    '<a href="https://huggingface.co/papers/2607.1"><b>Sparse Routers &lt;3</b></a>\nMira Okafor · <i>3 Jul</i>\n\n'
    "<blockquote expandable>Agents that read long histories spend most of their time on attention.</blockquote>\n"
    '💻 <a href="https://github.com/okafor-lab/routers">github.com/okafor-lab/routers</a> · <code>x</code>'
)


def plain(source: str, width: int | None = None) -> list[str]:
    return [line.plain for line in lines.content(parse(source), width, styled=False)]


def test_a_card_in_a_pipe_has_marks_addresses_and_a_bar_beside_the_quotation() -> None:
    assert plain(CARD) == [
        "*Sparse Routers <3* <https://huggingface.co/papers/2607.1>",
        "Mira Okafor · _3 Jul_",
        "",
        "│ Agents that read long histories spend most of their time on attention.",
        "💻 https://github.com/okafor-lab/routers · `x`",
    ]


def test_a_quotation_wraps_beside_its_bar_and_an_address_stays_whole() -> None:
    assert plain(CARD, 40) == [
        "*Sparse Routers <3*",
        "<https://huggingface.co/papers/2607.1>",
        "Mira Okafor · _3 Jul_",
        "",
        "│ Agents that read long histories spend",
        "│ most of their time on attention.",
        "💻 https://github.com/okafor-lab/routers",
        "· `x`",
    ]


def test_a_mistake_keeps_its_columns() -> None:
    assert plain("<code>(graph OR flow\n^ never closed</code>") == ["(graph OR flow", "^ never closed"]


def test_styles_replace_marks_on_a_terminal() -> None:
    [title, *_] = lines.content(parse(CARD), None, styled=True)
    assert title.plain == "Sparse Routers <3 <https://huggingface.co/papers/2607.1>"
    assert any("bold" in str(span.style) for span in title.spans)


def test_buttons_are_numbered_over_all_rows() -> None:
    rows = ((Key("Code", url="https://github.com/a/b"), Key("‹", data="p")), (Key("Undo", data="u"),))
    assert [line.plain for line in lines.keys(rows, None)] == ["[1] Code <https://github.com/a/b>  [2] ‹", "[3] Undo"]


@given(st.text(max_size=80))
def test_nothing_said_can_command_a_terminal(text: str) -> None:
    shown = [*lines.content(Formatted(text), 30, styled=True), *lines.keys([[Key(text, url=text)]], 30)]
    assert not any(
        c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u2066" for line in shown for c in line.plain if c != "\n"
    )


@given(st.lists(st.text("abcé汉", min_size=1, max_size=8), max_size=20), st.integers(16, 40))
def test_wrapping_loses_no_word_and_keeps_the_width(words: list[str], width: int) -> None:
    wrapped = lines.wrapped(Text(" ".join(words)), width)
    assert " ".join(line.plain for line in wrapped).split() == words
    assert all(cell_len(line.plain) <= width for line in wrapped)


def test_hostile_names_and_toasts_are_disarmed_and_answers_are_shown() -> None:
    out = io.StringIO()
    screen = Screen(out)
    message = Message(1, Chat(1), None, 0, parse("gone <b>soon</b>"))
    screen.show(Event("answer", message, Formatted("Saved \x1b[31m")))
    screen.show(Event("answer", message, Formatted("Not allowed"), alert=True))
    screen.show(Event("edit", message, message.content))
    screen.show(Event("delete", message, message.content))
    assert out.getvalue() == "✓ Saved �[31m\n\n‼ Not allowed\n\n✎ edited:\ngone *soon*\n\n✗ deleted: gone soon\n\n"


def test_a_prompt_comes_back_below_what_arrives_meanwhile() -> None:
    out = io.StringIO()
    screen = Screen(out, so_far=lambda: "/sea")
    screen.prompting = True
    screen.show(Event("new", Message(1, Chat(1), None, 0, Formatted("x")), Formatted("x")))
    screen.end()
    assert out.getvalue() == "\nPaperwire:\nx\n\n› /sea\n"


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A bot that answers a text with it and three buttons, and a press with a toast and an edit."""
    if query := update.callback_query:
        await query.answer(f"pressed {query.data}")
        await query.edit_message_text(f"after {query.data}")
        return
    assert update.message is not None
    if update.message.text == "file":
        await update.message.reply_document(b"@misc{x}", filename="papers.bib")
    elif update.message.text == "slow":
        await asyncio.sleep(0.4)
        await update.message.reply_text("late")
    else:
        code = InlineKeyboardButton("Code", url="https://github.com/a/b")
        cite = InlineKeyboardButton("Cite", copy_text=CopyTextButton("@misc{y}"))
        more = InlineKeyboardButton("More", callback_data="m")
        text = f"<b>you said</b> {update.message.text}"
        await context.bot.send_message(1001, text, "HTML", reply_markup=keyboard(code, cite, more))


@asynccontextmanager
async def serving(telegram: TelegramServer) -> AsyncIterator[Bot]:
    application = Application.builder().token(telegram.token).base_url(f"{telegram.url}/bot").build()
    application.add_handler(CallbackQueryHandler(answer))
    application.add_handler(MessageHandler(filters.TEXT, answer))
    async with application:
        assert application.updater is not None
        await application.updater.start_polling()
        await application.start()
        yield application.bot
        await application.updater.stop()
        await application.stop()


@contextmanager
def typing(*typed: str) -> Iterator[TextIO]:
    """A pipe with these lines in it, which is then closed."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in typed).encode())
    os.close(writing)
    with os.fdopen(reading) as source:
        yield source


async def talked(telegram: TelegramServer, ada: Someone, *typed: str) -> str:
    """What the terminal showed while these lines came through a pipe."""
    out = io.StringIO()
    with typing(*typed) as source:
        async with serving(telegram):
            await Terminal(telegram, ada.chat, Screen(out), Keyboard(source, interactive=False)).talk()
    return out.getvalue()


async def test_lines_are_sent_one_after_the_other_and_numbers_press_the_newest_buttons(
    telegram: TelegramServer, ada: Someone
) -> None:
    shown = await talked(telegram, ada, "hello", "3", "slow", "3")
    hello = "Paperwire:\n*you said* {}\n[1] Code <https://github.com/a/b>  [2] Cite  [3] More\n\n"
    assert shown == (
        f"› hello\n{hello.format('hello')}› 3\n[More]\n✓ pressed m\n\n✎ edited:\nafter m\n\n"
        f"› slow\nPaperwire:\nlate\n\n› 3\n{hello.format('3')}"
    )


async def test_addresses_clips_and_digits(telegram: TelegramServer, ada: Someone) -> None:
    shown = await talked(telegram, ada, "x", "1", "#2", "#9", "'2", "file", "  ")
    for line in (
        "↗ Code opens https://github.com/a/b\n",
        "⧉ copied: @misc{y}\n",
        "There is no button 9; 3 can be pressed.\n",
        "*you said* 2\n",
        "📎 papers.bib (8 bytes)\n",
    ):
        assert line in shown
    assert [message.text for message in ada.chat.messages.values() if message.sender] == ["x", "2", "file"]


async def test_the_menu_is_what_the_bot_set(telegram: TelegramServer, ada: Someone) -> None:
    telegram.methods.perform("setMyCommands", {"commands": [{"command": "start", "description": "Begin"}]})
    assert "/start  Begin\n" in await talked(telegram, ada, "/")


async def test_nobody_reads_any_more(telegram: TelegramServer, ada: Someone) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    reading, writing = os.pipe()
    with os.fdopen(reading) as source:
        keyboard = Keyboard(source, interactive=False)
        async with serving(telegram) as bot:
            talk = asyncio.create_task(Terminal(telegram, ada.chat, Screen(Gone()), keyboard).talk())
            await asyncio.sleep(0)
            await bot.send_message(1001, "x")
            await asyncio.wait_for(talk, 5)
            os.close(writing)


def test_bytes_of_a_pipe_become_lines(tmp_path: Path) -> None:
    file = tmp_path / "typed"
    file.write_bytes("/start\r\n/search café\n\nlast".encode())
    with file.open() as source:
        assert list(piped(source)) == ["/start", "/search café", "", "last"]


@pytest.mark.parametrize("columns", [20, 80])
def test_a_wide_message_fits_a_narrow_terminal(columns: int) -> None:
    out = io.StringIO()
    Screen(out, width=columns).show(
        Event("new", Message(1, Chat(1), None, 0, Formatted("word " * 60)), Formatted("word " * 60))
    )
    assert max(map(len, out.getvalue().splitlines())) <= columns
