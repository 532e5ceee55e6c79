"""What is said under a chart, and instead of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.charting import Direction, Trend
from bot.render import facts, html
from bot.render.language import ENGLISH, N_, _, clauses, current, ngettext, speaking
from bot.render.message import Message
from bot.render.times import papers, percent, short_date

_SAID = {
    Direction.UP: N_("{query}: {papers} in the last {weeks}, {share} of all that I read; it grows, from {before}."),
    Direction.DOWN: N_("{query}: {papers} in the last {weeks}, {share} of all that I read; it falls, from {before}."),
    Direction.STEADY: N_("{query}: {papers} in the last {weeks}, {share} of all that I read; before, {before}."),
    Direction.UNKNOWN: N_("{query}: {papers} in the last {weeks}, too few to see where it goes."),
}
PAPERS = N_("New papers per week")
_NOT_IN_THE_FONT = ("zh",)  # of DejaVu, which comes with matplotlib


def labels(title: str, days: Sequence[date], today: date) -> tuple[str, list[str]]:
    """What stands in a picture: its title and each day; in English where its font lacks the language's signs."""
    with speaking(ENGLISH if current() in _NOT_IN_THE_FONT else current()):
        return _(title), [short_date(day, today) for day in days]


def caption(trends: Sequence[tuple[str, Trend]]) -> str:
    """A sentence per query."""
    return "\n".join(_sentence(query, trend) for query, trend in trends)


def without_picture(trends: Sequence[tuple[str, Trend]]) -> Message:
    """The same where the picture could not be drawn."""
    return Message(facts.joined((caption(trends), _("The picture could not be drawn; the numbers are right.")), "\n\n"))


def too_young(weeks: int) -> Message:
    """The archive holds fewer full weeks than a line needs."""
    young = ngettext(
        "My archive holds {weeks} full week so far; a chart needs two. {preview} shows what there is.",
        "My archive holds {weeks} full weeks so far; a chart needs two. {preview} shows what there is.",
        weeks,
    )
    return Message(young.format(weeks=weeks, preview=html.code("/preview")))


def nothing(queries: Sequence[str], weeks: int) -> Message:
    """No paper matches any of the queries."""
    none = ngettext(
        "In the last week no paper matches {queries}.", "In the last {weeks} weeks no paper matches {queries}.", weeks
    )
    return Message(none.format(weeks=weeks, queries=clauses(*map(_shown, queries))))


def too_many(limit: int) -> Message:
    """More queries than a chart shows."""
    return Message(_("A chart compares {limit} queries at most; leave some out.").format(limit=limit))


def _sentence(query: str, trend: Trend) -> str:
    weeks = ngettext("week", "{weeks} weeks", trend.weeks).format(weeks=trend.weeks)
    return _(_SAID[trend.direction]).format(
        query=_shown(query),
        papers=papers(trend.recent),
        weeks=weeks,
        share=_share(trend.share),
        before=_share(trend.before),
    )


def _shown(query: str) -> str:
    return html.strong(facts.shortened(facts.query(query), 60))


def _share(part: float) -> str:
    return percent(part, digits=1 if part < 0.095 else 0)
