"""HTTP: the page with the metrics, and the signs of life."""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

from cheroot import wsgi

from exporter.deadline import budget
from exporter.log import LOGGER
from exporter.scrape import Scrape, Selection
from exporter.text import CONTENT_TYPE
from watchspec import __version__
from watchspec.errors import EnvironmentFailure
from watchspec.spec import KINDS

StartResponse = Callable[[str, list[tuple[str, str]]], object]
_PLAIN: Final = "text/plain; charset=utf-8"
_THREADS: Final = 16
_WAITING: Final = 64


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back to the client."""

    body: bytes
    status: str = "200 OK"
    type: str = _PLAIN
    headers: tuple[tuple[str, str], ...] = ()


class Application:
    """The WSGI application."""

    def __init__(self, scrape: Scrape) -> None:
        self._scrape = scrape

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = _zipped(self._answer(environ), environ.get("HTTP_ACCEPT_ENCODING", ""))
        length = ("Content-Length", str(len(response.body)))
        start_response(response.status, [("Content-Type", response.type), length, *response.headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]

    def _answer(self, environ: Mapping[str, Any]) -> Response:
        path = environ.get("PATH_INFO", "/")
        if path not in {"/", "/metrics", "/-/healthy", "/-/ready"}:
            return Response(b"There is nothing here; see /metrics\n", "404 Not Found")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return Response(b"Only GET and HEAD\n", "405 Method Not Allowed", headers=(("Allow", "GET, HEAD"),))
        match path:
            case "/metrics":
                return self._metrics(environ)
            case "/-/healthy":
                return Response(b"The exporter runs.\n")
            case "/-/ready":
                return Response(b"The exporter is ready.\n")
            case _:
                return Response(_front(self._scrape.targets), type="text/html; charset=utf-8")

    def _metrics(self, environ: Mapping[str, Any]) -> Response:
        query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=1000)
        selection = Selection(frozenset(query.get("collect[]", ())), frozenset(query.get("target", ())))
        if unknown := sorted((selection.kinds - KINDS.keys()) | (selection.targets - self._scrape.targets)):
            return Response(f"unknown: {', '.join(unknown)}\n".encode("utf-8", "replace"), "400 Bad Request")
        seconds = budget(environ.get("HTTP_X_PROMETHEUS_SCRAPE_TIMEOUT_SECONDS"))
        return Response(self._scrape.page(seconds, selection), type=CONTENT_TYPE)


class _Server(wsgi.Server):
    """Cheroot, bounded, with its complaints in our log."""

    max_request_header_size = 16 * 1024
    max_request_body_size = 1024

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:  # noqa: FBT001, FBT002  # the parent's signature
        """Log what cheroot has to say."""
        LOGGER.log(level, "http server", exc_info=traceback, extra={"fields": {"detail": msg}})


def bound(application: Application, host: str, port: int) -> wsgi.Server:
    """A server that listens; raises `EnvironmentFailure` if the address is taken or not ours."""
    server = _Server(
        (host, port), application, numthreads=_THREADS, request_queue_size=_WAITING, timeout=10, shutdown_timeout=2,
        server_name=f"watchspec/{__version__}",
    )  # fmt: skip
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


def _zipped(response: Response, accepted: str) -> Response:
    if "gzip" not in accepted or len(response.body) < 1024:
        return response
    packer = zlib.compressobj(1, wbits=31)
    body = packer.compress(response.body) + packer.flush()
    return Response(body, response.status, response.type, (*response.headers, ("Content-Encoding", "gzip")))


def _front(targets: Iterable[str]) -> bytes:
    names: Sequence[str] = sorted(targets)
    items = "".join(f"<li>{escape(name)}</li>" for name in names)
    links = "".join(f'<li><a href="{path}">{path}</a></li>' for path in ("/metrics", "/-/healthy", "/-/ready"))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Watchspec</title>'
        f"<h1>Watchspec {__version__}</h1><ul>{links}</ul><h2>Targets</h2><ul>{items}</ul></html>\n"
    ).encode()
