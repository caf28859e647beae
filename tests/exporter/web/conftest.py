"""A running exporter whose targets do what the test says."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from exporter.deadline import Deadline
from exporter.families import Families, Family, render
from exporter.reasons import ScrapeError
from exporter.scrape import Scraper
from exporter.server import Server, bound
from exporter.status import Board
from exporter.web.application import Application, Reload
from exporter.web.config import OPEN, Web
from exporter.web.site import Site


@dataclass
class Target:
    """A collector that says what it is told to."""

    kind: str
    target: str
    labels: str = ""
    error: ScrapeError | None = None
    samples: dict[str, float] = field(default_factory=dict)
    """Name of a gauge, or name and labels, → value."""
    entered: threading.Event = field(default_factory=threading.Event)
    go: threading.Event | None = None
    """What it waits for, if it waits."""
    count: int = 0

    def collect(self, deadline: Deadline) -> Iterable[Family]:
        """Its samples."""
        self.count += 1
        self.entered.set()
        if self.go is not None:
            self.go.wait(deadline.left())
        if self.error is not None:
            raise self.error
        return self._families()

    def down(self) -> Iterable[Family]:
        """One sample."""
        out = Families(render(target=self.target))
        out.gauge(f"{self.kind}_up", "Up.", 0)
        return out

    def abort(self) -> None:
        """Stop waiting."""
        if self.go is not None:
            self.go.set()

    def close(self) -> None:
        """Nothing is open."""

    def _families(self) -> Iterable[Family]:
        out = Families(render(target=self.target))
        for series, value in self.samples.items():
            name, _, labels = series.rstrip("}").partition("{")
            out.gauge(name, "A figure.", value, labels)
        return out


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Running(NamedTuple):
    """A server at work."""

    server: Server
    application: Application
    board: Board

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.bind_addr[1])

    def ask(self, path: str, method: str = "GET", context: ssl.SSLContext | None = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        with closing(self.connection(context)) as connection:
            connection.request(method, path, headers={key.replace("_", "-"): text for key, text in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def connection(self, context: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
        """A new connection."""
        if context is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        return http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)


Serve = Callable[..., Running]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server of these targets."""
    with ExitStack() as stack:

        def start(
            *targets: Target,
            web: Web = OPEN,
            reload: Reload | None = None,
            scrapes: int = 4,
            **site: Any,  # noqa: ANN401
        ) -> Running:
            board = Board()
            scraper = Scraper(targets, board.observe, scrapes)
            stack.callback(scraper.close)
            application = Application(Site(scraper, board, **site), web, reload)
            server = bound(application, "127.0.0.1", 0, web)
            server.expiration_interval = 0.02  # a server that stops is waited for so long
            thread = threading.Thread(target=server.serve)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.stop)
            return Running(server, application, board)

        yield start


@pytest.fixture
def target() -> type[Target]:
    """Make a target."""
    return Target
