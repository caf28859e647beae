"""What `watchspec generate` costs as a whole process: of the bundled spec, of 1,000 services and of 10,000."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import limits, process, table
from bench.limits import Limit
from bench.part import Result, result
from watchspec.errors import EnvironmentFailure

_ROOT: Final = Path(__file__).resolve().parent.parent
_BUNDLED_SECONDS: Final = 0.5
_THOUSAND_SECONDS: Final = 3.0
_THOUSAND_BYTES: Final = 300_000_000
_TEN_TIMES: Final = 11.0
"""How much longer ten times the services may take."""
_LOOK_SECONDS: Final = 0.05
_HEAD: Final = """
version: 1
name: bench
hosts: [{name: web-1}]
postgres: [{name: main-db, url: "postgresql://watchspec@postgres:5432/app"}]
smtp: {host: "mail:25", from: bench@example.com}
channels: {ops: {email: ops@example.com}}
severities: {critical: {notify: ops}, warning: {notify: ops}, info: {notify: ops}}
services:
"""
_TEAMS: Final = ("platform", "data", "web", "payments")


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process."""

    seconds: float
    resident: int
    """The most bytes it had in RAM."""


def run(folder: Path, _binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Measure the three, each several times; the middle counts."""
    _generate(_ROOT / "monitoring.yml", folder / "warm-up")
    bundled = _middle([_generate(_ROOT / "monitoring.yml", folder / f"bundled-{turn}") for turn in range(7)])
    runs = {"the bundled spec": bundled}
    for count, turns in ((1_000, 3), (10_000, 1)):
        path = folder / f"{count}.yml"
        path.write_text(services(count))
        runs[f"{count:,} services"] = _middle([_generate(path, folder / f"{count}-{turn}") for turn in range(turns)])
    rows = [(name, f"{one.seconds:.2f} s", table.megabytes(one.resident)) for name, one in runs.items()]
    _, thousand, ten_thousand = runs.values()
    kept = _limits(bundled, thousand, ten_thousand)
    return result("`watchspec generate`", [table.markdown(("spec", "time", "most memory"), rows)], kept)


def services(count: int) -> str:
    """A spec of so many services of four teams, each with metrics and an SLO."""
    lines = (
        f'  - {{name: service-{index}, url: "http://service-{index}:8000", health: /health, metrics: /metrics, '
        f"instrumentation: fastapi, team: {_TEAMS[index % len(_TEAMS)]}, depends_on: [main-db], "
        f"slo: {{availability: 99.9%}}}}\n"
        for index in range(count)
    )
    return _HEAD.lstrip() + "".join(lines)


def _limits(bundled: Run, thousand: Run, ten_thousand: Run) -> list[Limit]:
    memory = thousand.resident
    return [
        limits.at_most("time of the bundled spec", bundled.seconds, _BUNDLED_SECONDS, "s"),
        limits.at_most("time of 1,000 services", thousand.seconds, _THOUSAND_SECONDS, "s"),
        limits.at_most("memory of 1,000 services", memory / 1e6, _THOUSAND_BYTES / 1e6, "MB"),
        limits.at_most(
            "10,000 over 1,000 services, time", ten_thousand.seconds / thousand.seconds, _TEN_TIMES, "times"
        ),
    ]


def _generate(spec: Path, out: Path) -> Run:
    command = [sys.executable, "-m", "generator", str(spec), "-o", str(out)]
    log = out.with_suffix(".log")
    started = time.perf_counter()
    # As on a user's machine, where modules are compiled once and kept.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=_ROOT, stdout=output, stderr=output, env=environment) as child,
    ):
        most = _most_memory(child.pid)
        seconds = time.perf_counter() - started
    if child.returncode:
        raise EnvironmentFailure(f"{' '.join(command)}: {log.read_text()}")
    return Run(seconds, most)


def _most_memory(pid: int) -> int:
    """Watch a process until it ends. Not `ru_maxrss`, which begins with what the parent had."""
    most, over = 0, os.pidfd_open(pid)
    while not select.select([over], [], [], _LOOK_SECONDS)[0]:
        most = max(most, process.most_resident_bytes(pid))
    os.close(over)
    return most


def _middle(runs: list[Run]) -> Run:
    return Run(median(one.seconds for one in runs), int(median(one.resident for one in runs)))
