"""What promtool says, brought home to a line of the spec or the catalogue."""

from pathlib import Path

import pytest

from generator.render import render
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


@pytest.mark.parametrize(
    ("expr", "test", "said"),
    [
        ("up == 2", "fires_at: 5m", 'rules[0].test.fires_at: Odd "name" is not firing at 5m on these series'),
        ("up == 0", "fires_at: 5m, silent_at: 4m", 'rules[0].test.silent_at: Odd "name" is firing at 4m'),
        ("up == 0 or absent(up)", "fires_at: 5m", 'rules[0].test.on_no_data: Odd "name" fires without any data'),
        ("up == 0", "fires_at: 5m, on_no_data: fires", 'rules[0].test.on_no_data: Odd "name" is silent without'),
    ],
)
def test_a_rule_that_fails_its_test_is_named_by_its_line(tmp_path: Path, expr: str, test: str, said: str) -> None:
    """The user's own, with what it should have done."""
    program("promtool")
    path = _spec(tmp_path, expr)
    path.write_text(path.read_text(encoding="utf-8").replace("fires_at: 5m", test), encoding="utf-8")
    loaded = checked(path)
    with pytest.raises(ProofFailed) as failed:
        prove(render(loaded.spec), loaded)
    place, _, text = str(failed.value).removeprefix(f"{path}:").partition(": ")
    assert place.startswith("9:")
    assert text.startswith(said)
    assert "\n" not in text


def test_an_alert_that_fails_its_test_is_named_by_the_catalogues_line(tmp_path: Path) -> None:
    """With the test that failed."""
    program("promtool")
    loaded = checked(_spec(tmp_path, "up == 0"))
    files = render(loaded.spec)
    files["rules/redis.yml"] = files["rules/redis.yml"].replace("> 0.97", "> 0.99")
    with pytest.raises(ProofFailed, match=r"redis\.yml:\d+:\d+: alerts\[\d+\]: .*RedisMemoryUsage"):
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
