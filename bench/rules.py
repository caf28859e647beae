"""What the rules of 1,000 services cost Prometheus, beside one rule for each target."""

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import crowd, exporters, generate, specs, table
from bench.limits import Limit
from bench.page import series
from bench.part import Result, result
from bench.scraper import Scraper
from tests.support.need import program
from tests.support.servers import free_port, wait_until

_SERVICES: Final = 1_000
_ROUNDS: Final = 4
"""Evaluations that are measured; the middle counts."""
_FILLED: Final = 4
"""Evaluations before, in which the ranges fill: 20 scrapes are what a range of 5 minutes holds in the field."""
_SCRAPE_SECONDS: Final = 3
_EVALUATION_SECONDS: Final = 15
_PATIENCE: Final = 600.0
_CONFIG: Final = """
global: {{scrape_interval: {scrape}s, evaluation_interval: {evaluation}s}}
rule_files: [{rules}/*.yml]
scrape_configs: [{{job_name: crowd, honor_labels: true, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
"""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What Prometheus says of its rules."""

    rules: int
    size: int
    """Bytes of the files."""
    seconds: float
    """Sum over all groups that are evaluated in every round; the middle of several rounds."""
    cpu: float
    """Seconds of CPU in each second, scrapes too."""
    resident: int
    """Bytes at the end."""


def run(folder: Path, _binaries: Mapping[str, str], _scrapes: int) -> Result:
    """Let Prometheus evaluate both, one after the other, on the same series."""
    found = {
        f"a rule for each of {specs.SETTINGS} settings": _evaluated(folder / "settings", specs.TEAMS),
        "a rule for each target": _evaluated(folder / "targets", _SERVICES),
    }
    ours, theirs = found.values()
    head = ("1,000 services", "rules", "size", "evaluation of all", "of its interval", "CPU", "resident")
    rows = [(name, *_row(one)) for name, one in found.items()]
    share = ours.seconds / theirs.seconds
    limit = Limit("evaluation, of that of one rule for each target", f"{share:.2f}", "1.00", share <= 1)
    return result(
        f"Evaluation of the rules: {version()}, the middle of {_ROUNDS} rounds", [table.markdown(head, rows)], [limit]
    )


def version() -> str:
    """Prometheus and its version."""
    said = subprocess.run([program("prometheus"), "--version"], capture_output=True, text=True, check=True)
    _, _, number = (said.stdout + said.stderr).split()[:3]
    return f"Prometheus {number.rstrip(',')}"


def _evaluated(folder: Path, teams: int) -> Evaluation:
    folder.mkdir()
    spec = folder / "monitoring.yml"
    spec.write_text(specs.services(_SERVICES, teams))
    generate.generated(spec, folder / "out")
    rules = folder / "out" / "rules"
    with crowd.served(_SERVICES) as source:
        config = _CONFIG.format(scrape=_SCRAPE_SECONDS, evaluation=_EVALUATION_SECONDS, rules=rules, port=source)
        (folder / "prometheus.yml").write_text(config)
        port = free_port()
        command = [
            program("prometheus"), f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
        ]  # fmt: skip
        with exporters.process(command, port, folder / "prometheus.log"), Scraper(port, "/metrics") as scraper:
            return _watched(scraper, sum(path.stat().st_size for path in rules.glob("*.yml")))


def _watched(scraper: Scraper, size: int) -> Evaluation:
    first, *pages = (_rounds(scraper, _FILLED + number) for number in range(_ROUNDS + 1))
    last = pages[-1]
    spent = last.sum("process_cpu_seconds_total") - first.sum("process_cpu_seconds_total")
    return Evaluation(
        rules=int(last.sum("prometheus_rule_group_rules")),
        size=size,
        seconds=median(page.evaluation() for page in pages),
        cpu=spent / (last.at - first.at),
        resident=int(last.sum("process_resident_memory_bytes")),
    )


class Page:
    """What Prometheus publishes of itself at one moment."""

    def __init__(self, text: str) -> None:
        """Read a page of its metrics."""
        self.at = time.monotonic()
        self._series = list(series(text))

    def sum(self, name: str) -> float:
        """Over all series of that name."""
        return sum(one.value for one in self._series if one.name == name)

    def rounds(self) -> float:
        """How often every group was evaluated."""
        return min(self._by_group("prometheus_rule_group_iterations_total").values(), default=0)

    def evaluation(self) -> float:
        """Seconds that the last round took, summed over the groups."""
        return sum(self._by_group("prometheus_rule_group_last_duration_seconds").values())

    def _by_group(self, name: str) -> Mapping[str, float]:
        """The series of groups that are evaluated in every round; slow ones may not have been evaluated at all."""
        found = {one.labels["rule_group"]: one.value for one in self._series if one.name == name}
        usual = {
            one.labels["rule_group"]
            for one in self._series
            if one.name == "prometheus_rule_group_interval_seconds" and one.value == _EVALUATION_SECONDS
        }
        return {group: value for group, value in found.items() if group in usual}


def _page(scraper: Scraper) -> Page:
    return Page(scraper.scrape().text())


def _rounds(scraper: Scraper, count: int) -> Page:
    """Wait until every group was evaluated so often."""
    wait_until(lambda: _page(scraper).rounds() >= count, f"{count} evaluations", _PATIENCE)
    return _page(scraper)


def _row(one: Evaluation) -> tuple[str, ...]:
    share = f"{one.seconds / _EVALUATION_SECONDS:.0%}"
    return (
        f"{one.rules:,}", f"{one.size / 1e6:.1f} MB", table.milliseconds(one.seconds), share, f"{one.cpu:.0%}",
        table.megabytes(one.resident),
    )  # fmt: skip
