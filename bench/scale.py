"""What grows with the number of targets: scrape time, series, and the disk that 30 days take."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import crowd, exporters, many, stage, table
from bench.addresses import Addresses
from bench.page import series
from bench.part import Result, result
from bench.scraper import Scraper
from generator.render import render
from generator.used import kept
from tests.support.driving_redis import traffic
from tests.support.need import program
from watchspec.load import load

_COUNTS: Final = (10, 100, 1_000)
_ROUNDS: Final = 3
"""Scrapes that are measured of each; the middle counts."""
_TIMEOUT_SECONDS: Final = 60.0
_PAGES: Final = 240
"""Scrapes whose samples are stored: an hour of them, two chunks a series."""
_INTERVAL: Final = 15
"""Seconds between two scrapes, as they are stored; they are taken as fast as they come."""
_MONTH: Final = 30 * 86_400
_BLOCKS: Final = 10
"""How many a month becomes: Prometheus compacts to a tenth of the retention, and each block has an index."""
_BLOCK_SECONDS: Final = 7_200
_KEEPS: Final = ("all", "used")

Lines = Sequence[Sequence[str]]
"""Samples of each scrape, as their page has them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What blocks of Prometheus take."""

    sample: float
    """Bytes of a sample."""
    index: float
    """Bytes of a series in each block's index."""

    def month(self, count: int) -> float:
        """Bytes of so many series in 30 days."""
        return count * (self.sample * _MONTH / _INTERVAL + self.index * _BLOCKS)


def run(folder: Path, _binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Scrape more and more targets, then store an hour of one of each kind, whole and as `keep: used` leaves it."""
    head = ("targets", "scrape", "series", "page")
    with many.redis_servers(folder, 1) as servers, crowd.served(1) as port:
        address = f"http://127.0.0.1:{port}/"
        rows = [_scraped(folder, f"{count:,} Redis", many.section(servers, count)) for count in _COUNTS]
        rows += [_scraped(folder, f"{count:,} probed services", _services(address, count)) for count in _COUNTS]
        rows += [_scraped(folder, "1,000 Redis, of two exporters", *[many.section(servers, 500)] * 2)]
    pages, patterns = _recorded(folder / "stage")
    lines = {"all": pages, "used": [list(matching(page, patterns)) for page in pages]}
    found = {keep: stored(folder / keep, lines[keep]) for keep in _KEEPS}
    return result("Size", [table.markdown(head, rows), _bytes(found), _months(lines, found)], [])


def _scraped(folder: Path, name: str, *sections: str) -> tuple[str, ...]:
    """An exporter for each section, all scraped at the same moment; the slowest counts."""
    with ExitStack() as opened:
        scrapers = []
        for number, section in enumerate(sections):
            place = folder / f"{name} {number}".replace(" ", "-")
            place.mkdir()
            own = opened.enter_context(exporters.ours(exporters.spec([section]), place))
            scrapers.append(opened.enter_context(Scraper(own.port, *own.paths, timeout=_TIMEOUT_SECONDS)))
        pool = opened.enter_context(ThreadPoolExecutor(len(scrapers)))
        rounds = [list(pool.map(Scraper.scrape, scrapers)) for _ in range(1 + _ROUNDS)][1:]  # the first connects
    pages = [answer.text() for answer in rounds[-1]]
    seconds = median(max(answer.seconds for answer in answers) for answers in rounds)
    count = sum(1 for page in pages for _ in series(page))
    return name, table.milliseconds(seconds), f"{count:,}", f"{sum(map(len, pages)) / 1e6:.1f} MB"


def _services(address: str, count: int) -> str:
    return "\n".join(("services:", *(f'  - {{name: shop-{index}, url: "{address}"}}' for index in range(count))))


def _recorded(folder: Path) -> tuple[Lines, Sequence[str]]:
    """Every scrape of one target of each kind at work and of a service's own page; and the names that are read."""
    folder.mkdir()
    with ExitStack() as opened:
        addresses = opened.enter_context(stage.stage(folder))
        opened.enter_context(traffic(int(addresses.redis.rpartition(":")[2])).running())
        own = opened.enter_context(exporters.ours(exporters.spec(_everything(addresses)), folder))
        port = int(addresses.service.rstrip("/").rpartition(":")[2])
        mine = opened.enter_context(Scraper(own.port, *own.paths))
        shops = opened.enter_context(Scraper(port, "/metrics"))
        visits = opened.enter_context(Scraper(port, "/"))
        found = []
        for _ in range(_PAGES):
            visits.scrape()
            found.append([*_samples(mine.scrape().text()), *labelled(_samples(shops.scrape().text()), "shop")])
            time.sleep(0.1)
    return found, kept(render(load(folder / "monitoring.yml").spec))


def _everything(addresses: Addresses) -> Iterator[str]:
    *others, _ = exporters.of_everything(addresses)
    yield from others
    yield (
        f'services: [{{name: shop, url: "{addresses.service}", metrics: /metrics, '
        "instrumentation: {requests: http_requests_total, duration: http_request_duration_seconds, status: status}}]"
    )


def _samples(page: str) -> Iterator[str]:
    return (line for line in page.splitlines() if line and not line.startswith("#"))


def labelled(lines: Iterable[str], target: str) -> Iterator[str]:
    """As Prometheus labels a service's own page."""
    for line in lines:
        name, brace, rest = line.partition("{")
        if brace:
            yield f'{name}{{target="{target}",{rest}'
        else:
            bare, _, value = line.partition(" ")
            yield f'{bare}{{target="{target}"}} {value}'


def matching(lines: Iterable[str], patterns: Sequence[str]) -> Iterator[str]:
    """Those of metrics that are read."""
    read = re.compile("|".join(patterns))
    return (line for line in lines if read.fullmatch(re.split(r"[{ ]", line, maxsplit=1)[0]))


def stored(folder: Path, pages: Lines) -> Stored:
    """The blocks that promtool makes of them, as Prometheus would."""
    folder.mkdir()
    start = int(time.time()) // _BLOCK_SECONDS * _BLOCK_SECONDS - _BLOCK_SECONDS
    text = folder / "samples"
    with text.open("w") as file:
        for place, page in enumerate(pages):
            file.writelines(f"{line} {start + place * _INTERVAL}\n" for line in page)
        file.write("# EOF\n")
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "blocks")]
    subprocess.run(command, check=True, capture_output=True)
    sizes: Counter[str] = Counter()
    for path in (folder / "blocks").rglob("*"):
        if path.is_file():
            sizes["chunks" if path.parent.name == "chunks" else path.name] += path.stat().st_size
    return Stored(sizes["chunks"] / sum(map(len, pages)), sizes["index"] / len(pages[-1]))


