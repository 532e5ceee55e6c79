"""What can go wrong on the way of a paper or a command; str() of each is a sentence for people.

PaperwireError
├── ConfigurationError   the configuration has mistakes, all of them in `problems`
├── QueryError           a query cannot be read; with its place and, where there is one, the mended query
├── TokenRefused         Telegram does not accept the token
└── SourceError          a source gave nothing usable; with its name
    ├── SourceUnreachable   no answer: connection, name or time-out
    ├── SourceRefused       an answer with an error status, and how long to wait where it says so
    └── SourceNonsense      an answer that is not what it should be: HTML, truncated, of another shape
"""

from __future__ import annotations


class PaperwireError(Exception):
    """Base of all."""


class ConfigurationError(PaperwireError):
    """problems: one line each, as `config.toml: telegram.token: what is wrong`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class QueryError(PaperwireError):
    """A query that cannot be read: text[start:end] is the place, mended a query that can be ('' where none)."""

    def __init__(self, reason: str, text: str, start: int, end: int, mended: str = "") -> None:
        super().__init__(reason)
        self.reason, self.text, self.start, self.end, self.mended = reason, text, start, end, mended


class TokenRefused(PaperwireError):
    """Telegram does not accept the token."""


class SourceError(PaperwireError):
    """A source gave nothing usable. retry_after: seconds that it asked to be left alone, 0 where it said nothing."""

    def __init__(self, source: str, reason: str, retry_after: float = 0) -> None:
        super().__init__(f"{source}: {reason}")
        self.source, self.reason, self.retry_after = source, reason, retry_after


class SourceUnreachable(SourceError):
    """No answer came."""


class SourceRefused(SourceError):
    """The answer was an error status (0 where it was told in another way)."""

    def __init__(self, source: str, reason: str, retry_after: float = 0, status: int = 0) -> None:
        super().__init__(source, reason, retry_after)
        self.status = status


class SourceNonsense(SourceError):
    """The answer was not what it should be."""
