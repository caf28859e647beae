"""Scrapes as Prometheus makes them: a kept connection, gzip, the timeout in a header."""

import time
import zlib
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final, Self

TIMEOUT_SECONDS: Final = 10
"""Prometheus's default scrape timeout."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One scrape."""

    seconds: float
    body: bytes
    """As sent: mostly gzip."""
    packed: bool

    def text(self) -> str:
        """The page."""
        return (zlib.decompress(self.body, wbits=31) if self.packed else self.body).decode()


class Scraper:
    """A client of one exporter."""

    def __init__(self, port: int, path: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._path = path
        self._timeout = timeout
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)

    def scrape(self) -> Answer:
        """One page; raises `OSError`, and `ConnectionError` for a status other than 200."""
        headers = {"Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": f"{self._timeout:g}"}
        started = time.perf_counter()
        self._connection.request("GET", self._path, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        seconds = time.perf_counter() - started
        if response.status != 200:
            raise ConnectionError(f"{self._path} answered {response.status}: {body[:200]!r}")
        return Answer(seconds, body, response.getheader("Content-Encoding") == "gzip")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
