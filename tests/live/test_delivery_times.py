"""When they are told, by a real Alertmanager: maintenance, business hours, repeats, escalation, the watchdog's beat."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from generator.delivery.intervals import WEEKDAYS
from tests.support.alertmanagers import Delivering, Prometheus, delivering
from tests.support.servers import wait_until

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
WATCHDOG: Final = {"alertname": "Watchdog", "severity": "none", "target": "live"}
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


@pytest.fixture(scope="module")
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


def later(run: Delivering) -> None:
    """Wait for an alert that fires now: what fired before has come, if it ever does."""
    number = f"{len(run.inboxes['ops'].firing(alertname='Marker'))}"
    run.prometheus.fire(run.alert("Marker", "box", "plain", number=number))
    run.inboxes["ops"].told(alertname="Marker", number=number)


def passes(run: Delivering, repeats: int) -> None:
    """Wait until what is repeated every 3 s has been told so often again."""
    again = run.inboxes["again"]
    again.told(len(again.firing(alertname="HostLoad")) + repeats, alertname="HostLoad")


@pytest.mark.parametrize("alert", TOLD, ids=" ".join)
def test_outside_of_windows_and_within_hours_it_is_told(timed: Timed, alert: Alert) -> None:
    """Though a window is to come, and others have one now."""
    name, target, severity = alert
    channel = "again" if severity == "again" else "ops"
    timed.run.inboxes[channel].told(alertname=name, target=target)


@pytest.mark.parametrize("alert", HELD, ids=" ".join)
def test_within_a_window_or_out_of_hours_nobody_is_told(timed: Timed, alert: Alert) -> None:
    """Not on the matrix's route, nor on a team's own."""
    name, target, _ = alert
    later(timed.run)
    assert timed.run.shown(alertname=name, target=target)
    assert timed.run.channels(alertname=name, target=target) == set()


def test_what_nobody_silences_is_told_to_one_after_the_other(timed: Timed) -> None:
    """At its time, and the end of it to all of them; what is silenced or over goes no further."""
    run, name = timed.run, NEGLECTED[0]
    for channel, after in (("first", 1.0), ("second", 3.0), ("third", 6.0)):
        took = run.inboxes[channel].told(alertname=name).at - timed.began
        assert after <= took < after + 2
    # They fired before it, and their time has come before its.
    assert run.channels(alertname=SILENCED[0]) == {"first"}
    assert run.channels(alertname=OVER[0]) == {"first"}
    run.resolve(*NEGLECTED)
    for channel in ("first", "second", "third"):
        run.inboxes[channel].ended(alertname=name)
        assert len(run.inboxes[channel].of(alertname=name)) == 2


def test_a_problem_is_said_again_no_sooner_than_the_spec_wants(timed: Timed) -> None:
    """Every 3 s, at the next tick of its group; another only once an hour."""
    run = timed.run
    run.inboxes["again"].told(3, alertname="HostLoad")
    told = [message.at for message in run.inboxes["again"].firing(alertname="HostLoad")]
    gaps = [b - a for a, b in pairwise(told)]
    assert all(2.9 <= gap < 5.5 for gap in gaps), gaps
    assert len(run.inboxes["ops"].of(alertname="HostMemoryUsage", target="box")) == 1


def test_the_watchdog_beats_until_prometheus_falls_silent(timed: Timed) -> None:
    """Every second; its end is no message, for silence is the alarm."""
    run, deadman = timed.run, timed.run.inboxes["deadman"]
    with Prometheus(run.clients, lasts=3) as prometheus:
        prometheus.fire(WATCHDOG)
        beats = [deadman.told(count, **WATCHDOG).at for count in range(1, 5)]
        assert all(0.5 <= b - a < 2.5 for a, b in pairwise(beats)), beats
    wait_until(lambda: not run.shown(**WATCHDOG), "the watchdog to end")
    passes(run, 1)
    heard = len(deadman.messages)
    passes(run, 1)
    assert len(deadman.messages) == heard
    assert not deadman.resolved(**WATCHDOG)


def test_windows_end_and_begin_on_the_minute(timed: Timed) -> None:
    """What still fires is told as soon as its window is over; what was told is not repeated in one."""
    run, turn = timed.run, timed.turn.timestamp()
    assert time.time() > turn or not run.channels(target="early")
    told = run.inboxes["ops"].told(alertname=EARLY[0], target="early", patience=max(0, turn - time.time()) + 10)
    assert turn <= told.at < turn + 3
    passes(run, 2)
    repeats = [message.at for message in run.inboxes["again"].firing(alertname=LATE[0], target="late")]
    assert len(repeats) > 1
    assert repeats[-1] < turn + 0.5
