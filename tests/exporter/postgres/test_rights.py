"""What a role may do that was made by the documentation's own lines."""

import re
from pathlib import Path

import psycopg
import pytest

from exporter.postgres.queries import OFF
from tests.support.databases import Target, scrape


def documented(root: Path) -> list[str]:
    """The SQL of the page, without its comments."""
    page = (root / "docs" / "postgres.md").read_text(encoding="utf-8")
    block = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)[0]
    return [line for line in block.splitlines() if line and not line.startswith("--")]


def test_the_documented_role_sees_all_figures_and_no_rows(target: Target, root: Path) -> None:
    """Every collector that is on by default succeeds with it."""
    target.execute("CREATE TABLE secret (pin text)", "INSERT INTO secret VALUES ('1234')")
    target.execute("CREATE EXTENSION pg_stat_statements", "DROP ROLE IF EXISTS watchspec", *documented(root))
    try:
        found = scrape(target.collector("watchspec", statements={"top": 5}))
        with psycopg.connect(target.url("watchspec")) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM secret")
            connection.rollback()
            owned = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text "
            readable = owned + "NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege(oid, 'SELECT')"
            assert connection.execute(readable.encode()).fetchone() == (0,)
    finally:
        target.execute("DROP ROLE watchspec")

    assert [name for name, value in found.items() if "collector_success" in name and value == 0] == []
    assert not [name for name in found if name.startswith("watchspec_postgres_unavailable")]
    assert not OFF & set(re.findall(r'collector_success\{collector="(\w+)"', " ".join(found)))
    assert found["pg_wal_segments"] >= 1
    assert found[f'pg_database_size_bytes{{datname="{target.database}"}}'] > 1_000_000
    assert [name for name in found if name.startswith("pg_stat_statements_calls_total{")]
    assert [name for name in found if name.startswith("pg_stat_user_tables_table_size_bytes{") and "secret" in name]


def test_a_refused_function_costs_only_its_own_figures(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, and not asked again at every scrape."""
    target.execute("DROP ROLE IF EXISTS nobody", "CREATE ROLE nobody LOGIN")
    caplog.set_level("INFO")
    try:
        collector = target.collector("nobody")
        first, second = scrape(collector), scrape(collector)
    finally:
        collector.close()
        target.execute("DROP ROLE nobody")

    for found in (first, second):
        assert found['pg_scrape_collector_success{collector="wal"}'] == 0
        assert found['watchspec_postgres_unavailable{collector="wal",reason="denied"}'] == 1
        assert found['pg_scrape_collector_success{collector="stat_database"}'] == 1
        assert found["pg_up"] == 1
    said = [record for record in caplog.records if getattr(record, "fields", {}).get("collector") == "wal"]
    assert len(said) == 1
