"""Many scrapes of several exporters in turn, and what they cost."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from typing import Final

from bench import process
from bench.exporters import Exporter
from bench.page import series
from bench.scraper import Answer, Scraper

WARM_UP: Final = 20
"""Scrapes before anything is measured: connections are made, caches and heaps have found their size."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one exporter cost."""

    name: str
    cpu: float
    """Seconds of CPU for one scrape."""
    p50: float
    """Seconds until the page was there, in the middle."""
    p99: float
    """Seconds within which 99 % of the pages were there."""
    resident: int
    """Bytes, after the last scrape."""
    proportional: int | None
    """Bytes, each shared page divided by its users."""
    series: int
    size: int
    """Bytes of the page."""
    packed: int
    """Bytes of the page as it was sent."""


def measure(exporters: Sequence[Exporter], scrapes: int, *, whole: bool = False) -> list[Cost]:
    """Scrape each one so many times, in turn, so that a noisy moment of the machine is everybody's.

    A scrape is the first of an exporter's pages, or all of them if `whole`.
    """
    with ExitStack() as stack:
        scrapers = [stack.enter_context(one.scraper(*(one.paths if whole else ()))) for one in exporters]
        for _ in range(WARM_UP):
            _round(scrapers)
        before = [process.cpu_seconds(exporter.pid) for exporter in exporters]
        rounds = [[answer.seconds for answer in _round(scrapers)] for _ in range(scrapes)]
        spent = [process.cpu_seconds(exporter.pid) - start for exporter, start in zip(exporters, before, strict=True)]
        times = map(sorted, zip(*rounds, strict=True))
        return [
            _cost(exporter, seconds / scrapes, column, answer)
            for exporter, seconds, column, answer in zip(exporters, spent, times, _round(scrapers), strict=True)
        ]


def percentile(ordered: Sequence[float], share: float) -> float:
    """The least of the values that so much of them does not exceed (nearest rank)."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _round(scrapers: Sequence[Scraper]) -> list[Answer]:
    return [scraper.scrape() for scraper in scrapers]


def _cost(exporter: Exporter, cpu: float, times: Sequence[float], last: Answer) -> Cost:
    text = last.text()
    return Cost(
        exporter.name, cpu, percentile(times, 0.5), percentile(times, 0.99),
        process.resident_bytes(exporter.pid), process.proportional_bytes(exporter.pid),
        sum(1 for _ in series(text)), len(text.encode()), sum(map(len, last.bodies)),
    )  # fmt: skip
