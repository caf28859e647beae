"""Two Alertmanagers that both hear of every alert: one message of each, whoever of them lives."""

import time
from pathlib import Path
from typing import Final

import pytest

from tests.support.alertmanagers import PEER_TIMEOUT_SECONDS, Delivering, delivering, kill
from tests.support.servers import wait_until

SPEC: Final = """
version: 1
name: live
hosts: [{name: box}]
severities:
  critical: {notify: ops, wait: 1s, interval: 1s, repeat: 1h}
  again: {notify: again, wait: 1s, interval: 1s, repeat: 1s}
channels:
"""
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
