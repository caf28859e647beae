"""A machine without Linux's /proc: what psutil knows, under node_exporter's names."""

import time
from collections.abc import Callable
from typing import Final

import psutil

from exporter.families import Families, render
from exporter.linux.tree import Tree


def cpu(_tree: Tree, out: Families) -> None:
    """Seconds by CPU and mode."""
    for index, times in enumerate(psutil.cpu_times(percpu=True)):
        for mode, seconds in times._asdict().items():
            labels = render(cpu=str(index), mode=mode)
            out.counter("node_cpu_seconds_total", "Seconds that the CPUs spent in each mode.", seconds, labels)


def memory(_tree: Tree, out: Families) -> None:
    """Memory and swap space, in bytes."""
    found, swap = psutil.virtual_memory(), psutil.swap_memory()
    table = {"MemTotal": found.total, "MemAvailable": found.available, "MemFree": found.free}
    for name, value in (table | {"SwapTotal": swap.total, "SwapFree": swap.free}).items():
        out.gauge(f"node_memory_{name}_bytes", f"{name}, in bytes.", value)


def load(_tree: Tree, out: Families) -> None:
    """Load over 1, 5 and 15 minutes."""
    for minutes, value in zip((1, 5, 15), psutil.getloadavg(), strict=True):
        out.gauge(f"node_load{minutes}", f"Load average over {minutes} minutes.", value)


def clock(_tree: Tree, out: Families) -> None:
    """Time and start of the machine."""
    out.gauge("node_time_seconds", "Time of the machine, in Unix seconds.", time.time())
    out.gauge("node_boot_time_seconds", "Start of the machine, in Unix seconds.", psutil.boot_time())


def network(_tree: Tree, out: Families) -> None:
    """Bytes and packets of each interface."""
    for device, found in psutil.net_io_counters(pernic=True).items():
        labels = render(device=device)
        out.counter("node_network_receive_bytes_total", "Bytes received.", found.bytes_recv, labels)
        out.counter("node_network_transmit_bytes_total", "Bytes sent.", found.bytes_sent, labels)
        out.counter("node_network_receive_packets_total", "Packets received.", found.packets_recv, labels)
        out.counter("node_network_transmit_packets_total", "Packets sent.", found.packets_sent, labels)


def filesystem(_tree: Tree, out: Families) -> None:
    """Size and free space of each disk partition."""
    for found in psutil.disk_partitions():
        usage = psutil.disk_usage(found.mountpoint)
        labels = render(device=found.device, device_error="", fstype=found.fstype, mountpoint=found.mountpoint)
        out.gauge("node_filesystem_size_bytes", "Size of the file system, in bytes.", usage.total, labels)
        out.gauge("node_filesystem_free_bytes", "Free space, in bytes.", usage.free, labels)
        out.gauge("node_filesystem_avail_bytes", "Free space for those who are not root, in bytes.", usage.free, labels)


COLLECTORS: Final[dict[str, Callable[[Tree, Families], None]]] = {
    "cpu": cpu, "filesystem": filesystem, "loadavg": load, "meminfo": memory, "netdev": network, "time": clock,
}  # fmt: skip
"""By node_exporter's names."""
