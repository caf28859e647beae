"""The HTTP server: cheroot, bounded on every side."""

from typing import Any, Final

from cheroot import wsgi

from exporter.log import LOGGER
from exporter.redact import redact
from exporter.web.application import Application
from exporter.web.config import Web
from exporter.web.lobby import HEAD_BYTES, Connection, Lobby
from exporter.web.tls import Follower
from watchspec import __version__
from watchspec.errors import EnvironmentFailure

__all__ = ["Application", "Server", "bound"]

_THREADS: Final = 10
_QUEUED: Final = 64
"""Requests that may wait for a thread; one more is answered with 503."""
_IDLE_SECONDS: Final = 75
"""A kept connection is closed after so long without a request: longer than most scrape intervals."""
_KEPT: Final = 32
"""Connections that may be kept open between requests."""


class Server(wsgi.Server):
    """Cheroot with a lobby for slow clients and with its complaints in our log."""

    max_request_header_size = HEAD_BYTES
    max_request_body_size = 1024
    keep_alive_conn_limit = _KEPT
    ConnectionClass = Connection
    _lobby: Lobby | None = None

    def prepare(self) -> None:
        """Listen."""
        super().prepare()
        self._lobby = Lobby(super().process_conn)

    def process_conn(self, conn: Any) -> None:  # noqa: ANN401  # cheroot's
        """Let a connection wait for its request; called for new ones and when one that was kept has data."""
        if self._lobby is not None:
            self._lobby.enter(conn)

    def stop(self) -> None:
        """End, with the requests at work given two seconds."""
        if self._lobby is not None:
            self._lobby.close()
        super().stop()

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:  # noqa: FBT001, FBT002  # cheroot's
        """Log what cheroot has to say."""
        LOGGER.log(level, "http server", exc_info=traceback, extra={"fields": {"detail": redact(msg)}})

    def use(self, web: Web) -> None:
        """Have this web configuration for clients to come; raises `EnvironmentFailure` and keeps the old one.

        TLS cannot be switched on or off without a restart: the listener stays as it is.
        """
        if (web.tls is None) != (self.ssl_adapter is None):
            raise EnvironmentFailure("tls_server_config came or went: restart the exporter to switch TLS on or off")
        if web.tls is not None:
            self.ssl_adapter.use(web.tls)


def bound(application: Application, host: str, port: int, web: Web | None = None) -> Server:
    """A server that listens; raises `EnvironmentFailure` if the address is taken or not ours, or a certificate bad."""
    server = Server(
        (host, port), application, numthreads=_THREADS, request_queue_size=128, timeout=_IDLE_SECONDS,
        shutdown_timeout=2, accepted_queue_size=_QUEUED, accepted_queue_timeout=0,
        server_name=f"watchspec/{__version__}",
    )  # fmt: skip
    if web is not None and web.tls is not None:
        server.ssl_adapter = Follower(web.tls)
    try:
        server.prepare()
    except OSError as error:
        raise EnvironmentFailure(
            f"cannot listen on {host}:{port}: {_why(error)}; choose another with --listen"
        ) from None
    return server


def _why(error: OSError) -> str:
    text = error.strerror or str(error)
    return "the address is in use" if "in use" in text else text
