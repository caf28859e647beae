"""Memory, from /proc/meminfo."""

import re
from functools import cache
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_PARENTHESES: Final = re.compile(r"\((.*)\)")


def collect(tree: Tree, out: Families) -> None:
    """One gauge a line, in bytes; counts of pages as they are."""
    for line in tree.lines("proc/meminfo"):
        field, _, rest = line.partition(":")
        value, _, unit = rest.strip().partition(" ")
        if value.isdecimal():
            name, text = _named(field, unit)
            out.gauge(name, text, int(value) * 1024 if unit == "kB" else int(value))


@cache
def _named(field: str, unit: str) -> tuple[str, str]:
    name = _PARENTHESES.sub(r"_\1", field)
    return f"node_memory_{name}{'_bytes' if unit == 'kB' else ''}", f"Field {field} of /proc/meminfo."
