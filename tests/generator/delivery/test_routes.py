"""The tree of routes says what the spec says: who is told, after which wait, and in which windows nobody is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.delivery.intervals import hours_name, window_name
from generator.delivery.routes import DRILL, EACH, NOBODY, receivers, tree
from generator.delivery.tree import Labels, Route
from tests.support import told
from watchspec.spec import Rule, Spec
from watchspec.spec.delivery import Maintenance

Make = Callable[[str], Spec]

CHANNELS = "channels: {a: {webhook: 'http://a/'}, b: {webhook: 'http://b/'}, c: {webhook: 'http://c/'}}\n"
MATRIX = (
    CHANNELS
    + """
severities:
  critical: {notify: a, wait: 5s, interval: 1m, repeat: 1h, escalate: [{after: 15m, to: b}, {after: 1h, to: [b, c]}]}
  warning: {notify: [a, b], hours: {times: 09:00-17:00}}
redis: [{name: cache, url: "redis://c:1", team: data}, {name: other, url: "redis://o:1"}]
"""
)


def _told(spec: Spec, **labels: str) -> list[tuple[str, ...]]:
    """Channels of each message about an alert, in the order of the routes."""
    by_name = {receiver.name: receiver for receiver in receivers(spec)}
    return [by_name[route.receiver].channels for route in tree(spec).taken(labels)]


def test_each_severity_tells_its_channels_and_escalates_by_itself(spec_of: Make) -> None:
    """The steps come before, each for every alert alone, and do not end the search."""
    spec = spec_of(MATRIX)
    first, second, last = tree(spec).taken({"severity": "critical", "target": "cache"})

    assert _told(spec, severity="critical") == [("b",), ("b", "c"), ("a",)]
    assert [str(route.timing.wait) for route in (first, second, last)] == ["15m", "1h", "5s"]
    assert first.group_by == second.group_by == EACH
    assert _told(spec, severity="warning") == [("a", "b")]
    assert str(last.timing.repeat) == "1h"


@pytest.mark.parametrize(
    ("labels", "channels"),
    [
        ({"team": "data", "severity": "warning", "target": "cache"}, [("c",)]),
        ({"team": "data", "severity": "critical", "target": "cache"}, [("b",), ("b", "c"), ("c",)]),
        ({"severity": "warning", "target": "other"}, [("b",)]),
        ({"severity": "critical", "target": "other"}, [("b",), ("b", "c"), ("a",)]),
    ],
)
def test_an_exception_replaces_who_is_told_and_nothing_else(
    spec_of: Make, labels: Labels, channels: list[tuple[str, ...]]
) -> None:
    """The first that fits wins; waits, repeats and escalation stay those of the severity."""
    spec = spec_of(MATRIX + "routes: [{team: data, notify: c}, {target: other, severity: warning, notify: b}]\n")
    last = tree(spec).taken(labels)[-1]

    assert _told(spec, **labels) == channels
    assert last.timing.repeat == spec.matrix()[labels["severity"]].repeat
    assert last.active == ((hours_name("warning"),) if labels["severity"] == "warning" else ())


def test_an_alert_that_nobody_thought_of_is_told_to_the_first_severity(spec_of: Make) -> None:
    """Nothing is lost; what the watchdog and drills say is for no person."""
    spec = spec_of(MATRIX)

    assert _told(spec, alertname="Foreign") == [("a",)]
    assert _told(spec, alertname="Watchdog", severity="none") == [()]
    assert [route.receiver for route in tree(spec).taken({"alertname": "Watchdog"})] == [NOBODY]
    assert _told(spec, alertname=DRILL, channel="c") == [("c",)]


def test_a_watchdog_tells_its_channels_again_at_every_tick(spec_of: Make) -> None:
    """A repeat just below the interval is due each time."""
    spec = spec_of(MATRIX + "watchdog: {notify: c, every: 2m}\n")
    (route,) = tree(spec).taken({"alertname": "Watchdog", "severity": "none"})

    assert _told(spec, alertname="Watchdog", severity="none") == [("c",)]
    assert route.timing.repeat < route.timing.interval
    assert str(route.timing.interval) == "2m"


@pytest.mark.parametrize("every", ["1s", "1m", "1h"])
def test_the_watchdogs_repeat_is_always_due_at_the_next_tick(spec_of: Make, every: str) -> None:
    """One that is as long as the interval would be due at every second tick only."""
    spec = spec_of(MATRIX + f"watchdog: {{notify: c, every: {every}}}\n")
    (route,) = tree(spec).taken({"alertname": "Watchdog", "severity": "none"})
    assert 0 < route.timing.repeat.milliseconds < route.timing.interval.milliseconds


def test_several_windows_of_one_target_all_hold(spec_of: Make) -> None:
    """By its name, by its team, and by the team that a rule gives to an alert of it."""
    windows = """
maintenance:
  - {name: one, times: 01:00-02:00, targets: cache}
  - {name: two, times: 03:00-04:00, teams: data}
  - {name: three, times: 05:00-06:00, teams: shop}
  - {name: all, times: 07:00-08:00}
