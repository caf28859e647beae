"""Panels of PostgreSQL servers."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._grid import Section
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import tiles
from watchspec.spec import Spec

STATE: Final = f"min by (target) (pg_up{{{SELECTED}}})"
"""1 where the server answers the exporter."""


def dashboard(spec: Spec) -> model.Dashboard:
    """PostgreSQL of `spec`, in depth."""
    return board(spec, "postgres", "PostgreSQL", [Section("", tiles(spec, overview(spec)))], of="pg_up")


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of PostgreSQL: how near it is to refusing clients, what it does, what it holds."""
    return (_CONNECTIONS, _TRANSACTIONS, _SIZE)


_CONNECTIONS: Final = Face(
    title="Postgres connections",
    description="Share of the connections in use that clients may open. At 100% new clients are refused; a share that "
    "stays high asks for a pooler such as PgBouncer rather than for a larger limit.",
    unit=units.PercentUnit,
    highest=1,
    queries=(
        Query(
            f"sum by (target) (pg_stat_activity_count{{{SELECTED}}})"
            f" / (max by (target) (pg_settings_max_connections{{{SELECTED}}})"
            f" - max by (target) (pg_settings_superuser_reserved_connections{{{SELECTED}}}) > 0)",
            "{{target}}",
        ),
    ),
    alert="PostgresConnections",
)

_TRANSACTIONS: Final = Face(
    title="Postgres transactions",
    description="Transactions a second, committed and rolled back. It follows your traffic; a growing share of "
    "rollbacks is an application that fails, or fights over locks.",
    unit=units.OpsPerSecond,
    queries=tuple(
        Query(
            f"sum by (target) (rate(pg_stat_database_xact_{end}{{{SELECTED}}}[$__rate_interval]))",
            f"{{{{target}}}} {name}",
        )
        for end, name in (("commit", "committed"), ("rollback", "rolled back"))
    ),
)

_SIZE: Final = Face(
    title="Postgres size",
    description="Size of all databases of a server on disk. Steady growth is your data's; a jump is a bulk load, or "
    "bloat that vacuum did not get to.",
    unit=units.BytesIEC,
    queries=(Query(f"sum by (target) (pg_database_size_bytes{{{SELECTED}}})", "{{target}}"),),
)
