"""What each route of a service is asked, how often it fails and how long it takes; and how durations are spread."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from generator.dashboards._board import SELECTED
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._promql import one_of
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet, targets
from generator.dashboards._ways import Way, joined, ways
from generator.instrumentation import Http
from generator.subjects import subjects
from watchspec.spec import Spec

_RATE: Final = "rate", "$__rate_interval"
_SUM: Final = "increase", "$__range"
"""Over all of the time that the dashboard shows."""
_MOST_SPREADS: Final = 2
"""Histograms of other buckets do not fit into one heat map; so many are shown, those of most services."""
_NAMES_SHOWN: Final = 3


def listed(spec: Spec) -> model.Panel | None:
    """Every route over the chosen time, the most failing first; None where no service tells its routes."""
    known = (
        Figure("Requests", joined(ways(spec), _asked), units.Short),
        Figure("Failed", joined(ways(spec), _failed), units.PercentUnit, "HighErrorRate"),
        Figure("p95", joined(ways(spec), _slow), units.Seconds, "HighLatency"),
    )
    shown = [figure for figure in known if figure.expr]
    if not shown:
        return None
    face = Face(
        title="Routes",
        description="Each route over the chosen time: how often it was asked, which share of that failed, and the "
        "time in which 19 of 20 were answered. The most failing stands first; click a heading to sort by it.",
        unit=units.Short,
        empty="no requests",
    )
    labels = {"target": targets(spec, "Service", "service"), "route": Column("Route")}
    worst = shown[min(1, len(shown) - 1)]  # what fails, or at least what is slow, rather than what is asked most
    return sheet(spec, face, labels, shown, sort=worst.title, falling=True)


def graphs(spec: Spec) -> Iterator[Face]:
    """The routes over time."""
    if requests := joined(ways(spec), partial(_requests, over=_RATE)):
        yield Face(
            title="Requests by route",
            description="Requests a second of each route. One that stops while others go on has lost its callers, or "
            "its entry in the router.",
            unit=units.RequestsPerSecond,
            queries=[Query(requests, "{{target}} {{route}}")],
        )
    if slow := joined(ways(spec), partial(_quantile, over=_RATE)):
        yield Face(
            title="p95 by route",
            description="19 of 20 requests of a route are answered within this time. One slow route is a query or a "
            "call of its own; all of them are the machine or the database.",
            unit=units.Seconds,
            queries=[Query(slow, "{{target}} {{route}}")],
            empty="no requests",
        )


def spreads(spec: Spec) -> Iterator[Face]:
    """Heat maps: one for all services whose histograms have the same buckets."""
    found: dict[tuple[object, ...], tuple[Http, list[str]]] = {}
    for subject in subjects(spec):
        if subject.kind == "service" and (http := subject.http) and http.duration:
            found.setdefault((http.duration, http.units, http.buckets), (http, []))[1].append(subject.name)
    for http, names in sorted(found.values(), key=lambda each: -len(each[1]))[:_MOST_SPREADS]:
        alone = len(found) == 1
        chosen = SELECTED if alone else f"{one_of('target', names)}, {SELECTED}"
        yield Face(
            title=f"How durations{'' if alone else f' of {_some(names)}'} are spread",
            description="Each column is a moment, each row a bucket of durations, the darker the more requests. Two "
            "bands are two kinds of requests, such as hits and misses of a cache, which no percentile shows.",
            unit=units.Seconds if http.units == 1 else units.Milliseconds,
            queries=[Query(f"sum by (le) (rate({http.duration}_bucket{{{chosen}}}[$__rate_interval]))", "{{le}}")],
            empty="no requests",
        )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"


def _counter(http: Http) -> tuple[str, str, str | None] | None:
    """The counter that knows routes, its label of the route, and what picks the failed ones if it can."""
    if http.requests and http.requests_route:
        return http.requests, http.requests_route, http.errors
    if http.by_route and http.route:
        return f"{http.by_route}_count", http.route, http.errors if http.slow_status else None
    return None


def _requests(way: Way, over: tuple[str, str]) -> str | None:
    found = _counter(way.http)
    return _by_route(way, found[0], found[1], over) if found else None


def _asked(way: Way) -> str | None:
    requests = _requests(way, _SUM)
    return f"{requests} > 0" if requests else None


def _failed(way: Way) -> str | None:
    found = _counter(way.http)
    if found is None or found[2] is None:
        return None
    metric, label, errors = found
    every = _by_route(way, metric, label, _SUM)
    return f"({_by_route(way, metric, label, _SUM, only=errors)} or 0 * {every}) / ({every} > 0)"


def _slow(way: Way) -> str | None:
    quantile = _quantile(way, _SUM)
    return f"{quantile} >= 0" if quantile else None


def _quantile(way: Way, over: tuple[str, str]) -> str | None:
    http = way.http
    if not http.by_route or not http.route:
        return None
    buckets = _by_route(way, f"{http.by_route}_bucket", http.route, over, more=", le")
    return f"histogram_quantile(0.95, {buckets}){http.per_second}"


def _by_route(
    way: Way, metric: str, label: str, over: tuple[str, str], *, only: str | None = None, more: str = ""
) -> str:
    """The sum by target and route, which is `label` there, and by `more`."""
    function, window = over
    found = f"sum by (target, {label}{more}) ({function}({metric}{way.matching(only)}[{window}]))"
    if label == "route":
        return found
    return f'sum by (target, route{more}) (label_replace({found}, "route", "$1", "{label}", "(.+)"))'
