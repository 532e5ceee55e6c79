"""What a bot may put into a message: text by its mode, inline buttons; refused in Telegram's words."""

from __future__ import annotations

from bot.demo import markup
from bot.demo.chats import Json, Key, Refusal
from bot.demo.markup import Formatted

TEXT_UNITS, CAPTION_UNITS, DATA_BYTES = 4096, 1024, 64
_COPY_UNITS, _KEYS = 256, 100


def formatted(text: str, call: Json, limit: int) -> Formatted:
    """The text as people see it, by the call's parse_mode. Raises Refusal: markup is invalid, text too long."""
    mode = str(call.get("parse_mode", "")).lower()
    if mode not in ("", "html"):
        raise Refusal(400, "Bad Request: unsupported parse_mode")
    try:
        content = markup.parse(text) if mode == "html" else markup.trimmed(text, [])
    except markup.MarkupError as error:
        raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
    if markup.units(content.text) > limit:
        what = "message" if limit == TEXT_UNITS else "message caption"
        raise Refusal(400, f"Bad Request: {what} is too long")
    return content


def keyboard(given: Json | None) -> tuple[tuple[Key, ...], ...]:
    """The inline keyboard of a reply_markup; nothing for other kinds. Raises Refusal where a button is invalid."""
    rows = tuple(tuple(_key(button) for button in row) for row in (given or {}).get("inline_keyboard", []) if row)
    if sum(map(len, rows)) > _KEYS:
        raise Refusal(400, "Bad Request: reply markup is too long")
    return rows


def _key(button: Json) -> Key:
    label, data, url = button.get("text", ""), button.get("callback_data", ""), button.get("url", "")
    copy = (button.get("copy_text") or {}).get("text", "")
    query = button.get("switch_inline_query", button.get("switch_inline_query_current_chat"))
    if not label.strip():
        raise Refusal(400, "Bad Request: inline keyboard button text must be non-empty")
    if url and not markup.link(url):
        raise Refusal(400, f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if markup.units(copy) > _COPY_UNITS:
        raise Refusal(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
    if len(data.encode()) > DATA_BYTES:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    if not (data or url or copy or query is not None):
        reason = "Text buttons are unallowed in the inline keyboard"
        raise Refusal(400, f"Bad Request: can't parse inline keyboard button: {reason}")
    return Key(label, data, url, copy, query or "")
