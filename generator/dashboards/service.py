"""Services: what they answer, how often they fail, how long they take, and what that may come from."""

from collections.abc import Iterator
from typing import Final

from generator.dashboards._asking import gauge
from generator.dashboards._board import board
from generator.dashboards._face import Column, Face
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._live import live
from generator.dashboards._panels import heat, number, series
from generator.dashboards._sdk import model, units
from generator.dashboards._service_around import PROCESSES, saturation, scraped, starts
from generator.dashboards._service_health import PROBES, STATE, health
from generator.dashboards._service_requests import (
    BUDGET,
    CLASSES,
    classes,
    counted,
    duration,
    errors,
    figures,
    promises,
    rate,
    timed,
)
from generator.dashboards._service_routes import graphs, listed, spreads
from generator.dashboards._states import counts
from generator.dashboards._tables import Figure, sheet, tall, targets
from generator.dashboards._tiles import settled, tiles
from watchspec.spec import Spec

_FIGURES_HEIGHT: Final = 4
_LINES_HEIGHT: Final = 9


def dashboard(spec: Spec) -> model.Dashboard:
    """Services of `spec`, in depth: a first screen of what is asked first, the rest in closed rows."""
    sections = [
        Section("", [*_figures(spec), *_lines(spec)]),
        Section("Routes", list(_routes(spec)), collapsed=True),
        Section("Promises", _promises(spec), collapsed=True),
        Section("Open connections", tiles(spec, list(live(spec))), collapsed=True),
        Section("Health checks", health(spec), collapsed=True),
        Section("Processes", tiles(spec, PROCESSES) if scraped(spec) else [], collapsed=True),
    ]
    marks = [starts(spec)] if scraped(spec) else []
    return board(spec, "service", "Services", sections, of="probe_success", marks=marks)


def _figures(spec: Spec) -> list[Tile]:
    answer = "How many of the chosen services answer their health check; one of several replicas that fails counts."
    numbers = tiles(spec, list(figures(spec)), number, height=_FIGURES_HEIGHT)
    state = counts("Services", answer, [STATE])
    if not numbers:
        return [Tile(state, COLUMNS, _FIGURES_HEIGHT)]
    width = COLUMNS // (len(numbers) + 1)
    first = Tile(state, COLUMNS - width * len(numbers), _FIGURES_HEIGHT)
    return [first, *(Tile(tile.panel, width, tile.height) for tile in numbers)]


def _lines(spec: Spec) -> Iterator[Tile]:
    if counted(spec):
        by_status = series(settled(spec, classes(spec)), CLASSES)
        panels = (series(settled(spec, rate(spec))), by_status, series(settled(spec, errors(spec))))
        yield from (Tile(panel, COLUMNS // len(panels), _LINES_HEIGHT) for panel in panels)
    slow = duration(spec, "50", "95", "99") if timed(spec) else None if counted(spec) else PROBES
    yield from tiles(spec, [face for face in (slow, saturation(spec)) if face], height=_LINES_HEIGHT)


def _routes(spec: Spec) -> Iterator[Tile]:
    if (routes := listed(spec)) is not None:
        yield Tile(routes, COLUMNS, 9)
    yield from tiles(spec, list(graphs(spec)))
    yield from tiles(spec, list(spreads(spec)), heat)


def _promises(spec: Spec) -> list[Tile]:
    made = promises(spec)
    return [Tile(_budgets(spec), COLUMNS, tall(len(made)))] if made else []


def _budgets(spec: Spec) -> model.Panel:
    face = Face(
        title="Promises",
        description="What each service has promised, how much of its error budget is left, and how many times too fast "
        "it burned in the last hour: at 1 it lasts exactly for its window. The worst stands first.",
        unit=units.PercentUnit,
    )
    by = "target, slo"
    columns = (
        Figure("Promised", gauge("slo:objective:ratio", by), units.PercentUnit),
        Figure("Budget left", gauge("slo:error_budget_left:ratio", by), units.PercentUnit, thresholds=BUDGET),
        Figure("Burn rate, last hour", gauge("slo:burn_rate:ratio_rate1h", by), units.Short),
        Figure("Budget lasts", gauge("slo:exhaustion:seconds", by), units.Seconds, empty="for ever"),
    )
    labels = {"target": targets(spec, "Service", "service"), "slo": Column("Promise")}
    return sheet(spec, face, labels, columns, sort="Budget left")
