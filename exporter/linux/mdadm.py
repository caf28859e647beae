"""Software RAID, from /proc/mdstat and /sys/block/md*/md.

Format: https://raid.wiki.kernel.org/index.php/Mdstat
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_STATUS: Final = re.compile(r"\s*(\d+) blocks(?:.*\[(\d+)/(\d+)\] \[([U_]+)\])?")
_SYNCED: Final = re.compile(r"\((\d+)/\d+\)")
_DOINGS: Final = {"recovery": "recovering", "reshape": "reshape", "check": "check", "resync": "resync"}
_STATES: Final = ("active", "check", "inactive", "recovering", "resync")


@dataclass(frozen=True, slots=True)
class Array:
    """One array; blocks are of 1,024 bytes."""

    device: str
    state: str
    disks: dict[str, int]
    """How many are active, down, failed and spare."""
    required: int
    blocks: int
    synced: int


def parse(text: str) -> Iterator[Array]:
    """The arrays of /proc/mdstat; raises `ValueError` for one that makes no sense."""
    blocks = re.split(r"\n(?=\S)", text)
    for block in blocks:
        head, *rest = block.splitlines() or [""]
        name, colon, said = head.partition(" : ")
        if colon and not name.startswith(("Personalities", "unused")):
            yield _array(name.strip(), said, rest)


def collect(tree: Tree, out: Families) -> None:
    """State, disks and blocks of each array."""
    for array in parse(tree.read("proc/mdstat")):
        labels = render(device=array.device)
        for state in _STATES:
            shown = render(device=array.device, state=state)
            out.gauge("node_md_state", "Whether the array is in this state.", int(state == array.state), shown)
        for state, count in array.disks.items():
            shown = render(device=array.device, state=state)
            out.gauge("node_md_disks", "Disks of the array, by state.", count, shown)
        out.gauge("node_md_disks_required", "Disks that the array needs.", array.required, labels)
        out.gauge("node_md_blocks", "Blocks of the array.", array.blocks, labels)
        out.gauge("node_md_blocks_synced", "Blocks that are in step.", array.synced, labels)
        for file, text in (("raid_disks", "Disks that belong to it."), ("degraded", "Disks that are missing.")):
            with contextlib.suppress(OSError, ValueError):  # a level without redundancy says nothing
                found = int(tree.read(f"sys/block/{array.device}/md/{file}"))
                out.gauge(f"node_md_{file}", text, found, labels)


def _array(device: str, said: str, rest: list[str]) -> Array:
    status = _STATUS.match(rest[0]) if rest else None
    if status is None:
        raise ValueError(f"no size of {device}")
    state, members, blocks = said.split(" ", 1)[0], said.count("["), int(status[1])
    if status[2]:
        required, active, down = int(status[2]), int(status[3]), status[4].count("_")
    else:  # without redundancy all are there, or none of them
        required = active = 0 if state == "inactive" else members
        down = 0
    disks = {"active": active, "down": down, "failed": said.count("(F)"), "spare": said.count("(S)")}
    doing = next((line for line in rest[1:] if any(f"{word} =" in line or f"{word}=" in line for word in _DOINGS)), "")
    synced = blocks
    if doing:
        state = next(state for word, state in _DOINGS.items() if word in doing)
        match = _SYNCED.search(doing)
        synced = int(match[1]) if match else 0  # PENDING, DELAYED
    return Array(device, state, disks, required, blocks, synced)
