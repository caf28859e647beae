"""Rules on series: those that are written beside them, and some that are thought up here, run by promtool."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import proofs, rules
from generator.catalogue import alerts
from generator.cohorts import cohorts
from generator.findings.whole import findings
from generator.layout import COMPOSE, Files
from generator.render import render
from tests.support.need import program
from watchspec.load import load
from watchspec.promtool import prove
from watchspec.spec import Spec

ROOT = Path(__file__).resolve().parent.parent.parent
PROOFS = Path(__file__).resolve().parent / "proofs"
CASES = sorted(path for path in PROOFS.glob("*.yml") if path.name != "spec.yml")
EVERYTHING = Path(__file__).resolve().parent / "everything.yml"
COMMITTED = [ROOT / "monitoring.yml", *sorted((ROOT / "tests/golden").glob("*/monitoring.yml"))]
SPECS = [*COMMITTED, EVERYTHING, PROOFS / "spec.yml"]
Make = Callable[[str], Spec]


def _write(files: Files, folder: Path) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def _promtool(*tests: Path) -> subprocess.CompletedProcess[str]:
    command = [program("promtool"), "test", "rules", *map(str, tests)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def _own(folder: Path) -> list[Path]:
    """The tests of the spec's own targets, or of the monitoring where it has none: those are alike everywhere."""
    found = sorted((folder / "rules/tests").glob("*.yml"))
    return [path for path in found if not path.name.startswith("monitoring")] or found


def _tests(files: Files) -> list[dict[str, Any]]:
    return [test for path, text in files.items() if "/tests/" in path for test in yaml.safe_load(text)["tests"]]


@pytest.mark.parametrize("proof", CASES, ids=lambda path: path.stem)
def test_the_rules_of_a_kind_do_what_their_proof_says(proof: Path, tmp_path: Path) -> None:
    """Run by promtool on the rules of one spec."""
    spec = load(PROOFS / "spec.yml").spec
    assert findings(spec) == []
    _write(rules.emit(spec, COMPOSE), tmp_path)
    shutil.copy(proof, tmp_path)
    done = _promtool(tmp_path / proof.name)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_what_is_written_beside_the_rules_passes(path: Path) -> None:
    """Every rule fires and is silent as it should, with its labels and annotations in full, by `generate --test`."""
    program("promtool")
    loaded = load(path)
    assert prove(render(loaded.spec), loaded) > 100


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.parent.name)
def test_promtool_alone_passes_them_too(path: Path, tmp_path: Path) -> None:
    """The files as they are written; but for those that last for days, of which it evaluates all rules of a kind."""
    files = {name: text for name, text in render(load(path).spec).items() if name.startswith("rules/")}
    _write(files, tmp_path)
    done = _promtool(*(test for test in _own(tmp_path) if "-every-" not in test.name))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_every_rule_has_a_test_in_which_it_fires(path: Path) -> None:
    """With the severity that it has, and with every alert silent without data, but for those that see its absence."""
    spec = load(path).spec
    tests = _tests(proofs.emit(spec, COMPOSE))
    fired = {
        (look["alertname"], alert["exp_labels"]["severity"])
        for test in tests
        for look in test["alert_rule_test"]
        for alert in look["exp_alerts"]
    }
    wanted = {(cohort.shape.setting.alert, cohort.shape.setting.severity) for cohort in cohorts(spec)}
    assert wanted == fired
    empty = {look["alertname"] for test in tests if not test["input_series"] for look in test["alert_rule_test"]}
    assert {alert for alert, _ in wanted if not alerts()[alert].tests.blind} <= empty


def test_every_alert_of_the_catalogue_is_proven() -> None:
    """One spec has them all, and its tests are run above."""
    spec = load(EVERYTHING).spec
    assert findings(spec) == []
    rules_of = {cohort.shape.setting.alert for cohort in cohorts(spec)}
    assert set(alerts()) == rules_of


@pytest.fixture(scope="module")
def tests_by_alert() -> dict[str, list[dict[str, Any]]]:
    """Every test of the catalogue's alerts by the alert that its name begins with; those of no data by the alert."""
    found: dict[str, list[dict[str, Any]]] = {}
    files = {path: text for path, text in render(load(EVERYTHING).spec).items() if path.startswith("rules/tests/")}
    for test in _tests(files):
        for name in {look["alertname"] for look in test.get("alert_rule_test", ())}:
            found.setdefault(name, []).append(test)
    return found


@pytest.mark.parametrize("name", alerts())
def test_an_alert_has_every_proof(name: str, tests_by_alert: dict[str, list[dict[str, Any]]]) -> None:
    """It fires in full, and is silent just before, without data, and on a reset and a restart at every evaluation."""
    alert, tests = alerts()[name], tests_by_alert[name]
    fired = [each for test in tests for look in test["alert_rule_test"] for each in look["exp_alerts"]]
    assert fired
    for each in fired:
        assert {"severity", "kind", "target", *alert.labels} <= each["exp_labels"].keys()
        assert {"summary", "description", "runbook_url"} <= each["exp_annotations"].keys()
    if alert.level == "none":
        return
    assert any(not test["input_series"] for test in tests) is not alert.tests.blind
    silent = [test["name"] for test in tests if not any(look["exp_alerts"] for look in test["alert_rule_test"])]
    just = "is silent just before its threshold" if alert.threshold else "is silent when all is well"
    assert any(just in said for said in silent)
    (restart,) = [test for test in tests if test["name"].endswith("is silent on a counter reset and on a restart")]
    assert len(restart["alert_rule_test"]) >= 6
    assert all(any(mark in series["values"] for mark in ("stale", "_x")) for series in restart["input_series"])


