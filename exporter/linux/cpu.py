"""Time that each CPU spent in each mode, from /proc/stat."""

import os
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_MODES: Final = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_GUEST: Final = ("user", "nice")


def collect(tree: Tree, out: Families) -> None:
    """Seconds by CPU and mode; time of guests is also part of `user` and `nice`."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = out.family("node_cpu_seconds_total", "counter", "Seconds that the CPUs spent in each mode.")
    guest = out.family("node_cpu_guest_seconds_total", "counter", "Seconds that the CPUs spent in guests, by mode.")
    for line in tree.lines("proc/stat"):
        if not line.startswith("cpu"):
            break
        name, *values = line.split()
        if cpu := name[3:]:
            for mode, value in zip(_MODES, values, strict=False):
                total.add(int(value) / ticks, f'cpu="{cpu}",mode="{mode}"')
            for mode, value in zip(_GUEST, values[8:], strict=False):
                guest.add(int(value) / ticks, f'cpu="{cpu}",mode="{mode}"')
