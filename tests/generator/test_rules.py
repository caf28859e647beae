"""Rules as Prometheus reads them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from generator import rules
from generator.layout import COMPOSE, Files
from watchspec.spec import Spec

Make = Callable[[str], Spec]
AWKWARD = ('se"ss.ion', "back\\slash", "žurnal ✓", "a|b*c", "{{ .x }}", "it's # not: a comment", "<< x >>", "$1")


def _rules(spec: Spec, alert: str) -> list[dict[str, Any]]:
    return [rule for rule in _all(rules.emit(spec, COMPOSE)) if rule.get("alert") == alert]


def _all(files: Files) -> Iterator[dict[str, Any]]:
    for text in files.values():
        for group in yaml.safe_load(text)["groups"]:
            yield from group["rules"]


def _named(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def test_a_rule_names_its_severity_kind_and_team(spec_of: Make) -> None:
    """Those labels route it; target comes from the series."""
    spec = spec_of("redis: [{name: cache, url: 'redis://x:6379', team: data}]\n")
    assert _rules(spec, "RedisDown")[0]["labels"] == {"severity": "critical", "kind": "redis", "team": "data"}


def test_an_alert_without_patience_has_no_for(spec_of: Make) -> None:
    """It fires at the first bad scrape, and its description does not speak of a time."""
    spec = spec_of("redis: [{name: cache, url: 'redis://x:6379', alerts: {RedisDown: {for: 0s}}}]\n")
    (rule,) = _rules(spec, "RedisDown")
    assert "for" not in rule
    assert rule["expr"] == 'max by (target) (redis_up{target="cache"}) == 0'
    assert rule["annotations"]["description"].endswith("has not answered the exporter.")


def test_rules_of_one_name_and_severity_are_told_apart_without_changing_their_alerts(
    spec_of: Make, judge: Callable[[Files], None]
) -> None:
    """Equal static labels are duplicates to promtool; the mark is a template that expands to the target's name."""
    spec = spec_of(
        "hosts:\n  - {name: a}\n  - {name: b, exporter: 'b:9877', alerts: {HostMemoryUsage: {critical: 50%}}}\n"
        "  - {name: c, exporter: 'c:9877', alerts: {HostMemoryUsage: {critical: 60%}}}\n"
    )
    labels = [
        rule["labels"].get("target")
        for rule in _rules(spec, "HostMemoryUsage")
        if "critical" in rule["labels"].values()
    ]
    assert labels == [None, "{{/* setting 2 */}}{{ $labels.target }}", "{{/* setting 3 */}}{{ $labels.target }}"]
    judge(rules.emit(spec, COMPOSE))


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_makes_rules_that_promtool_accepts(spec_of: Make, judge: Callable[[Files], None], name: str) -> None:
    """Quotes, backslashes, templates and regular expressions in the names of targets and teams are text."""
    quoted = _named(name)
    spec = spec_of(
        f"redis:\n  - {{name: {quoted}, team: {quoted}, url: 'redis://x:6379', queues: {{{quoted}: {{warning: 1}}}}}}\n"
        "  - {name: other, url: 'redis://x:6379'}\n"
        f"services:\n  - {{name: {_named('s' + name)}, url: 'http://x:80', metrics: /metrics, instrumentation: go,\n"
        f"     alerts: {{HighErrorRate: {{route: {quoted}, warning: 1%}}}}}}\n"
    )
    judge(rules.emit(spec, COMPOSE))


def test_a_range_is_never_shorter_than_four_scrapes(spec_of: Make) -> None:
    """With two scrapes lost, rate still has its two samples."""
    spec = spec_of("hosts: [{name: h}]\nprometheus: {scrape_interval: 2m}\n")
    (rule,) = _rules(spec, "HostCpuUsage")
    assert "[8m]" in rule["expr"]


