"""Hosts at a glance: one figure for each thing that a machine runs out of, by the USE method.

Every query answers one series a target, so that figures of one host and rows of many come from the same queries.
Source of the method: https://www.brendangregg.com/usemethod.html
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from generator.catalogue import catalogue
from generator.dashboards._board import SELECTED
from generator.dashboards._face import Face
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._sdk import units
from generator.dashboards._tables import Figure, figures_of, sheet, targets
from watchspec.spec import Spec

_WAYS: Final = ("receive", "transmit")
_MOST_ROWS: Final = 10
"""Hosts that the table shows without scrolling."""

CPU: Final = f'1 - avg by (target) (rate(node_cpu_seconds_total{{mode="idle", {SELECTED}}}[$__rate_interval]))'
"""Share of all cores that is not idle."""
LOAD: Final = (
    f"max by (target) (node_load5{{{SELECTED}}})"
    f' / count by (target) (rate(node_cpu_seconds_total{{mode="idle", {SELECTED}}}[$__rate_interval]))'
)
"""Work that runs or waits, for each core."""
MEMORY: Final = (
    f"1 - max by (target) (node_memory_MemAvailable_bytes{{{SELECTED}}})"
    f" / max by (target) (node_memory_MemTotal_bytes{{{SELECTED}}})"
)
"""Share of memory that programs could not get any more."""
_SWAP: Final = (
    f"1 - max by (target) (node_memory_SwapFree_bytes{{{SELECTED}}})"
    f" / (max by (target) (node_memory_SwapTotal_bytes{{{SELECTED}}}) > 0)"
    f" or 0 * max by (target) (node_memory_SwapTotal_bytes{{{SELECTED}}})"
)
"""Share of swap in use; nothing is in use where there is none."""


@cache
def among(definition: str) -> str:
    """Matchers of the chosen targets' `disks`, `drives` or `links`: the devices that the alerts speak of."""
    return f"{catalogue('host').define[definition]}, {SELECTED}"


def used(by: str) -> str:
    """Used share of file systems by labels; what is reserved for root counts as used."""
    available, size = (f"node_filesystem_{name}_bytes{{{among('disks')}}}" for name in ("avail", "size"))
    return f"max by ({by}) (1 - {available} / ({size} > 0))"


def lost(what: str) -> str:
    """Share of each link's packets that had `errs` or were `drop`ped; nothing is lost of less than one a second."""
    bad, all_ = (
        " + ".join(f"rate(node_network_{way}_{kind}_total{{{among('links')}}}[$__rate_interval])" for way in _WAYS)
        for kind in (what, "packets")
    )
    return f"({bad}) / ({all_} > 1) or 0 * ({all_})"


@cache
def figures() -> Sequence[Figure]:
    """The figures, in the order of the USE method: processors, memory, disks, network."""
    since_boot = f"time() - max by (target) (node_boot_time_seconds{{{SELECTED}}})"
    busy = f"max by (target) (rate(node_disk_io_time_seconds_total{{{among('drives')}}}[$__rate_interval]))"
    return (
        Figure("Up for", since_boot, units.Seconds, "HostRebooted"),
        Figure("CPU", CPU, units.PercentUnit, "HostCpuUsage"),
        Figure("Load per core", LOAD, units.Short, "HostLoad"),
        Figure("Memory", MEMORY, units.PercentUnit, "HostMemoryUsage"),
        Figure("Swap", _SWAP, units.PercentUnit, "HostSwapFull"),
        Figure("Fullest file system", used("target"), units.PercentUnit, "HostDiskUsage"),
        Figure("Busiest disk", busy, units.PercentUnit),
        Figure("Network errors", f"max by (target) ({lost('errs')})", units.PercentUnit, "HostNetworkErrors"),
    )


def glance(spec: Spec) -> Tile:
    """All figures: large where there is one host, else one row a host."""
    face = Face(
        title="At a glance",
        description="What a machine runs out of: share in use of processors, memory, swap, the fullest file system and "
        "the busiest disk; work for each core, above 1 some waits; packets with errors, normally none. Colours are "
        "those of the alerts; click a figure for its runbook or to silence it.",
        unit=units.PercentUnit,
    )
    if len(spec.hosts) == 1:
        return Tile(figures_of(spec, face, figures()), COLUMNS, 4)
    table = sheet(spec, face, {"target": targets(spec, "Host", "host")}, figures(), sort="target")
    return Tile(table, COLUMNS, 3 + min(len(spec.hosts), _MOST_ROWS))
