"""Recording rules: what is read is recorded, and nothing else."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from generator import rules
from generator.catalogue import KINDS, Record, catalogue
from generator.layout import COMPOSE
from generator.records import names, recorded
from generator.render import render
from watchspec.spec import Spec

Make = Callable[[str], Spec]
RECORDS = [record for kind in KINDS for record in catalogue(kind).records]
SERVICE = "{{name: {name}, url: 'http://x', metrics: /m, instrumentation: {preset}{more}}}"


def _services(**presets: str) -> str:
    return f"services: [{', '.join(SERVICE.format(name=n, preset=p, more='') for n, p in presets.items())}]\n"


def _rules(files: Mapping[str, str]) -> dict[str, Any]:
    """Recording rules by name."""
    loaded = [yaml.safe_load(text) for path, text in files.items() if re.fullmatch(r"rules/\w+\.yml", path)]
    found = [rule for file in loaded for group in file["groups"] for rule in group["rules"]]
    return {rule["record"]: rule for rule in found if "record" in rule}


def _of_services(files: Mapping[str, str]) -> dict[str, Any]:
    """Those of services; uptime is recorded of everything."""
    return _rules({path: text for path, text in files.items() if path == "rules/service.yml"})


def _everything_read(files: Mapping[str, str], recording: Mapping[str, Any]) -> frozenset[str]:
    """Records that dashboards, alerts and other records mention."""
    loaded = [yaml.safe_load(text) for path, text in files.items() if re.fullmatch(r"rules/\w+\.yml", path)]
    alerting = [rule["expr"] for f in loaded for group in f["groups"] for rule in group["rules"] if "alert" in rule]
    pages = [text for path, text in files.items() if path.startswith("grafana/dashboards/")]
    others = names(alerting) | names(pages)
    return others.union(*(names([rule["expr"]]) - {name} for name, rule in recording.items()))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.record)
def test_a_record_is_explained(record: Record) -> None:
    """Whoever meets it in Prometheus looks for its name here."""
    assert record.help.endswith(".")


def test_nothing_is_recorded_that_nobody_reads_and_what_is_read_is_recorded(spec_of: Make) -> None:
    """Dashboards, alerts and records agree by construction."""
    files = render(spec_of(_services(a="fastapi", b="flask", c="spring")))
    recording = _rules(files)
    assert recording
    assert frozenset(recording) == _everything_read(files, recording)


def test_without_readers_there_is_no_record(spec_of: Make) -> None:
    """A service that is only probed has none."""
    assert not _of_services(render(spec_of("services: [{name: a, url: 'http://x'}]\n")))
    assert recorded(spec_of(_services(a="go")), {}) == []


def test_a_record_comes_after_what_it_reads(spec_of: Make) -> None:
    """Rules of a group are evaluated in its order, so each sees the newest value."""
    found = list(_of_services(render(spec_of(_services(a="go")))).values())
    for place, rule in enumerate(found):
        later = {other["record"] for other in found[place:]}
        assert not names([rule["expr"]]) & later


def test_alerts_stand_behind_the_records_that_they_read(spec_of: Make) -> None:
    """In one group: in another they would see the value of the round before."""
    text = rules.emit(spec_of(_services(a="go")), COMPOSE)["rules/service.yml"]
    (group,) = [group for group in yaml.safe_load(text)["groups"] if group["name"] == "service"]
    kinds = ["record" if "record" in rule else rule["alert"] for rule in group["rules"]]
    assert kinds == sorted(kinds, key=lambda kind: kind != "record")
    assert {"HighErrorRate", "HighLatency"} < set(kinds)


def test_services_with_other_names_share_one_record(spec_of: Make) -> None:
    """Two rules of one name are duplicates to promtool, so their expressions are joined."""
    rule = _rules(render(spec_of(_services(a="fastapi", b="flask", c="fastapi"))))["target:requests:rate5m"]
    assert rule["expr"].split("\nor\n") == [
        'sum by (target) (rate(http_requests_total{target=~"a|c"}[5m]))',
        'sum by (target) (rate(flask_http_request_total{target="b"}[5m]))',
    ]


def test_services_with_other_names_share_their_alerts(spec_of: Make) -> None:
    """What is recorded has one name, so settings alone tell rules apart."""
    files = rules.emit(spec_of(_services(a="fastapi", b="flask", c="otel")), COMPOSE)
    groups = yaml.safe_load(files["rules/service.yml"])["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if rule.get("alert") == "HighErrorRate"]
    assert [rule["labels"]["severity"] for rule in alerts] == ["critical", "warning"]


def test_a_quantile_of_a_user_is_recorded_for_those_who_ask_for_it(spec_of: Make) -> None:
    """Its name says it; a dot cannot stand in one."""
    more = ", alerts: {HighLatency: {quantile: 99.9%, warning: 1s, window: 10m}}"
    services = ", ".join(SERVICE.format(name=name, preset="go", more=own) for name, own in (("a", more), ("b", "")))
    found = _rules(rules.emit(spec_of(f"services: [{services}]\n"), COMPOSE))
    assert 'target="a"' in found["target:request_duration_seconds:p99_9_rate10m"]["expr"]
    assert 'target="b"' in found["target:request_duration_seconds:p95_rate5m"]["expr"]


def test_a_window_is_never_shorter_than_four_scrapes(spec_of: Make) -> None:
    """Nor that of a dashboard."""
    spec = spec_of(_services(a="go") + "prometheus: {scrape_interval: 2m}\n")
    windows = {re.findall(r"[0-9]+[a-z]+$", name)[0] for name in _of_services(render(spec))}
    assert windows == {"8m"}


def test_a_record_that_a_rule_of_the_user_reads_is_written(spec_of: Make) -> None:
    """Their own PromQL may use ours, and names that we do not know are theirs."""
    text = _services(a="go") + (
        "channels: {m: {webhook: 'http://x'}}\nseverities: {page: {notify: m}}\n"
        "rules: [{alert: Mine, expr: 'target:requests:rate1h > own:made:up', severity: page, summary: s}]\n"
    )
    found = _rules(render(spec_of(text)))
    assert "target:requests:rate1h" in found
    assert "own:made:up" not in found
