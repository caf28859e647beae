"""Promises that cannot be watched are refused, at the limit and not before it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.findings.whole import findings
from watchspec.load import load


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[str, str], list[str]]:
    """What is found in a service with a promise."""

    def look(slo: str, more: str = "") -> list[str]:
        path = tmp_path / "monitoring.yml"
        path.write_text(
            f"version: 1\nname: x\nservices: [{{name: a, url: 'http://a', slo: {{{slo}}}{more}}}]\n", encoding="utf-8"
        )
        return [finding.message for finding in findings(load(path).spec)]

    return look


@pytest.mark.parametrize(("objective", "alerts"), [("93.05%", False), ("93.056%", True), ("99.99%", True)])
def test_a_tier_must_be_able_to_fire(faults: Callable[..., list[str]], objective: str, alerts: bool) -> None:
    """14.4 budgets in an hour must be possible: an objective of 93.0555… % or less never pages."""
    assert (not faults(f"availability: {objective}")) is alerts


@pytest.mark.parametrize("setting", ["{critical: 1%}", "off"])
def test_a_low_promise_stands_with_a_smaller_share_or_without_that_alert(
    faults: Callable[..., list[str]], setting: str
) -> None:
    """Only tiers that are really used are judged."""
    assert faults("availability: 90%") != []
    assert faults("availability: 90%", f", alerts: {{SloFastBurn: {setting}}}") == []


def test_a_short_window_leaves_the_slow_alerts_out(faults: Callable[..., list[str]]) -> None:
    """10 % in three days of seven is slower than the budget lasts; two per cent in an hour is not."""
    assert faults("availability: 99%, window: 7d") == []
    assert any("so short that SloBurn" in message for message in faults("availability: 99%, window: 4d"))


def test_probes_stand_in_for_metrics_only_where_there_are_none(faults: Callable[..., list[str]]) -> None:
    """A latency that the metrics cannot tell is an error, not a figure of something else."""
    metrics = ", metrics: /m, instrumentation: {requests: r_total, status: code}"
    latency = "latency: {below: 1s, for: 99%}"

    assert faults(latency) == []
    assert "no histogram" in faults(latency, metrics)[0]
    assert faults(f"{latency}, from: probes", metrics) == []
