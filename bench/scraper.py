"""Scrapes as Prometheus makes them: a kept connection, gzip, the timeout in a header."""

import time
import zlib
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final, Self

TIMEOUT_SECONDS: Final = 10.0
"""Prometheus's default scrape timeout."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One scrape: a page, or several, asked for one after the other."""

    seconds: float
    bodies: tuple[bytes, ...]
    """As sent, mostly gzip."""

    def text(self) -> str:
        """The pages."""
        return "".join(map(_unpacked, self.bodies))


class Scraper:
    """A client of one exporter."""

    def __init__(self, port: int, *paths: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._paths = paths
        self._port = port
        self._headers = {"Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": f"{timeout:g}"}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)

    def scrape(self) -> Answer:
        """All pages; raises `OSError`, and `ConnectionError` for a status other than 200."""
        started = time.perf_counter()
        bodies = tuple(map(self._page, self._paths))
        return Answer(time.perf_counter() - started, bodies)

    def _page(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise ConnectionError(f"port {self._port}: {path} answered {response.status}: {body[:200]!r}")
        return body

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _unpacked(body: bytes) -> str:
    return (zlib.decompress(body, wbits=31) if body.startswith(b"\x1f\x8b") else body).decode()
