"""What the methods of the Bot API do: parameters in, result out, refused in Telegram's words."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Callable

from bot.demo import markup
from bot.demo.chats import Chat, Event, File, Json, Message, Press, Refusal
from bot.demo.content import CAPTION_UNITS, DATA_BYTES, TEXT_UNITS, formatted, keyboard
from bot.demo.markup import Formatted

_TOAST_UNITS = 200
_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "is_anonymous",
)  # fmt: skip


class Methods:
    """The state of a small Telegram, and the methods that a bot may call on it.

    commands: the menu by (scope as JSON, language). profile: texts about the bot by parameter. inline: the answers to
    inline queries by id (results, next_offset, button …), once they are there.
    """

    def __init__(self, bot: Json, tell: Callable[[Event], None]) -> None:
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.inline: dict[str, asyncio.Future[Json]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[str, str] = {}
        self.webhook = ""
        self._tell = tell
        self._numbers = itertools.count(1)
        self._methods: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: self.bot,
            "sendMessage": self._send_message,
            "sendDocument": self._send_file,
            "sendChatAction": lambda call: self._writable(call) is not None,
            "editMessageText": self._edit_text,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer_press,
            "answerInlineQuery": self._answer_inline,
            "getFile": self._get_file,
            "getChat": self._chat_information,
            "getChatMember": self._member,
            "getChatAdministrators": self._administrators,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda call: self.commands.get(_scope(call), []),
            "deleteMyCommands": lambda call: self.commands.pop(_scope(call), None) is not None or True,
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _: self._set_webhook({}),
            "getWebhookInfo": lambda _: {
                "url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0,
            },
            "setMyDescription": lambda call: self._set_text(call, "description", 512),
            "setMyShortDescription": lambda call: self._set_text(call, "short_description", 120),
        }  # fmt: skip

    def perform(self, method: str, call: Json) -> object:
        """The method's result. Raises Refusal."""
        known = self._methods.get(method)
        if known is not None:
            return known(call)
        if method.startswith(("set", "delete", "pin", "unpin", "logOut", "close")):
            return True
        raise Refusal(404, "Not Found: method not found")

    def add(self, message: Message) -> Message:
        """Put a message into its chat."""
        message.chat.messages[message.id] = message
        return message

    def number(self) -> int:
        """The next message's id."""
        return next(self._numbers)

    def file(self, file_id: str) -> File | None:
        """The file of an id, as messages name it."""
        sent = (message for chat in self.chats.values() for message in chat.messages.values())
        return next((message.file for message in sent if message.file and f"file{message.id}" == file_id), None)

    def _get_file(self, call: Json) -> Json:
        file_id = call.get("file_id", "")
        if self.file(file_id) is None:
            raise Refusal(400, "Bad Request: invalid file_id")
        return {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_path": file_id}

    def _send_message(self, call: Json) -> Json:
        content = formatted(call.get("text", ""), call, TEXT_UNITS)
        if not content.text:
            raise Refusal(400, "Bad Request: message text is empty")
        return self._post(call, content)

    def _send_file(self, call: Json) -> Json:
        content = formatted(call.get("caption", ""), call, CAPTION_UNITS)
        return self._post(call, content, self._file(call, call.get("document")))

    def _file(self, call: Json, file: object) -> File:
        if isinstance(file, str):
            file = call.get(file.removeprefix("attach://"))
        if not isinstance(file, File):
            raise Refusal(400, "Bad Request: there is no document in the request")
        if not file.content:
            raise Refusal(400, "Bad Request: file must be non-empty")
        return file

    def _post(self, call: Json, content: Formatted, file: File | None = None) -> Json:
        chat = self._writable(call)
        rows = keyboard(call.get("reply_markup"))
        reply = call.get("reply_parameters") or {}
        replied = chat.messages.get(reply.get("message_id", 0))
        if reply and (replied is None or replied.deleted):
            if not reply.get("allow_sending_without_reply"):
                raise Refusal(400, "Bad Request: message to be replied not found")
            replied = None
        message = Message(
            self.number(), chat, None, int(time.time()), content, rows, file,
            call.get("message_thread_id", 0), replied, call,
        )  # fmt: skip
        self.add(message)
        self._tell(Event("new", message, content, rows))
        return message.json(self.bot)

    def _edit_text(self, call: Json) -> Json:
        content = formatted(call.get("text", ""), call, TEXT_UNITS)
        if not content.text:
            raise Refusal(400, "Bad Request: message text is empty")
        message = self._own(call, "message to edit not found")
        if message.file:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        return self._edit(message, call, content)

    def _edit_media(self, call: Json) -> Json:
        media = call.get("media") or {}
        content = formatted(media.get("caption", ""), media, CAPTION_UNITS)
        message = self._own(call, "message to edit not found")
        return self._edit(message, call, content, self._file(call, media.get("media")))

    def _edit_markup(self, call: Json) -> Json:
        message = self._own(call, "message to edit not found")
        return self._edit(message, call, message.content)

    def _edit(self, message: Message, call: Json, content: Formatted, file: File | None = None) -> Json:
        rows, file = keyboard(call.get("reply_markup")), file or message.file
        if (content, rows, file) == (message.content, message.rows, message.file):
            raise Refusal(400, _NOT_MODIFIED)
        message.content, message.rows, message.file, message.call = content, rows, file, {**message.call, **call}
        message.edits += 1
        self._tell(Event("edit", message, content, rows))
        return message.json(self.bot)

    def _delete(self, call: Json) -> bool:
        chat = self._writable(call)
        message = chat.messages.get(call.get("message_id", 0))
        if message is None or message.deleted:
            raise Refusal(400, "Bad Request: message to delete not found")
        message.deleted = True
        self._tell(Event("delete", message, message.content))
        return True

    def _answer_press(self, call: Json) -> bool:
        press = self.presses.get(call.get("callback_query_id", ""))
        if press is None or press.answer.done():
            raise Refusal(400, _TOO_OLD)
        text = call.get("text", "")
        if markup.units(text) > _TOAST_UNITS:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        press.answer.set_result(call)
        self._tell(Event("answer", press.message, Formatted(text), alert=bool(call.get("show_alert"))))
        return True

    def _answer_inline(self, call: Json) -> bool:
        waiting = self.inline.get(call.get("inline_query_id", ""))
        if waiting is None or waiting.done():
            raise Refusal(400, _TOO_OLD)
        results = call.get("results") or []
        if len(results) > 50:
            raise Refusal(400, "Bad Request: RESULTS_TOO_MUCH")
        if len({result["id"] for result in results}) < len(results):
            raise Refusal(400, "Bad Request: RESULT_ID_DUPLICATE")
        for result in results:
            if not 1 <= len(result["id"].encode()) <= DATA_BYTES:
                raise Refusal(400, "Bad Request: RESULT_ID_INVALID")
            content = result.get("input_message_content") or {}
            formatted(content.get("message_text", ""), content, TEXT_UNITS)
            keyboard(result.get("reply_markup"))
            if not markup.link(result.get("thumbnail_url", "https://example.org")):
                raise Refusal(400, "Bad Request: WEBDOCUMENT_URL_INVALID")
        start = (call.get("button") or {}).get("start_parameter", "none")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start):
            raise Refusal(400, "Bad Request: START_PARAM_INVALID")
        waiting.set_result(call | {"results": results})
        return True

    def _chat_information(self, call: Json) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
        return self._chat(call).json() | more

    def _member(self, call: Json) -> Json:
        chat, user = self._chat(call), call.get("user_id", 0)
        if chat.person and chat.person.id == user:
            return {"status": "member", "user": chat.person.json()}
        if user == self.bot["id"]:
            return _membership(self.bot, "administrator" if chat.type == "channel" else "member")
        if user not in chat.members:
            raise Refusal(400, "Bad Request: member not found")
        person, status = chat.members[user]
        return _membership(person.json(), status)

    def _administrators(self, call: Json) -> list[Json]:
        chat = self._chat(call)
        if chat.type == "private":
            raise Refusal(400, "Bad Request: there are no administrators in the private chat")
        people = [member for member in chat.members.values() if member[1] in ("creator", "administrator")]
        return [_membership(person.json(), status) for person, status in people]

    def _set_commands(self, call: Json) -> bool:
        commands = call.get("commands") or []
        for command in commands:
            name, description = command.get("command", ""), command.get("description", "")
            plain = name.replace("_", "a")
            if not 1 <= len(name) <= 32 or not (plain.isascii() and plain.isalnum() and plain == plain.lower()):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_scope(call)] = commands
        return True

    def _set_text(self, call: Json, name: str, limit: int) -> bool:
        text = call.get(name, "")
        if markup.units(text) > limit:
            raise Refusal(400, "Bad Request: the text is too long")
        self.profile[name] = text
        return True

    def _set_webhook(self, call: Json) -> bool:
        self.webhook = call.get("url", "")
        return True

    def _chat(self, call: Json) -> Chat:
        wanted = call.get("chat_id")
        for chat in self.chats.values():
            if wanted == chat.id or (chat.username and wanted == f"@{chat.username}"):
                return chat
        raise Refusal(400, "Bad Request: chat not found")

    def _writable(self, call: Json) -> Chat:
        chat = self._chat(call)
        if chat.refusal is not None:
            raise chat.refusal
        return chat

    def _own(self, call: Json, missing: str) -> Message:
        message = self._writable(call).messages.get(call.get("message_id", 0))
        if message is None or message.deleted:
            raise Refusal(400, f"Bad Request: {missing}")
        if message.sender is not None:
            raise Refusal(400, "Bad Request: message can't be edited")
        return message


def _membership(person: Json, status: str) -> Json:
    if status == "creator":
        return {"user": person, "status": status, "is_anonymous": False}
    if status == "administrator":
        return {"user": person, "status": status} | dict.fromkeys(_RIGHTS, True) | {"is_anonymous": False}
    return {"user": person, "status": status}


def _scope(call: Json) -> tuple[str, str]:
    scope = call.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), call.get("language_code", "")
