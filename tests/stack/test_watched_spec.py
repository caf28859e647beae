"""`watchspec up --watch`: the stack follows its spec while somebody edits it, as a user would see it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.native_stacks import SPEC, Stack, native_stack

PATIENCE_SECONDS = 60


class Watcher:
    """The command in the foreground, with what it says."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._said = folder / "said"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from watchspec.cli import entry; entry()", "up", str(stack.spec), *stack.flags,
                 "--watch"], stdout=said, stderr=said, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        self._read = 0

    def next(self, *words: str) -> str:
        """What it says until one of the words is in it; what was returned before is left out."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            text = self._said.read_text()[self._read :]
            if any(word in text for word in words) and text.endswith("\n"):
                self._read += len(text)
                return text
            assert self._process.poll() is None, text
            assert time.monotonic() < deadline, f"nobody said {words} within {PATIENCE_SECONDS} s: {text}"
            time.sleep(0.05)

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; the exit status, and the last words."""
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(PATIENCE_SECONDS)
        return status, self._said.read_text()[self._read :]

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A running stack."""
    with native_stack(tmp_path / "stack") as found:
        yield found


def test_the_stack_follows_its_spec_until_ctrl_c(stack: Stack, tmp_path: Path) -> None:
    """A good change is taken, a bad one told and left, and the stack goes on after the watching."""
    before = stack.pids()
    watcher = Watcher(stack, tmp_path)
    try:
        watcher.next("Ctrl-C ends the watching alone")
        fresh = tmp_path / "fresh.yml"
        fresh.write_text(SPEC.replace("name: local", "name: other"))
        fresh.replace(stack.spec)  # as editors do
        assert "taken: reloaded: prometheus, exporter; unchanged: alertmanager\n" in watcher.next("taken")
        assert 'target="other"' in stack.get("exporter", "/metrics")
        files = stack.files()

        stack.spec.write_text(SPEC + "nonsense: 1\n")
        said = watcher.next("taken")
        assert "nonsense: unknown key" in said
        assert "not taken: everything is as it was\n" in said
        assert stack.files() == files
        assert 'target="other"' in stack.get("exporter", "/metrics")

        stack.spec.write_text(SPEC)  # mended
        assert " taken: reloaded: prometheus, exporter; " in watcher.next("taken")
        status, last = watcher.interrupt()
        assert status == 0
        assert last.endswith(" down\n")
        assert last.startswith("the stack goes on running; end it: ")
    finally:
        watcher.kill()
    assert stack.pids() == before
