"""Receivers that fail, and an Alertmanager that is killed: whatever happens, each message arrives, and once."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.live.conftest import demo, fetch
from tests.support.alertmanagers import Delivering, delivering, kill, knows
from tests.support.inboxes import Answer
from tests.support.servers import free_port, wait_until

SPEC: Final = """
version: 1
name: live
hosts: [{{name: gone}}, {{name: busy}}, {{name: broken}}, {{name: slow}}, {{name: flaky}}, {{name: box}}]
postgres: [{{name: db, url: "postgresql://127.0.0.1:1/x"}}]
services: [{{name: api, url: "http://127.0.0.1:1", depends_on: [db]}}]
severities:
  critical: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h}}
routes:
  - {{target: gone, notify: [gone, mail, ops]}}
  - {{target: busy, notify: busy}}
  - {{target: broken, notify: broken}}
  - {{target: slow, notify: slow}}
  - {{target: flaky, notify: flaky}}
smtp: {{host: "127.0.0.1:{smtp}", from: alerts@example.com, require_tls: false}}
channels:
  mail: {{email: ops@example.com}}
"""
CHANNELS: Final = ("ops", "gone", "busy", "broken", "slow", "flaky")
ALERT: Final = "HostMemoryUsage"
REFUSALS: Final = {"busy": Answer(429, {"Retry-After": "1"}), "broken": Answer(500)}
START_DELAY: Final = "--dispatch.start-delay=2s"
"""After a start, Alertmanager tells nothing before it has heard all that fires; 0.25 does not know it."""


@dataclass(frozen=True)
class Mended:
    """Receivers that failed for a while and work again."""

    run: Delivering
    mailbox: str
    fired: float
    """When the alerts began to fire, in Unix seconds."""
    mended: float
    """When the receivers worked again."""

    def mails(self) -> list[dict[str, Any]]:
        """What arrived by mail."""
        found: list[dict[str, Any]] = json.loads(fetch(f"{self.mailbox}/messages"))
        return found


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    """One that is in the middle of an incident, with an outage, its symptom and a silence."""
    flags = [START_DELAY] if knows(START_DELAY.partition("=")[0]) else []
    folder = tmp_path_factory.mktemp("victim")
    with delivering(folder, SPEC.format(smtp=free_port()), CHANNELS, flags=flags) as run:
        run.prometheus.fire(run.alert("PostgresDown", "db", "critical"), run.alert("ServiceDown", "api", "critical"))
        run.silence(alertname="HostInodes")
        for name in ("HostInodes", ALERT, "HostDiskFilling"):
            run.fire(name, "box", "critical")
        yield run


@pytest.fixture(scope="module")
def mended(victim: Delivering, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mended]:
    """They fail until Alertmanager has given a message up for the first time, and are mended then."""
    del victim  # it writes down what it has told while these fail
    smtp, web = free_port(), free_port()
    with ExitStack() as stack:
        run = stack.enter_context(
            delivering(tmp_path_factory.mktemp("faults"), SPEC.format(smtp=smtp), CHANNELS, closed=("gone",))
        )
        for channel, answer in REFUSALS.items():
            run.inboxes[channel].answer = answer
        run.inboxes["slow"].answer = Answer(delay=3)
        fired = run.prometheus.fire(*(run.alert(ALERT, host.name, "critical") for host in run.spec.hosts))
        flaky = run.inboxes["flaky"]
        flaky.told(alertname=ALERT)
        flaky.close()
        run.resolve(ALERT, "flaky", "critical")
        wait_until(lambda: failures(run, "email") > 0, "Alertmanager to give the mail up")
        wait_until(lambda: all(len(run.inboxes[name].refused) > 2 for name in REFUSALS), "some refusals")
        moment = time.time()
        for channel in REFUSALS:
            run.inboxes[channel].answer = Answer()
        run.inboxes["gone"].open()
        flaky.open()
        stack.enter_context(demo("mailbox.py", "--smtp", str(smtp), "--web", str(web)))
        yield Mended(run, f"http://127.0.0.1:{web}", fired, moment)


def failures(run: Delivering, integration: str) -> float:
    """Messages that Alertmanager has given up, until the next tick of their group."""
    pattern = rf'^alertmanager_notifications_failed_total{{integration="{integration}".*}} (\d+)$'
    return sum(map(float, re.findall(pattern, run.clients[0].metrics(), re.MULTILINE)))


def later(run: Delivering) -> None:
    """Wait for an alert that fires now, and for the next tick of its group: what was to come twice has come."""
    number = len(run.inboxes["ops"].firing(alertname="Marker"))
    for place in range(2):
        run.prometheus.fire(run.alert("Marker", "box", "critical", number=f"{number}-{place}"))
        run.inboxes["ops"].told(alertname="Marker", number=f"{number}-{place}")


@pytest.mark.parametrize("channel", ["gone", *REFUSALS])
def test_a_receiver_that_failed_for_a_while_gets_its_message_once(mended: Mended, channel: str) -> None:
    """Down, asking for patience, or broken: it is tried again until it takes it."""
    inbox = mended.run.inboxes[channel]
    assert inbox.told(alertname=ALERT).at > mended.mended - 0.1
    later(mended.run)
    assert len(inbox.messages) == 1
    took = inbox.messages[0].at - mended.mended
    print(f"{channel}: refused {len(inbox.refused)} times, told {took:.1f} s after it was mended")
    assert took < 10


def test_a_mail_server_that_was_down_gets_its_mail_once(mended: Mended) -> None:
    """Although Alertmanager had given it up once."""
    wait_until(lambda: bool(mended.mails()), "the mail")
    later(mended.run)
    assert len(mended.mails()) == 1
    print(f"mail: told {mended.mails()[0]['received'] - mended.mended:.1f} s after the server was there")


def test_a_receiver_that_fails_holds_up_nobody_else(mended: Mended) -> None:
    """Another channel of the same route is told at once, and not again when the rest is tried again."""
    told = mended.run.inboxes["ops"].of(alertname=ALERT, target="gone")
    assert len(told) == 1
    print(f"beside it: told {told[0].at - mended.fired:.1f} s after the alert fired")
    assert told[0].at < mended.fired + 3


def test_a_slow_receiver_is_told_once(mended: Mended) -> None:
    """Its answer takes longer than the interval of its group."""
    later(mended.run)
    assert len(mended.run.inboxes["slow"].messages) == 1


def test_an_end_is_told_to_a_receiver_that_was_down_when_it_came(mended: Mended) -> None:
    """Once."""
    flaky = mended.run.inboxes["flaky"]
    took = flaky.ended(alertname=ALERT).at - mended.mended
    print(f"the end: told {took:.1f} s after the receiver was there")
    assert took > -0.1
    later(mended.run)
    assert len(flaky.messages) == 2


def test_a_killed_alertmanager_goes_on_where_it_was(victim: Delivering) -> None:
    """What it had told is not told again; what happened meanwhile is; what was silenced or muted stays so."""
    run, ops = victim, victim.inboxes["ops"]
    told = [ops.told(alertname=name).at for name in ("PostgresDown", ALERT, "HostDiskFilling")]
    logs = (run.data / "nflog", run.data / "silences")
    wait_until(lambda: min(map(written, logs)) > max(told), "both logs to be written", 15)

    kill(run.peers[0])
    run.resolve("HostDiskFilling", "box", "critical")
    run.fire("HostFilesystemReadOnly", "box", "critical")
    run.peers[0].start()
    ready = time.time()

    took = ops.told(alertname="HostFilesystemReadOnly").at - ready
    print(f"what began meanwhile: told {took:.1f} s after Alertmanager was back")
    assert took < 4
    ops.ended(alertname="HostDiskFilling")
    later(run)
    firing = {alert["alertname"]: alert for message in ops.messages for alert in message.firing}
    # Without the delay, Alertmanager may look at a symptom before it has looked at what mutes it.
    unsure = set() if knows(START_DELAY.partition("=")[0]) else {"ServiceDown"}
    assert firing.keys() - {"Marker", *unsure} == {"PostgresDown", ALERT, "HostDiskFilling", "HostFilesystemReadOnly"}
    assert all(len(ops.firing(alertname=name)) == 1 for name in firing.keys() - {"Marker"})
    assert run.shown(alertname="HostInodes")["status"]["silencedBy"]
    assert run.shown(alertname="ServiceDown")["status"]["inhibitedBy"]


def written(file: Path) -> float:
    """When it was, in Unix seconds."""
    return file.stat().st_mtime if file.exists() else 0
