"""`paperwire init`: a commented configuration with a token that was checked."""

from __future__ import annotations

import asyncio
import getpass
import os
import re
import sys
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from bot import updates
from bot.errors import ConfigurationError, PaperwireError, TokenRefused
from bot.settings import TelegramSettings

_TELEGRAM = re.compile(r'^(token|api_url) = ".*?"(?=\s|$)', re.M)
_ASKED = "Token from @BotFather (it is not shown): "
_TRIES = 3


def init(target: Path, token: str, api_url: str) -> int:
    """Write the configuration to target, readable by its owner alone; gives the exit code.

    token: '' asks for it, on a terminal. Raises ConfigurationError, TokenRefused, and PaperwireError where Telegram
    cannot be asked.
    """
    if target.exists():
        raise ConfigurationError((f"{target}: exists already; name another file, or edit it",))
    name = _checked(token, api_url) if token else None
    if name is None:
        token, name = _ask(api_url)
    try:
        file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileNotFoundError:
        raise ConfigurationError((f"{target}: its folder does not exist; make it, or name another file",)) from None
    except OSError as error:
        raise ConfigurationError((f"{target}: cannot be written: {error.strerror}; name another file",)) from None
    with os.fdopen(file, "w", encoding="utf-8") as written:
        written.write(_filled(_example(), token, api_url))
    print(f"{target} is written, for {name}. What comes next:\n  paperwire check --config {target}\n"
          f"  paperwire run --config {target}\nThen write /start to {name}.")  # fmt: skip
    return 0


def _filled(example: str, token: str, api_url: str) -> str:
    """The example with the values of its first section, that of Telegram."""
    values = {"token": token, "api_url": api_url}
    return _TELEGRAM.sub(lambda line: f'{line[1]} = "{values[line[1]]}"', example, count=len(values))


def _ask(api_url: str) -> tuple[str, str]:
    """A token that Telegram accepts, typed by a person, and whose it is."""
    if not sys.stdin.isatty():
        raise ConfigurationError(("init: there is no terminal to ask for the token; give it with --token",))
    for _ in range(_TRIES):
        token = getpass.getpass(_ASKED).strip()
        try:
            return token, _checked(token, api_url)
        except (ConfigurationError, TokenRefused) as error:
            print(error, file=sys.stderr)
    raise ConfigurationError(("init: no token was accepted; /mybots at @BotFather shows yours",))


def _checked(token: str, api_url: str) -> str:
    """The name of the bot of this token. Raises ConfigurationError and PaperwireError."""
    try:
        asked = TelegramSettings(token=token, api_url=api_url)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise ConfigurationError(tuple(f"{fault['loc'][0]}: {fault['ctx']['error']}" for fault in faults)) from None
    if not token:
        raise ConfigurationError(("token: is empty; @BotFather gives one such as 123456:ABC-def",))
    return asyncio.run(updates.name_of(asked))


def _example() -> str:
    """config.example.toml: inside an installed package, beside it in a checkout."""
    packaged = resources.files("bot") / "config.example.toml"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    beside = Path(__file__).parent.parent / "config.example.toml"
    if not beside.is_file():
        raise PaperwireError("config.example.toml is missing from this installation; install paperwire again")
    return beside.read_text(encoding="utf-8")
