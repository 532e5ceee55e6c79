"""All that people can type or press, in one place: the menu, the help and the handlers are made from these lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telegram import BotCommand

from bot.commands import (
    administration,
    ahead,
    alike,
    card,
    channels,
    chart,
    deep_links,
    delivery,
    digests,
    exporting,
    fields,
    located,
    own_delivery,
    pages,
    pausing,
    preview,
    privacy,
    queries,
    quiet,
    saving,
    search,
    settings,
    start,
    status,
    subscribe,
    subscriptions,
    taste,
    topics,
    trending,
    unfolding,
)
from bot.commands.request import ButtonHandler, CommandHandler, Request
from bot.nearest import nearest
from bot.render import mistakes, welcome
from bot.render.language import N_, _
from bot.render.message import Message

Changes = Callable[[str], bool]


def _never(_text: str) -> bool:
    return False


def _always(_text: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """usage: what follows the name, for help. does: what it does, in help and menu. in_menu: whether it is there.

    changes: whether, with this text, it changes what a chat gets, which is for administrators. personal: about the
    person who is there, also where that person speaks for a channel.
    """

    name: str
    handler: CommandHandler
    does: str
    usage: str = ""
    aliases: tuple[str, ...] = ()
    changes: Changes = _never
    in_menu: bool = True
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What takes the answer to a question, or the press of a button with its data; changes: as above."""

    handler: ButtonHandler
    changes: Changes = _never
    personal: bool = False


async def manual(request: Request) -> Message:
    """/help."""
    listed = [(f"/{command.name} {_(command.usage)}".strip(), _(command.does)) for command in COMMANDS if command.does]
    return welcome.manual(listed, rows=start.first(await request.services.chat(request.place)))


async def stranger(request: Request) -> Message:
    """The answer to somebody who may not use the bot."""
    return mistakes.stranger(request.user_id)


async def unknown(request: Request) -> Message:
    """The answer to a command that does not exist; text: its name, about: what followed it."""
    meant = nearest(request.text, _BY_NAME, 72)  # /cancel is as near as 71 to /channels
    verb = _WITH_QUERY.get(_BY_NAME[meant].name) if meant and request.about else None
    rows = await queries.buttons(request, verb, [request.about], [f"/{meant} {request.about}"]) if verb else ()
    return mistakes.unknown_command(meant, rows=rows)


COMMANDS = (
    Command("start", start.start, "", in_menu=False),
    Command(
        "trending",
        trending.trending,
        N_("what is trending; daily sends it"),
        N_("[week] [QUERY]"),
        changes=trending.changes,
    ),
    Command("subscribe", subscribe.subscribe, N_("follow a topic"), N_("QUERY"), ("sub",), _always),
    Command("subscriptions", subscriptions.listed, N_("what you follow: pause, edit, delete"), aliases=("list",)),
    Command(
        "unsubscribe",
        subscriptions.unsubscribe,
        N_("end one"),
        N_("QUERY or NUMBER"),
        ("unsub",),
        _always,
        in_menu=False,
    ),
    Command("preview", preview.preview, N_("what a query would have sent"), N_("QUERY"), in_menu=False),
    Command("chart", chart.chart, N_("how much appears about it, as a picture"), N_("QUERY [vs QUERY]"), in_menu=False),
    Command("search", search.search, N_("find papers"), N_("QUERY")),
    Command("saved", saving.listed, N_("the papers you keep"), N_("[QUERY]")),
    Command(
        "export",
        exporting.export,
        N_("them, or what you follow, as a file"),
        N_("[bibtex, ris, csv or json]"),
        in_menu=False,
    ),
    Command("digest", ahead.digest, N_("what waits for you, now")),
    Command("status", status.status, N_("what comes next, and why nothing came")),
    Command(
        "delivery",
        delivery.delivery,
        N_("when papers come"),
        N_("instant, or daily 8:30"),
        changes=_always,
        in_menu=False,
    ),
    Command(
        "quiet", quiet.quiet, N_("hours without messages"), N_("22:00 7:00, or off"), changes=_always, in_menu=False
    ),
    Command(
        "pause", pausing.pause, N_("hold everything; nothing is lost"), N_("[DAYS]"), changes=_always, in_menu=False
    ),
    Command("resume", pausing.resume, N_("let it go on"), changes=_always, in_menu=False),
    Command("taste", taste.shown, N_("what I believe you like"), in_menu=False),
    Command("channels", channels.listed, N_("speak for a channel, in private"), in_menu=False, personal=True),
    Command("settings", settings.settings, N_("all of that with buttons")),
    Command("help", manual, N_("all commands, and how to say what you want")),
    Command("privacy", privacy.privacy, N_("what I store"), in_menu=False),
    Command("forget", privacy.forget, N_("delete all of it"), changes=_always, in_menu=False),
    Command("stats", administration.stats, "", in_menu=False, personal=True),
    Command("broadcast", administration.broadcast, "", in_menu=False, personal=True),
)

