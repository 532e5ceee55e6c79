"""What is said of topics that are closed or deleted, and asked about their papers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import facts, html
from bot.render.clean import one_line
from bot.render.language import _, ngettext
from bot.render.message import Button, Message
from bot.render.times import digits
from storage.records import LostTopic, Topic

_NAME = 60
_CHOICES = 40


def lost(topic: LostTopic) -> Message:
    """Told once, in General; the button Back of `choices` shows it again."""
    thread = topic.topic.thread
    rows = (
        (Button(_("Move to General"), data=f"tm:{thread}:0"), Button(_("Choose a topic"), data=f"tc:{thread}")),
        (Button(_("End them"), data=f"te:{thread}"),),
    )
    said = ngettext(
        "The topic {name} is closed or deleted, and {count} paper waits for it. It comes when the topic is open again. "
        "Or shall it, and all that follows, come elsewhere?",
        "The topic {name} is closed or deleted, and {count} papers wait for it. They come when the topic is open "
        "again. Or shall they, and all that follow, come elsewhere?",
        topic.waiting,
    )
    if not topic.waiting:
        said = _(
            "The topic {name} is closed or deleted. What comes for it waits until it is open again. "
            "Or shall it come elsewhere?"
        )
    return Message(said.format(name=_name(topic.topic), count=digits(topic.waiting)), rows)


def choices(topic: Topic, others: Sequence[Topic]) -> Message:
    """Asks to which topic all of a lost one moves."""
    keys = [Button(_label(other), data=f"tm:{topic.thread}:{other.thread}") for other in others[:_CHOICES]]
    rows = [tuple(keys[i : i + 2]) for i in range(0, len(keys), 2)]
    if others:
        said = _("To which topic do the papers of {name} move?")
    else:
        said = _("I know no other topic yet. Write me in the one you mean, such as /list, then choose again.")
    back = (Button(_("Move to General"), data=f"tm:{topic.thread}:0"), Button(_("‹ Back"), data=f"tb:{topic.thread}"))
    return Message(said.format(name=_name(topic)), (*rows, back))


def moved(topic: Topic, to: Topic, *, following: int, waiting: int) -> Message:
    """All of a lost topic is another one's; following: what that follows now, waiting: the papers that wait for it."""
    if to.thread:
        said = _("What came to {name} comes to {other} from now on.").format(name=_name(topic), other=_name(to))
    else:
        said = _("What came to {name} comes here from now on.").format(name=_name(topic))
    follows = ngettext("It follows {count} query now.", "It follows {count} queries now.", following)
    held = ngettext("{count} paper waits for it.", "{count} papers wait for it.", waiting)
    parts = [said, follows.format(count=digits(following)), held.format(count=digits(waiting)) if waiting else ""]
    return Message(facts.joined(parts, " "))


def ended(topic: Topic) -> Message:
    """Nothing more is sent to a lost topic."""
    return Message(_("Nothing more comes to {name}. /subscribe there begins anew.").format(name=_name(topic)))


def found(topic: Topic) -> Message:
    """The topic is not lost any more, so that there is nothing to move."""
    return Message(_("Nothing is held back for {name} any more: it is open again, or moved.").format(name=_name(topic)))


def _name(topic: Topic) -> str:
    return html.strong(facts.shortened(_label(topic), _NAME))


def _label(topic: Topic) -> str:
    """Its name, or its number where the name is not known."""
    return facts.shortened(one_line(topic.name), _NAME) or f"#{topic.thread}"
