"""Block devices, from /proc/diskstats."""

import re
from typing import Final

from exporter.families import Families, FamilyType, render
from exporter.linux.tree import Tree

_IGNORED: Final = re.compile(r"(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+")
"""Partitions, RAM disks and loops."""
_SECTOR: Final = 512
"""Bytes; what the kernel calls a sector here, whatever the device has."""

# Columns after the device's name. https://docs.kernel.org/admin-guide/iostats.html
_COLUMNS: Final[tuple[tuple[str, str, FamilyType, float], ...]] = (
    ("reads_completed_total", "Reads completed.", "counter", 1),
    ("reads_merged_total", "Reads merged with others.", "counter", 1),
    ("read_bytes_total", "Bytes read.", "counter", _SECTOR),
    ("read_time_seconds_total", "Time spent on reads, in seconds.", "counter", 0.001),
    ("writes_completed_total", "Writes completed.", "counter", 1),
    ("writes_merged_total", "Writes merged with others.", "counter", 1),
    ("written_bytes_total", "Bytes written.", "counter", _SECTOR),
    ("write_time_seconds_total", "Time spent on writes, in seconds.", "counter", 0.001),
    ("io_now", "Requests in progress.", "gauge", 1),
    ("io_time_seconds_total", "Time with requests in progress, in seconds.", "counter", 0.001),
    ("io_time_weighted_seconds_total", "Time with requests in progress, times their number.", "counter", 0.001),
    ("discards_completed_total", "Discards completed.", "counter", 1),
    ("discards_merged_total", "Discards merged with others.", "counter", 1),
    ("discarded_sectors_total", "Sectors discarded.", "counter", 1),
    ("discard_time_seconds_total", "Time spent on discards, in seconds.", "counter", 0.001),
    ("flush_requests_total", "Flush requests completed.", "counter", 1),
    ("flush_requests_time_seconds_total", "Time spent on flush requests, in seconds.", "counter", 0.001),
)


def collect(tree: Tree, out: Families, *, chosen: re.Pattern[str] | None = None) -> None:
    """Reads, writes, discards and flushes of each disk; of those whose name matches `chosen`, if it is given."""
    for line in tree.lines("proc/diskstats"):
        _, _, device, *values = line.split()
        if _IGNORED.fullmatch(device) or (chosen is not None and not chosen.fullmatch(device)):
            continue
        labels = render(device=device)
        for (name, text, kind, scale), value in zip(_COLUMNS, values, strict=False):
            out.family(f"node_disk_{name}", kind, text).add(int(value) * scale if scale != 1 else int(value), labels)
