"""Soft interrupts, from /proc/softirqs: many series, so only if it is switched on."""

from exporter.families import Families, render
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """One line a kind, one column a CPU that is online."""
    head, *lines = tree.lines("proc/softirqs")
    cpus = [name.removeprefix("CPU") for name in head.split()]
    family = out.family("node_softirqs_functions_total", "counter", "Soft interrupts, by CPU and kind.")
    for line in lines:
        kind, _, rest = line.partition(":")
        for cpu, value in zip(cpus, rest.split(), strict=False):
            family.add(int(value), render(cpu=cpu, type=kind.strip()))