def _bytes(stored: Mapping[str, Stored]) -> str:
    rows = [(f"`keep: {keep}`", f"{one.sample:.2f}", f"{one.index:.0f}") for keep, one in stored.items()]
    return table.markdown(("on disk", "bytes a sample", "bytes a series in each block's index"), rows)


def _months(lines: Mapping[str, Lines], stored: Mapping[str, Stored]) -> str:
    """By what it is watched: series, and megabytes of 30 days."""
    counts = {keep: Counter(map(whose, lines[keep][-1])) for keep in _KEEPS}
    names = [*counts["all"], "together"]
    rows = []
    for name in names:
        series_of = {keep: counts[keep][name] or (counts[keep].total() if name == "together" else 0) for keep in _KEEPS}
        months = [f"{stored[keep].month(series_of[keep]) / 1e6:.0f} MB" for keep in _KEEPS]
        rows.append((name, *(f"{series_of[keep]:,}" for keep in _KEEPS), *months))
    head = ("one of each", "series, all", "series, used", "30 days, all", "30 days, used")
    return table.markdown(head, rows)


def whose(line: str) -> str:
    """What of the measured targets it tells of."""
    found = re.search(r'[{,]target="([^"]*)"', line)
    known = {"cache": "Redis", "main-db": "Postgres", "shop": "service, its own page too"}
    return known.get(found[1], "host") if found else _of_exporter(line)


def _of_exporter(line: str) -> str:
    return "host" if line.startswith("node_") else "the exporter itself"
