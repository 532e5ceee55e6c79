"""What only the administrators of the bot can do: /stats and /broadcast."""

from __future__ import annotations

from bot.commands.pictures import Illustrated
from bot.commands.request import Outdated, Question, Request
from bot.drawing import Chart
from bot.render import administration as said
from bot.render import chart, html
from bot.render.message import Button, Message
from storage import broadcasts, gauges, statistics

_RESERVE = 200  # units of a message for the line under the preview


async def stats(request: Request) -> Message:
    """/stats."""
    if refused := _refused(request):
        return refused
    services, now = request.services, request.services.now()
    told = await services.database.read(statistics.read, now)
    text = said.statistics(told, await services.database.read(gauges.read, now))
    weeks = len(told.joined)
    days = [(now - (weeks - week) * statistics.WEEK).date() for week in range(weeks)]
    drawing = Chart(*chart.labels(said.CHATS, days, now.date()), [("", told.joined)])
    return Illustrated(text, chart=drawing, name="growth.png")


async def broadcast(request: Request) -> Message | Question:
    """/broadcast TEXT shows what would be sent."""
    if refused := _refused(request):
        return refused
    if not request.text:
        return Question(said.what(), "broadcast")
    if html.units(request.text) > html.MESSAGE_UNITS - _RESERVE:
        return said.too_long()
    services, place = request.services, request.place
    id = await services.database.write(broadcasts.draft, request.text, place.chat_id, services.now())
    chats = await services.database.read(broadcasts.audience)
    send, cancel = said.labels()
    return said.preview(request.text, chats, rows=((Button(send, data=f"bc:{id}"), Button(cancel, data="bc")),))


async def pressed(request: Request) -> Message:
    """bc:ID sends it, bc does not."""
    if refused := _refused(request):
        return refused
    services, id = request.services, request.number(0)
    if not id:
        return said.cancelled()
    if not await services.database.write(broadcasts.start, id, request.message_id, services.now()):
        raise Outdated("/broadcast")
    services.wake()
    return said.progress(await services.database.read(broadcasts.progress, id), over=False)


def _refused(request: Request) -> Message | None:
    if request.user_id not in request.services.admins:
        return said.not_for_you()
    return None if request.place.private else said.in_private()
