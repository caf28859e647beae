"""A connection to a service: resolved, connected, and secured if the service speaks TLS."""

import socket
import ssl
from dataclasses import dataclass

from exporter import wire
from exporter.deadline import Deadline
from exporter.probe import trust
from exporter.probe.failure import ProbeError
from exporter.probe.reading import Reading, Secured
from exporter.probe.trust import Trust
from exporter.reasons import ScrapeError


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom to connect to."""

    host: str
    port: int
    trusted: Trust | None
    """Whom to trust in TLS; without it the connection is plain."""
    name: str | None = None
    """The name that the certificate must have, where it is not the host."""


def opened(peer: Peer, reading: Reading, deadline: Deadline) -> socket.socket:
    """A connection, secured if that is asked; raises `OSError` and `ScrapeError`.

    Of several addresses each gets its share of the time.
    """
    with reading.phase("resolve"):
        addresses = _resolved(peer, deadline)
    reading.family, (reading.address, *_) = addresses[0]
    with reading.phase("connect"):
        sock, reading.family = wire.connect(addresses, deadline)
        reading.address = _address(sock)
    if peer.trusted is None:
        return sock
    with reading.phase("tls"):
        try:
            return _secured(sock, peer, peer.trusted, reading, deadline)
        except ssl.SSLCertVerificationError as error:
            reading.secured = _unverified(addresses, peer, peer.trusted, deadline)
            raise ProbeError("certificate", error.verify_message) from None


def _resolved(peer: Peer, deadline: Deadline) -> list[wire.Address]:
    try:
        return wire.resolve(peer.host, peer.port, deadline)
    except UnicodeError:
        raise ProbeError("dns", "not a name that the DNS can hold") from None


def _address(sock: socket.socket) -> str:
    try:
        return str(sock.getpeername()[0])
    except OSError:  # it has been reset already
        sock.close()
        raise


def _secured(
    sock: socket.socket, peer: Peer, trusted: Trust, reading: Reading, deadline: Deadline
) -> ssl.SSLSocket:  # fmt: skip
    try:
        context = trusted.context()
    except ProbeError:
        sock.close()
        raise
    secure = wire.secured(sock, context, peer.name or peer.host, deadline)
    reading.secured = trust.inspected(secure, verified=True if trusted.verifies else None)
    return secure


def _unverified(
    addresses: list[wire.Address], peer: Peer, trusted: Trust, deadline: Deadline
) -> Secured | None:  # fmt: skip
    """What the server shows to somebody who trusts everybody: nothing is sent or read but the handshake."""
    try:
        context = trusted.careless()
        sock, _ = wire.connect(addresses, deadline)
        with wire.secured(sock, context, peer.name or peer.host, deadline) as secure:
            return trust.inspected(secure, verified=False)
    except (OSError, ScrapeError):
        return None
