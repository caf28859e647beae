"""Panels of hosts."""

from collections.abc import Sequence
from typing import Final

from generator.catalogue import catalogue
from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """Hosts of `spec`, in depth."""
    return board(spec, "host", "Hosts", [Section("", tiles(spec, overview(spec)))], of="node_uname_info")


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of hosts: the four things that they run out of."""
    return (_CPU, _MEMORY, _disk(), _network())


_CPU: Final = Face(
    title="CPU by host",
    description="Share of all cores that is not idle. Short peaks are normal; a host that stays near 100% makes "
    "everything on it slow: see which process it is, then move or limit it.",
    unit=units.PercentUnit,
    highest=1,
    queries=(
        Query(
            f'1 - avg by (target) (rate(node_cpu_seconds_total{{mode="idle", {SELECTED}}}[$__rate_interval]))',
            "{{target}}",
        ),
    ),
    alert="HostCpuUsage",
)

_MEMORY: Final = Face(
    title="Memory by host",
    description="Share of memory that programs could not get any more; the page cache does not count as used. A line "
    "that only climbs is a leak; close to 100% the kernel kills processes.",
    unit=units.PercentUnit,
    highest=1,
    queries=(
        Query(
            f"1 - node_memory_MemAvailable_bytes{{{SELECTED}}} / node_memory_MemTotal_bytes{{{SELECTED}}}", "{{target}}"
        ),
    ),
    alert="HostMemoryUsage",
)


def _disk() -> Face:
    matchers = f"{catalogue('host').define['disks']}, {SELECTED}"
    return Face(
        title="Fullest file system by host",
        description="Used share of the fullest file system; what is reserved for root counts as used. Databases stop "
        "writing on a full one: remove old files, or grow it, before it gets there.",
        unit=units.PercentUnit,
        highest=1,
        queries=(
            Query(
                f"max by (target) (1 - node_filesystem_avail_bytes{{{matchers}}}"
                f" / node_filesystem_size_bytes{{{matchers}}})",
                "{{target}}",
            ),
        ),
        alert="HostDiskUsage",
    )


def _network() -> Face:
    matchers = f"{catalogue('host').define['links']}, {SELECTED}"
    return Face(
        title="Network by host",
        description="Bytes in and out of each host, without loopback and container bridges. Compare with the speed of "
        "its link; a sudden plateau is a full one.",
        unit=units.BytesPerSecondIEC,
        queries=tuple(
            Query(
                f"sum by (target) (rate(node_network_{way}_bytes_total{{{matchers}}}[$__rate_interval]))",
                f"{{{{target}}}} {name}",
            )
            for way, name in (("receive", "in"), ("transmit", "out"))
        ),
    )
