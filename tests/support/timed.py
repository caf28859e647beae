"""An Alertmanager with maintenance, business hours, repeats and escalation; alerts of all sorts fire.

It starts before the tests that need it, for its windows end and begin on the minute.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from generator.delivery.intervals import WEEKDAYS
from tests.support.alertmanagers import Delivering, delivering

ZONE: Final = "Europe/Belgrade"
CHANNELS: Final = ("ops", "data", "again", "first", "second", "third", "deadman")
SPEC: Final = """
version: 1
name: live
hosts: [{{name: box}}, {{name: idle}}, {{name: early}}, {{name: late}}]
redis:
  - {{name: cache, url: "redis://127.0.0.1:1", team: data}}
  - {{name: store, url: "redis://127.0.0.1:1"}}
severities:
  page: {{notify: first, wait: 1s, interval: 1s, repeat: 1h,
         escalate: [{{after: 3s, to: second}}, {{after: 6s, to: third}}]}}
  plain: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h}}
  quiet: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h}}
  again: {{notify: again, wait: 1s, interval: 1s, repeat: 3s}}
  open: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h, hours: {now}}}
  closed: {{notify: ops, wait: 1s, interval: 1s, repeat: 1h, hours: {later}}}
routes:
  - {{team: data, notify: data}}
maintenance:
  - {{name: once, targets: [idle], from: "{ago:{at}}", to: "{soon:{at}}", timezone: {zone}}}
  - {{name: tomorrow, targets: [box], from: "{tomorrow:{at}}", to: "{after:{at}}", timezone: {zone}}}
  - {{name: weekly, teams: [data], {weekly_now}}}
  - {{name: weekly-later, targets: [box], {weekly_later}}}
  - {{name: by-severity, severities: [quiet], {weekly_now}}}
  - {{name: ends, targets: [early], from: "{ago:{at}}", to: "{turn:{at}}", timezone: {zone}}}
  - {{name: begins, targets: [late], from: "{turn:{at}}", to: "{soon:{at}}", timezone: {zone}}}
watchdog: {{notify: deadman, every: 1s}}
channels:
"""
Alert = tuple[str, str, str]
"""Its name, target and severity."""
EARLY: Final[Alert] = ("HostMemoryUsage", "early", "plain")
LATE: Final[Alert] = ("HostMemoryUsage", "late", "again")
SILENCED: Final[Alert] = ("HostInodes", "box", "page")
OVER: Final[Alert] = ("HostDiskUsage", "box", "page")
NEGLECTED: Final[Alert] = ("HostDiskFilling", "box", "page")
TOLD: Final[tuple[Alert, ...]] = (
    ("HostMemoryUsage", "box", "plain"),
    ("RedisMemoryUsage", "store", "plain"),
    ("HostCpuUsage", "box", "open"),
    ("HostLoad", "box", "again"),
)
HELD: Final[tuple[Alert, ...]] = (
    ("HostMemoryUsage", "idle", "plain"),  # a window of its own
    ("RedisMemoryUsage", "cache", "plain"),  # its team's, which has a route of its own
    ("HostSwapping", "box", "quiet"),  # its severity's
    ("HostSwapFull", "box", "closed"),  # out of hours
)
_LEAST: Final = 12.0
"""Seconds until the windows end and begin: time to start, and to be told or not."""


@dataclass(frozen=True)
class Timed:
    """What runs, and the minute at which one window ends and another begins."""

    run: Delivering
    turn: datetime
    began: float
    """When what may escalate began to fire, in Unix seconds."""


def spec(now: datetime, turn: datetime) -> str:
    """Windows and hours around `now`, and others."""
    hour = timedelta(hours=1)
    weekly_now, weekly_later = recurring(now - hour, now + hour), recurring(now + 2 * hour, now + 3 * hour)
    return SPEC.format(
        at="%Y-%m-%dT%H:%M", zone=ZONE, ago=now - hour, soon=now + hour, turn=turn,
        tomorrow=now + 24 * hour, after=now + 25 * hour, weekly_now=weekly_now, weekly_later=weekly_later,
        now=f"{{{weekly_now}}}", later=f"{{{weekly_later}}}",
    )  # fmt: skip


def recurring(begin: datetime, end: datetime) -> str:
    """Hours of the week; they belong to the day on which they begin."""
    times = f"{begin:%H:%M}-{end:%H:%M}"
    return f'weekdays: {WEEKDAYS[begin.weekday()]}, times: "{times}", timezone: {ZONE}'


@pytest.fixture(scope="session")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timed]:
    """It runs, and there is time until windows end and begin."""
    now = datetime.now(ZoneInfo(ZONE))
    turn = (now + timedelta(seconds=60 + _LEAST)).replace(second=0, microsecond=0)
    with delivering(tmp_path_factory.mktemp("times"), spec(now, turn), CHANNELS) as run:
        run.prometheus.fire(*(run.alert(*alert) for alert in (EARLY, LATE, *TOLD, *HELD)))
        began = run.prometheus.fire(*(run.alert(*alert) for alert in (SILENCED, OVER, NEGLECTED)))
        for name, target, _ in (SILENCED, OVER):
            run.inboxes["first"].told(alertname=name, target=target)
        run.silence(alertname=SILENCED[0], target=SILENCED[1])
        run.resolve(*OVER)
        yield Timed(run, turn, began)
