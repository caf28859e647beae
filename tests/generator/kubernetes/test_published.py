"""Every manifest is what the operator and Kubernetes say they take, to the last field."""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from generator.findings.whole import findings
from generator.kubernetes.render import render
from tests.support.manifests import CHANNELS, is_object, read
from tests.support.npm import direct
from tests.support.published import EXCUSED, FOLDER, faults, judged
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


def _objects(spec: Spec, source: str) -> dict[str, Any]:
    return {path: read(body) for path, body in render(spec, source).items() if is_object(path)}


def test_what_is_bundled_and_tested_elsewhere_renders_valid_manifests() -> None:
    """Of every kind; in one run, as node takes a while to begin."""
    found = {
        f"{path.relative_to(ROOT)}: {name}": each
        for path in SPECS
        for name, each in _objects(load(path).spec, path.read_text(encoding="utf-8")).items()
    }
    assert faults(found) == {}


def test_every_way_to_tell_and_every_kind_of_secret_is_valid(manifests: Make) -> None:
    """With names that Kubernetes does not take."""
    found = manifests(CHANNELS + REST)
    assert "alertmanager/config.yml" in found
    assert faults(found) == {}


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
    assert faults(_objects(spec, text(plain))) == {}


WRONG: Final[Sequence[tuple[str, Sequence[str | int], object, str]]] = [
    ("rules/redis.yml", ("spec", "groups", 0, "rules", 0, "severity"), "critical", "is unknown"),
    ("rules/redis.yml", ("spec", "groups", 0, "interval"), "1 minute", "must match pattern"),
    ("scrapes/stack-watchspec.yml", ("spec", "static_configs"), [], "is unknown"),
    ("scrapes/stack-watchspec.yml", ("spec", "staticConfigs", 0, "targets"), [], "must NOT have less than 1 item"),
    ("scrapes/stack-watchspec.yml", ("spec", "scrapeInterval"), None, "is null"),
    ("alertmanager/config.yml", ("spec", "route", "group_wait"), "1s", "is unknown"),
    ("alertmanager/config.yml", ("spec", "route", "routes", 0, "routes"), [{"match": {}}], "/0/match is unknown"),
    ("alertmanager/config.yml", ("spec", "route", "routes", 0, "receiver"), 1, "must be string"),
    ("alertmanager/config.yml", ("metadata", "label"), {}, "is unknown"),
    ("exporter/deployment.yml", ("spec", "template", "spec", "hostPid"), True, "is unknown"),
    ("exporter/deployment.yml", ("spec", "replicas"), "one", "must be integer"),
    ("servers/prometheus.yml", ("spec", "retentionSize"), "10 GB", "must match pattern"),
    ("dashboards/overview.yml", ("data",), "text", "must be object"),
]
"""A field or value that the API server would leave out or refuse: where, what, and what is said of it."""


def test_each_wrong_field_or_value_is_found(manifests: Make) -> None:
    """The check itself: the only fault of its object, with its place; in one run, as node takes a while to begin."""
    right = manifests(CHANNELS + REST)
    broken = {}
    for path, place, value, _ in WRONG:
        name = f"{path}: {'/'.join(map(str, place))}"
        broken[name] = copy.deepcopy(right[path])
        _set(broken[name], place, value)
    found = faults(broken)
    for name, (_, place, _, said) in zip(broken, WRONG, strict=True):
        (fault,) = found[name]
        assert fault.startswith(f"/{'/'.join(map(str, place))}")
        assert said in fault


def _set(inner: Any, place: Sequence[str | int], value: object) -> None:  # noqa: ANN401  # JSON
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value


def test_an_object_that_no_model_knows_is_not_passed_over() -> None:
    """It stops the test."""
    with pytest.raises(AssertionError, match="ERR_"):
        faults({"x": {"apiVersion": "monitoring.coreos.com/v1", "kind": "Probes"}})


def test_nothing_is_excused_that_the_models_no_longer_say(manifests: Make) -> None:
    """Newer ones may be right."""
    said = [fault for each in judged(manifests(CHANNELS + REST)).values() for fault in each]
    assert [pattern for pattern in EXCUSED if not any(re.fullmatch(pattern, fault) for fault in said)] == []


def test_the_models_are_pinned_by_hash() -> None:
    """Wherever they come from: the lock names no registry."""
    assert direct(FOLDER) == {"@kubernetes-models/prometheus-operator": "6.0.0", "kubernetes-models": "5.1.0"}
