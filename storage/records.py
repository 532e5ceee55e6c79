"""What Paperwire remembers, as frozen records; every time is an aware datetime in UTC, in whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from storage.places import holds_code


class Origin(StrEnum):
    """Where a code link was seen, most trusted first."""

    REPOSITORY = "repository"
    PROJECT = "project"
    COMMENT = "comment"
    ABSTRACT = "abstract"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class CodeLink:
    """An address where a paper's code or project lives; stars where the source told them."""

    url: str
    origin: Origin
    stars: int | None = None

    @property
    def is_code(self) -> bool:
        """Whether it leads to code, a model or data, and not to a page about the paper."""
        return self.origin is Origin.REPOSITORY or holds_code(self.url)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one paper; unknown is None or empty.

    paper_id: the arXiv id without version, else the source's own id. linked: models, data sets and Spaces that
    name the paper. replacement: a new version of a known paper, which is no news.
    """

    source: str
    paper_id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    listed_at: datetime | None = None
    url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    repository: str = ""
    stars: int | None = None
    project_page: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    thumbnail: str = ""
    organisation: str = ""
    categories: tuple[str, ...] = ()
    comment: str = ""
    linked: tuple[str, ...] = ()
    replacement: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as all sources together know it.

    number: its row in the archive (0 before it is stored). sources: who told of it, in order of arrival.
    listed_at: when Hugging Face listed it, else when the first source did; age is counted from it. first_seen: when
    this archive met it.
    polled_at: when a poll (not a backfill) first brought it as news; None when none has.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    listed_at: datetime | None = None
    url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    summary: str = ""
    keywords: tuple[str, ...] = ()
    thumbnail: str = ""
    organisation: str = ""
    categories: tuple[str, ...] = ()
    comment: str = ""
    code: tuple[CodeLink, ...] = ()
    sources: tuple[str, ...] = ()
    first_seen: datetime | None = None
    polled_at: datetime | None = None
    number: int = 0

    @property
    def has_code(self) -> bool:
        """Whether code is known, and not only a page about the paper."""
        return any(link.is_code for link in self.code)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a paper was noticed at some moment; None is unknown."""

    upvotes: int | None = None
    stars: int | None = None
    comments: int | None = None

    @classmethod
    def of(cls, paper: Paper) -> Counts:
        """As they stand in the paper."""
        return cls(paper.upvotes, paper.stars, paper.comments)


class Mode(StrEnum):
    """When a chat gets its papers."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


class Push(StrEnum):
    """Whether the trending list is pushed, and how often."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Chat:
    """A place that papers go to: a chat, or one topic of a forum (thread; 0 elsewhere), and how it wants them.

    weekday: 0 is Monday. quiet_from, quiet_to: local time, both or neither. next_digest_at: the next digest
    that is owed, None in instant mode without a trending push. gone_at: when Telegram said that it cannot be reached.
    tell_empty: whether to say so where a digest would hold nothing. language: the code of the chosen one, ''
    for none; telegram_language: in private chats the one that Telegram tells. taste: whether what it likes orders its
    digests. thumbs: whether 👍 and 👎 stand on every card.
    """

    id: int
    thread: int
    kind: str
    mode: Mode
    at: time
    zone: str
    weekday: int = 0
    trending: Push = Push.OFF
    quiet_from: time | None = None
    quiet_to: time | None = None
    paused_until: datetime | None = None
    cap: int = 10
    next_digest_at: datetime | None = None
    gone_at: datetime | None = None
    created_at: datetime | None = None
    tell_empty: bool = False
    language: str = ""
    telegram_language: str = ""
    taste: bool = True
    thumbs: bool = False

    @property
    def reads_in(self) -> str:
        """The code of the language that this chat is spoken to in, '' where none is known."""
        return self.language or self.telegram_language


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic (0 is General); name: '' where it is not known."""

    thread: int
    name: str


@dataclass(frozen=True, slots=True)
class LostTopic:
    """A closed or deleted topic; following: its subscriptions, waiting: papers that wait for it."""

    topic: Topic
    following: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that one person can speak for; number: of the pair, for buttons. picked: whether they do now."""

    number: int
    id: int
    title: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """A query that a chat (or topic) follows; number is its name in that chat and never changes.

    mode: its own one instead of the chat's. snoozed_until: what it finds waits at least until then. silent: what it
    finds comes without sound.
    """

    id: int
    chat_id: int
    thread: int
    number: int
    query: str
    created_at: datetime
    paused: bool = False
    mode: Mode | None = None
    snoozed_until: datetime | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One paper on its way to one chat (or topic). queries: the subscriptions that matched; trending: on that list.

    due_at: when it may go as a card of its own, or (together) in a digest; None waits for the chat's digest.
    """

    id: int
    chat_id: int
    thread: int
    paper_id: str
    queries: tuple[str, ...]
    due_at: datetime | None
    queued_at: datetime
    attempts: int = 0
    together: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that was sent, or (preview) only looked at: its papers, the first `shown` of them in the message."""

    id: int
    chat_id: int
    thread: int
    paper_ids: tuple[str, ...]
    shown: int
    sent_at: datetime
    preview: bool = False


@dataclass(frozen=True, slots=True)
class SourceState:
    """How reading a source has gone. cursor: the source's own note of where it stands, JSON."""

    name: str
    cursor: str = "{}"
    read_at: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    error: str = ""
    retry_at: datetime | None = None
    backfilled: bool = False
