"""Queries on the tables and indexes of one database: postgres_exporter 0.19's names, unused indexes.

All read the same tables: those that `tables:` chooses, the largest first. Nothing here waits for a table's lock but the
sizes, and they leave out what is locked, or is waited for, in ACCESS EXCLUSIVE mode.
"""

from typing import Final

from exporter.postgres.query import Column, Query, counter, gauge

# The tables of `pg_stat_user_tables`: https://www.postgresql.org/docs/current/monitoring-stats.html
CHOSEN: Final = """
WITH chosen AS MATERIALIZED (
  SELECT c.oid, n.nspname, c.relname, c.relpages, c.reltoastrelid, count(*) OVER () AS found
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 't', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname !~ '^pg_toast'
    AND ($1::text = '' OR n.nspname || '.' || c.relname ~ $1) AND ($2::text = '' OR n.nspname || '.' || c.relname !~ $2)
  ORDER BY c.relpages DESC, c.oid LIMIT $3::int)"""

_NAMES: Final = "current_database() AS datname, c.nspname AS schemaname, c.relname"

_TABLES: Final = f"""{CHOSEN}
SELECT {_NAMES}, s.*, floor(extract(epoch FROM s.last_vacuum)) AS vacuumed,
  floor(extract(epoch FROM s.last_autovacuum)) AS autovacuumed, floor(extract(epoch FROM s.last_analyze)) AS analyzed,
  floor(extract(epoch FROM s.last_autoanalyze)) AS autoanalyzed
FROM chosen c JOIN pg_stat_user_tables s ON s.relid = c.oid"""  # noqa: S608  # constants

_SIZES: Final = f"""{CHOSEN},
locked AS MATERIALIZED (
  SELECT coalesce(i.indrelid, l.relation) AS oid FROM pg_locks l LEFT JOIN pg_index i ON i.indexrelid = l.relation
  WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
free AS MATERIALIZED (
  SELECT * FROM chosen c WHERE NOT EXISTS (SELECT FROM locked l WHERE l.oid IN (c.oid, c.reltoastrelid)))
SELECT {_NAMES}, pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes
FROM free c"""  # noqa: S608  # constants

_TRUNCATED: Final = f"""{CHOSEN}
SELECT current_database() AS datname, coalesce(max(found) - count(*), 0) AS truncated FROM chosen"""  # noqa: S608  # constants

_IO: Final = f"""{CHOSEN}
SELECT {_NAMES}, s.* FROM chosen c JOIN pg_statio_user_tables s ON s.relid = c.oid"""  # noqa: S608  # constants

_INDEX_IO: Final = f"""{CHOSEN}
SELECT {_NAMES}, s.indexrelname, s.idx_blks_read, s.idx_blks_hit
FROM chosen c JOIN pg_statio_user_indexes s ON s.relid = c.oid"""  # noqa: S608  # constants

# A unique index guards its rows even if no query reads it, and one that is being built has not been read yet.
_UNUSED: Final = f"""{CHOSEN}
SELECT {_NAMES}, s.indexrelname, r.relpages::float * current_setting('block_size')::int AS bytes
FROM chosen c JOIN pg_stat_user_indexes s ON s.relid = c.oid AND s.idx_scan = 0
JOIN pg_index i ON i.indexrelid = s.indexrelid AND i.indisvalid AND NOT i.indisunique AND NOT i.indisexclusion
JOIN pg_class r ON r.oid = s.indexrelid"""  # noqa: S608  # constants

LABELS: Final = ("datname", "schemaname", "relname")
INDEX_LABELS: Final = (*LABELS, "indexrelname")


def _count(column: str, help_: str) -> Column:
    return counter(column, f"pg_stat_user_tables_{column}", help_, 0)


def _state(column: str, name: str, help_: str) -> Column:
    return gauge(column, f"pg_stat_user_tables_{name}", help_, 0)


def _blocks(column: str, name: str, help_: str) -> Column:
    return counter(column, f"pg_statio_user_tables_{name}", help_, 0)


