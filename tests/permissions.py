"""Files as they are to somebody who may not do everything; tests often run as root, who may."""

from __future__ import annotations

import os
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def without_privileges() -> Iterator[None]:
    """As a user to whom permissions apply; root becomes nobody for as long."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(NOBODY)
    except OSError:
        pytest.skip("root cannot become anybody else here")
    try:
        if not os.access(Path(sysconfig.get_path("purelib"), "telegram"), os.R_OK, effective_ids=True):
            pytest.skip("nobody cannot read this Python environment")
        yield
    finally:
        os.seteuid(0)


@contextmanager
def everyones() -> Iterator[Path]:
    """A folder that everyone can reach and write to."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)
