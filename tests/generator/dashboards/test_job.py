"""Jobs on the overview: on time or overdue, whatever says when they succeeded."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.dashboards.job import state
from generator.dashboards.overview import dashboard
from generator.grafana import encode
from tests.support.proving import Samples, prove
from watchspec.spec import Spec

Make = Callable[[str], Spec]
JOBS = "jobs: [{name: file, file: /x, every: 1m}, {name: own, metric: backup_done, every: 10m}]\n"
SERIES = {
    'watchspec_job_interval_seconds{target="file"}': "60x20",
    'watchspec_job_interval_seconds{target="own"}': "600x20",
    'watchspec_job_last_success_timestamp_seconds{target="file"}': "0x20",
    'backup_done{instance="a"}': "0x20",
    'backup_done{instance="b"}': "300x20",
}
"""At minute 10 the first is ten intervals old; the second was done in minute 5, half an interval ago."""


def queries(spec: Spec) -> list[list[str]]:
    """What each panel asks."""
    (row,) = (panel for panel in json.loads(encode(dashboard(spec)))["panels"] if panel["title"] == "Jobs")
    return [[target["expr"] for target in panel["targets"]] for panel in row["panels"]]


def test_age_is_told_in_intervals(spec_of: Make, tmp_path: Path) -> None:
    """Of a metric with labels of its own the latest counts."""
    [[age, last, every, _], [line]] = queries(spec_of(JOBS))
    file, own = '{target="file"}', '{target="own"}'
    expected: dict[str, Samples] = {
        age: [(file, 10), (own, 0.5)],
        last: [(file, 0), (own, 300_000)],
        every: [(file, 60), (own, 600)],
    }
    assert line == age
    prove(tmp_path, SERIES, expected)


@pytest.mark.parametrize(("factor", "file"), [("9", 0), ("10", 1)])
def test_a_job_is_late_when_its_alert_says_so(spec_of: Make, tmp_path: Path, factor: str, file: float) -> None:
    """By the mildest of its severities."""
    spec = spec_of(f"{JOBS}alerts: {{JobOverdue: {{warning: {factor}, critical: 30}}}}\n")
    prove(tmp_path, SERIES, {state(spec): [('{target="file"}', file), ('{target="own"}', 1)]})


def test_without_its_alert_the_catalogue_says_when_a_job_is_late(spec_of: Make) -> None:
    """A job that nobody is told about is still red."""
    assert state(spec_of(f"{JOBS}alerts: {{JobOverdue: off}}\n")).endswith("<= bool 1.25)")


def test_a_job_that_never_succeeded_has_no_state(spec_of: Make, tmp_path: Path) -> None:
    """It is listed with its interval alone."""
    spec = spec_of("jobs: [{name: beat, heartbeat: {env: T}, every: 1m}]\n")
    [[age, _, every], _] = queries(spec)
    series = {'watchspec_job_interval_seconds{target="beat"}': "60x20"}
    prove(tmp_path, series, {state(spec): [], age: [], every: [('{target="beat"}', 60)]})
