"""When they are told, by a real Alertmanager: maintenance, business hours, repeats, escalation, the watchdog's beat."""

import time
from itertools import pairwise
from typing import Final

import pytest

from tests.support.alertmanagers import Delivering, Prometheus
from tests.support.servers import wait_until
from tests.support.timed import EARLY, HELD, LATE, NEGLECTED, OVER, SILENCED, TOLD, Alert, Timed

WATCHDOG: Final = {"alertname": "Watchdog", "severity": "none", "target": "live"}


def later(run: Delivering) -> None:
    """Wait for an alert that fires now: what fired before has come, if it ever does."""
    number = f"{len(run.inboxes['ops'].firing(alertname='Marker'))}"
    run.prometheus.fire(run.alert("Marker", "box", "plain", number=number))
    run.inboxes["ops"].told(alertname="Marker", number=number)


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
        print(f"{channel}: told after {took:.1f} s, due after {after:g} s")
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
    print(f"repeats: {', '.join(f'{gap:.1f}' for gap in gaps)} s apart")
    assert all(2.9 <= gap < 5.5 for gap in gaps), gaps
    assert len(run.inboxes["ops"].of(alertname="HostMemoryUsage", target="box")) == 1


def test_the_watchdog_beats_until_prometheus_falls_silent(timed: Timed) -> None:
    """Every second; its end is no message, for silence is the alarm."""
    run, deadman = timed.run, timed.run.inboxes["deadman"]
    with Prometheus(run.clients, lasts=3) as prometheus:
        prometheus.fire(WATCHDOG)
        beats = [deadman.told(count, **WATCHDOG).at for count in range(1, 5)]
        print(f"beats: {', '.join(f'{b - a:.1f}' for a, b in pairwise(beats))} s apart")
        assert all(0.5 <= b - a < 1.8 for a, b in pairwise(beats)), beats
    wait_until(lambda: not run.shown(**WATCHDOG), "the watchdog to end")
    later(run)
    heard = len(deadman.messages)
    for _ in range(3):
        later(run)
    assert len(deadman.messages) == heard
    assert not deadman.resolved(**WATCHDOG)


def test_windows_end_and_begin_on_the_minute(timed: Timed) -> None:
    """What still fires is told as soon as its window is over; what was told is not repeated in one."""
    run, turn = timed.run, timed.turn.timestamp()
    assert time.time() > turn or not run.channels(target="early")
    wait_until(lambda: time.time() > turn, "the minute", 75)
    told = run.inboxes["ops"].told(alertname=EARLY[0], target="early")
    print(f"a window's end: told {told.at - turn:.1f} s after it")
    assert turn <= told.at < turn + 3
    end = turn + 5
    wait_until(lambda: run.inboxes["again"].firing(alertname="HostLoad")[-1].at > end, "a later message", 15)
    repeats = [message.at for message in run.inboxes["again"].firing(alertname=LATE[0], target="late")]
    assert len(repeats) > 1
    assert repeats[-1] < turn + 0.5
