"""Panels of PostgreSQL servers."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, drill
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._limits import limits
from generator.dashboards._panels import series
from generator.dashboards._sdk import model, units
from watchspec.spec import Spec

STATE: Final = f"min by (target) (pg_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""


def tiles(spec: Spec) -> Sequence[Tile]:
    """What the overview shows of PostgreSQL: how close it is to refusing clients, how much it does, how much it holds."""
    return [Tile(panel(spec), 8) for panel in (_connections, _transactions, _size)]


def _connections(spec: Spec) -> model.Panel:
    used = f"sum by (target) (pg_stat_activity_count{{{SELECTED}}})"
    most = f"max by (target) (pg_settings_max_connections{{{SELECTED}}})"
    return series(
        Face(
            title="Postgres connections",
            description="Share of max_connections in use. At 100% new clients are refused; a share that stays high asks for "
            "a pooler such as PgBouncer rather than for a larger limit.",
            unit=units.PercentUnit,
            highest=1,
            queries=[Query(f"{used} / {most}", "{{target}}")],
            links=[drill(spec, "overview")],
            thresholds=limits(spec, "PostgresConnectionsUsage"),
        )
    )


def _transactions(spec: Spec) -> model.Panel:
    committed, rolled_back = (
        f"sum by (target) (rate(pg_stat_database_xact_{end}{{{SELECTED}}}[$__rate_interval]))"
        for end in ("commit", "rollback")
    )
    return series(
        Face(
            title="Postgres transactions",
            description="Transactions a second, committed and rolled back. It follows your traffic; a growing share of "
            "rollbacks is an application that fails or fights over locks.",
            unit=units.OpsPerSecond,
            queries=[Query(committed, "{{target}} committed"), Query(rolled_back, "{{target}} rolled back")],
            links=[drill(spec, "overview")],
        )
    )


def _size(spec: Spec) -> model.Panel:
    return series(
        Face(
            title="Postgres size",
            description="Size of all databases of a server on disk. Steady growth is your data's; a jump is a bulk load, or "
            "bloat that vacuum did not get to.",
            unit=units.BytesIEC,
            queries=[Query(f"sum by (target) (pg_database_size_bytes{{{SELECTED}}})", "{{target}}")],
            links=[drill(spec, "overview")],
        )
    )
