"""The machine the exporter runs on: /proc and /sys on Linux, psutil elsewhere."""

import re
import time
from collections.abc import Callable, Iterable
from fnmatch import translate
from functools import partial
from pathlib import Path
from typing import Final

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.linux import (
    cpu,
    diskstats,
    filefd,
    filesystem,
    loadavg,
    meminfo,
    mounts,
    netdev,
    netstat,
    os_release,
    pressure,
    sockstat,
    softnet,
    stat,
    time_,
    timex,
    uname,
    vmstat,
)  # fmt: skip
from exporter.linux.tree import Tree
from exporter.log import LOGGER
from exporter.place import Place
from exporter.redact import redact
from watchspec.spec import Host
from watchspec.spec.base import Patterns

Collect = Callable[[Tree, Families], None]
_SIMPLE: Final[dict[str, Collect]] = {
    "cpu": cpu.collect, "filefd": filefd.collect, "loadavg": loadavg.collect, "meminfo": meminfo.collect,
    "netstat": netstat.collect, "os": os_release.collect, "pressure": pressure.collect, "sockstat": sockstat.collect,
    "softnet": softnet.collect, "stat": stat.collect, "time": time_.collect, "timex": timex.collect,
    "uname": uname.collect, "vmstat": vmstat.collect,
}  # fmt: skip
"""Collectors that need nothing but the tree; names are node_exporter's."""


class HostCollector:
    """Reads one machine from inside."""

    kind: Final = "host"
    labels: Final = ""

    def __init__(self, spec: Host, place: Place) -> None:
        self.target = spec.name
        self._spec = spec
        self._tree = Tree(str(place.root))
        self._prober = filesystem.Prober()
        self._failing: set[str] = set()
        self._is_linux = Path(self._tree.root, "proc/stat").exists()

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the machine says; a part that fails costs only itself."""
        out = Families()
        for name, collect in self._collectors(deadline).items():
            self._run(name, collect, out)
        return out

    def down(self) -> Iterable[Family]:
        """Nothing stands for a machine that cannot be read."""
        return ()

    def abort(self) -> None:
        """Nothing: a thread stuck in the kernel cannot be ended."""

    def close(self) -> None:
        """Let the threads end."""
        self._prober.close()

    def _collectors(self, deadline: Deadline) -> dict[str, Collect]:
        if not self._is_linux:
            from exporter import portable  # noqa: PLC0415  # psutil costs memory that Linux does not need

            return portable.COLLECTORS
        own: dict[str, Collect] = {
            "diskstats": partial(diskstats.collect, chosen=matcher(self._spec.disks)),
            "filesystem": partial(self._filesystem, deadline=deadline),
            "netdev": partial(netdev.collect, chosen=matcher(self._spec.networks)),
        }
        return _SIMPLE | own

    def _filesystem(self, tree: Tree, out: Families, *, deadline: Deadline) -> None:
        chosen = matcher(self._spec.filesystems)
        found = [mount for mount in mounts.read(tree) if chosen is None or chosen.fullmatch(mount.point)]
        filesystem.collect(found, tree.root, self._prober, deadline, out)

    def _run(self, name: str, collect: Collect, out: Families) -> None:
        """Run one collector; what the kernel does not have is neither success nor failure."""
        started, part, success = time.perf_counter(), Families(), 1
        labels = render(collector=name)
        try:
            collect(self._tree, part)
            self._failing.discard(name)
        except FileNotFoundError:
            return
        except (OSError, ValueError, IndexError) as error:
            success = 0
            self._note(name, error)
        out.extend(part)
        out.gauge("node_scrape_collector_success", "Whether the collector succeeded.", success, labels)
        text = "How long the collector took, in seconds."
        out.gauge("node_scrape_collector_duration_seconds", text, time.perf_counter() - started, labels)

    def _note(self, name: str, error: Exception) -> None:
        if name not in self._failing:
            self._failing.add(name)
            fields = {"collector": name, "class": type(error).__name__, "detail": redact(str(error))}
            LOGGER.warning("collector fails", extra={"fields": fields})


def matcher(patterns: Patterns) -> re.Pattern[str] | None:
    """One regular expression for what the patterns choose; `None` if that is everything."""
    if not patterns.include and not patterns.exclude:
        return None
    included = "|".join(map(translate, patterns.include)) or ".*"
    excluded = "".join(f"(?!{translate(pattern)})" for pattern in patterns.exclude)
    return re.compile(f"{excluded}(?:{included})", re.DOTALL)
