"""Panels of batch jobs: how long ago each has succeeded, against how often it should."""

from collections.abc import Iterator, Sequence
from typing import Final

from generator.catalogue import alerts
from generator.dashboards._asking import gauge
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._limits import limits
from generator.dashboards._panels import series
from generator.dashboards._promql import one_of
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet, targets
from generator.dashboards._tiles import settled
from generator.promql import number
from watchspec.spec import Spec

_OVERDUE: Final = "JobOverdue"
_REMEMBERED: Final = "2d"
"""For how long the last success is known when nothing shows it any more, as the alert has it."""
_INTERVAL: Final = gauge("watchspec_job_interval_seconds")


def state(spec: Spec) -> str:
    """One series a job: 1 while it is on time, 0 while it is overdue; none where it has never succeeded."""
    return f"({_age(spec)} <= bool {_late(spec):g})"


def overview(spec: Spec) -> Sequence[Tile]:
    """What the overview shows of jobs."""
    return [Tile(_listed(spec), COLUMNS // 2), Tile(series(settled(spec, _since(spec))), COLUMNS // 2)]


def _since(spec: Spec) -> Face:
    return Face(
        title="Time since the last success",
        description="In intervals of each job: a saw's tooth that falls to 0 at each success and stays below 1 is a "
        "job on time. A tooth that goes on rising is one that failed, hangs, or was not started.",
        unit=units.Short,
        queries=[Query(_age(spec), "{{target}}")],
        alert=_OVERDUE,
        empty="no job has succeeded yet",
    )


def _listed(spec: Spec) -> model.Panel:
    face = Face(
        title="Jobs",
        description="When each job succeeded last, how often it should, and how large its output is. The most overdue "
        "stands first; one without a last success has never had one.",
        unit=units.Short,
    )
    size = Figure("Size", gauge("watchspec_job_file_size_bytes"), units.BytesIEC)
    columns = [
        Figure("In intervals", _age(spec), units.Short, _OVERDUE),
        Figure("Last success", f"1000 * ({_success(spec)})", units.DateTimeFromNow, empty="never"),
        Figure("Every", _INTERVAL, units.Seconds),
        *([size] if any(job.file for job in spec.jobs) else []),
    ]
    return sheet(spec, face, {"target": targets(spec, "Job", "overview")}, columns, sort="In intervals", falling=True)


def _age(spec: Spec) -> str:
    return f"(time() - ({_success(spec)})) / ({_INTERVAL} > 0)"


def _success(spec: Spec) -> str:
    """When each job succeeded last, in Unix seconds; a metric of its own has whatever labels, or none."""
    return " or ".join(_successes(spec))


def _successes(spec: Spec) -> Iterator[str]:
    if any(job.metric is None for job in spec.jobs):
        yield gauge("watchspec_job_last_success_timestamp_seconds")
    named: dict[str, list[str]] = {}
    for job in spec.jobs:
        if job.metric is not None:
            named.setdefault(job.metric, []).append(job.name)
    for metric, jobs in named.items():
        whose = gauge("watchspec_job_interval_seconds", more=one_of("target", jobs))
        yield f"0 * {whose} + on () group_left () max(last_over_time({metric}[{_REMEMBERED}]))"


def _late(spec: Spec) -> float:
    """After how many intervals a job is overdue: by the mildest severity, else as the catalogue has it."""
    if found := limits(spec, _OVERDUE):
        return found[0].value
    threshold = alerts()[_OVERDUE].threshold
    return min(float(number(value)) for value in threshold.defaults().values()) if threshold else 1
