"""A real `watchspec serve` for tests: its pages, how long they took, and what it holds open."""

import contextlib
import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.servers import accepts, free_port, wait_until

TIMEOUT = 3.0
"""Seconds that a scrape of these tests may take, as Prometheus would say."""


@dataclass(frozen=True)
class Page:
    """What one scrape brought."""

    status: int
    text: str
    seconds: float
    values: Mapping[str, float] = field(repr=False)
    """Series → value."""

    def up(self, kind: str, target: str) -> float:
        """What the page says of a target."""
        return self.values[f'watchspec_scrape_success{{kind="{kind}",target="{target}"}}']

    def reasons(self, target: str) -> set[str]:
        """Every reason for which the target has failed since the exporter started."""
        pattern = re.compile(rf'watchspec_scrape_errors_total{{.*target="{re.escape(target)}".*reason="(\w+)"}}')
        return {found[1] for series in self.values if (found := pattern.fullmatch(series))}

    def of(self, target: str) -> set[str]:
        """The series of a target."""
        return {series for series in self.values if f'target="{target}"' in series and "errors_total" not in series}

    def names(self, prefix: str) -> set[str]:
        """Names of families that begin so."""
        return {series.partition("{")[0] for series in self.values if series.startswith(prefix)}


@dataclass(frozen=True)
class Footprint:
    """What a process holds open."""

    threads: int
    files: int
    sockets: int

    def within(self, other: "Footprint") -> bool:
        """Whether nothing is more than in the other."""
        return self.threads <= other.threads and self.files <= other.files and self.sockets <= other.sockets


@dataclass
class Serving:
    """A running exporter."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        """Status and body; the connection is closed afterwards."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Connection": "close", **given})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def page(self, query: str = "", seconds: float = TIMEOUT) -> Page:
        """Scrape as Prometheus does with that timeout."""
        started = time.monotonic()
        status, body = self.get(f"/metrics{query}", X_Prometheus_Scrape_Timeout_Seconds=str(seconds))
        took, text = time.monotonic() - started, body.decode()
        lines = [line for line in text.splitlines() if line and line[0] != "#"] if status == 200 else []
        return Page(status, text, took, {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines})

    def footprint(self) -> Footprint:
        """Its threads and open files now."""
        folder = Path("/proc", str(self.process.pid))
        links = []
        for file in (folder / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                links.append(str(file.readlink()))
        sockets = sum(link.startswith("socket:") for link in links)
        return Footprint(len(list((folder / "task").iterdir())), len(links) - sockets, sockets)

    def settled(self, before: Footprint) -> None:
        """Wait until it holds no more than before."""
        wait_until(lambda: self.footprint().within(before), f"{before}; it holds {self.footprint()}", 20)

    def lines(self, message: str) -> list[str]:
        """Lines of its log with this message."""
        shown = f'"{message}"' if " " in message else message
        return [line for line in self.log.read_text().splitlines() if f" msg={shown}" in line]


@contextmanager
def serving(spec: Path, *options: str, python: Sequence[str] = ()) -> Iterator[Serving]:
    """`watchspec serve` of the spec, on a free port, its log beside the spec; `python` are options of Python's own."""
    port, log = free_port(), spec.with_suffix(".log")
    command = [sys.executable, *python, "-m", "exporter", str(spec), "--listen", f"127.0.0.1:{port}", *options]
    with log.open("wb") as stream, subprocess.Popen(command, stderr=stream) as process:
        try:
            wait_until(lambda: accepts(port) or process.poll() is not None, "the exporter to listen")
            assert process.poll() is None, log.read_text()
            yield Serving(process, port, log)
        finally:
            process.kill()


def quiet(exporter: Serving) -> tuple[Page, Footprint]:
    """A page while all is well, and what the exporter holds when it has settled after it."""
    exporter.page()
    page = exporter.page()
    last: list[Footprint] = []

    def stands_still() -> bool:
        last.append(exporter.footprint())
        return len(last) > 5 and len(set(last[-5:])) == 1

    wait_until(stands_still, "the exporter to settle")
    return page, last[-1]
