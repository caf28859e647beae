"""Panels of a host's processors, memory, processes and clock."""

from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import ORANGE, Face, Query, Threshold
from generator.dashboards._host_glance import LOAD
from generator.dashboards._sdk import units

_TARGET: Final = "{{target}}"


def _rate(name: str) -> str:
    return f"max by (target) (rate({name}{{{SELECTED}}}[$__rate_interval]))"


def _bytes(name: str) -> str:
    return f"sum(node_memory_{name}_bytes{{{SELECTED}}})"


_MODES: Final = Face(
    title="CPU by mode",
    description="What processors do, as a share of all cores of the chosen hosts; the rest is idle. user: programs. "
    "system: the kernel for them. iowait: idle only because a disk is slow. steal: taken by the hypervisor; if it "
    "stays, ask for another machine.",
    unit=units.PercentUnit,
    highest=1,
    stacked=True,
    queries=(
        Query(
            f'avg by (mode) (rate(node_cpu_seconds_total{{mode!="idle", {SELECTED}}}[$__rate_interval]))', "{{mode}}"
        ),
    ),
    alert="HostCpuUsage",
)

_MEMORY: Final = Face(
    title="Memory",
    description="What holds the memory of the chosen hosts. Programs: what only they can give back; a line that only "
    "climbs is a leak. Buffers and cache: given back as soon as somebody asks. Swap in use comes on top. Without free "
    "memory and cache the kernel kills processes.",
    unit=units.BytesIEC,
    stacked=True,
    queries=(
        Query(f"{_bytes('MemTotal')} - {_bytes('MemAvailable')}", "programs"),
        Query(f"clamp_min({_bytes('MemAvailable')} - {_bytes('MemFree')}, 0)", "buffers and cache"),
        Query(_bytes("MemFree"), "free"),
        Query(f"{_bytes('SwapTotal')} - {_bytes('SwapFree')}", "swap in use"),
    ),
)

_PRESSURE: Final = Face(
    title="Pressure",
    description="Share of the time in which some process waited for a processor, or all of them for memory or for a "
    "disk. Near zero is normal, short peaks are harmless. What stays up is what this machine has too little of.",
    unit=units.PercentUnit,
    highest=1,
    queries=tuple(
        Query(_rate(f"node_pressure_{what}_seconds_total"), f"{_TARGET} {name}")
        for what, name in (("cpu_waiting", "processors"), ("memory_stalled", "memory"), ("io_stalled", "disks"))
    ),
    empty="this kernel does not publish pressure",
)

FIRST: Final = (_MODES, _MEMORY, _PRESSURE)
"""What the first screen shows besides the devices."""

_LOAD: Final = Face(
    title="Load per core",
    description="Work that runs or waits for a core or a disk, over five minutes. Up to 1 is normal. High with "
    "idle processors: processes hang on a disk or a dead network mount.",
    unit=units.Short,
    queries=(Query(LOAD, _TARGET),),
    alert="HostLoad",
)

_PROCESSES: Final = Face(
    title="Processes",
    description="Running: on a core or waiting for one; about as many as cores is busy. Blocked: waiting for a disk or "
    "a mount and nothing else; they should be gone at the next look.",
    unit=units.Short,
    queries=tuple(
        Query(f"max by (target) (node_procs_{state}{{{SELECTED}}})", f"{_TARGET} {state}")
        for state in ("running", "blocked")
    ),
    related="HostProcessesBlocked",
)

_SWITCHES: Final = Face(
    title="Context switches and interrupts",
    description="How often a second processors turn to another process or device, and processes start. It follows "
    "the work; ten times the usual is a lock that many fight for, a fork loop or a device gone mad.",
    unit=units.EventsPerSecond,
    queries=tuple(
        Query(_rate(f"node_{what}_total"), f"{_TARGET} {name}")
        for what, name in (("context_switches", "switches"), ("intr", "interrupts"), ("forks", "processes started"))
    ),
)

_LIMITS: Final = Face(
    title="Kernel tables in use",
    description="Share of the file descriptors that the kernel allows, and of the connections that it can track. "
    "A few percent are normal. At 100% programs cannot open files, and new connections are dropped without a word.",
    unit=units.PercentUnit,
    highest=1,
    queries=(
        Query(
            f"max by (target) (node_filefd_allocated{{{SELECTED}}} / (node_filefd_maximum{{{SELECTED}}} < 1e15))",
            f"{_TARGET} file descriptors",
        ),
        Query(
            f"max by (target) (node_nf_conntrack_entries{{{SELECTED}}}"
            f" / (node_nf_conntrack_entries_limit{{{SELECTED}}} > 0))",
            f"{_TARGET} tracked connections",
        ),
    ),
    alert="HostFileDescriptors",
    empty="without limit",
)

_SWAPPING: Final = Face(
    title="Swapping",
    description="Pages that go to swap and come back. Zero, or a trickle, is normal. A steady stream both ways is a "
    "machine that does little else: give it memory, or fewer programs.",
    unit=units.CountsPerSecond,
    queries=tuple(
        Query(_rate(f"node_vmstat_pswp{way}"), f"{_TARGET} {name}") for way, name in (("in", "in"), ("out", "out"))
    ),
    related="HostSwapping",  # which counts both ways together
)

LOST: Final = Face(
    title="Killed, hung and turned away",
    description="What the kernels of the chosen hosts had to do in the shown time: kill for want of memory (dmesg says "
    "whom), report tasks that hang, turn connections away from full queues, drop packets. Zero is normal.",
    unit=units.Short,
    queries=tuple(
        Query(f"round(sum(increase({name}{{{SELECTED}}}[$__range])))", legend)
        for name, legend in (
            ("node_vmstat_oom_kill", "killed"),
            ("node_kernel_hung_tasks_total", "hung"),
            ("node_netstat_TcpExt_ListenOverflows", "connections turned away"),
            ("node_softnet_dropped_total", "packets dropped"),
            ("node_netstat_Udp_RcvbufErrors", "UDP packets unread"),
        )
    ),
    related="HostOomKill",
    thresholds=(Threshold(1, ORANGE),),
)
"""Counts over the shown time."""

KERNEL: Final = (_LOAD, _PROCESSES, _LIMITS, _SWITCHES, _SWAPPING)
"""How processes and the kernel are."""

CLOCK: Final = Face(
    title="Clock",
    description="How far the clock is from Prometheus's, scrape included, and from its own source, which is 0 while "
    "it has none. Milliseconds are normal; certificates, tokens and logs go wrong from seconds on: check chrony or "
    "systemd-timesyncd.",
    unit=units.Seconds,
    lowest=None,
    queries=(
        Query(
            f"max by (target) (node_time_seconds{{{SELECTED}}} - timestamp(node_time_seconds{{{SELECTED}}}))",
            f"{_TARGET} from Prometheus",
        ),
        Query(f"max by (target) (node_timex_offset_seconds{{{SELECTED}}})", f"{_TARGET} from its source"),
    ),
    alert="HostClockDisagrees",
)
"""How wrong the time is."""
