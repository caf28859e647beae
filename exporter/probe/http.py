"""One HTTP probe: redirects, phases and the certificate, all within one deadline."""

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from exporter import wire
from exporter.deadline import Deadline
from exporter.probe import certificate
from exporter.reasons import ScrapeError
from watchspec import __version__

MOST_REDIRECTS: Final = 10
MOST_BODY: Final = 1024 * 1024
"""Bytes of a body that are read; the rest is left."""
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PHASES: Final = ("resolve", "connect", "tls", "processing", "transfer")


@dataclass(slots=True)
class Reading:
    """What a probe has found so far; it keeps what was found before a failure."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    """Time spent in each phase, summed over redirects."""
    family: socket.AddressFamily | None = None
    status: int = 0
    redirects: int = 0
    version: float = 0.0
    content_length: int = 0
    body: bytes = b""
    tls: bool = False
    tls_version: str = ""
    tls_cipher: str = ""
    expiry: float | None = None
    """When the certificate expires, in Unix seconds."""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the phase."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started


class _Bounded:
    """A socket as `http.client` wants one, whose reads all keep one deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        """Send it all."""
        self._sock.settimeout(self._deadline.remaining())
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # the interface that is imitated
        """What the response is read from."""
        return io.BufferedReader(wire.DeadlineReader(self._sock, self._deadline))

    def close(self) -> None:
        """Nothing: `http.client` closes before the body is read; whoever opened the socket closes it."""


def probe(
    url: str, reading: Reading, deadline: Deadline, *, headers: Mapping[str, str], name: str | None,
    context: Callable[[], ssl.SSLContext],
) -> None:  # fmt: skip
    """Fetch `url` and fill `reading`; raises `OSError` and `ScrapeError`.

    `name` stands in TLS for the URL's host. `headers` go to the URL's own host only, not where a redirect leads.
    """
    first = urlsplit(url)
    while True:
        parts = urlsplit(url)
        own = _origin(parts) == _origin(first)
        location = _fetch(
            parts, reading, deadline, headers=headers if own else {}, name=name if own else None, context=context
        )
        if location is None:
            return
        if reading.redirects == MOST_REDIRECTS:
            raise ScrapeError("status", f"more than {MOST_REDIRECTS} redirects")
        reading.redirects += 1
        url = urljoin(url, location)
        if urlsplit(url).scheme not in _PORTS or not urlsplit(url).hostname:
            raise ScrapeError("protocol", "redirected to something that is not HTTP")


def _fetch(
    parts: SplitResult, reading: Reading, deadline: Deadline, *, headers: Mapping[str, str], name: str | None,
    context: Callable[[], ssl.SSLContext],
) -> str | None:  # fmt: skip
    """One request; where it redirects to, if it does."""
    sock = _connect(parts, name, context, deadline, reading)
    connection = HTTPConnection(parts.hostname or "", parts.port or _PORTS[parts.scheme])
    connection.sock = _Bounded(sock, deadline)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with reading.phase("processing"):
            connection.request("GET", path, headers=_all_headers(headers))
            response = connection.getresponse()
        with response, reading.phase("transfer"):
            return _read(response, reading)
    except (HTTPException, ValueError) as error:
        raise ScrapeError("protocol", f"not a valid answer: {type(error).__name__}") from None
    finally:
        connection.close()
        sock.close()


def _connect(
    parts: SplitResult, name: str | None, context: Callable[[], ssl.SSLContext], deadline: Deadline, reading: Reading
) -> socket.socket:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    with reading.phase("resolve"):
        addresses = wire.resolve(host, port, deadline)
    with reading.phase("connect"):
        sock, reading.family = wire.connect(addresses, deadline)
    reading.tls = parts.scheme == "https"
    if not reading.tls:
        return sock
    with reading.phase("tls"):
        secure = wire.secured(sock, context(), name or host, deadline)
    _inspect(secure, reading)
    return secure


def _inspect(sock: ssl.SSLSocket, reading: Reading) -> None:
    cipher = sock.cipher()
    reading.tls_version = (sock.version() or "").replace("TLSv", "TLS ")
    reading.tls_cipher = cipher[0] if cipher else ""
    reading.expiry = earliest_expiry(sock)


def earliest_expiry(sock: ssl.SSLSocket) -> float | None:
    """The earliest expiry among the certificates that the server sent; of its own alone before Python 3.13."""
    chain: Any = getattr(sock, "get_unverified_chain", None)
    own = sock.getpeercert(binary_form=True)
    certificates: list[bytes] = list(chain()) if chain else [own] if own else []
    try:
        return min((certificate.expiry(der) for der in certificates), default=None)
    except ValueError:
        return None


def _read(response: HTTPResponse, reading: Reading) -> str | None:
    reading.status = response.status
    reading.version = response.version / 10
    reading.content_length = -1 if response.length is None else response.length
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location:
        return location
    reading.body = response.read(MOST_BODY)
    return None


def _origin(parts: SplitResult) -> tuple[str | None, int | None]:
    return parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _all_headers(own: Mapping[str, str]) -> dict[str, str]:
    usual = {"User-Agent": f"Watchspec/{__version__}", "Accept": "*/*", "Connection": "close"}
    return usual | dict(own)
