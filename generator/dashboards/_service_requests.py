"""What a service is asked, how often it fails, how long it takes, and what it has promised."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import inf
from typing import Final

from generator.cohorts import grid
from generator.dashboards._board import SELECTED
from generator.dashboards._face import BLUE, GREEN, ORANGE, RED, Face, Query, Threshold
from generator.dashboards._promql import one_of
from generator.dashboards._sdk import units
from generator.dashboards._ways import Way, joined, ways
from generator.subjects import Subject, subjects
from watchspec.spec import Spec
from watchspec.units import Duration, plain

CLASSES: Final = {"2xx": GREEN, "3xx": BLUE, "4xx": ORANGE, "5xx": RED}
"""Colours of classes of HTTP statuses."""
BUDGET: Final = (Threshold(-inf, RED), Threshold(0, ORANGE), Threshold(0.25, GREEN))
"""Colours of what is left of an error budget."""
_USUAL: Final = Duration(300_000)
"""The window of the records, as the alerts have it where nobody says otherwise."""


def window(spec: Spec) -> Duration:
    """The window of the records that panels read."""
    return max(_USUAL, grid(spec).shortest_range)


def counted(spec: Spec) -> bool:
    """Whether the requests of some service are counted."""
    return any("requests" in subject.has for subject in subjects(spec) if subject.kind == "service")


def timed(spec: Spec) -> bool:
    """Whether those of some service are timed."""
    return any("duration" in subject.has for subject in subjects(spec) if subject.kind == "service")


def promises(spec: Spec) -> Sequence[Subject]:
    """The objectives of all services."""
    return [subject for subject in subjects(spec) if subject.kind == "slo"]


def figures(spec: Spec) -> Iterator[Face]:
    """The numbers on top: of all chosen services together."""
    over = window(spec)
    if counted(spec):
        yield Face(
            title="Requests",
            description="Requests a second of all chosen services together. Compare with the same hour of yesterday.",
            unit=units.RequestsPerSecond,
            queries=[Query(f"sum(target:requests:rate{over}{{{SELECTED}}})")],
        )
        yield Face(
            title="Errors",
            description="Share of all requests that failed on the server's side. Near zero is normal; the graph below "
            "says whose they are.",
            unit=units.PercentUnit,
            queries=[
                Query(
                    f"sum(target:request_errors:rate{over}{{{SELECTED}}})"
                    f" / (sum(target:requests:rate{over}{{{SELECTED}}}) > 0)"
                )
            ],
            alert="HighErrorRate",
            empty="no requests",
        )
    if timed(spec):
        yield Face(
            title="Slowest p95",
            description="19 of 20 requests of the slowest service are answered within this time.",
            unit=units.Seconds,
            queries=[Query(f"max(target:request_duration_seconds:p95_rate{over}{{{SELECTED}}} >= 0)")],
            alert="HighLatency",
            empty="no requests",
        )
    if promises(spec):
        yield LEAST_BUDGET


LEAST_BUDGET: Final = Face(
    title="Least error budget left",
    description="What the promise that is worst off may still fail, as a share of what it may fail in its window. "
    "Below a quarter release with care; below zero it is broken.",
    unit=units.PercentUnit,
    queries=(Query(f"min(slo:error_budget_left:ratio{{{SELECTED}}})"),),
    lowest=None,
    thresholds=BUDGET,
)


BUDGET_LEFT: Final = Face(
    title="Error budget left",
    description="A slope is a budget that burns, a step an outage; below zero the promise is broken. It rises again "
    "when bad days leave the window.",
    unit=units.PercentUnit,
    queries=(Query(f"slo:error_budget_left:ratio{{{SELECTED}}}", "{{target}} {{slo}}"),),
    lowest=None,
    highest=1,
)


def rate(spec: Spec) -> Face:
    """Requests by service."""
    return Face(
        title="Requests by service",
        description="Requests a second. It follows your users' day; a sudden fall is an outage in front of the "
        "service, a sudden rise is a campaign, a retry storm or an attack.",
        unit=units.RequestsPerSecond,
        queries=[Query(f"target:requests:rate{window(spec)}{{{SELECTED}}}", "{{target}}")],
    )


def classes(spec: Spec) -> Face:
    """Requests of all chosen services by what they were answered."""
    return Face(
        title="Requests by status",
        description="Requests a second of the chosen services by the class of their status. 5xx is the service's "
        "fault, 4xx the client's: a rise of these after a deployment is often a broken client or link.",
        unit=units.RequestsPerSecond,
        queries=[Query(f"sum by (class) ({joined(ways(spec), _classes)})", "{{class}}")],
        stacked=True,
    )


def _classes(way: Way) -> str | None:
    if way.http.requests is None or way.http.status is None:
        return None
    status = way.http.status
    counts = f"sum by (target, {status}) (rate({way.http.requests}{way.matching()}[$__rate_interval]))"
    named = f'label_replace({counts}, "class", "$1", "{status}", "(.+)")'
    return f'label_replace({named}, "class", "${{1}}xx", "{status}", "([1-5])..")'


def errors(spec: Spec) -> Face:
    """Share of failed requests by service, and what is promised of it."""
    promised = any(each.slo and each.slo.name == "availability" for each in promises(spec))
    allowed = f'1 - slo:objective:ratio{{slo="availability", {SELECTED}}}'
    return Face(
        title="Errors by service",
        description="Share of requests that failed on the server's side. Near zero is normal; look at what the "
        "service depends on first, then at the last deployment. A gap means that nobody asked.",
        unit=units.PercentUnit,
        queries=[
            Query(f"target:request_errors:ratio_rate{window(spec)}{{{SELECTED}}}", "{{target}}"),
            *([Query(allowed, "{{target}} may fail", limit=True)] if promised else []),
        ],
        alert="HighErrorRate",
    )


def duration(spec: Spec, *quantiles: str) -> Face:
    """Quantiles of durations by service, in per cent, and what is promised of them."""
    over = window(spec)
    return Face(
        title="Duration by service",
        description="Half of the requests are faster than p50, 19 of 20 faster than p95. A p95 that leaves the p50 "
        "behind is a slow query, a lock or a full pool; both rising together is a machine at its end.",
        unit=units.Seconds,
        queries=[
            *(
                Query(f"target:request_duration_seconds:p{share}_rate{over}{{{SELECTED}}}", f"{{{{target}}}} p{share}")
                for share in quantiles
            ),
            *_promised(spec),
        ],
        alert="HighLatency",
    )


def _promised(spec: Spec) -> Iterator[Query]:
    """A line for each duration that is promised, while the service is asked at all."""
    found: dict[Decimal, list[str]] = {}
    for each in promises(spec):
        if each.slo and each.slo.below and each.measure and each.measure.source == "requests":
            found.setdefault(each.slo.limit, []).append(each.name)
    for seconds, targets in found.items():
        series = f'slo:objective:ratio{{slo="latency", {one_of("target", targets)}, {SELECTED}}}'
        yield Query(f"{plain(seconds)} * group by (target) ({series})", "{{target}} promised", limit=True)
