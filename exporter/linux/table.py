"""Which collectors there are on Linux, by node_exporter's names."""

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

from exporter.families import Families
from exporter.linux import (
    arp,
    conntrack,
    cpu,
    cpufreq,
    diskstats,
    entropy,
    filefd,
    filesystem,
    hwmon,
    interrupts,
    kernel_hung,
    loadavg,
    mdadm,
    meminfo,
    namedprocess,
    netclass,
    netdev,
    netstat,
    os_release,
    pressure,
    selinux,
    sockstat,
    softirqs,
    softnet,
    stat,
    systemd,
    textfile,
    thermal_zone,
    time_,
    timex,
    udp_queues,
    uname,
    vmstat,
)  # fmt: skip
from exporter.linux.tree import Tree

Collect = Callable[[Tree, Families], None]
"""Reads a part of the machine; raises `FileNotFoundError` where there is no such part."""
Pattern = re.Pattern[str] | None
"""What is chosen; everything, if `None`."""

MODULES: Final[Mapping[str, ModuleType]] = {
    "arp": arp, "conntrack": conntrack, "cpu": cpu, "cpufreq": cpufreq, "diskstats": diskstats, "entropy": entropy,
    "filefd": filefd, "filesystem": filesystem, "hwmon": hwmon, "interrupts": interrupts, "kernel_hung": kernel_hung,
    "loadavg": loadavg, "mdadm": mdadm, "meminfo": meminfo, "namedprocess": namedprocess, "netclass": netclass,
    "netdev": netdev, "netstat": netstat, "os": os_release, "pressure": pressure, "selinux": selinux,
    "sockstat": sockstat, "softirqs": softirqs, "softnet": softnet, "stat": stat, "systemd": systemd,
    "textfile": textfile, "thermal_zone": thermal_zone, "time": time_, "timex": timex, "udp_queues": udp_queues,
    "uname": uname, "vmstat": vmstat,
}  # fmt: skip
"""Every collector; the first line of its module says what it reads."""

SIMPLE: Final[Mapping[str, Collect]] = {
    "conntrack": conntrack.collect, "cpu": cpu.collect, "cpufreq": cpufreq.collect, "entropy": entropy.collect,
    "filefd": filefd.collect, "hwmon": hwmon.collect, "interrupts": interrupts.collect,
    "kernel_hung": kernel_hung.collect, "loadavg": loadavg.collect, "mdadm": mdadm.collect,
    "meminfo": meminfo.collect, "netstat": netstat.collect, "os": os_release.collect, "pressure": pressure.collect,
    "selinux": selinux.collect, "sockstat": sockstat.collect, "softirqs": softirqs.collect,
    "softnet": softnet.collect, "stat": stat.collect, "thermal_zone": thermal_zone.collect, "time": time_.collect,
    "timex": timex.collect, "udp_queues": udp_queues.collect, "uname": uname.collect, "vmstat": vmstat.collect,
}  # fmt: skip
"""Those that need nothing but the tree."""

OF_NETWORKS: Final[Mapping[str, Callable[..., None]]] = {
    "arp": arp.collect, "netclass": netclass.collect, "netdev": netdev.collect,
}  # fmt: skip
"""Those that leave out the interfaces that are not `chosen`."""
