"""`paperwire demo` as strangers meet it: through a pseudo-terminal, and through a pipe."""

from __future__ import annotations

import codecs
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")
termios = pytest.importorskip("termios")

DEMO = (sys.executable, "-m", "bot", "demo")
STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Shell:
    """The demo in a pseudo-terminal of 80 columns."""

    def __init__(self, folder: Path) -> None:
        self._mine, self._theirs = pty.openpty()
        termios.tcsetwinsize(self._theirs, (40, 80))
        self._modes = termios.tcgetattr(self._theirs)
        name = shlex.quote(os.ttyname(self._theirs))
        # The shell leads a session of its own; the terminal that it opens first becomes the one of that session.
        command = f"exec {shlex.join(DEMO)} <{name} >{name} 2>&1"
        environment = {**os.environ, "TERM": "xterm", "TMPDIR": str(folder)}
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite in the background passes on SIG_IGN
        self.process = subprocess.Popen(["/bin/sh", "-c", command], env=environment, start_new_session=True)
        signal.signal(signal.SIGINT, before)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.seen = ""

    def types(self, text: str) -> None:
        """Press these keys; what was seen before is forgotten."""
        self.seen = ""
        os.write(self._mine, text.encode())

    def sees(self, pattern: str, within: float = 10) -> str:
        """What is on the screen once the pattern is there, without its styles."""
        end = time.monotonic() + within
        while not re.search(pattern, self.seen, re.S):
            left = end - time.monotonic()
            ready = select.select([self._mine], [], [], max(left, 0))[0]
            assert ready, f"no {pattern!r} within {within} s, but:\n{self.seen}"
            self.seen += STYLES.sub("", self._decoder.decode(os.read(self._mine, 65536)))
        return self.seen

    def ends(self) -> int:
        """The exit code, once the demo has ended and given the terminal back as it was."""
        code = self.process.wait(10)
        assert termios.tcgetattr(self._theirs) == self._modes
        return code

    def rest(self) -> str:
        """What is still to be seen."""
        while select.select([self._mine], [], [], 0)[0]:
            self.seen += self._decoder.decode(os.read(self._mine, 65536))
        return self.seen

    def close(self) -> None:
        """End what has not ended by itself."""
        self.process.kill()
        self.process.wait()
        os.close(self._mine)
        os.close(self._theirs)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.close()


def test_a_stranger_subscribes_presses_buttons_sees_an_alert_and_leaves_with_control_c(
    shell: Shell, tmp_path: Path
) -> None:
    shell.sees("begin with /start.*› $")
    shell.types("/delivery instant\r")
    shell.sees("as soon as they appear.*› $")
    shell.types("/subscribe diffusion\r")
    shell.sees(r"Subscribed to diffusion.*\[1\].*› $")
    shell.types("/sea")
    alert = shell.sees("Sketch, Then Act: Diffusion Planning", 30)
    assert re.search(r"<https://huggingface.co/papers/\d{4}\.\d{5}>", shell.sees("PDF"))
    assert "Traceback" not in alert
    shell.sees("› /sea$")
    shell.types("rch cardinality\r")
    shell.sees(r"cardinality.*High-Cardinality\s+Data.*\[1\].*› $")
    shell.types("\x03")
    assert shell.ends() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("moment", "key"), [("› $", "\x04"), ("begin with /start", "\x03")])
def test_control_d_and_an_early_control_c_end_it_quietly(shell: Shell, moment: str, key: str) -> None:
    shell.sees(moment)
    shell.types(key)
    assert shell.ends() == 0
    assert not re.search("Traceback|Error", shell.rest())


def test_a_script_talks_through_a_pipe(tmp_path: Path) -> None:
    typed = ["/start", "/search quantization", "#1", "/trending", "@paperwire_demo_bot (quantization"]
    done = subprocess.run(
        DEMO, input="\n".join(typed), capture_output=True, text=True, timeout=50, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path), "no_proxy": "", "HTTP_PROXY": "http://127.0.0.1:9"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answers = done.stdout.split("› ")
    assert [answer.split("\n")[0] for answer in answers[1:]] == typed
    assert "[1]" in answers[1]
    assert "Rounding Where It Hurts Least" in answers[2]
    assert "https://huggingface.co/papers/" in answers[4]
    assert re.search(r"Read as quantization.*/start q\w+.*1\. Rounding Where It Hurts Least", answers[5], re.S)
    assert "\x1b" not in done.stdout
    assert list(tmp_path.iterdir()) == []
