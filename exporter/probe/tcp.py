"""One TCP probe: a connection, perhaps something said, perhaps a line heard."""

import socket
from typing import Final
from urllib.parse import urlsplit

from exporter.deadline import Deadline
from exporter.probe import connection
from exporter.probe.connection import Peer
from exporter.probe.failure import ProbeError
from exporter.probe.reading import Reading
from exporter.probe.trust import Trust

MOST_LINE: Final = 64 * 1024
"""Bytes of a line that are read."""
_CHUNK: Final = 4096


def probe(
    url: str, trusted: Trust | None, reading: Reading, deadline: Deadline, *, send: bytes | None, listen: bool
) -> None:
    """Connect, with TLS if there is somebody to trust; say `send`; put the first line heard into `reading.body`.

    Raises `OSError` and `ScrapeError`.
    """
    parts = urlsplit(url)
    peer = Peer(parts.hostname or "", parts.port or 0, trusted, trusted.name if trusted else None)
    with connection.opened(peer, reading, deadline) as sock:
        if send is not None:
            with reading.phase("processing"):
                sock.settimeout(deadline.remaining())
                sock.sendall(send)
        if listen:
            with reading.phase("transfer"):
                reading.body = _line(sock, deadline)


def _line(sock: socket.socket, deadline: Deadline) -> bytes:
    """Up to the first newline or the end."""
    heard = b""
    while b"\n" not in heard:
        if len(heard) > MOST_LINE:
            raise ProbeError("too_large", f"a line of more than {MOST_LINE} bytes")
        sock.settimeout(deadline.remaining())
        chunk = sock.recv(_CHUNK)
        if not chunk:
            return heard
        heard += chunk
    return heard[: heard.index(b"\n") + 1]
