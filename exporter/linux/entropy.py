"""The kernel's random numbers, from /proc/sys/kernel/random."""

from exporter.families import Families
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """Entropy at hand and the size of its pool, in bits."""
    available = int(tree.value("proc/sys/kernel/random/entropy_avail"))
    size = int(tree.value("proc/sys/kernel/random/poolsize"))
    out.gauge("node_entropy_available_bits", "Entropy at hand, in bits.", available)
    out.gauge("node_entropy_pool_size_bits", "Size of the pool of entropy, in bits.", size)
