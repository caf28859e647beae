"""What a process has used so far, from /proc; see proc(5). Its children count with it."""

import os
from collections.abc import Iterator
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads, ended ones too; in steps of a clock tick (10 ms)."""
    return sum(map(_ticks, family(pid))) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Memory that is in RAM, pages shared with other programs too (VmRSS)."""
    return sum(_kilobytes(one, "status", "VmRSS:") for one in family(pid)) * 1024


def most_resident_bytes(pid: int) -> int:
    """The most that the process alone ever had in RAM (VmHWM); 0 once it has ended."""
    return _kilobytes(pid, "status", "VmHWM:") * 1024


def proportional_bytes(pid: int) -> int | None:
    """As `resident_bytes`, but each shared page divided by its users (Pss); `None` where that may not be read."""
    try:
        return sum(_kilobytes(one, "smaps_rollup", "Pss:") for one in family(pid)) * 1024
    except OSError:
        return None


def family(pid: int) -> Iterator[int]:
    """The process, its children, theirs."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def _ticks(pid: int) -> int:
    # The command's name comes second, in parentheses, and may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _kilobytes(pid: int, file: str, key: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)
