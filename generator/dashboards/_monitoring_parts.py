"""The parts of the monitoring: the exporters, Prometheus and Alertmanager, side by side."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import GREEN, ORANGE, RED, Column, Face, Query, Threshold
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._monitoring_exporter import READ
from generator.dashboards._panels import states
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, figures_of, sheet
from watchspec.spec import Spec

_NAMES: Final = ("watchspec", "prometheus", "alertmanager")
"""How the parts' jobs are called, and how their metrics begin."""
_PARTS: Final = f'job=~"{"|".join(_NAMES)}"'


def _of_each(metric: str) -> str:
    """What every part publishes under its own name, as in `prometheus_build_info`."""
    names = "|".join(f"{name}_{metric}" for name in _NAMES)
    return f'{{__name__=~"{names}", {_PARTS}}}'


def _lost(name: str) -> str:
    return f'round(sum(increase(prometheus_{name}_total{{job="prometheus"}}[$__range])))'


_WATCHDOG: Final = Figure(
    "Watchdog",
    'count(ALERTS{alertname="Watchdog", alertstate="firing"}) or vector(0)',
    units.Short,
    related="Watchdog",
    texts={0: ("silent", RED), 1: ("alive", GREEN)},
)
_FAILED, _SENT = (
    f'sum(increase(alertmanager_{name}_total{{job="alertmanager"}}[$__range]))'
    for name in ("notifications_failed", "notifications")
)
_FIGURES: Final = (
    Figure(
        "Parts down",
        f"count(up{{{_PARTS}}} == 0) or vector(0)",
        units.Short,
        related="ExporterDown",
        thresholds=(Threshold(1, RED),),
    ),
    Figure(
        "Not read",
        f"count({READ} == 0) or vector(0)",
        units.Short,
        related="TargetScrapeFailing",
        thresholds=(Threshold(1, ORANGE),),
    ),
    Figure(
        "Old configurations",
        f"count({_of_each('config_last_reload_successful')} == 0) or vector(0)",
        units.Short,
        related="PrometheusConfigReloadFailed",
        thresholds=(Threshold(1, ORANGE),),
    ),
    Figure("Rules failed", _lost("rule_evaluation_failures"), units.Short, "PrometheusRuleFailures"),
    Figure("Evaluations missed", _lost("rule_group_iterations_missed"), units.Short, "PrometheusMissedEvaluations"),
    Figure("Alerts lost", _lost("notifications_dropped"), units.Short, "PrometheusAlertsDropped"),
    Figure(
        "Messages failed",
        f"{_FAILED} / ({_SENT} > 0) or vector(0)",
        units.PercentUnit,
        "AlertmanagerDeliveryFailing",
    ),
)


def glance(spec: Spec) -> Tile:
    """One figure for each way in which the monitoring fails without a word."""
    face = Face(
        title="At a glance",
        description="Whether alerting works: the watchdog is an alert that always fires. Then what is down, what could "
        "not be read, and what failed in the shown time: none is normal. Click a figure for its runbook.",
        unit=units.Short,
    )
    return Tile(figures_of(spec, face, _figures(spec)), COLUMNS, 4)


def _figures(spec: Spec) -> Sequence[Figure]:
    setting = spec.alerts.get("Watchdog")
    return _FIGURES if setting and setting.off else (_WATCHDOG, *_FIGURES)


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


def versions(spec: Spec) -> model.Panel:
    """What runs, since when, and what it takes."""
    reloaded = _of_each("config_last_reload_success_timestamp_seconds")
    files = f"process_open_fds{{{_PARTS}}} / (process_max_fds{{{_PARTS}}} > 0)"
    figures = (
        Figure("Up for", _with_version(f"time() - process_start_time_seconds{{{_PARTS}}}"), units.Seconds),
        Figure("Configured", _with_version(f"time() - {reloaded}"), units.Seconds),
        Figure(
            "CPU", _with_version(f"rate(process_cpu_seconds_total{{{_PARTS}}}[$__rate_interval])"), units.PercentUnit
        ),
        Figure("Memory", _with_version(f"process_resident_memory_bytes{{{_PARTS}}}"), units.BytesIEC),
        Figure("Open files", _with_version(files), units.PercentUnit),
    )
    face = Face(
        title="Versions and resources",
        description="Every part: its version, how long it runs, how long ago it took its configuration, what it takes "
        "of a core, of memory and of the files that it may open. Exporters of several versions are an upgrade that "
        "stopped half way.",
        unit=units.Short,
    )
    keys = {"job": Column("Part"), "target": Column("On"), "version": Column("Version")}
    return sheet(spec, face, keys, figures, sort="job")


def _with_version(expr: str) -> str:
    return f"max by (job, target, version) (({expr}) * on (job, target) group_left (version) {_of_each('build_info')})"
