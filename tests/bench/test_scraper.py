"""Scrapes as Prometheus makes them."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.scraper import Scraper


class _Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the timeout that was asked for; /broken is broken."""
        body = f"timeout {self.headers['X-Prometheus-Scrape-Timeout-Seconds']}\n".encode()
        if self.headers["Accept-Encoding"] == "gzip" and self.path == "/packed":
            body = gzip.compress(body)
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """A server's port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_pages_are_read_packed_or_not_and_know_the_timeout(port: int) -> None:
    """Several pages make one scrape."""
    with Scraper(port, "/packed", "/plain", timeout=3) as scraper:
        answer = scraper.scrape()

    assert answer.text() == "timeout 3\ntimeout 3\n"
    assert answer.bodies[0] != answer.bodies[1]
    assert answer.seconds > 0


def test_a_page_that_fails_is_no_scrape(port: int) -> None:
    """A quick error must not pass for a quick page."""
    with (
        Scraper(port, "/broken") as scraper,
        pytest.raises(ConnectionError, match=f"port {port}: /broken answered 500"),
    ):
        scraper.scrape()
