"""What /proc/stat says of the whole machine."""

from typing import Final

from exporter.families import Families, FamilyType
from exporter.linux.tree import Tree

_FIELDS: Final[dict[str, tuple[str, FamilyType, str]]] = {
    "intr": ("node_intr_total", "counter", "Interrupts serviced."),
    "ctxt": ("node_context_switches_total", "counter", "Context switches."),
    "processes": ("node_forks_total", "counter", "Forks."),
    "btime": ("node_boot_time_seconds", "gauge", "Start of the machine, in Unix seconds."),
    "procs_running": ("node_procs_running", "gauge", "Processes that can run."),
    "procs_blocked": ("node_procs_blocked", "gauge", "Processes that wait for input or output."),
}


def collect(tree: Tree, out: Families) -> None:
    """Interrupts, context switches, forks, boot time, processes."""
    for line in tree.lines("proc/stat"):
        name, _, rest = line.partition(" ")
        if name in _FIELDS:
            family, kind, text = _FIELDS[name]
            out.family(family, kind, text).add(int(rest.split(" ", 1)[0]))
