"""The monitoring itself: whether the exporters, Prometheus and Alertmanager do their work, from reading to telling.

It has no target to choose: its parts are few, and what is wrong with one blinds all.
"""

from generator.dashboards import _monitoring_alertmanager as alertmanager
from generator.dashboards import _monitoring_exporter as exporter
from generator.dashboards import _monitoring_parts as parts
from generator.dashboards import _monitoring_prometheus as prometheus
from generator.dashboards._board import board
from generator.dashboards._grid import COLUMNS, Section, Tile
from generator.dashboards._panels import series
from generator.dashboards._sdk import model
from generator.dashboards._tiles import settled, tiles
from watchspec.spec import Spec


def dashboard(spec: Spec) -> model.Dashboard:
    """The parts of the monitoring of `spec`, in the order in which figures pass through them."""
    third = COLUMNS // 3
    messages, *times = alertmanager.delivered(spec) or (alertmanager.RECEIVED,)
    told = [alertmanager.HELD, *([alertmanager.RECEIVED] if times else []), *times]
    first = [
        parts.glance(spec),
        Tile(parts.up(), third),
        *(Tile(series(settled(spec, face)), third) for face in (prometheus.scrape_time(spec), prometheus.SAMPLES)),
        *tiles(spec, [prometheus.RULES, prometheus.ALERTS, messages]),
    ]
    read = [
        Tile(exporter.readings(spec), 2 * third, 9),
        Tile(series(settled(spec, exporter.REASONS)), third, 9),
        *tiles(spec, exporter.COST),
    ]
    kept = [
        Tile(prometheus.scrapes(spec), COLUMNS // 2, 9),
        Tile(prometheus.rule_groups(spec), COLUMNS // 2, 9),
        *tiles(spec, prometheus.storage(spec)),
        *(tiles(spec, prometheus.REMOTE) if spec.prometheus.remote_write else ()),
    ]
    sections = [
        Section("", first),
        Section("Exporters", read, collapsed=True),
        Section("Prometheus", kept, collapsed=True),
        Section("Alertmanager", tiles(spec, told), collapsed=True),
        Section("Parts", [Tile(parts.versions(spec), COLUMNS)], collapsed=True),
    ]
    return board(spec, "monitoring", "Monitoring", sections, of=None, alerts='kind="monitoring"')