BUTTONS = {
    "am": Answer(taste.authors, _always),
    "ax": Answer(taste.author, _always),
    "ask": Answer(start.ask, start.changes),
    "bc": Answer(administration.pressed, personal=True),
    "bx": Answer(exporting.citation),
    "ch": Answer(channels.pressed, personal=True),
    "cg": Answer(chart.pressed),
    "d": Answer(digests.opened),
    "db": Answer(digests.returned),
    "dl": Answer(delivery.overview),
    "dm": Answer(digests.rest),
    "dv": Answer(delivery.pressed, _always),
    "em": Answer(subscriptions.mended, _always),
    "ex": Answer(exporting.export),
    "fd": Answer(fields.opened),
    "fg": Answer(privacy.pressed, _always),
    "fs": Answer(fields.overview),
    "ft": Answer(fields.toggled, _always),
    "hr": Answer(delivery.hours, _always),
    "hs": Answer(status.status),
    "im": Answer(exporting.taken, _always),
    "k": Answer(saving.pressed),
    "keep": Answer(subscribe.keep, _always),
    "kq": Answer(saving.ask),
    "l": Answer(subscriptions.listed),
    "m": Answer(unfolding.unfolded),
    "md": Answer(taste.disliked_behind, _always),
    "mf": Answer(unfolding.folded),
    "ml": Answer(alike.more_like),
    "mu": Answer(taste.liked_behind, _always),
    "n": Answer(subscriptions.opened),
    "nd": Answer(subscriptions.delete, _always),
    "ne": Answer(subscriptions.edit, _always),
    "np": Answer(subscriptions.pause, _always),
    "nr": Answer(subscriptions.resume, _always),
    "nu": Answer(subscriptions.undelete, _always),
    "nv": Answer(own_delivery.shown),
    "nw": Answer(own_delivery.changed, _always),
    "nx": Answer(ahead.digest),
    "p": Answer(card.opened),
    "pz": Answer(pausing.pressed, _always),
    "rs": Answer(pausing.resume, _always),
    "s": Answer(search.pressed),
    "sb": Answer(subscribe.shown),
    "sh": Answer(deep_links.shared),
    "ss": Answer(settings.changed, _always),
    "st": Answer(settings.shown),
    "sub": Answer(subscribe.pressed, _always),
    "sv": Answer(saving.toggled, _always),
    "sw": Answer(subscribe.swap, _always),
    "t": Answer(trending.shown),
    "pg": Answer(pages.where),
    "ta": Answer(taste.shown),
    "tb": Answer(topics.shown, _always),
    "tc": Answer(topics.choose, _always),
    "td": Answer(taste.disliked, _always),
    "te": Answer(topics.end, _always),
    "tf": Answer(taste.forgotten, _always),
    "tm": Answer(topics.move, _always),
    "tp": Answer(trending.pushed, _always),
    "tr": Answer(taste.unmuted, _always),
    "ts": Answer(taste.changed, _always),
    "tu": Answer(taste.liked, _always),
    "undo": Answer(subscribe.undo, _always),
    "v": Answer(preview.pressed),
    "w": Answer(unfolding.wished, _always),
    "wm": Answer(taste.words, _always),
    "wx": Answer(taste.word, _always),
}

FOR_STRANGERS = frozenset({"forget", "privacy", "fg"})
"""Commands and buttons for those, too, who may not use the bot (any more)."""

QUESTIONS = {
    "broadcast": Answer(administration.broadcast),
    "chart": Answer(chart.chart),
    "delivery": Answer(delivery.delivery, _always),
    "edit": Answer(subscriptions.edited, _always),
    "preview": Answer(preview.preview),
    "quiet": Answer(quiet.quiet, _always),
    "saved": Answer(saving.listed),
    "search": Answer(search.search),
    "subscribe": Answer(subscribe.subscribe, _always),
    "unsubscribe": Answer(subscriptions.unsubscribe, _always),
}

LOCATED = Answer(located.located, _always)
"""What takes a shared location."""

RECEIVED = Answer(exporting.received)
"""What takes the text of a file."""

_WITH_QUERY = {"subscribe": "sub", "search": "s", "preview": "v", "chart": "cg"}
"""Buttons that do with a query what a command does."""

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def command(name: str) -> Command | None:
    """The command of a name or alias in small letters."""
    return _BY_NAME.get(name)


def is_personal(name: str) -> bool:
    """Whether the command of that name is about the person, also where that person speaks for a channel."""
    return name in _BY_NAME and _BY_NAME[name].personal


def menu() -> list[BotCommand]:
    """What the menu shows: nine commands at most."""
    return [BotCommand(command.name, _(command.does)) for command in COMMANDS if command.in_menu]
