"""Exceptions and windows that are for no alert, and alerts of which nobody is ever told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from generator.delivery.findings import kin, of_delivery, takes
from generator.delivery.routes import tree
from generator.delivery.tree import Route
from generator.findings.whole import findings
from tests.support import told
from watchspec import meaning
from watchspec.problems import shown
from watchspec.spec import Spec

Make = Callable[[str], Spec]

BASE = """
channels: {a: {webhook: 'http://a/'}}
severities: {critical: {notify: a}, warning: {notify: a}, info: {notify: a}}
jobs: [{name: backup, file: /x, every: 1d, team: data}, {name: report, file: /y, every: 1d}]
"""
OPEN = "rules: [{alert: Own, expr: x, severity: info, summary: x, test: {series: {x: '1'}, fires_at: 0m}}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("routes: [{target: backup, severity: info, notify: a}]", ["routes[0]: no alert of backup is info"]),
        ("routes: [{target: backup, severity: critical, notify: a}]", []),
        ("routes: [{team: data, notify: a}, {target: backup, notify: a}]", ["routes[1]: routes[0] takes them all"]),
        ("routes: [{target: backup, notify: a}, {team: data, notify: a}]", ["routes[1]: routes[0] takes them all"]),
        ("routes: [{severity: critical, notify: a}, {target: backup, notify: a}]", []),
        ("routes: [{severity: warning, notify: a}, {target: backup, notify: a}]", []),
        ("routes: [{team: data, target: report, notify: a}]", ['routes[0]: "report" is of no team']),
        (
            "maintenance: [{name: x, times: 01:00-02:00, targets: backup, severities: info}]",
            ["maintenance[0]: no alert of backup is info"],
        ),
        ("maintenance: [{name: x, times: 01:00-02:00, severities: info}]", []),
        ("maintenance: [{name: x, weekdays: 'monday:saturday'}, {name: y, times: 00:00-23:59}]", []),
        (
            "maintenance: [{name: x, weekdays: 'monday:saturday'}, {name: y, times: 00:00-24:00, severities: info}]",
            ["maintenance[1]: leaves no time in which somebody is told of info alerts"],
        ),
        ("maintenance: [{name: x, times: 01:00-00:30}, {name: y, times: 00:00-02:00, timezone: Asia/Tokyo}]", []),
    ],
)
def test_what_is_for_nobody_is_told(spec_of: Make, text: str, expected: list[str]) -> None:
    """With its place; what is for somebody is not."""
    found = [f"{shown(f.path)}: {f.message}" for f in of_delivery(spec_of(BASE + text + "\n"))]

    assert [
        line.split(";")[0].replace("no alert reaches it: ", "").replace("keeps nothing back: ", "") for line in found
    ] == expected


def test_a_rule_of_ones_own_may_be_of_any_target_and_team(spec_of: Make) -> None:
    """What its expression brings is not known: no route is called idle for want of it."""
    routes = "routes: [{target: backup, severity: info, notify: a}, {target: report, team: data, notify: a}]\n"

    assert len(list(of_delivery(spec_of(BASE + routes)))) == 2
    assert findings(spec_of(BASE + OPEN + routes)) == []


def test_a_window_of_a_team_is_for_rules_about_its_targets_too(spec_of: Make) -> None:
    """Whatever team the rule names."""
    rule = OPEN.replace("summary: x", "summary: x, labels: {team: shop, target: backup}")
    window = "maintenance: [{name: x, times: 01:00-02:00, teams: data, severities: info}]\n"

    assert findings(spec_of(BASE + rule + window)) == []
    assert findings(spec_of(BASE + rule.replace("backup", "report") + window)) != []


def test_a_window_without_end_leaves_no_hours_in_any_time_zone(spec_of: Make) -> None:
    """Others are compared with hours of their own zone only."""
    hours = BASE.replace("critical: {notify: a}", "critical: {notify: a, hours: {times: 09:00-10:00}}")
    window = "maintenance: [{{name: x, {}, timezone: Asia/Tokyo, severities: critical}}]\n"

    (finding,) = findings(spec_of(hours + window.format("weekdays: 'monday:sunday'")))
    assert "no time in which somebody is told of critical alerts, within its hours" in finding.message
    assert findings(spec_of(hours + window.format("times: 08:00-11:00"))) == []


def test_an_alert_that_is_off_reaches_no_route(spec_of: Make) -> None:
    """Settings count: it is about the alerts that there are."""
    route = "routes: [{target: backup, notify: a}]\n"

    assert list(of_delivery(spec_of(BASE + route))) == []
    silent = "alerts: {JobOverdue: off, JobOutputShrunk: off, JobOutputMissing: off}\n"
    assert list(of_delivery(spec_of(BASE + silent + route)))


def test_the_example_of_the_documentation_is_right(spec_of: Make, root: Path) -> None:
    """`docs/alerting.md`: nothing in it is refused or doubted."""
    text = (root / "docs/alerting.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    names = ("ops", "chief", "board", "chat", "data", "front", "switch")
    channels = "".join(f"  {name}: {{webhook: 'http://{name}/'}}\n" for name in names)
    targets = (
        "postgres: [{name: db, url: 'postgresql://db/x', team: data}]\nservices: [{name: front, url: 'http://f:80'}]\n"
    )
    spec = spec_of(f"channels:\n{channels}{targets}{text}")

    assert [*meaning.findings(spec), *findings(spec)] == []


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(spec=told.specs(datetime(2026, 7, 1, tzinfo=UTC)))
def test_a_route_is_called_idle_exactly_if_the_tree_gives_it_no_alert(spec: Spec) -> None:
    """The tree that Alertmanager follows, and the spec's own alerts."""
    idle = {f.path[1] for f in of_delivery(spec) if f.path[0] == "routes"}
    root = tree(spec)
    reached = {
        route.receiver
        for alike in kin(spec)
        for route in root.taken({"severity": alike.severity, "target": alike.target, "team": alike.team})
    }
    excepted = list(_exceptions(root))
    for index, exception in enumerate(spec.routes):
        mine = {route.receiver for place, route in excepted if place == index}
        # Two exceptions with the same conditions share a receiver: the second is idle, whatever the first is.
        if not any(same(spec, index, other) for other in range(index)):
            assert (not mine & reached) is (index in idle)
        elif any(takes(exception, alike) for alike in kin(spec)):
            assert index in idle


def same(spec: Spec, one: int, other: int) -> bool:
    """Whether two exceptions may have a receiver in common."""
    a, b = spec.routes[one], spec.routes[other]
    return (a.team, a.target) == (b.team, b.target) and (a.severity == b.severity or None in (a.severity, b.severity))


def _exceptions(root: Route) -> Iterator[tuple[int, Route]]:
    for route in root.routes:
        if route.because.startswith("routes["):
            yield int(route.because[len("routes[") :].partition("]")[0]), route
