"""What mutes what: by an incident and what is left of it, and by proof over specs of every mixture."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.catalogue import alerts
from generator.delivery.alerts import possible
from generator.delivery.inhibitions import carried, dependants, inhibitions
from generator.delivery.tree import Inhibition, Labels, hold
from tests.support import told
from watchspec.spec import AlertSetting, Rule, Spec

Make = Callable[[str], Spec]

OUTAGES: Final = [name for name, alert in alerts().items() if alert.outage]
SHOP: Final = """
hosts:
  - {name: metal, exporter: "metal:9877"}
  - {name: vm, exporter: "vm:9877", runs_on: metal}
services:
  - name: shop
    url: https://shop
    metrics: /metrics
    instrumentation: fastapi
    depends_on: [db, cache]
    watched_by: metal
  - {name: front, url: "http://front:80", depends_on: [shop], watched_by: metal}
redis: [{name: cache, url: "redis://cache:6379", runs_on: vm, watched_by: metal}]
postgres: [{name: db, url: "postgresql://db/x", watched_by: vm}]
jobs: [{name: backup, file: /x, every: 1d, watched_by: vm, depends_on: [db]}]
rules:
  - {alert: OrdersStuck, expr: "orders > 5", severity: critical, summary: "stuck", labels: {target: cache}}
"""


def _muted(spec: Spec, *firing: tuple[str, str], severity: str = "critical", **more: str) -> list[tuple[str, str]]:
    """Of alerts as (name, target), those that one of them keeps from being told."""
    kinds = {labels["alertname"]: labels["kind"] for labels in possible(spec)}
    whole = [{"alertname": a, "target": t, "severity": severity, "kind": kinds[a], **more} for a, t in firing]
    rules = inhibitions(spec)
    return [
        (alert["alertname"], alert["target"])
        for alert in whole
        if any(rule.mutes(alert, source) for rule in rules for source in whole)
    ]


def test_an_outage_mutes_its_own_symptoms_and_those_of_whatever_stands_on_it(spec_of: Make) -> None:
    """However far up; not the alerts that are about something else."""
    above = [("HighErrorRate", "shop"), ("ServiceDown", "shop"), ("ServiceDown", "front"), ("JobOverdue", "backup")]
    others = [("RedisDown", "cache"), ("CertificateExpiry", "shop")]

    assert _muted(spec_of(SHOP), ("PostgresDown", "db"), *above, *others) == above


def test_an_outage_of_a_host_mutes_all_that_runs_on_it_even_on_a_machine_within(spec_of: Make) -> None:
    """Rules of the user's own too, where they name the target."""
    within = [("HostDown", "vm"), ("RedisDown", "cache"), ("OrdersStuck", "cache"), ("ServiceDown", "shop")]

    assert _muted(spec_of(SHOP), ("HostDown", "metal"), *within) == within


def test_without_its_exporter_nothing_is_said_of_what_it_alone_sees(spec_of: Make) -> None:
    """What Prometheus reads from a service itself is still known."""
    seen = [("RedisMemoryUsage", "cache"), ("CertificateExpiry", "shop")]
    known = [("HighErrorRate", "shop"), ("PostgresConnections", "db")]
    own = SHOP.replace('metal, exporter: "metal:9877"', "metal")

    assert _muted(spec_of(own), ("ExporterDown", "metal"), *seen, *known) == seen
    assert _muted(spec_of(SHOP), ("HostDown", "vm"), ("PostgresLocks", "db"), *seen[1:]) == [("PostgresLocks", "db")]


def test_what_nobody_assigns_is_seen_by_the_first_host(spec_of: Make) -> None:
    """As the exporters themselves have it."""
    spec = spec_of('hosts: [{name: a}, {name: b, exporter: "b:1"}]\njobs: [{name: j, file: /x, every: 1d}]\n')

    assert _muted(spec, ("ExporterDown", "a"), ("JobOverdue", "j")) == [("JobOverdue", "j")]
    assert _muted(spec, ("HostDown", "b"), ("JobOverdue", "j")) == []


def test_the_stacks_own_alerts_run_on_nothing(spec_of: Make) -> None:
    """Even where a target is called like the stack, or like a part of it."""
    spec = spec_of('hosts: [{name: a, exporter: "a:1"}]\njobs: [{name: prometheus, file: /x, every: 1d, runs_on: a}]\n')

    assert _muted(spec, ("HostDown", "a"), ("PrometheusRuleFailures", "prometheus"), ("JobOverdue", "prometheus")) == [
        ("JobOverdue", "prometheus")
    ]


def test_a_worse_severity_mutes_a_milder_one_of_the_same_disk_only(spec_of: Make) -> None:
    """Labels that tell alerts of one target apart must be alike."""
    rules = inhibitions(spec_of("hosts: [{name: a}]\n"))
    common = {"alertname": "HostDiskUsage", "target": "a", "kind": "host", "device": "sda"}
    worse, milder = {**common, "severity": "critical"}, {**common, "severity": "warning"}

    assert any(rule.mutes(milder, worse) for rule in rules)
    assert not any(rule.mutes(worse, milder) for rule in rules)
    assert not any(rule.mutes({**milder, "device": "sdb"}, worse) for rule in rules)


def test_an_outage_that_is_only_a_ticket_hides_no_page(spec_of: Make) -> None:
    """Or nobody would be called."""
    spec = spec_of("alerts: {RedisDown: {severity: warning}}\n" + SHOP)
    rules = inhibitions(spec)
    cause = {"alertname": "RedisDown", "target": "cache", "severity": "warning", "kind": "redis"}
    page = {"alertname": "HighErrorRate", "target": "shop", "severity": "critical", "kind": "service"}

    assert not any(rule.mutes(page, cause) for rule in rules)
    assert any(rule.mutes({**page, "severity": "warning"}, cause) for rule in rules)


