"""The compose stack on a real engine: a copy of the tree, with a project, a network and ports of its own."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen
from uuid import uuid4

import pytest
import yaml

from tests.support.containers import engine_has
from tests.support.need import lacking
from watchspec.stack.machine import free_port
from watchspec.stack.plan import COMPOSE_FILE

CORE: Final = ("prometheus", "alertmanager", "exporter")
"""What is started of the stack's own; there may be no image of Grafana."""
DEMO: Final = ("redis", "postgres", "demo", "mailbox")
BASE: Final = "python:3.11-slim"
"""What our own images are built upon."""
PATIENCE_SECONDS: Final = 60
_OVERRIDE: Final = "override.yml"
_START_SECONDS: Final = 300
_BUILD_SECONDS: Final = 900


@dataclass(frozen=True)
class Project:
    """One project of Compose; nothing of it collides with another's, or with a stack that somebody runs."""

    folder: Path
    name: str
    ports: Mapping[str, int]
    """Of this machine, by service."""
    files: Sequence[str]
    """Compose files in `folder`."""
    variables: Mapping[str, str] = field(default_factory=dict)

    def compose(self, *words: str, seconds: float = _START_SECONDS) -> str:
        """Run a command of `docker compose`; its output."""
        files = [f"--file={file}" for file in self.files]
        command = ["docker", "compose", f"--project-name={self.name}", *files, *words]
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **self.variables}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=seconds,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}\n{self.logs(words)}"
        return done.stdout

    def logs(self, words: Sequence[str]) -> str:
        """The last lines of every part, for who reads why `up` failed."""
        return self.compose("logs", "--no-color", "--tail=20") if "up" in words else ""

    def image(self, what: str) -> str:
        """The image of `exporter` or `demo` that was built for this project."""
        return _built(self.name, f"watchspec-{what}")

    def up(self, *services: str) -> None:
        """Start them and wait until all of them are healthy; nothing is pulled."""
        self.compose("--profile", "*", "up", "-d", "--wait", "--pull", "never", *services)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What `docker inspect` says of every container, by service."""
        return {found["Config"]["Labels"]["com.docker.compose.service"]: found for found in self._inspected()}

    def _inspected(self) -> list[dict[str, Any]]:
        identities = self.compose("--profile", "*", "ps", "--all", "--quiet").split()
        return inspect("container", *identities) if identities else []

    def get(self, service: str, path: str) -> str:
        """The body of a page of a part."""
        with urlopen(f"http://127.0.0.1:{self.ports[service]}{path}", timeout=10) as answer:
            body: bytes = answer.read()
        return body.decode()

    def prometheus(self, path: str) -> Any:  # noqa: ANN401  # JSON
        """The data of an answer of its API."""
        return json.loads(self.get("prometheus", f"/api/v1/{path}"))["data"]

    def query(self, expression: str) -> dict[str, float]:
        """A query's samples by target, as Prometheus has them now."""
        rows = self.prometheus(f"query?query={quote(expression)}")["result"]
        return {row["metric"].get("target", ""): float(row["value"][1]) for row in rows}


def inspect(what: str, *names: str) -> list[dict[str, Any]]:
    """What `docker WHAT inspect` says of each."""
    done = subprocess.run(["docker", what, "inspect", *names], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def until(fact: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Poll for a fact; what cannot be asked yet is not so yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if fact():
                return
        except OSError:  # the part has not begun to listen
            pass
        assert time.monotonic() < deadline, f"not after {seconds} s: {what}"
        time.sleep(0.5)


def need(root: Path, *services: str) -> None:
    """Skip the test unless an engine has, or can pull, the images of these services; fail where it was given them."""
    named = yaml.safe_load((root / COMPOSE_FILE).read_text())["services"]
    for image in (BASE, *(named[name]["image"] for name in services if "build" not in named[name])):
        if not engine_has(image):
            reason = f"no Docker engine here has, or can pull, {image}"
            if os.environ.get("DOCKER_STANDIN") == "1":
                lacking(reason)
            pytest.skip(reason)


def fresh(root: Path, folder: Path) -> None:
    """Write what a fresh clone of the tree, as it is now, would have; no secret and nothing that was built is in it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)


@contextmanager
def project(folder: Path, *more: str, variables: Mapping[str, str] | None = None) -> Iterator[Project]:
    """The stack in `folder`, and of `more` compose files there, with its images built; nothing is left afterwards."""
    name = f"watchspec-test-{uuid4().hex[:8]}"
    given = {"WATCHSPEC_NETWORK": f"{name}-targets", **(variables or {})}
    services = configured(folder, COMPOSE_FILE, *more)
    found = Project(folder, name, _override(folder, name, services), (COMPOSE_FILE, *more, _OVERRIDE), given)
    try:
        found.compose("--profile", "*", "build", seconds=_BUILD_SECONDS)
        yield found
    finally:
        found.compose("--profile", "*", "down", "--volumes", "--timeout", "5")
        built = {_built(name, settings["image"]) for settings in services.values() if "build" in settings}
        subprocess.run(["docker", "image", "rm", *built], capture_output=True, check=False)


def configured(folder: Path, *files: str) -> dict[str, Any]:
    """The services of compose files in `folder`, as Compose reads them together."""
    words = ["docker", "compose", *(f"--file={file}" for file in files), "--profile=*", "config", "--format=json"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True, timeout=_START_SECONDS)
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return services


def _override(folder: Path, name: str, services: Mapping[str, Any]) -> dict[str, int]:
    """Write the file that moves ports and images out of everybody's way; the ports by service."""
    ports = {service: free_port() for service, settings in services.items() if "ports" in settings}
    lines = ["services:"]
    for service, settings in services.items():
        moved = [f"    image: {_built(name, settings['image'])}"] if "build" in settings else []
        if service in ports:
            inner = settings["ports"][0]["target"]
            moved.append(f'    ports: !override ["127.0.0.1:{ports[service]}:{inner}"]')
        lines += [f"  {service}:", *moved] if moved else []
    (folder / _OVERRIDE).write_text("\n".join(lines) + "\n")
    return ports


def _built(name: str, image: str) -> str:
    return f"{image}:{name}"
