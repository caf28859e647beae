"""Processes by the name of their program, under the names of process-exporter: a group for each pattern of the spec."""

import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_LONGEST_NAME: Final = 15
"""Bytes of a program's name that the kernel keeps; a longer one is looked up in the command line."""


@dataclass(slots=True)
class _Group:
    """What the processes of one pattern add up to; times in clock ticks, memory in pages and bytes."""

    count: int = 0
    threads: int = 0
    virtual: int = 0
    pages: int = 0
    files: int = 0
    oldest: int | None = None


@dataclass(slots=True)
class _Spent:
    """Clock ticks that the processes of a pattern have spent, those that have ended among them."""

    user: int = 0
    system: int = 0
    seen: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    def add(self, now: dict[tuple[str, int], tuple[int, int]]) -> None:
        for process, (user, system) in now.items():
            before = self.seen.get(process, (0, 0))
            self.user += max(0, user - before[0])
            self.system += max(0, system - before[1])
        self.seen = now


class Processes:
    """Counts the processes of each pattern; remembers what they spent, so that the counters never go back."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [(pattern, re.compile(translate(pattern))) for pattern in patterns]
        self._spent = {pattern: _Spent() for pattern in patterns}
        self._lock = threading.Lock()

    def collect(self, tree: Tree, out: Families) -> None:
        """A group for each pattern, zero if nothing matches; a process belongs to the first pattern that matches."""
        groups = {pattern: _Group() for pattern, _ in self._patterns}
        now: dict[str, dict[tuple[str, int], tuple[int, int]]] = {pattern: {} for pattern in groups}
        for pid, name, fields in _processes(tree):
            pattern = next((text for text, regex in self._patterns if regex.match(name)), None)
            if pattern is not None:
                now[pattern][pid, int(fields[19])] = int(fields[11]), int(fields[12])
                _count(groups[pattern], tree, pid, fields)
        with self._lock:
            for pattern, group in groups.items():
                spent = self._spent[pattern]
                spent.add(now[pattern])
                _publish(pattern, group, (spent.user, spent.system), _boot(tree), out)


def _processes(tree: Tree) -> Iterator[tuple[str, str, list[str]]]:
    """Number, name and fields of each process; the fields are those behind the name in proc_pid_stat(5)."""
    for pid in os.listdir(tree.path("proc")):  # noqa: PTH208  # beside tree.names
        if not pid.isdecimal():
            continue
        try:
            head, _, rest = tree.read(f"proc/{pid}/stat").rpartition(") ")
            name = head.partition(" (")[2]
            if len(name.encode()) >= _LONGEST_NAME:
                name = _long(tree, pid, name)
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        fields = rest.split()
        if len(fields) > 21:
            yield pid, name, fields


def _long(tree: Tree, pid: str, name: str) -> str:
    program = tree.read(f"proc/{pid}/cmdline").split("\0", 1)[0].rpartition("/")[2]
    return program if program.startswith(name) else name


def _count(group: _Group, tree: Tree, pid: str, fields: Sequence[str]) -> None:
    started = int(fields[19])
    group.count += 1
    group.threads += int(fields[17])
    group.virtual += int(fields[20])
    group.pages += int(fields[21])
    group.oldest = started if group.oldest is None else min(group.oldest, started)
    try:
        group.files += len(os.listdir(tree.path(f"proc/{pid}/fd")))  # noqa: PTH208
    except OSError:  # another user's: not told
        return


def _boot(tree: Tree) -> int:
    found = re.search(r"^btime (\d+)$", tree.read("proc/stat"), re.MULTILINE)
    return int(found[1]) if found else 0


def _publish(pattern: str, group: _Group, spent: tuple[int, int], boot: int, out: Families) -> None:
    prefix, labels = "namedprocess_namegroup", render(groupname=pattern)
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    out.gauge(f"{prefix}_num_procs", "Processes.", group.count, labels)
    out.gauge(f"{prefix}_num_threads", "Threads.", group.threads, labels)
    out.gauge(f"{prefix}_open_filedesc", "Open files of the processes that may be looked at.", group.files, labels)
    for kind, value in (("resident", group.pages * page), ("virtual", group.virtual)):
        shown = render(groupname=pattern, memtype=kind)
        out.gauge(f"{prefix}_memory_bytes", "Memory, in bytes.", value, shown)
    for mode, value in zip(("user", "system"), spent, strict=True):
        shown = render(groupname=pattern, mode=mode)
        out.counter(f"{prefix}_cpu_seconds_total", "CPU time spent, in seconds.", value / ticks, shown)
    if group.oldest is not None:
        text = "Start of the oldest process, in Unix seconds."
        out.gauge(f"{prefix}_oldest_start_time_seconds", text, boot + group.oldest / ticks, labels)
