"""The command line: what each command prints, its exit code, and one line for whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from bot import archive, cli, config
from bot.demo.telegram_server import TelegramServer
from bot.settings import Settings
from storage import papers
from storage.database import Database
from storage.records import CodeLink, Origin
from tests.factories import paper
from tests.permissions import everyones, without_privileges
from tests.servers.daily_papers import DailyPapers, entry
from tests.servers.faults import Faults

TODAY = datetime.now(UTC).date()


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, and the lines that it printed."""

    code: int
    out: list[str]
    err: list[str]


class Terminal:
    """Runs commands in this process, each with an event loop of its own in another thread."""

    def __init__(self, folder: Path, token: str, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._token, self._capture = folder, token, capture

    async def __call__(self, *arguments: str) -> Done:
        """Run a command; whatever it prints, the token is not in it, nor a traceback."""
        code = await asyncio.to_thread(_code, arguments)
        out, err = self._capture.readouterr()
        secret = self._token.partition(":")[2]
        assert secret not in out + err
        assert "Traceback" not in out + err
        return Done(code, out.splitlines(), err.splitlines())

    def write(self, toml: str) -> None:
        """Write ./config.toml."""
        (self.folder / "config.toml").write_text(toml)


def _code(arguments: tuple[str, ...]) -> int:
    try:
        cli.main(arguments)
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        return ended.code
    raise AssertionError("a command ends with its exit code")


@pytest.fixture
def terminal(
    tmp_path: Path, telegram: TelegramServer, papers_source: DailyPapers,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> Iterator[Terminal]:  # fmt: skip
    """In a folder of its own, with everything configured by the environment."""
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)
    given = {
        "TELEGRAM__TOKEN": telegram.token,
        "TELEGRAM__API_URL": telegram.url,
        "SOURCES__HUGGINGFACE__URL": papers_source.url,
        "SOURCES__ARXIV__ENABLED": "false",
    }
    for name, value in given.items():
        monkeypatch.setenv(config.PREFIX + name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Terminal(tmp_path, telegram.token, capsys)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
async def archived(tmp_path: Path) -> None:
    """A database with two papers."""

    def save(db: sqlite_utils.Database) -> None:
        code = (CodeLink("https://github.com/okafor/routers", Origin.REPOSITORY, 310),)
        known = {"code": code, "stars": 310, "upvotes": 42, "published": date(2026, 7, 2)}
        papers.save(
            db, paper("2607.00001", title="Sparse Routers\nfor $O(n^2)$ Agents", **known), [], datetime.now(UTC)
        )
        unknown = {"authors": (), "published": None, "upvotes": None, "abstract": "We route diffusion."}
        papers.save(db, paper("2607.00002", title="Router Diffusion", **unknown), [], datetime.now(UTC))

    database = await Database.open(tmp_path / "paperwire.db")
    await database.write(save)
    await database.close()


async def test_mistakes_in_the_configuration_are_a_line_each_and_nothing_is_begun(
    terminal: Terminal, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.write('[telegram]\ntokn = "1:x"\n[logging]\nlevel = "LOUD"\n')
    monkeypatch.setenv("PAPERWIRE_DELIVERY__TIME", "noon")
    for command in (["run"], ["check"], ["fetch"], ["search", "x"], ["backup", "copy.db"]):
        done = await terminal(*command)
        assert (done.code, done.out) == (2, [])
        assert sorted(done.err) == [
            "config.toml: logging.level: must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
            "config.toml: telegram.tokn: unknown key; did you mean telegram.token?",
            'environment: PAPERWIRE_DELIVERY__TIME: must be a time such as "09:00"',
        ]
    assert telegram.calls == []
    assert [path.name for path in terminal.folder.iterdir()] == ["config.toml"]


async def test_a_file_that_was_named_must_exist(terminal: Terminal) -> None:
    done = await terminal("check", "--config", "missing.toml")
    assert (done.code, done.out, done.err) == (2, [], ["missing.toml: there is no such file"])


async def test_without_a_token_only_what_talks_to_telegram_is_refused(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAPERWIRE_TELEGRAM__TOKEN")
    for command in ("run", "check"):
        done = await terminal(command)
        assert (done.code, done.out, len(done.err)) == (2, [], 1)
        assert done.err[0].startswith("environment: telegram.token: ")
    assert (await terminal("fetch")).code == 0
    assert (await terminal("search", "x")).code == 0
    assert (await terminal("backup", "copy.db")).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["serve"], "invalid choice: 'serve'"),
        (["search"], "the following arguments are required: QUERY"),
        (["search", "x", "--limit", "0"], "argument --limit: must be a whole number from 1 to 1000"),
        (["search", "x", "y", "-z"], "unrecognized arguments: y -z; a query of several words belongs in quotation"),
        (["fetch", "--days", "many"], "argument --days: must be a whole number from 1 to 3660"),
        (["demo", "--config", "config.toml"], "unrecognized arguments: --config config.toml"),
        (["backup"], "the following arguments are required: FILE"),
    ],
)
async def test_wrong_usage_shows_the_usage(terminal: Terminal, arguments: list[str], said: str) -> None:
    done = await terminal(*arguments)
    assert (done.code, done.out) == (2, [])
    assert done.err[0].startswith("usage: paperwire")
    assert said in done.err[-1]


@pytest.mark.parametrize("command", ["run", "check", "fetch", "search", "backup", "restore", "demo"])
async def test_every_command_explains_itself(terminal: Terminal, command: str) -> None:
    everything, this, version = [await terminal(*words) for words in (["--help"], [command, "--help"], ["--version"])]
    assert [everything.code, this.code, version.code] == [0, 0, 0]
    assert any(line.split()[:1] == [command] for line in everything.out)
    assert "example:" in this.out
    assert version.out[0].startswith("paperwire ")


@pytest.mark.usefixtures("archived")
async def test_a_search_as_json_has_the_promised_fields(terminal: Terminal) -> None:
    done = await terminal("search", "router diffusion OR routers", "--json")
    assert (done.code, done.err) == (0, [])
    found = {row["id"]: row for row in json.loads("\n".join(done.out))}
    assert found["2607.00001"] == {
        "id": "2607.00001",
        "title": "Sparse Routers\nfor $O(n^2)$ Agents",
        "abstract": paper().abstract,
        "authors": ["Mira Okafor", "Jun Sato", "Lena Brandt", "Tomás Rey"],
        "published": "2026-07-02",
        "url": "https://huggingface.co/papers/2607.00001",
        "code": ["https://github.com/okafor/routers"],
        "upvotes": 42,
        "stars": 310,
    }
    unknown = found["2607.00002"]
    assert [unknown[name] for name in ("authors", "published", "code", "upvotes", "stars")] == [
        [],
        None,
        [],
        None,
        None,
    ]
    assert (await terminal("search", "nothing-like-this", "--json")).out == ["[]"]


@pytest.mark.usefixtures("archived")
async def test_a_search_for_people_fits_the_terminal(terminal: Terminal) -> None:
    done = await terminal("search", "routers", "--limit", "1")
    assert (done.code, done.err) == (0, [])
    assert done.out == [
        "1. Sparse Routers for O(n²) Agents",
        "   Mira Okafor, Jun Sato, Lena Brandt +1 · 2026-07-02 · ▲ 42 · ★ 310",
        "   https://huggingface.co/papers/2607.00001",
        "   💻 https://github.com/okafor/routers",
        "",
        "… and 1 more, with a higher --limit",
    ]
    assert (await terminal("search", "https://arxiv.org/abs/2607.00001v2")).out == done.out[:4]
    assert (await terminal("search", "https://github.com/Okafor/routers/tree/main")).out == done.out[:4]
    for unknown in ("nothing-like-this", "2501.00009"):
        assert (await terminal("search", unknown)).out == ["Nothing found."]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("(a", ["  (a", "  ^", "did you mean: (a)"]),
        ("x titel:y", ["  x titel:y", "    ^", "did you mean: x title:y"]),
        ("-survey", ["  -survey", "  ^"]),
    ],
)
async def test_a_query_that_cannot_be_read_is_shown_with_its_place_and_mended(
    terminal: Terminal, query: str, said: list[str]
) -> None:
    done = await terminal("search", "--", query)
    assert (done.code, done.out) == (2, [])
    assert done.err[0].startswith("query: ")
    assert done.err[1:] == said


