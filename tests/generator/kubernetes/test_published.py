"""Every manifest is what the operator and Kubernetes say they take, to the last field."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from jsonschema import Draft4Validator

from generator.findings.whole import findings
from generator.kubernetes.render import render
from tests.support.manifests import CHANNELS, is_object
from tests.support.published import against, faults, read, strict
from tests.support.spec_words import EXAMPLES, Section
from tests.support.specs import specs, text
from watchspec.errors import SpecInvalid
from watchspec.load import load
from watchspec.spec import Spec

Make = Callable[[str], Mapping[str, Any]]
ROOT = Path(__file__).resolve().parents[3]
SPECS = [ROOT / "monitoring.yml", ROOT / "tests/generator/everything.yml", *sorted(ROOT.glob("tests/golden/*/*.yml"))]
REST = """
redis: [{name: cache, url: "redis://r:6379", password: {env: REDIS}, tls: {ca: tls/ca.pem, cert: c, key: /etc/x/k}}]
hosts: [{name: node-1, exporter: "node-1:9100"}, {name: Wéb 2, exporter: "web-2:9100"}, {name: own}]
services: [{name: "$shop", url: ["https://a", "http://b:1"], metrics: "/m?x=1&y", tls: {ca: tls/ca.pem, verify: false}}]
jobs: [{name: beat, heartbeat: {env: BEAT}, every: 1h}, {name: dump, file: /backups/x, every: 24h}]
prometheus: {retention_size: 10GB, remote_write: [{url: "https://m/push", username: u, password: {file: secrets/m}}]}
maintenance: [{name: once, from: "2026-12-05T22:00", to: "2026-12-08T03:30", timezone: Europe/Belgrade}]
"""


def _objects(spec: Spec, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, body in render(spec, source).items():
        if is_object(path):
            yield path, read(body)


def _wrong(spec: Spec, source: str) -> dict[str, list[str]]:
    return {path: found for path, document in _objects(spec, source) if (found := faults(document))}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_bundled_and_tested_elsewhere_renders_valid_manifests(path: Path) -> None:
    """Of every kind."""
    assert _wrong(load(path).spec, path.read_text(encoding="utf-8")) == {}


def test_every_way_to_tell_and_every_kind_of_secret_is_valid(manifests: Make) -> None:
    """With names that Kubernetes does not take."""
    found = manifests(CHANNELS + REST)
    assert "alertmanager/config.yml" in found
    assert {path: wrong for path, each in found.items() if (wrong := faults(each))} == {}


@settings(
    max_examples=EXAMPLES or 5,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@given(plain=specs())
def test_any_spec_renders_valid_manifests(plain: Section, tmp_path: Path) -> None:
    """Whatever it is called."""
    path = tmp_path / "monitoring.yml"
    path.write_text(text(plain), encoding="utf-8")
    try:
        spec = load(path).spec
    except SpecInvalid:
        assume(False)
        raise
    assume(not [finding for finding in findings(spec) if not finding.warning])
    assert _wrong(spec, text(plain)) == {}


@pytest.mark.parametrize(
    ("path", "place", "value", "said"),
    [
        ("rules/redis.yml", ("spec", "groups", 0, "rules", 0, "severity"), "critical", "'severity' was unexpected"),
        ("rules/redis.yml", ("spec", "groups", 0, "interval"), "1 minute", "does not match"),
        ("scrapes/stack-watchspec.yml", ("spec", "static_configs"), [], "'static_configs' was unexpected"),
        ("scrapes/stack-watchspec.yml", ("spec", "staticConfigs", 0, "targets"), [], "is too short"),
        ("alertmanager/config.yml", ("spec", "route", "group_wait"), "1s", "'group_wait' was unexpected"),
        ("alertmanager/config.yml", ("metadata", "label"), {}, "'label' was unexpected"),
        ("exporter/deployment.yml", ("spec", "template", "spec", "hostPid"), True, "'hostPid' was unexpected"),
        ("exporter/deployment.yml", ("spec", "replicas"), "one", "is not of type 'integer'"),
        ("servers/prometheus.yml", ("spec", "retentionSize"), "10 GB", "does not match"),
        ("dashboards/overview.yml", ("data",), "text", "is not of type 'object'"),
    ],
)
def test_a_wrong_field_or_value_is_found(
    manifests: Make, path: str, place: tuple[str | int, ...], value: object, said: str
) -> None:
    """Where the API server would say nothing and leave it out."""
    document = manifests("redis: [{name: cache, url: 'redis://r:6379'}]\n")[path]
    assert faults(document) == []
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert said in "\n".join(faults(document)).replace("should be non-empty", "is too short")


def test_a_schema_is_closed_where_kubernetes_would_prune() -> None:
    """But not where it keeps what it does not know, or takes any name."""
    schema = {
        "type": "object",
        "properties": {
            "closed": {"type": "object", "properties": {"a": {"type": "string"}}},
            "open": {"type": "object", "properties": {}, "x-kubernetes-preserve-unknown-fields": True},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
            "port": {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        },
    }
    validator = Draft4Validator(strict(schema))
    assert against(validator, {"closed": {"a": "x"}, "open": {"b": 1}, "map": {"c": "d"}, "port": "http"}) == []
    assert len(against(validator, {"closed": {"b": 1}})) == 1
    assert len(against(validator, {"map": {"c": 1}})) == 1
    assert len(against(validator, {"port": 1.5})) == 1
    assert len(against(validator, {"other": 1})) == 1
