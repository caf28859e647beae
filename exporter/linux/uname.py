"""The kernel's name, from /proc/sys/kernel."""

import os
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_FILES: Final = {
    "sysname": "ostype", "release": "osrelease", "version": "version", "nodename": "hostname",
    "domainname": "domainname",
}  # fmt: skip


def collect(tree: Tree, out: Families) -> None:
    """System, release, version, machine and names of the host."""
    found = {label: tree.value(f"proc/sys/kernel/{file}") for label, file in _FILES.items()}
    labels = render(**dict(sorted({"machine": os.uname().machine, **found}.items())))
    out.gauge("node_uname_info", "What the kernel says of itself; always 1.", 1, labels)