async def test_a_search_without_a_database_says_how_to_get_one(terminal: Terminal) -> None:
    done = await terminal("search", "x")
    assert (done.code, done.out) == (1, [])
    assert done.err == [
        "paperwire search: paperwire.db: there is no database yet; `paperwire fetch --days 30` fills one"
    ]
    assert list(terminal.folder.iterdir()) == []


@pytest.mark.usefixtures("archived")
async def test_a_backup_says_what_it_made_and_refuses_what_it_must_not_replace(terminal: Terminal) -> None:
    done = await terminal("backup", "copy.db")
    assert (done.code, done.err) == (0, [])
    assert done.out[0].startswith("copy.db: ")
    assert (await terminal("search", "routers", "--limit", "1")).code == 0
    (terminal.folder / "thesis.txt").write_text("mine")
    done = await terminal("backup", "thesis.txt")
    assert (done.code, done.out) == (1, [])
    assert done.err == ["paperwire backup: thesis.txt: exists and is no Paperwire database; choose another file"]


async def test_fetch_tells_what_is_new(terminal: Terminal, papers_source: DailyPapers) -> None:
    papers_source.days[TODAY] = [entry("2611.00001", "A Paper\nof $\\alpha$"), None]
    done = await terminal("fetch")
    assert (done.code, done.out) == (
        0,
        ["huggingface: 1 new, 0 changed, 1 records skipped", "  2611.00001  A Paper of α"],
    )
    done = await terminal("fetch")
    assert (done.code, done.out) == (0, ["huggingface: 0 new, 0 changed"])
    papers_source.publish(entry("2611.00002"), day=TODAY - timedelta(days=1))
    papers_source.publish(entry("2611.00003"), day=TODAY - timedelta(days=3))
    done = await terminal("fetch", "--days", "2")
    assert (done.code, done.out[0]) == (0, "huggingface: 1 new, 0 changed, 1 records skipped")
    assert done.out[1].startswith("  2611.00002  ")


