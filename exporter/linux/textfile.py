"""Metrics that other programs leave in files, as node_exporter's textfile collector reads them."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exporter.families import Families, Family, render
from exporter.linux.exposition import parse
from exporter.linux.tree import Tree
from exporter.log import LOGGER

_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file."""
_MOST: Final = 1000
"""Files that are read."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file held when it was last read."""

    state: tuple[int, int, int]
    families: Sequence[Family]
    mtime: float


class Textfiles:
    """Reads the `*.prom` files of some folders; a file that has not changed is not read again."""

    def __init__(self, folders: Sequence[str], home: str = "") -> None:
        """`home` is what relative folders are taken from; absolute ones are the host's own."""
        self._folders = folders
        self._home = home
        self._known: dict[str, _Read] = {}
        self._failing: dict[str, str] = {}

    def collect(self, tree: Tree, out: Families) -> None:
        """The families of all good files, the times of those files, and whether any was bad."""
        found, faults = self._found(tree)
        read: dict[str, _Read] = {}
        for shown, path in found:
            try:
                read[shown] = self._file(shown, path)
            except (OSError, ValueError) as error:
                faults[shown] = _reason(error)
        self._say(faults)
        self._known, self._failing = read, faults
        out.gauge("node_textfile_scrape_error", "Whether a file or folder could not be read.", int(bool(faults)))
        for shown, one in read.items():
            out.gauge("node_textfile_mtime_seconds", "When the file was written.", one.mtime, render(file=shown))

    def families(self) -> Iterator[Family]:
        """What the files held when `collect` read them; one name may come more than once."""
        for shown, one in self._known.items():
            for family in one.families:
                if not family.help:
                    family.help = f"Metric read from {shown}"
                yield family

    def _found(self, tree: Tree) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Files, as they are shown and as they are opened; and folders that cannot be read, with the reason."""
        files: dict[str, str] = {}
        faults: dict[str, str] = {}
        for folder in self._folders:
            prefix = tree.root.rstrip("/") if os.path.isabs(folder) else ""  # noqa: PTH117  # beside tree.names
            pattern = prefix + folder if prefix else os.path.join(self._home, folder)  # noqa: PTH118
            for place in sorted(glob.glob(pattern)) or [pattern]:  # noqa: PTH207
                try:
                    names = sorted(name for name in os.listdir(place) if name.endswith(".prom"))  # noqa: PTH208
                except OSError as error:
                    faults[place.removeprefix(prefix)] = _reason(error)
                    continue
                files |= {f"{place.rstrip('/')}/{name}".removeprefix(prefix): f"{place}/{name}" for name in names}
        if len(files) > _MOST:
            faults["files"] = f"{len(files)} files; the first {_MOST} are read"
        return list(files.items())[:_MOST], faults

    def _file(self, shown: str, path: str) -> _Read:
        """Raises `OSError` or `ValueError`."""
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not hold us
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("is not a file")
            if status.st_size > _LARGEST:
                raise ValueError(f"has {status.st_size} bytes; at most {_LARGEST} are read")
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(shown)
            if known is not None and known.state == state:
                return known
            text = b""
            while len(text) <= _LARGEST and (chunk := os.read(handle, _LARGEST)):
                text += chunk
            return _Read(state, parse(text.decode()), status.st_mtime_ns / 1e9)
        finally:
            os.close(handle)

    def _say(self, faults: dict[str, str]) -> None:
        for shown, reason in faults.items():
            if self._failing.get(shown) != reason:
                LOGGER.warning("textfile skipped", extra={"fields": {"file": shown, "reason": reason}})


def _reason(error: Exception) -> str:
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)
