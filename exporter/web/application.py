"""The WSGI application: which page answers which request."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs

from exporter.deadline import Deadline, budget
from exporter.log import LOGGER
from exporter.redact import redact
from exporter.scrape import TooManyScrapesError
from exporter.selection import Selection, SelectionError
from exporter.status import Status
from exporter.text import CONTENT_TYPE
from exporter.web import origin
from exporter.web.config import OPEN, Web
from exporter.web.gate import Gate
from exporter.web.health import health
from exporter.web.page import page
from exporter.web.response import SECURITY, Response, text, zipped
from exporter.web.site import Site
from watchspec.errors import SecretUnreadable

Environ = Mapping[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Reload = Callable[[], str | None]
"""Takes a changed spec and web configuration; what is wrong with them, or `None`."""

STALE_SECONDS: Final = 90.0
"""What was not scraped for so long is looked at before a page tells of it: longer than most scrape intervals."""
_LOOK_SECONDS: Final = 3.0
_HEARTBEAT: Final = "/heartbeat/"
_QUERY_FIELDS: Final = 1000
_BUSY: Final = "503 Service Unavailable"


class Application:
    """Answers requests; `site` and `web` may be replaced while it does."""

    def __init__(self, site: Site, web: Web = OPEN, reload: Reload | None = None) -> None:
        self.site = site
        self._reload = reload
        self.use(web)

    def use(self, web: Web) -> None:
        """Have this web configuration from now on."""
        self._web, self._gate = web, Gate(web.users)

    def reload(self) -> str | None:
        """Take what changed; what is wrong with it, or `None`."""
        return self._reload() if self._reload else "this exporter has nothing to load again"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = zipped(self._answered(environ), environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = {**SECURITY, **dict(response.headers), **self._web.headers}
        headers |= {"Content-Type": response.type, "Content-Length": str(len(response.body))}
        if response.status.startswith("204"):
            del headers["Content-Type"], headers["Content-Length"]
        start_response(response.status, list(headers.items()))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]

    def _answered(self, environ: Environ) -> Response:
        path = environ.get("PATH_INFO", "/")
        try:
            if path.startswith(_HEARTBEAT):  # has a token of its own
                return self._heartbeat(path.removeprefix(_HEARTBEAT), environ)
            if not self._gate.admits(environ.get("HTTP_AUTHORIZATION", "")):
                challenge = ("WWW-Authenticate", 'Basic realm="watchspec", charset="UTF-8"')
                return text("Unauthorized", "401 Unauthorized", challenge)
            return self._page(path, environ)
        except SelectionError as error:
            return text(redact(str(error)), "400 Bad Request")
        except TooManyScrapesError as error:
            return text(str(error), _BUSY, ("Retry-After", "1"))
        except Exception as error:  # noqa: BLE001  # a bug costs one answer, and says nothing to the client
            LOGGER.error("unexpected", exc_info=error, extra={"fields": {"path": redact(path)}})
            return text("Internal error; the exporter's log says more", "500 Internal Server Error")

    def _page(self, path: str, environ: Environ) -> Response:
        if path == "/-/reload":
            return _only(("POST", "PUT"), environ) or self._reloaded(environ)
        pages: dict[str, Callable[[Environ], Response]] = {
            "/": self._front,
            "/metrics": self._metrics,
            "/health": self._health,
            "/-/healthy": lambda _: text("The exporter runs."),
            "/-/ready": lambda _: text("The exporter is ready."),
        }
        if path not in pages:
            return text("There is nothing here; see / and /metrics", "404 Not Found")
        return _only(("GET", "HEAD"), environ) or pages[path](environ)

    def _metrics(self, environ: Environ) -> Response:
        seconds = budget(environ.get("HTTP_X_PROMETHEUS_SCRAPE_TIMEOUT_SECONDS"))
        return Response(self.site.scraper.page(self._selection(environ), Deadline.after(seconds)), type=CONTENT_TYPE)

    def _health(self, environ: Environ) -> Response:
        return health(self._statuses(self._selection(environ)))

    def _front(self, environ: Environ) -> Response:
        statuses = self._statuses(self._selection(environ))
        site = self.site
        return page(site.name, statuses, now=time.time(), links=site.links, warning=redact(site.warning()))

    def _reloaded(self, environ: Environ) -> Response:
        if not (self._gate.asks or self._web.asks_certificate or origin.is_local(environ)):
            why = "Only from this machine, unless a web configuration file asks clients who they are"
            return text(why, "403 Forbidden")
        if origin.is_foreign(environ):
            return text("Not from a page of another site", "403 Forbidden")
        problem = self.reload()
        if problem is None:
            return text("The spec was loaded again.")
        return Response(f"{problem}\n".encode("utf-8", "replace"), "500 Internal Server Error")

    def _heartbeat(self, job: str, environ: Environ) -> Response:
        if (refused := _only(("POST", "PUT"), environ)) is not None:
            return refused
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        given = _utf8(token.strip()) if scheme.lower() == "bearer" else ""
        beats = self.site.beats
        try:
            known = beats is not None and beats.beat(_utf8(job).replace("%2F", "/"), given)
        except (SecretUnreadable, OSError) as error:
            LOGGER.error("heartbeat lost", extra={"fields": {"job": redact(job), "detail": redact(str(error))}})
            return text("The heartbeat could not be noted; the exporter's log says why", _BUSY, ("Retry-After", "10"))
        if known:
            return Response(status="204 No Content")
        return text("Unauthorized", "401 Unauthorized", ("WWW-Authenticate", 'Bearer realm="heartbeat"'))

    def _selection(self, environ: Environ) -> Selection:
        try:
            query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=_QUERY_FIELDS)
        except ValueError:
            raise SelectionError(f"more than {_QUERY_FIELDS} parameters") from None
        collect, exclude = query.get("collect[]", ()), query.get("exclude[]", ())
        return self.site.scraper.select(collect, exclude, query.get("target", ()))

    def _statuses(self, selection: Selection) -> list[Status]:
        """What was last seen of what is selected; what nobody scraped lately is looked at first, for a short time."""
        site = self.site
        chosen = [one for one in site.scraper.collectors if selection.parts(one) is not None]
        stale = frozenset(one.target for one in site.board.stale(chosen, STALE_SECONDS))
        if stale:
            with suppress(TooManyScrapesError):  # then what is known must do
                site.scraper.page(Selection(targets=stale), Deadline.after(_LOOK_SECONDS))
        return site.board.of(chosen)


def _only(methods: tuple[str, ...], environ: Environ) -> Response | None:
    if environ["REQUEST_METHOD"] in methods:
        return None
    names = ", ".join(methods)
    return text(f"Only {names}", "405 Method Not Allowed", ("Allow", names))


def _utf8(part: str) -> str:
    """Part of a path or header, which WSGI hands over as Latin-1 (PEP 3333)."""
    return part.encode("latin-1").decode("utf-8", "surrogateescape")
