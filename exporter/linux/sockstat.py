"""Sockets in use, from /proc/net/sockstat and sockstat6."""

import contextlib
import os

from exporter.families import Families
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """Counts by protocol; memory in pages and in bytes."""
    text = tree.net("sockstat")
    with contextlib.suppress(FileNotFoundError):  # a kernel without IPv6
        text += tree.net("sockstat6")
    page = os.sysconf("SC_PAGE_SIZE")
    for line in text.splitlines():
        protocol, *pairs = line.split()
        protocol = protocol.rstrip(":")
        for field, value in zip(pairs[::2], pairs[1::2], strict=False):
            name = f"node_sockstat_{protocol}_{field}"
            out.gauge(name, f"Sockets, {protocol}: {field}.", int(value))
            if field == "mem":
                out.gauge(f"{name}_bytes", f"Memory of {protocol} sockets, in bytes.", int(value) * page)
