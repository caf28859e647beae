"""Who is told, by a real Alertmanager: each severity its channels, teams and targets their own, and nobody else."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.live.conftest import demo, fetch
from tests.support.alertmanagers import Delivering, delivering
from tests.support.servers import free_port, wait_until

SPEC: Final = """
version: 1
name: live
hosts: [{{name: box}}]
services:
  - {{name: shop, url: "http://127.0.0.1:1", team: platform}}
  - {{name: till, url: "http://127.0.0.1:1", team: platform}}
  - {{name: search, url: "http://127.0.0.1:1", team: data}}
severities:
  critical: {{notify: [ops, mail], wait: 1s, interval: 1s, repeat: 1h}}
  warning: {{notify: chat, wait: 1s, interval: 1s, repeat: 1h}}
  info: {{notify: notes, wait: 1s, interval: 1s, repeat: 1h, resolved: false}}
routes:
  - {{target: till, notify: till}}
  - {{team: data, severity: critical, notify: data}}
smtp: {{host: "127.0.0.1:{smtp}", from: alerts@example.com, require_tls: false}}
channels:
  mail: {{email: ops@example.com}}
"""
CHANNELS: Final = ("ops", "chat", "notes", "till", "data")
Alert = tuple[str, str, str]
"""Its name, target and severity."""
WANTED: Final[Mapping[Alert, set[str]]] = {
    ("HighErrorRate", "shop", "critical"): {"ops", "mail"},
    ("HighLatency", "shop", "warning"): {"chat"},
    ("ProbeSlow", "shop", "info"): {"notes"},
    ("HighErrorRate", "till", "critical"): {"till"},
    ("HighLatency", "till", "warning"): {"till"},
    ("HighErrorRate", "search", "critical"): {"data"},
    ("HighLatency", "search", "warning"): {"chat"},
    ("TrafficDrop", "shop", "of-no-matrix"): {"ops", "mail"},
    ("Watchdog", "live", "none"): set(),
}
MARKERS: Final = {"ops": ("shop", "critical"), "chat": ("search", "warning"), "notes": ("box", "info"),
                  "till": ("till", "info"), "data": ("search", "critical")}  # fmt: skip
"""Channel → target and severity of an alert that comes through it."""


@dataclass(frozen=True)
class Told:
    """What was told of the alerts of `WANTED`, once all of it must have come."""

    run: Delivering
    mailbox: str

    def mails(self, *words: str) -> list[dict[str, Any]]:
        """Mails with all the words in their subject."""
        found: list[dict[str, Any]] = json.loads(fetch(f"{self.mailbox}/messages"))
        return [mail for mail in found if all(word in mail["subject"] for word in words)]

    def times(self, name: str, target: str) -> dict[str, int]:
        """How many messages about it came, by channel."""
        counts = {key: len(box.of(alertname=name, target=target)) for key, box in self.run.inboxes.items()}
        counts["mail"] = len(self.mails(name, target))
        return {channel: count for channel, count in counts.items() if count}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """All of them fire at once; markers that fire later have come through every channel."""
    smtp, web = free_port(), free_port()
    folder = tmp_path_factory.mktemp("routes")
    with (
        demo("mailbox.py", "--smtp", str(smtp), "--web", str(web)),
        delivering(folder, SPEC.format(smtp=smtp), CHANNELS) as run,
    ):
        found = Told(run, f"http://127.0.0.1:{web}")
        run.prometheus.fire(*(run.alert(*alert) for alert in WANTED))
        for (name, target, _), channels in WANTED.items():
            for channel in channels - {"mail"}:
                run.inboxes[channel].told(alertname=name, target=target)
        later(found)
        yield found


def later(told: Told) -> None:
    """Wait until alerts that fire now have been told in every channel: what fired before has been, if it ever is."""
    number = secrets.token_hex(3)
    run = told.run
    names = {channel: f"Marker{number}{channel}" for channel in MARKERS}
    run.prometheus.fire(*(run.alert(names[channel], *of) for channel, of in MARKERS.items()))
    for channel, name in names.items():
        run.inboxes[channel].told(alertname=name)
    wait_until(lambda: bool(told.mails(names["ops"])), "the marker's mail")


@pytest.mark.parametrize("alert", WANTED, ids=" ".join)
def test_an_alert_reaches_its_channels_once_and_nobody_else(told: Told, alert: Alert) -> None:
    """By severity; a target's own route before a team's, a team's before the matrix; what fits nowhere is not lost."""
    name, target, _ = alert
    assert told.times(name, target) == dict.fromkeys(WANTED[alert], 1)


def test_a_drill_of_one_channel_reaches_it_alone(told: Told) -> None:
    """At once; the others hear nothing of it."""
    drill = {"alertname": "WatchspecDrill", "channel": "chat", "severity": "critical", "target": "till"}
    told.run.prometheus.fire(drill)
    told.run.inboxes["chat"].told(alertname="WatchspecDrill")
    later(told)
    assert told.times("WatchspecDrill", "till") == {"chat": 1}


def test_alerts_of_one_name_and_target_come_in_one_message(told: Told) -> None:
    """And one that joins them later comes with them."""
    run, chat = told.run, told.run.inboxes["chat"]
    disk = [run.alert("HostDiskUsage", "box", "warning", mountpoint=f"/{place}") for place in range(3)]
    run.prometheus.fire(*disk[:2])
    first = chat.told(alertname="HostDiskUsage")
    assert {alert["mountpoint"] for alert in first.firing} == {"/0", "/1"}
    run.prometheus.fire(disk[2])
    second = chat.told(2, alertname="HostDiskUsage")
    assert {alert["mountpoint"] for alert in second.firing} == {"/0", "/1", "/2"}
    assert told.times("HostDiskUsage", "box") == {"chat": 2}


def test_the_end_is_told_where_the_spec_wants_it(told: Told) -> None:
    """By mail and webhook for one severity, and not at all for another."""
    run = told.run
    run.prometheus.resolve(run.alert("ProbeSlow", "shop", "info"), run.alert("HighErrorRate", "shop", "critical"))
    run.inboxes["ops"].ended(alertname="HighErrorRate", target="shop")
    wait_until(lambda: len(told.mails("HighErrorRate", "shop")) == 2, "the mail of its end")
    later(told)
    assert told.times("HighErrorRate", "shop") == {"ops": 2, "mail": 2}
    assert told.times("ProbeSlow", "shop") == {"notes": 1}
