"""Promises: how much of each error budget is left and how fast it burns; uptime and outages of every target."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import ORANGE, RED, Face, Query, Threshold
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._panels import number, series
from generator.dashboards._sdk import model, units
from generator.subjects import subjects
from watchspec.spec import Spec
from watchspec.units import Duration

_MONTH: Final = Duration(30 * 86_400_000)
_BURNS: Final = ("1h", "6h", "1d")
_LEGEND: Final = "{{target}} {{slo}}"


def dashboard(spec: Spec) -> model.Dashboard:
    """The promises of `spec`, if there are any, and the uptime of all that it watches."""
    promised = any(subject.kind == "slo" for subject in subjects(spec))
    over = min(_MONTH, spec.prometheus.retention)
    shown = [Section("Error budgets", _budgets())] if promised else []
    return board(spec, "slo", "Promises and uptime", [*shown, Section(f"Uptime over {over}", _uptime(over))])


def _budgets() -> Sequence[Tile]:
    figures = (_OBJECTIVE, _SPENT, _EXHAUSTION, _COVERAGE)
    lines = (_LEFT, _BURN)
    return [
        *(Tile(number(face), COLUMNS // len(figures), 6) for face in figures),
        *(Tile(series(face), COLUMNS // len(lines), 9) for face in lines),
    ]


_OBJECTIVE: Final = Face(
    title="Objective",
    description="The share of requests that is promised to be good. What is bad beyond it breaks the promise.",
    unit=units.PercentUnit,
    queries=(Query(f"slo:objective:ratio{{{SELECTED}}}", _LEGEND),),
)

_SPENT: Final = Face(
    title="Error budget spent",
    description="The share of the objective's window's budget that is gone, as far back as there is data. At 100% the "
    "promise is broken, until the bad days have left the window: put reliability before what is new.",
    unit=units.PercentUnit,
    queries=(Query(f"1 - slo:error_budget_left:ratio{{{SELECTED}}}", _LEGEND),),
    thresholds=(Threshold(0.75, ORANGE), Threshold(1, RED)),
)

_EXHAUSTION: Final = Face(
    title="Budget lasts for",
    description="How long the rest of the budget lasts at the pace of the last hour. Nothing fails where nothing is "
    "shown.",
    unit=units.Seconds,
    queries=(Query(f"slo:exhaustion:seconds{{{SELECTED}}}", _LEGEND),),
    empty="for ever",
)

_COVERAGE: Final = Face(
    title="Window with data",
    description="The share of the objective's window that has data. Until it is 100%, budgets are over less than the "
    "window, and single bad hours weigh more than they will.",
    unit=units.PercentUnit,
    queries=(Query(f"slo:window_coverage:ratio{{{SELECTED}}}", _LEGEND),),
)

_LEFT: Final = Face(
    title="Error budget left",
    description="A slope is a budget that burns, a step an outage; below zero the promise is broken. It rises again "
    "when bad days leave the window.",
    unit=units.PercentUnit,
    queries=(Query(f"slo:error_budget_left:ratio{{{SELECTED}}}", _LEGEND),),
    lowest=None,
    highest=1,
)

_BURN: Final = Face(
    title="Burn rate",
    description="How many times too fast the budget burns, over the last hour, six hours and day. At 1 it is gone at "
    "the end of its window; a service that keeps its promise stays below.",
    unit=units.Short,
    queries=tuple(Query(f"slo:burn_rate:ratio_rate{over}{{{SELECTED}}}", f"{_LEGEND} {over}") for over in _BURNS),
    thresholds=(Threshold(1, ORANGE),),
)


def _uptime(over: Duration) -> Sequence[Tile]:
    faces = (
        Face(
            title="Uptime",
            description="The share of the time in which the target was up. Time without data counts as neither.",
            unit=units.PercentUnit,
            queries=[Query(f"target:up:avg{over}{{{SELECTED}}}", "{{target}}")],
        ),
        Face(
            title="Outages",
            description="How often it went down. One that was under way when the window began does not count.",
            unit=units.Short,
            queries=[Query(f"target:outages:resets{over}{{{SELECTED}}}", "{{target}}")],
            thresholds=(Threshold(1, ORANGE),),
        ),
        Face(
            title="Time to repair (MTTR)",
            description="How long an outage lasted on average, from the first failure to the first answer.",
            unit=units.Seconds,
            queries=[Query(f"target:time_to_repair_seconds:avg{over}{{{SELECTED}}}", "{{target}}")],
            empty="no outage",
        ),
        Face(
            title="Time between failures (MTBF)",
            description="From the beginning of one outage to that of the next, on average.",
            unit=units.Seconds,
            queries=[Query(f"target:time_between_failures_seconds:avg{over}{{{SELECTED}}}", "{{target}}")],
            empty="no outage",
        ),
    )
    return [Tile(number(face), COLUMNS // len(faces), 8) for face in faces]
