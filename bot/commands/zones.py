"""Time zones as people write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo, available_timezones

from bot.commands.cities import CITIES

_OFFSET = re.compile(r"(?:utc|gmt)?([+\-−])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_NO_ZONES = ("posix/", "right/", "Factory", "localtime")
# What people call their time or their country, with the places that most of them mean. That some of these are names
# of zones without summer time (EST, MST) is not what people mean by them.
_CALLED = {
    "bst": ("Europe/London",), "cest": ("Europe/Berlin", "Europe/Paris"), "eest": ("Europe/Athens", "Europe/Helsinki"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"), "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",),
    "cst": ("America/Chicago", "Asia/Shanghai"), "cdt": ("America/Chicago",), "edt": ("America/New_York",),
    "est": ("America/New_York", "America/Panama"), "et": ("America/New_York",), "eastern": ("America/New_York",),
    "ct": ("America/Chicago",), "central": ("America/Chicago",), "mountain": ("America/Denver", "America/Phoenix"),
    "mst": ("America/Denver", "America/Phoenix"), "mdt": ("America/Denver",), "pdt": ("America/Los_Angeles",),
    "pst": ("America/Los_Angeles",), "pt": ("America/Los_Angeles",), "pacific": ("America/Los_Angeles",),
    "sgt": ("Asia/Singapore",), "aest": ("Australia/Sydney", "Australia/Brisbane"), "msk": ("Europe/Moscow",),
    "nzst": ("Pacific/Auckland",), "uk": ("Europe/London",), "england": ("Europe/London",),
    "usa": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "us": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "korea": ("Asia/Seoul",), "south_korea": ("Asia/Seoul",),
}  # fmt: skip
_LEAST = 72
_AS_GOOD = 10  # points below the likeliest, beyond which a name is no candidate beside it
_OFFERED = 4


def named(text: str) -> str | None:
    """The IANA zone that the text names: by its name, a city or country that has only one, or UTC+0; in any case."""
    wanted = _folded(text)
    if wanted in _CALLED or _distance(wanted) is not None:
        return "UTC" if _distance(wanted) == timedelta() else None
    if wanted in _known():
        return _known()[wanted]
    places = _located(wanted)
    return places[0] if len(places) == 1 else None


def near(text: str, now: datetime) -> tuple[str, ...]:
    """Up to four zones that may be meant, the likeliest first.

    Those of that city or country, of that distance to UTC, called so for short, or spelt so.
    """
    wanted = _folded(text)
    if (distance := _distance(wanted)) is not None:
        found = [zone for zone in _places() if now.astimezone(ZoneInfo(zone)).utcoffset() == distance]
        return tuple(sorted(found, key=_renown))[:_OFFERED]
    city = wanted.rpartition("/")[2]
    return tuple(_CALLED.get(wanted) or _located(city) or _spelt(wanted, city))[:_OFFERED]


def _folded(text: str) -> str:
    """Small letters without accents, words joined as in zones, without the word `time`."""
    plain = "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))
    words = plain.split()
    return "_".join(words[:-1] if words[1:] and words[-1] == "time" else words)


def _distance(wanted: str) -> timedelta | None:
    """The distance to UTC that is meant; None where it is something else."""
    offset = _OFFSET.fullmatch(wanted.replace("_", ""))
    if offset is None:
        return None
    distance = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return distance if offset[1] == "+" else -distance


def _renown(zone: str) -> int:
    """Small for zones with cities that many know."""
    known = list(CITIES)
    return known.index(zone) if zone in known else len(known)


@cache
def _known() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones()) if not name.startswith(_NO_ZONES)}


@cache
def _listed() -> tuple[tuple[str, str], ...]:
    """The zones in use, `Area/City`, without their older names, each with the code of its country."""
    rows = files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines()
    fields = [row.split("\t") for row in rows if not row.startswith("#")]
    return tuple(sorted((field[2], field[0]) for field in fields))


def _places() -> tuple[str, ...]:
    """The zones in use."""
    return tuple(zone for zone, _ in _listed())


@cache
def _cities() -> dict[str, list[str]]:
    """The zones of each city, by the name it has in no zone."""
    found: dict[str, list[str]] = {}
    for zone, names in CITIES.items():
        for name in names.split(", "):
            found.setdefault(_folded(name), []).append(zone)
    return found


@cache
def _countries() -> dict[str, list[str]]:
    """The zones of each country, the best known first."""
    rows = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8").splitlines()
    names = dict(row.split("\t") for row in rows if not row.startswith("#"))
    found: dict[str, list[str]] = {}
    for zone, code in sorted(_listed(), key=lambda row: _renown(row[0])):
        found.setdefault(_folded(names[code]), []).append(zone)
    return found


def _located(wanted: str) -> list[str]:
    """The zones of a city, by its name of today or else by an older one, or of a country."""
    for names in (_places(), _known().values()):
        named = [name for name in names if "/" in name and not name.startswith("Etc/")]
        if found := [name for name in named if name.rpartition("/")[2].casefold() == wanted]:
            return list(dict.fromkeys([*found, *_cities().get(wanted, ())]))
    return _cities().get(wanted) or _countries().get(wanted) or []


def _spelt(wanted: str, city: str) -> list[str]:
    from rapidfuzz import fuzz  # loaded on the first mistake: it costs memory at start

    likeness: dict[str, float] = {}
    names = [(zone.casefold(), [zone]) for zone in _places()]
    names += [(zone.casefold().rpartition("/")[2], [zone]) for zone in _places()]
    for name, zones in (*names, *_cities().items(), *_countries().items()):
        score = max(fuzz.ratio(wanted, name), fuzz.ratio(city, name))
        likeness |= {zone: max(score, likeness.get(zone, 0.0)) for zone in zones}
    least = max(_LEAST, max(likeness.values()) - _AS_GOOD)
    good = [zone for zone, score in likeness.items() if score >= least]
    return sorted(good, key=lambda zone: (-likeness[zone], _renown(zone), zone))


def regions() -> tuple[str, ...]:
    """The parts of the world that zones are named after."""
    return tuple(dict.fromkeys(zone.partition("/")[0] for zone in _places()))


def cities(region: str) -> list[str]:
    """The zones of a region."""
    return [zone for zone in _places() if zone.startswith(f"{region}/")]
