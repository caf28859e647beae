"""Command lines of Docker Compose for the stack."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec
from watchspec.stack.plan import COMPOSE_FILE

UP: Final = ("up", "-d", "--wait", "--wait-timeout", "300")
DEMO: Final = ("redis", "postgres", "demo", "mailbox")
SECRETS: Final = ("run", "--rm", "--no-deps", "-T", "secrets")
"""The container that hands out the secrets, once more."""
PAIR: Final = ("prometheus/prometheus-2.yml", "docker-compose.replicas.yml")
"""What `replicas: 2` generates, and the file that runs it."""


def command(folder: Path, *words: str, demo: bool) -> list[str]:
    """A `docker compose` command line for the stack in `folder`, with a pair of each if one is generated there."""
    files = [COMPOSE_FILE, *([PAIR[1]] if _paired(folder) else [])]
    profile = ["--profile", "demo"] if demo else []
    return ["docker", "compose", *(word for file in files for word in ("-f", str(folder / file))), *profile, *words]


def _paired(folder: Path) -> bool:
    return all((folder / part).exists() for part in PAIR)


def variables(spec: Spec, spec_file: Path) -> dict[str, str]:
    """What the compose file takes from the spec, which containers read from `spec_file`."""
    kept = spec.prometheus
    return {
        "WATCHSPEC_SPEC": str(spec_file),
        "WATCHSPEC_RETENTION": str(kept.retention),
        "WATCHSPEC_SECURE": str(spec.secure).lower(),
        "WATCHSPEC_RETENTION_SIZE": str(kept.retention_size or "0B"),
    }


def take_down(folder: Path, stderr: TextIO) -> None:
    """Remove the containers; the data in the volumes stays."""
    run(command(folder, "down", demo=True), {}, stderr)


def run(words: Sequence[str], variables: Mapping[str, str], stderr: TextIO) -> None:
    """Run a command of `command`; its progress goes to `stderr`, raise `EnvironmentFailure` if it fails."""
    process = subprocess.Popen(
        words, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    last = ""
    with process:
        for line in process.stdout or ():
            last = line.strip() or last
            stderr.write(line)
    if process.returncode != 0:
        raise EnvironmentFailure(f"docker compose failed: {last}; without Docker: watchspec up --native")
