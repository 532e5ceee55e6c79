"""Lists of papers and of subscriptions that a person asked to see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.render import facts, html
from bot.render.language import _, clauses, ngettext
from bot.render.message import Button, Message
from bot.render.settings import RHYTHMS
from bot.render.times import digits
from bot.render.times import papers as count_of_papers
from bot.trending import Growth
from storage.records import Paper, Subscription

Rows = tuple[tuple[Button, ...], ...]
_SNIPPET_UNITS = 150
_MOST_MARKS = 4  # marked words in a line of abstract
_TITLE_CHARACTERS = 100  # of a paper that a list is about
_RESERVE = 16


def results(
    query: str,
    found: Sequence[Paper],
    *,
    total: int,
    today: date,
    order: str = "",
    first: int = 1,
    marks: Callable[[Paper], Sequence[str]] = lambda _paper: (),
    beyond: int = 0,
    note: str = "",
    asked: str = "",
    suggested: bool = False,
    rows: Rows = (),
) -> Message:
    """A page of search results.

    total: papers on all pages. first: the number of the page's first paper. marks: the pieces of text, as they
    stand in the paper, that the query met; they are marked in a line of the abstract. beyond: how many papers the
    archive has only since this search. note: said before all else. asked: what the sources say, where there are
    none. suggested: then the rows offer other queries.
    """
    shown = html.strong(facts.query(query))
    if not found:
        return Message(facts.joined((facts.joined((shown, _("no papers"))), asked, _near(suggested)), "\n"), rows)
    ranked = (order or _("best first")) if total > 1 else ""
    head = facts.joined((note, facts.joined((shown, clauses(count_of_papers(total), ranked)))), "\n\n")
    items = [_result(paper, number, today, marks(paper)) for number, paper in enumerate(found, first)]
    return Message(_fitting(facts.joined((head, _found_beyond(beyond)), "\n"), items), rows)


def _found_beyond(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "{count} found just now at arXiv and Hugging Face.",
        "{count} found just now at arXiv and Hugging Face.",
        count,
    )
    return html.italic(text.format(count=digits(count)))


def trending(
    found: Sequence[Paper],
    *,
    title: str,
    query: str = "",
    grown: Mapping[str, Growth],
    today: date,
    first: int = 1,
    suggested: bool = False,
    rows: Rows = (),
) -> Message:
    """The trending list: rank, title, figures, and in one line why. title: its heading, such as "Trending today".

    query: what it is narrowed to. grown: what papers gained, by their ids. first: the rank of the first of these
    papers. suggested: as in results.
    """
    head = facts.joined((html.bold(html.escape(title)), query and html.strong(facts.query(query))))
    if not found:
        why = _("None of the papers of that time match.") if query else _("No papers are listed for that time yet.")
        return Message("\n\n".join((head, facts.joined((why, _near(suggested)), "\n"))), rows)
    items = []
    for number, paper in enumerate(found, first):
        figures = facts.joined((facts.authors(paper, 2, surnames=True), facts.day(paper, today)))
        why = facts.trend(paper, grown.get(paper.id))
        items.append(facts.joined((facts.title(paper, number=number), figures, why), "\n"))
    return Message(_fitting(head, items), rows)


def only_whole(query: str, *, rows: Rows = ()) -> Message:
    """The trending list is not pushed for one query."""
    text = _("The trending list is sent as a whole only. Papers about {query} come to you where you subscribe to it.")
    return Message(text.format(query=html.strong(facts.query(query))), rows)


def compact(head: str, found: Sequence[Paper], *, today: date, first: int = 1, rows: Rows = ()) -> Message:
    """Papers under a heading (HTML), each with authors, day, votes and code, and what it claims."""
    return Message(_fitting(head, [_result(paper, n, today, ()) for n, paper in enumerate(found, first)]), rows)


def preview(
    query: str,
    found: Sequence[tuple[Paper, Sequence[str]]],
    *,
    total: int,
    today: date,
    days: int = 30,
    first: int = 1,
    suggested: bool = False,
    rows: Rows = (),
) -> Message:
    """What a query would have sent; with each paper the pieces of its text that matched. suggested: as in results."""
    shown = html.strong(facts.query(query))
    if not found:
        nothing = _("nothing in the last {days} days matches it.").format(days=days)
        return Message(facts.joined((facts.joined((shown, nothing)), _near(suggested)), "\n"), rows)
    amount = ngettext("{count} paper in the last {days} days", "{count} papers in the last {days} days", total)
    head = facts.joined((shown, amount.format(count=digits(total), days=days)))
    items = [_reasoned(paper, number, today, words) for number, (paper, words) in enumerate(found, first)]
    return Message(_fitting(head, items), rows)


def alike(paper: Paper, found: Sequence[tuple[Paper, Sequence[str]]], *, today: date, rows: Rows = ()) -> Message:
    """Papers that are like one, each with the words that both of them say."""
    title = facts.title(paper, most=_TITLE_CHARACTERS)
    if not found:
        return Message(_("Nothing in my archive is much like {title}.").format(title=title), rows)
    head = _("More like {title}").format(title=title)
    items = [_reasoned(other, number, today, words) for number, (other, words) in enumerate(found, 1)]
    return Message(_fitting(head, items), rows)


def _reasoned(paper: Paper, number: int, today: date, words: Sequence[str]) -> str:
    """A paper with the words for which it is in the list."""
    line = facts.joined((facts.day(paper, today), facts.votes(paper), facts.code_sign(paper)))
    met = facts.matched(list(dict.fromkeys(words)), 4)
    return facts.joined((facts.title(paper, number=number), line, met and f"🔎 {met}"), "\n")


def subscriptions(
    following: Sequence[Subscription],
    *,
    counts: Mapping[int, int] | None = None,
    first: int = 1,
    total: int = 0,
    rows: Rows = (),
) -> Message:
    """The chat's subscriptions by their own numbers. counts: by subscription id, papers in the last 30 days."""
    if not following:
        text = _("You follow nothing yet. Type what interests you, such as {example}.")
        return Message(text.format(example=html.code("/subscribe diffusion -survey")), rows)
    amount = total or len(following)
    head = ngettext("You follow {count} query:", "You follow {count} queries:", amount)
    if total > len(following):
        head = ngettext(
            "You follow {count} query, {first} to {last} of them here:",
            "You follow {count} queries, {first} to {last} of them here:",
            amount,
        )
    head = head.format(count=digits(amount), first=digits(first), last=digits(first + len(following) - 1))
    items = [_subscription(item, counts or {}) for item in following]
    return Message(_fitting(head, items, "\n"), rows)