async def test_fetch_with_a_source_that_is_down_fails_in_one_line(terminal: Terminal, source_faults: Faults) -> None:
    source_faults.status(lambda _: True, 503)
    done = await terminal("fetch")
    assert (done.code, done.out, done.err) == (1, [], ["huggingface: answered 503 Service Unavailable"])


async def test_fetch_leaves_a_source_alone_that_asked_for_it(terminal: Terminal, source_faults: Faults) -> None:
    source_faults.status(lambda _: True, 429, {"Retry-After": "7200"}, times=1)
    refused = await terminal("fetch")
    assert (refused.code, refused.err) == (1, ["huggingface: answered 429 Too Many Requests and asked to wait 7200 s"])
    again = await terminal("fetch", "--days", "2")
    assert (again.code, again.out) == (1, [])
    assert again.err[0].startswith("huggingface: asked to be left alone until ")
    assert len(again.err) == 1


async def test_beside_a_running_bot_all_but_fetch_work(terminal: Terminal, papers_source: DailyPapers) -> None:
    database = await Database.open(terminal.folder / "paperwire.db", exclusive=True)
    done = await terminal("fetch")
    assert (done.code, done.out) == (1, [])
    assert done.err == ["paperwire fetch: paperwire.db: another Paperwire is running on this database; stop it first"]
    assert papers_source.requests == []
    assert [(await terminal(*words)).code for words in (["check"], ["search", "x"], ["backup", "copy.db"])] == [0, 0, 0]
    await database.close()


