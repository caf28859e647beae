"""What `watchspec generate` costs as a whole process: of the bundled spec, and of 10 to 10,000 services."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

from bench import limits, process, specs, table
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
_RULE: Final = re.compile(r"^ +- (?:alert|record): ", re.MULTILINE)
_COUNTS: Final = {10: 3, 100: 3, 1_000: 3, 10_000: 1}
"""Numbers of services, and how often each is measured."""


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process."""

    seconds: float
    resident: int
    """The most bytes it had in RAM."""
    rules: int
    size: int
    """Bytes of the files of rules."""


def run(folder: Path, _binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Measure each several times; the middle counts."""
    generated(_ROOT / "monitoring.yml", folder / "warm-up")
    bundled = _middle([generated(_ROOT / "monitoring.yml", folder / f"bundled-{turn}") for turn in range(7)])
    runs: dict[int, Run] = {}
    for count, turns in _COUNTS.items():
        path = folder / f"{count}.yml"
        path.write_text(specs.services(count))
        runs[count] = _middle([generated(path, folder / f"{count}-{turn}") for turn in range(turns)])
    rows = [("the bundled spec", "-", *_row(bundled))]
    rows += [(f"{count:,} services", str(min(count, specs.SETTINGS)), *_row(one)) for count, one in runs.items()]
    head = ("spec", "settings", "time", "most memory", "rules", "their size")
    return result("`watchspec generate`", [table.markdown(head, rows)], _limits(bundled, runs))


def generated(spec: Path, out: Path) -> Run:
    """Write the outputs of `spec` into the new folder `out`, in a process of its own."""
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
    texts = [path.read_text() for path in (out / "rules").glob("*.yml")]
    rules = sum(len(_RULE.findall(text)) for text in texts)
    return Run(seconds, most, rules, sum(len(text.encode()) for text in texts))


def _limits(bundled: Run, runs: Mapping[int, Run]) -> list[Limit]:
    hundred, thousand, most = runs[100], runs[1_000], runs[10_000]
    memory = thousand.resident
    return [
        limits.at_most("time of the bundled spec", bundled.seconds, _BUNDLED_SECONDS, "s"),
        limits.at_most("time of 1,000 services", thousand.seconds, _THOUSAND_SECONDS, "s"),
        limits.at_most("memory of 1,000 services", memory / 1e6, _THOUSAND_BYTES / 1e6, "MB"),
        limits.at_most("10,000 over 1,000 services, time", most.seconds / thousand.seconds, _TEN_TIMES, "times"),
        limits.at_most("10,000 over 100 services, rules", most.rules / hundred.rules, 1, "times"),
    ]


def _row(one: Run) -> tuple[str, ...]:
    size = f"{one.size / 1000:,.0f} kB"
    return f"{one.seconds:.2f} s", table.megabytes(one.resident), f"{one.rules:,}", size


def _most_memory(pid: int) -> int:
    """Watch a process until it ends. Not `ru_maxrss`, which begins with what the parent had."""
    most, over = 0, os.pidfd_open(pid)
    while not select.select([over], [], [], _LOOK_SECONDS)[0]:
        most = max(most, process.most_resident_bytes(pid))
    os.close(over)
    return most


def _middle(runs: list[Run]) -> Run:
    seconds, resident = median(one.seconds for one in runs), int(median(one.resident for one in runs))
    return replace(runs[0], seconds=seconds, resident=resident)
