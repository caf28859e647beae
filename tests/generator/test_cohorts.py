"""Targets with equal settings become one rule."""

import time
from collections.abc import Callable

from generator.cohorts import cohorts
from generator.layout import Files
from generator.render import render
from watchspec.spec import Spec

Make = Callable[[str], Spec]


def _rules(spec: Spec, alert: str) -> list[tuple[str, tuple[str, ...]]]:
    found = [c for c in cohorts(spec) if c.shape.setting.alert == alert]
    return [(cohort.shape.setting.severity, cohort.targets) for cohort in found]


def _redis(*names: str, more: str = "") -> str:
    return "redis:\n" + "".join(f"  - {{name: {name}, url: 'redis://x:6379'{more}}}\n" for name in names)


def test_equal_settings_make_one_rule(spec_of: Make) -> None:
    """However many targets share them."""
    assert _rules(spec_of(_redis("a", "b", "c")), "RedisDown") == [("critical", ("a", "b", "c"))]


def test_a_setting_of_its_own_makes_a_rule_of_its_own(spec_of: Make) -> None:
    """The others stay together."""
    spec = spec_of(_redis("a", "b") + "  - {name: c, url: 'redis://x:6379', alerts: {RedisDown: {for: 9m}}}\n")
    assert _rules(spec, "RedisDown") == [("critical", ("a", "b")), ("critical", ("c",))]


def test_the_same_value_written_twice_is_one_setting(spec_of: Make) -> None:
    """60s and 1m are the same patience, which is the catalogue's too."""
    spec = spec_of(_redis("a") + "  - {name: b, url: 'redis://x:6379', alerts: {RedisDown: {for: 60s}}}\n")
    assert _rules(spec, "RedisDown") == [("critical", ("a", "b"))]


def test_teams_are_told_apart(spec_of: Make) -> None:
    """The team is a label of the rule."""
    spec = spec_of(_redis("a") + "  - {name: b, url: 'redis://x:6379', team: data}\n")
    assert _rules(spec, "RedisDown") == [("critical", ("a",)), ("critical", ("b",))]


def test_every_queue_has_its_own_rule(spec_of: Make) -> None:
    """And its own thresholds."""
    spec = spec_of(_redis("a", more=", queues: {jobs: {warning: 10}, mails: {warning: 5, critical: 50}}"))
    found = [c for c in cohorts(spec) if c.shape.setting.alert == "RedisQueueLength"]
    assert {(c.shape.queue, c.shape.setting.severity, c.shape.setting.threshold) for c in found} == {
        ("jobs", "warning", 10),
        ("mails", "warning", 5),
        ("mails", "critical", 50),
    }


def test_an_alert_without_what_it_needs_is_left_out(spec_of: Make) -> None:
    """A service without https has no certificate; a host without an exporter of its own is the stack's."""
    spec = spec_of("hosts: [{name: h}]\nservices: [{name: s, url: 'http://s:80'}]\n")
    assert {alert for alert in ("CertificateExpiry", "HostDown", "HighErrorRate") if _rules(spec, alert)} == set()
    assert _rules(spec, "ExporterDown") == [("critical", ("h",))]


def _thousand(count: int) -> str:
    line = (
        "{{name: service-{0}, url: 'http://service-{0}:80', health: /health, metrics: /metrics, instrumentation: go}}"
    )
    return "services:\n" + "".join(f"  - {line.format(number)}\n" for number in range(count))


def test_a_thousand_services_make_as_many_rules_as_ten(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """And render within three seconds, in a form that promtool still reads."""
    few, many = spec_of(_thousand(10)), spec_of(_thousand(1000))
    start = time.perf_counter()
    files = render(many)
    assert time.perf_counter() - start < 3
    assert len(cohorts(few)) == len(cohorts(many))
    judge({path: text for path, text in files.items() if path.startswith("rules/")})
