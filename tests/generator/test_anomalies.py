"""What is unusual for a service: bands from past weeks, judged by promtool on series that vary by the hour."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from generator import rules
from generator.findings.whole import findings
from generator.history import WEEKS, past
from generator.layout import COMPOSE
from tests.support.need import program
from watchspec.spec import Spec

Make = Callable[[str], Spec]
SERVICE: Final = "services: [{{name: s, url: 'http://s:1', metrics: /m, instrumentation: go, alerts: {{{}}}}}]\n"
LOW, HIGH, ERRORS, LATENCY = (
    "TrafficUnusuallyLow",
    "TrafficUnusuallyHigh",
    "ErrorsUnusuallyHigh",
    "LatencyUnusuallyHigh",
)
WEEK: Final = 7 * 24 * 6
"""Samples of a week, one every ten minutes."""


def _day(level: float = 100) -> Iterator[float]:
    """A week by ten minutes: busy by day, quiet by night, and noise of ±2 % that is the same at every run."""
    for place in range(WEEK):
        busy = 1.0 if 48 <= place % 144 < 120 else 0.3
        yield level * busy * (1 + 0.02 * (place * 7919 % 11 - 5) / 5)


def _judged(text: str, series: dict[str, Sequence[float | None]], firing: str | None, folder: Path) -> None:
    """Let promtool say whether `firing`, and nothing else, fires at the last sample of `text`'s records."""
    end = max(map(len, series.values())) - 1
    written = [
        {"series": name + '{target="s"}', "values": " ".join("_" if one is None else f"{one:.6f}" for one in values)}
        for name, values in series.items()
    ]
    file = yaml.safe_load(text)
    asked = [
        {"expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) or vector(0)', "eval_time": f"{end * 10}m",
         "exp_samples": [{"labels": "{}", "value": int(name == firing)}]}
        for name in (LOW, HIGH, ERRORS, LATENCY)
    ]  # fmt: skip
    test = {
        "rule_files": ["service.yml"],
        # Half weeks: few evaluations, and all at the same hours of past weeks.
        "evaluation_interval": "84h",
        "group_eval_order": [group["name"] for group in file["groups"]],
        "tests": [{"interval": "10m", "input_series": written, "promql_expr_test": asked}],
    }
    (folder / "service.yml").write_text(text, encoding="utf-8")
    (folder / "test.yml").write_text(yaml.safe_dump(test, width=10**9), encoding="utf-8")
    command = [program("promtool"), "test", "rules", str(folder / "test.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def _weeks(*levels: float | None, now: float) -> list[float | None]:
    """So many weeks of traffic, each by its level, and half a week at `now`, up to and with the end of it."""
    before = [one for level in levels for one in ([None] * WEEK if level is None else _day(level))]
    return [*before, *list(_day(now))[: WEEK // 2 + 1]]


@pytest.mark.parametrize(
    ("levels", "now", "firing"),
    [
        ((100, 100, 100, 100), 100, None),
        ((100, 100, 100, 100), 90, None),
        ((100, 100, 100, 100), 60, LOW),
        ((100, 100, 100, 100), 160, HIGH),
        ((100, 100, 100, 0), 60, LOW),
        ((100, 100, 100, 0), 160, HIGH),
        ((100, 100, 100, 0), 100, None),
        ((100, 1000, 100, 100), 100, None),
        ((100, 1000, 100, 100), 60, LOW),
        ((60, 80, 100, 120), 60, None),
        ((None, None, 100, 100), 10, None),
        ((None, 100, 100, 100), 10, LOW),
        ((3, 3, 3, 3), 2.2, None),
    ],
)
def test_traffic_is_compared_with_the_same_hour_of_past_weeks(
    levels: tuple[float | None, ...], now: float, firing: str | None, spec_of: Make, tmp_path: Path
) -> None:
    """An outage or a peak in one week changes nothing; growth widens the band; two weeks are too few; so is little."""
    text = rules.emit(spec_of(SERVICE.format(f"{LOW}: {{for: 0s}}, {HIGH}: {{for: 0s}}")), COMPOSE)["rules/service.yml"]
    _judged(text, {"target:requests:rate5m": _weeks(*levels, now=now)}, firing, tmp_path)


def test_hours_without_requests_have_no_latency_and_no_band(spec_of: Make, tmp_path: Path) -> None:
    """A quantile of nothing is not a number; two of four weeks without one leave too few."""
    text = rules.emit(spec_of(SERVICE.format(f"{LATENCY}: {{for: 0s}}")), COMPOSE)["rules/service.yml"]
    nothing = [float("nan")] * WEEK
    usual, slow = list(_day(0.2)), list(_day(5))[: WEEK // 2 + 1]
    count = {"target:request_duration_seconds_count:rate5m": [10.0] * (4 * WEEK + WEEK // 2 + 1)}
    name = "target:request_duration_seconds:p95_rate5m"
    for number, (weeks, firing) in enumerate(
        [([usual, usual, nothing, usual], LATENCY), ([usual, nothing, nothing, usual], None)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        _judged(text, {name: [one for week in (*weeks, slow) for one in week], **count}, firing, folder)


def test_each_week_is_looked_at_around_this_time_of_day() -> None:
    """Half an hour to both sides."""
    text = past("a:b:c", 'target="s"', "0.5")
    assert [f"[1h] offset {7 * week - 1}d23h30m" in text for week in range(1, WEEKS + 1)] == [True] * WEEKS


def test_only_who_asks_for_a_band_has_one(spec_of: Make) -> None:
    """It costs series, and hours of samples at every evaluation."""
    assert "usual" not in rules.emit(spec_of(SERVICE.format("")), COMPOSE)["rules/service.yml"]
    found = rules.emit(spec_of(SERVICE.format(f"{ERRORS}: {{}}")), COMPOSE)["rules/service.yml"]
    records: list[Any] = [rule for group in yaml.safe_load(found)["groups"] for rule in group["rules"]]
    names = [rule["record"] for rule in records if "usual" in rule.get("record", "")]
    assert names == ["target:request_errors:usual_ratio_rate5m"]


@pytest.mark.parametrize(
    ("head", "setting", "message"),
    [
        ("prometheus: {retention: 28d}\n", f"{LOW}: {{}}", "looks back 28d1h, and Prometheus keeps data for 4w;"),
        ("", f"{LOW}: {{warning: 20}}", "makes no sense at 20; it is from 2 to 19"),
        ("", f"{ERRORS}: {{floor: 51%}}", "makes no sense at 51%; it is from 0% to 50%"),
        ("", f"{LATENCY}: {{warning: 6, for: 25h}}", "for: is too long"),
    ],
)
def test_a_band_that_cannot_be_is_refused(spec_of: Make, head: str, setting: str, message: str) -> None:
    """One finding for one mistake."""
    (found,) = findings(spec_of(head + SERVICE.format(setting)))
    assert message in found.message
    assert not found.warning


def test_enough_retention_is_no_fault(spec_of: Make) -> None:
    """The default is."""
    assert findings(spec_of("prometheus: {retention: 29d}\n" + SERVICE.format(f"{LOW}: {{}}"))) == []
    assert findings(spec_of("prometheus: {retention: 15d}\n" + SERVICE.format(f"{LOW}: off"))) == []
