"""Processes by the name of their program."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from exporter.families import Families
from exporter.linux.namedprocess import Processes
from exporter.linux.tree import Tree
from tests.support.servers import wait_until

MakeTree = Callable[[Mapping[str, str]], Tree]
PREFIX = "namedprocess_namegroup"


def stat(pid: int, user: int) -> str:
    """A line of /proc/<pid>/stat."""
    return f"{pid} (worker) S 1 1 1 0 -1 0 0 0 0 0 {user} 0 0 0 20 0 1 0 {pid} 4096 1 0 0\n"


def collected(processes: Processes, tree: Tree) -> dict[str, float]:
    """Series and values of one collection."""
    out = Families()
    processes.collect(tree, out)
    return {series: value for family in out for series, value in family.samples}


def test_time_of_processes_that_have_ended_is_not_forgotten(tree: MakeTree) -> None:
    """A counter never goes back."""
    processes, ticks = Processes(["worker"]), os.sysconf("SC_CLK_TCK")
    series = f'{PREFIX}_cpu_seconds_total{{groupname="worker",mode="user"}}'
    host = tree({"proc/stat": "btime 1\n", "proc/7/stat": stat(7, 50), "proc/8/stat": stat(8, 5)})
    first = collected(processes, host)[series]

    Path(host.root, "proc/7/stat").unlink()
    host = tree({"proc/8/stat": stat(8, 7), "proc/9/stat": stat(9, 1)})
    second = collected(processes, host)

    assert (first * ticks, second[series] * ticks) == pytest.approx((55, 58))
    assert second[f'{PREFIX}_num_procs{{groupname="worker"}}'] == 2


def test_a_process_of_this_machine_is_found() -> None:
    """With its open files, threads and memory."""
    resident = f'{PREFIX}_memory_bytes{{groupname="sleep",memtype="resident"}}'
    samples: dict[str, float] = {}

    def has_memory() -> bool:  # none in the instant between its start and its first page
        samples.update(collected(Processes(["sleep", "no-such-program"]), Tree()))
        return samples[resident] > 0

    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            wait_until(has_memory, "the process to have memory")
        finally:
            child.kill()

    assert samples[f'{PREFIX}_num_procs{{groupname="sleep"}}'] >= 1
    assert samples[f'{PREFIX}_open_filedesc{{groupname="sleep"}}'] >= 1
    assert samples[f'{PREFIX}_num_procs{{groupname="no-such-program"}}'] == 0
