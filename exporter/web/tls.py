"""TLS of the server: a context that follows its files, and clients' certificates."""

import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cheroot.makefile import MakeFile
from cheroot.ssl import Adapter

from exporter.log import LOGGER
from exporter.web.config import Tls
from watchspec.errors import EnvironmentFailure

_ASKS: Final = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_SAN_TYPES: Final = frozenset({"DNS", "IP Address", "email", "URI"})
Stamp = tuple[tuple[int, int, int], ...]


def context(tls: Tls) -> ssl.SSLContext:
    """The context that `tls` describes; raises `EnvironmentFailure` that names the file at fault."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion[tls.min_version]
    made.maximum_version = ssl.TLSVersion[tls.max_version]
    made.set_alpn_protocols(["http/1.1"])
    if tls.ciphers:
        made.set_ciphers(tls.ciphers)
    pair = f"{tls.cert_file} with {tls.key_file}"
    _read(pair, lambda: made.load_cert_chain(tls.cert_file, tls.key_file, password=_no_password))
    if tls.client_ca_file is not None:
        authorities = tls.client_ca_file
        _read(authorities, lambda: made.load_verify_locations(authorities))
    made.verify_mode = _ASKS[tls.client_auth_type]
    return made


def allowed(certificate: Mapping[str, Any] | None, names: tuple[str, ...]) -> bool:
    """Whether a client's certificate has one of `names` as a subject alternative name; without names any will do."""
    if not names or not certificate:
        return not names
    held = {value for kind, value in certificate.get("subjectAltName", ()) if kind in _SAN_TYPES}
    return not held.isdisjoint(names)


class Follower(Adapter):
    """Cheroot's way to TLS, with the handshake left to `exporter.web.lobby`; reads changed files at the next client."""

    def __init__(self, tls: Tls) -> None:
        """Raise `EnvironmentFailure` if a file cannot be used now."""
        self._lock = threading.Lock()
        self.use(tls)

    def use(self, tls: Tls) -> None:
        """Have these settings for clients to come; raises `EnvironmentFailure` and keeps the old ones."""
        made, stamp = context(tls), _stamp(tls)
        with self._lock:
            self.tls, self.context, self._stamp = tls, made, stamp

    def bind(self, sock: socket.socket) -> socket.socket:
        """The listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """A connection whose handshake is still to come, and what WSGI says of it."""
        self._follow()
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, Any]:
        """What WSGI says of an encrypted request."""
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def makefile(self, sock: socket.socket, mode: str = "r", bufsize: int = -1) -> Any:  # noqa: ANN401  # cheroot's
        """A file of the connection."""
        return MakeFile(sock, mode, bufsize)

    def _follow(self) -> None:
        with self._lock:
            stamp, before = _stamp(self.tls), self._stamp
            self._stamp = stamp
        if stamp == before:
            return
        try:
            self.use(self.tls)
        except EnvironmentFailure as error:  # half written: the old one serves until the next change
            LOGGER.warning("certificate refused", extra={"fields": {"detail": str(error)}})
        else:
            LOGGER.info("certificate taken")


def _stamp(tls: Tls) -> Stamp:
    return tuple(map(_of_file, tls.files))


def _of_file(path: str) -> tuple[int, int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(what: str, load: Any) -> None:  # noqa: ANN401  # a callable
    try:
        load()
    except ssl.SSLError as error:
        raise EnvironmentFailure(f"{what}: not a usable PEM file: {error.reason or error}") from None
    except OSError as error:
        raise EnvironmentFailure(f"{what}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise EnvironmentFailure(f"{what}: {error}") from None


def _no_password() -> str:
    raise ValueError("the key is encrypted; give one without a passphrase")
