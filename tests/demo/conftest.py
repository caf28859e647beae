"""The demo's programs, really started."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

Start = Callable[..., None]


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that gives a port of loopback nobody listens on."""

    def find() -> int:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            return int(listener.getsockname()[1])

    return find


@pytest.fixture
def start(root: Path) -> Iterator[Start]:
    """A function that starts a script of `demo/` and returns once it says that it is ready."""
    running: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: object) -> None:
        command = [sys.executable, str(root / "demo" / script), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")

    yield run
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def ask() -> Callable[..., tuple[int, Any]]:
    """A function that sends a request (a POST with `data`) and returns status and body, JSON as a value."""

    def send(url: str, data: bytes | None = None) -> tuple[int, Any]:
        try:
            with urlopen(url, data, timeout=10) as answer:  # noqa: S310  # our own http address
                status, kind, body = answer.status, answer.headers["Content-Type"], answer.read()
        except HTTPError as error:
            with error:
                status, kind, body = error.code, error.headers["Content-Type"], error.read()
        return status, json.loads(body) if kind == "application/json" else body.decode()

    return send
