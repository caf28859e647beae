"""The spec's own rules, compiled and proven."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from generator import custom
from generator.findings.whole import findings
from generator.layout import COMPOSE, Files
from tests.support.need import program
from watchspec.problems import shown
from watchspec.spec import Spec

Make = Callable[[str], Spec]
RULE = """
rules:
  - alert: {name}
    expr: {expr}
    for: 1m
    severity: warning
    summary: Clients of {{{{ $labels.target }}}} are dropping
    labels: {{area: "a {{{{ b }}}}"}}
    test: {{series: {{'drops_total{{target="x"}}': 0+20x10}}, fires_at: 7m, silent_at: 1m}}
"""


def _passes(files: Files, folder: Path) -> bool:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    command = [program("promtool"), "test", "rules", str(folder / "rules/tests/custom.yml")]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_a_rule_keeps_its_expression_and_gets_its_labels(spec_of: Make, judge: Callable[[Files], None]) -> None:
    """A label is text, a summary may be a template."""
    files = custom.emit(spec_of(RULE.format(name="'Odd \"name\"'", expr="increase(drops_total[5m]) > 10")), COMPOSE)
    (group,) = yaml.safe_load(files["rules/custom.yml"])["groups"]
    (rule,) = group["rules"]
    assert rule["expr"] == "increase(drops_total[5m]) > 10"
    assert rule["labels"] == {"area": 'a {{ "{{" }} b }}', "severity": "warning", "kind": "custom"}
    assert rule["annotations"] == {"summary": "Clients of {{ $labels.target }} are dropping"}
    judge({"rules/custom.yml": files["rules/custom.yml"]})


@pytest.mark.parametrize(("limit", "status"), [(10, 0), (1000, 1)])
def test_its_test_passes_or_fails(spec_of: Make, tmp_path: Path, limit: int, status: int) -> None:
    """As promtool sees it."""
    spec = spec_of(RULE.format(name="'Odd \"name\"'", expr=f"increase(drops_total[5m]) > {limit}"))
    assert _passes(custom.emit(spec, COMPOSE), tmp_path) is (status == 0)


@pytest.mark.parametrize(
    ("expr", "test", "status"),
    [
        ("increase(drops_total[5m]) > 10", "", 0),
        ("increase(drops_total[5m]) > 10 or absent(drops_total)", "", 1),
        ("increase(drops_total[5m]) > 10 or absent(drops_total)", ", on_no_data: fires", 0),
        ("increase(drops_total[5m]) > 10", ", on_no_data: fires", 1),
    ],
)
def test_it_is_tested_without_data_too(spec_of: Make, tmp_path: Path, expr: str, test: str, status: int) -> None:
    """Silent, unless the spec says that it fires."""
    rule = RULE.replace(", silent_at: 1m", test).format(name="Drops", expr=expr)
    assert _passes(custom.emit(spec_of(rule), COMPOSE), tmp_path) is (status == 0)


def test_without_rules_there_is_no_file(spec_of: Make) -> None:
    """Nothing is written for nothing."""
    assert custom.emit(spec_of(""), COMPOSE) == {}


@pytest.mark.parametrize(
    ("expr", "fault"),
    [
        ("'up == (1'", 'has a "(" that is not closed'),
        ("up == 1)", 'has a ")" too many'),
        ("'sum(up[5m)]'", 'has a ")" too many'),
        ('up{a="b} == 1', 'has a " that is not closed'),
        ("' '", "is empty; write an expression"),
    ],
)
def test_an_expression_that_cannot_parse_is_found_without_promtool(spec_of: Make, expr: str, fault: str) -> None:
    """Brackets and quotes, at least."""
    (found,) = findings(spec_of(RULE.format(name="Drops", expr=expr)))
    assert shown(found.path) == "rules[0].expr"
    assert fault in found.message


@pytest.mark.parametrize("expr", ['up{a="(\\""} == 1', "up{a='}'} == 1", "up{a=`\\`} == 1", "sum(rate(x[5m])) > 0"])
def test_brackets_within_quotes_are_text(expr: str) -> None:
    """Also behind an escaped quote."""
    assert custom.unbalanced(expr) is None


def test_a_name_of_the_catalogue_is_taken(spec_of: Make) -> None:
    """Two alerts of one name cannot be told apart."""
    (found,) = findings(spec_of(RULE.format(name="RedisDown", expr="up == 0")))
    assert "is an alert of the catalogue; choose another name" in found.message


def test_a_rule_without_a_test_is_a_warning(spec_of: Make) -> None:
    """It works, but nobody knows."""
    (found,) = findings(spec_of("rules: [{alert: X, expr: up == 0, severity: warning, summary: x}]\n"))
    assert found.warning
    assert "has no test" in found.message
