"""Settings of the C library and the garbage collector."""

import gc
import subprocess
import sys

import pytest

from exporter import memory

_THREADS = """
import sys, threading
from exporter import memory
if sys.argv[1] == "save":
    assert memory.save()
gates = [threading.Barrier(17) for _ in range(2)]
def work():
    held = [bytearray(20_000) for _ in range(10)]
    for gate in gates:
        gate.wait()
threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads:
    thread.start()
gates[0].wait()
maps = open("/proc/self/maps").read()
gates[1].wait()
# glibc reserves 64 MiB for the heap of a thread that does not use the main one.
sizes = [int(b, 16) - int(a, 16) for a, b in (line.split()[0].split("-") for line in maps.splitlines())]
print(sum(60 << 20 < size <= 64 << 20 for size in sizes))
"""


def heaps(argument: str) -> int:
    """How many heaps of threads a process has."""
    done = subprocess.run([sys.executable, "-c", _THREADS, argument], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts the heaps of glibc")
def test_threads_share_one_heap() -> None:
    """Without the setting, each thread has one of its own."""
    assert heaps("save") == 0
    assert heaps("leave") > 0


def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    """By the garbage collector."""
    before = gc.get_freeze_count()
    memory.settle()

    assert gc.get_freeze_count() > before
    gc.unfreeze()
