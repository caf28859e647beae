"""Interrupts by CPU and kind, from /proc/interrupts: many series, so only if it is switched on."""

from exporter.families import Families, render
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """One line an interrupt, one column a CPU that is online; lines without a column for each, such as ERR, are not."""
    head, *lines = tree.lines("proc/interrupts")
    cpus = [name.removeprefix("CPU") for name in head.split()]
    family = out.family("node_interrupts_total", "counter", "Interrupts serviced, by CPU and kind.")
    for line in lines:
        kind, _, rest = line.partition(":")
        kind, parts = kind.strip(), rest.split()
        if len(parts) < len(cpus) + 1:
            continue
        first, *others = parts[len(cpus) :]
        info, devices = (first, " ".join(others)) if kind.isdecimal() else (" ".join([first, *others]), "")
        for cpu, value in zip(cpus, parts, strict=False):
            family.add(int(value), render(cpu=cpu, devices=devices, info=info, type=kind))
