"""What the documents promise, held against the code."""

from __future__ import annotations

import json
import re
import shlex
from datetime import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import BaseModel

from bot.cli import parser
from bot.commands import registry
from bot.config import known_keys
from bot.query.parser import parse
from bot.settings import MonitoringSettings, Settings, Webhook
from tests.documents import DOCUMENTS, ROOT, quoted, read, shell, subcommands, tables

README = read("README.md")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    return tables(README, heading)


def default(key: str) -> str:
    """The default of a dotted key as the table shows it; '' for none."""
    *path, name = key.split(".")
    section: BaseModel | type[BaseModel] = Settings()
    optional: dict[str, type[BaseModel]] = {"webhook": Webhook, "monitoring": MonitoringSettings}
    for part in path:
        section = optional.get(part) or getattr(section, part)
    fields = section.model_fields if isinstance(section, type) else type(section).model_fields
    field = fields[name]
    value = None if field.is_required() else field.default
    match value:
        case None | "":
            return ""
        case time():
            return f"`{value:%H:%M}`"
        case tuple():
            return f"`{json.dumps(value)}`"
        case bool():
            return f"`{str(value).lower()}`"
        case _:
            return f"`{value}`"


def test_every_key_of_the_configuration_is_in_the_table_with_its_default() -> None:
    keys = known_keys()
    leaves = [key for key in keys if not any(other.startswith(f"{key}.") for other in keys)]
    table = {quoted(key)[0]: shown for key, shown, _ in rows("Configuration")}
    assert table == {key: default(key) for key in leaves}


def test_variables_that_are_named_set_a_key() -> None:
    named = {name for text in DOCUMENTS for name in re.findall(r"PAPERWIRE_\w+", text.read_text(encoding="utf-8"))}
    dotted = {name.removeprefix("PAPERWIRE_").lower().replace("__", ".") for name in named}
    assert dotted <= set(known_keys())


def test_every_command_of_the_chats_is_in_the_table_and_no_other() -> None:
    table = {name for cell, *_ in rows("In chats") for text in quoted(cell) for name in re.findall(r"^/(\w+)", text)}
    assert table == {name for command in registry.COMMANDS for name in (command.name, *command.aliases)}


def test_queries_of_the_readme_can_be_read() -> None:
    paragraph = re.search(r"What you follow is a query:.*?\n\n", README, re.S)
    assert paragraph
    queries = [text for text in quoted(" ".join(paragraph[0].split())) if not text.endswith(":")]
    assert len(queries) > 8
    for query in queries:
        parse(query if query != "-survey" else "diffusion -survey")


def test_every_subcommand_is_in_the_table_with_all_that_it_takes() -> None:
    shown = {words[1]: words[2:] for words in (quoted(cell)[0].split() for cell, _ in rows("On the command line"))}
    taken = {
        name: {word for action in command._actions for word in action.option_strings or [str(action.metavar)]}
        - {"-h", "--help", "--config"}
        for name, command in subcommands().items()
    }
    assert {
        name: {word.strip("[]") for word in words} - {"N", "TOKEN", "URL"} for name, words in shown.items()
    } == taken


def test_examples_are_commands() -> None:
    epilogs = [command.epilog or "" for command in (parser(), *subcommands().values())]
    examples = [line.split("  ")[0] for text in epilogs for line in re.findall(r"^  (paperwire .*)$", text, re.M)]
    documents = [text.read_text(encoding="utf-8") for text in DOCUMENTS]
    named = [text.removeprefix(".venv/bin/") for document in documents for text in quoted(document)]
    examples += [text for text in named if text.startswith("paperwire ")]
    assert len(examples) > 15
    for example in examples:
        if example.split()[1].startswith("--"):
            continue  # it prints and ends; tests/test_cli.py tries it
        if len(example.split()) == 2:  # a command is named, not shown
            assert example.split()[1] in subcommands()
            continue
        filled = re.sub(r"\bN\b", "7", example.replace("[", "").replace("]", ""))
        parser().parse_args(shlex.split(filled)[1:])


def test_a_fresh_machine_needs_one_command_each_for_the_demo_and_the_tests() -> None:
    demo, tests = [line for line in shell(README) if line.startswith("python3 ")]
    install = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt"
    assert demo == f"{install} . && .venv/bin/paperwire demo"
    assert tests == f"{install} -e '.[dev]' && .venv/bin/pytest"
    assert tests in " && ".join(quoted((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert any("pip" in line and line.endswith("-c constraints.txt -e '.[dev]'") for line in checks)
    assert "pytest" in checks


def test_the_other_shell_commands_are_commands() -> None:
    started = [line for line in shell(README) if ".venv/bin/paperwire" in line]
    assert len(started) == 3
    for line in started:
        parser().parse_args(shlex.split(line.rsplit(".venv/bin/paperwire", 1)[1]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    for target in targets:
        path, _, place = target.partition("#")
        assert (document.parent / path).exists(), target
        assert not place or place in _places((document.parent / path).read_text(encoding="utf-8") if path else text)


def _places(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (.*)$", text, re.M)
    assert released[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in released[1:])
    assert released[1:] == sorted(released[1:], key=lambda heading: heading.rsplit(" ", 1)[1], reverse=True)
    kinds = set(re.findall(r"^### (.*)$", text, re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_picture_is_small_and_needs_nothing_from_elsewhere() -> None:
    text = (ROOT / "docs" / "conversation.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert len(text.encode()) < 60_000
    assert not re.search(r"href|url\(|@import|<script|<image|<foreignObject", text)
