"""Work and trouble for a PostgreSQL, so that every figure of it moves."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import psycopg

from tests.support.servers import RunningPostgres
from tests.support.traffic import Traffic

DATABASE: Final = "shop"
OPTIONS: Final = (
    "-c", "shared_preload_libraries=pg_stat_statements", "-c", "track_io_timing=on", "-c", "shared_buffers=4MB",
    "-c", "autovacuum_naptime=1s", "-c", "deadlock_timeout=100ms", "-c", "archive_mode=on",
    "-c", "archive_command=/bin/true",
)  # fmt: skip
"""Statements are counted; so little memory that pages are written and read all the time."""
_TABLES: Final = (
    "CREATE EXTENSION pg_stat_statements",
    "CREATE TABLE orders (id bigserial PRIMARY KEY, outcome text NOT NULL, note text NOT NULL DEFAULT 'x')",
    "CREATE INDEX orders_nobody_asks ON orders (note)",
    "CREATE TABLE stock (id int PRIMARY KEY, pieces int NOT NULL)",
    "INSERT INTO stock SELECT n, 100 FROM generate_series(1, 1000) AS n",
    "CREATE TABLE refunds AS SELECT 1 AS id",
    "CREATE TABLE log (id int, line text) WITH (autovacuum_enabled = off)",
    "INSERT INTO log SELECT n, repeat('x', 100) FROM generate_series(1, 20000) AS n",
    "SELECT pg_create_physical_replication_slot('standby', true)",
)
_PAUSE: Final = 0.2
_TURN: Final = (
    "INSERT INTO orders (outcome) VALUES ('paid'), ('paid'), ('failed')",
    "SELECT * FROM stock WHERE id = 7",
    "UPDATE stock SET pieces = pieces + 1 WHERE id = 7",
    "DELETE FROM orders WHERE id = (SELECT min(id) FROM orders)",
    "SELECT count(*) FROM log WHERE line LIKE '%y%'",
)
_SOMETIMES: Final = (
    "SELECT pg_sleep(0.3)",
    "SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000) AS n ORDER BY n DESC OFFSET 1) AS sorted",
)
"""A slow one, and one that sorts on disk."""


def prepare(server: RunningPostgres) -> None:
    """Two databases with tables; what a statement costs is counted from here on."""
    run(server, "CREATE DATABASE shop", "CREATE DATABASE archive", database="postgres")
    run(server, *_TABLES)
    run(server, "CREATE TABLE years AS SELECT n FROM generate_series(1, 1000) AS n", database="archive")


def run(server: RunningPostgres, *statements: str, database: str = DATABASE) -> list[tuple[Any, ...]]:
    """Run statements, each in a transaction of its own; the rows of the last."""
    with _connect(server, database) as connection:
        return _execute(connection, statements)


def _connect(server: RunningPostgres, database: str = DATABASE) -> "psycopg.Connection[Any]":
    return psycopg.connect(server.url(database=database), autocommit=True, application_name="shop")


def _execute(connection: "psycopg.Connection[Any]", statements: Sequence[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for statement in statements:
        cursor = connection.execute(statement.encode())
        rows = cursor.fetchall() if cursor.description else []
    return rows


def traffic(server: RunningPostgres) -> Traffic:
    """Inserts, updates, deletes, reads by index and of whole tables, rollbacks; now and then what is slow."""

    def turn(number: int) -> None:
        with _connect(server) as connection:
            _execute(connection, _TURN)
            if number % 5 == 0:
                _execute(connection, ("BEGIN", "DELETE FROM stock WHERE id = 8", "ROLLBACK"))
            if number % 40 == 0:
                _execute(connection, ("SET work_mem = '64kB'", *_SOMETIMES))

    return Traffic(turn, _PAUSE, (psycopg.Error,))


@contextmanager
def troubled(server: RunningPostgres) -> Iterator[None]:
    """Dead rows, a deadlock that was broken up, a vacuum, a checkpoint; and locks that are held and waited for.

    The first are over when the block begins, the locks last as long as it does.
    """
    run(server, "UPDATE log SET line = repeat('y', 100) WHERE id % 2 = 0", "VACUUM ANALYZE stock", "CHECKPOINT")
    _deadlock(server)
    with ExitStack() as stack:
        idle, waiting = (stack.enter_context(_connect(server)) for _ in range(2))
        _execute(idle, ("BEGIN", "UPDATE stock SET pieces = 0 WHERE id = 1"))
        waiting.pgconn.send_query(b"UPDATE stock SET pieces = 1 WHERE id = 1")  # the answer never comes
        stack.callback(waiting.pgconn.finish)
        yield


@contextmanager
def without_refunds(server: RunningPostgres) -> Iterator[None]:
    """As long as the block lasts, a table that a query of the spec reads has another name."""
    run(server, "ALTER TABLE refunds RENAME TO refunds_of_old")
    try:
        yield
    finally:
        run(server, "ALTER TABLE refunds_of_old RENAME TO refunds")


def _deadlock(server: RunningPostgres) -> None:
    """Two that wait for each other; PostgreSQL ends one of them."""
    with _connect(server) as one, _connect(server) as other:
        _execute(one, ("BEGIN", "UPDATE stock SET pieces = 0 WHERE id = 2"))
        _execute(other, ("BEGIN", "UPDATE stock SET pieces = 0 WHERE id = 3"))
        one.pgconn.send_query(b"UPDATE stock SET pieces = 1 WHERE id = 3")
        failed = False
        try:
            _execute(other, ("UPDATE stock SET pieces = 1 WHERE id = 2",))
        except psycopg.errors.DeadlockDetected:
            failed = True
        answer = one.pgconn.get_result()
        assert failed or (answer is not None and b"deadlock" in answer.error_message)
        one.pgconn.finish()
