"""Promises: how much of each error budget is left and how fast it burns; uptime and outages of every target."""

from collections.abc import Sequence
from math import inf
from typing import Final

from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import GREEN, ORANGE, RED, Column, Face, Link, Query, Threshold
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._panels import data_link, number
from generator.dashboards._sdk import model, units
from generator.dashboards._slo_burn import LEGEND, burns, hourly
from generator.dashboards._slo_uptime import uptime
from generator.dashboards._tables import listing, painted
from generator.dashboards._tiles import tiles
from generator.dashboards.address import nearest, uid
from generator.subjects import subjects
from watchspec.spec import Spec

_LEFT_RECORD: Final = f"slo:error_budget_left:ratio{{{SELECTED}}}"
_BURN_RECORD: Final = f"slo:burn_rate:ratio_rate1h{{{SELECTED}}}"
_LOW: Final = 0.25
"""The share of a budget below which it is nearly spent."""
_DAY: Final = 86_400
_BUDGET: Final = (Threshold(-inf, RED), Threshold(0, ORANGE), Threshold(_LOW, GREEN))


def dashboard(spec: Spec) -> model.Dashboard:
    """The promises of `spec`, if there are any, and the uptime of all that it watches."""
    promises = sum(subject.kind == "slo" for subject in subjects(spec))
    shown = [Section("", _budgets(spec, promises)), Section("Requests", _requests(spec))] if promises else []
    down = Section("Every target", uptime(spec))
    return board(spec, "slo", "Promises and uptime", [*shown, down])


def _budgets(spec: Spec, promises: int) -> Sequence[Tile]:
    rates = burns(spec)
    return [
        Tile(number(_KEPT, colors={"broken": RED, "nearly spent": ORANGE, "kept": GREEN}), 9, 4),
        *(Tile(number(face, named=True), 5, 4) for face in (_LEAST, _fastest(spec), _FIRST)),
        Tile(_table(spec), COLUMNS, min(10, 4 + promises)),
        *tiles(spec, rates, height=7),
        *tiles(spec, [_LEFT, _PRESENT]),
    ]


_KEPT: Final = Face(
    title="Promises",
    description=f"How many are broken, how many have less than {_LOW:.0%} of their error budget left, and how many are "
    "kept. One that is broken stays so until its bad days have left the window.",
    unit=units.Short,
    queries=(
        Query(f"count({_LEFT_RECORD} < 0) or vector(0)", "broken"),
        Query(f"count({_LEFT_RECORD} >= 0 < {_LOW}) or vector(0)", "nearly spent"),
        Query(f"count({_LEFT_RECORD} >= {_LOW}) or vector(0)", "kept"),
    ),
)

_LEAST: Final = Face(
    title="Least budget left",
    description="The promise with the smallest share of its error budget left. Below zero it is broken: put what makes "
    "it reliable before what is new.",
    unit=units.PercentUnit,
    queries=(Query(f"bottomk(1, {_LEFT_RECORD})", LEGEND),),
    thresholds=_BUDGET,
    empty="nothing to count yet",
)

_FIRST: Final = Face(
    title="First to be spent",
    description="The promise whose budget is gone first at the pace of the last hour, and in what time. Nothing fails "
    "where nothing is shown. It is red within a day, orange within a week.",
    unit=units.Seconds,
    queries=(Query(f"bottomk(1, slo:exhaustion:seconds{{{SELECTED}}})", LEGEND),),
    thresholds=(Threshold(-inf, RED), Threshold(_DAY, ORANGE), Threshold(7 * _DAY, GREEN)),
    empty="none",
)


def _fastest(spec: Spec) -> Face:
    return Face(
        title="Fastest burn, 1h",
        description="The promise whose error budget burned fastest in the last hour, and by how much too fast. Below "
        "1 is normal; from where it turns colour on, somebody is told.",
        unit=units.Short,
        queries=[Query(f"topk(1, {_BURN_RECORD})", LEGEND)],
        thresholds=hourly(spec),
        empty="nothing to count yet",
    )


def _table(spec: Spec) -> model.Panel:
    service = (
        f"/d/{uid(spec, nearest(spec, 'service'))}?var-target=${{__value.raw:percentencode}}&${{__url_time_range}}"
    )
    share = {"unit": units.PercentUnit, "decimals": 3}
    columns = {
        "target": Column("Service", {"links": [data_link(Link("More about this service", service)).build()]}),
        "slo": Column("Promise"),
        "Value #A": Column("Promised", share),
        "Value #B": Column("Kept so far", share),
        "Value #C": Column("Budget left", {"unit": units.PercentUnit, **painted(_BUDGET)}),
        "Value #D": Column("Burn rate, 1h", {"decimals": 2, **painted(hourly(spec))}),
        "Value #E": Column("Lasts for", {"unit": units.Seconds, "noValue": "ever"}),
        "Value #F": Column("Window with data", {"unit": units.PercentUnit}),
    }
    queries = (
        f"slo:objective:ratio{{{SELECTED}}}",
        f"1 - slo:period_errors:ratio{{{SELECTED}}}",
        _LEFT_RECORD,
        _BURN_RECORD,
        f"slo:exhaustion:seconds{{{SELECTED}}}",
        f"slo:window_coverage:ratio{{{SELECTED}}}",
    )
    return listing(
        Face(
            title="Every promise",
            description="The worst first: what is promised and what was kept over the promise's window, how much of "
            "the error budget is left, how fast it burns, and how long it lasts so. Until the window is full of data, "
            "single bad hours weigh more than they will.",
            unit=units.Short,
            queries=[Query(f"max by (target, slo) ({query})") for query in queries],
            empty="nothing to count yet",
        ),
        columns,
        sort="Value #C",
    )


_LEFT: Final = Face(
    title="Error budget left",
    description="A slope is a budget that burns, a step an outage; below zero the promise is broken. It rises again "
    "when bad days leave the window. Choose the last 30 days to see it whole.",
    unit=units.PercentUnit,
    queries=(Query(_LEFT_RECORD, LEGEND),),
    lowest=None,
    highest=1,
    thresholds=_BUDGET,
    empty="nothing to count yet",
)

_PRESENT: Final = Face(
    title="Good requests, 5m",
    description="The share of requests that were good in the last 5 minutes, and the promise as a dashed line. Short "
    "dips below it are what the error budget is for; a line that stays below breaks the promise.",
    unit=units.PercentUnit,
    queries=(
        Query(f"1 - slo:errors:rate5m{{{SELECTED}}} / (slo:requests:rate5m{{{SELECTED}}} > 0)", LEGEND),
        Query(f"slo:objective:ratio{{{SELECTED}}}", f"{LEGEND} promised", limit=True),
    ),
    lowest=None,
    highest=1,
    empty="no requests",
)


def _requests(spec: Spec) -> Sequence[Tile]:
    return tiles(spec, (_GOOD, _BAD))


_GOOD: Final = Face(
    title="Good requests",
    description="Requests a second that kept the promise. It follows your traffic; where it falls and bad ones do not "
    "rise, nobody asks.",
    unit=units.RequestsPerSecond,
    queries=(Query(f"slo:requests:rate5m{{{SELECTED}}} - slo:errors:rate5m{{{SELECTED}}}", LEGEND),),
    empty="no requests",
)

_BAD: Final = Face(
    title="Bad requests",
    description="Requests a second that broke the promise: failed, or too slow. Zero is normal; each one spends the "
    "error budget. The service's dashboard says which route they took.",
    unit=units.RequestsPerSecond,
    queries=(Query(f"slo:errors:rate5m{{{SELECTED}}}", LEGEND),),
    empty="no requests",
)
