"""A machine that an exporter runs on."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from watchspec.explain import suggestion
from watchspec.spec._target import Target
from watchspec.spec.base import Address, Patterns, Shorthand, listed

COLLECTORS: Final[Mapping[str, bool]] = {
    "arp": True, "conntrack": True, "cpu": True, "cpufreq": True, "diskstats": True, "entropy": True, "filefd": True,
    "filesystem": True, "hwmon": True, "interrupts": False, "kernel_hung": True, "loadavg": True, "mdadm": True,
    "meminfo": True, "namedprocess": True, "netclass": True, "netdev": True, "netstat": True, "os": True,
    "pressure": True, "selinux": True, "sockstat": True, "softirqs": False, "softnet": True, "stat": True,
    "systemd": False, "textfile": True, "thermal_zone": True, "time": True, "timex": True, "udp_queues": True,
    "uname": True, "vmstat": True,
}  # fmt: skip
"""Collectors of a machine, by node_exporter's names, and whether they run unless the spec says otherwise."""
_MOST_PROCESSES: Final = 100


def _collector(name: str) -> str:
    if name not in COLLECTORS:
        raise ValueError(f'there is no collector "{name}"; {suggestion(name, list(COLLECTORS))}')
    return name


def _process(text: str) -> str:
    if not text or "/" in text or not text.isprintable():
        raise ValueError('must be the name of a program without its folder, such as "postgres" or "redis-*"')
    return text


def _processes(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if len(patterns) > _MOST_PROCESSES:
        raise ValueError(f"has {len(patterns)} patterns; at most {_MOST_PROCESSES}, each is a group of series")
    if twice := sorted({pattern for pattern in patterns if patterns.count(pattern) > 1}):
        raise ValueError(f'names "{twice[0]}" twice; remove one')
    return patterns


Collector = Annotated[str, AfterValidator(_collector)]
"""The name of a collector."""
ProcessPattern = Annotated[str, AfterValidator(_process)]
"""A shell pattern for the name of a program."""
Processes = Annotated[
    tuple[ProcessPattern, ...], BeforeValidator(listed), AfterValidator(_processes), Shorthand({"type": "string"})
]
Texts = Annotated[tuple[str, ...], BeforeValidator(listed), Shorthand({"type": "string"})]


class Host(Target):
    """One machine; its exporter reads it from inside."""

    exporter: Address | None = None
    """Where Prometheus finds this machine's exporter; the stack's own by default."""
    collectors: Mapping[Collector, bool] = {}
    """Collectors switched on and off, such as `{hwmon: false, interrupts: true}`; `docs/host.md` lists them."""
    filesystems: Patterns = Patterns.model_construct()
    """Mount points to report."""
    disks: Patterns = Patterns.model_construct()
    """Block devices to report, such as `sda`."""
    networks: Patterns = Patterns.model_construct()
    """Network interfaces to report, such as `eth0`."""
    textfiles: Texts = ()
    """Folders of `*.prom` files, as node_exporter's textfile collector reads them; `*` and `?` may stand in them."""
    processes: Processes = ()
    """Programs whose processes are counted, such as `postgres` or `redis-*`: a group for each pattern."""

    @property
    def switched_on(self) -> tuple[str, ...]:
        """The collectors that run."""
        return tuple(name for name, default in COLLECTORS.items() if self.collectors.get(name, default))
