"""What a probe has found so far; what was found before a failure stays."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from exporter.probe.certificate import Certificate

PHASES: Final = ("resolve", "connect", "tls", "processing", "transfer")


@dataclass(frozen=True, slots=True)
class Secured:
    """A TLS connection."""

    version: str
    """Such as `TLS 1.3`."""
    cipher: str
    verified: bool | None
    """Whether the certificate could be verified; `None` if that was not asked."""
    certificate: Certificate | None
    """The server's own."""
    earliest: float | None
    """When the first of the certificates that the server sent expires, in Unix seconds."""
    chain: float | None
    """When the first of the certificates that the verification went through expires, in Unix seconds."""


@dataclass(slots=True)
class Reading:
    """The findings of one probe; of several requests in a row, those of the last."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    """Time spent in each phase, summed over redirects."""
    address: str = ""
    """The IP address that was contacted."""
    family: socket.AddressFamily | None = None
    status: int = 0
    redirects: int = 0
    version: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the answer, with names in lower case; of a repeated one, all values joined by commas."""
    content_length: int = 0
    """As announced, in bytes; -1 if it was not."""
    body: bytes = b""
    """As much of the body as was read, unpacked."""
    too_large: bool = False
    """Whether there was more than was read."""
    tls: bool = False
    secured: Secured | None = None

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the phase."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started
