"""Prometheus with a generated configuration, and stores that its samples are sent to."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from generator.files import write
from generator.layout import Files
from tests.support.need import program
from tests.support.servers import Running, free_port


@contextmanager
def prometheus(files: Files, folder: Path, *flags: str, port: int | None = None) -> Iterator[str]:
    """One with that configuration and those rules below `folder`; its address."""
    write(files, folder)
    listening = port or free_port()
    command = [
        program("prometheus"), f"--config.file={folder}/prometheus/prometheus.yml",
        f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{listening}", "--log.level=warn", *flags,
    ]  # fmt: skip
    with serving(listening, command, folder / "prometheus.log", "/-/ready") as url:
        yield url


@contextmanager
def victoria_metrics(folder: Path) -> Iterator[str]:
    """A VictoriaMetrics that answers queries about the last second; its address."""
    folder.mkdir()
    port = free_port()
    command = [
        rare("victoria-metrics"), f"-storageDataPath={folder}/data", f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=1s",
    ]  # fmt: skip
    with serving(port, command, folder / "victoria-metrics.log", "/health") as url:
        yield url


@contextmanager
def serving(port: int, command: Sequence[str], log: Path, path: str) -> Iterator[str]:
    """A program that listens on `port`, from when it answers at `path`; its address."""
    url = f"http://127.0.0.1:{port}"
    running = Running(port, command, log, lambda: _answers(url + path))
    running.start()
    try:
        yield url
    finally:
        running.stop()


def rare(name: str) -> str:
    """Path of a program that no usual machine has, CI's neither; without it the test is skipped."""
    return shutil.which(name) or pytest.skip(f"{name} is not on this machine; Debian's package victoria-metrics has it")


def ask(url: str, expr: str) -> list[dict[str, Any]]:
    """The answer of this moment."""
    answer = fetch(f"{url}/api/v1/query?{urlencode({'query': expr})}")
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


def number(url: str, expr: str) -> float:
    """The only value; 0 where there is none."""
    rows = ask(url, expr)
    return float(rows[0]["value"][1]) if rows else 0


def fetch(url: str) -> Any:  # noqa: ANN401  # any JSON
    """What stands there."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310  # loopback
        return json.load(answer)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310  # loopback
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
