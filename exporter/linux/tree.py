"""The files of a host, wherever its root file system is seen."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_CHUNK: Final = 32 * 1024
"""Bytes read at once. The kernel makes room for all that is asked for, so that more costs more."""
_PAGE: Final = 4096
"""The most that a file of sysfs or sysctl holds, and what it gives in one go."""
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Tree:
    """A host's root folder; paths are given below it, without a leading slash."""

    root: str = "/"

    def path(self, path: str) -> str:
        """Where this process finds it."""
        return f"{self.root}{path}" if self.root == "/" else f"{self.root}/{path}"

    def read(self, path: str) -> str:
        """The text of a file; raises `OSError`. Bytes that are not UTF-8 are replaced."""
        handle = os.open(self.path(path), _FLAGS)
        try:
            text = os.read(handle, _CHUNK)
            while chunk := os.read(handle, _CHUNK) if text else b"":  # /proc may answer in parts
                text += chunk
        finally:
            os.close(handle)
        return text.decode("utf-8", "replace")

    def value(self, path: str) -> str:
        """The text of a file of sysfs or sysctl, without white space around it; raises `OSError`."""
        return _value(self.path(path), None)

    def values(self, folder: str, names: Iterable[str]) -> dict[str, str]:
        """The texts of files of one folder; those that are not there or cannot be read are left out.

        Raises `OSError` if the folder cannot be opened.
        """
        handle = os.open(self.path(folder), _FLAGS | os.O_DIRECTORY)
        found = {}
        try:
            for name in names:
                try:
                    found[name] = _value(name, handle)
                except OSError:
                    continue
        finally:
            os.close(handle)
        return found

    def lines(self, path: str) -> list[str]:
        """The lines of a file; raises `OSError`."""
        return self.read(path).splitlines()

    def net(self, name: str) -> str:
        """A file of the host's network: that of process 1 where the host is seen from a container."""
        return self.read(f"proc/net/{name}" if self.root == "/" else f"proc/1/net/{name}")

    def names(self, path: str) -> list[str]:
        """What is in a folder, sorted; raises `OSError`."""
        return sorted(os.listdir(self.path(path)))  # noqa: PTH208  # the hot path


def _value(path: str, folder: int | None) -> str:
    handle = os.open(path, _FLAGS, dir_fd=folder)
    try:
        return os.read(handle, _PAGE).decode("utf-8", "replace").strip()
    finally:
        os.close(handle)
