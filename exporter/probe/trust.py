"""TLS to a service: verified as the spec says, and without verification where only the certificate is wanted."""

import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from exporter.place import Place
from exporter.probe import certificate
from exporter.probe.certificate import Certificate
from exporter.probe.failure import ProbeError
from exporter.probe.reading import Secured

if TYPE_CHECKING:
    from watchspec.spec.base import Tls

_DER: Final = 2
"""OpenSSL's X509_FILETYPE_ASN1."""


class Trust:
    """Whom a probe trusts."""

    def __init__(self, tls: "Tls | None", place: Place) -> None:
        self._tls = tls
        self._place = place
        self.name = tls.server_name if tls else None
        """The name that the certificate must have, where it is not the URL's."""
        self.verifies = tls is None or tls.verify

    def context(self) -> ssl.SSLContext:
        """The context of the spec; raises `ProbeError` if a file of it cannot be used."""
        return self._made(verify=self.verifies)

    def careless(self) -> ssl.SSLContext:
        """The same without verification."""
        return self._made(verify=False)

    def _made(self, *, verify: bool) -> ssl.SSLContext:
        tls = self._tls
        files = [self._place.path(name) if name else None for name in ((tls.ca, tls.cert, tls.key) if tls else ())]
        try:
            ca, cert, key = map(_version, files or (None, None, None))
            return _context(ca, cert, key, verify=verify)
        except OSError as error:
            raise ProbeError("tls", f"cannot use a file of `tls`: {error.strerror or error}") from None


_Version = tuple[str, int]
"""A file and when it was last changed, in nanoseconds: a new certificate is used at once."""


def _version(file: str | None) -> _Version | None:
    return (file, Path(file).stat().st_mtime_ns) if file else None


@lru_cache(maxsize=64)
def _context(ca: _Version | None, cert: _Version | None, key: _Version | None, *, verify: bool) -> ssl.SSLContext:
    """A context that all services of the same settings share: each costs 17 ms and 0.9 MB."""
    if verify:
        context = ssl.create_default_context(cafile=ca[0] if ca else None)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if cert:
        context.load_cert_chain(cert[0], key[0] if key else None)
    return context


def inspected(sock: ssl.SSLSocket, *, verified: bool | None) -> Secured:
    """What there is to say of a connection after its handshake."""
    cipher = sock.cipher()
    sent = _read(_chain(sock, "get_unverified_chain") or _own(sock))
    checked = _read(_chain(sock, "get_verified_chain")) if verified else []
    return Secured(
        version=(sock.version() or "").replace("TLSv", "TLS "),
        cipher=cipher[0] if cipher else "",
        verified=verified,
        certificate=sent[0] if sent else None,
        earliest=min((found.expires for found in sent), default=None),
        chain=min((found.expires for found in checked), default=None),
    )


def _chain(sock: ssl.SSLSocket, name: Literal["get_verified_chain", "get_unverified_chain"]) -> list[bytes]:
    """Public since Python 3.13; the same call of the inner object before."""
    public: Any = getattr(sock, name, None)
    if public is not None:
        return list(public() or ())
    inner: Any = getattr(getattr(sock, "_sslobj", None), name, None)
    return [found.public_bytes(_DER) for found in inner() or ()] if inner is not None else []


def _own(sock: ssl.SSLSocket) -> list[bytes]:
    own = sock.getpeercert(binary_form=True)
    return [own] if own else []


def _read(chain: list[bytes]) -> list[Certificate]:
    try:
        return [certificate.read(found) for found in chain]
    except ValueError:
        return []
