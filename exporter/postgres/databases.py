"""Queries on databases and who uses them: postgres_exporter 0.19's names, and how long locks are waited for."""

from typing import Final

from exporter.postgres.query import Column, Query, counter, gauge

# LEFT JOIN from all pairs, so that a count is 0 when there is nothing to count, and alerts see it.
_LOCKS: Final = """
SELECT d.datname, m.mode, coalesce(l.count, 0) AS count
FROM pg_database d
CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'), ('shareupdateexclusivelock'),
  ('sharelock'), ('sharerowexclusivelock'), ('exclusivelock'), ('accessexclusivelock'), ('sireadlock')) AS m(mode)
LEFT JOIN (
  SELECT database, lower(mode) AS mode, count(*) AS count FROM pg_locks WHERE database IS NOT NULL GROUP BY 1, 2) l
  ON l.database = d.oid AND l.mode = m.mode"""

_ACTIVITY: Final = """
SELECT d.datname, s.state, a.usename, a.application_name, a.backend_type, a.wait_event_type, a.wait_event,
  coalesce(a.count, 0) AS count, coalesce(a.seconds, 0) AS seconds
FROM pg_database d
CROSS JOIN (VALUES ('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)'),
  ('fastpath function call'), ('disabled')) AS s(state)
LEFT JOIN (
  SELECT datid, state, usename, application_name, backend_type, wait_event_type, wait_event, count(*) AS count,
    max(extract(epoch FROM now() - xact_start))::float AS seconds
  FROM pg_stat_activity WHERE pid <> pg_backend_pid() GROUP BY 1, 2, 3, 4, 5, 6, 7) a
  ON a.datid = d.oid AND a.state = s.state"""

_SIZES: Final = """
SELECT datname, datconnlimit,
  CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
    THEN pg_database_size(oid) END AS bytes
FROM pg_database"""

_WAITS: Final = """
SELECT d.datname, count(w.pid) AS waits, coalesce(max(w.seconds), 0)::float AS seconds
FROM pg_database d
LEFT JOIN (
  SELECT datid, pid, extract(epoch FROM clock_timestamp() - query_start) AS seconds
  FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0) w
  ON w.datid = d.oid
WHERE d.datallowconn GROUP BY 1"""

_LONG: Final = """
SELECT count(*) AS transactions, coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float AS oldest
FROM pg_stat_activity
WHERE state IS DISTINCT FROM 'idle' AND query NOT LIKE 'autovacuum:%' AND xact_start IS NOT NULL
  AND pid <> pg_backend_pid()"""

_ACTIVITY_LABELS: Final = (
    "datname", "state", "usename", "application_name", "backend_type", "wait_event_type", "wait_event",
)  # fmt: skip


def _figure(column: str, help_: str) -> Column:
    return counter(column, f"pg_stat_database_{column}", help_, 0)


def _conflict(cause: str, help_: str) -> Column:
    return counter(f"confl_{cause}", f"pg_stat_database_conflicts_confl_{cause}", f"Queries cancelled {help_}.")


QUERIES: Final = (
    Query(
        "stat_database",
        "SELECT *, floor(extract(epoch FROM stats_reset)) AS reset FROM pg_stat_database WHERE datname IS NOT NULL",
        (
            gauge("numbackends", "pg_stat_database_numbackends", "Backends connected to the database."),
            _figure("xact_commit", "Transactions committed."),
            _figure("xact_rollback", "Transactions rolled back."),
            _figure("blks_read", "Blocks read from disk."),
            _figure("blks_hit", "Blocks found in the buffer cache."),
            _figure("tup_returned", "Rows read by scans."),
            _figure("tup_fetched", "Rows fetched by index scans."),
            _figure("tup_inserted", "Rows inserted."),
            _figure("tup_updated", "Rows updated."),
            _figure("tup_deleted", "Rows deleted."),
            _figure("conflicts", "Queries cancelled because of recovery; on standbys only."),
            _figure("temp_files", "Temporary files made by queries."),
            _figure("temp_bytes", "Bytes written to temporary files."),
            _figure("deadlocks", "Deadlocks detected."),
            _figure("blk_read_time", "Time spent reading blocks, in milliseconds; needs track_io_timing."),
            _figure("blk_write_time", "Time spent writing blocks, in milliseconds; needs track_io_timing."),
            counter("reset", "pg_stat_database_stats_reset", "When the statistics were reset, in Unix seconds.", 0),
            counter(
                "active_time", "pg_stat_database_active_time_seconds_total", "Time in statements, in seconds.", 0
            )._replace(divisor=1000),
        ),
        ("datid", "datname"),
    ),
    Query(
        "stat_database_conflicts",
        "SELECT * FROM pg_stat_database_conflicts",
        (
            _conflict("tablespace", "because a tablespace was dropped"),
            _conflict("lock", "because of lock timeouts"),
            _conflict("snapshot", "because of old snapshots"),
            _conflict("bufferpin", "because of pinned buffers"),
            _conflict("deadlock", "because of deadlocks"),
            _conflict("active_logicalslot", "because of logical slots")._replace(type="untyped"),
        ),
        ("datid", "datname"),
        server=True,
    ),
    Query(
        "stat_activity",
        _ACTIVITY,
        (
            gauge("count", "pg_stat_activity_count", "Connections in this state; our own is not counted."),
            gauge("seconds", "pg_stat_activity_max_tx_duration", "Age of the oldest transaction, in seconds."),
        ),
        _ACTIVITY_LABELS,
        server=True,
    ),
    Query("locks", _LOCKS, (gauge("count", "pg_locks_count", "Locks held or awaited."),), ("datname", "mode")),
    Query(
        "database",
        _SIZES,
        (
            gauge("bytes", "pg_database_size_bytes", "Size of the database on disk, in bytes."),
            gauge("datconnlimit", "pg_database_connection_limit", "Connections allowed; -1 is no limit."),
        ),
        ("datname",),
    ),
    Query(
        "database_wraparound",
        "SELECT datname, age(datfrozenxid) AS xids, mxid_age(datminmxid) AS multixacts FROM pg_database "
        "WHERE datallowconn",
        (
            gauge(
                "xids",
                "pg_database_wraparound_age_datfrozenxid_seconds",
                "Transactions since the oldest one that is not frozen; a count, whatever the name says.",
            ),
            gauge("xids", "watchspec_postgres_oldest_transactions", "Transactions since the oldest unfrozen one."),
            gauge(
                "multixacts",
                "pg_database_wraparound_age_datminmxid_seconds",
                "Multixacts since the oldest one that is kept; a count, whatever the name says.",
            ),
        ),
        ("datname",),
    ),
    Query(
        "long_running_transactions",
        _LONG,
        (
            gauge("transactions", "pg_long_running_transactions", "Transactions that are open."),
            gauge(
                "oldest",
                "pg_long_running_transactions_oldest_timestamp_seconds",
                "Age of the oldest open transaction, in seconds.",
            ),
        ),
    ),
    Query(
        "lock_waits",
        _WAITS,
        (
            gauge("waits", "watchspec_postgres_lock_waits", "Sessions that another one blocks."),
            gauge("seconds", "watchspec_postgres_lock_wait_seconds", "Age of the oldest statement that is blocked."),
        ),
        ("datname",),
    ),
)