QUERIES: Final = (
    Query(
        "stat_user_tables",
        _TABLES,
        (
            _count("seq_scan", "Sequential scans."),
            _count("seq_tup_read", "Rows read by sequential scans."),
            _count("idx_scan", "Index scans."),
            _count("idx_tup_fetch", "Rows fetched by index scans."),
            _count("n_tup_ins", "Rows inserted."),
            _count("n_tup_upd", "Rows updated."),
            _count("n_tup_del", "Rows deleted."),
            _count("n_tup_hot_upd", "Rows updated without a change of any index."),
            _state("n_live_tup", "n_live_tup", "Live rows, estimated."),
            _state("n_dead_tup", "n_dead_tup", "Dead rows, estimated."),
            _state("n_mod_since_analyze", "n_mod_since_analyze", "Rows changed since the last analyze, estimated."),
            _state("vacuumed", "last_vacuum", "Last vacuum by hand, in Unix seconds; 0 is never."),
            _state("autovacuumed", "last_autovacuum", "Last vacuum by the daemon, in Unix seconds; 0 is never."),
            _state("analyzed", "last_analyze", "Last analyze by hand, in Unix seconds; 0 is never."),
            _state("autoanalyzed", "last_autoanalyze", "Last analyze by the daemon, in Unix seconds; 0 is never."),
            _count("vacuum_count", "Vacuums by hand."),
            _count("autovacuum_count", "Vacuums by the daemon."),
            _count("analyze_count", "Analyzes by hand."),
            _count("autoanalyze_count", "Analyzes by the daemon."),
        ),
        LABELS,
        tables=True,
    ),
    Query(
        "stat_user_tables",
        _SIZES,
        (
            gauge("table_bytes", "pg_stat_user_tables_table_size_bytes", "Size with TOAST, without indexes, in bytes."),
            gauge("index_bytes", "pg_stat_user_tables_index_size_bytes", "Size of all indexes, in bytes."),
        ),
        LABELS,
        tables=True,
    ),
    Query(
        "stat_user_tables",
        _TRUNCATED,
        (gauge("truncated", "watchspec_postgres_tables_truncated", "Tables left out because of the limit."),),
        ("datname",),
        tables=True,
    ),
    Query(
        "statio_user_tables",
        _IO,
        (
            _blocks("heap_blks_read", "heap_blocks_read", "Blocks of the table read from disk."),
            _blocks("heap_blks_hit", "heap_blocks_hit", "Blocks of the table found in the buffer cache."),
            _blocks("idx_blks_read", "idx_blocks_read", "Blocks of its indexes read from disk."),
            _blocks("idx_blks_hit", "idx_blocks_hit", "Blocks of its indexes found in the buffer cache."),
            _blocks("toast_blks_read", "toast_blocks_read", "Blocks of its TOAST table read from disk."),
            _blocks("toast_blks_hit", "toast_blocks_hit", "Blocks of its TOAST table found in the buffer cache."),
            _blocks("tidx_blks_read", "tidx_blocks_read", "Blocks of the TOAST table's index read from disk."),
            _blocks("tidx_blks_hit", "tidx_blocks_hit", "Blocks of the TOAST table's index found in the buffer cache."),
        ),
        LABELS,
        tables=True,
    ),
    Query(
        "statio_user_indexes",
        _INDEX_IO,
        (
            counter("idx_blks_read", "pg_statio_user_indexes_idx_blks_read_total", "Blocks read from disk.", 0),
            counter("idx_blks_hit", "pg_statio_user_indexes_idx_blks_hit_total", "Blocks found in the cache.", 0),
        ),
        INDEX_LABELS,
        tables=True,
    ),
    Query(
        "unused_indexes",
        _UNUSED,
        (
            gauge(
                "bytes", "watchspec_postgres_unused_index_bytes", "Size of an index that no query has read, in bytes."
            ),
        ),
        INDEX_LABELS,
        tables=True,
    ),
)
