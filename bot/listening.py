"""Ports of this process."""

from __future__ import annotations

import socket
from socket import AF_INET, AF_INET6

from bot.errors import PaperwireError

_BACKLOG = 128


def listening(section: str, host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises PaperwireError, which names the section of the configuration."""
    try:
        opened = socket.create_server((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=_BACKLOG)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # Python adds the address once more
        way = f"set another {section}.port or {section}.listen"
        raise PaperwireError(f"{section}: {host}:{port} cannot be listened on: {reason}; {way}") from None
    opened.setblocking(False)
    return opened
