"""Who goes first when calls to Telegram wait for one another."""

from __future__ import annotations

from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """Who goes first; given to python-telegram-bot's calls as rate_limit_args.

    PATIENT is an answer to somebody who got many in that chat lately.
    """

    ANSWER = 0
    PATIENT = 1
    DELIVERY = 2
    REFRESH = 3


_patient: ContextVar[bool] = ContextVar("patient", default=False)


def be_patient(patient: bool) -> None:
    """Let the answers of this task leave some for other people of their chat, as deliveries do, from now on."""
    _patient.set(patient)


def of_answers() -> Urgency:
    """The urgency of this task's answers."""
    return Urgency.PATIENT if _patient.get() else Urgency.ANSWER
