"""Other stores: samples arrive there as the spec says, and who evaluates the rules there tells of the same alerts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from generator.layout import Layout
from generator.render import render
from tests.support.scraping import ask, fetch, number, prometheus, rare, serving, victoria_metrics
from tests.support.servers import free_port, wait_until
from watchspec.load import load

PATIENCE: Final = 90.0
SPEC: Final = """
version: 1
name: far
labels: {{environment: test}}
hosts: [{{name: box}}]
alerts: {{ExporterDown: {{for: 0s}}}}
channels: {{ops: {{webhook: "http://127.0.0.1:9/"}}}}
severities: {{critical: {{notify: ops}}, warning: {{notify: ops}}, info: {{notify: ops}}}}
prometheus: {{scrape_interval: 1s, remote_write: [{{url: "{url}/api/v1/write"}}]}}
"""
EXPORTER: Final = 'up{job="watchspec", target="box", stack="far", environment="test"}'
"""As only who comes from elsewhere has it: with the labels of its stack."""


@contextmanager
def receiving(folder: Path) -> Iterator[str]:
    """A Prometheus that takes what others send."""
    config = {"prometheus/prometheus.yml": "global: {scrape_interval: 1h}\n"}
    with prometheus(config, folder, "--web.enable-remote-write-receiver") as url:
        yield url


Store = Callable[[Path], AbstractContextManager[str]]


@pytest.mark.parametrize("store", [receiving, victoria_metrics], ids=["prometheus", "victoria-metrics"])
def test_samples_arrive(tmp_path: Path, store: Store) -> None:
    """Those of the pages, those that Prometheus makes, and what the rules record and find."""
    with store(tmp_path / "store") as url, sending(url, tmp_path):
        for expr in (
            f"count({EXPORTER} == 0)",
            'count(prometheus_build_info{stack="far"})',
            'count(ALERTS{alertname="ExporterDown", alertstate="firing", stack="far"})',
        ):
            wait_until(lambda expr=expr: number(url, expr) == 1, expr, PATIENCE)  # type: ignore[misc]


def test_vmalert_tells_of_the_same_alerts(tmp_path: Path) -> None:
    """On what has arrived: their labels, severities and texts."""
    vmalert = rare("vmalert")
    with victoria_metrics(tmp_path / "store") as url, sending(url, tmp_path) as sender:
        wait_until(lambda: bool(ask(url, f"{EXPORTER} == 0")), "samples", PATIENCE)
        port = free_port()
        command = [
            vmalert, f"-rule={tmp_path}/sender/rules/*.yml", f"-datasource.url={url}", f"-remoteWrite.url={url}",
            "-notifier.blackhole", "-evaluationInterval=1s", f"-httpListenAddr=127.0.0.1:{port}",
        ]  # fmt: skip
        with serving(port, command, tmp_path / "vmalert.log", "/health") as other:
            wait_until(lambda: len(firing(sender)) > 1 and firing(sender) == firing(other), "the same", PATIENCE)
            assert [labels["alertname"] for labels, _ in firing(other)] == ["ExporterDown", "Watchdog"]


@contextmanager
def sending(url: str, folder: Path) -> Iterator[str]:
    """The Prometheus of a stack without an exporter, which sends all it has to `url`; its address."""
    spec = folder / "monitoring.yml"
    spec.write_text(SPEC.format(url=url))
    nobody, port = f"127.0.0.1:{free_port()}", free_port()
    rules = str(folder / "sender" / "rules" / "*.yml")
    layout = Layout(nobody, f"127.0.0.1:{port}", nobody, rules, str(folder), str(folder))
    with prometheus(render(load(spec).spec, layout), folder / "sender", port=port) as sender:
        yield sender


def firing(url: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Labels and texts of what fires; of stores the label of its group and the stack is left out."""
    alerts: list[dict[str, Any]] = fetch(f"{url}/api/v1/alerts")["data"]["alerts"]
    found = [(alert["labels"], alert["annotations"]) for alert in alerts if alert["state"] == "firing"]
    own = {"alertgroup", "stack", "environment"}
    plain = [({key: text for key, text in labels.items() if key not in own}, texts) for labels, texts in found]
    return sorted(plain, key=lambda one: one[0]["alertname"])
