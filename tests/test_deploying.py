"""What the bot is deployed with: the unit of systemd, the image, and docker compose."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from bot import config, health
from bot.app import STOP_SECONDS
from bot.cli import WRONG, parser
from tests.documents import ROOT, read

UNIT = read("deploy/paperwire.service")


def unit(key: str) -> list[str]:
    """The values of a key of the unit."""
    return re.findall(rf"^{key}=(.*)$", UNIT, re.M)


def test_the_unit_starts_the_bot_and_leaves_it_time_to_stop() -> None:
    [command] = unit("ExecStart")
    options = parser().parse_args(shlex.split(command)[1:])
    assert (options.command, options.config) == ("run", Path("/etc/paperwire/config.toml"))
    assert unit("RestartPreventExitStatus") == [str(WRONG)]
    assert int(unit("TimeoutStopSec")[0]) >= STOP_SECONDS + 2
    assert unit("Restart") == ["on-failure"] and int(unit("RestartSec")[0]) >= 10
    assert unit("StateDirectory") == [Path(unit("WorkingDirectory")[0]).name]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    here = tmp_path / "paperwire.service"
    here.write_text(UNIT.replace("/opt/paperwire/bin/paperwire", sys.executable), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout) == (0, "")
    assert here.name not in verified.stderr


def test_everything_that_the_image_copies_comes_into_it() -> None:
    lines = read(".dockerignore").splitlines()
    allowed = [line[1:].rstrip("/") for line in lines if line.startswith("!")]
    assert lines[0] == "*", "nothing else comes in, secrets least of all"
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", read("Dockerfile"), re.M)
    for name in (name for line in copied for name in line.split()):
        assert (ROOT / name).exists()
        assert any(fnmatch(name, pattern) for pattern in allowed), name


def test_the_image_keeps_everything_in_its_volume_and_knows_how_it_is() -> None:
    image = read("Dockerfile")
    variables = dict(re.findall(r"(PAPERWIRE_\w+)=(\S+)", image))
    [volume] = re.findall(r"^VOLUME (.*)$", image, re.M)
    assert config.load(None, variables).settings.storage.path.startswith(f"{volume}/")
    assert f'CMD ["python", "-m", "{health.__name__}"]' in image
    [service] = yaml.safe_load(read("compose.yaml"))["services"].values()
    assert service["volumes"] == [f"data:{volume}"]


def test_the_container_has_no_more_rights_than_it_needs() -> None:
    composed = yaml.safe_load(read("compose.yaml"))
    [service] = composed["services"].values()
    assert service["read_only"] and service["tmpfs"] == "/tmp"
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service, "it polls"
    assert int(service["stop_grace_period"].removesuffix("s")) >= STOP_SECONDS + 2
    assert service["restart"] == "unless-stopped"
    assert set(composed["volumes"]) == {"data"}
    for document in ("README.md", "docs/operators.md"):
        assert f"> {service['env_file']}" in read(document)
    assert service["env_file"] in read(".gitignore")
