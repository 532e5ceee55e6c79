"""What reaches the log: one line an event, no secrets, nothing forged."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

TOKEN = "123456:AbC-secret_part"


@pytest.fixture
def kept_root() -> Iterator[None]:
    """The root logger as it was before, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> io.StringIO:
    request.getfixturevalue("kept_root")
    stream = io.StringIO()
    logs.set_up("INFO", "text", logs.Redaction([TOKEN]), stream)
    return stream


def test_the_token_is_hidden_whole_and_in_part_and_in_tracebacks(stream: io.StringIO) -> None:
    log = logging.getLogger("test")
    log.info("calling https://api.example.org/bot%s/getMe", TOKEN)
    log.info("just %s", "AbC-secret_part")
    try:
        raise ValueError(f"bad {TOKEN}")
    except ValueError:
        log.exception("failed")
    assert "secret_part" not in stream.getvalue()
    assert stream.getvalue().count(logs.HIDDEN) == 3


def test_a_line_cannot_be_forged(stream: io.StringIO) -> None:
    logging.getLogger("test").info("query %s", "x\n2026-01-01 CRITICAL forged\r\x1b[31m\u2028y\u202ez\u2066")
    [line] = stream.getvalue().splitlines()
    assert line.endswith("query x 2026-01-01 CRITICAL forged [31m y z ")


def test_a_traceback_is_one_line(stream: io.StringIO) -> None:
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError:
        logging.getLogger("test").exception("failed")
    [line] = stream.getvalue().splitlines()
    assert "RuntimeError: first" in line


@pytest.mark.usefixtures("kept_root")
def test_json_lines() -> None:
    stream = io.StringIO()
    logs.set_up("WARNING", "json", logs.Redaction([]), stream)
    logging.getLogger("test").info("not shown")
    logging.getLogger("test").warning('said "%s"', "hé")
    [row] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (row["level"], row["logger"], row["message"]) == ("WARNING", "test", 'said "hé"')
    assert row["time"].endswith("Z")


def test_requests_of_the_http_library_are_not_logged(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST …/bot%s/getUpdates", TOKEN)
    assert stream.getvalue() == ""
