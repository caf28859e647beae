"""Bytes that wait in UDP sockets, from /proc/net/udp and udp6."""

import contextlib

from exporter.families import Families, render
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """Sent and received bytes that wait, by version of IP; the fifth column has both in hexadecimal."""
    _sum(tree.net("udp"), "v4", out)
    with contextlib.suppress(FileNotFoundError):  # a kernel without IPv6
        _sum(tree.net("udp6"), "v6", out)


def _sum(text: str, version: str, out: Families) -> None:
    pairs = [line.split()[4].partition(":") for line in text.splitlines()[1:]]
    for queue, waiting in (("tx", [pair[0] for pair in pairs]), ("rx", [pair[2] for pair in pairs])):
        total = sum(int(number, 16) for number in waiting)
        labels = render(ip=version, queue=queue)
        out.gauge("node_udp_queues", "Bytes that wait in UDP sockets.", total, labels)