@pytest.mark.usefixtures("archived")
async def test_check_with_everything_up(terminal: Terminal, papers_source: DailyPapers) -> None:
    papers_source.publish(entry(), entry("2611.00002"))
    done = await terminal("check")
    assert (done.code, done.err) == (0, [])
    configuration, telegram, database, source, clock = done.out
    assert configuration == "ok    configuration: environment"
    assert telegram == "ok    telegram: @paperwire_demo_bot; long polling"
    assert re.fullmatch(
        r"ok    database: paperwire\.db, 2 papers, 0 chats, 0 subscriptions, [\d.]+ MB, whole, "
        r"schema \d+, [\d.]+ GB free",
        database,
    )
    assert clock.startswith("ok    clock: agrees with the sources'; time zones of 20")
    assert source == "ok    huggingface: answers, 2 papers on its first page"


async def test_check_before_the_first_start(terminal: Terminal) -> None:
    done = await terminal("check")
    assert done.code == 0
    assert done.out[2:4] == [
        "ok    database: paperwire.db does not exist yet and will be made",
        "ok    huggingface: answers, 0 papers on its first page",
    ]
    assert list(terminal.folder.iterdir()) == []


async def test_check_with_a_wrong_token(terminal: Terminal, telegram: TelegramServer) -> None:
    telegram.token = "1:another"
    await failing(terminal, "telegram: the token is not accepted; get a new one from @BotFather")


async def test_check_with_telegram_down(terminal: Terminal, telegram_faults: Faults, telegram: TelegramServer) -> None:
    telegram_faults.status("getMe", 502)
    await failing(terminal, f"telegram: {telegram.url} cannot be asked: .*; check the network and telegram.api_url")


async def test_check_with_a_telegram_address_that_is_none(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERWIRE_TELEGRAM__API_URL", "http://localhost:99999")
    await failing(terminal, "telegram: http://localhost:99999 cannot be asked: ")


async def test_check_with_a_source_down(terminal: Terminal, source_faults: Faults) -> None:
    source_faults.status(lambda _: True, 500)
    await failing(terminal, "huggingface: answered 500 .*; a running bot asks again by itself")


async def test_check_with_a_page_in_place_of_the_source(terminal: Terminal, source_faults: Faults) -> None:
    source_faults.status(lambda _: True, 200)
    await failing(terminal, "huggingface: gave a web page instead of JSON")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("config.toml", "config.toml: is no SQLite database"),
        ("nowhere/paperwire.db", "nowhere/paperwire.db: its folder does not exist"),
        (".", ".: cannot be opened"),
    ],
)
async def test_check_with_a_database_that_cannot_be_used(terminal: Terminal, path: str, said: str) -> None:
    terminal.write(f'[storage]\npath = "{path}"\n' + "# comment\n" * 200)
    await failing(terminal, f"database: {said}")


