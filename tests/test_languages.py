"""Every text that reaches people can be translated, and every translation says the same and fits the same gaps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Message as Entry
from babel.messages.pofile import read_po

from bot.render import html, mistakes
from bot.render.language import ENGLISH, LANGUAGES, speaking
from bot.render.message import Message
from tests.markup import read

BOT = Path(__file__).parent.parent / "bot"
SPEAKING = sorted(
    file
    for file in [*BOT.glob("commands/*.py"), *BOT.glob("render/*.py"), BOT / "digests.py"]
    if not re.match("latex|cities", file.name)  # tables of signs and names
) + [BOT / "query" / f"{name}.py" for name in ("lexer", "parser", "conditions", "leaves", "words")]
TRANSLATING = {"_", "N_", "ngettext", "pgettext"}
OF_PROGRAMMERS = {"frozenset", "TypeVar", "ValueError", "AssertionError", "LookupError"}
# Names, and examples of queries: the same in every language.
SAME_EVERYWHERE = {
    "English", "Hugging Face", "BibTeX", "Factory", "diffusion -survey", "graph neural network",
    '"graph neural network"', 'diffusion OR "flow matching"', 'author:"Yann LeCun"', "code:yes upvotes:>=20",
    "title: abstract: cat: source:", "language model code:yes", "daily 8:30 Europe/Berlin", "weekdays 18:00",
    "weekly Mon 9:00",
}  # fmt: skip
TRANSLATIONS = sorted(code for code in LANGUAGES if code != ENGLISH)


def parts(node: ast.AST) -> set[ast.AST]:
    return set(ast.walk(node))


def unseen(node: ast.AST) -> Iterator[ast.AST]:
    """What within a node no person sees, or is translated already."""
    match node:
        case ast.Expr(ast.Constant() as documentation):
            yield documentation
        case ast.Call(ast.Name(name)) if name in TRANSLATING | OF_PROGRAMMERS:
            yield node
        case ast.Call(ast.Attribute(ast.Name("log" | "re"))):
            yield node
        case ast.Compare() | ast.MatchValue():
            yield node
        case ast.Dict(keys):
            yield from filter(None, keys)
        case ast.Subscript():
            yield node.slice
        case ast.keyword("data" | "verb"):
            yield node.value


def is_prose(text: str, *, in_a_sentence: bool) -> bool:
    """Whether words stand in it: two in a row, one with a capital, or one beside a gap."""
    if text in SAME_EVERYWHERE or re.match(r"/\w", text) or re.fullmatch(r"\S*/\S*", text):
        return False
    bare = re.sub(r"<[^>]*>?|https?://\S*", "", text)
    signs = [r"[A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}", r"(?<![\w/.])[A-Z][a-z]{2,}"]
    if in_a_sentence:
        signs.append(r"(?:^| )[a-z]{2,}(?=[ ,.;]|$)")
    return any(re.search(sign, bare) for sign in signs)


def bypassing(source: str) -> list[str]:
    """The texts of a module that go past the translation."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    hidden = {part for node in nodes for bare in unseen(node) for part in parts(bare)}
    sentences = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    return [
        f"{node.lineno}: {node.value}"
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in hidden
        if is_prose(node.value, in_a_sentence=node in sentences)
    ]


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_text_bypasses_translation(file: Path) -> None:
    assert bypassing(file.read_text()) == []


def test_a_text_that_bypasses_translation_is_found() -> None:
    assert bypassing('Button("Follow a topic", data="ask:one two")') == ["1: Follow a topic"]
    assert bypassing('head = f"{count} papers"') == ["1:  papers"]
    assert bypassing('labels = {"Day ahead": N_("Day"), "w": "Week"}') == ["1: Week"]
    assert bypassing('Button(_("Follow a topic"), data=f"sub:{key}")') == []


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_is_translated_can_be_found_by_tools(file: Path) -> None:
    """A text that is put together before it is translated, or within an f-string, is in no catalogue."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    inside = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in parts(node)}
    for call in nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATING:
            texts = call.args[:2] if call.func.id in ("ngettext", "pgettext") else call.args[:1]
            assert not any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts), f"line {call.lineno}"
            hidden = call in inside and any(isinstance(text, ast.Constant) for text in texts)
            assert not hidden, f"line {call.lineno}: pybabel does not see it"


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_number_or_date_bypasses_the_language(file: Path) -> None:
    """Signs for thousands, percent and names of months differ: bot.render.times has them."""
    specs = [
        part.value
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FormattedValue) and node.format_spec
        for part in ast.walk(node.format_spec)
        if isinstance(part, ast.Constant)
    ]
    assert [spec for spec in specs if re.search(r",|\d?%$|%[aAbBpcxX]", str(spec))] == []


def translated() -> list[tuple[str, Entry]]:
    """Every translation that is there, with its language."""
    found = []
    for language in TRANSLATIONS:
        with (BOT / "locale" / language / "LC_MESSAGES" / "paperwire.po").open("rb") as file:
            found += [(language, message) for message in read_po(file, locale=language) if message.id]
    return found


def said(message: Entry) -> list[str]:
    """The forms of a translation that are there."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [form for form in forms if form]


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def kept(text: str) -> list[str]:
    """What of a text must be in its translation as well: markup, commands, and the ends of lines."""
    return sorted(re.findall(r"</?[a-z][^>]*>|(?<![\w>{/])/[a-z]+|\n", text))


def test_translations_have_the_gaps_markup_and_commands_of_their_text() -> None:
    wrong = []
    for language, message in translated():
        text = message.id if isinstance(message.id, str) else message.id[-1]
        for form in said(message):
            if gaps(form) != gaps(text) or kept(form) != kept(text):
                wrong.append(f"{language}: {text!r} → {form!r}")
    assert wrong == []


def test_translations_show_and_offer_to_tap_what_their_text_does() -> None:
    """As Telegram reads them: whole markup, the same commands, no mention or link that came by accident."""
    for _, message in translated():
        text = message.id if isinstance(message.id, str) else message.id[-1]
        for form in said(message):
            if message.context is None:
                filled, asked = (Message(each.format(**dict.fromkeys(gaps(each), "x"))) for each in (form, text))
                assert sorted(read(filled).tappable) == sorted(read(asked).tappable), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_for_a_moment_fits(language: str) -> None:
    """https://core.telegram.org/bots/api#answercallbackquery: 200 characters."""
    with speaking(language):
        shown = [mistakes.failed(), mistakes.not_allowed("group"), mistakes.old_button("/subscriptions")]
        assert all(len(html.visible(message.text)) <= 200 for message in shown)


def test_plurals_have_every_form_that_their_language_needs() -> None:
    """Russian three, Chinese one."""
    needed = {"ru": 3, "zh": 1}
    for language, message in translated():
        if message.pluralizable and said(message):
            assert len(said(message)) == needed[language], message.id


def test_translations_keep_the_voice() -> None:
    """No exclamation marks, no English left behind, ends as the text does."""
    wrong = []
    for language, message in translated():
        text = message.id if isinstance(message.id, str) else message.id[-1]
        for form in said(message):
            ends = {".": ".。", ":": ":：", "?": "?？"}.get(text[-1])
            if "!" in form or "！" in form or (ends and form[-1] not in ends):
                wrong.append(f"{language}: {text!r} → {form!r}")
    assert wrong == []
