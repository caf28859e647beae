"""The page of services: what it shows of which service, and that its figures are right."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.dashboards.service import dashboard
from generator.grafana import encode
from tests.support.proving import prove
from watchspec.spec import Spec

Make = Callable[[str], Spec]
Json = dict[str, Any]
MOST_PANELS = 25
FIRST_SCREEN = 24
"""Rows of Grafana's grid that a large screen shows."""
SHOP = """
hosts: [{name: web}]
redis: [{name: cache, url: 'redis://r'}, {name: other, url: 'redis://o'}]
postgres: [{name: db, url: 'postgresql://p/x'}]
services:
  - name: shop
    url: https://shop
    health: /health
    metrics: /m
    instrumentation: {preset: go, connections: open, messages: sent_total, disconnects: gone_total}
    slo: {availability: 99.9%, latency: {below: 500ms, for: 99%}}
    runs_on: web
    depends_on: [db, cache]
"""


def rows(spec: Spec) -> Mapping[str, list[Json]]:
    """The panels of the page by the heading that they stand under; the first screen has none."""
    found: dict[str, list[Json]] = {"": []}
    for panel in json.loads(encode(dashboard(spec)))["panels"]:
        if panel["type"] == "row":
            found[panel["title"]] = panel["panels"]
        else:
            found[""].append(panel)
    return found


def titles(spec: Spec) -> dict[str, list[str]]:
    """Their titles."""
    return {heading: [panel["title"] for panel in panels] for heading, panels in rows(spec).items()}


def panels(spec: Spec) -> Iterator[Json]:
    """All of them."""
    return (panel for shown in rows(spec).values() for panel in shown)


def exprs(spec: Spec, title: str) -> list[str]:
    """What the panel of this title asks."""
    (panel,) = (panel for panel in panels(spec) if panel["title"] == title)
    return [target["expr"] for target in panel["targets"]]


def test_a_service_that_tells_everything_has_every_panel(spec_of: Make) -> None:
    """The most that there can be, and what comes first stands first."""
    found = titles(spec_of(SHOP))
    assert found == {
        "": [
            "Services", "Requests", "Errors", "Slowest p95", "Least error budget left",
            "Requests by service", "Requests by status", "Errors by service",
            "Duration by service", "How full is what services stand on",
        ],
        "Routes": ["Routes", "Requests by route", "p95 by route", "How durations are spread"],
        "Promises": ["Promises"],
        "Open connections": ["Open connections by service", "Messages by service", "Disconnects by service"],
        "Health checks": ["Probes", "Probe time by phase", "Components of the health pages"],
        "Processes": ["CPU by service", "Memory by service", "File descriptors by service"],
    }  # fmt: skip
    assert sum(map(len, found.values())) < MOST_PANELS


def test_the_first_screen_is_one(spec_of: Make) -> None:
    """Nobody scrolls in an incident."""
    places = [panel["gridPos"] for panel in rows(spec_of(SHOP))[""]]
    assert max(place["y"] + place["h"] for place in places) <= FIRST_SCREEN


def test_a_service_without_metrics_is_its_probe(spec_of: Make) -> None:
    """No panel asks for what nobody publishes."""
    assert titles(spec_of("services: [{name: mail, url: 'tcp://mail:25'}]\n")) == {
        "": ["Services", "Probe time by service"],
        "Health checks": ["Probes"],
    }


def test_a_service_of_unknown_metrics_still_shows_its_process(spec_of: Make) -> None:
    """Every client library publishes that."""
    found = titles(spec_of("services: [{name: a, url: 'http://a', metrics: /m}]\n"))
    assert found["Processes"] == ["CPU by service", "Memory by service", "File descriptors by service"]
    assert "Routes" not in found


def test_services_of_one_way_share_a_clause_without_their_names(spec_of: Make) -> None:
    """A thousand of them make no longer query than one."""
    service = "{{name: {0}, url: 'http://{0}', metrics: /m, instrumentation: go}}"
    one, two = (
        spec_of(f"services: [{', '.join(service.format(name) for name in names)}]\n") for names in (["a"], ["a", "b"])
    )
    assert exprs(one, "Routes") == exprs(two, "Routes")
    assert exprs(one, "Requests by status") == exprs(two, "Requests by status")


def test_services_whose_metrics_share_a_name_are_told_apart(full: Spec, awkward: str) -> None:
    """The label of one is not that of the other."""
    (query,) = exprs(full, "Requests by status")
    assert query.count("rate(http_requests_total{") == 2
    assert 'target=~"api"' in query
    assert awkward not in query
    assert query.count("rate(http_server_duration_milliseconds_count{") == 1
    assert 'http_server_duration_milliseconds_count{target=~"$target"}' in query


def test_histograms_of_other_buckets_are_other_heat_maps(full: Spec) -> None:
    """In the unit of their buckets."""
    spread = [panel for panel in panels(full) if panel["type"] == "heatmap"]
    assert [(panel["title"], panel["fieldConfig"]["defaults"]["unit"]) for panel in spread] == [
        ("How durations of api are spread", "s"),
        ("How durations of old are spread", "ms"),
    ]


