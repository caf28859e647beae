"""Tasks that the kernel found hanging, from /proc/sys/kernel/hung_task_detect_count (Linux 6.13 and later)."""

from exporter.families import Families
from exporter.linux.tree import Tree


def collect(tree: Tree, out: Families) -> None:
    """How often a task was found hanging."""
    found = int(tree.value("proc/sys/kernel/hung_task_detect_count"))
    out.counter("node_kernel_hung_tasks_total", "Tasks found hanging.", found)
