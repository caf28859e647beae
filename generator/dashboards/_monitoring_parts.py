"""The parts of the monitoring: the exporters, Prometheus and Alertmanager, side by side."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import GREEN, ORANGE, RED, Column, Face, Query, Threshold
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._monitoring_exporter import READ
from generator.dashboards._panels import number, properties, states
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import figure, rows
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

_PARTS: Final = 'job=~"watchspec|prometheus|alertmanager"'


def glance(spec: Spec) -> Tile:
    """One figure for each way in which the monitoring fails without a word."""
    shown = [settled(spec, face) for face in _figures(spec)]
    face = Face(
        title="At a glance",
        description="Whether alerting works: the watchdog is an alert that always fires. Then what is down, what could "
        "not be read, and what failed in the shown time: none is normal. Click a figure for its runbook.",
        unit=units.Short,
        queries=[query for each in shown for query in each.queries],
    )
    return Tile(number(face, fields={each.title: properties(each) for each in shown}), COLUMNS, 4)


def _figures(spec: Spec) -> Sequence[Face]:
    watchdog = Face(
        title="Watchdog",
        description="",
        unit=units.Short,
        queries=[Query('count(ALERTS{alertname="Watchdog", alertstate="firing"}) or vector(0)', "Watchdog")],
        related="Watchdog",
        texts={0: ("silent", RED), 1: ("alive", GREEN)},
    )
    setting = spec.alerts.get("Watchdog")
    failed, sent = (
        f'sum(increase(alertmanager_{name}_total{{job="alertmanager"}}[$__range]))'
        for name in ("notifications_failed", "notifications")
    )
    return (
        *(() if setting and setting.off else (watchdog,)),
        _count("Parts down", f"count(up{{{_PARTS}}} == 0) or vector(0)", RED, "ExporterDown"),
        _count("Not read", f"count({READ} == 0) or vector(0)", ORANGE, "TargetScrapeFailing"),
        _count(
            "Old configurations",
            f'count({{__name__=~"(watchspec|prometheus|alertmanager)_config_last_reload_successful", {_PARTS}}} == 0)'
            " or vector(0)",
            ORANGE,
            "PrometheusConfigReloadFailed",
        ),
        figure("Rules failed", units.Short, _lost("rule_evaluation_failures"), "PrometheusRuleFailures"),
        figure("Evaluations missed", units.Short, _lost("rule_group_iterations_missed"), "PrometheusMissedEvaluations"),
        figure("Alerts lost", units.Short, _lost("notifications_dropped"), "PrometheusAlertsDropped"),
        figure(
            "Messages failed",
            units.PercentUnit,
            f"{failed} / ({sent} > 0) or vector(0)",
            "AlertmanagerDeliveryFailing",
        ),
    )


def _count(title: str, expr: str, color: str, related: str) -> Face:
    return Face(
        title=title,
        description="",
        unit=units.Short,
        queries=[Query(expr, title)],
        related=related,
        thresholds=[Threshold(1, color)],
    )


def _lost(name: str) -> str:
    return f'round(sum(increase(prometheus_{name}_total{{job="prometheus"}}[$__range])))'


def up() -> model.Panel:
    """Which parts answered, and when."""
    return states(
        Face(
            title="State of the parts",
            description="Green while Prometheus reaches a part, red while it does not. A gap over all of them is a "
            "time in which Prometheus itself was away: nobody watched, and nobody was told.",
            unit=units.Short,
            queries=[
                Query('min by (target) (up{job="watchspec"})', "exporter {{target}}"),
                Query('min by (job) (up{job=~"prometheus|alertmanager"})', "{{job}}"),
            ],
        ),
        texts={0: ("down", RED), 1: ("up", GREEN)},
    )


def versions() -> model.Panel:
    """What runs, since when, and what it takes."""
    figures = (
        figure("Up for", units.Seconds, _with_version(f"time() - process_start_time_seconds{{{_PARTS}}}")),
        figure(
            "Configured",
            units.Seconds,
            _with_version(
                'time() - {__name__=~"(watchspec|prometheus|alertmanager)_config_last_reload_success_timestamp_seconds"'
                f", {_PARTS}}}"
            ),
        ),
        figure(
            "CPU", units.PercentUnit, _with_version(f"rate(process_cpu_seconds_total{{{_PARTS}}}[$__rate_interval])")
        ),
        figure("Memory", units.BytesIEC, _with_version(f"process_resident_memory_bytes{{{_PARTS}}}")),
        figure(
            "Open files",
            units.PercentUnit,
            _with_version(f"process_open_fds{{{_PARTS}}} / (process_max_fds{{{_PARTS}}} > 0)"),
        ),
    )
    face = Face(
        title="Versions and resources",
        description="Every part: its version, how long it runs, how long ago it took its configuration, what it takes "
        "of a core, of memory and of the files that it may open. Exporters of several versions are an upgrade that "
        "stopped half way.",
        unit=units.Short,
        queries=[],
    )
    keys = {"job": Column("Part"), "target": Column("On"), "version": Column("Version")}
    return rows(face, keys, figures, sort="job")


def _with_version(expr: str) -> str:
    info = f'{{__name__=~"(watchspec|prometheus|alertmanager)_build_info", {_PARTS}}}'
    return f"max by (job, target, version) (({expr}) * on (job, target) group_left (version) {info})"
