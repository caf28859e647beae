"""One HTTP probe: a question, its redirects and the answer, all within one deadline."""

import io
import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse, LineTooLong, RemoteDisconnected
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from exporter import wire
from exporter.deadline import Deadline
from exporter.probe import connection
from exporter.probe.connection import Peer
from exporter.probe.failure import ProbeError
from exporter.probe.reading import Reading
from exporter.probe.trust import Trust
from watchspec import __version__

MOST_REDIRECTS: Final = 10
MOST_BODY: Final = 1024 * 1024
"""Bytes of a body that are read if the spec does not say; the rest is left."""
PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEEPING: Final = frozenset({307, 308})
"""Redirects that keep the method (RFC 9110, section 15.4)."""
_USUAL: Final = {"User-Agent": f"Watchspec/{__version__}", "Accept": "*/*", "Connection": "close"}
_SAFE: Final = "/:@!$&'()*+,;=~%-._[]?"
_GZIP: Final = 31
"""zlib's `wbits` for a gzip header and 32 KiB of window."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how far the answer is followed."""

    url: str
    trusted: Trust
    """Whom to trust at the URL's own host; a redirect elsewhere is verified in the same way, by its own name."""
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent to the URL's own origin only, not where a redirect leads."""
    follow: bool = True
    limit: int = MOST_BODY
    """Bytes of the body that are read."""


def probe(question: Question, reading: Reading, deadline: Deadline) -> None:
    """Ask, follow redirects and fill `reading`; raises `OSError` and `ScrapeError`."""
    name = question.trusted.name
    while True:
        location = _fetch(question, name, reading, deadline)
        if location is None or not question.follow:
            return
        if reading.redirects == MOST_REDIRECTS:
            raise ProbeError("redirect", f"more than {MOST_REDIRECTS} redirects")
        reading.redirects += 1
        question, own = _next(question, location, reading.status)
        name = name if own else None


def _next(question: Question, location: str, status: int) -> tuple[Question, bool]:
    """Where a redirect leads, and whether that is the same origin: another gets neither headers nor body."""
    try:
        url = urljoin(question.url, location)
        parts = urlsplit(url)
        own = _origin(parts) == _origin(urlsplit(question.url))
    except ValueError:
        raise ProbeError("redirect", "redirected to something that is not a URL") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ProbeError("redirect", "redirected to something that is not HTTP")
    question = replace(question, url=url, headers=question.headers if own else {})
    if question.method == "POST" and not (own and status in _KEEPING):
        question = replace(question, method="GET", body=None)
    return question, own


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)


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


def _fetch(question: Question, name: str | None, reading: Reading, deadline: Deadline) -> str | None:
    """One request; where it redirects to, if it does."""
    parts = urlsplit(question.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    secure = parts.scheme == "https"
    reading.tls, reading.secured = False, None
    peer = Peer(host, port, question.trusted if secure else None, name)
    with connection.opened(peer, reading, deadline) as sock:
        reading.tls = secure
        try:
            return _exchanged(question, parts, _Bounded(sock, deadline), reading)
        except RemoteDisconnected:
            raise ProbeError("reset", "the connection was closed without an answer") from None
        except HTTPException as error:
            large = isinstance(error, LineTooLong) or "more than" in str(error)
            raise ProbeError("too_large" if large else "protocol", f"bad answer: {type(error).__name__}") from None
        except (ValueError, zlib.error) as error:
            raise ProbeError("protocol", f"not a valid answer: {type(error).__name__}") from None


def _exchanged(question: Question, parts: SplitResult, sock: _Bounded, reading: Reading) -> str | None:
    talk = HTTPConnection(parts.hostname or "", parts.port or PORTS[parts.scheme])
    talk.sock, talk.default_port = sock, PORTS[parts.scheme]
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)
    try:
        with reading.phase("processing"):
            talk.request(question.method, target, body=question.body, headers=_USUAL | dict(question.headers))
            response = talk.getresponse()
        with response, reading.phase("transfer"):
            return _read(response, reading, question)
    finally:
        talk.close()


def _read(response: HTTPResponse, reading: Reading, question: Question) -> str | None:
    reading.status = response.status
    reading.version = response.version / 10
    reading.content_length = -1 if response.length is None else response.length
    reading.headers = _joined(response)
    location = reading.headers.get("location")
    if question.follow and response.status in _REDIRECTS and location:
        return location
    body = response.read(question.limit + 1)
    if response.length and len(body) <= question.limit:
        raise ProbeError("reset", f"the connection was closed {response.length} bytes before the end of the body")
    if reading.headers.get("content-encoding", "").lower() == "gzip":
        body = zlib.decompressobj(_GZIP).decompress(body, question.limit + 1)
    reading.too_large = len(body) > question.limit
    reading.body = body[: question.limit]
    return None


def _joined(response: HTTPResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
