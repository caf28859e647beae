"""Neighbours in the ARP table, from /proc/net/arp."""

import re
from collections import Counter

from exporter.families import Families, render
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families, *, chosen: re.Pattern[str] | None = None) -> None:
    """Entries by interface; of those whose name matches `chosen`, if it is given."""
    devices = Counter(line.split()[-1] for line in tree.net("arp").splitlines()[1:] if line.strip())
    for device, count in sorted(devices.items()):
        if chosen is None or chosen.fullmatch(device):
            out.gauge("node_arp_entries", "Entries of the ARP table.", count, render(device=device))
