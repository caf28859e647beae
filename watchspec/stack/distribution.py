"""Installing servers from Debian or Ubuntu, without leaving their own services running or enabled."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from watchspec.errors import EnvironmentFailure
from watchspec.stack.machine import is_root, postgres_programs

PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "redis-server": ("redis-server",),
    "postgresql": (),
    "prometheus": ("prometheus", "promtool"),
    "prometheus-alertmanager": ("prometheus-alertmanager", "amtool"),
    "chromium": ("chromium",),
    "chromium-driver": ("chromedriver",),
    "nodejs": ("node",),
    "npm": ("npm",),
}
"""Package → programs on PATH that it brings; Debian's Postgres lies beside PATH."""
APART: Final = (frozenset({"chromium", "chromium-driver"}), frozenset({"nodejs", "npm"}))
"""Installed apart from the servers: Ubuntu has a browser under other names, and a Node.js that is not the
distribution's keeps its npm out."""
_POLICY: Final = Path("/usr/sbin/policy-rc.d")
_PATIENCE_SECONDS: Final = 600


def lacking() -> list[str]:
    """The packages of `PACKAGES` whose programs this machine does not have."""
    found = {name: all(shutil.which(program) for program in programs) for name, programs in PACKAGES.items()}
    found["postgresql"] = postgres_programs() is not None
    return [name for name, there in found.items() if not there]


def install(packages: Sequence[str], policy: Path = _POLICY) -> None:
    """Install `packages`; raise `EnvironmentFailure` with apt's own complaint.

    While it runs, `policy` forbids packages to start their services; where a machine has one already, that one decides.
    """
    with _services_forbidden(policy):
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", *packages)
    _disable(packages)


def _disable(services: Sequence[str]) -> None:
    """Keep services, named like their packages, from starting at the next boot, whichever init the machine has."""
    for name in services:
        for command in (
            ("systemctl", "disable", "--now", name),
            ("deb-systemd-helper", "disable", f"{name}.service"),  # where systemd is not installed (yet)
            ("update-rc.d", name, "disable"),
        ):
            if shutil.which(command[0]):
                subprocess.run(command, capture_output=True, check=False)


@contextmanager
def _services_forbidden(policy: Path) -> Iterator[None]:
    if policy.exists():
        yield
        return
    try:
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")  # 101: action forbidden by policy
        policy.chmod(0o755)
    except OSError as error:
        raise EnvironmentFailure(f"{policy}: cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)


def _apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    command = ("apt-get", "-q", *arguments)
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            check=False, timeout=_PATIENCE_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailure(f"{' '.join(command)}: {error}") from None
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().split("\n")[-1]
        raise EnvironmentFailure(f"{' '.join(command)}: {last}")


def main(*, may_install: bool) -> int:
    """Install what is lacking, or name it, before the tests. Never fails: a test says itself what it misses."""
    packages = lacking()
    if not packages:
        return 0
    if not (may_install and is_root() and shutil.which("apt-get")):
        print(f"not found, tests that need them are skipped: {' '.join(packages)}", file=sys.stderr)
        return 0
    for group in (PACKAGES.keys() - frozenset().union(*APART), *APART):
        if wanted := [name for name in packages if name in group]:
            _install_for_tests(wanted)
    return 0


def _install_for_tests(packages: Sequence[str]) -> None:
    print(f"installing from the distribution, without starting services: {' '.join(packages)}", file=sys.stderr)
    try:
        install(packages)
    except EnvironmentFailure as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(may_install=not os.environ.get("NO_INSTALL")))
