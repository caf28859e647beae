"""Where the parts listen when they run as processes of this machine; always on 127.0.0.1."""

from collections.abc import Mapping, Sequence
from typing import Final

from watchspec.errors import UsageError

DEFAULTS: Final[Mapping[str, int]] = {
    "exporter": 9877, "prometheus": 9090, "alertmanager": 9093, "demo": 8000, "mailbox": 8025, "smtp": 1025,
}  # fmt: skip
"""Part → TCP port. The demo's Redis and Postgres take free ports: their own are often in use."""


def parse(texts: Sequence[str]) -> dict[str, int]:
    """`NAME=PORT` as given on the command line, over the defaults; raises `UsageError`."""
    ports = dict(DEFAULTS)
    for text in texts:
        name, _, port = text.partition("=")
        if name not in DEFAULTS or not port.isdecimal() or not 0 < int(port) < 65536:
            raise UsageError(f"--port {text}: write NAME=PORT; the names are {', '.join(DEFAULTS)}")
        ports[name] = int(port)
    return ports
