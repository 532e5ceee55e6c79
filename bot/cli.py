"""The command line: `paperwire COMMAND`. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

log = logging.getLogger("paperwire")

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130

_EXAMPLES = """examples:
  paperwire demo                                try the whole bot here, without token or network
  paperwire init                                write config.toml, with your bot's token
  paperwire check                               is everything ready?
  paperwire run                                 serve chats until it is stopped
  paperwire run --config /etc/paperwire.toml
  paperwire fetch --days 30                     fill the archive with the last 30 days
  paperwire search "diffusion -survey" --json
  paperwire backup paperwire-backup.db          a consistent copy, also while the bot runs
  paperwire restore paperwire-backup.db         put a copy in the place of the database
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without some letter still shows the rest
    top = parser()
    options, rest = top.parse_known_args(arguments)
    if rest:
        quoted = "; a query of several words belongs in quotation marks" if options.command == "search" else ""
        top.error(f"unrecognized arguments: {' '.join(rest)}{quoted}")
    try:
        code = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = DONE if options.command == "demo" else INTERRUPTED
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
    top.add_argument("--print-completion", action=_Completion, choices=("bash", "zsh", "tcsh"), metavar="SHELL",
                     help="print what makes bash, zsh or tcsh complete commands and options")  # fmt: skip
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
    init = add("init", "writes a commented configuration with a token that was checked", "paperwire init", False)
    init.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE",
                      help="the file to write (default: ./config.toml)")  # fmt: skip
    init.add_argument("--token", default="", help="the bot's token; without it, it is asked for and not shown")
    init.add_argument("--api-url", default="https://api.telegram.org", metavar="URL", help="of your own Bot API server")
    add("run", "the bot: serves chats, polls the sources, delivers", "paperwire run --config /etc/paperwire.toml")
    add("check", "checks configuration, token, database and each source", "paperwire check")
    fetch = add("fetch", "polls the sources once, or fills the archive", "paperwire fetch --days 30")
    fetch.add_argument("--days", type=_days, metavar="N", help="fill the archive with the last N days instead")
    search = add("search", "searches the stored papers", 'paperwire search "diffusion -survey" --limit 5')
    search.add_argument("query", metavar="QUERY", help="in the query language of the chats")
    search.add_argument("--limit", type=_limit, default=10, metavar="N", help="at most N papers (default: 10)")
    search.add_argument("--json", action="store_true", help="print an array of papers as JSON")
    backup = add("backup", "a consistent copy of the database, also while the bot runs", "paperwire backup copy.db")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to write the copy; an earlier one is replaced")
    restore = add("restore", "puts a backup in the place of the database, which is kept", "paperwire restore copy.db")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup; it is examined first")
    return top


def _run(options: argparse.Namespace) -> int:
    """Each command's modules are loaded when it runs: a search need not wait for Telegram's."""
    from bot.errors import ConfigurationError, PaperwireError, QueryError
    from storage.errors import StorageError

    try:
        if options.command == "demo":
            from bot.demo.demo import demo

            return demo()
        if options.command == "init":
            from bot.init import init

            return init(options.config, options.token, options.api_url)
        return _run_configured(options)
    except ConfigurationError as error:
        return _complain(*error.problems, code=WRONG)
    except QueryError as error:
        place = f"  {error.text}\n  {' ' * error.start}^"
        mended = [f"did you mean: {error.mended}"] if error.mended else []
        return _complain(f"query: {error.reason}", place, *mended, code=WRONG)
    except (PaperwireError, StorageError) as error:
        return _complain(f"paperwire {options.command}: {error}", code=FAILED)
    except BrokenPipeError:
        raise
    except Exception as error:  # the last resort: whatever it is, its secrets are hidden and it is one line
        log.critical("%s: internal error, please report it: %r", options.command, error, exc_info=log.isEnabledFor(10))
        return FAILED


def _run_configured(options: argparse.Namespace) -> int:
    _spare("numpy")  # sqlite-utils loads it where it is, for types that nobody stores here: 12 MB
    if options.command == "run":
        _spare("rich", "pygments")  # httpx loads them for its own command line: 4 MB
    from bot import config, logs

    configuration = config.load(options.config, os.environ)
    settings = configuration.settings
    webhook = settings.telegram.webhook
    secrets = logs.Redaction((settings.telegram.token, webhook.secret_token if webhook else ""))
    logs.set_up(settings.logging.level, settings.logging.format, secrets, sys.stderr)
    match options.command:
        case "run":
            config.require_token(configuration)
            gc.disable()  # what modules make stays: to look for garbage in it takes a tenth of the start
            from bot.app import run

            gc.freeze()
            gc.enable()
            return asyncio.run(run(configuration))
        case "check":
            from bot.check import check

            return asyncio.run(check(configuration))
        case "fetch":
            from bot.fetch import fetch

            return asyncio.run(fetch(settings, options.days))
        case "search":
            from bot.archive import search

            return asyncio.run(search(settings, options.query, options.limit, options.json))
        case "backup":
            from bot.archive import backup

            return backup(settings, options.file)
        case _:
            from bot.archive import restore

            return restore(settings, options.file)


class _Completion(argparse.Action):
    """Prints a shell's completion of everything that can be typed."""

    def __call__(self, parser: argparse.ArgumentParser, _n: object, values: object, _o: str | None = None) -> None:
        import shtab

        print(shtab.complete(parser, str(values)))
        parser.exit()


def _spare(*libraries: str) -> None:
    """Keep libraries out of this process that others would load if they can, for what is not used here."""
    for name in libraries:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None makes an import fail


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
