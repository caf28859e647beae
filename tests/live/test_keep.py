"""`keep: used` beside `keep: all` on one stack: every query of rules and dashboards reads the same series.

Where every selector of a query has the same series in both, so has the query the same result.
"""

import json
import re
import time
from pathlib import Path
from typing import Final

import pytest
import yaml

from generator.layout import Files, Layout
from generator.render import render
from tests.generator.test_used import asked_by
from tests.live.conftest import Live
from tests.support.expressions import selectors
from tests.support.scraping import ask, number, prometheus
from tests.support.servers import wait_until
from watchspec.load import load

PATIENCE: Final = 120.0
AGREED: Final = 15.0
"""Seconds until both must have answered alike once."""
LEAST: Final = 300
"""So many selectors there are, and so many of them find something."""
PACE: Final = "5s"
"""Between two scrapes: a page that is late, and so without series, would make both alike."""
COUNTED: Final = 'count({__name__=~".+"})'
LEAST_UP: Final = "min(count_over_time(up[1h])) * (count(up) == bool 4)"


def test_every_query_reads_the_same_series(live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the exporter, a service, Prometheus and Alertmanager; and there are far fewer of them."""
    files = {keep: rendered(live, keep, tmp_path / keep) for keep in ("all", "used")}
    every = {selector for expr in asked_by(files["all"]) for selector in selectors(expr)}
    # A record is a query itself, whose selectors are among these; each Prometheus makes it at minutes of its own.
    wanted = sorted(selector for selector in every if ":" not in selector.partition("{")[0])
    assert len(wanted) > LEAST
    with prometheus(files["all"], tmp_path / "all") as everything, prometheus(files["used"], tmp_path / "used") as used:
        for url in (everything, used):
            wait_until(lambda url=url: number(url, LEAST_UP) >= 3, "three scrapes of each page", PATIENCE)  # type: ignore[misc]
        unequal = [selector for selector in wanted if not equal(selector, everything, used)]
        before, after = number(everything, COUNTED), number(used, COUNTED)
        found = sum(1 for selector in wanted if series(used, selector))
    with capsys.disabled():
        print(
            f"\nkeep: {len(wanted)} selectors, {found} with series; {before:.0f} series with all, {after:.0f} with used"
        )
    assert unequal == []
    assert found > LEAST
    assert 0 < after < before / 2


def rendered(live: Live, keep: str, folder: Path) -> Files:
    """What another Prometheus beside the running stack is told, with `keep`; it scrapes the same four pages."""
    config = yaml.safe_load((live.folder / ".watchspec/config/prometheus/prometheus.yml").read_text())
    at = {job["job_name"]: job["static_configs"][0]["targets"][0] for job in config["scrape_configs"]}
    folder.mkdir()
    spec = folder / "monitoring.yml"
    text = (live.folder / "monitoring.yml").read_text()
    spec.write_text(re.sub("prometheus: {.*}", f"prometheus: {{keep: {keep}, scrape_interval: {PACE}}}", text))
    rules = str(folder / "rules" / "*.yml")
    files, env = str(live.folder), str(live.folder)
    return render(load(spec).spec, Layout(at["watchspec"], at["prometheus"], at["alertmanager"], rules, files, env))


def equal(selector: str, *urls: str) -> bool:
    """Whether they soon have the same series at one moment, and some if there were any: they come and go."""
    known = not selector.startswith("ALERTS") and bool(ask(urls[0], f"last_over_time({selector}[10m])"))
    deadline = time.monotonic() + AGREED
    while time.monotonic() < deadline:
        first, second = (series(url, selector) for url in urls)
        if first == second and (first or not known):
            return True
    return False


def series(url: str, selector: str) -> set[str]:
    """The labels of what `selector` picks now."""
    return {json.dumps(row["metric"], sort_keys=True) for row in ask(url, selector)}
