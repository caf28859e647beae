"""Panels of a host's file systems, disks and network."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._host_glance import among, lost, used
from generator.dashboards._sdk import units
from generator.dashboards._tables import Figure, sheet, targets
from watchspec.spec import Spec

_MOUNT: Final = "{{target}} {{mountpoint}}"
_DEVICE: Final = "{{target}} {{device}}"
_PLACE: Final = "target, device, mountpoint"
_DOING: Final = (("reads_completed", "read_time_seconds"), ("writes_completed", "write_time_seconds"))


@cache
def first() -> Sequence[Face]:
    """What the first screen shows of devices: how full, how busy, how much through the wire."""
    return (
        Face(
            title="File systems",
            description="Used share of each file system; what is reserved for root counts as used. Flat or slowly "
            "rising is normal. Databases stop writing on a full one: remove old files, or grow it, before that.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(used("target, mountpoint"), _MOUNT)],
            alert="HostDiskUsage",
            empty="no file system on a disk",
        ),
        Face(
            title="Disks busy",
            description="Share of the time in which a disk had anything to do. A single spinning disk is full at 100%; "
            "an SSD, or several behind one name, do more at once, so look at the latency below as well.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(_rate("node_disk_io_time_seconds_total", "drives"), _DEVICE)],
            empty="no disk is reported",
        ),
        Face(
            title="Network",
            description="Bytes in and out of each link, without loopback and container bridges. It follows your "
            "traffic; a sudden plateau is a full link, here or further on.",
            unit=units.BytesPerSecondIEC,
            queries=[
                Query(_rate(f"node_network_{way}_bytes_total", "links"), f"{_DEVICE} {name}")
                for way, name in (("receive", "in"), ("transmit", "out"))
            ],
            empty="no link but loopback",
        ),
    )


def file_systems(spec: Spec) -> Tile:
    """Every file system: how large, how full, for how long."""
    size, available = (
        f"max by ({_PLACE}) (node_filesystem_{name}_bytes{{{among('disks')}}})" for name in ("size", "avail")
    )
    figures = (
        Figure("Size", size, units.BytesIEC),
        Figure("Available", available, units.BytesIEC),
        Figure("Used", used(_PLACE), units.PercentUnit, "HostDiskUsage"),
        Figure("Inodes used", _inodes(), units.PercentUnit, "HostInodes", empty="no inodes"),
        Figure("Full in", _full_in(), units.Seconds, "HostDiskFilling", empty="does not grow"),
    )
    face = Face(
        title="File systems now",
        description="Size and use of every file system, the fullest first, and when it is full at the pace of the last "
        "six hours. Delete what is large and old (du -xh MOUNT | sort -h), or grow it. One without inodes left is full "
        "too, of very many small files.",
        unit=units.BytesIEC,
        empty="no file system on a disk",
    )
    keys = {"target": targets(spec, "Host", "host"), "mountpoint": Column("Mount"), "device": Column("Device")}
    return Tile(sheet(spec, face, keys, figures, sort="Used", falling=True), COLUMNS)


def _inodes() -> str:
    free, all_ = (f"node_filesystem_files{what}{{{among('disks')}}}" for what in ("_free", ""))
    return f"max by ({_PLACE}) (1 - {free} / ({all_} > 0))"


def _full_in() -> str:
    """What is available, by what is used up in the hour that follows the last six: as `HostDiskFilling` reckons."""
    available = f"node_filesystem_avail_bytes{{{among('disks')}}}"
    now, later = (f"predict_linear({available}[6h], {seconds})" for seconds in (0, 3600))
    return f"min by ({_PLACE}) (3600 * {available} / ({now} - {later} > 0))"


@cache
def disks() -> Sequence[Face]:
    """What disks do, how often and how fast."""
    return (
        Face(
            title="Disk throughput",
            description="Bytes read and written. It follows your work; reads that begin when memory is short are the "
            "page cache missing.",
            unit=units.BytesPerSecondIEC,
            queries=_both("read_bytes", "written_bytes"),
            empty="no disk is reported",
        ),
        Face(
            title="Disk operations",
            description="Reads and writes a second. Cloud disks have a limit here (often 3000): a flat top with rising "
            "latency is that limit.",
            unit=units.IOOpsPerSecond,
            queries=_both("reads_completed", "writes_completed"),
            empty="no disk is reported",
        ),
        Face(
            title="Disk latency",
            description="How long an operation takes, with its wait in the queue: below 1 ms on an SSD, about 10 ms on "
            "a spinning disk. Above 100 ms databases crawl. A gap means that nothing was read or written.",
            unit=units.Seconds,
            queries=[Query(_await(), _DEVICE)],
            alert="HostDiskLatency",
            empty="nothing is read or written",
        ),
    )


def _both(read: str, written: str) -> Sequence[Query]:
    return [
        Query(_rate(f"node_disk_{what}_total", "drives"), f"{_DEVICE} {name}")
        for what, name in ((read, "read"), (written, "written"))
    ]


def _await() -> str:
    seconds = " + ".join(_rate(f"node_disk_{took}_total", "drives") for _, took in _DOING)
    operations = " + ".join(_rate(f"node_disk_{done}_total", "drives") for done, _ in _DOING)
    return f"({seconds}) / ({operations} > 0)"


@cache
def network() -> Sequence[Face]:
    """What gets lost on the way, and how many connections there are."""
    resent, sent = (f"rate(node_netstat_Tcp_{what}Segs{{{SELECTED}}}[$__rate_interval])" for what in ("Retrans", "Out"))
    return (
        Face(
            title="Packets lost by links",
            description="Share of a link's packets that had errors or were dropped. Zero is normal. Errors are a "
            "cable, a port or a driver; drops are a machine that does not keep up, or packets nobody here wants.",
            unit=units.PercentUnit,
            queries=[
                Query(f"max by (target, device) ({lost(what)})", f"{_DEVICE} {name}")
                for what, name in (("errs", "errors"), ("drop", "dropped"))
            ],
            alert="HostNetworkErrors",
            empty="no link but loopback",
        ),
        Face(
            title="TCP segments sent again",
            description="Share of TCP segments that had to be sent twice. Below 1% is normal; more is a lossy path or "
            "a full link, and every connection over it is slow.",
            unit=units.PercentUnit,
            queries=[Query(f"max by (target) ({resent} / ({sent} > 0))", "{{target}}")],
            alert="HostTcpRetransmits",
            empty="nothing is sent",
        ),
        Face(
            title="Connections",
            description="TCP connections that are open, that wait after their end, and that no program owns any more. "
            "Thousands waiting are clients that connect anew for each request: let them keep connections.",
            unit=units.Short,
            queries=[
                Query(f"max by (target) ({name}{{{SELECTED}}})", f"{{{{target}}}} {legend}")
                for name, legend in (
                    ("node_netstat_Tcp_CurrEstab", "open"),
                    ("node_sockstat_TCP_tw", "waiting"),
                    ("node_sockstat_TCP_orphan", "orphaned"),
                )
            ],
        ),
    )


def _rate(name: str, devices: str) -> str:
    return f"max by (target, device) (rate({name}{{{among(devices)}}}[$__rate_interval]))"
