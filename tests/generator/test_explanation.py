"""What is said of one alert."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.explanation import explanation
from watchspec.cli import main
from watchspec.errors import UsageError
from watchspec.spec import Spec

Make = Callable[[str], Spec]
TWO = """
redis:
  - {name: cache, url: 'redis://x:1'}
  - {name: store, url: 'redis://x:2', alerts: {RedisMemoryUsage: {critical: 50%, for: 1m}}}
smtp: {host: 'mail:25', from: a@example.com}
channels: {ops: {email: ops@example.com}, chief: {email: chief@example.com}}
severities: {critical: {notify: [ops, chief], repeat: 1h}, warning: {notify: ops}}
"""


def test_it_says_what_fires_it_who_is_told_and_what_mutes_it(spec_of: Make) -> None:
    """For each severity."""
    text = explanation(spec_of(TWO), "RedisMemoryUsage", "cache")
    end = "and when it ends"
    assert (
        "  fires    above 97%, for 10m\n"
        f"  told     ops, chief after 10s, again every 1h, {end} (severity critical)\n"
        "  muted by ExporterDown of stack: an outage of the exporter of stack mutes what it alone sees\n"
    ) in text
    assert (
        f"  told     ops after 10s, again every 4h, {end} (severity warning)\n"
        "  muted by RedisMemoryUsage of cache, critical: critical mutes milder alerts of the same name and target\n"
    ) in text
    assert "(docs/alerts/RedisMemoryUsage.md)\n  1. " in text
    assert "      > 0.9\n" in text


def test_it_is_of_one_target_or_of_all(spec_of: Make) -> None:
    """Each has its own settings."""
    spec = spec_of(TWO)
    assert "above 50%, for 1m" not in explanation(spec, "RedisMemoryUsage", "cache")
    assert "above 97%" not in explanation(spec, "RedisMemoryUsage", "store")
    whole = explanation(spec, "RedisMemoryUsage")
    assert "critical: cache" in whole
    assert "critical: store" in whole


def test_exceptions_escalation_and_windows_are_told_for_each_target(spec_of: Make) -> None:
    """Targets to which the same happens stand together."""
    more = """
redis: [{name: a, url: 'redis://x:1'}, {name: b, url: 'redis://x:2'}, {name: c, url: 'redis://x:3'}]
smtp: {host: 'mail:25', from: a@example.com}
channels: {ops: {email: ops@example.com}, chief: {email: chief@example.com}}
severities:
  critical: {notify: ops, escalate: {after: 30m, to: chief}, hours: {times: '09:00-17:00'}}
  warning: {notify: ops}
routes: [{target: c, notify: chief}]
maintenance: [{name: backups, targets: b, weekdays: sunday}]
"""
    text = explanation(spec_of(more), "RedisDown")
    assert "critical: a, b, c\n" in text
    assert "  told     of a:\n           ops after 10s, again every 4h, and when it ends, only 09:00-17:00 UTC" in text
    assert "           chief after 30m unless somebody silences it" in text
    assert "           of c:\n           chief after 10s" in text
    assert "           of b:\n           maintenance backups: sunday UTC\n" in text


def test_an_alert_that_is_off_says_so(spec_of: Make) -> None:
    """And how to turn it on."""
    assert "it is off until you mention it" in explanation(spec_of(TWO), "RedisHitRate")


def test_a_rule_of_ones_own_is_explained(spec_of: Make) -> None:
    """From its own words."""
    own = (
        "rules: [{alert: Mine, expr: up == 0, for: 2m, severity: critical, summary: x, runbook: 'http://wiki/mine'}]\n"
    )
    text = explanation(spec_of(TWO + own), "Mine")
    assert "for every series of its expression, for 2m" in text
    assert "Runbook: http://wiki/mine" in text


@pytest.mark.parametrize(
    ("alert", "target", "message"),
    [
        ("RedisDwon", None, 'RedisDwon: no such alert; did you mean "RedisDown"\\?'),
        ("RedisDown", "cach", 'cach: no such target; did you mean "cache"\\?'),
    ],
)
def test_a_misspelt_name_is_offered_the_nearest(spec_of: Make, alert: str, target: str | None, message: str) -> None:
    """As wrong usage."""
    with pytest.raises(UsageError, match=message):
        explanation(spec_of(TWO), alert, target)


def test_the_command_prints_it(root: Path) -> None:
    """On the bundled spec."""
    out, err = io.StringIO(), io.StringIO()
    assert main(["explain", "HostDown", str(root / "monitoring.yml")], out, err) == 0
    assert "This spec has no such rule: it needs remote, or it is off" in out.getvalue()
    assert main(["explain", "Nothing", str(root / "monitoring.yml")], out, err) == 2
