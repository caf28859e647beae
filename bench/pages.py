"""What is published on one stage: by this exporter, and by the four."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import alike, exporters
from bench.addresses import Addresses
from bench.exporters import Exporter
from bench.page import Shape, shapes
from bench.stage import busy, stage

TARGETS: Final[Mapping[str, tuple[str | None, ...]]] = {
    "node_exporter": (None,), "redis_exporter": ("cache", "replica", "node"), "postgres_exporter": ("main-db",),
    "blackbox_exporter": ("shop", "secure", "port", None),
}  # fmt: skip
"""What each page of the four is about: the name of our target; `None` where series have no label for it."""


@dataclass(frozen=True, slots=True)
class Both:
    """Pages of the same servers at almost the same time."""

    before: Mapping[str, tuple[str, ...]]
    """Pages of each of the four, in the order of `TARGETS`."""
    ours: str
    after: Mapping[str, tuple[str, ...]]
    """The four's again."""
    again: str
    """Ours again."""

    def theirs(self) -> dict[str, dict[str, Shape]]:
        """The families of each of the four that are about what is watched."""
        return {name: alike.of_targets(families(texts)) for name, texts in self.after.items()}


def ours(folder: Path) -> str:
    """This exporter's page of a whole stage."""
    with stage(folder) as addresses, busy(addresses), _ours(addresses) as exporter:
        return "".join(_texts(exporter))


def both(folder: Path, binaries: Mapping[str, str]) -> Both:
    """The pages of the four and of this exporter, in turn."""
    with (
        stage(folder) as addresses,
        busy(addresses),
        exporters.theirs(binaries, addresses) as four,
        _ours(addresses) as exporter,
    ):
        scraped = [(_theirs(four), "".join(_texts(exporter))) for _ in range(2)]
    (before, page), (after, again) = scraped
    return Both(before, page, after, again)


def _theirs(four: Iterable[Exporter]) -> dict[str, tuple[str, ...]]:
    return {one.name: tuple(_texts(one)) for one in four}


def families(texts: Iterable[str]) -> dict[str, Shape]:
    """All families of several pages."""
    return alike.joined(map(shapes, texts))


def _ours(addresses: Addresses) -> exporters.Start:
    return exporters.ours(exporters.spec(_sections(addresses)), addresses.folder)


def _texts(exporter: Exporter) -> Iterator[str]:
    """Each page's text, of the second scrape: some families come only then."""
    for path in exporter.paths:
        with exporter.scraper(path) as scraper:
            scraper.scrape()
            yield scraper.scrape().text()


def _sections(addresses: Addresses) -> Iterator[str]:
    """One target of every kind that there is on the stage."""
    names = {"cache": addresses.redis, "replica": addresses.replica, "node": addresses.node}
    redis = ", ".join(f'{{name: {name}, url: "redis://{address}"}}' for name, address in names.items())
    yield f'hosts: [{{name: here, textfiles: "{addresses.textfiles}"}}]'
    yield f"redis: [{redis}]"
    yield f'postgres: [{{name: main-db, url: "{addresses.postgres}"}}]'
    yield "services:"
    yield f'  - {{name: shop, url: "{addresses.service}"}}'
    yield f'  - {{name: secure, url: "{addresses.secure}", tls: {{ca: "{addresses.authority}"}}}}'
    yield f'  - {{name: port, url: "tcp://{addresses.redis}"}}'
