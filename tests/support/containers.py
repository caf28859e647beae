"""Servers in containers, for a machine that lacks the programs but has a Docker engine.

Programs come first: they start in a fraction of the time, and a test can look at their files.
"""

import functools
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

REDIS: Final = "redis:7.4"
POSTGRES: Final = "postgres:17"


@functools.cache
def engine_has(image: str) -> bool:
    """Whether an engine answers and has `image`, or can pull it."""
    if shutil.which("docker") is None:
        return False
    attempts = (["docker", "image", "inspect", image], ["docker", "pull", "--quiet", image])
    return any(_ended_well(command) for command in attempts)


def _ended_well(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@dataclass
class Box:
    """One container, which keeps its port and its data when it is stopped and started again."""

    image: str
    port: int
    """On this machine."""
    inner_port: int
    folder: Path
    """Mounted at the same path, so that options may name files in it."""
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    _container: DockerContainer | None = None

    def start(self) -> None:
        """Start it; it may not answer yet."""
        if self._container is not None:
            self.ask("start")
            return
        testcontainers_config.ryuk_disabled = True  # the tests end what they start; a sidecar would have to be pulled
        self._container = (
            DockerContainer(self.image)
            .with_bind_ports(self.inner_port, self.port)
            .with_volume_mapping(self.folder, str(self.folder), "rw")
            .with_command(list(self.command))
            .with_envs(**self.environment)
        )
        self._container.start()

    def ask(self, verb: str) -> None:
        """`docker VERB` on it: stop, start, pause, unpause."""
        if self._container is not None:
            identity = str(self._container.get_wrapped_container().id)
            subprocess.run(["docker", verb, identity], check=False, capture_output=True)

    def remove(self) -> None:
        """End it for good."""
        if self._container is not None:
            self._container.stop(force=True)
