"""Panels of who works in PostgreSQL, and who waits for whom."""

from typing import Final

from generator.catalogue import catalogue
from generator.dashboards._asking import else_zero, gauge, rate, total
from generator.dashboards._face import Face, Query
from generator.dashboards._postgres_servers import STATE
from generator.dashboards._sdk import units

DATABASES: Final = catalogue("postgres").define["databases"]
"""Matcher of the databases that alerts look at."""
_ACTIVE: Final = 'state="active"'
_PROGRAMS: Final = f'backend_type=~"client backend|", {DATABASES}'
_RUNNING: Final = gauge("pg_stat_activity_max_tx_duration", more=f"{_ACTIVE}, {_PROGRAMS}")
_IDLE: Final = gauge("pg_stat_activity_max_tx_duration", more=f'state=~"idle in transaction.*", {DATABASES}')
_BLOCKED: Final = gauge("watchspec_postgres_lock_wait_seconds")
_MOST: Final = f"{gauge('pg_settings_max_connections')} - {gauge('pg_settings_superuser_reserved_connections')}"
"""Connections that others than superusers may open."""

BLOCKED: Final = Face(
    title="Blocked for",
    description="How long the statement that has waited longest for another session's lock has waited. Under a second "
    "is normal; else see who holds the lock with `select pg_blocking_pids(pid), * from pg_stat_activity`.",
    unit=units.Seconds,
    queries=(Query(_BLOCKED, "{{target}}"),),
    alert="PostgresBlocked",
)

OLDEST: Final = Face(
    title="Running for",
    description="Age of the oldest transaction that runs a statement. Seconds are normal for a web application, hours "
    "for a backup; while it lasts, vacuum cannot clean up what died after it began.",
    unit=units.Seconds,
    queries=(Query(_RUNNING, "{{target}}"),),
    alert="PostgresLongTransaction",
)

CONNECTIONS: Final = Face(
    title="Connections by state",
    description="Against the limit, the dashed line. Many idle ones are a pool that is too large; those idle in a "
    "transaction hold locks and stop vacuum. Near the limit put a pooler such as PgBouncer in front.",
    unit=units.Short,
    queries=(
        Query(total("pg_stat_activity_count", "target, state", 'state=~"active|idle.*"'), "{{target}} {{state}}"),
        Query(_MOST, "{{target}} limit", limit=True),
    ),
)

WORK: Final = Face(
    title="Sessions at work",
    description="How many statements run at the same time, on average; before PostgreSQL 14 how many ran at the "
    "moment of the scrape. More than the machine has cores means that they wait for each other.",
    unit=units.Short,
    queries=(
        Query(
            f"{rate('pg_stat_database_active_time_seconds_total')} or {total('pg_stat_activity_count', more=_ACTIVE)}",
            "{{target}}",
        ),
    ),
)

WAITING: Final = Face(
    title="Sessions that wait",
    description="Sessions that another one blocks, and what running statements wait for: IO is the disk, LWLock the "
    "server's own memory, Client a slow network. A few that come and go are normal.",
    unit=units.Short,
    queries=(
        Query(total("watchspec_postgres_lock_waits"), "{{target}} blocked"),
        Query(
            else_zero(
                total("pg_stat_activity_count", "target, wait_event_type", f'{_ACTIVE}, wait_event_type!~"Lock|"'),
                STATE,
                "wait_event_type",
                "nothing",
            ),
            "{{target}} {{wait_event_type}}",
        ),
    ),
    alert="PostgresLockWaits",
)

LOCKS: Final = (
    Face(
        title="Longest",
        description="Age of the oldest transaction with a running statement, of the oldest that is idle in the middle, "
        "and of the oldest blocked statement. A line that climbs steadily is one session that does not end: "
        "`select pg_terminate_backend(pid)`.",
        unit=units.Seconds,
        queries=(
            Query(_RUNNING, "{{target}} running"),
            Query(_IDLE, "{{target}} idle in transaction"),
            Query(_BLOCKED, "{{target}} blocked"),
        ),
        alert="PostgresIdleInTransaction",
    ),
    Face(
        title="Locks by mode",
        description="Locks held or awaited. Share and row modes follow the traffic; accessexclusivelock comes from "
        "ALTER, DROP, TRUNCATE and VACUUM FULL, and stops everybody at that table.",
        unit=units.Short,
        queries=(Query(total("pg_locks_count", "target, mode"), "{{target}} {{mode}}"),),
    ),
    Face(
        title="Deadlocks and cancelled queries",
        description="In a minute: transactions that ended because two waited for each other, and queries that a "
        "replica cancelled to keep up. 0 is normal; let programs take locks in the same order, and try again.",
        unit=units.CountsPerMinute,
        queries=(
            Query(f"60 * {rate('pg_stat_database_deadlocks', more=DATABASES)}", "{{target}} deadlocks"),
            Query(f"60 * {rate('pg_stat_database_conflicts', more=DATABASES)}", "{{target}} cancelled"),
        ),
        related="PostgresDeadlocks",
    ),
)
