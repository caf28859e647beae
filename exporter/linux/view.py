"""Whether the files that are read are those of the machine, or only of the container that the exporter runs in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exporter.families import Families, render

_FIRST_PIDS: Final = "pid:[4026531836]"
"""The kernel's own first namespace of process numbers: PROC_PID_INIT_INO of <linux/proc_ns.h>."""
_MARKS: Final = (".dockerenv", "run/.containerenv")
_CGROUP: Final = re.compile(r"docker|containerd|kubepods|libpod|/lxc[/.]|machine-rkt")
_LAYERS: Final = re.compile(r"^\d+ \d+ \d+:\d+ \S+ / .* - (?:overlay|aufs) ", re.MULTILINE)
_ROOT: Final = re.compile(r"^\d+ \d+ (\d+:\d+ \S+) / ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of the machine."""

    root: str
    parts: Mapping[str, bool]
    """`filesystems`, `network`, `processes`: whether they are the machine's own."""
    signs: tuple[str, ...] = ()
    """Why they are taken for a container's."""

    @property
    def whole(self) -> bool:
        """Whether all that is seen is the machine's own."""
        return all(self.parts.values())

    @property
    def warning(self) -> str:
        """One sentence with the fix; empty if the view is whole."""
        if self.whole:
            return ""
        hidden = ", ".join(name for name, seen in self.parts.items() if not seen)
        if self.root != "/":
            fix = f"{self.root} shows no host; mount the host's root file system there: /:{self.root}:ro,rslave"
        else:
            fix = "mount the host's root file system, /:/host:ro,rslave, and say --root /host"
        return f"only the container is seen ({hidden}): {', '.join(self.signs)}; {fix}"

    def publish(self, out: Families) -> None:
        """A gauge for each part."""
        for part, seen in self.parts.items():
            text = "Whether this part of the machine is seen, rather than a container's."
            out.gauge("watchspec_host_view", text, int(seen), render(part=part))


def host_view(root: Path) -> View:
    """What the files below `root` show; files that cannot be read say nothing."""
    if str(root) != "/":
        seen = (root / "proc/1/mountinfo").exists() or (root / "proc/stat").exists()
        has_sys = (root / "sys/class/net").exists()
        signs = [] if seen else [f"{root}/proc has no processes"]
        signs += [] if has_sys else [f"{root}/sys/class/net is not there"]
        return View(str(root), {"filesystems": seen, "network": seen and has_sys, "processes": seen}, tuple(signs))
    return of_files(root)


def of_files(root: Path) -> View:
    """The view of a process that was given no other root; `root` is `/` but in tests."""
    signs = () if _is_first(root) else tuple(_signs(root))
    if not signs:
        return View("/", {"filesystems": True, "network": True, "processes": True})
    own_pids = _link(root / "proc/self/ns/pid") not in {"", _FIRST_PIDS}
    return View("/", {"filesystems": False, "network": _has_hardware(root), "processes": not own_pids}, signs)


def _is_first(root: Path) -> bool:
    """Whether the process numbers and the root file system are those of the machine's first process."""
    own, first = (_ROOT.search(_text(root / f"proc/{pid}/mountinfo")) for pid in ("self", "1"))
    same = own is not None and first is not None and own[1] == first[1]
    return same and _link(root / "proc/self/ns/pid") == _FIRST_PIDS


def _signs(root: Path) -> Iterator[str]:
    yield from (f"/{mark} is there" for mark in _MARKS if (root / mark).exists())
    if _CGROUP.search(_text(root / "proc/1/cgroup")) or _CGROUP.search(_text(root / "proc/self/cgroup")):
        yield "the control group is a container's"
    if _link(root / "proc/self/ns/pid") not in {"", _FIRST_PIDS}:
        yield "process numbers are a container's"
    if _LAYERS.search(_text(root / "proc/self/mountinfo")):
        yield "the root file system is made of layers"


def _has_hardware(root: Path) -> bool:
    """Whether an interface belongs to a device; those of a container's own network do not."""
    folder = root / "sys/class/net"
    try:
        return any((one / "device").exists() for one in folder.iterdir())
    except OSError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""
