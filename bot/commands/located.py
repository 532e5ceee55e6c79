"""A shared location gives the time zone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot import planning
from bot.commands.delivery import rearranged
from bot.commands.request import Request
from bot.render import mistakes, rhythms
from bot.render.language import _
from bot.render.message import Button, Message


async def located(request: Request) -> Message:
    """LATITUDE:LONGITUDE sets the zone of that place; the place itself is not kept."""
    zone = await asyncio.to_thread(_zone_at, float(request.part(0)), float(request.part(1)))
    change = (Button(_("Another zone"), data="st:zone"), Button(_("Settings"), data="st"))
    if not zone:
        return mistakes.sentence(_("I know no time zone for that place."), rows=(change,))
    chat = await rearranged(request, lambda chat: replace(chat, zone=zone))
    return rhythms.zone(chat, planning.next_matches(chat, request.services.now()), rows=(change,))


def _zone_at(latitude: float, longitude: float) -> str:
    from tzfpy import get_tz  # loaded when it is needed: its map takes 34 MB

    return get_tz(longitude, latitude)
