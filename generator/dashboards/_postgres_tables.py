"""Panels of what PostgreSQL holds: databases and tables, and how vacuum keeps up."""

from collections.abc import Sequence
from typing import Final

from generator.dashboards._face import Column, Face, Query
from generator.dashboards._grid import Tile
from generator.dashboards._limits import limits
from generator.dashboards._measures import gauge, growth, matching
from generator.dashboards._panels import mapping, series
from generator.dashboards._postgres_sessions import DATABASES
from generator.dashboards._sdk import model, units
from generator.dashboards._tables import listing, painted
from generator.dashboards._tiles import settled
from watchspec.spec import Spec

_DATABASE: Final = "target, datname"
_TABLE: Final = "target, datname, schemaname, relname"
_SIZE: Final = {"unit": units.BytesIEC}
_SHARE: Final = {"unit": units.PercentUnit}
_WHOLE: Final = {"decimals": 0}
_AGO: Final = {"unit": units.DateTimeFromNow, "mappings": [mapping({"0": ("never", "text")})]}
_TRANSACTIONS: Final = 2**31
"""Transactions after which the server stops, if nothing freezes old rows."""
_AGE: Final = f"{gauge('watchspec_postgres_oldest_transactions', _DATABASE, DATABASES)} / {_TRANSACTIONS}"


def held(spec: Spec) -> Sequence[Tile]:
    """Databases and tables, the largest first, and how they grow."""
    lines = [Tile(series(settled(spec, face)), 12) for face in (_SIZES, _WRAPAROUND)]
    return [Tile(_tables(spec), 24, 10), Tile(_databases(spec), 24, 7), *lines]


def _tables(spec: Spec) -> model.Panel:
    live, dead = (gauge(f"pg_stat_user_tables_n_{which}_tup", _TABLE) for which in ("live", "dead"))
    table, index = (gauge(f"pg_stat_user_tables_{which}_size_bytes", _TABLE) for which in ("table", "index"))
    face = Face(
        title="Tables",
        description="The largest first. Up to a fifth of dead rows is normal between two vacuums; more, or a vacuum "
        "long ago, means that autovacuum does not keep up or a long transaction stops it. Many sequential scans of a "
        "large table ask for an index.",
        unit=units.Short,
        queries=(
            Query(table),
            Query(index),
            Query(live),
            Query(f"{dead} / ({live} + {dead} > 0)"),
            Query(_latest("vacuum")),
            Query(_latest("analyze")),
            Query(growth("pg_stat_user_tables_seq_scan", _TABLE)),
            Query(growth("pg_stat_user_tables_idx_scan", _TABLE)),
            *([Query(gauge("watchspec_postgres_table_bloat_bytes", _TABLE))] if _knows_bloat(spec) else []),
        ),
        alert="PostgresTableBloat",
        empty="no tables",
    )
    return listing(
        settled(spec, face),
        {
            "target": Column("Target"),
            "datname": Column("Database"),
            "schemaname": Column("Schema"),
            "relname": Column("Table"),
            "Value #A": Column("Size", _SIZE),
            "Value #B": Column("Indexes", _SIZE),
            "Value #C": Column("Rows", _WHOLE),
            "Value #D": Column("Dead", _SHARE),
            "Value #E": Column("Vacuum", _AGO),
            "Value #F": Column("Analyze", _AGO),
            "Value #G": Column("Sequential scans", _WHOLE),
            "Value #H": Column("Index scans", _WHOLE),
            "Value #I": Column("Bloat", _SIZE | painted(limits(spec, "PostgresTableWaste"))),
        },
        sort="Value #A",
        falling=True,
    )


def _latest(what: str) -> str:
    """When a table was last vacuumed or analyzed, by hand or by the daemon, in Unix milliseconds; 0 for never."""
    own, auto = (gauge(f"pg_stat_user_tables_last_{prefix}{what}", _TABLE) for prefix in ("", "auto"))
    return f"1000 * ({own} > {auto} or {auto})"


def _knows_bloat(spec: Spec) -> bool:
    return any(server.collectors.get("bloat") for server in spec.postgres)


def _databases(spec: Spec) -> model.Panel:
    def grown(name: str) -> str:
        return growth(f"pg_stat_database_{name}", _DATABASE, DATABASES)

    commits, rollbacks, hits, reads = map(grown, ("xact_commit", "xact_rollback", "blks_hit", "blks_read"))
    size = f"pg_database_size_bytes{{{matching(DATABASES)}}}"
    face = Face(
        title="Databases over the time shown",
        description="Size now and how it grew, transactions, and how much of the room for transaction numbers is used: "
        "autovacuum starts to freeze at 10%, and at 100% the server stops. Temporary files are sorts that did not fit "
        "into work_mem.",
        unit=units.Short,
        queries=(
            Query(f"max by ({_DATABASE}) ({size})"),
            Query(f"max by ({_DATABASE}) (delta({size}[$__range]))"),
            Query(gauge("pg_stat_database_numbackends", _DATABASE, DATABASES)),
            Query(commits),
            Query(f"{rollbacks} / ({rollbacks} + {commits} > 0)"),
            Query(f"{hits} / ({hits} + {reads} > 0)"),
            Query(grown("temp_bytes")),
            Query(grown("deadlocks")),
            Query(_AGE),
        ),
    )
    return listing(
        face,
        {
            "target": Column("Target"),
            "datname": Column("Database"),
            "Value #A": Column("Size", _SIZE),
            "Value #B": Column("Growth", _SIZE),
            "Value #C": Column("Connections"),
            "Value #D": Column("Commits", _WHOLE),
            "Value #E": Column("Rolled back", _SHARE | painted(limits(spec, "PostgresRollbacks"))),
            "Value #F": Column("Cache hits", _SHARE | painted(limits(spec, "PostgresCacheHits"))),
            "Value #G": Column("Temporary files", _SIZE),
            "Value #H": Column("Deadlocks", _WHOLE),
            "Value #I": Column("Wraparound", _SHARE | painted(limits(spec, "PostgresWraparound"))),
        },
        sort="Value #A",
        falling=True,
    )


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
