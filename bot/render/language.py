"""The language of the texts: the one that is spoken to a chat, and what a text is in it.

Texts are written in English where they are used, whole sentences with named gaps: `_("Next: {day}.").format(day=day)`.
What is said is looked up when it is said; what stands in a table at import is marked with N_ and put through _ later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel import Locale
from babel.lists import format_list

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "ru": "Русский", "zh": "中文"}
"""What can be spoken, by code, each by its own name."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def current() -> str:
    """The code of the language that is spoken now."""
    return _spoken.get()


def locale() -> Locale:
    """How the language that is spoken now writes dates, numbers and lists."""
    return _locale(current())


def speak(language: str) -> None:
    """Speak a language of LANGUAGES in this task from now on; any other is English."""
    _spoken.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language of LANGUAGES within a block; any other is English."""
    before = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def of_code(code: str | None) -> str:
    """The language for an IETF tag as Telegram tells it (ru, zh-hans, pt-br): English where it cannot be spoken."""
    language = (code or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def _(text: str) -> str:
    """The text in the language that is spoken."""
    return _catalogue(current()).gettext(text) if text else ""  # which in a catalogue stands for its head


def ngettext(one: str, many: str, number: int) -> str:
    """The text for this number of things; both have the same gaps, and the number is filled in by the caller."""
    return _catalogue(current()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """The text where it alone would be ambiguous; context: where it stands, in English, for translators."""
    return _catalogue(current()).pgettext(context, text)


def sentences(*parts: str) -> str:
    """The whole sentences that are not empty, one after the other: Chinese puts no space between them."""
    return ("" if current() == "zh" else " ").join(part for part in parts if part)


def listed(parts: Sequence[str], *, either: bool = False) -> str:
    """a; a and b; a, b and c; or with `either`: a, b or c."""
    here = _locale("en_GB") if current() == ENGLISH else locale()  # without a comma before the last
    if current() == "zh" and len(parts) > 1:
        before, after = parts[-2:]  # Latin words are set apart from 或 and 和
        parts = [*parts[:-2], before + " " * before[-1:].isascii(), " " * after[:1].isascii() + after]
    return format_list(parts, "or" if either else "standard", here)


def clauses(*parts: str) -> str:
    """The parts that are not empty, with the comma of the language between them."""
    return ("，" if current() == "zh" else ", ").join(part for part in parts if part)


def N_(text: str) -> str:
    """The text as it is: marks one that is put through _ when it is said."""
    return text


@cache
def _locale(code: str) -> Locale:
    """Kept, as to make one from its code takes longer than to write a date with it."""
    return Locale.parse(code)


@cache
def _catalogue(language: str) -> NullTranslations:
    """The translations of a language, read when it is first spoken; English is in the texts themselves."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # English, as on the command line, does without
    from babel.messages.pofile import read_po

    file = resources.files("bot") / "locale" / language / "LC_MESSAGES" / "paperwire.po"
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
