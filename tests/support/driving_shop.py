"""Customers of the demo's shop, and what it says of them."""

from collections.abc import Iterator
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.live.conftest import fetch
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


def answered(shop: str, status: str = "", handler: str = "") -> float:
    """How many requests it has answered by its own page, with a status and on a route that begin so."""
    return sum(
        sample.value
        for sample in _samples(shop)
        if sample.name == "http_requests_total"
        and sample.labels["status"].startswith(status)
        and sample.labels["handler"].startswith(handler)
    )


def _samples(shop: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(fetch(f"{shop}/metrics")):
        yield from family.samples
