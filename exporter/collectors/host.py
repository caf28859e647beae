"""The machine the exporter runs on: /proc and /sys on Linux, psutil elsewhere."""

import re
import time
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.linux import diskstats, filesystem, mounts
from exporter.linux.namedprocess import Processes
from exporter.linux.systemd import Units
from exporter.linux.table import OF_NETWORKS, SIMPLE, Collect
from exporter.linux.textfile import Textfiles
from exporter.linux.tree import Tree
from exporter.linux.view import View, host_view
from exporter.log import LOGGER
from exporter.place import Place
from exporter.redact import redact

if TYPE_CHECKING:
    from watchspec.spec import Host
    from watchspec.spec.base import Patterns

_FAILURES: Final = (OSError, ValueError, LookupError, ArithmeticError)
"""What a collector raises when the kernel says what it does not expect."""


class HostCollector:
    """Reads one machine from inside."""

    kind: Final = "host"
    labels: Final = ""

    def __init__(self, spec: "Host", place: Place) -> None:
        self.target = spec.name
        self._tree = Tree(str(place.root))
        self._prober = filesystem.Prober()
        self._mounts = matcher(spec.filesystems)
        self._textfiles = Textfiles(spec.textfiles, str(place.folder))
        self._failing: set[str] = set()
        is_linux = Path(self._tree.root, "proc/stat").exists()
        self.view: View | None = host_view(place.root) if is_linux or self._tree.root != "/" else None
        self._collectors = self._chosen(spec) if self.view else _portable(spec)
        if self.view and not self.view.whole:
            LOGGER.warning(self.view.warning)

    @property
    def parts(self) -> frozenset[str]:
        """Collectors that are switched on, by node_exporter's names."""
        return frozenset(self._collectors)

    def only(self, parts: frozenset[str]) -> "Part":
        """A collector of these parts; it shares what this one keeps."""
        return Part(self, parts)

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Everything the machine says; a part that fails costs only itself."""
        return self.collect_parts(deadline, self.parts)

    def collect_parts(self, deadline: Deadline, parts: frozenset[str]) -> Iterable[Family]:
        """What these parts say. What files hold comes last: of two series the first one stays."""
        families: list[Family] = []
        own = Families()
        if self.view:
            self.view.publish(own)
        for name, collect in self._collectors.items():
            if name in parts:
                chosen = partial(self._filesystem, deadline=deadline) if name == "filesystem" and self.view else collect
                families += self._run(name, chosen, own)
        return [*families, *own, *(self._textfiles.families() if "textfile" in parts else ())]

    def down(self) -> Iterable[Family]:
        """Nothing stands for a machine that cannot be read."""
        return ()

    def abort(self) -> None:
        """Nothing: a thread stuck in the kernel cannot be ended."""

    def close(self) -> None:
        """Let the threads end."""
        self._prober.close()

    def _chosen(self, spec: "Host") -> Mapping[str, Collect]:
        networks = matcher(spec.networks)
        known: dict[str, Collect] = {
            **SIMPLE,
            **{name: partial(collect, chosen=networks) for name, collect in OF_NETWORKS.items()},
            "diskstats": partial(diskstats.collect, chosen=matcher(spec.disks)),
            "filesystem": partial(self._filesystem, deadline=Deadline(0)),  # each scrape puts its own in
            "systemd": Units().collect,
            "textfile": self._textfiles.collect,
        }
        if spec.processes:
            known["namedprocess"] = Processes(spec.processes).collect
        return {name: known[name] for name in spec.switched_on if name in known}

    def _filesystem(self, tree: Tree, out: Families, *, deadline: Deadline) -> None:
        chosen = self._mounts
        found = [mount for mount in mounts.read(tree) if chosen is None or chosen.fullmatch(mount.point)]
        filesystem.collect(found, tree.root, self._prober, deadline, out)

    def _run(self, name: str, collect: Collect, own: Families) -> Families:
        """Run one collector; what the kernel does not have is neither success nor failure."""
        started, part, success = time.perf_counter(), Families(), 1
        labels = render(collector=name)
        try:
            collect(self._tree, part)
            self._failing.discard(name)
        except FileNotFoundError:
            return Families()
        except _FAILURES as error:
            success = 0
            self._note(name, error)
        own.gauge("node_scrape_collector_success", "Whether the collector succeeded.", success, labels)
        text = "How long the collector took, in seconds."
        own.gauge("node_scrape_collector_duration_seconds", text, time.perf_counter() - started, labels)
        return part

    def _note(self, name: str, error: Exception) -> None:
        if name not in self._failing:
            self._failing.add(name)
            fields = {"collector": name, "class": type(error).__name__, "detail": redact(str(error))}
            LOGGER.warning("collector fails", extra={"fields": fields})


class Part:
    """Some collectors of a machine."""

    kind: Final = "host"
    labels: Final = ""

    def __init__(self, whole: HostCollector, parts: frozenset[str]) -> None:
        self.target = whole.target
        self._whole = whole
        self._parts = parts

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """What these collectors say."""
        return self._whole.collect_parts(deadline, self._parts)

    def down(self) -> Iterable[Family]:
        """Nothing stands for a machine that cannot be read."""
        return ()

    def abort(self) -> None:
        """Nothing: a thread stuck in the kernel cannot be ended."""

    def close(self) -> None:
        """Nothing: the whole keeps what is shared."""


def _portable(spec: "Host") -> Mapping[str, Collect]:
    from exporter import portable  # noqa: PLC0415  # psutil costs memory that Linux does not need

    return {name: portable.COLLECTORS[name] for name in spec.switched_on if name in portable.COLLECTORS}


def matcher(patterns: "Patterns") -> re.Pattern[str] | None:
    """One regular expression for what the patterns choose; `None` if that is everything."""
    if not patterns.include and not patterns.exclude:
        return None
    included = "|".join(map(translate, patterns.include)) or ".*"
    excluded = "".join(f"(?!{translate(pattern)})" for pattern in patterns.exclude)
    return re.compile(f"{excluded}(?:{included})", re.DOTALL)
