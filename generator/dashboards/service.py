"""Panels of services: what they answer, how often they fail, how long they take."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import Face, Query
from generator.dashboards._instruments import Group, groups
from generator.dashboards._sdk import units
from watchspec.spec import Spec

STATE: Final = f"min by (target) (probe_success{{{SELECTED}}})"
"""1 where every URL of the service answers its probe."""

_QUANTILES: Final = {"p50": "0.5", "p95": "0.95"}


def overview(spec: Spec) -> Sequence[Face]:
    """What the overview shows of services: rate, errors, duration of those whose metrics are known, and every probe."""
    found = groups(spec)
    counted = [group for group in found if group.http.requests]
    failing = [group for group in counted if group.http.errors]
    timed = [group for group in found if group.http.duration]
    shown = ((_rate, counted), (_errors, failing), (_duration, timed))
    return (*(face(members) for face, members in shown if members), _PROBES)


def _rate(found: Sequence[Group]) -> Face:
    return Face(
        title="Requests by service",
        description="Requests a second. It follows your users' day; a sudden fall is an outage in front of the "
        "service, a sudden rise is a campaign, a retry storm or an attack.",
        unit=units.RequestsPerSecond,
        queries=[Query(group.requests(), "{{target}}") for group in found],
    )


def _errors(found: Sequence[Group]) -> Face:
    return Face(
        title="Errors by service",
        description="Share of requests that failed on the server's side. Near zero is normal; look at what the "
        "service depends on first, then at the last deployment. A gap means that nobody asked.",
        unit=units.PercentUnit,
        queries=[Query(group.errors(), "{{target}}") for group in found],
        alert="HighErrorRate",
    )


def _duration(found: Sequence[Group]) -> Face:
    return Face(
        title="Duration by service",
        description="Half of the requests are faster than p50, 19 of 20 faster than p95. A p95 that leaves the p50 "
        "behind is a slow query, a lock or a full pool; both rising together is a machine at its end.",
        unit=units.Seconds,
        queries=[
            Query(group.quantile(share), f"{{{{target}}}} {name}")
            for group in found
            for name, share in _QUANTILES.items()
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
