"""Connections that the firewall tracks, from /proc/sys/net/netfilter and /proc/net/stat/nf_conntrack."""

from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_FOLDER: Final = "proc/sys/net/netfilter"
# Gauges, though they only grow: so node_exporter has them.
_COLUMNS: Final = {
    "found": ("node_nf_conntrack_stat_found", "Entries found."),
    "invalid": ("node_nf_conntrack_stat_invalid", "Packets that cannot be tracked."),
    "ignore": ("node_nf_conntrack_stat_ignore", "Packets of connections that are tracked already."),
    "insert": ("node_nf_conntrack_stat_insert", "Entries inserted."),
    "insert_failed": ("node_nf_conntrack_stat_insert_failed", "Entries that could not be inserted."),
    "drop": ("node_nf_conntrack_stat_drop", "Packets dropped because tracking failed."),
    "early_drop": ("node_nf_conntrack_stat_early_drop", "Entries dropped to make room."),
    "search_restart": ("node_nf_conntrack_stat_search_restart", "Searches restarted because the table was resized."),
}


def collect(tree: Tree, out: Families) -> None:
    """Entries, their limit, and statistics summed over the CPUs, which the kernel writes in hexadecimal."""
    entries, limit = (int(tree.value(f"{_FOLDER}/nf_conntrack_{name}")) for name in ("count", "max"))
    out.gauge("node_nf_conntrack_entries", "Connections tracked.", entries)
    out.gauge("node_nf_conntrack_entries_limit", "Connections that can be tracked.", limit)
    head, *lines = tree.net("stat/nf_conntrack").splitlines()
    columns = list(zip(*([int(text, 16) for text in line.split()] for line in lines), strict=False))
    for name, values in zip(head.split(), columns, strict=False):
        if name in _COLUMNS:
            out.gauge(*_COLUMNS[name], sum(values))
