"""Alerts and incidents: what fires now, what fired when, what fires too often, how long it lasts, who was told."""

from collections.abc import Sequence

from generator.dashboards import _alerts_delivery as delivery
from generator.dashboards import _alerts_history as history
from generator.dashboards._alerts import firing_count, firing_now, pending_now
from generator.dashboards._board import board
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._panels import bars, number, series
from generator.dashboards._sdk import model
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """The alerts of `spec`, now and before."""
    sections = [
        Section("", _now(spec)),
        Section("In the chosen time", _before(spec)),
        Section("Delivery", _delivery(spec), collapsed=True),
        Section("Muted", _muted(spec), collapsed=True),
    ]
    return board(spec, "alerts", "Alerts and incidents", sections)


def _now(spec: Spec) -> Sequence[Tile]:
    return [
        Tile(firing_count(spec), 12, 4),
        *(Tile(number(face), 4, 4) for face in delivery.health(spec)),
        Tile(firing_now(spec), 14, 8),
        Tile(pending_now(spec), 10, 8),
        Tile(history.timeline(spec), COLUMNS, 10),
    ]


def _before(spec: Spec) -> Sequence[Tile]:
    return [
        Tile(history.begun(spec), 10, 8),
        Tile(history.noisiest(), 7, 8),
        Tile(history.targets(spec), 7, 8),
        Tile(history.by_alert(spec), 18, 9),
        Tile(history.time_to_resolve(), 6, 9),
    ]


def _delivery(spec: Spec) -> Sequence[Tile]:
    return [
        *tiles(spec, delivery.messages(), bars),
        Tile(delivery.ways(), COLUMNS // 2),
        Tile(series(delivery.QUEUE), COLUMNS // 2),
    ]


def _muted(spec: Spec) -> Sequence[Tile]:
    first, second, *reasons = delivery.muted(spec)
    return [*tiles(spec, [first, second]), *tiles(spec, reasons, bars)]
