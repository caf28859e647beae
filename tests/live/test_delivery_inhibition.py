"""What one outage explains is not told beside it, by a real Alertmanager; and it is told once the outage is over."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.support.alertmanagers import Delivering, delivering

SPEC: Final = """
version: 1
name: live
hosts:
  - {name: box}
  - {name: side, exporter: "127.0.0.1:1"}
  - {name: far, exporter: "127.0.0.1:2"}
  - {name: iron, exporter: "127.0.0.1:3"}
postgres: [{name: db, url: "postgresql://127.0.0.1:1/x", watched_by: side}]
redis:
  - {name: cache, url: "redis://127.0.0.1:1", watched_by: far}
  - {name: store, url: "redis://127.0.0.1:1"}
services:
  - {name: api, url: "http://127.0.0.1:1", <METRICS>, watched_by: side, depends_on: [db]}
  - {name: site, url: "http://127.0.0.1:1", <METRICS>, watched_by: side, depends_on: [api]}
  - {name: blog, url: "https://127.0.0.1:1", <METRICS>, watched_by: side, runs_on: iron}
  - {name: away, url: "http://127.0.0.1:1", <METRICS>, watched_by: far}
  - {name: beyond, url: "http://127.0.0.1:1", <METRICS>, watched_by: far}
  - {name: lone, url: "http://127.0.0.1:1", <METRICS>, watched_by: side}
severities:
  critical: {notify: ops, wait: 1s, interval: 1s, repeat: 1h}
  warning: {notify: ops, wait: 1s, interval: 1s, repeat: 1h}
channels:
""".replace("<METRICS>", "metrics: /metrics, instrumentation: fastapi")
MARKER: Final = "Marker"


Alert = tuple[str, str, str]
"""Its name, target and severity."""
TOLD: Final[tuple[Alert, ...]] = (
    ("PostgresDown", "db", "critical"),
    ("HostDown", "iron", "critical"),
    ("HostDown", "far", "critical"),
    ("ExporterDown", "box", "critical"),
    ("HighErrorRate", "lone", "critical"),  # nothing explains it
    ("HighLatency", "lone", "warning"),
    ("PostgresConnections", "db", "critical"),  # no symptom
    ("ServiceFileDescriptors", "api", "warning"),
    ("HighErrorRate", "beyond", "critical"),  # its own metrics do not need the exporter
    ("CertificateExpiry", "api", "critical"),
)
MUTED: Final[tuple[Alert, ...]] = (
    ("PostgresReplicationLag", "db", "critical"),  # by an outage of itself
    ("ServiceDown", "api", "critical"),  # of its dependency
    ("HighErrorRate", "api", "critical"),
    ("HighErrorRate", "site", "critical"),  # of its dependency's dependency
    ("HighLatency", "site", "warning"),
    ("HighLatency", "blog", "warning"),  # of the host it runs on, with all its alerts
    ("ServiceFileDescriptors", "blog", "warning"),
    ("RedisMemoryUsage", "cache", "critical"),  # of the host whose exporter alone sees it
    ("ServiceDown", "away", "critical"),
    ("RedisMemoryUsage", "store", "critical"),  # of the stack's own exporter
)
DISK: Final = "HostDiskUsage"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    """Outages, and all sorts of alerts beside them, fire at once; what comes of them has come."""
    with delivering(tmp_path_factory.mktemp("inhibition"), SPEC, ("ops",)) as found:
        found.prometheus.fire(
            *(found.alert(*alert) for alert in (*TOLD, *MUTED)),
            found.alert("HighErrorRate", "lone", "warning"),
            found.alert(DISK, "side", "critical", mountpoint="/"),
            *(found.alert(DISK, "side", "warning", mountpoint=place) for place in ("/", "/var")),
        )
        for name, target, severity in TOLD:
            found.inboxes["ops"].told(alertname=name, target=target, severity=severity)
        later(found)
        yield found


def later(run: Delivering) -> None:
    """Wait for an alert that fires now: what fired before has come, if it ever does."""
    told = len(run.inboxes["ops"].firing(alertname=MARKER))
    run.prometheus.fire(run.alert(MARKER, "lone", "critical", number=f"{told}"))
    run.inboxes["ops"].told(alertname=MARKER, number=f"{told}")


@pytest.mark.parametrize("alert", TOLD, ids=" ".join)
def test_what_nothing_explains_is_told(run: Delivering, alert: Alert) -> None:
    """Once, beside all the outages."""
    name, target, severity = alert
    assert len(run.inboxes["ops"].of(alertname=name, target=target, severity=severity)) == 1


@pytest.mark.parametrize("alert", MUTED, ids=" ".join)
def test_what_an_outage_explains_is_not_told(run: Delivering, alert: Alert) -> None:
    """Of itself, of a dependency however far down, of its host, of the exporter that alone sees it."""
    name, target, _ = alert
    assert not run.inboxes["ops"].of(alertname=name, target=target)
    assert run.shown(alertname=name, target=target)["status"]["state"] == "suppressed"


def test_the_milder_of_two_is_not_told(run: Delivering) -> None:
    """Of the same alert, target and file system; of another file system it is."""
    ops = run.inboxes["ops"]
    assert not ops.of(alertname="HighErrorRate", target="lone", severity="warning")
    assert not ops.of(alertname=DISK, severity="warning", mountpoint="/")
    assert len(ops.of(alertname=DISK, severity="critical", mountpoint="/")) == 1
    assert len(ops.of(alertname=DISK, severity="warning", mountpoint="/var")) == 1


def test_symptoms_that_stay_are_told_when_the_outage_is_over(run: Delivering) -> None:
    """Those of what depends on it too, unless another outage still explains them."""
    ops = run.inboxes["ops"]
    run.resolve("PostgresDown", "db", "critical")
    ops.ended(alertname="PostgresDown", target="db")
    ops.told(alertname="PostgresReplicationLag", target="db")
    ops.told(alertname="ServiceDown", target="api")
    later(run)
    assert not ops.of(target="site")
    assert not ops.of(alertname="HighErrorRate", target="api")
    run.resolve("ServiceDown", "api", "critical")
    ops.told(alertname="HighErrorRate", target="site")
    ops.told(alertname="HighErrorRate", target="api")


def test_the_milder_of_two_is_told_when_the_worse_is_over(run: Delivering) -> None:
    """It is still true."""
    milder = {"alertname": "HighErrorRate", "target": "lone", "severity": "warning"}
    assert not run.inboxes["ops"].of(**milder)
    run.resolve("HighErrorRate", "lone", "critical")
    run.inboxes["ops"].told(**milder)