rules: [{alert: Own, expr: x, severity: critical, summary: x, labels: {team: shop}}]
"""
    spec = spec_of(MATRIX + windows)
    of = {name: window_name(name) for name in ("one", "two", "three", "all")}

    def muted(**labels: str) -> set[str]:
        return set(tree(spec).taken({"severity": "critical", **labels})[-1].mute)

    assert muted(target="cache", team="data") == {of["one"], of["two"], of["all"]}
    assert muted(target="cache", team="shop") == {*of.values()}
    assert muted(target="other", team="shop") == {of["three"], of["all"]}
    assert muted(target="other") == {of["all"]}


def test_a_window_holds_whatever_team_the_expression_of_a_rule_brings(spec_of: Make) -> None:
    """Also where the alert then goes to the exception of another team than its target's."""
    windows = """
maintenance: [{name: one, times: 01:00-02:00, targets: cache}, {name: two, times: 03:00-04:00, teams: [data, shop]}]
routes: [{team: shop, notify: c}]
services: [{name: front, url: "http://f:80", team: shop}]
rules: [{alert: Own, expr: x, severity: critical, summary: x}]
"""
    root = tree(spec_of(MATRIX + windows))
    one, two = window_name("one"), window_name("two")

    def muted(**labels: str) -> set[str]:
        return set(root.taken({"severity": "critical", **labels})[-1].mute)

    assert muted(target="other", team="data") == {two}
    assert muted(team="shop") == {two}
    assert muted(target="cache", team="shop") == {one, two}
    assert root.taken({"severity": "critical", "target": "cache", "team": "shop"})[-1].because.startswith("routes[0]")


@st.composite
def _specs(draw: st.DrawFn) -> Spec:
    """With rules that name a team or a target themselves, or leave both to their expression."""
    spec = draw(told.specs(datetime(2026, 7, 1, tzinfo=UTC)))
    targets = [target.name for _, _, target in spec.targets()]
    teams = [target.team for _, _, target in spec.targets() if target.team] + ["x"]
    labels = st.fixed_dictionaries({}, optional={"team": st.sampled_from(teams), "target": st.sampled_from(targets)})
    rules = draw(st.lists(st.tuples(st.sampled_from(list(spec.matrix())), labels), max_size=2))
    own = tuple(
        Rule(alert=f"Own{place}", expr="x", severity=severity, summary="x", labels=more)
        for place, (severity, more) in enumerate(rules)
    )
    return spec.model_copy(update={"rules": own})


specs = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def _alerts(spec: Spec) -> Iterator[dict[str, str]]:
    """Severity, target and team of every alert that may come, those of rules with all that they may be."""
    team_of = {target.name: target.team or "" for _, _, target in spec.targets()}
    teams = {*team_of.values(), *(team for window in spec.maintenance for team in window.teams)}
    for severity in spec.matrix():
        yield from ({"severity": severity, "target": name, "team": team} for name, team in team_of.items())
    for rule in spec.rules:
        for target in [rule.labels["target"]] if "target" in rule.labels else [*team_of, ""]:
            for team in [rule.labels["team"]] if "team" in rule.labels else teams:
                yield {"severity": rule.severity, "target": target, "team": team}


def _waits(spec: Spec, window: Maintenance, labels: Labels) -> bool:
    """Whether alerts with `labels` wait in `window`, read from the spec alone."""
    owner = {target.name: target.team for _, _, target in spec.targets()}.get(labels["target"])
    scoped = window.targets or window.teams
    scope = labels["target"] in window.targets or bool({labels["team"], owner or ""} & set(window.teams))
    return (not window.severities or labels["severity"] in window.severities) and (scope or not scoped)


@specs
@given(spec=_specs())
def test_every_route_that_takes_an_alert_has_exactly_the_windows_that_the_spec_gives_it(spec: Spec) -> None:
    """Escalations and exceptions too; and the hours of its severity."""
    root = tree(spec)
    for labels in _alerts(spec):
        wanted = {window_name(window.name) for window in spec.maintenance if _waits(spec, window, labels)}
        hours = (hours_name(labels["severity"]),) if spec.matrix()[labels["severity"]].hours else ()
        for route in root.taken(labels):
            assert set(route.mute) == wanted, (labels, route.because)
            assert route.active == hours


@specs
@given(spec=_specs())
def test_an_alert_of_the_spec_never_falls_through(spec: Spec) -> None:
    """One route of its severity or an exception takes it, last of all; only escalations go before."""
    root = tree(spec)
    for labels in _alerts(spec):
        *before, last = root.taken(labels)
        assert last.group_by != EACH
        assert last is not root
        assert all(route.group_by == EACH for route in before)


@specs
@given(spec=_specs())
def test_every_receiver_is_named_and_every_name_is_a_receiver(spec: Spec) -> None:
    """Each once."""
    names = [receiver.name for receiver in receivers(spec)]

    assert len(names) == len(set(names))
    assert {route.receiver for route in _walk(tree(spec))} <= set(names)


def _walk(route: Route) -> Iterator[Route]:
    yield route
    for child in route.routes:
        yield from _walk(child)