def test_what_a_spec_cannot_raise_is_not_written(spec_of: Make) -> None:
    """No kind that it has not, no host that Prometheus does not reach over the network, nothing that is off."""
    spec = spec_of(
        "hosts: [{name: a}]\nredis: [{name: r, url: 'redis://r:1', runs_on: a}]\nalerts: {RedisReplicaLag: off}\n"
    )
    named = {value for rule in inhibitions(spec) for match in (*rule.sources, *rule.targets) for value in match.values}

    assert "RedisDown" in named
    assert not {"PostgresDown", "HostDown", "RedisReplicaLag"} & named


@st.composite
def _specs(draw: st.DrawFn) -> Spec:
    """With outages of any severity, and rules of the user's own."""
    spec = draw(told.specs(datetime(2026, 7, 1, tzinfo=UTC)))
    severities = st.sampled_from(list(spec.matrix()))
    chosen = draw(st.dictionaries(st.sampled_from([*OUTAGES, "ExporterDown"]), severities))
    target = st.sampled_from([target.name for _, _, target in spec.targets()])
    rules = draw(st.lists(st.tuples(severities, st.none() | target), max_size=2))
    return spec.model_copy(
        update={
            "alerts": {name: AlertSetting(severity=severity) for name, severity in chosen.items()},
            "rules": tuple(_rule(f"Own{place}", *rule) for place, rule in enumerate(rules)),
        }
    )


def _rule(name: str, severity: str, target: str | None) -> Rule:
    return Rule(alert=name, expr="x", severity=severity, summary="x", labels={"target": target} if target else {})


def _every(spec: Spec) -> Iterator[dict[str, str]]:
    """Every alert that `spec` can raise; of a rule without target, one for each."""
    names = [target.name for _, _, target in spec.targets()]
    for labels in possible(spec):
        apart = dict.fromkeys(getattr(alerts().get(labels["alertname"]), "labels", ()), "x")
        for target in [labels["target"]] if "target" in labels else names:
            yield {**apart, **labels, "target": target}


specs = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@specs
@given(spec=_specs())
def test_no_alert_of_any_spec_is_both_source_and_target_of_one_rule(spec: Spec) -> None:
    """Alertmanager would keep it as the one source of its labels, and lose another."""
    every = list(_every(spec))
    for rule in inhibitions(spec):
        assert [labels for labels in every if hold(rule.sources, labels) and hold(rule.targets, labels)] == []


@specs
@given(spec=_specs())
def test_whatever_fires_at_least_one_of_it_is_told(spec: Spec) -> None:
    """Nothing is muted round a circle: of every incident, some alert is muted by nothing."""
    sorter: TopologicalSorter[Any] = TopologicalSorter()
    rules = inhibitions(spec)
    for place, labels in enumerate(_every(spec)):
        for number, rule in enumerate(rules):
            meets = (number, _shared(rule, labels))
            if hold(rule.sources, labels):
                sorter.add(("rule", *meets), ("alert", place))
            if hold(rule.targets, labels):
                sorter.add(("alert", place), ("rule", *meets))

    sorter.prepare()  # raises CycleError


def _shared(rule: Inhibition, labels: Labels) -> tuple[str, ...]:
    return tuple(labels.get(label, "") for label in rule.equal)


@specs
@given(spec=_specs())
def test_nothing_mutes_what_is_worse_than_itself(spec: Spec) -> None:
    """Whatever severities the spec gives to outages."""
    order = {severity: place for place, severity in enumerate(spec.matrix())}
    every = list(_every(spec))
    for rule in inhibitions(spec):
        worst: dict[tuple[str, ...], int] = {}
        for labels in every:
            if labels["severity"] in order and hold(rule.targets, labels):
                key = _shared(rule, labels)
                worst[key] = min(worst.get(key, len(order)), order[labels["severity"]])
        for labels in every:
            if labels["severity"] in order and hold(rule.sources, labels):
                assert order[labels["severity"]] <= worst.get(_shared(rule, labels), len(order)), rule


@specs
@given(spec=_specs())
def test_what_an_outage_explains_is_found_however_far_up(spec: Spec) -> None:
    """`dependants` is closed: what stands on one of them is one too, and nothing stands on itself."""
    for relation in (dependants(spec), carried(spec)):
        for cause, names in relation.items():
            assert cause not in names
            for name in names:
                assert set(relation.get(name, ())) <= set(names)


@specs
@given(spec=_specs())
def test_every_symptom_that_an_outage_explains_is_muted_by_one_as_bad(spec: Spec) -> None:
    """The rules say all that the spec says: every pair of an outage and a symptom that it explains is muted."""
    rules, every = inhibitions(spec), list(_every(spec))
    order = {severity: place for place, severity in enumerate(spec.matrix())}
    for source in (labels for labels in every if labels["alertname"] in OUTAGES):
        for target in every:
            explained = target["target"] in dependants(spec).get(source["target"], ())
            symptom = getattr(alerts().get(target["alertname"]), "symptom", False) and target["kind"] != "monitoring"
            if explained and symptom and order[source["severity"]] <= order[target["severity"]]:
                assert any(rule.mutes(target, source) for rule in rules), (source, target)


def test_an_alert_is_explained_by_others_that_exist() -> None:
    """Never by itself."""
    for name, alert in alerts().items():
        assert set(alert.explained_by) <= set(alerts()) - {name}
