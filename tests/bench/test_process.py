"""What a process uses."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import process
from tests.support.servers import wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")


def test_time_that_is_spent_is_seen() -> None:
    """In steps of a clock tick."""
    before, ticks = process.cpu_seconds(os.getpid()), time.process_time()
    while time.process_time() - ticks < 0.1:
        pass

    assert 0.05 < process.cpu_seconds(os.getpid()) - before < 1


_PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(flush=True); input()'], check=False)"


def test_memory_of_children_counts() -> None:
    """A process cannot look small by having others work for it."""
    command = [sys.executable, "-c", _PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()  # the child is there
        family = list(process.family(parent.pid))
        together = process.resident_bytes(parent.pid)
        (child,) = [member for member in family if member != parent.pid]
        alone = process.resident_bytes(child)
        parent.communicate(b"\n")

    assert family == [parent.pid, child]
    assert together > alone > 0


def test_a_share_of_memory_is_no_more_than_the_whole() -> None:
    """Pages in common are divided."""
    share = process.proportional_bytes(os.getpid())

    assert share is None or 0 < share <= process.resident_bytes(os.getpid()) * 1.1


def test_the_most_memory_ever_is_no_less_than_what_there_is_now() -> None:
    """And nothing once the process has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        wait_until(lambda: process.most_resident_bytes(child.pid) > 1_000_000, "the child to have started")
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert process.most_resident_bytes(child.pid) == 0
