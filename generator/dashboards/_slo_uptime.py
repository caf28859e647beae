"""Panels of uptime: of every target, whether it promises anything or not."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, drill
from generator.dashboards._face import GREEN, RED, Column, Face, Query
from generator.dashboards._grid import COLUMNS, Tile
from generator.dashboards._panels import STATES_PER_PAGE, states
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing
from watchspec.spec import Spec
from watchspec.units import Duration

_MONTH: Final = Duration(30 * 86_400_000)


def window(spec: Spec) -> Duration:
    """The time that is looked at: a month, or what Prometheus keeps."""
    return min(_MONTH, spec.prometheus.retention)


def uptime(spec: Spec) -> Sequence[Tile]:
    """A line for each target, the worst first, and when each was down in the chosen time."""
    rows = min(sum(1 for _ in spec.targets()), STATES_PER_PAGE)
    return [
        Tile(_table(window(spec)), COLUMNS, max(6, min(10, 3 + rows))),
        Tile(_outages(spec), COLUMNS, max(6, 2 + rows * 3 // 4)),
    ]


def _table(over: Duration) -> model.Panel:
    columns = {
        "target": Column("Target"),
        "Value #A": Column("Uptime", {"unit": units.PercentUnit, "decimals": 3}),
        "Value #B": Column("Outages", {"unit": units.Short}),
        "Value #C": Column("Down for", {"unit": units.Seconds}),
        "Value #D": Column("Time to repair (MTTR)", {"unit": units.Seconds, "noValue": "no outage"}),
        "Value #E": Column("Between failures (MTBF)", {"unit": units.Seconds, "noValue": "no outage"}),
        "Value #F": Column("Watched for", {"unit": units.Seconds}),
    }
    records = (
        "target:up:avg", "target:outages:resets", "target:downtime_seconds:sum", "target:time_to_repair_seconds:avg",
        "target:time_between_failures_seconds:avg", "target:up_coverage_seconds:sum",
    )  # fmt: skip
    return listing(
        Face(
            title=f"Uptime over {over}",
            description="The share of the time in which each target was up, how often it went down, how long an outage "
            "lasted on average, and how far apart two began. Time without data counts as neither; an outage that was "
            "under way when the time began is no new one.",
            unit=units.Short,
            queries=[Query(f"max by (target) ({record}{over}{{{SELECTED}}})") for record in records],
            empty="nothing is watched yet",
        ),
        columns,
        sort="Value #A",
    )


def _outages(spec: Spec) -> model.Panel:
    return states(
        Face(
            title="When it was down",
            description="Red while a target did not answer, in the chosen time. A gap is a time in which nobody could "
            "ask: the exporter or Prometheus was away.",
            unit=units.Short,
            queries=[Query(f"target:up:max{{{SELECTED}}}", "{{target}}")],
            links=[drill(spec, "overview")],
            empty="nothing is watched yet",
        ),
        texts={0: ("down", RED), 1: ("up", GREEN)},
    )
