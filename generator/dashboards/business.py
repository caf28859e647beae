"""Figures of the business: what the spec's own queries count, now and over time, and how fresh it is."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import board
from generator.dashboards._business_queries import FAILING, OLDEST, figures, freshness, now, over_time, rest
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._panels import number, series
from generator.dashboards._sdk import model
from watchspec.spec import Spec

_MOST: Final = 10
"""How many figures have panels of their own, two each: with the others the page has 24."""
_ABREAST: Final = 4
"""How many numbers stand side by side."""


def dashboard(spec: Spec) -> model.Dashboard:
    """A number and a graph for each of the first queries of `spec`, a table of the others, and whether they work."""
    found = figures(spec)
    shown, others = found[:_MOST], found[_MOST:]
    numbers = [number(face) for face in (*map(now, shown), FAILING, OLDEST)]
    sections = [
        Section("", _abreast(numbers, min(len(numbers), _ABREAST), 4)),
        Section("Over time", _abreast([series(over_time(figure)) for figure in shown], min(len(shown), 2), 8)),
        Section("Further figures", [Tile(rest(others), COLUMNS, 9)] if others else []),
        Section("Freshness", [Tile(freshness(), COLUMNS, min(10, 4 + len(found)))]),
    ]
    return board(spec, "business", "Business", sections, of="watchspec_query_success")


def _abreast(panels: Sequence[model.Panel], columns: int, height: int) -> Sequence[Tile]:
    return [Tile(panel, COLUMNS // columns, height) for panel in panels]
