"""Time zones as people write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

_OFFSET = re.compile(r"(?:utc|gmt)?([+\-−])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_NO_ZONES = ("posix/", "right/", "Factory", "localtime")
# What people call their time, with the places that most of them mean.
_CALLED = {
    "bst": ("Europe/London",), "cest": ("Europe/Berlin", "Europe/Paris"), "eest": ("Europe/Athens", "Europe/Helsinki"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"), "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",),
    "cst": ("America/Chicago", "Asia/Shanghai"), "cdt": ("America/Chicago",), "edt": ("America/New_York",),
    "et": ("America/New_York",), "mdt": ("America/Denver",), "pdt": ("America/Los_Angeles",),
    "pst": ("America/Los_Angeles",), "pt": ("America/Los_Angeles",), "sgt": ("Asia/Singapore",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"), "msk": ("Europe/Moscow",), "nzst": ("Pacific/Auckland",),
}  # fmt: skip
_LEAST = 65
_AS_GOOD = 10  # points below the likeliest, beyond which a name is no candidate beside it
_OFFERED = 4


def named(text: str) -> str | None:
    """The IANA zone that the text names: by its name, or by a city that only one zone has; letter case is free."""
    wanted = _folded(text)
    known = _known()
    if wanted in known:
        return known[wanted]
    cities = _cities(wanted)
    return cities[0] if len(cities) == 1 else None


def near(text: str, now: datetime) -> tuple[str, ...]:
    """Up to four zones that may be meant, the likeliest first.

    Those of that city, of that distance to UTC, called so for short, or spelt so.
    """
    wanted = _folded(text)
    if offset := _OFFSET.fullmatch(wanted.replace("_", "")):
        sign = 1 if offset[1] == "+" else -1
        distance = sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return tuple(zone for zone in _places() if now.astimezone(ZoneInfo(zone)).utcoffset() == distance)[:_OFFERED]
    return tuple(_CALLED.get(wanted) or _cities(wanted) or _spelt(wanted))[:_OFFERED]


def _folded(text: str) -> str:
    return "_".join(text.split()).casefold()


@cache
def _known() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones()) if not name.startswith(_NO_ZONES)}


@cache
def _places() -> tuple[str, ...]:
    """The zones in use, `Area/City`, without their older names."""
    rows = files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines()
    return tuple(sorted(row.split("\t")[2] for row in rows if not row.startswith("#")))


def _cities(wanted: str) -> list[str]:
    """The zones of a city, by its name of today or else by an older one."""
    for names in (_places(), _known().values()):
        if found := [name for name in names if "/" in name and name.rpartition("/")[2].casefold() == wanted]:
            return found
    return []


def _spelt(wanted: str) -> list[str]:
    from rapidfuzz import fuzz  # loaded on the first mistake: it costs memory at start

    def likeness(name: str) -> float:
        folded = name.casefold()
        return max(fuzz.ratio(wanted, folded), fuzz.ratio(wanted, folded.rpartition("/")[2]))

    scored = sorted(((likeness(name), name) for name in _places()), key=lambda pair: (-pair[0], pair[1]))
    best = scored[0][0]
    return [name for score, name in scored if score >= max(_LEAST, best - _AS_GOOD)]


def regions() -> tuple[str, ...]:
    """The parts of the world that zones are named after."""
    return tuple(dict.fromkeys(zone.partition("/")[0] for zone in _places()))


def cities(region: str) -> list[tuple[str, str]]:
    """The zones of a region, each as (its name, its city as people write it)."""
    inside = [zone for zone in _places() if zone.startswith(f"{region}/")]
    return [(zone, ": ".join(zone.split("/")[1:]).replace("_", " ")) for zone in inside]
