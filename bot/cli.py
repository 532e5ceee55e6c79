"""The command line: `paperwire COMMAND`. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bot import config, logs
from bot.config import Configuration
from bot.errors import ConfigurationError, PaperwireError
from storage.errors import StorageError

DONE, FAILED, WRONG = 0, 1, 2

_EXAMPLES = """examples:
  paperwire demo                                try the whole bot here, without token or network
  paperwire check                               is everything ready?
  paperwire run                                 serve chats until it is stopped
  paperwire run --config /etc/paperwire.toml
  paperwire fetch --days 30                     fill the archive with the last 30 days
  paperwire search "diffusion -survey" --json
  paperwire backup paperwire-backup.db          a consistent copy, also while the bot runs
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave the process with its exit code."""
    options = parser().parse_args(arguments)
    try:
        code = _run(options)
    except ConfigurationError as error:
        code = _complain(*error.problems, code=WRONG)
    except (PaperwireError, StorageError) as error:
        code = _complain(f"paperwire {options.command}: {error}", code=FAILED)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain of it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    sys.exit(code)


def parser() -> argparse.ArgumentParser:
    """Everything that can be typed."""
    top = argparse.ArgumentParser(
        prog="paperwire",
        description="A Telegram bot that delivers trending research papers.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"paperwire {version('paperwire')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, tells: str, example: str, configured: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=tells,
            description=tells[0].upper() + tells[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if configured:
            where = "default: ./config.toml, then the platform's configuration folder"
            command.add_argument("--config", type=Path, metavar="FILE", help=f"the configuration ({where})")
        return command

    add("demo", "the whole bot in this terminal: no token, no network, sample papers", "paperwire demo", False)
    add("run", "the bot: serves chats, polls the sources, delivers", "paperwire run --config /etc/paperwire.toml")
    add("check", "checks configuration, token, database and each source", "paperwire check")
    fetch = add("fetch", "polls the sources once, or fills the archive", "paperwire fetch --days 30")
    fetch.add_argument("--days", type=_days, metavar="N", help="fill the archive with the last N days instead")
    search = add("search", "searches the stored papers", 'paperwire search "diffusion -survey" --limit 5')
    search.add_argument("query", metavar="QUERY", help="in the query language of the chats")
    search.add_argument("--limit", type=_limit, default=10, metavar="N", help="at most N papers (default: 10)")
    search.add_argument("--json", action="store_true", help="print an array of papers as JSON")
    backup = add("backup", "a consistent copy of the database, also while the bot runs", "paperwire backup copy.db")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to write the copy; it must not exist yet")
    return top


def _run(options: argparse.Namespace) -> int:
    """Each command's modules are loaded when it runs: a search need not wait for Telegram's."""
    if options.command == "demo":
        from bot.demo.demo import demo

        return demo()
    configuration = config.load(options.config, os.environ)
    match options.command:
        case "run":
            from bot.app import run

            config.require_token(configuration)
            _log(configuration)
            return asyncio.run(run(configuration))
        case "check":
            from bot.check import check

            return asyncio.run(check(configuration))
        case "fetch":
            from bot.fetch import fetch

            _log(configuration)
            return asyncio.run(fetch(configuration.settings, options.days))
        case "search":
            from bot.archive import search

            return asyncio.run(search(configuration.settings, options.query, options.limit, options.json))
        case _:
            from bot.archive import backup

            return backup(configuration.settings, options.file)


def _log(configuration: Configuration) -> None:
    settings = configuration.settings
    webhook = settings.telegram.webhook
    secrets = logs.Redaction((settings.telegram.token, webhook.secret_token if webhook else ""))
    logs.set_up(settings.logging.level, settings.logging.format, secrets, sys.stderr)
    sys.excepthook = logs.log_uncaught


def _complain(*lines: str, code: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return code


def _days(text: str) -> int:
    return _whole(text, 3660)


def _limit(text: str) -> int:
    return _whole(text, 1000)


def _whole(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {most}")
    return int(text)
