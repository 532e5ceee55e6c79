"""The health check of a container: a bot that lives, one that hangs, and none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot import health
from storage.database import Database, lock_file


async def test_signs_of_life_come_and_fail_to_come(tmp_path: Path) -> None:
    path = tmp_path / "paperwire.db"
    environment = {"PAPERWIRE_STORAGE__PATH": str(path)}
    assert "no bot has run here" in health.complaint(environment, 0)

    database = await Database.open(path, exclusive=True)
    os.utime(lock_file(path), (1000, 1000))
    hanging = 1000 + health.SILENCE + 1
    assert f"no sign of life for {health.SILENCE + 1:.0f} s" in health.complaint(environment, hanging)

    await health.beat(database)
    alive = lock_file(path).stat().st_mtime
    assert alive > 1000
    assert health.complaint(environment, alive + health.EVERY) == ""
    await database.close()


def test_the_check_is_a_command_that_says_what_is_wrong(tmp_path: Path) -> None:
    environment = {**os.environ, "PAPERWIRE_STORAGE__PATH": str(tmp_path / "no.db"), "HOME": str(tmp_path)}
    check = [sys.executable, "-m", "bot.health"]
    done = subprocess.run(check, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no bot has run here" in done.stderr
    lock_file(tmp_path / "no.db").touch()
    assert subprocess.run(check, env=environment, cwd=tmp_path, check=False).returncode == 0
