"""The files of a host, wherever its root file system is seen."""

import os
from dataclasses import dataclass

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tree:
    """A host's root folder; paths are given below it, without a leading slash."""

    root: str = "/"

    def read(self, path: str) -> str:
        """The text of a file; raises `OSError`. Bytes that are not UTF-8 are replaced."""
        handle = os.open(os.path.join(self.root, path), os.O_RDONLY | os.O_CLOEXEC)  # noqa: PTH118  # the hot path
        try:
            text = os.read(handle, _CHUNK)
            while chunk := os.read(handle, _CHUNK) if text else b"":  # /proc may answer in parts
                text += chunk
        finally:
            os.close(handle)
        return text.decode("utf-8", "replace")

    def lines(self, path: str) -> list[str]:
        """The lines of a file; raises `OSError`."""
        return self.read(path).splitlines()

    def net(self, name: str) -> str:
        """A file of the host's network: that of process 1 where the host is seen from a container."""
        return self.read(f"proc/net/{name}" if self.root == "/" else f"proc/1/net/{name}")

    def names(self, path: str) -> list[str]:
        """What is in a folder, sorted; raises `OSError`."""
        return sorted(os.listdir(os.path.join(self.root, path)))  # noqa: PTH118, PTH208  # the hot path
