"""What docs/readers.md shows, sent to the bot."""

from __future__ import annotations

import re

import pytest

from bot.commands import registry
from tests.commands.conftest import Serving
from tests.documents import quoted, read
from tests.servers.people import Someone

READERS = read("docs/readers.md")
LOST = re.compile(r"can't read|don't know|do not follow|did not work|no longer works|Only administrators", re.I)
EXAMPLES = list(dict.fromkeys(text for text in quoted(READERS) if text.startswith("/")))


def test_readers_are_told_of_every_command() -> None:
    shown = {text[1:].split()[0] for text in EXAMPLES}
    assert shown >= {command.name for command in registry.COMMANDS if command.does}


async def test_each_example_is_understood(archive: Serving, ada: Someone) -> None:
    assert len(EXAMPLES) > 30
    for example in EXAMPLES:
        heard = await ada.asks(example, within=20)
        assert not LOST.search(heard.content.text), (example, heard.content.text)
    assert archive.woken


@pytest.mark.usefixtures("archive")
async def test_inline_queries_are_answered(ada: Someone) -> None:
    [query] = [text.removeprefix("@yourbot ") for text in quoted(READERS) if text.startswith("@yourbot ")]
    assert (await ada.inline(query))["results"]
