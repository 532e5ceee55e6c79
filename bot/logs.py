"""One line per event on stderr, as text or JSON; secrets and line breaks never get into one."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

HIDDEN = "<secret>"
_QUIET = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "apscheduler": "WARNING",
    "tornado": "WARNING",
    "telegram": "CRITICAL",
}
"""Libraries and what of theirs is shown; bot.updates and bot.app tell of Telegram in a line each."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
"""What ends a line, commands a terminal or turns a line around."""


class Redaction:
    """Hides secrets in whatever text is about to be shown: the ones given, and the part of a token after its colon."""

    def __init__(self, secrets: Iterable[str]) -> None:
        parts = {part for secret in secrets if secret for part in (secret, secret.partition(":")[2]) if len(part) >= 3}
        longest_first = sorted(map(re.escape, parts), key=len, reverse=True)
        self._pattern = re.compile("|".join(longest_first)) if parts else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


class _Lines(logging.Formatter):
    """Formats a record as one line; the lines of a traceback are joined by ' | '."""

    def __init__(self, redaction: Redaction, as_json: bool) -> None:
        super().__init__()
        self._redaction, self._as_json = redaction, as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record as text or JSON."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = _one_line(record.getMessage())
        if record.exc_info:
            message += " | " + " | ".join(self.formatException(record.exc_info).splitlines())
        message = self._redaction(_one_line(message))
        if self._as_json:
            row = {"time": moment, "level": record.levelname, "logger": record.name, "message": message}
            return json.dumps(row, ensure_ascii=False)
        return f"{moment} {record.levelname:<7} {record.name}: {message}"


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text)


def set_up(level: str, form: str, redaction: Redaction, stream: TextIO) -> None:
    """Send every log record of this process to the stream, in the configured form."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines(redaction, form == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)
