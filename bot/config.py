"""The configuration: a TOML file, and environment variables that win over it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from platformdirs import user_config_path
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConfigurationError
from bot.nearest import nearest
from bot.query.categories import ARCHIVES, CATEGORIES
from bot.settings import Settings

PREFIX = "PAPERWIRE_"
ENVIRONMENT = "environment"
_ADVICE = {  # the least that the sources ask for, in seconds
    "sources.huggingface.poll_seconds": 60,
    "sources.arxiv.poll_seconds": 300,
    "sources.arxiv.request_interval_seconds": 3,
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, the file they came from (None: the environment alone), and advice that they do not follow."""

    settings: Settings
    file: Path | None
    warnings: tuple[str, ...]


def load(named: Path | None, environment: Mapping[str, str]) -> Configuration:
    """The configuration from a named file, else ./config.toml, else the platform's folder, and the environment.

    Raises ConfigurationError with every problem at once.
    """
    usual = Path("config.toml"), user_config_path("paperwire") / "config.toml"
    file = named or next(filter(_is_there, usual), None)
    tree: dict[str, object] = _read(file) if file else {}
    variables = {
        tuple(name.removeprefix(PREFIX).lower().split("__")): text
        for name, text in environment.items()
        if name.startswith(PREFIX) and text
    }
    problems = [problem for path, text in variables.items() for problem in _put(tree, path, text)]
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        found = [_problem(detail, file, variables) for detail in error.errors(include_url=False)]
        raise ConfigurationError(tuple(dict.fromkeys(problems + found))) from None
    if problems:
        raise ConfigurationError(tuple(problems))
    return Configuration(settings, file, tuple(_advice(settings)))


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # in a folder that may not be looked into, as after `sudo -u paperwire` in somebody's home
        return False


def require_token(configuration: Configuration) -> None:
    """Raise ConfigurationError where the bot's token is missing."""
    if not configuration.settings.telegram.token:
        place = configuration.file or ENVIRONMENT
        missing = "is missing; get one from @BotFather and set it here or as PAPERWIRE_TELEGRAM__TOKEN"
        raise ConfigurationError((f"{place}: telegram.token: {missing}",))


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        reason = "there is no such file"
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        reason = f"is not TOML: {' '.join(str(error).split())}"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}; run this as a user who may read it"
    raise ConfigurationError((f"{file}: {reason}",))


def _put(tree: dict[str, object], path: tuple[str, ...], text: str) -> Iterator[str]:
    """Put a variable's value into the tree; yields a problem where a value stands in the way of a section."""
    node = tree
    for part in path[:-1]:
        inner = node.setdefault(part, {})
        if not isinstance(inner, dict):
            yield f"{ENVIRONMENT}: {_variable(path)}: {part} has a value already and cannot be a section"
            return
        node = inner
    node[path[-1]] = _typed(text, path)


def _typed(text: str, path: tuple[str, ...]) -> object:
    """A variable's text as the kind of value that its key takes; as it is where that is impossible."""
    default: object = Settings()
    for part in path:
        default = getattr(default, part, "")
    if isinstance(default, tuple):
        parts = (part.strip(" \"'") for part in text.strip("[] ").split(","))
        return [_number(part) if path[-1] in ("admins", "allow") else part for part in parts if part]
    if isinstance(default, bool):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower(), text)
    return _number(text) if isinstance(default, (int, float)) or path[-1] == "port" else text


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _variable(path: tuple[str, ...]) -> str:
    return PREFIX + "__".join(path).upper()


def _problem(detail: ErrorDetails, file: Path | None, variables: Mapping[tuple[str, ...], str]) -> str:
    path = tuple(str(part) for part in detail["loc"] if isinstance(part, str))
    by_variable = next((name for name in variables if name[: len(path)] == path), None)
    if by_variable and (path == by_variable or detail["type"] == "extra_forbidden"):
        return f"{ENVIRONMENT}: {_variable(by_variable)}: {_reason(detail, by_variable, _variable)}"
    return f"{file or ENVIRONMENT}: {'.'.join(path)}: {_reason(detail, path, '.'.join)}"


_REASONS = {
    "string_type": 'must be text in quotation marks, "…"',
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "tuple_type": "must be a list, […]",
    "too_short": "must not be empty",
    "missing": "is missing",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


def _reason(detail: ErrorDetails, path: tuple[str, ...], shown: Callable[[tuple[str, ...]], str]) -> str:
    if detail["type"] == "extra_forbidden":
        close = _meant(path)
        hint = f"; did you mean {shown(tuple(close.split('.')))}?" if close else ""
        return f"unknown key{hint}"
    if detail["type"] in ("model_type", "model_attributes_type"):
        return f"must be a section, [{'.'.join(path)}], with its keys below it"
    return _REASONS.get(detail["type"], detail["msg"]).format(**detail.get("ctx", {}))


def _meant(path: tuple[str, ...]) -> str:
    """The key that was mistyped, or put where it does not belong; '' where none is near."""
    name, known = ".".join(path), known_keys()
    namesakes = [key for key in known if key.rpartition(".")[2] == path[-1]]
    return nearest(name, known, 85) or nearest(name, namesakes, 0) or nearest(name, known)


def known_keys(section: type[BaseModel] = Settings, prefix: str = "") -> tuple[str, ...]:
    """Every key, dotted, sections included."""
    keys: list[str] = []
    for name, field in section.model_fields.items():
        keys.append(prefix + name)
        for inner in (field.annotation, *get_args(field.annotation)):  # a section, or one that may be missing
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys += known_keys(inner, f"{prefix}{name}.")
    return tuple(keys)


def _advice(settings: Settings) -> Iterator[str]:
    for key, least in _ADVICE.items():
        value: object = settings
        for part in key.split("."):
            value = getattr(value, part)
        if isinstance(value, (int, float)) and value < least:
            yield f"{key}: {value:g} is below the advised {least} seconds; obeyed"
    if not (settings.sources.huggingface.enabled or settings.sources.arxiv.enabled):
        yield "sources: none is enabled, so no new paper comes"
    for name in settings.sources.arxiv.categories:
        if name not in CATEGORIES | ARCHIVES:
            near = nearest(name, CATEGORIES | ARCHIVES)
            yield f"sources.arxiv.categories: arXiv has no {name}" + (f"; did you mean {near}?" if near else "")
    if settings.delivery.messages_per_second > 29 and settings.telegram.api_url == "https://api.telegram.org":
        yield "delivery.messages_per_second: Telegram allows 30 a second; expect refusals"
