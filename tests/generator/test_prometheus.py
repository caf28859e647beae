"""Prometheus's own configuration."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from generator import prometheus
from generator.layout import COMPOSE, Files
from generator.render import render
from generator.used import kept
from watchspec.spec import Spec

OTHERS = ("prometheus", "alertmanager")
Make = Callable[[str], Spec]


def _read(spec: Spec) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load(prometheus.emit(spec, COMPOSE)["prometheus/prometheus.yml"])
    return value


def _job(spec: Spec, name: str) -> dict[str, Any]:
    return next(job for job in _read(spec)["scrape_configs"] if job["job_name"] == name)


def _relabelled(labels: dict[str, str], steps: list[dict[str, Any]]) -> dict[str, str]:
    """What Prometheus makes of `labels`; enough of its relabelling for the steps we write."""
    found = dict(labels)
    for step in steps:
        if step.get("action") == "labeldrop":
            found = {name: value for name, value in found.items() if not re.fullmatch(step["regex"], name)}
            continue
        source = ";".join(found.get(name, "") for name in step["source_labels"])
        if match := re.fullmatch(step["regex"], source):
            found[step["target_label"]] = match.expand(step["replacement"].replace("$", "\\"))
    return found


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ({"__name__": "redis_up", "target": "cache", "instance": "exporter:9877"}, ("redis", "cache")),
        ({"__name__": "pg_up", "target": "db", "instance": "b:9877"}, ("postgres", "db")),
        ({"__name__": "payments_total", "target": "db", "instance": "exporter:9877"}, ("watchspec", "db")),
        ({"__name__": "probe_success", "target": "api", "instance": "api-2:8000"}, ("blackbox", "api-2:8000")),
        ({"__name__": "node_load1", "target": "a.1", "instance": "exporter:9877"}, ("node", "a.1")),
        ({"__name__": "node_load1", "target": "ax1", "instance": "b:9877"}, ("node", "ax1")),
    ],
)
def test_job_and_instance_are_what_community_dashboards_ask_for(
    spec_of: Make, published: dict[str, str], expected: tuple[str, str]
) -> None:
    """Target becomes instance, except where the exporter has named a replica."""
    spec = spec_of("hosts: [{name: a.1}, {name: b, exporter: 'b:9877'}]\n")
    found = _relabelled({"job": "watchspec", **published}, _job(spec, "watchspec")["metric_relabel_configs"])
    assert (found["job"], found["instance"]) == expected
    assert found["target"] == published["target"]
    assert not any(name.startswith("__tmp") for name in found)


def test_exporters_are_found_where_the_hosts_say(spec_of: Make) -> None:
    """One target each, with the host's name; the stack's name where there is no host."""
    hosts = _job(spec_of("hosts: [{name: a}, {name: b, exporter: 'b:1'}]\n"), "watchspec")["static_configs"]
    assert hosts == [
        {"targets": ["exporter:9877"], "labels": {"target": "a"}},
        {"targets": ["b:1"], "labels": {"target": "b"}},
    ]
    assert _job(spec_of(""), "watchspec")["static_configs"] == [
        {"targets": ["exporter:9877"], "labels": {"target": "stack"}}
    ]


def test_secure_parts_are_reached_over_tls_with_a_password(spec_of: Make) -> None:
    """Whose file and authority lie where the container finds them; a service of the user is asked as before."""
    spec = spec_of("secure: true\nservices: [{name: api, url: http://api, metrics: /metrics}]\n")
    folder = "/etc/watchspec/secrets/tls"
    expected = {
        "scheme": "https",
        "basic_auth": {"username": "watchspec", "password_file": f"{folder}/password"},
        "tls_config": {"ca_file": f"{folder}/ca.pem"},
    }
    found = _read(spec)
    for part in (*found["alerting"]["alertmanagers"], *(_job(spec, name) for name in ("watchspec", *OTHERS))):
        assert {key: part.get(key) for key in expected} == expected
    assert not {"basic_auth", "tls_config"} & _job(spec, "api").keys()


def test_an_exporter_elsewhere_is_not_shown_our_password(spec_of: Make) -> None:
    """It is asked apart, as it was; its series look the same."""
    spec = spec_of("secure: true\nhosts: [{name: a}, {name: b, exporter: 'b:9877'}]\n")
    own, others = _job(spec, "watchspec"), _job(spec, "watchspec-hosts")
    assert [part["labels"]["target"] for part in own["static_configs"]] == ["a"]
    assert others["static_configs"] == [{"targets": ["b:9877"], "labels": {"target": "b", "job": "watchspec"}}]
    assert not {"basic_auth", "tls_config", "scheme"} & others.keys()
    published = {"__name__": "node_load1", "target": "b", "instance": "b:9877"}
    found = _relabelled({"job": "watchspec", **published}, others["metric_relabel_configs"])
    assert (found["job"], found["instance"]) == ("node", "b")


def test_a_stack_on_loopback_stays_open(spec_of: Make) -> None:
    """Its parts have no certificates: the layout says so."""
    loopback = dataclasses.replace(COMPOSE, access=None)
    text = "hosts: [{name: a}]\n"
    assert prometheus.emit(spec_of(f"secure: true\n{text}"), loopback) == prometheus.emit(spec_of(text), loopback)


def test_a_service_is_scraped_at_all_its_replicas(spec_of: Make) -> None:
    """Ports and schemes come from the addresses, the query from the path."""
    urls = "[http://a, 'http://b:8000/base', 'https://c', 'http://[::1]:9']"
    job = _job(spec_of(f"services: [{{name: s, url: {urls}, metrics: '/metrics?name=x'}}]\n"), "s")
    assert (job["scheme"], job["metrics_path"], job["params"]) == ("http", "/metrics", {"name": ["x"]})
    assert job["static_configs"] == [
        {"targets": ["a:80", "b:8000", "[::1]:9"], "labels": {"target": "s"}},
        {"targets": ["c:443"], "labels": {"target": "s", "__scheme__": "https"}},
    ]


def test_a_scrape_never_takes_longer_than_the_interval(spec_of: Make) -> None:
    """Ten seconds, or the interval if that is shorter."""
    assert _read(spec_of("prometheus: {scrape_interval: 5s}\n"))["global"]["scrape_timeout"] == "5s"
    assert _read(spec_of("prometheus: {scrape_interval: 1m}\n"))["global"]["scrape_timeout"] == "10s"


@pytest.mark.parametrize(("version", "written"), [("3.5", "a$$b"), ("2.53", "a$b")])
def test_a_dollar_in_a_label_survives(spec_of: Make, version: str, written: str) -> None:
    """Prometheus 3 expands environment variables there."""
    spec = spec_of(f"labels: {{price: a$b}}\nversions: {{prometheus: {version}}}\n")
    assert _read(spec)["global"]["external_labels"] == {"stack": "stack", "price": written}


def test_what_is_kept_is_a_matter_of_flags(spec_of: Make) -> None:
    """Prometheus takes them on its command line only."""
    spec = spec_of("prometheus: {retention: 45d, retention_size: 10GB}\n")
    assert prometheus.flags(spec) == ["--storage.tsdb.retention.time=45d", "--storage.tsdb.retention.size=10GB"]


def test_promtool_accepts_every_part(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """Remote write with each kind of credentials, TLS, awkward names."""
    spec = spec_of(
        "hosts: [{name: 'a|b\"c'}]\n"
        "services:\n  - {name: 'sé \"s\"', url: 'https://x', metrics: metrics, tls: {ca: ca.pem, verify: false}}\n"
        "prometheus:\n  remote_write:\n    - {url: 'https://m/1', bearer: {file: t}}\n"
        "    - {url: 'https://m/2', username: u, password: {env: P}}\n"
    )
    judge(prometheus.emit(spec, COMPOSE))
    assert _read(spec)["remote_write"][1]["basic_auth"] == {
        "username": "u",
        "password_file": "/etc/watchspec/secrets/env/P",
    }
    assert _job(spec, 'sé "s"')["tls_config"] == {"ca_file": "/etc/watchspec/ca.pem", "insecure_skip_verify": True}


KEEP = ("node_load1", "own_total", "pg_up", r"(?:a\.b|c\"d)")
SERVICES = (
    "hosts: [{name: a}]\n"
    "services:\n  [{name: s, url: 'http://s', metrics: m}, {name: t, url: 'http://t', metrics: m}]\n"
)


def _first(text: str) -> dict[str, dict[str, Any]]:
    jobs = yaml.safe_load(text)["scrape_configs"]
    return {job["job_name"]: job["metric_relabel_configs"][0] for job in jobs}


def test_only_what_is_kept_passes_and_by_the_name_that_its_page_gives(spec_of: Make) -> None:
    """First of all relabelling, in every job; said once, a name a line, so that a diff can be read."""
    text = prometheus.emit(spec_of(SERVICES), COMPOSE, KEEP)["prometheus/prometheus.yml"]
    kept = {"source_labels": ["__name__"], "regex": "|".join(KEEP), "action": "keep"}
    found = _first(text)
    assert found["watchspec"] == found["prometheus"] == found["alertmanager"] == kept
    assert text.count("node_load1") == text.count("own_total") - 1 == 1
    assert re.search(r"^ +node_load1\|\\$", text, re.MULTILINE)


@pytest.mark.parametrize(("name", "passes"), [("own_total", True), ("own_other", False), ('c"d', True), ("a.b", True)])
def test_a_service_keeps_what_is_read_of_its_own(spec_of: Make, name: str, passes: bool) -> None:
    """What has the name of an exporter's is kept whole: no service publishes it, and the list stays short."""
    found = _first(prometheus.emit(spec_of(SERVICES), COMPOSE, KEEP)["prometheus/prometheus.yml"])
    assert found["s"] == found["t"]
    assert bool(re.fullmatch(found["s"]["regex"], name)) == passes
    assert re.fullmatch(found["s"]["regex"], "node_load1")
    assert "load1" not in found["s"]["regex"]


