"""Building blocks of Telegram's HTML. Arguments called `text` are anyone's text, those called `html` are markup."""

from __future__ import annotations

import html as references
import re
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from bot.render.clean import clean

MESSAGE_UNITS = 4096  # of visible text; https://core.telegram.org/bots/api#sendmessage
MESSAGE_MARKUP = 30_000  # characters of HTML; more the server refuses unparsed
MESSAGE_ENTITIES = 100  # https://core.telegram.org/bots/api#formatting-options, those after it are ignored
_TAG = re.compile(r"</?[a-z][^>]*>")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_](?:[\w-]{0,61}[\w])?\.?\Z")
# What Telegram would turn into a mention (which notifies), a command of the bot or a link inside Telegram; addresses
# in the web come first, since what is inside them stays a part of them.
_TAPPABLE = re.compile(
    r"(?P<inside>(?:https?://)?\b(?:t(?:elegram)?\.me|telegram\.dog)/\S*)"
    r"|(?:https?://|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}/)\S*"
    r"|(?P<tap>(?<!\w)@[a-z]\w{2,}|(?<![\w/>])/[a-z0-9_]+(?:@\w+)?(?![\w/])|\b(?:tg|ton|tonsite):(?://)?\w[^\s<>]*)",
    re.I,
)
_HINT = re.compile(r"@|(?<![\w/>])/|\bt(?:g|on|onsite):|\b(?:t(?:elegram)?\.me|telegram\.dog)/", re.I)
_MOST_TAPPABLE = 8
_LONGEST_URL = 400
_LONGEST_WORD = 40  # characters
_DANGLING = " \t\n.,;:–—-([{“‘\"'/"


def escape(text: str) -> str:
    """Anyone's text as HTML: clean, and without a meaning of its own, so that it cannot form markup."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """The same, and what Telegram would make a mention, a command or an in-app link is code, which it leaves alone.

    At most eight pieces become code: with more of them the last piece reaches from the eighth to the last.
    """
    text = clean(text)
    if not _HINT.search(text):
        return escape(text)
    places = [match.span() for match in _TAPPABLE.finditer(text) if match["inside"] or match["tap"]]
    if len(places) > _MOST_TAPPABLE:
        places[_MOST_TAPPABLE - 1 :] = [(places[_MOST_TAPPABLE - 1][0], places[-1][1])]
    parts, done = [], 0
    for start, end in places:
        parts += [escape(text[done:start]), code(text[start:end])]
        done = end
    return "".join(parts) + escape(text[done:])


def strong(text: str) -> str:
    """Anyone's text in bold, or as code where bold would leave a mention or command in it."""
    return bold(escape(text)) if inert(text) == escape(text) else code(text)


def slanted(text: str) -> str:
    """The same in italics."""
    return italic(escape(text)) if inert(text) == escape(text) else code(text)


def bold(html: str) -> str:
    """In bold; what is empty stays empty."""
    return f"<b>{html}</b>" if html else ""


def italic(html: str) -> str:
    """In italics; what is empty stays empty."""
    return f"<i>{html}</i>" if html else ""


def code(text: str) -> str:
    """In monospace, which a tap copies."""
    html = escape(text)
    return f"<code>{html}</code>" if html else ""


def pre(text: str) -> str:
    """A block in monospace."""
    html = escape(text)
    return f"<pre>{html}</pre>" if html else ""


def quote(html: str, *, expandable: bool = False) -> str:
    """A quotation; an expandable one shows three lines until it is tapped."""
    return f"<blockquote{' expandable' if expandable else ''}>{html}</blockquote>" if html else ""


def link(html: str, url: str) -> str:
    """A link where the address is one that a stranger may point to, else the bare content."""
    address = safe_url(url)
    return f'<a href="{escape(address)}">{html}</a>' if address and html else html  # no quotation mark is in it


def safe_url(url: str) -> str:
    """The address if it is http or https with a public-looking host, at most 400 characters, else ''.

    Names without a dot, user names and passwords in front of the host, blanks and control characters are refused.
    """
    url = url.strip()
    if len(url) > _LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", url) or clean(url) != url:
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or port == 0:
        return ""
    return url if _public(parts.hostname or "") else ""


def _public(host: str) -> bool:
    """Whether a host is a name with a dot, or an IPv4 address of the public internet."""
    try:
        return IPv4Address(host).is_global
    except ValueError:
        return bool(_HOST.match(host))


def visible(html: str) -> str:
    """What a reader sees of the markup."""
    return references.unescape(_TAG.sub("", html))


def length(html: str) -> int:
    """UTF-16 units of the visible text, which is what Telegram limits."""
    return units(visible(html))


def units(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def entities(html: str) -> int:
    """How many formatting entities the markup makes."""
    return html.count("</")


def cut(text: str, most: int) -> str:
    """The text if it has at most `most` UTF-16 units, else its beginning up to a word's end, shorter than that.

    A word of over 40 characters, or a script without spaces, is cut between characters, never inside an emoji.
    """
    if units(text) <= most:
        return text
    end, used = 0, 0
    while end < len(text) and used + 1 + (text[end] > "\uffff") <= most:
        used += 1 + (text[end] > "\uffff")
        end += 1
    blank = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if blank > 0 and end - blank <= _LONGEST_WORD:
        end = blank
    else:
        while end and _continues(text[end - 1], text[end]):
            end -= 1
    return text[:end].rstrip(_DANGLING)


def _continues(before: str, char: str) -> bool:
    """Whether a character belongs to the one before it."""
    return (
        "\u200d" in (before, char)
        or char in "\ufe0e\ufe0f\u20e3"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or bool(re.match(r"[\u0300-\u036f]", char))
    )
