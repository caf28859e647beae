"""PostgreSQL servers: are they well, who works and who waits, what is slow, what do they hold and write."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from generator.dashboards import _postgres_disk as disk
from generator.dashboards import _postgres_sessions as sessions
from generator.dashboards._board import SELECTED, board
from generator.dashboards._face import Face, Query
from generator.dashboards._glance import glance
from generator.dashboards._grid import Section, Tile
from generator.dashboards._panels import series
from generator.dashboards._postgres_servers import LAG, STATE, replication, servers
from generator.dashboards._postgres_statements import statements
from generator.dashboards._postgres_tables import held
from generator.dashboards._sdk import model, units
from generator.dashboards._tiles import settled, tiles
from watchspec.spec import Spec

__all__ = ["STATE", "dashboard", "overview"]


def dashboard(spec: Spec) -> model.Dashboard:
    """PostgreSQL of `spec`, in depth."""
    return board(spec, "postgres", "PostgreSQL", [Section("", list(_first(spec))), *_rest(spec)], of="pg_up")


def overview(_spec: Spec) -> Sequence[Face]:
    """What the overview shows of PostgreSQL: how near it is to refusing clients, what it does, what it holds."""
    return (_CONNECTIONS, _TRANSACTIONS, _SIZE)


def _first(spec: Spec) -> Iterator[Tile]:
    """What is seen without scrolling."""
    first = (replace(_CONNECTIONS, title="Connections"), sessions.BLOCKED, sessions.OLDEST)
    yield from glance(spec, len(spec.postgres), _UP, first, servers)
    transactions = replace(_TRANSACTIONS, title="Transactions")
    yield from tiles(spec, (sessions.CONNECTIONS, transactions, sessions.WORK))
    yield from tiles(spec, (disk.CACHE, disk.ROWS, sessions.WAITING))


def _rest(spec: Spec) -> Iterator[Section]:
    """What is opened when the first screen does not say enough."""
    yield Section("Statements", statements(spec), collapsed=True)
    yield Section("Transactions and locks", tiles(spec, sessions.LOCKS), collapsed=True)
    yield Section("Tables and databases", held(spec), collapsed=True)
    yield Section("Log, checkpoints and temporary files", tiles(spec, disk.DISK), collapsed=True)
    copies = [Tile(replication(spec), 14), Tile(series(settled(spec, LAG)), 10)]
    yield Section("Replication", copies, collapsed=True)


_UP: Final = Face(
    title="State",
    description="Whether the server answers the exporter. If it is down, run `psql URL -c 'select 1'`, look whether "
    "the process runs and its disk is full, and read its log; a refused password looks the same.",
    unit=units.Short,
    queries=(Query(STATE, "{{target}}"),),
    alert="PostgresDown",
)

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
