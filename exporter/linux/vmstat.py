"""Virtual memory, from /proc/vmstat."""

import re
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_FIELDS: Final = re.compile(r"oom_kill|pgpg.*|pswp.*|pg.*fault.*")


def collect(tree: Tree, out: Families) -> None:
    """Paging, swapping, faults and kills for lack of memory."""
    for line in tree.lines("proc/vmstat"):
        name, _, value = line.partition(" ")
        if _FIELDS.match(name):
            out.family(f"node_vmstat_{name}", "untyped", f"Field {name} of /proc/vmstat.").add(int(value))
