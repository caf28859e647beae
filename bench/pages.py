"""What is published on one stage: by this exporter, and by the four."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench import alike, exporters
from bench.addresses import Addresses
from bench.exporters import Exporter
from bench.page import Shape, shapes
from bench.stage import busy, stage


def ours(folder: Path, text: str | None = None) -> dict[str, Shape]:
    """This exporter's families on a stage of its own, with a spec of everything or of that text."""
    with stage(folder) as addresses, busy(addresses):
        return of_spec(addresses, text)


def both(folder: Path, binaries: Mapping[str, str]) -> tuple[dict[str, Shape], dict[str, dict[str, Shape]]]:
    """This exporter's families, and those of each of the four, on the same stage."""
    with stage(folder) as addresses, busy(addresses), exporters.theirs(binaries, addresses) as four:
        return of_spec(addresses), {one.name: alike.joined(map(shapes, _texts(one))) for one in four}


def of_spec(addresses: Addresses, text: str | None = None) -> dict[str, Shape]:
    """This exporter's families."""
    with exporters.ours(text or exporters.spec(_sections(addresses)), addresses.folder) as exporter:
        return alike.joined(map(shapes, _texts(exporter)))


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
    yield "hosts: [{name: here}]"
    yield f"redis: [{redis}]"
    yield f'postgres: [{{name: main-db, url: "{addresses.postgres}"}}]'
    yield "services:"
    yield f'  - {{name: shop, url: "{addresses.service}"}}'
    yield f'  - {{name: secure, url: "{addresses.secure}", tls: {{ca: "{addresses.authority}"}}}}'
    yield f'  - {{name: port, url: "tcp://{addresses.redis}"}}'
