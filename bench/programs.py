"""The exporters that this one replaces: where they are found, how they are started, what of them is scraped."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.addresses import Addresses
from watchspec.errors import EnvironmentFailure


@dataclass(frozen=True, slots=True)
class Program:
    """One exporter with its own defaults, as Debian packages it."""

    name: str
    """In the contract; Debian's package and program are called `debian`."""
    paths: Callable[[Addresses], tuple[str, ...]]
    """Pages that together show all it publishes of what is watched; the first one is the one whose cost counts."""
    arguments: Callable[[Addresses], list[str]] = lambda _: []
    environment: Callable[[Addresses], Mapping[str, str]] = lambda _: {}

    @property
    def debian(self) -> str:
        """Debian's name of package and program."""
        return f"prometheus-{self.name.replace('_', '-')}"


def _modules(addresses: Addresses) -> list[str]:
    path = addresses.folder / "blackbox.yml"
    tls = f"tls_config: {{ca_file: {addresses.authority}}}"
    path.write_text(
        "modules:\n"
        "  http: {prober: http, http: {preferred_ip_protocol: ip4}}\n"
        f"  https: {{prober: http, http: {{preferred_ip_protocol: ip4, {tls}}}}}\n"
        "  tcp: {prober: tcp}\n"
    )
    return [f"--config.file={path}"]


PROGRAMS: Final = (
    Program(
        "node_exporter",
        lambda _: ("/metrics",),
        lambda addresses: [f"--collector.textfile.directory={addresses.textfiles}"],
    ),
    Program(
        "redis_exporter",
        lambda addresses: (
            "/metrics",
            f"/scrape?target=redis://{addresses.replica}",
            f"/scrape?target=redis://{addresses.node}",
        ),
        lambda addresses: [f"--redis.addr=redis://{addresses.redis}"],
    ),
    Program(
        "postgres_exporter",
        lambda _: ("/metrics",),
        environment=lambda addresses: {"DATA_SOURCE_NAME": f"{addresses.postgres}?sslmode=disable"},
    ),
    Program(
        "blackbox_exporter",
        lambda addresses: (
            f"/probe?module=http&target={addresses.service}",
            f"/probe?module=https&target={addresses.secure}",
            f"/probe?module=tcp&target={addresses.redis}",
            "/metrics",
        ),
        _modules,
    ),
)  # fmt: skip


def command(program: Program, binary: str, addresses: Addresses, port: int) -> list[str]:
    """The command that serves on that port of the loopback interface."""
    return [binary, f"--web.listen-address=127.0.0.1:{port}", *program.arguments(addresses)]


def found(folder: Path | None) -> dict[str, str]:
    """Name → binary, from `folder` or PATH; raises `EnvironmentFailure` that says what is missing and how to get it."""
    place = None if folder is None else str(folder)
    binaries = {program: shutil.which(program.debian, path=place) for program in PROGRAMS}
    if missing := [program.debian for program, binary in binaries.items() if binary is None]:
        raise EnvironmentFailure(
            f"not {f'in {place}' if place else 'on PATH'}: {', '.join(missing)}; on Debian and Ubuntu: "
            f"apt-get install {' '.join(missing)}; if they lie elsewhere, name the folder with --exporters"
        )
    return {program.name: binary for program, binary in binaries.items() if binary is not None}


def version(binary: str) -> str:
    """The program's version in its own words; "unknown" if it does not say."""
    asked = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    words = (asked.stdout + asked.stderr).replace(",", " ").split()
    return next((word.removeprefix("v=") for word in words if word.removeprefix("v=")[0].isdigit()), "unknown")
