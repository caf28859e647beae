"""Queries on PostgreSQL's statistics views, and the families their columns become: postgres_exporter 0.19's names.

Columns by version: https://www.postgresql.org/docs/current/monitoring-stats.html
"""

from typing import Final, NamedTuple

from exporter.families import FamilyType


class Column(NamedTuple):
    """A column with a sample's value; a NULL gives no sample."""

    column: str
    name: str
    help: str
    type: FamilyType = "gauge"


class Query(NamedTuple):
    """One statement; `labels` are columns, `server` adds the label of the server's address."""

    collector: str
    sql: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    server: bool = False
    since: int = 0
    """Major version that has it first."""
    until: int = 1000
    """Major version that has it no more."""


# LEFT JOIN from all pairs, so that a count is 0 when there is nothing to count, and alerts see it.
_LOCKS: Final = """
SELECT d.datname, m.mode, coalesce(l.count, 0) AS count
FROM pg_database d
CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'), ('shareupdateexclusivelock'),
  ('sharelock'), ('sharerowexclusivelock'), ('exclusivelock'), ('accessexclusivelock'), ('sireadlock')) AS m(mode)
LEFT JOIN (
  SELECT database, lower(mode) AS mode, count(*) AS count FROM pg_locks WHERE database IS NOT NULL GROUP BY 1, 2) l
  ON l.database = d.oid AND l.mode = m.mode
WHERE NOT d.datistemplate"""

_ACTIVITY: Final = """
SELECT d.datname, s.state, coalesce(a.usename, '') AS usename, coalesce(a.application_name, '') AS application_name,
  coalesce(a.backend_type, '') AS backend_type, coalesce(a.wait_event_type, '') AS wait_event_type,
  coalesce(a.wait_event, '') AS wait_event, coalesce(a.count, 0) AS count, coalesce(a.seconds, 0)::float AS seconds
FROM pg_database d
CROSS JOIN (VALUES ('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)'),
  ('fastpath function call'), ('disabled')) AS s(state)
LEFT JOIN (
  SELECT datid, state, usename, application_name, backend_type, wait_event_type, wait_event, count(*) AS count,
    max(extract(epoch FROM now() - xact_start))::float AS seconds
  FROM pg_stat_activity WHERE pid <> pg_backend_pid() GROUP BY 1, 2, 3, 4, 5, 6, 7) a
  ON a.datid = d.oid AND a.state = s.state
WHERE NOT d.datistemplate"""

_SIZES: Final = """
SELECT datname, datconnlimit,
  CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
    THEN pg_database_size(oid) END AS bytes
FROM pg_database WHERE NOT datistemplate AND datallowconn"""

_REPLICATION: Final = """
SELECT pg_is_in_recovery()::int AS replica,
  CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END::float AS lag,
  greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp()))::float AS replay"""

# The position of the log: where it is written on a primary, where it is received on a replica.
_POSITION: Final = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END"

_REPLICAS: Final = f"""
SELECT r.application_name, coalesce(host(r.client_addr), '') AS client_addr, coalesce(s.slot_name, '') AS slot_name,
  r.state, pg_wal_lsn_diff({_POSITION}, '0/0')::float AS position,
  pg_wal_lsn_diff({_POSITION}, r.replay_lsn)::float AS behind
FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid"""  # noqa: S608  # a constant

_SLOTS: Final = f"""
SELECT slot_name, coalesce(database, '') AS database, active::int AS active,
  pg_wal_lsn_diff({_POSITION}, restart_lsn)::float AS behind FROM pg_replication_slots"""  # noqa: S608  # a constant

_DATABASE: Final = (
    "SELECT *, extract(epoch FROM stats_reset)::float AS reset FROM pg_stat_database WHERE datname IS NOT NULL"
)


def _database(column: str, help_: str) -> Column:
    return Column(column, f"pg_stat_database_{column}", help_, "counter")


def _conflict(cause: str, help_: str) -> Column:
    return Column(
        f"confl_{cause}", f"pg_stat_database_conflicts_confl_{cause}", f"Queries cancelled {help_}.", "counter"
    )


def _writer(column: str, name: str, help_: str) -> Column:
    return Column(column, f"pg_stat_bgwriter_{name}_total", help_, "counter")


