"""Panels of what PostgreSQL holds: databases and tables, and how vacuum keeps up."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._asking import gauge, growth, matching
from generator.dashboards._face import Column, Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._panels import series
from generator.dashboards._postgres_sessions import DATABASES
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import Figure, sheet
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

_DATABASE: Final = "target, datname"
_TABLE: Final = "target, datname, schemaname, relname"
_TRANSACTIONS: Final = 2**31
"""Transactions after which the server stops, if nothing freezes old rows."""
_AGE: Final = f"{gauge('watchspec_postgres_oldest_transactions', _DATABASE, DATABASES)} / {_TRANSACTIONS}"


def held(spec: Spec) -> Sequence[Tile]:
    """Databases and tables, the largest first, and how they grow."""
    lines = [Tile(series(settled(spec, face)), 12) for face in (_SIZES, _WRAPAROUND)]
    return [Tile(_tables(spec), 24, 10), Tile(_databases(spec), 24, 7), *lines]


def _latest(title: str, what: str) -> Figure:
    """When a table was last vacuumed or analyzed, by hand or by the daemon, in Unix milliseconds; 0 for never."""
    own, auto = (gauge(f"pg_stat_user_tables_last_{prefix}{what}", _TABLE) for prefix in ("", "auto"))
    never = {0: ("never", "text")}
    return Figure(title, f"1000 * ({own} > {auto} or {auto})", units.DateTimeFromNow, texts=never)


_LIVE: Final = gauge("pg_stat_user_tables_n_live_tup", _TABLE)
_DEAD: Final = gauge("pg_stat_user_tables_n_dead_tup", _TABLE)
_TABLES: Final = (
    Figure("Size", gauge("pg_stat_user_tables_table_size_bytes", _TABLE), units.BytesIEC),
    Figure("Indexes", gauge("pg_stat_user_tables_index_size_bytes", _TABLE), units.BytesIEC),
    Figure("Rows", _LIVE),
    Figure("Dead", f"{_DEAD} / ({_LIVE} + {_DEAD} > 0)", units.PercentUnit),
    _latest("Vacuum", "vacuum"),
    _latest("Analyze", "analyze"),
    Figure("Sequential scans", f"round({growth('pg_stat_user_tables_seq_scan', _TABLE)})"),
    Figure("Index scans", f"round({growth('pg_stat_user_tables_idx_scan', _TABLE)})"),
)
_BLOAT: Final = Figure(
    "Bloat", gauge("watchspec_postgres_table_bloat_bytes", _TABLE), units.BytesIEC, "PostgresTableWaste"
)


def _tables(spec: Spec) -> model.Panel:
    estimated = any(server.collectors.get("bloat") for server in spec.postgres)
    face = Face(
        title="Tables",
        description="The largest first. Up to a fifth of dead rows is normal between two vacuums; more, or a vacuum "
        "long ago, means that autovacuum does not keep up or a long transaction stops it. Many sequential scans of a "
        "large table ask for an index.",
        unit=units.Short,
        related="PostgresTableBloat",
        empty="no tables",
    )
    titles = {"target": "Target", "datname": "Database", "schemaname": "Schema", "relname": "Table"}
    labels = {label: Column(title) for label, title in titles.items()}
    return sheet(spec, face, labels, [*_TABLES, *([_BLOAT] if estimated else [])], sort="Size", falling=True)


def _grown(name: str) -> str:
    return growth(f"pg_stat_database_{name}", _DATABASE, DATABASES)


_COMMITS, _ROLLBACKS, _HITS, _READS = map(_grown, ("xact_commit", "xact_rollback", "blks_hit", "blks_read"))
_SIZE: Final = f"pg_database_size_bytes{{{matching(DATABASES)}}}"
_DATABASES: Final = (
    Figure("Size", f"max by ({_DATABASE}) ({_SIZE})", units.BytesIEC),
    Figure("Growth", f"max by ({_DATABASE}) (delta({_SIZE}[$__range]))", units.BytesIEC),
    Figure("Connections", gauge("pg_stat_database_numbackends", _DATABASE, DATABASES)),
    Figure("Commits", f"round({_COMMITS})"),
    Figure("Rolled back", f"{_ROLLBACKS} / ({_ROLLBACKS} + {_COMMITS} > 0)", units.PercentUnit, "PostgresRollbacks"),
    Figure("Cache hits", f"{_HITS} / ({_HITS} + {_READS} > 0)", units.PercentUnit, "PostgresCacheHits"),
    Figure("Temporary files", _grown("temp_bytes"), units.BytesIEC),
    Figure("Deadlocks", f"round({_grown('deadlocks')})"),
    Figure("Wraparound", _AGE, units.PercentUnit, "PostgresWraparound"),
)


def _databases(spec: Spec) -> model.Panel:
    face = Face(
        title="Databases over the time shown",
        description="Size now and how it grew, transactions, and how much of the room for transaction numbers is used: "
        "autovacuum starts to freeze at 10%, and at 100% the server stops. Temporary files are sorts that did not fit "
        "into work_mem.",
        unit=units.Short,
    )
    labels = {"target": Column("Target"), "datname": Column("Database")}
    return sheet(spec, face, labels, _DATABASES, sort="Size", falling=True)


_SIZES: Final = Face(
    title="Size of databases",
    description="Tables, indexes and all. A steady slope tells when the disk is full; a jump is a bulk load, or bloat "
    "that vacuum did not get to.",
    unit=units.BytesIEC,
    queries=(Query(gauge("pg_database_size_bytes", _DATABASE, DATABASES), "{{target}} {{datname}}"),),
)

_WRAPAROUND: Final = Face(
    title="Transaction numbers used",
    description="Share of the room between the oldest row that is not frozen and the newest transaction. It falls back "
    "when autovacuum freezes, at 10% by default; if it climbs on, look for old transactions and unused slots.",
    unit=units.PercentUnit,
    queries=(Query(_AGE, "{{target}} {{datname}}"),),
    alert="PostgresWraparound",
)
