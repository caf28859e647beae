"""Load averages, from /proc/loadavg."""

from exporter.families import Families
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """Load over 1, 5 and 15 minutes."""
    for minutes, value in zip((1, 5, 15), tree.read("proc/loadavg").split(), strict=False):
        out.gauge(f"node_load{minutes}", f"Load average over {minutes} minute{'s' * (minutes > 1)}.", float(value))