QUERIES: Final = (
    Query(
        "stat_database",
        _DATABASE,
        (
            Column("numbackends", "pg_stat_database_numbackends", "Backends connected to the database."),
            _database("xact_commit", "Transactions committed."),
            _database("xact_rollback", "Transactions rolled back."),
            _database("blks_read", "Blocks read from disk."),
            _database("blks_hit", "Blocks found in the buffer cache."),
            _database("tup_returned", "Rows read by scans."),
            _database("tup_fetched", "Rows fetched by index scans."),
            _database("tup_inserted", "Rows inserted."),
            _database("tup_updated", "Rows updated."),
            _database("tup_deleted", "Rows deleted."),
            _database("conflicts", "Queries cancelled because of recovery; on standbys only."),
            _database("temp_files", "Temporary files made by queries."),
            _database("temp_bytes", "Bytes written to temporary files."),
            _database("deadlocks", "Deadlocks detected."),
            _database("blk_read_time", "Time spent reading blocks, in milliseconds; needs track_io_timing."),
            _database("blk_write_time", "Time spent writing blocks, in milliseconds; needs track_io_timing."),
            Column(
                "reset", "pg_stat_database_stats_reset", "When the statistics were reset, in Unix seconds.", "counter"
            ),
            Column(
                "active_seconds",
                "pg_stat_database_active_time_seconds_total",
                "Time in statements, in seconds.",
                "counter",
            ),
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
        ),
        ("datid", "datname"),
        server=True,
    ),
    Query(
        "stat_activity",
        _ACTIVITY,
        (
            Column("count", "pg_stat_activity_count", "Connections in this state; our own is not counted."),
            Column("seconds", "pg_stat_activity_max_tx_duration", "Age of the oldest transaction, in seconds."),
        ),
        ("datname", "state", "usename", "application_name", "backend_type", "wait_event_type", "wait_event"),
        server=True,
    ),
    Query("locks", _LOCKS, (Column("count", "pg_locks_count", "Locks held or awaited."),), ("datname", "mode")),
    Query(
        "database",
        _SIZES,
        (
            Column("bytes", "pg_database_size_bytes", "Size of the database on disk, in bytes."),
            Column("datconnlimit", "pg_database_connection_limit", "Connections allowed; -1 is no limit."),
        ),
        ("datname",),
    ),
    Query(
        "replication",
        _REPLICATION,
        (
            Column("lag", "pg_replication_lag_seconds", "How far a replica is behind, in seconds; 0 on a primary."),
            Column("replica", "pg_replication_is_replica", "Whether the server is a replica."),
            Column("replay", "pg_replication_last_replay_seconds", "Age of the last replayed transaction, in seconds."),
        ),
    ),
    Query(
        "stat_replication",
        _REPLICAS,
        (
            Column("position", "pg_stat_replication_pg_current_wal_lsn_bytes", "Position of the log, in bytes."),
            Column(
                "behind", "pg_stat_replication_pg_wal_lsn_diff", "Bytes of the log that the replica has not replayed."
            ),
        ),
        ("application_name", "client_addr", "slot_name", "state"),
        server=True,
    ),
    Query(
        "replication_slots",
        _SLOTS,
        (
            Column("active", "pg_replication_slots_active", "Whether the slot is in use."),
            Column("behind", "pg_replication_slots_pg_wal_lsn_diff", "Bytes of the log that the slot holds back."),
        ),
        ("slot_name", "database"),
        server=True,
    ),
    Query(
        "stat_archiver",
        "SELECT *, extract(epoch FROM now() - last_archived_time)::float AS age FROM pg_stat_archiver",
        (
            Column("archived_count", "pg_stat_archiver_archived_count", "Log files archived.", "counter"),
            Column("failed_count", "pg_stat_archiver_failed_count", "Attempts to archive that failed.", "counter"),
            Column("age", "pg_stat_archiver_last_archive_age", "Seconds since a log file was archived."),
        ),
        server=True,
    ),
    Query(
        "stat_bgwriter",
        "SELECT *, extract(epoch FROM stats_reset)::float AS reset FROM pg_stat_bgwriter",
        (
            _writer("checkpoints_timed", "checkpoints_timed", "Checkpoints that were due."),
            _writer("checkpoints_req", "checkpoints_req", "Checkpoints that were asked for."),
            _writer("checkpoint_write_time", "checkpoint_write_time", "Time writing checkpoints, in milliseconds."),
            _writer("checkpoint_sync_time", "checkpoint_sync_time", "Time syncing checkpoints, in milliseconds."),
            _writer("buffers_checkpoint", "buffers_checkpoint", "Buffers written by checkpoints."),
            _writer("buffers_clean", "buffers_clean", "Buffers written by the background writer."),
            _writer("maxwritten_clean", "maxwritten_clean", "Rounds stopped because too many buffers were written."),
            _writer("buffers_backend", "buffers_backend", "Buffers written by backends."),
            _writer("buffers_backend_fsync", "buffers_backend_fsync", "Syncs that backends had to do themselves."),
            _writer("buffers_alloc", "buffers_alloc", "Buffers allocated."),
            _writer("reset", "stats_reset", "When the statistics were reset, in Unix seconds."),
        ),
    ),
    Query(
        "roles",
        "SELECT rolname, rolconnlimit FROM pg_roles",
        (Column("rolconnlimit", "pg_roles_connection_limit", "Connections allowed; -1 is no limit."),),
        ("rolname",),
    ),
    Query(
        "wal",
        "SELECT count(*) AS segments, coalesce(sum(size), 0)::float AS bytes FROM pg_ls_waldir() "
        "WHERE name ~ '^[0-9A-F]{24}$'",
        (
            Column("segments", "pg_wal_segments", "Files of the write-ahead log."),
            Column("bytes", "pg_wal_size_bytes", "Size of the write-ahead log, in bytes."),
        ),
    ),
)
