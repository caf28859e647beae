"""What is mounted, from mountinfo (proc_pid_mountinfo(5))."""

import re
from dataclasses import dataclass
from typing import Final

from exporter.linux.tree import Tree

_OCTAL: Final = re.compile(r"\\([0-7]{3})")
# node_exporter's own: what holds no files of people.
_IGNORED_MOUNTS: Final = re.compile(
    r"/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)"
)
_IGNORED_TYPES: Final = frozenset(
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "erofs",
        "fusectl", "hugetlbfs", "iso9660", "mqueue", "nsfs", "overlay", "proc", "procfs", "pstore", "rpc_pipefs",
        "securityfs", "selinuxfs", "squashfs", "sysfs", "tracefs",
    }
)  # fmt: skip
_REMOTE: Final = re.compile(r"nfs\d*|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|beegfs|gfs2|ocfs2|fuse\b.*")
"""Types whose server may be elsewhere."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system."""

    device: str
    point: str
    type: str
    major: str
    minor: str
    read_only: bool

    @property
    def is_remote(self) -> bool:
        """Whether its server may be elsewhere, so that it may hang."""
        return _REMOTE.fullmatch(self.type) is not None


def parse(text: str, root: str) -> list[Mount]:
    """The mounts of `text` worth reporting, each mount point once; `root` is taken off mount points below it."""
    found: dict[tuple[str, str], Mount] = {}
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if len(fields) < 6 or len(rest) < 3:
            continue
        major, _, minor = fields[2].partition(":")
        point = _below(_plain(fields[4]), root)
        read_only = "ro" in fields[5].split(",") or "ro" in rest[2].split(",")
        mount = Mount(_plain(rest[1]), point, rest[0], major, minor, read_only)
        if mount.type not in _IGNORED_TYPES and not _IGNORED_MOUNTS.match(point):
            found.setdefault((mount.device, point), mount)
    return list(found.values())


def read(tree: Tree) -> list[Mount]:
    """The mounts of process 1, or our own where that is not allowed; raises `OSError`."""
    try:
        return parse(tree.read("proc/1/mountinfo"), "/")
    except OSError:
        return parse(tree.read("proc/self/mountinfo"), tree.root)


def _plain(text: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)


def _below(point: str, root: str) -> str:
    root = root.rstrip("/")
    if root and (point == root or point.startswith(f"{root}/")):
        return point[len(root) :] or "/"
    return point
