"""What docs/ and deploy/ show, held against the code: commands, settings, numbers, messages and addresses."""

from __future__ import annotations

import re
import shlex
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from benchmarks.__main__ import benchmarks
from bot.cli import parser
from bot.metrics import Metrics
from bot.query.parser import parse
from bot.settings import Settings, Webhook
from storage.numbers import Gauges, SourceGauge
from tests.documents import ROOT, blocks, quoted, read, shell, subcommands, tables

DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))
OPERATORS = read("docs/operators.md")
FILES = re.compile(r"(?:deploy/|bot/|storage/|tests/|docs/|benchmarks/)[\w/.-]+|constraints\.txt")
BEFORE = re.compile(r"sudo( -u \w+)?( -E)? ")
AROUND = re.compile(r"docker compose (run --rm bot|exec bot paperwire) ")
OTHERS = {
    "cd", "chgrp", "chmod", "docker", "echo", "git", "install", "journalctl", "litestream", "pip", "pipx", "pybabel",
    "pytest", "python", "python3", "sed", "systemctl", "useradd", "uv",
}  # fmt: skip


def commands(name: str) -> list[list[str]]:
    """Each command of a document's shell as words, without what makes it another user's or a container's."""
    lines = [part for line in shell(read(name)) for part in line.split(" && ") if not line.startswith("#")]
    return [shlex.split(AROUND.sub("paperwire ", BEFORE.sub("", line.strip()))) for line in lines]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_of_the_shell_are_commands(name: str) -> None:
    for words in commands(name):
        program = Path(words[0]).name
        if program == "paperwire":
            parser().parse_args(words[1:])
        else:
            assert program in OTHERS, words


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_files_that_are_named_exist(name: str) -> None:
    text = read(name)
    for named in (quote for quote in quoted(text) if quote.startswith("paperwire ")):
        command, *rest = shlex.split(named)[1:]
        assert command in subcommands()
        if rest:
            parser().parse_args([command, *rest])
    for file in FILES.findall("\n".join((*quoted(text), *shell(text)))):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("name", DOCUMENTS)
def test_settings_that_are_shown_are_taken(name: str) -> None:
    for block in blocks(read(name), "toml"):
        Settings.model_validate(tomllib.loads(block))


@pytest.mark.parametrize("name", [*DOCUMENTS, "compose.yaml", "deploy/alerts.yml", "deploy/litestream.yml"])
def test_yaml_can_be_read(name: str) -> None:
    text = read(name)
    for block in blocks(text, "yaml") if name.endswith(".md") else [text]:
        assert isinstance(yaml.safe_load(block), dict)


def test_queries_of_the_language_can_be_read() -> None:
    text = read("docs/query-language.md")
    cells = [cell for heading in ("The query language", "What meets what") for cell, *_ in tables(text, heading)]
    assert len(cells) > 50
    for query in (text for cell in cells for text in quoted(cell)):
        parse(query.replace("\\|", "|"))


def test_numbers_that_are_documented_are_told_and_all_are_documented() -> None:
    metrics, now = Metrics(), datetime(2026, 7, 3, tzinfo=UTC)
    metrics.sent("sent", [now], now)
    told = metrics.shown(Gauges(1, 1, 1, 1, 1, 1, 1.0, (SourceGauge("arxiv", 1, 0),))).decode()
    families = {
        f"{name}_total" if kind == "counter" else name
        for name, kind in re.findall(r"^# TYPE (\w+?)(?:_total)? (\w+)$", told, re.M)
        if not name.endswith("_created")
    }
    assert {name for cell, *_ in tables(OPERATORS, "Monitor") for name in quoted(cell) if name.islower()} == families
    asked = set(re.findall(r"paperwire_\w+", read("deploy/alerts.yml")))
    assert {name.removesuffix("_bucket") for name in asked} <= families


def test_alerts_are_told_what_to_do_about() -> None:
    alerts = [rule["alert"] for group in yaml.safe_load(read("deploy/alerts.yml"))["groups"] for rule in group["rules"]]
    assert [quoted(cell)[0] for cell, *_ in tables(OPERATORS, "Monitor")][-len(alerts) :] == alerts


def test_what_is_wrong_is_said_as_the_bot_says_it() -> None:
    folders = (ROOT / "bot", ROOT / "storage")
    code = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    code = code.replace("source=%s failures=", "source=arxiv failures=")
    rows = tables(OPERATORS, "What is wrong?")
    assert len(rows) > 15
    for row in rows:
        for said in (text for cell in row for text in quoted(cell)):
            known = said in code or said.startswith("paperwire ") or said in ("waits:", "clock", "chown")
            assert known, said


def test_the_proxies_lead_to_the_webhook_that_is_shown() -> None:
    [settings] = [block for block in blocks(OPERATORS, "toml") if "webhook" in block]
    webhook = Settings.model_validate(tomllib.loads(settings)).telegram.webhook
    assert isinstance(webhook, Webhook)
    path = webhook.url.removeprefix("https://bot.example.org")
    assert f"reverse_proxy {path} {webhook.listen}:{webhook.port}\n" in OPERATORS
    assert f"location = {path} {{" in OPERATORS and f"proxy_pass http://{webhook.listen}:{webhook.port};" in OPERATORS


def test_the_benchmarks_with_figures_can_be_run() -> None:
    named = [quoted(cell)[0] for cell, *_ in tables(read("docs/builders.md"), "Measured")]
    assert named and set(named) <= set(benchmarks())
