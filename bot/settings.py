"""What can be configured: sections, keys, defaults and what each value must be."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.nearest import nearest

LEAST_KEPT = 60
"""Days: for 30 papers wait for chats that cannot be reached, and their counts and code are looked at."""


def _token(text: str) -> str:
    if text and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", text):
        raise ValueError("is no bot token; @BotFather gives one such as 123456:ABC-def")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError("must be an address such as https://example.org")
    return text.rstrip("/")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = nearest(name, available_timezones())
        hint = f"; did you mean {close}?" if close else ", such as Europe/Berlin"
        raise ValueError(f"is no IANA time zone{hint}") from None
    return name


def _clock(text: object) -> object:
    if isinstance(text, time):
        return text
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text) if isinstance(text, str) else None
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError('must be a time such as "09:00"')
    return time(int(match[1]), int(match[2]))


def _category(name: str) -> str:
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*(\.[A-Za-z-]+)?", name):
        raise ValueError(f"{name!r} is no arXiv category such as cs.LG")
    return name


def _secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("must be 1 to 256 letters, digits, _ or -")
    return text


def _kept(days: int) -> int:
    if 0 < days < LEAST_KEPT:
        raise ValueError(f"must be at least {LEAST_KEPT}, or 0 to keep everything")
    return days


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


Address = Annotated[str, AfterValidator(_address)]
Category = Annotated[str, AfterValidator(_category)]
Categories = Annotated[tuple[Category, ...], Field(min_length=1, strict=False)]
LocalTime = Annotated[time, BeforeValidator(_clock)]
Seconds = Annotated[float, Field(gt=0, le=7 * 86400, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Webhook(_Section):
    """Updates are pushed to url; listen and port are where this process waits for them."""

    url: Address
    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    secret_token: Annotated[str, AfterValidator(_secret)]


class TelegramSettings(_Section):
    """The bot's account."""

    token: Annotated[str, AfterValidator(_token)] = ""
    api_url: Address = "https://api.telegram.org"
    admins: Annotated[tuple[int, ...], Field(strict=False)] = ()
    webhook: Webhook | None = None


class StorageSettings(_Section):
    """Where everything is kept."""

    path: Annotated[str, Field(min_length=1)] = "paperwire.db"
    backups: Annotated[int, Field(ge=0, le=365)] = 3
    keep_days: Annotated[int, AfterValidator(_kept), Field(ge=0, le=36600)] = 0


class HuggingFaceSettings(_Section):
    """Hugging Face Papers."""

    enabled: bool = True
    url: Address = "https://huggingface.co"
    poll_seconds: Seconds = 900
    backfill_days: Days = 30


class ArxivSettings(_Section):
    """arXiv's feeds and API."""

    enabled: bool = True
    api_url: Address = "https://export.arxiv.org"
    feed_url: Address = "https://rss.arxiv.org"
    categories: Categories = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
    poll_seconds: Seconds = 3600
    backfill_days: Days = 7
    request_interval_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 3


class SourcesSettings(_Section):
    """Where papers come from."""

    huggingface: HuggingFaceSettings = HuggingFaceSettings()
    arxiv: ArxivSettings = ArxivSettings()


class DeliverySettings(_Section):
    """What a new chat gets, and the pace of sending."""

    time: LocalTime = time(9)
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    messages_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 28


class AccessSettings(_Section):
    """Who may use the bot, and how much."""

    allow: Annotated[tuple[int, ...], Field(strict=False)] = ()
    subscriptions: Annotated[int, Field(ge=1, le=100)] = 100

    def admitted(self, admins: Collection[int]) -> frozenset[int]:
        """The people and chats that may use the bot, its administrators among them; empty: everyone may."""
        return frozenset({*self.allow, *admins} if self.allow else ())


class MonitoringSettings(_Section):
    """Where health and numbers can be asked for."""

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 9464


class LoggingSettings(_Section):
    """What is logged, and how."""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    format: Literal["text", "json"] = "text"


class Settings(_Section):
    """The whole configuration."""

    telegram: TelegramSettings = TelegramSettings()
    storage: StorageSettings = StorageSettings()
    sources: SourcesSettings = SourcesSettings()
    delivery: DeliverySettings = DeliverySettings()
    access: AccessSettings = AccessSettings()
    logging: LoggingSettings = LoggingSettings()
    monitoring: MonitoringSettings | None = None
