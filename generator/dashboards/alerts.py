"""Alerts and incidents: what fires now, what fired, what fires too often."""

from generator.dashboards._alerts import firing_count, firing_now
from generator.dashboards._board import board
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._sdk import model
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """The alerts of `spec`, now and before."""
    now = [Tile(firing_count(spec), COLUMNS, 4), Tile(firing_now(spec), COLUMNS)]
    return board(spec, "alerts", "Alerts and incidents", [Section("", now)])
