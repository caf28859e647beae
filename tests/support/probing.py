"""What a probe of a service has published, and what it has left open."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Probe = Callable[..., "Result"]


@dataclass(frozen=True)
class Result:
    """What a probe has published."""

    values: dict[str, float]
    reason: str | None
    """That of the scrape."""
    detail: str

    @property
    def why(self) -> str | None:
        """The reason that is published; there is at most one."""
        prefix = 'watchspec_probe_failure_info{reason="'
        found = [series.removeprefix(prefix).split('"')[0] for series in self.values if series.startswith(prefix)]
        assert len(found) == (self.values["probe_success"] == 0)
        return found[0] if found else None


def left_open() -> set[str]:
    """Sockets and pipes of this process that somebody else's thread does not come and go with."""
    found = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            kind = str(Path(entry.path).readlink())
        except OSError:
            continue
        if kind.startswith("pipe:") or (kind.startswith("socket:") and _ours(int(entry.name))):
            found.add(kind)
    return found


def _ours(descriptor: int) -> bool:
    """Whether a socket is a client's: a listener and what it accepted belong to the test's server."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as sock:
            port = sock.getsockname()[1]
            listening = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except (OSError, IndexError):
        return False
    return not listening and port not in _listening()


def _listening() -> set[int]:
    lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    return {int(fields[1].rpartition(":")[2], 16) for fields in map(str.split, lines) if fields[3] == "0A"}
