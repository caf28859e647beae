"""Panels of services: what they answer, how often they fail, how long they take."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, drill
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._instruments import Group, groups
from generator.dashboards._limits import limits
from generator.dashboards._panels import series
from generator.dashboards._sdk import model, units
from watchspec.spec import Spec

STATE: Final = f"min by (target) (probe_success{{{SELECTED}}})"
"""1 where every URL of the service answers its probe."""

_QUANTILES: Final = {"p50": "0.5", "p95": "0.95"}


def tiles(spec: Spec) -> Sequence[Tile]:
    """What the overview shows of services: rate, errors, duration of those whose metrics are known, and every probe."""
    found = groups(spec)
    counted = [group for group in found if group.http.requests]
    failing = [group for group in counted if group.http.errors]
    timed = [group for group in found if group.http.duration]
    shown = ((_rate, counted), (_errors, failing), (_latency, timed))
    panels = [*(panel(spec, members) for panel, members in shown if members), _probes(spec)]
    return [Tile(panel, 24 // len(panels)) for panel in panels]


def _rate(spec: Spec, found: Sequence[Group]) -> model.Panel:
    return series(
        Face(
            title="Requests by service",
            description="Requests a second. It follows your users' day; a sudden fall is an outage in front of the service, "
            "a sudden rise is a campaign, a retry storm or an attack.",
            unit=units.RequestsPerSecond,
            queries=[Query(group.requests(), "{{target}}") for group in found],
            links=[drill(spec, "overview")],
        )
    )


def _errors(spec: Spec, found: Sequence[Group]) -> model.Panel:
    return series(
        Face(
            title="Errors by service",
            description="Share of requests that failed on the server's side. Normal is near zero; look at the services it "
            "depends on first, then at the last deployment. A gap means that nobody asked.",
            unit=units.PercentUnit,
            queries=[Query(group.errors(), "{{target}}") for group in found],
            thresholds=limits(spec, "HighErrorRate"),
            links=[drill(spec, "overview")],
        )
    )


def _latency(spec: Spec, found: Sequence[Group]) -> model.Panel:
    return series(
        Face(
            title="Duration by service",
            description="Half of the requests are faster than p50, 19 of 20 faster than p95. A p95 that leaves the p50 "
            "behind is a slow query, a lock or a full pool; both rising together is a machine at its end.",
            unit=units.Seconds,
            queries=[
                Query(group.quantile(value), f"{{{{target}}}} {name}")
                for group in found
                for name, value in _QUANTILES.items()
            ],
            thresholds=limits(spec, "HighLatency"),
            links=[drill(spec, "overview")],
        )
    )


def _probes(spec: Spec) -> model.Panel:
    return series(
        Face(
            title="Probe time by service",
            description="How long the health check takes, from name resolution to the last byte; of several replicas the "
            "slowest. Milliseconds are normal; it climbs before a service stops answering.",
            unit=units.Seconds,
            queries=[Query(f"max by (target) (probe_duration_seconds{{{SELECTED}}})", "{{target}}")],
            links=[drill(spec, "overview")],
        )
    )
