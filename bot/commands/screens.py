"""The settings as screens: what each says, and its buttons, `ss:KEY:VALUE` to change and `st:SCREEN` to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from bot import planning
from bot.commands import zones
from bot.render import settings as said
from bot.render.buttons import capitalised
from bot.render.language import ENGLISH, LANGUAGES, N_, _, current
from bot.render.message import Button, Message
from bot.render.times import city, digits, hour, soon, weekday
from storage.records import Chat, Mode, Push

Rows = tuple[tuple[Button, ...], ...]
Screen = Callable[[Chat, datetime, str], Message]
QUIET = ((time(22), time(7)), (time(23), time(8)), (time(20), time(9)))
CAPS = (3, 5, 10, 15, 20, 30)
PAUSES = {
    1: N_("A day"), 3: N_("3 days"), 7: N_("A week"), 14: N_("2 weeks"), 30: N_("30 days"), 0: N_("Until I resume"),
}  # fmt: skip
_MINUTE = timedelta(minutes=1)
_CITIES = 24


def everything(chat: Chat, now: datetime, _where: str = "") -> Message:
    """All settings, each a button to its screen."""
    hour_counts = chat.mode is not Mode.INSTANT or chat.trending is not Push.OFF
    paused = paused_words(chat, now)
    quiet = f"{hour(chat.quiet_from)}–{hour(chat.quiet_to)}" if chat.quiet_from and chat.quiet_to else _("none")
    papers, push = _(said.RHYTHMS[chat.mode]), _(said.PUSHES[chat.trending])
    rows = [
        [Button(_("Papers: {rhythm}").format(rhythm=papers), data="st:mode")],
        [
            Button(_("Time zone: {city}").format(city=city(chat.zone)), data="st:zone"),
            Button(_("Quiet hours: {hours}").format(hours=quiet), data="st:quiet"),
        ],
        [
            Button(_("Trending: {rhythm}").format(rhythm=push), data="st:push"),
            Button(_("In a digest: {count}").format(count=digits(chat.cap)), data="st:cap"),
        ],
        [
            Button(_("Empty days: told") if chat.tell_empty else _("Empty days: silent"), data="st:empty"),
            Button(_("Paused") if paused else _("Pause"), data="st:pause"),
        ],
        [Button(_("🌐 Language: {name}").format(name=LANGUAGES[current()]), data="st:language")],
        [
            Button(_("What you follow"), data="l:0"),
            Button(_("How it stands"), data="hs"),
            Button(_("Taste"), data="ta"),
        ],
    ]
    if hour_counts:
        rows[0].append(Button(_("Hour: {hour}").format(hour=hour(chat.at)), data="st:at"))
    if Mode.WEEKLY is chat.mode or Push.WEEKLY is chat.trending:
        rows[0].append(Button(_("Day: {weekday}").format(weekday=weekday(chat.weekday)), data="st:day"))
    return Message(said.everything(chat, now, planning.next_matches(chat, now), paused), tuple(map(tuple, rows)))


def mode(chat: Chat, now: datetime, _where: str) -> Message:
    """When papers come."""
    labels = {name: capitalised(_(label)) for name, label in said.RHYTHMS.items()}
    more = []
    if chat.mode is not Mode.INSTANT:
        more.append(Button(_("Hour: {hour}").format(hour=hour(chat.at)), data="st:at"))
    if chat.mode is Mode.WEEKLY:
        more.append(Button(_("Day: {weekday}").format(weekday=weekday(chat.weekday)), data="st:day"))
    rows = (*_options("mode", labels, chat.mode, 2), *((tuple(more),) if more else ()), _back())
    return Message(said.rhythm_asked(chat, now, planning.next_matches(chat, now)), rows)


def at(chat: Chat, _now: datetime, _where: str) -> Message:
    """The hour."""
    return Message(said.hour_asked(chat), (*_clock("at", chat.at), _back()))


def day(chat: Chat, _now: datetime, _where: str) -> Message:
    """The weekday of weekly things."""
    labels = {str(number): capitalised(weekday(number)) for number in range(7)}
    return Message(said.weekday_asked(chat), (*_options("day", labels, str(chat.weekday), 2), _back()))


def zone(chat: Chat, now: datetime, where: str) -> Message:
    """The regions; where: `Region:OFFSET` for a page of its cities."""
    region, _colon, offset = where.partition(":")
    cities = zones.cities(region)
    if not cities:
        labels = [Button(said.region(name), data=f"st:zone:{name}:0") for name in zones.regions()]
        utc = Button("✓ UTC" if chat.zone == "UTC" else "UTC", data="ss:zone:UTC")
        return Message(said.zone_asked(chat, now), (*_in_rows([*labels, utc], 3), _back()))
    first = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 5 else 0
    first = first if first < len(cities) else 0
    page = cities[first : first + _CITIES]
    keys = [Button(("✓ " if name == chat.zone else "") + city(name), data=f"ss:zone:{name}") for name in page]
    turn = [Button(_("‹ Regions"), data="st:zone")]
    if len(cities) > _CITIES:
        after = first + _CITIES if first + _CITIES < len(cities) else 0
        before = first - _CITIES if first else (len(cities) - 1) // _CITIES * _CITIES
        turn += [
            Button(f"‹ {city(cities[before])}", data=f"st:zone:{region}:{before}"),
            Button(f"{city(cities[after])} ›", data=f"st:zone:{region}:{after}"),
        ]
    return Message(said.cities_asked(region), (*_in_rows(keys, 3), tuple(turn), _back()))


def quiet(chat: Chat, now: datetime, _where: str) -> Message:
    """Quiet hours: some to pick, and their ends one by one."""
    current = f"{chat.quiet_from:%H%M}-{chat.quiet_to:%H%M}" if chat.quiet_from and chat.quiet_to else "off"
    labels = {f"{begin:%H%M}-{end:%H%M}": f"{hour(begin)}–{hour(end)}" for begin, end in QUIET}
    rows = [*_options("quiet", labels | {"off": _("None")}, current, 4)]
    if chat.quiet_from is not None and chat.quiet_to is not None:
        begin = Button(_("Begin: {hour}").format(hour=hour(chat.quiet_from)), data="st:from")
        rows.append((begin, Button(_("End: {hour}").format(hour=hour(chat.quiet_to)), data="st:to")))
    return Message(said.quiet_asked(chat, now, planning.next_matches(chat, now)), (*rows, _back()))


def quiet_from(chat: Chat, now: datetime, _where: str) -> Message:
    """Their beginning."""
    return _end_of_quiet(chat, now, "begin", "from", chat.quiet_from)


def quiet_to(chat: Chat, now: datetime, _where: str) -> Message:
    """Their end."""
    return _end_of_quiet(chat, now, "end", "to", chat.quiet_to)


def push(chat: Chat, _now: datetime, _where: str) -> Message:
    """The trending list."""
    labels = {name: capitalised(_(label)) for name, label in said.PUSHES.items()}
    more = [Button(_("Hour: {hour}").format(hour=hour(chat.at)), data="st:at")] if chat.trending is not Push.OFF else []
    if chat.trending is Push.WEEKLY:
        more.append(Button(_("Day: {weekday}").format(weekday=weekday(chat.weekday)), data="st:day"))
    rows = (*_options("push", labels, chat.trending, 3), *((tuple(more),) if more else ()), _back())
    return Message(said.trending_asked(chat), rows)


def cap(chat: Chat, _now: datetime, _where: str) -> Message:
    """Papers in a digest."""
    labels = {str(number): str(number) for number in sorted({*CAPS, chat.cap})}
    return Message(said.cap_asked(chat), (*_options("cap", labels, str(chat.cap), 4), _back()))


def empty(chat: Chat, _now: datetime, _where: str) -> Message:
    """Digests without papers."""
    labels = {"off": _("Send nothing"), "on": _("Tell me")}
    return Message(said.empty_asked(chat), (*_options("empty", labels, "on" if chat.tell_empty else "off", 2), _back()))


def pause(chat: Chat, now: datetime, _where: str = "") -> Message:
    """Pauses."""
    words = paused_words(chat, now)
    resume = ((Button(_("Resume"), data="ss:pause:off"),),) if words else ()
    lengths = _in_rows([Button(_(label), data=f"ss:pause:{days}") for days, label in PAUSES.items()], 3)
    return Message(said.pause_asked(words), (*resume, *lengths, _back()))


def language(chat: Chat, _now: datetime, _where: str) -> Message:
    """The language of all texts."""
    labels = ({"auto": _("As Telegram says")} if chat.kind == "private" else {}) | LANGUAGES
    set_to = chat.language or ("auto" if chat.kind == "private" else ENGLISH)
    return Message(said.language_asked(), (*_options("language", labels, set_to, 2), _back()))


SCREENS: Mapping[str, Screen] = {
    "": everything, "mode": mode, "at": at, "day": day, "zone": zone, "quiet": quiet, "from": quiet_from,
    "to": quiet_to, "push": push, "cap": cap, "empty": empty, "pause": pause, "language": language,
}  # fmt: skip


def paused_words(chat: Chat, now: datetime) -> str:
    """Until when deliveries are held, in words; '' where they are not."""
    if not chat.paused_until or chat.paused_until <= now:
        return ""
    if chat.paused_until == planning.FOREVER:
        return _("Paused until you resume")
    return _("Paused until {moment}").format(moment=soon(chat.paused_until, now, chat.zone))


def _end_of_quiet(chat: Chat, now: datetime, which: str, key: str, at: time | None) -> Message:
    if at is None:
        return quiet(chat, now, "")
    return Message(
        said.quiet_end_asked(chat, which), (*_clock(key, at), (Button(_("‹ Quiet hours"), data="st:quiet"),))
    )


def _back() -> tuple[Button, ...]:
    return (Button(_("‹ Settings"), data="st"),)


def _options(key: str, labels: Mapping[str, str], current: str, in_a_row: int) -> Rows:
    """A button per value, the current one marked."""
    buttons = [
        Button(f"✓ {label}" if value == current else label, data=f"ss:{key}:{value}") for value, label in labels.items()
    ]
    return _in_rows(buttons, in_a_row)


def _clock(key: str, at: time) -> Rows:
    """Every hour, every fifth minute, and a minute to and fro."""
    hours = {f"{number:02}{at.minute:02}": f"{number:02}" for number in range(24)}
    minutes = {f"{at.hour:02}{number:02}": f":{number:02}" for number in range(0, 60, 5)}
    moment = datetime.combine(datetime.min.date() + timedelta(days=1), at)
    steps = tuple(
        Button(label, data=f"ss:{key}:{moment + step:%H%M}")
        for label, step in ((_("– 1 min"), -_MINUTE), (_("+ 1 min"), _MINUTE))
    )
    current = f"{at:%H%M}"
    return (*_options(key, hours, current, 8), *_options(key, minutes, current, 6), steps)


def _in_rows(buttons: list[Button], in_a_row: int) -> Rows:
    return tuple(tuple(buttons[i : i + in_a_row]) for i in range(0, len(buttons), in_a_row))
