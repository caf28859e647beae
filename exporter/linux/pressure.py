"""Time lost by waiting for a resource, from /proc/pressure.

Source: https://docs.kernel.org/accounting/psi.html
"""

import errno
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_NAMES: Final = {
    ("cpu", "some"): ("cpu_waiting", "Time in which tasks waited for a CPU"),
    ("io", "some"): ("io_waiting", "Time in which some tasks waited for input or output"),
    ("io", "full"): ("io_stalled", "Time in which all tasks waited for input or output"),
    ("memory", "some"): ("memory_waiting", "Time in which some tasks waited for memory"),
    ("memory", "full"): ("memory_stalled", "Time in which all tasks waited for memory"),
    ("irq", "full"): ("irq_stalled", "Time in which all tasks waited for interrupts"),
}


def collect(tree: Tree, out: Families) -> None:
    """Seconds waited and stalled, by resource."""
    for resource in ("cpu", "io", "memory", "irq"):
        for line in _lines(tree, resource):
            kind, *pairs = line.split()
            if (resource, kind) in _NAMES:
                name, text = _NAMES[resource, kind]
                total = int(pairs[-1].removeprefix("total="))
                out.counter(f"node_pressure_{name}_seconds_total", f"{text}, in seconds.", total / 1e6)


def _lines(tree: Tree, resource: str) -> list[str]:
    try:
        return tree.lines(f"proc/pressure/{resource}")
    except FileNotFoundError:
        if resource == "cpu":
            raise
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:  # the kernel has it but was started without
            raise
    return []
