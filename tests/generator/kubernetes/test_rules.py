"""The rules as PrometheusRule."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.kubernetes import rules
from generator.kubernetes.render import render as manifests_of
from generator.render import render
from tests.support.manifests import is_object, read
from tests.support.need import program
from watchspec.errors import EnvironmentFailure
from watchspec.load import load

Make = Callable[[str], Mapping[str, Any]]
ROOT = Path(__file__).resolve().parents[3]
EVERYTHING = ROOT / "tests/generator/everything.yml"
CUSTOM = "rules: [{alert: Own, expr: 'up == 0', severity: warning, summary: x}]\n"


def _groups(files: Mapping[str, str], kind: str) -> list[dict[str, Any]]:
    paths = [path for path in files if path.startswith(f"rules/{kind}") and "/tests/" not in path]
    documents = [read(files[path]) for path in paths]
    return [group for each in documents for group in each.get("spec", each)["groups"]]


@pytest.mark.parametrize("path", [ROOT / "monitoring.yml", EVERYTHING], ids=lambda path: path.stem)
def test_the_rules_are_those_of_the_files(path: Path) -> None:
    """With the interval and the labels that Prometheus's own configuration has there."""
    spec = load(path).spec
    plain, objects = render(spec), manifests_of(spec, "")
    stack = {"stack": spec.name, **spec.labels}
    for kind in sorted(name[6:-4] for name in plain if name.startswith("rules/") and name.count("/") == 1):
        there, here = _groups(plain, kind), _groups(objects, kind)
        assert [group["name"] for group in here] == [group["name"] for group in there]
        for group, same in zip(here, there, strict=True):
            assert group["interval"] == same.get("interval", str(spec.prometheus.scrape_interval))
            for rule, other in zip(group["rules"], same["rules"], strict=True):
                extra = stack if "alert" in other else {}
                assert rule == {**other, **({"labels": {**other["labels"], **extra}} if extra else {})}


def test_own_rules_come_along(manifests: Make) -> None:
    """In an object of their own."""
    found = manifests(CUSTOM)["rules/custom.yml"]
    assert found["metadata"]["name"] == "watchspec-rules-custom"
    assert found["spec"]["groups"][0]["rules"][0]["labels"] == {
        "stack": "stack",
        "severity": "warning",
        "kind": "custom",
    }


@pytest.mark.parametrize("path", [ROOT / "monitoring.yml", EVERYTHING], ids=lambda path: path.stem)
def test_promtool_accepts_every_object(path: Path, tmp_path: Path) -> None:
    """As the operator hands it on: what is below `spec`."""
    spec = load(path).spec
    for number, (name, text) in enumerate(manifests_of(spec, "").items()):
        if name.startswith("rules/") and is_object(name):
            (tmp_path / f"{number}.yml").write_text("\n".join(_below_spec(text)), encoding="utf-8")
    command = [program("promtool"), "check", "rules", "--lint=all", "--lint-fatal", *map(str, tmp_path.glob("*.yml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def _below_spec(text: str) -> list[str]:
    lines = text.splitlines()
    return [line.removeprefix("  ") for line in lines[lines.index("spec:") + 1 :]]


def test_what_is_too_big_for_one_object_is_several(manifests: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule once, in its order, no group twice; a group that is too big alone is divided too."""
    text = "redis: [{name: cache, url: 'redis://r:6379', queues: {a: {warning: 1}, b: {warning: 2, critical: 3}}}]\n"
    whole = manifests(text)["rules/redis.yml"]["spec"]["groups"]
    monkeypatch.setattr(rules, "LARGEST", 900)
    found = {path: each for path, each in manifests(text).items() if path.startswith("rules/redis")}
    assert list(found)[:2] == ["rules/redis.yml", "rules/redis-2.yml"]
    assert len({each["metadata"]["name"] for each in found.values()}) == len(found) > 3
    parts = [group for each in found.values() for group in each["spec"]["groups"]]
    assert len({group["name"] for group in parts}) == len(parts) > len(whole)
    assert [rule for group in parts for rule in group["rules"]] == [rule for group in whole for rule in group["rules"]]


def test_a_rule_that_no_object_holds_is_an_error(manifests: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which names it and says what to do."""
    monkeypatch.setattr(rules, "LARGEST", 100)
    with pytest.raises(EnvironmentFailure, match=r'a rule of group "[^"]+" is too long .* divide the spec'):
        manifests(CUSTOM)