def _subscription(item: Subscription, counts: Mapping[int, int]) -> str:
    query = html.code(facts.query(item.query))
    known = counts.get(item.id)
    amount = "" if known is None else _("{count} in 30 days").format(count=digits(known))
    return facts.joined((f"{item.number}. {query}", amount, _special(item)))


def _special(item: Subscription) -> str:
    """What is not as with the others, in a word or two."""
    parts = (
        _("paused") if item.paused else "",
        _(RHYTHMS[item.mode]) if item.mode else "",
        _("without sound") if item.silent else "",
    )
    return clauses(*parts)


def _near(suggested: bool) -> str:
    return _("Did you mean one of these?") if suggested else ""


def _result(paper: Paper, number: int, today: date, words: Sequence[str]) -> str:
    line = facts.joined(
        (
            facts.authors(paper, 2, surnames=True),
            facts.day(paper, today),
            facts.votes(paper),
            facts.code_sign(paper),
        )
    )
    return facts.joined((facts.title(paper, number=number), line, snippet(paper, words)), "\n")


def snippet(paper: Paper, words: Sequence[str]) -> str:
    """A line of the abstract around the first of the words, each of them in bold; without a hit what it claims."""
    text = facts.abstract(paper)[0].replace("\n", " ")
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)[:20]
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in wanted), re.I) if wanted else None
    hit = pattern.search(text) if pattern else None
    if not pattern or not hit:
        return html.inert(facts.shortened(facts.claim(paper), _SNIPPET_UNITS))
    begin = max(hit.start() - _SNIPPET_UNITS // 3, 0)
    if begin:
        begin = text.find(" ", begin, hit.start() + 1) + 1 or hit.start()
    shown = facts.shortened(text[begin:], _SNIPPET_UNITS)
    return ("… " if begin else "") + _marked(shown, pattern)


def _marked(text: str, pattern: re.Pattern[str]) -> str:
    parts, done = [], 0
    for match in list(pattern.finditer(text))[:_MOST_MARKS]:
        parts += [html.inert(text[done : match.start()]), html.bold(html.escape(match[0]))]
        done = match.end()
    return "".join(parts) + html.inert(text[done:])


def _fitting(head: str, items: Sequence[str], gap: str = "\n\n") -> str:
    """Heading and as many items as a message holds, with a last line that says how many are not shown."""
    shown, units, marks, size = [head], html.length(head), html.entities(head), len(head)
    for item in items:
        units, marks = units + html.length(item) + len(gap), marks + html.entities(item)
        size += len(item)
        if units > html.MESSAGE_UNITS - _RESERVE * 2 or marks > html.MESSAGE_ENTITIES or size > html.MESSAGE_MARKUP:
            break
        shown.append(item)
    left = len(items) - len(shown) + 1
    text = shown[0] + "\n\n" + gap.join(shown[1:])
    return text + (gap + _("… and {count} more").format(count=digits(left)) if left else "")