def test_milliseconds_are_compared_as_seconds(spec_of: Make) -> None:
    """The threshold and the value in the message are seconds for every preset, of all routes and of one."""
    spec = spec_of(
        "services: [{name: s, url: 'http://x:80', metrics: /metrics, instrumentation: otel-old,\n"
        "  alerts: {HighLatency: {route: /api/scan, warning: 300ms}}},\n"
        "  {name: t, url: 'http://x:80', metrics: /metrics, instrumentation: otel-old}]\n"
    )
    routed, whole = (rule["expr"] for rule in _rules(spec, "HighLatency"))
    assert ") / 1000 > 0.3\n" in routed
    recording = next(
        rule for rule in _all(rules.emit(spec, COMPOSE)) if rule.get("record") and ":p95" in rule["record"]
    )
    assert recording["expr"].endswith(") / 1000")
    assert recording["record"] in whole


def test_a_route_is_asked_of_the_histogram_that_has_it(spec_of: Make) -> None:
    """FastAPI's finer histogram has no routes."""
    latency = "alerts: {HighLatency: {route: /api/scan, warning: 300ms}}"
    spec = spec_of(
        "services:\n  - {name: a, url: 'http://x:80', metrics: /metrics, instrumentation: fastapi}\n"
        f"  - {{name: b, url: 'http://x:80', metrics: /metrics, instrumentation: fastapi, {latency}}}\n"
    )
    _, routed = (rule["expr"] for rule in _rules(spec, "HighLatency"))
    assert 'http_request_duration_seconds_bucket{target="b", handler="/api/scan"}' in routed
    whole = next(rule for rule in _all(rules.emit(spec, COMPOSE)) if ":p95" in rule.get("record", ""))
    assert 'http_request_duration_highr_seconds_bucket{target="a"}' in whole["expr"]


def test_a_queue_has_one_setting_its_own_before_that_of_a_pattern(spec_of: Make) -> None:
    """A name comes before patterns, an earlier pattern before a later one: two alerts of equal labels are an error."""
    queues = "{'queue:*': {warning: 9}, 'queue:vip': {warning: 1}, '*:vip': {warning: 5}}"
    spec = spec_of(f"redis: [{{name: r, url: 'redis://x', queues: {queues}}}]\n")
    asked = [rule["expr"].partition('"r", ')[2].partition("}")[0] for rule in _rules(spec, "RedisQueueLength")]
    assert asked == [
        'key=~"queue:.*", key!~"queue:vip"',
        'key="queue:vip"',
        'key=~".*:vip", key!~"queue:vip|queue:.*"',
    ]


def test_links_lead_to_the_runbook_and_the_dashboard(spec_of: Make) -> None:
    """Each message says where to read on."""
    spec = spec_of(
        "redis: [{name: cache, url: 'redis://x:6379'}]\n"
        "links: {grafana: 'https://grafana.example.com/', runbooks: 'https://git.example.com/docs/'}\n"
    )
    notes = _rules(spec, "RedisDown")[0]["annotations"]
    assert notes["runbook_url"] == "https://git.example.com/docs/RedisDown.md"
    assert notes["dashboard_url"].startswith("https://grafana.example.com/d/")
    assert notes["dashboard_url"].endswith("?var-target={{ $labels.target | urlquery }}")


def test_keep_firing_for_is_left_out_for_a_prometheus_that_lacks_it(spec_of: Make) -> None:
    """2.42 brought it."""
    old, new = ("hosts: [{name: h}]\nversions: {prometheus: 2.41}\n", "hosts: [{name: h}]\n")
    assert "keep_firing_for" not in _rules(spec_of(old), "HostFilesystemReadOnly")[0]
    assert _rules(spec_of(new), "HostFilesystemReadOnly")[0]["keep_firing_for"] == "30m"


def test_the_same_spec_gives_the_same_bytes(spec_of: Make) -> None:
    """Nothing depends on the order of a set or on the time."""
    text = "hosts: [{name: h}]\nredis: [{name: b, url: 'redis://x:1'}, {name: a, url: 'redis://x:2'}]\n"
    assert rules.emit(spec_of(text), COMPOSE) == rules.emit(spec_of(text), COMPOSE)
