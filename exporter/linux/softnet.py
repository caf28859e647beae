"""Packets by CPU, from /proc/net/softnet_stat."""

from typing import Final

from exporter.families import Families, FamilyType, render
from exporter.linux.tree import Tree

_COLUMNS: Final[tuple[tuple[int, str, FamilyType, str], ...]] = (
    (0, "processed_total", "counter", "Packets processed."),
    (1, "dropped_total", "counter", "Packets dropped because the queue was full."),
    (2, "times_squeezed_total", "counter", "Rounds cut short because time or budget was used up."),
    (8, "cpu_collision_total", "counter", "Collisions on sending."),
    (9, "received_rps_total", "counter", "Wake-ups by another CPU."),
    (10, "flow_limit_count_total", "counter", "Times that a flow met its limit."),
    (11, "backlog_len", "gauge", "Packets waiting."),
)


def collect(tree: Tree, out: Families) -> None:
    """One line a CPU, numbers in hexadecimal; the thirteenth is the CPU since Linux 5.10."""
    for index, line in enumerate(tree.net("softnet_stat").splitlines()):
        values = [int(text, 16) for text in line.split()]
        labels = render(cpu=str(values[12] if len(values) > 12 else index))
        for column, name, kind, text in _COLUMNS:
            if column < len(values):
                out.family(f"node_softnet_{name}", kind, text).add(values[column], labels)
