"""Panels of hosts."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, drill
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._limits import limits
from generator.dashboards._panels import series
from generator.dashboards._sdk import model, units
from watchspec.spec import Spec

STATE: Final = f'min by (target) (up{{job="watchspec", {SELECTED}}})'
"""1 where the host's exporter answers."""

_IDLE: Final = f'rate(node_cpu_seconds_total{{mode="idle", {SELECTED}}}[$__rate_interval])'
_DEVICE: Final = f'device!~"lo|veth.*|br-.*|docker.*", {SELECTED}'
_FILESYSTEM: Final = f'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660", {SELECTED}'


def tiles(spec: Spec) -> Sequence[Tile]:
    """What the overview shows of hosts: the four things that they run out of."""
    return [Tile(panel(spec), 6) for panel in (_cpu, _memory, _disk, _network)]


def _cpu(spec: Spec) -> model.Panel:
    return series(
        Face(
            title="CPU by host",
            description="Share of all cores that is not idle. Short peaks are normal; a host that stays near 100% makes "
            "everything on it slow: see which process it is, then move or limit it.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(f"1 - avg by (target) ({_IDLE})", "{{target}}")],
            links=[drill(spec, "overview")],
            thresholds=limits(spec, "HostCpuUsage"),
        )
    )


def _memory(spec: Spec) -> model.Panel:
    used = f"1 - node_memory_MemAvailable_bytes{{{SELECTED}}} / node_memory_MemTotal_bytes{{{SELECTED}}}"
    return series(
        Face(
            title="Memory by host",
            description="Share of memory that programs could not get any more; the page cache does not count as used. "
            "A line that only climbs is a leak; close to 100% the kernel kills processes.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(used, "{{target}}")],
            links=[drill(spec, "overview")],
            thresholds=limits(spec, "HostMemoryUsage"),
        )
    )


def _disk(spec: Spec) -> model.Panel:
    used = f"1 - node_filesystem_avail_bytes{{{_FILESYSTEM}}} / node_filesystem_size_bytes{{{_FILESYSTEM}}}"
    return series(
        Face(
            title="Fullest file system by host",
            description="Used share of the fullest file system, what is reserved for root counted as used. Databases stop "
            "writing on a full one: remove old files, or grow it, before it gets there.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(f"max by (target) ({used})", "{{target}}")],
            links=[drill(spec, "overview")],
            thresholds=limits(spec, "HostDiskUsage"),
        )
    )


def _network(spec: Spec) -> model.Panel:
    received, sent = (
        f"sum by (target) (rate(node_network_{way}_bytes_total{{{_DEVICE}}}[$__rate_interval]))"
        for way in ("receive", "transmit")
    )
    return series(
        Face(
            title="Network by host",
            description="Bytes in and out of each host, without loopback and container bridges. Compare with the speed of "
            "its link; a sudden plateau is a full one.",
            unit=units.BytesPerSecondIEC,
            queries=[Query(received, "{{target}} in"), Query(sent, "{{target}} out")],
            links=[drill(spec, "overview")],
        )
    )