def test_less_patience_than_the_catalogues_has_a_weaker_proof(spec_of: Make) -> None:
    """A restart shows in a rate for a while; once no range reaches back to it, it must not."""
    files = proofs.emit(
        spec_of("hosts: [{name: h}]\nalerts: {HostCpuUsage: {for: 0s}, HostMemoryUsage: {for: 0s}}\n"), COMPOSE
    )
    names = {test["name"] for test in _tests(files)}
    assert "HostCpuUsage is silent after a reset and a restart" in names
    assert "HostMemoryUsage is silent on a counter reset and on a restart" in names  # it has no rate


def test_a_restart_that_shows_fails_its_test(spec_of: Make, tmp_path: Path) -> None:
    """Every evaluation after it is looked at."""
    files = render(spec_of("redis: [{name: r, url: 'redis://r'}]\n"))
    rule = files["rules/redis.yml"]
    late = "max by (target) (resets(redis_rejected_connections_total[10m] offset 5m)) > 0"
    (group,) = (each for each in yaml.safe_load(rule)["groups"] if each["name"] == "RedisRejectedConnections")
    (changed,) = group["rules"]
    only = {"groups": [{**group, "rules": [{**changed, "expr": f"{changed['expr']} or {late}"}]}]}
    (test,) = (
        each for each in _tests(files) if each["name"].startswith("RedisRejectedConnections is silent on a counter")
    )
    proof = {"rule_files": ["../redis.yml"], "evaluation_interval": "1m", "tests": [test]}
    _write({"rules/redis.yml": rule, "rules/tests/redis.yml": yaml.safe_dump(proof)}, tmp_path)
    assert _promtool(tmp_path / "rules/tests/redis.yml").returncode == 0
    (tmp_path / "rules/redis.yml").write_text(yaml.safe_dump(only), encoding="utf-8")
    assert _promtool(tmp_path / "rules/tests/redis.yml").returncode == 1


def test_a_rule_that_is_changed_fails_its_test(spec_of: Make, tmp_path: Path) -> None:
    """The tests can fail: another threshold, another label, another text."""
    files = render(spec_of("redis: [{name: r, url: 'redis://r'}]\n"))
    rule = files["rules/redis.yml"]
    for number, (old, new) in enumerate(
        [("> 0.9\n", "> 0.8\n"), ("kind: redis", "kind: box"), ("running out of memory", "low on memory")]
    ):
        assert old in rule
        folder = tmp_path / str(number)
        _write({**files, "rules/redis.yml": rule.replace(old, new)}, folder)
        done = _promtool(folder / "rules/tests/redis.yml")
        assert done.returncode == 1
        assert "RedisMemoryUsage" in done.stdout + done.stderr


def test_a_dropped_label_fails_its_test(spec_of: Make, tmp_path: Path) -> None:
    """Prometheus itself would render it as nothing, without a word."""
    files = render(spec_of("redis: [{name: r, url: 'redis://r'}]\n"))
    dropped = files["rules/redis.yml"].replace("by (target, slave_ip, slave_port)", "by (target)")
    _write({**files, "rules/redis.yml": dropped}, tmp_path)
    assert _promtool(tmp_path / "rules/tests/redis.yml").returncode == 1


def test_one_target_stands_for_its_cohort(spec_of: Make) -> None:
    """A hundred targets alike need no more tests than one."""
    one, many = (
        _tests(
            proofs.emit(
                spec_of("redis:\n" + "".join(f"  - {{name: r{i}, url: 'redis://h:{i + 1}'}}\n" for i in range(n))),
                COMPOSE,
            )
        )
        for n in (1, 100)
    )
    assert len(one) == len(many)


@pytest.mark.parametrize(
    "text",
    [
        "hosts: [{name: h}]\nalerts: {HostLoad: {critical: 9}, HostDiskFilling: {info: 30m}}\n",
        "hosts: [{name: h}]\nprometheus: {scrape_interval: 5s}\nalerts: {HostCpuUsage: {window: 20s, for: 0s}}\n",
        "hosts: [{name: h}]\nprometheus: {scrape_interval: 3m}\nalerts: {HostOomKill: {warning: 1000000}}\n",
        "redis: [{name: '{{ 1 }} \"q\" \\ ž ✓', url: 'redis://h', queues: {'a{{b}}\"c': {warning: 0, critical: 7}}}]\n",
        "services: [{name: s, url: 'http://s:1', metrics: /m, instrumentation: otel-old, alerts: {TrafficDrop: {}}}]\n",
        "hosts: [{name: h}]\nalerts: {HostCpuUsage: {warning: 60%, for: 0s}, HostFileDescriptors: {warning: 100%}}\n",
        "services: [{name: s, url: 'http://s:1', metrics: /m, instrumentation: grpc, alerts: {TrafficDrop: {}}}]\n",
    ],
)  # fmt: skip
def test_unusual_settings_have_tests_that_pass(spec_of: Make, tmp_path: Path, text: str) -> None:
    """Limits of percentages, short and long scrape intervals, awkward names, milliseconds."""
    _write({path: body for path, body in render(spec_of(text)).items() if path.startswith("rules/")}, tmp_path)
    done = _promtool(*_own(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
