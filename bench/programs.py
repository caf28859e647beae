"""The exporters that this one replaces: where they are found and how they are started."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure


@dataclass(frozen=True, slots=True)
class Addresses:
    """What there is to watch."""

    redis: str
    """HOST:PORT"""
    postgres: str
    """A URL without a password."""
    service: str
    """A URL."""
    folder: Path
    """Where a file may be written."""


@dataclass(frozen=True, slots=True)
class Program:
    """One exporter with its own defaults, as Debian packages it; `name` is also the package's."""

    name: str
    arguments: Callable[[Addresses], list[str]] = lambda _: []
    environment: Callable[[Addresses], Mapping[str, str]] = lambda _: {}
    path: Callable[[Addresses], str] = field(default=lambda _: "/metrics")


def _blackbox_file(addresses: Addresses) -> list[str]:
    path = addresses.folder / "blackbox.yml"
    path.write_text("modules: {http_2xx: {prober: http, http: {preferred_ip_protocol: ip4}}}\n")
    return [f"--config.file={path}"]


PROGRAMS: Final = (
    Program("prometheus-node-exporter"),
    Program("prometheus-redis-exporter", lambda addresses: [f"--redis.addr=redis://{addresses.redis}"]),
    Program(
        "prometheus-postgres-exporter",
        environment=lambda addresses: {"DATA_SOURCE_NAME": f"{addresses.postgres}?sslmode=disable"},
    ),
    Program(
        "prometheus-blackbox-exporter",
        _blackbox_file,
        path=lambda addresses: f"/probe?module=http_2xx&target={addresses.service}",
    ),
)


def command(program: Program, binary: str, addresses: Addresses, port: int) -> list[str]:
    """The command that serves on that port of the loopback interface."""
    return [binary, f"--web.listen-address=127.0.0.1:{port}", *program.arguments(addresses)]


def found(folder: Path | None) -> dict[str, str]:
    """Program → binary, from `folder` or PATH; raises `EnvironmentFailure` that names what is missing."""
    place = None if folder is None else str(folder)
    binaries = {program.name: shutil.which(program.name, path=place) for program in PROGRAMS}
    if missing := [name for name, binary in binaries.items() if binary is None]:
        raise EnvironmentFailure(
            f"not found {'in ' + place if place else 'on PATH'}: {', '.join(missing)}; on Debian and Ubuntu: "
            f"apt-get install {' '.join(missing)}; or name their folder with --exporters"
        )
    return {name: binary for name, binary in binaries.items() if binary is not None}


def version(binary: str) -> str:
    """What the program says of its version."""
    asked = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, env=dict(os.environ))
    return next((word.strip(",") for word in (asked.stdout + asked.stderr).split() if word[0].isdigit()), "unknown")
