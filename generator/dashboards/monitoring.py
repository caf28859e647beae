"""The monitoring itself: the exporter, Prometheus and Alertmanager."""

from typing import Final

from generator.dashboards._board import board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """The parts of the monitoring of `spec`."""
    return board(spec, "monitoring", "Monitoring", [Section("", tiles(spec, [_SCRAPES]))])


_SCRAPES: Final = Face(
    title="Scrape time",
    description="How long each scrape takes. One that nears its timeout will be cut off, and all its series with it.",
    unit=units.Seconds,
    queries=(Query("max by (job) (scrape_duration_seconds)", "{{job}}"),),
)
