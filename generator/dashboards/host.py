"""Hosts: what each machine has, uses, waits for and loses (the USE method), and its programs and clock."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from generator.dashboards import _host_devices as devices
from generator.dashboards import _host_kernel as kernel
from generator.dashboards import _host_named as named
from generator.dashboards._board import board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._host_glance import CPU, MEMORY, among, glance, used
from generator.dashboards._panels import number, series
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import settled, tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """Hosts of `spec`, in depth."""
    disks = [devices.file_systems(spec), *tiles(spec, devices.disks())]
    processes = [*tiles(spec, kernel.KERNEL[:3]), *tiles(spec, kernel.KERNEL[3:])]
    lost = tiles(spec, [kernel.LOST], number, height=4)
    extras = named.panels(spec)
    clock = _in_pairs([series(settled(spec, kernel.CLOCK)), *extras])
    sections = [
        Section("", [glance(spec), *tiles(spec, kernel.FIRST, height=9), *tiles(spec, devices.first(), height=9)]),
        Section("Disks and file systems", disks, collapsed=True),
        Section("Links and connections", tiles(spec, devices.network()), collapsed=True),
        Section("Processes and kernel", [*processes, *lost], collapsed=True),
        Section("Programs and time" if extras else "Time", clock, collapsed=True),
    ]
    return board(spec, "host", "Hosts", sections, of="node_uname_info")


def _in_pairs(panels: Sequence[model.Panel]) -> list[Tile]:
    """`panels` two beside each other; the last one of an odd number has the page's width."""
    alone = len(panels) // 2 * 2
    return [Tile(panel, COLUMNS if index == alone else COLUMNS // 2) for index, panel in enumerate(panels)]


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of hosts: the four things that they run out of."""
    return (_CPU, _MEMORY, _disk(), _network())


_CPU: Final = Face(
    title="CPU by host",
    description="Share of all cores that is not idle. Short peaks are normal; a host that stays near 100% makes "
    "everything on it slow: see which process it is, then move or limit it.",
    unit=units.PercentUnit,
    highest=1,
    queries=(Query(CPU, "{{target}}"),),
    alert="HostCpuUsage",
)

_MEMORY: Final = Face(
    title="Memory by host",
    description="Share of memory that programs could not get any more; the page cache does not count as used. A line "
    "that only climbs is a leak; close to 100% the kernel kills processes.",
    unit=units.PercentUnit,
    highest=1,
    queries=(Query(MEMORY, "{{target}}"),),
    alert="HostMemoryUsage",
)


@cache
def _disk() -> Face:
    return Face(
        title="Fullest file system by host",
        description="Used share of the fullest file system; what is reserved for root counts as used. Databases stop "
        "writing on a full one: remove old files, or grow it, before it gets there.",
        unit=units.PercentUnit,
        highest=1,
        queries=(Query(used("target"), "{{target}}"),),
        alert="HostDiskUsage",
    )


@cache
def _network() -> Face:
    return Face(
        title="Network by host",
        description="Bytes in and out of each host, without loopback and container bridges. Compare with the speed of "
        "its link; a sudden plateau is a full one.",
        unit=units.BytesPerSecondIEC,
        queries=tuple(
            Query(
                f"sum by (target) (rate(node_network_{way}_bytes_total{{{among('links')}}}[$__rate_interval]))",
                f"{{{{target}}}} {name}",
            )
            for way, name in (("receive", "in"), ("transmit", "out"))
        ),
    )
