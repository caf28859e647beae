"""Two Alertmanagers that both hear of every alert: one message of each, whoever of them lives."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from generator.files import write
from generator.layout import Layout, Twins
from generator.render import render
from tests.support.alertmanagers import PEER_TIMEOUT_SECONDS, Delivering, delivering, kill
from tests.support.scraping import Page, configured, fetch
from tests.support.servers import Running, free_port, wait_until

SPEC: Final = """
version: 1
name: live
hosts: [{name: box}]
severities:
  critical: {notify: ops, wait: 1s, interval: 1s, repeat: 1h}
  again: {notify: again, wait: 1s, interval: 1s, repeat: 1s}
channels:
"""
PAIR: Final = SPEC.replace(
    "channels:",
    "prometheus: {replicas: 2, scrape_interval: 1s}\nrules:\n"
    + "".join(
        f"  - {{alert: Broken{part}, expr: 'broken{{part=\"{part}\"}} > 0', severity: critical, summary: broken}}\n"
        for part in range(5)
    )
    + "channels:",
)
"""Alerts that fire as soon as a page says so, evaluated by two Prometheis."""
pytestmark = pytest.mark.usefixtures("timed")  # its windows end while this runs


def test_two_alertmanagers_tell_of_each_alert_once_whoever_dies(tmp_path: Path) -> None:
    """With both, with either of them alone, and when a dead one is back that did not hear what was told meanwhile."""
    with delivering(tmp_path, SPEC, ("ops", "again"), peers=2) as run:
        wait_until(lambda: whole(run), "the cluster to form")
        run.fire("HostLoad", "box", "again")
        known = ("HostMemoryUsage", "HostInodes")
        fires(run, *known)
        outlasted(run)

        for place, news in enumerate(("HostDiskUsage", "HostDiskFilling")):
            kill(run.peers[place])
            fires(run, news)
            run.resolve(known[place], "box", "critical")
            run.inboxes["ops"].ended(alertname=known[place])
            outlasted(run)
            run.peers[place].start()
            wait_until(lambda: whole(run), "the cluster to be whole again")
        fires(run, "HostFilesystemReadOnly")
        outlasted(run)

        messages = run.inboxes["ops"].messages
        firing = sorted(alert["alertname"] for message in messages for alert in message.firing)
        assert firing == sorted([*known, "HostDiskUsage", "HostDiskFilling", "HostFilesystemReadOnly"])
        assert sorted(alert["alertname"] for message in messages for alert in message.resolved) == sorted(known)


def fires(run: Delivering, *alerts: str) -> None:
    """They fire, and are told."""
    began = run.prometheus.fire(*(run.alert(alert, "box", "critical") for alert in alerts))
    for alert in alerts:
        took = run.inboxes["ops"].told(alertname=alert).at - began
        print(f"{alert} told after {took:.1f} s")


def outlasted(run: Delivering) -> None:
    """Wait for a repeated message that comes later than the second one waits for the first, and its group's tick."""
    end = time.time() + PEER_TIMEOUT_SECONDS + 1
    again = run.inboxes["again"]
    wait_until(lambda: bool(again.messages) and again.messages[-1].at > end, "a repeated message")


def whole(run: Delivering) -> bool:
    """Whether each knows the other."""
    return all(len(client.status()["cluster"]["peers"]) == 2 for client in run.clients)


def test_a_pair_of_each_tells_of_each_alert_once_whoever_dies(tmp_path: Path) -> None:
    """Each Prometheus and each Alertmanager dies in turn; an alert that begins meanwhile is told, and none is twice."""
    with delivering(tmp_path, PAIR, ("ops", "again"), peers=2) as run, Page() as page, pair(run, page, tmp_path) as two:
        wait_until(lambda: whole(run) and all(map(knows_both, two)), "both to know both", 60)
        breaks(run, page, 0)
        for part, victim in enumerate((*two, *run.peers), 1):
            kill(victim)
            breaks(run, page, part)
            victim.start()
            wait_until(lambda: whole(run) and all(map(knows_both, two)), "all four to be back", 60)
        run.fire("HostLoad", "box", "again")
        outlasted(run)

        told = [alert["alertname"] for message in run.inboxes["ops"].messages for alert in message.firing]
        assert sorted(name for name in told if name.startswith("Broken")) == [f"Broken{part}" for part in range(5)]
        assert not run.inboxes["ops"].resolved(target="box")


@contextmanager
def pair(run: Delivering, page: Page, folder: Path) -> Iterator[tuple[Running, Running]]:
    """Two Prometheis as they are generated, which scrape `page` as the exporter's."""
    first, second = free_port(), free_port()
    managers = [f"127.0.0.1:{peer.port}" for peer in run.peers]
    rules = str(folder / "pair" / "rules" / "*.yml")
    twins = Twins(f"127.0.0.1:{second}", managers[1])
    layout = Layout(page.address, f"127.0.0.1:{first}", managers[0], rules, str(folder), str(folder), twins=twins)
    write(render(run.spec, layout), folder / "pair")
    two = configured(folder / "pair", "prometheus", first), configured(folder / "pair", "prometheus-2", second)
    with ExitStack() as stack:
        for one in two:
            stack.callback(one.stop)
            one.start()
        yield two


def breaks(run: Delivering, page: Page, part: int) -> None:
    """Something else is broken from now on, and told."""
    began = time.time()
    page.lines.append(f'broken{{part="{part}"}} 1')
    took = run.inboxes["ops"].told(alertname=f"Broken{part}").at - began
    print(f"Broken{part} told after {took:.1f} s")


def knows_both(prometheus: Running) -> bool:
    """Whether it tells both Alertmanagers."""
    found = fetch(f"http://127.0.0.1:{prometheus.port}/api/v1/alertmanagers")["data"]
    return len(found["activeAlertmanagers"]) == 2
