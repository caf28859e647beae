"""What promtool says, brought home to a line of the spec or the catalogue."""

from pathlib import Path

import pytest

from generator import render
from tests.support.need import program
from watchspec.check import checked
from watchspec.errors import EnvironmentFailure, ProofFailed, SpecInvalid
from watchspec.promtool import prove

SPEC = """version: 1
name: x
redis: [{name: r, url: "redis://r"}]
rules:
  - alert: Odd "name"
    expr: EXPR
    severity: warning
    summary: x
    test: {series: {up: 0+0x10}, fires_at: 5m}
"""


def _spec(folder: Path, expr: str) -> Path:
    path = folder / "monitoring.yml"
    path.write_text(SPEC.replace("EXPR", expr), encoding="utf-8")
    return path


def test_all_tests_pass(tmp_path: Path) -> None:
    """And are counted."""
    program("promtool")
    loaded = checked(_spec(tmp_path, "up == 0"))
    assert prove(render(loaded.spec), loaded) > 20


def test_a_rule_that_fails_its_test_is_named_by_its_line(tmp_path: Path) -> None:
    """The user's own."""
    program("promtool")
    loaded = checked(_spec(tmp_path, "up == 2"))
    with pytest.raises(ProofFailed, match=r'monitoring\.yml:9:5: rules\[0\]\.test: Odd "name" fails its test$'):
        prove(render(loaded.spec), loaded)


def test_an_alert_that_fails_its_test_is_named_by_the_catalogues_line(tmp_path: Path) -> None:
    """With the test that failed."""
    program("promtool")
    loaded = checked(_spec(tmp_path, "up == 0"))
    files = render(loaded.spec)
    files["rules/redis.yml"] = files["rules/redis.yml"].replace("> 0.97", "> 0.99")
    with pytest.raises(ProofFailed, match=r"redis\.yml:\d+:\d+: alerts\[1\]: .*RedisMemoryUsage"):
        prove(files, loaded)


def test_an_expression_that_does_not_parse_is_a_problem_with_its_place(tmp_path: Path) -> None:
    """In promtool's words."""
    program("promtool")
    with pytest.raises(SpecInvalid, match=r"monitoring\.yml:6:5: rules\[0\]\.expr: 1:6: parse error: unexpected"):
        checked(_spec(tmp_path, "up === 0"))


def test_a_function_that_does_not_exist_is_found(tmp_path: Path) -> None:
    """The light check cannot see it."""
    program("promtool")
    with pytest.raises(SpecInvalid, match=r"rules\[0\]\.expr: .*unknown function"):
        checked(_spec(tmp_path, "rat(up) > 0"))


def test_without_promtool_the_light_check_stays_and_tests_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    loaded = checked(_spec(tmp_path, "rat(up) > 0"))
    with pytest.raises(EnvironmentFailure, match="apt install prometheus"):
        prove({}, loaded)
