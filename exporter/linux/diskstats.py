"""Block devices, from /proc/diskstats, with what udev knows of them."""

import re
from typing import Final

from exporter.families import Families, FamilyType, render
from exporter.linux.tree import Tree

_IGNORED: Final = re.compile(r"(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+")
"""Partitions, RAM disks and loops."""
_SECTOR: Final = 512
"""Bytes; what the kernel calls a sector here, whatever the device has."""

_PROPERTIES: Final = {
    "model": "E:ID_MODEL=", "path": "E:ID_PATH=", "revision": "E:ID_REVISION=", "serial": "E:ID_SERIAL_SHORT=",
    "wwn": "E:ID_WWN=",
}  # fmt: skip
"""Label → how its line begins in /run/udev/data."""

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


_FAMILIES: Final = tuple((f"node_disk_{name}", text, kind, scale) for name, text, kind, scale in _COLUMNS)


def collect(tree: Tree, out: Families, *, chosen: re.Pattern[str] | None = None) -> None:
    """Reads, writes, discards and flushes of each disk; of those whose name matches `chosen`, if it is given."""
    for line in tree.lines("proc/diskstats"):
        major, minor, device, *values = line.split()
        if _IGNORED.fullmatch(device) or (chosen is not None and not chosen.fullmatch(device)):
            continue
        labels = render(device=device)
        for (name, text, kind, scale), value in zip(_FAMILIES, values, strict=False):
            out.family(name, kind, text).add(int(value) * scale if scale != 1 else int(value), labels)
        _info(tree, device, major, minor, out)


def _info(tree: Tree, device: str, major: str, minor: str, out: Families) -> None:
    """What the disk calls itself; empty where udev is not at work."""
    lines = _text(tree, f"run/udev/data/b{major}:{minor}").splitlines()
    found = {
        label: next((line.removeprefix(start) for line in lines if line.startswith(start)), "")
        for label, start in _PROPERTIES.items()
    }
    rotational = _text(tree, f"sys/block/{device.replace('/', '!')}/queue/rotational").strip() or "0"
    found |= {"device": device, "major": major, "minor": minor, "rotational": rotational}
    out.gauge("node_disk_info", "What udev knows of the disk; always 1.", 1, render(**dict(sorted(found.items()))))


def _text(tree: Tree, path: str) -> str:
    try:
        return tree.read(path)
    except OSError:
        return ""
