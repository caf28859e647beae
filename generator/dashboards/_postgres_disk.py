"""Panels of what PostgreSQL reads and writes."""

from typing import Final

from generator.dashboards._asking import gauge, rate
from generator.dashboards._face import Face, Query
from generator.dashboards._postgres_sessions import DATABASES
from generator.dashboards._sdk import units

_HITS: Final = rate("pg_stat_database_blks_hit", "target, datname", DATABASES)
_READS: Final = rate("pg_stat_database_blks_read", "target, datname", DATABASES)
CACHE: Final = Face(
    title="Cache hit ratio",
    description="Share of blocks found in shared_buffers; what misses may still be in the kernel's cache. Above 99% is "
    "normal for a web application. A drop is a scan of something large: find it under Statements and Tables.",
    unit=units.PercentUnit,
    highest=1,
    queries=(Query(f"{_HITS} / ({_HITS} + {_READS} > 0)", "{{target}} {{datname}}"),),
    alert="PostgresCacheHits",
    empty="nothing is read",
)

_WRITTEN: Final = " + ".join(rate(f"pg_stat_database_tup_{how}") for how in ("inserted", "updated", "deleted"))
ROWS: Final = Face(
    title="Rows",
    description="Rows that scans went over, rows fetched by an index, and rows inserted, updated or deleted, in a "
    "second. Far more scanned than fetched are sequential scans: see Tables for where.",
    unit=units.RowsPerSecond,
    queries=(
        Query(rate("pg_stat_database_tup_returned"), "{{target}} scanned"),
        Query(rate("pg_stat_database_tup_fetched"), "{{target}} fetched"),
        Query(_WRITTEN, "{{target}} written"),
    ),
)


def _checkpoints(before: str, since_17: str) -> str:
    """Checkpoints in a minute; version 17 has them under another name."""
    return f"60 * ({rate(f'pg_stat_checkpointer_{since_17}_total')} or {rate(f'pg_stat_bgwriter_{before}_total')})"


DISK: Final = (
    Face(
        title="Write-ahead log on disk",
        description="Size of pg_wal, and max_wal_size, below which it normally stays. Far above it a slot holds the "
        "log back, archiving fails, or more is written than checkpoints keep up with.",
        unit=units.BytesIEC,
        queries=(
            Query(gauge("pg_wal_size_bytes"), "{{target}}"),
            Query(gauge("pg_settings_max_wal_size_bytes"), "{{target}} max_wal_size", limit=True),
        ),
        related="PostgresWalGrowing",
    ),
    Face(
        title="Checkpoints",
        description="In a minute. Timed ones are normal, one every checkpoint_timeout; requested ones come early "
        "because max_wal_size is reached, which costs writes: raise it if they are the rule.",
        unit=units.CountsPerMinute,
        queries=(
            Query(_checkpoints("checkpoints_timed", "num_timed"), "{{target}} timed"),
            Query(_checkpoints("checkpoints_req", "num_requested"), "{{target}} requested"),
        ),
        related="PostgresCheckpointsForced",
    ),
    Face(
        title="Log and temporary files written",
        description="The write-ahead log follows what you change. Temporary files are sorts and joins that do not fit "
        "into work_mem: normal for reports; all the time they slow everybody, so raise work_mem for that role, or add "
        "an index. The line is for them.",
        unit=units.BytesPerSecondIEC,
        queries=(
            Query(rate("watchspec_postgres_wal_bytes_total"), "{{target}} log"),
            Query(
                rate("pg_stat_database_temp_bytes", "target, datname", DATABASES), "{{target}} {{datname}} temporary"
            ),
        ),
        alert="PostgresTempFiles",
    ),
)
