"""Prometheus with a generated configuration, and stores that its samples are sent to."""

import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
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
    running = configured(folder, "prometheus", port or free_port(), *flags)
    running.start()
    try:
        yield f"http://127.0.0.1:{running.port}"
    finally:
        running.stop()


def configured(folder: Path, name: str, port: int, *flags: str) -> Running:
    """A Prometheus with the configuration `name` of what was written to `folder`; it keeps its data when it dies."""
    command = [
        program("prometheus"), f"--config.file={folder}/prometheus/{name}.yml",
        f"--storage.tsdb.path={folder}/data-{name}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        *flags,
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}/-/ready"
    return Running(port, command, folder / f"{name}.log", lambda: _answers(url))


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


class Page:
    """What an exporter would publish, served from `with` on; lines may be added any time."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = "".join(f"{line}\n" for line in page.lines).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
