"""Queries on what the server itself does: log archiving, checkpoints, roles, vacuum: postgres_exporter 0.19's names.

Columns by version: https://www.postgresql.org/docs/current/monitoring-stats.html
"""

from typing import Final

from exporter.postgres.query import NAN, Column, Query, counter, gauge

# Phases of `pg_stat_progress_vacuum`: https://www.postgresql.org/docs/current/progress-reporting.html
_PHASES: Final = """
SELECT d.datname, p.relid::regclass::text AS relname, a.phase, (p.phase = a.phase)::int AS one
FROM pg_stat_progress_vacuum p JOIN pg_database d ON d.oid = p.datid
CROSS JOIN (VALUES ('initializing'), ('scanning heap'), ('vacuuming indexes'), ('vacuuming heap'),
  ('cleaning up indexes'), ('truncating heap'), ('performing final cleanup')) AS a(phase)"""


def _writer(column: str, help_: str) -> Column:
    return counter(column, f"pg_stat_bgwriter_{column}_total", help_, 0)


def _checkpointer(column: str, help_: str) -> Column:
    return counter(column, f"pg_stat_checkpointer_{column}_total", help_, 0)


def _vacuum(column: str, name: str, help_: str) -> Column:
    return gauge(column, f"pg_stat_progress_vacuum_{name}", help_, 0)


VERSION: Final = "SELECT version()"

QUERIES: Final = (
    Query(
        "stat_archiver",
        "SELECT *, extract(epoch FROM now() - last_archived_time)::float AS age FROM pg_stat_archiver",
        (
            counter("archived_count", "pg_stat_archiver_archived_count", "Log files archived."),
            counter("failed_count", "pg_stat_archiver_failed_count", "Attempts to archive that failed."),
            gauge("age", "pg_stat_archiver_last_archive_age", "Seconds since a log file was archived.", NAN),
        ),
        server=True,
    ),
    # Version 17 moved the figures of checkpoints to a view of their own, and dropped those of backends.
    Query(
        "stat_bgwriter",
        "SELECT *, floor(extract(epoch FROM stats_reset)) AS stats_reset_seconds FROM pg_stat_bgwriter",
        (
            _writer("checkpoints_timed", "Checkpoints that were due."),
            _writer("checkpoints_req", "Checkpoints that were asked for."),
            _writer("checkpoint_write_time", "Time writing checkpoints, in milliseconds."),
            _writer("checkpoint_sync_time", "Time syncing checkpoints, in milliseconds."),
            _writer("buffers_checkpoint", "Buffers written by checkpoints."),
            _writer("buffers_clean", "Buffers written by the background writer."),
            _writer("maxwritten_clean", "Rounds stopped because too many buffers were written."),
            _writer("buffers_backend", "Buffers written by backends."),
            _writer("buffers_backend_fsync", "Syncs that backends had to do themselves."),
            _writer("buffers_alloc", "Buffers allocated."),
            counter(
                "stats_reset_seconds",
                "pg_stat_bgwriter_stats_reset_total",
                "When the statistics were reset, in Unix seconds.",
                0,
            ),
        ),
    ),
    Query(
        "stat_checkpointer",
        "SELECT *, floor(extract(epoch FROM stats_reset)) AS stats_reset_seconds FROM pg_stat_checkpointer",
        (
            _checkpointer("num_timed", "Checkpoints that were due."),
            _checkpointer("num_requested", "Checkpoints that were asked for."),
            _checkpointer("num_done", "Checkpoints that were completed."),
            _checkpointer("restartpoints_timed", "Restartpoints that were due."),
            _checkpointer("restartpoints_req", "Restartpoints that were asked for."),
            _checkpointer("restartpoints_done", "Restartpoints that were completed."),
            _checkpointer("write_time", "Time writing checkpoints, in milliseconds."),
            _checkpointer("sync_time", "Time syncing checkpoints, in milliseconds."),
            _checkpointer("buffers_written", "Buffers written by checkpoints."),
            counter(
                "stats_reset_seconds",
                "pg_stat_checkpointer_stats_reset_total",
                "When the statistics were reset, in Unix seconds.",
                0,
            ),
        ),
        since=17,
    ),
    Query(
        "stat_progress_vacuum",
        "SELECT d.datname, p.relid::regclass::text AS relname, p.* FROM pg_stat_progress_vacuum p "
        "JOIN pg_database d ON d.oid = p.datid",
        (
            _vacuum("heap_blks_total", "heap_blks", "Blocks of the table."),
            _vacuum("heap_blks_scanned", "heap_blks_scanned", "Blocks scanned."),
            _vacuum("heap_blks_vacuumed", "heap_blks_vacuumed", "Blocks vacuumed."),
            _vacuum("index_vacuum_count", "index_vacuums", "Rounds over the indexes."),
            _vacuum("max_dead_tuples", "max_dead_tuples", "Dead rows that fit into memory; since 17, bytes."),
            _vacuum("num_dead_tuples", "num_dead_tuples", "Dead rows found; since 17, bytes."),
            # Since 17 there are bytes; postgres_exporter keeps them under the names of counts.
            _vacuum("max_dead_tuple_bytes", "max_dead_tuples", "Dead rows that fit into memory; since 17, bytes."),
            _vacuum("dead_tuple_bytes", "num_dead_tuples", "Dead rows found; since 17, bytes."),
            _vacuum("max_dead_tuple_bytes", "max_dead_tuple_bytes", "Memory for dead rows, in bytes; since 17."),
            _vacuum("dead_tuple_bytes", "dead_tuple_bytes", "Memory that dead rows take, in bytes; since 17."),
            _vacuum("num_dead_item_ids", "num_dead_item_ids", "Dead rows found; since 17."),
        ),
        ("datname", "relname"),
    ),
    Query(
        "stat_progress_vacuum",
        _PHASES,
        (gauge("one", "pg_stat_progress_vacuum_phase", "Whether the vacuum is in this phase."),),
        ("datname", "relname", "phase"),
    ),
    Query(
        "roles",
        "SELECT rolname, rolconnlimit FROM pg_roles",
        (gauge("rolconnlimit", "pg_roles_connection_limit", "Connections allowed; -1 is no limit."),),
        ("rolname",),
    ),
    Query(
        "postmaster",
        "SELECT extract(epoch FROM pg_postmaster_start_time()) AS start",
        (gauge("start", "pg_postmaster_start_time_seconds", "When the server started, in Unix seconds."),),
    ),
)
