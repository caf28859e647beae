"""File handles of the whole machine, from /proc/sys/fs/file-nr."""

from exporter.families import Families
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """Handles in use and their limit."""
    allocated, _, maximum = tree.value("proc/sys/fs/file-nr").split()
    out.gauge("node_filefd_allocated", "File handles allocated.", int(allocated))
    out.gauge("node_filefd_maximum", "File handles that there may be.", int(maximum))
