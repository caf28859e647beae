"""The exporters as running processes."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.addresses import Addresses
from bench.programs import PROGRAMS, command
from bench.scraper import Scraper
from tests.support.servers import accepts, free_port, wait_until
from watchspec.errors import EnvironmentFailure

OURS: Final = "watchspec"
Start = AbstractContextManager["Exporter"]
"""An exporter that runs from when the context is entered until it is left."""
_ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Exporter:
    """One that runs."""

    name: str
    pid: int
    port: int
    paths: tuple[str, ...] = ("/metrics",)
    """Its pages; the first one is what a scrape costs."""

    def scraper(self, *paths: str) -> Scraper:
        """A client of these pages; of the first one, if none is named."""
        return Scraper(self.port, *(paths or self.paths[:1]))


@contextmanager
def theirs(binaries: Mapping[str, str], addresses: Addresses) -> Iterator[list[Exporter]]:
    """The four, watching these addresses."""
    with ExitStack() as stack:
        running = []
        for program in PROGRAMS:
            port, log = free_port(), addresses.folder / f"{program.name}.log"
            started = command(program, binaries[program.name], addresses, port)
            pid = stack.enter_context(process(started, port, log, program.environment(addresses)))
            running.append(Exporter(program.name, pid, port, program.paths(addresses)))
        yield running


@contextmanager
def ours(spec: str, folder: Path) -> Iterator[Exporter]:
    """This exporter, with a spec of that text."""
    path, port = folder / "monitoring.yml", free_port()
    path.write_text(spec)
    started = [sys.executable, "-m", "exporter", str(path), f"--listen=127.0.0.1:{port}"]
    with process(started, port, folder / "watchspec.log") as pid:
        yield Exporter(OURS, pid, port)


def spec(lines: Iterable[str]) -> str:
    """A whole spec around sections of targets."""
    return "\n".join((*lines, _DELIVERY))


def of_everything(addresses: Addresses) -> Iterator[str]:
    """Sections of a spec that watches what the four watch in the measured run: one target of each kind."""
    yield "hosts: [{name: here}]"
    yield f'redis: [{{name: cache, url: "redis://{addresses.redis}"}}]'
    yield f'postgres: [{{name: main-db, url: "{addresses.postgres}"}}]'
    yield f'services: [{{name: shop, url: "{addresses.service}"}}]'


_DELIVERY: Final = """
version: 1
name: bench
smtp: {host: "127.0.0.1:25", from: bench@example.com}
channels: {ops: {email: ops@example.com}}
severities: {critical: {notify: ops}, warning: {notify: ops}, info: {notify: ops}}
"""


@contextmanager
def process(
    started: Sequence[str], port: int, log: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[int]:
    """Run a command until the end, from when it listens; its process ID."""
    with log.open("ab") as output:
        child = subprocess.Popen(started, stdout=output, stderr=output, cwd=_ROOT, env={**os.environ, **environment})
    try:
        wait_until(lambda: child.poll() is not None or accepts(port), f"{started[0]}; see {log}")
        if child.poll() is not None:
            raise EnvironmentFailure(f"{' '.join(started)} ended at once:\n{log.read_text()}")
        yield child.pid
    finally:
        child.terminate()
        child.wait(timeout=15)
