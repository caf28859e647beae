"""Connections that keep a deadline, however slowly the other side answers."""

import io
import socket
import ssl
from typing import TYPE_CHECKING, Final, cast

from exporter.deadline import Deadline
from exporter.place import Place

if TYPE_CHECKING:
    from watchspec.spec.base import Tls

Buffer = bytearray | memoryview
Address = tuple[socket.AddressFamily, tuple[str, int]]
"""Family and (IP address, port)."""
_CHUNK: Final = 64 * 1024


class DeadlineReader(io.RawIOBase):
    """Reads a socket; each read waits no longer than until the deadline, which may be moved."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._sock = sock
        self.deadline = deadline

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Buffer) -> int:  # type: ignore[override]  # the parent's type is private to typeshed
        """Read what is there, or wait for it; raises `ScrapeError` when the deadline has passed."""
        self._sock.settimeout(self.deadline.remaining())
        return self._sock.recv_into(buffer)


def resolve(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Addresses of `host` in the system's order; raises `socket.gaierror`.

    The resolver cannot be interrupted; a thread that hangs in it is left behind by the scrape.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    deadline.remaining()
    return [(family, cast("tuple[str, int]", address)) for family, _, _, _, address in found]


def connect(addresses: list[Address], deadline: Deadline) -> tuple[socket.socket, socket.AddressFamily]:
    """A connection to the first address that answers, each getting its share of the time; raises `OSError`."""
    failure: OSError | None = None
    for index, (family, address) in enumerate(addresses):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.remaining() / (len(addresses) - index))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock, family
    raise failure or OSError("no address")


def connect_unix(path: str, deadline: Deadline) -> socket.socket:
    """A connection to a Unix socket; raises `OSError`."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(deadline.remaining())
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock


def secured(sock: socket.socket, context: ssl.SSLContext, name: str, deadline: Deadline) -> ssl.SSLSocket:
    """`sock` after a TLS handshake with the server `name`; raises `OSError`, and closes the socket then."""
    try:
        sock.settimeout(deadline.remaining())
        return context.wrap_socket(sock, server_hostname=name)
    except BaseException:
        sock.close()
        raise


def tls_context(tls: "Tls | None", place: Place) -> ssl.SSLContext:
    """What `tls` asks for; the system's authorities and full verification without it. Raises `OSError`."""
    context = ssl.create_default_context(cafile=place.path(tls.ca) if tls and tls.ca else None)
    if tls and tls.cert:
        context.load_cert_chain(place.path(tls.cert), place.path(tls.key) if tls.key else None)
    if tls and not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
