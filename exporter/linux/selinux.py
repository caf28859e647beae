"""Whether SELinux is at work, from /sys/fs/selinux and its configuration."""

import re
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_MODE: Final = re.compile(r"^\s*SELINUX\s*=\s*(\w+)", re.MULTILINE)
_MODES: Final = {"enforcing": 1, "permissive": 0, "disabled": -1}


def collect(tree: Tree, out: Families) -> None:
    """Enabled or not; where it is, the configured and the current mode: 1 enforcing, 0 permissive, -1 disabled."""
    try:
        current = int(tree.value("sys/fs/selinux/enforce"))
    except FileNotFoundError:
        out.gauge("node_selinux_enabled", "Whether SELinux is enabled.", 0)
        return
    out.gauge("node_selinux_enabled", "Whether SELinux is enabled.", 1)
    out.gauge("node_selinux_config_mode", "The configured mode of SELinux.", _configured(tree))
    out.gauge("node_selinux_current_mode", "The current mode of SELinux.", current)


def _configured(tree: Tree) -> int:
    try:
        found = _MODE.search(tree.read("etc/selinux/config"))
    except OSError:
        found = None
    return _MODES.get(found[1].lower(), -1) if found else -1
