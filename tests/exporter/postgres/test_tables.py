"""Figures of tables, on a real server."""

from typing import Any

import psycopg

from exporter.collectors.postgres import PostgresCollector
from tests.support.databases import Target, scrape

TABLES = (
    "CREATE TABLE orders (id int PRIMARY KEY, note text)",
    "INSERT INTO orders SELECT n, 'note' FROM generate_series(1, 1000) n",
    "CREATE TABLE carts (id int PRIMARY KEY)",
    "ANALYZE",
)


def of(values: dict[str, float], name: str) -> dict[str, float]:
    """The family's samples by `relname`."""
    return {
        series.partition('relname="')[2].partition('"')[0]: value
        for series, value in values.items()
        if series.startswith(name + "{")
    }


def test_each_table_has_its_figures(target: Target) -> None:
    """NULL is 0: the tables were never vacuumed."""
    target.execute(*TABLES)
    found = target.values()

    assert of(found, "pg_stat_user_tables_n_tup_ins") == {"orders": 1000, "carts": 0}
    assert of(found, "pg_stat_user_tables_last_vacuum") == {"orders": 0, "carts": 0}
    assert of(found, "pg_stat_user_tables_last_analyze")["orders"] > 1_500_000_000
    assert of(found, "pg_stat_user_tables_table_size_bytes")["orders"] > 40_000
    assert of(found, "pg_statio_user_tables_heap_blocks_hit")["orders"] > 0


def test_a_locked_table_alone_lacks_its_sizes(target: Target) -> None:
    """Also while somebody only waits for the lock, and when an index is locked; nothing waits."""
    target.execute(*TABLES)
    collector = target.collector()
    for statement in ("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", "REINDEX INDEX orders_pkey"):
        with psycopg.connect(target.url()) as holder:
            holder.execute(statement.encode())
            found = scrape(collector)

        assert of(found, "pg_stat_user_tables_table_size_bytes").keys() == {"carts"}
        assert of(found, "pg_stat_user_tables_index_size_bytes").keys() == {"carts"}
        assert of(found, "pg_stat_user_tables_n_live_tup").keys() == {"orders", "carts"}
        assert found['pg_scrape_collector_success{collector="stat_user_tables"}'] == 1
        assert found['pg_scrape_collector_duration_seconds{collector="stat_user_tables"}'] < 1
    assert of(scrape(collector), "pg_stat_user_tables_table_size_bytes").keys() == {"orders", "carts"}


def test_the_largest_tables_come_first_and_the_rest_is_counted(target: Target) -> None:
    """The limit holds for every family of tables."""
    target.execute(*TABLES)
    found = target.values(tables={"limit": 1})

    assert of(found, "pg_stat_user_tables_seq_scan").keys() == {"orders"}
    assert of(found, "pg_statio_user_tables_heap_blocks_read").keys() == {"orders"}
    assert found[f'watchspec_postgres_tables_truncated{{datname="{target.database}"}}'] == 1


def test_patterns_choose_tables(target: Target) -> None:
    """By schema and name."""
    target.execute(*TABLES, "CREATE SCHEMA audit", "CREATE TABLE audit.orders ()")
    found = target.values(tables={"include": ["public.*"], "exclude": ["*.c?rts"]})

    names = [series for series in found if series.startswith("pg_stat_user_tables_n_dead_tup{")]
    assert names == [
        f'pg_stat_user_tables_n_dead_tup{{datname="{target.database}",schemaname="public",relname="orders"}}'
    ]


def other(target: Target) -> dict[str, Any]:
    """A spec of all databases but those of other tests."""
    return {"databases": {"include": [target.database + "*"]}, "tables": {"databases": "all", "every": "1h"}}


def connections(target: Target) -> int:
    """How many connections we have."""
    return int(target.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'watchspec'")[0][0])


def test_all_databases_have_tables_over_few_connections(target: Target) -> None:
    """At most three besides our own; figures stay between two readings, and go with their database."""
    names = [f"{target.database}_{letter}" for letter in "abcde"]
    for name in names:
        target.execute(f"CREATE DATABASE {name}")
        target.execute("CREATE TABLE here (id int)", database=name)
    collector: PostgresCollector = target.collector(**other(target))
    try:
        first, second = scrape(collector), scrape(collector)
        known = connections(target)
        target.execute(f"DROP DATABASE {names[0]} WITH (FORCE)")
        third = scrape(collector)
    finally:
        for name in names:
            target.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    series = 'pg_stat_user_tables_seq_scan{{datname="{}",schemaname="public",relname="here"}}'.format
    assert {series(name) for name in names} <= first.keys() & second.keys()
    assert known == 4
    assert series(names[0]) not in third
    assert series(names[1]) in third


def test_a_database_that_lets_nobody_in_costs_only_its_own_tables(target: Target) -> None:
    """Others are read."""
    names = [f"{target.database}_{letter}" for letter in "ab"]
    for name in names:
        target.execute(f"CREATE DATABASE {name}")
        target.execute("CREATE TABLE here (id int)", database=name)
    target.execute(f"ALTER DATABASE {names[0]} CONNECTION LIMIT 0", "DROP ROLE IF EXISTS visitor")
    target.execute("CREATE ROLE visitor LOGIN IN ROLE pg_monitor")
    try:
        found = scrape(target.collector("visitor", **other(target)))
    finally:
        for name in names:
            target.execute(f"DROP DATABASE {name} WITH (FORCE)")
        target.execute("DROP ROLE visitor")

    tables = [series for series in found if series.startswith("pg_stat_user_tables_seq_scan{")]
    assert [names[1] in series for series in tables] == [True]
    assert found["pg_up"] == 1


def test_an_index_that_nobody_reads_is_named(target: Target) -> None:
    """But not one that keeps rows unique."""
    target.execute(*TABLES, "CREATE INDEX orders_note ON orders (note)", "ANALYZE")
    found = target.values(collectors={"unused_indexes": True, "statio_user_indexes": True})

    unused = [series for series in found if series.startswith("watchspec_postgres_unused_index_bytes{")]
    assert [series.partition('indexrelname="')[2] for series in unused] == ['orders_note"}']
    assert [series for series in found if series.startswith("pg_statio_user_indexes_idx_blks_hit_total{")]


def test_bloat_is_what_a_vacuum_leaves_empty(target: Target) -> None:
    """Within a tenth of what is known to be empty: four of five rows are gone."""
    target.execute(
        "CREATE TABLE padded (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = false)",
        "INSERT INTO padded SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n",
        "VACUUM ANALYZE padded",
    )
    before = of(target.values(collectors={"bloat": True}), "watchspec_postgres_table_bloat_bytes")["padded"]
    size = int(target.execute("SELECT pg_relation_size('padded')")[0][0])
    # A row stays in every page, so that the end of the table is not cut off.
    target.execute("DELETE FROM padded WHERE id % 5 <> 0", "VACUUM ANALYZE padded")
    found = target.values(collectors={"bloat": True})

    assert before < 0.1 * size
    assert abs(of(found, "watchspec_postgres_table_bloat_bytes")["padded"] - 0.8 * size) < 0.1 * size
    assert of(found, "watchspec_postgres_index_bloat_bytes")["padded"] > 0
