"""What a process has used so far, from /proc; see proc(5)."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of the process, all of its threads, ended ones too; in steps of a clock tick (10 ms)."""
    # The command's name comes second, in parentheses, and may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Memory of the process that is in RAM, shared pages too (VmRSS)."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:") * 1024


def proportional_bytes(pid: int) -> int | None:
    """As `resident_bytes`, but each shared page divided by its users (Pss); `None` where that may not be read."""
    try:
        return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") * 1024
    except OSError:
        return None


def _kilobytes(path: Path, key: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(key))
    return int(line.split()[1])
