"""Moments as SQLite keeps them: whole seconds since 1970, UTC."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import overload


@overload
def seconds(moment: datetime) -> int: ...
@overload
def seconds(moment: None) -> None: ...
def seconds(moment: datetime | None) -> int | None:
    """Seconds of an aware moment, rounded up, so that nothing that waits for it comes early."""
    return None if moment is None else math.ceil(moment.timestamp())


@overload
def moment(stamp: int) -> datetime: ...
@overload
def moment(stamp: None) -> None: ...
def moment(stamp: int | None) -> datetime | None:
    """The aware moment of stored seconds."""
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