@pytest.mark.usefixtures("archived")
async def test_check_by_a_user_who_may_neither_write_the_database_nor_look_into_this_folder(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with everyones() as folder:
        path = folder / "paperwire.db"
        path.write_bytes((terminal.folder / "paperwire.db").read_bytes())
        path.chmod(0o444)
        monkeypatch.setenv("PAPERWIRE_STORAGE__PATH", str(path))
        terminal.folder.chmod(0o700)
        with without_privileges():
            await failing(terminal, f"database: {path}: cannot be written; check the permissions")


async def failing(terminal: Terminal, line: str) -> None:
    """Let `check` fail for this reason, and for no other."""
    done = await terminal("check")
    assert (done.code, done.err) == (1, [])
    assert len(done.out) == 5
    [failed] = [shown for shown in done.out if not shown.startswith("ok    ")]
    assert re.match(f"FAIL  {line}", failed)


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_what_nobody_expected_is_one_line_without_secrets(
    terminal: Terminal, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    def fails(*_: object) -> int:
        raise ZeroDivisionError(f"in {telegram.token}\nof all places")

    monkeypatch.setattr(archive, "search", fails)
    monkeypatch.setenv("PAPERWIRE_LOGGING__LEVEL", level)
    arguments = ("search", "x")
    code = await asyncio.to_thread(_code, arguments)
    out, err = terminal._capture.readouterr()
    [line] = err.splitlines()
    assert (code, out) == (1, "")
    assert "search: internal error, please report it: ZeroDivisionError('in <secret>" in line
    assert telegram.token.partition(":")[2] not in line
    assert ("Traceback" in line) == (level == "DEBUG")


async def test_what_nobody_expected_before_the_log_is_set_up_is_one_line_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("early")

    monkeypatch.setattr(config, "load", fails)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    done = await terminal("check")
    assert (done.code, done.out) == (1, [])
    assert len(done.err) == 1 and "internal error" in done.err[0]


async def test_an_interrupt_is_quiet(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive, "search", interrupted)
    assert await terminal("search", "x") == Done(130, [], [])


@pytest.mark.usefixtures("archived", "terminal")
async def test_a_reader_that_goes_away_is_no_fault_of_ours() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "bot", "search", "routers", "--json"]
    around = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUNBUFFERED": ""}
    done = await asyncio.to_thread(subprocess.run, command, stdout=writer, stderr=subprocess.PIPE, env=around)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


async def test_init_writes_a_configuration_that_works(terminal: Terminal, telegram: TelegramServer) -> None:
    done = await terminal("init", "--token", telegram.token, "--api-url", telegram.url)
    assert (done.code, done.err) == (0, [])
    assert done.out[0] == "config.toml is written, for @paperwire_demo_bot. What comes next:"
    file = terminal.folder / "config.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    written = config.load(file, {}).settings
    assert (written.telegram.token, written.telegram.api_url) == (telegram.token, telegram.url)
    assert written.sources == Settings().sources
    assert file.read_text().count("\n#") > 5, "the comments are kept"
    again = await terminal("init", "--token", telegram.token, "--api-url", telegram.url)
    assert (again.code, again.err) == (2, ["config.toml: exists already; name another file, or edit it"])


async def test_init_says_what_is_wrong_and_writes_nothing(terminal: Terminal, telegram: TelegramServer) -> None:
    elsewhere = str(terminal.folder / "no" / "config.toml")
    for arguments, code, said in (
        (["--token", "abc"], 2, "token: is no bot token; @BotFather gives one such as 123456:ABC-def"),
        (["--token", "1:wrong"], 1, "paperwire init: the token is not accepted; get a new one from @BotFather"),
        (["--token", telegram.token, "--config", elsewhere], 2, f"{elsewhere}: its folder does not exist; make it"),
        (["--token", "1:a", "--api-url", "here"], 2, "api_url: must be an address such as https://example.org"),
        ([], 2, "init: there is no terminal to ask for the token; give it with --token"),
    ):  # fmt: skip
        done = await terminal("init", "--api-url", telegram.url, *arguments)
        assert (done.code, done.out) == (code, [])
        assert len(done.err) == 1 and done.err[0].startswith(said)
    assert not list(terminal.folder.iterdir())


async def test_shells_complete_commands_and_options(terminal: Terminal) -> None:
    done = await terminal("--print-completion", "bash")
    assert done.code == 0
    checked = subprocess.run(["bash", "-n"], input="\n".join(done.out), text=True, check=False)  # noqa: ASYNC221
    assert checked.returncode == 0
    assert {"--limit", "--json"} <= set(re.findall(r"--[a-z-]+", "\n".join(done.out)))