def test_everything_is_kept_unless_the_spec_says_otherwise(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """The rendered configuration, as promtool sees it."""
    every, used = (render(spec_of(f"{SERVICES}prometheus: {{keep: {keep}}}\n")) for keep in ("all", "used"))
    path = "prometheus/prometheus.yml"
    for files in (every, used):
        judge({path: files[path]})
    assert "action: keep" not in every[path]
    assert set(kept(used)) == set(_first(used[path])["watchspec"]["regex"].split("|"))


def test_two_tell_both_alertmanagers_of_alerts_that_are_one(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """They differ in a label that alerts lose; each sees all four, and by their names which is gone."""
    files = prometheus.emit(spec_of("prometheus: {replicas: 2}\n"), COMPOSE)
    judge(files)
    first, second = (yaml.safe_load(files[f"prometheus/{name}.yml"]) for name in ("prometheus", "prometheus-2"))
    assert first["global"].pop("external_labels") == {"stack": "stack", "prometheus_replica": "1"}
    assert second["global"].pop("external_labels") == {"stack": "stack", "prometheus_replica": "2"}
    assert first == second
    assert first["alerting"] == {
        "alert_relabel_configs": [{"regex": "prometheus_replica", "action": "labeldrop"}],
        "alertmanagers": [{"static_configs": [{"targets": ["alertmanager:9093", "alertmanager-2:9093"]}]}],
    }
    jobs = {job["job_name"]: job["static_configs"] for job in first["scrape_configs"]}
    assert jobs["alertmanager"] == [
        {"targets": ["alertmanager:9093"], "labels": {"target": "alertmanager"}},
        {"targets": ["alertmanager-2:9093"], "labels": {"target": "alertmanager-2"}},
    ]


def test_a_stack_that_has_no_place_for_two_has_one(spec_of: Make) -> None:
    """Such as that of `watchspec up --native`."""
    spec = spec_of("prometheus: {replicas: 2}\n")
    assert prometheus.emit(spec, replace(COMPOSE, twins=None)) == prometheus.emit(spec_of(""), COMPOSE)
