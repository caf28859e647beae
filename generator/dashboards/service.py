"""Panels of services: what they answer, how often they fail, how long they take."""

from collections.abc import Sequence
from typing import Final

from generator.cohorts import grid
from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from generator.subjects import subjects
from watchspec.spec import Spec
from watchspec.units import Duration

STATE: Final = f"min by (target) (probe_success{{{SELECTED}}})"
"""1 where every URL of the service answers its probe."""

_QUANTILES: Final = ("50", "95")
_USUAL: Final = Duration(300_000)
"""The window of the records, as the alerts have it where nobody says otherwise."""


def window(spec: Spec) -> Duration:
    """The window of the records that panels read."""
    return max(_USUAL, grid(spec).shortest_range)


def dashboard(spec: Spec) -> model.Dashboard:
    """Services of `spec`, in depth."""
    return board(spec, "service", "Services", [Section("", tiles(spec, overview(spec)))], of="probe_success")


def overview(spec: Spec) -> Sequence[Face]:
    """What the overview shows of services: rate, errors, duration of those whose metrics are known, and every probe."""
    has = [subject.has for subject in subjects(spec) if subject.kind == "service"]
    counted, timed = any("requests" in found for found in has), any("duration" in found for found in has)
    over = window(spec)
    return (*((_rate(over), _errors(over)) if counted else ()), *((_duration(over),) if timed else ()), _PROBES)


def _rate(over: Duration) -> Face:
    return Face(
        title="Requests by service",
        description="Requests a second. It follows your users' day; a sudden fall is an outage in front of the "
        "service, a sudden rise is a campaign, a retry storm or an attack.",
        unit=units.RequestsPerSecond,
        queries=[Query(f"target:requests:rate{over}{{{SELECTED}}}", "{{target}}")],
    )


def _errors(over: Duration) -> Face:
    return Face(
        title="Errors by service",
        description="Share of requests that failed on the server's side. Near zero is normal; look at what the "
        "service depends on first, then at the last deployment. A gap means that nobody asked.",
        unit=units.PercentUnit,
        queries=[Query(f"target:request_errors:ratio_rate{over}{{{SELECTED}}}", "{{target}}")],
        alert="HighErrorRate",
    )


def _duration(over: Duration) -> Face:
    return Face(
        title="Duration by service",
        description="Half of the requests are faster than p50, 19 of 20 faster than p95. A p95 that leaves the p50 "
        "behind is a slow query, a lock or a full pool; both rising together is a machine at its end.",
        unit=units.Seconds,
        queries=[
            Query(f"target:request_duration_seconds:p{share}_rate{over}{{{SELECTED}}}", f"{{{{target}}}} p{share}")
            for share in _QUANTILES
        ],
        alert="HighLatency",
    )


_PROBES: Final = Face(
    title="Probe time by service",
    description="How long the health check takes, from name resolution to the last byte; of several replicas the "
    "slowest. Milliseconds are normal; it climbs before a service stops answering.",
    unit=units.Seconds,
    queries=(Query(f"max by (target) (probe_duration_seconds{{{SELECTED}}})", "{{target}}"),),
)