def test_thresholds_and_promises_are_lines(spec_of: Make) -> None:
    """What wakes somebody, and what was promised."""
    spec = spec_of(SHOP.replace("depends_on", "alerts: {HighErrorRate: {critical: 7%}}\n    depends_on"))
    (errors,) = (panel for panel in panels(spec) if panel["title"] == "Errors by service")
    assert [step["value"] for step in errors["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 0.07]
    assert exprs(spec, "Errors by service")[1] == '1 - slo:objective:ratio{slo="availability", target=~"$target"}'
    assert exprs(spec, "Duration by service")[3].startswith("0.5 * group by (target) (slo:objective:ratio{")


def test_saturation_is_that_of_what_is_needed_and_of_nothing_else(spec_of: Make) -> None:
    """`other` is nobody's."""
    asked = " ".join(exprs(spec_of(SHOP), "How full is what services stand on"))
    assert all(f'target=~"{name}"' in asked for name in ("db", "cache", "web"))
    assert "other" not in asked


def test_statuses_are_counted_by_class(spec_of: Make, tmp_path: Path) -> None:
    """Of one service by code, of another grouped already, of a third by name."""
    spec = spec_of(
        "services:\n"
        "  - {name: a, url: 'http://a', metrics: /m, instrumentation: go}\n"
        "  - {name: b, url: 'http://b', metrics: /m, instrumentation: starlette}\n"
        "  - {name: c, url: 'http://c', metrics: /m, instrumentation: grpc}\n"
    )
    (query,) = exprs(spec, "Requests by status")
    series = {
        'http_requests_total{target="a", code="200", instance="1"}': "0+60x10",
        'http_requests_total{target="a", code="200", instance="2"}': "0+60x10",
        'http_requests_total{target="a", code="503"}': "0+60x10",
        'starlette_requests_total{target="b", status_code="2xx"}': "0+60x10",
        'grpc_server_handled_total{target="c", grpc_code="Unavailable"}': "0+60x10",
    }
    prove(tmp_path, series, {query: [('{class="2xx"}', 3), ('{class="5xx"}', 1), ('{class="Unavailable"}', 1)]})


def test_routes_are_counted_judged_and_timed(spec_of: Make, tmp_path: Path) -> None:
    """Whatever their label is; one that did not fail has share 0, one that nobody asked is not there."""
    spec = spec_of("services: [{name: a, url: 'http://a', metrics: /m, instrumentation: go}]\n")
    requests, failed, slow = exprs(spec, "Routes")
    series = {
        'http_requests_total{target="a", code="200", handler="/x"}': "0+60x10",
        'http_requests_total{target="a", code="500", handler="/x"}': "0+20x10",
        'http_requests_total{target="a", code="200", handler="/y"}': "0+60x10",
        'http_requests_total{target="a", code="200", handler="/z"}': "0x10",
        'http_request_duration_seconds_bucket{target="a", handler="/x", le="0.1"}': "0+95x10",
        'http_request_duration_seconds_bucket{target="a", handler="/x", le="+Inf"}': "0+100x10",
        'http_request_duration_seconds_bucket{target="a", handler="/z", le="+Inf"}': "0x10",
    }
    x, y = (f'{{target="a", route="/{name}"}}' for name in "xy")
    prove(
        tmp_path,
        series,
        {requests: [(x, 800), (y, 600)], failed: [(x, 0.25), (y, 0)], slow: [(x, 0.1)]},
    )


@pytest.mark.parametrize(
    ("preset", "counter"),
    [("flask", "flask_http_request_duration_seconds_count"), ("fastapi", "http_requests_total")],
)
def test_routes_are_counted_where_they_are_told(spec_of: Make, preset: str, counter: str) -> None:
    """Flask's counter knows none, its histogram does."""
    spec = spec_of(f"services: [{{name: a, url: 'http://a', metrics: /m, instrumentation: {preset}}}]\n")
    assert f"increase({counter}{{" in exprs(spec, "Routes")[0]


def test_the_monitorings_own_processes_are_no_services(spec_of: Make, tmp_path: Path) -> None:
    """They publish the same names; the exporter even under the name of a host."""
    (memory,) = exprs(spec_of(SHOP), "Memory by service")
    series = {
        'process_resident_memory_bytes{job="shop", target="shop", instance="1"}': "5x10",
        'process_resident_memory_bytes{job="shop", target="shop", instance="2"}': "6x10",
        'process_resident_memory_bytes{job="watchspec", target="web"}': "7x10",
    }
    prove(tmp_path, series, {memory: [('{target="shop"}', 11)]})


def test_starts_are_marked(spec_of: Make, tmp_path: Path) -> None:
    """Once, at the time at which they are first seen; the first of all is none."""
    marks = json.loads(encode(dashboard(spec_of(SHOP))))["annotations"]["list"]
    (expr,) = (mark["expr"] for mark in marks if mark["name"] == "Starts")
    series = {'process_start_time_seconds{job="shop", target="shop", instance="1"}': "5x5 305x10"}
    widened = expr.replace("[1m]", "[2m]")
    one = '{job="shop", target="shop", instance="1"}'
    prove(tmp_path, series, {widened: [(one, 1)]}, at="6m")
    prove(tmp_path, series, {widened: []}, at="5m")
    prove(tmp_path, series, {widened: []}, at="9m")


def test_open_connections_are_gauges_and_the_rest_counters(spec_of: Make, tmp_path: Path) -> None:
    """Of all replicas together."""
    spec = spec_of(SHOP)
    series = {
        'open{target="shop", instance="1"}': "3x10",
        'open{target="shop", instance="2"}': "4x10",
        'sent_total{target="shop"}': "0+120x10",
        'gone_total{target="shop"}': "0+60x10",
    }
    shop = '{target="shop"}'
    expected = {
        exprs(spec, "Open connections by service")[0]: [(shop, 7)],
        exprs(spec, "Messages by service")[0]: [(shop, 2)],
        exprs(spec, "Disconnects by service")[0]: [(shop, 1)],
    }
    prove(tmp_path, series, expected)
