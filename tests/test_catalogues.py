"""The catalogues hold a translation of every text of the sources, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.render.language import ENGLISH, LANGUAGES

BOT = Path(__file__).parent.parent / "bot"
Key = tuple[str, str]  # context, and the text for one


def key(text: object, context: str | None) -> Key:
    return context or "", str(text[0] if isinstance(text, tuple | list) else text)


@pytest.fixture(scope="module")
def texts() -> set[Key]:
    """What the sources say."""
    return {key(text, context) for _file, _line, text, _comments, context in extract_from_dir(BOT)}


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {ENGLISH}))
def test_a_catalogue_is_complete_and_up_to_date(language: str, texts: set[Key]) -> None:
    """CONTRIBUTING.md says how to bring it up to date."""
    with (BOT / "locale" / language / "LC_MESSAGES" / "paperwire.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    entries = {key(entry.id, entry.context): entry for entry in catalogue if entry.id}
    assert texts - entries.keys() == set(), "not in the catalogue"
    assert entries.keys() - texts == set(), "no longer in the sources"
    assert not catalogue.obsolete
    empty = {
        known
        for known, entry in entries.items()
        if entry.fuzzy or not all([entry.string] if isinstance(entry.string, str) else entry.string or [""])
    }
    assert empty == set(), "not translated"
