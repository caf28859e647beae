"""Customers of the demo's shop, and what it says of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPException
from typing import Final, Self
from urllib.error import HTTPError

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.live.conftest import demo, fetch
from tests.support.traffic import Traffic

_PAUSE: Final = 0.25


def traffic(shop: str) -> Traffic:
    """Requests to a page that it does not have; nobody else asks for one."""

    def turn(_: int) -> None:
        try:
            fetch(f"{shop}/nowhere")
        except HTTPError as error:
            error.close()
            if error.code != 404:
                raise

    return Traffic(turn, _PAUSE, (OSError, HTTPException))


class Shop:
    """The demo's service, which can be stopped and started again."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._flags = ("service.py", "--port", str(port))
        self._running = ExitStack()
        self._before = 0.0
        """What was answered before its last stop: its own counters begin anew."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._running.enter_context(demo(*self._flags))

    def stop(self) -> None:
        """End it."""
        self._before = self.answered()
        self._running.close()

    def answered(self, status: str = "", handler: str = "") -> float:
        """How many requests it has answered by its own page, with a status and on a route that begin so.

        What it answered before its last stop is there only where all is asked for.
        """
        found = sum(
            sample.value
            for sample in self._samples()
            if sample.name == "http_requests_total"
            and sample.labels["status"].startswith(status)
            and sample.labels["handler"].startswith(handler)
        )
        return found if status or handler else found + self._before

    def _samples(self) -> Iterator[Sample]:
        for family in text_string_to_metric_families(fetch(f"{self.url}/metrics")):
            yield from family.samples
