"""A broken PostgreSQL costs only its own samples."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.servers import RunningPostgres, postgres_server
from tests.support.serving import Page, Serving, quiet
from tests.support.talkers import blackhole, dripping, silent, talker

Watch = Callable[..., AbstractContextManager[Serving]]
Harmless = Callable[[Serving, str, str], Page]


def postgres(url: str, name: str = "broken", **more: object) -> dict[str, object]:
    """The target, as a spec has it."""
    return {"name": name, "url": url, **more}


def run(server: RunningPostgres, *statements: str) -> None:
    """As the superuser."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def locked(server: RunningPostgres, table: str) -> Iterator[None]:
    """Nobody else reads the table."""
    with psycopg.connect(server.url()) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        connection.rollback()


def test_a_frozen_postgres_times_out_and_is_well_again_when_it_thaws(
    watch: Watch, harmless: Harmless, postgres_server: RunningPostgres
) -> None:
    """SIGSTOP to the server and all its backends."""
    with watch(postgres=[postgres(postgres_server.url())]) as exporter:
        page, before = quiet(exporter)
        assert page.up("postgres", "broken") == 1
        postgres_server.freeze()
        pages = [harmless(exporter, "postgres", "broken") for _ in range(2)]
        assert [one.values['pg_up{target="broken"}'] for one in pages] == [0, 0]
        assert pages[1].reasons("broken") <= {"timeout", "busy"}
        postgres_server.thaw()
        exporter.settled(before)

        assert exporter.page().up("postgres", "broken") == 1
        exporter.settled(before)


def test_a_lock_on_a_users_table_takes_nothing_from_the_page(
    watch: Watch, harmless: Harmless, postgres_server: RunningPostgres
) -> None:
    """ACCESS EXCLUSIVE, as a migration takes it: only what must open the table is left out."""
    run(postgres_server, "CREATE TABLE busy (id int PRIMARY KEY)", "INSERT INTO busy VALUES (1)")
    with watch(postgres=[postgres(postgres_server.url())]) as exporter:
        page, before = quiet(exporter)
        with locked(postgres_server, "busy"):
            during = harmless(exporter, "postgres", "broken")
        assert during.values['pg_up{target="broken"}'] == 1
        assert during.seconds < 1
        sized = {"pg_stat_user_tables_table_size_bytes", "pg_stat_user_tables_index_size_bytes"}
        assert page.names("pg_") - during.names("pg_") <= sized
        assert exporter.page().up("postgres", "broken") == 1
        exporter.settled(before)


@pytest.mark.parametrize("table", ["pg_catalog.pg_database", "pg_catalog.pg_class", "pg_catalog.pg_authid"])
def test_a_lock_on_a_catalogue_table_ends_by_the_deadline(
    watch: Watch, harmless: Harmless, postgres_server: RunningPostgres, table: str
) -> None:
    """ACCESS EXCLUSIVE, as VACUUM FULL takes it: what reads it fails, the rest comes."""
    with watch(postgres=[postgres(postgres_server.url())]) as exporter:
        page, before = quiet(exporter)
        with locked(postgres_server, table):
            harmless(exporter, "postgres", "broken")
            harmless(exporter, "postgres", "broken")
        exporter.settled(before)

        after = exporter.page()
        assert after.up("postgres", "broken") == 1
        assert page.names("pg_") <= after.names("pg_")
        exporter.settled(before)


def test_a_postgres_out_of_connections_is_named(watch: Watch, harmless: Harmless, tmp_path: Path) -> None:
    """And read when there is room again; no attempt is left behind."""
    options = ("-c", "max_connections=6", "-c", "superuser_reserved_connections=3", "-c", "max_wal_senders=0")
    with postgres_server(tmp_path, None, *options) as server:
        run(server, "CREATE ROLE watch LOGIN IN ROLE pg_monitor")
        url = server.url("watch")
        others = [psycopg.connect(url) for _ in range(3)]
        with watch(postgres=[postgres(url)]) as exporter:
            _, before = quiet(exporter)
            page = harmless(exporter, "postgres", "broken")
            assert page.values['pg_up{target="broken"}'] == 0
            assert page.reasons("broken") == {"refused"}
            exporter.settled(before)
            for other in others:
                other.close()

            assert exporter.page().up("postgres", "broken") == 1


def test_a_wrong_password_is_named_and_never_shown(watch: Watch, harmless: Harmless, tmp_path: Path) -> None:
    """Neither the wrong one nor the right one."""
    (tmp_path / "wrong").write_text("S3cret-wrong")
    with (
        postgres_server(tmp_path, "S3cret-right") as server,
        watch(postgres=[postgres(server.url(), password={"file": "wrong"})]) as exporter,
    ):
        _, before = quiet(exporter)
        page = harmless(exporter, "postgres", "broken")
        assert page.reasons("broken") == {"auth"}
        assert "S3cret" not in page.text + exporter.log.read_text()
        exporter.settled(before)


def test_a_role_with_only_pg_monitor_is_enough(
    watch: Watch, harmless: Harmless, postgres_server: RunningPostgres
) -> None:
    """Every query works that works for the superuser."""
    run(postgres_server, "CREATE ROLE watch LOGIN", "GRANT pg_monitor TO watch")
    targets = [postgres(postgres_server.url("watch")), postgres(postgres_server.url(), "super")]
    with watch(postgres=targets) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "postgres", "broken")
        exporter.settled(before)

    assert page.up("postgres", "broken") == 1
    failed = {series for series, value in page.values.items() if "pg_scrape_collector_success" in series and value == 0}
    assert failed == set()
    parts = {name: {series.partition("{")[0] for series in page.of(name)} for name in ("broken", "super")}
    assert parts["broken"] == parts["super"]


@pytest.mark.parametrize("talk", [silent, dripping(b"N", b"N")], ids=["silent", "slow-dripping"])
def test_what_is_no_postgres_costs_only_itself(watch: Watch, harmless: Harmless, talk: Callable[..., None]) -> None:
    """Whatever it says, however slowly."""
    with talker(talk) as port, watch(postgres=[postgres(f"postgresql://u@127.0.0.1:{port}/d")]) as exporter:
        _, before = quiet(exporter)
        page = harmless(exporter, "postgres", "broken")
        assert page.values['pg_up{target="broken"}'] == 0
        exporter.settled(before)


def test_a_blackholed_port_times_out(watch: Watch, harmless: Harmless) -> None:
    """The connection is never made."""
    with blackhole() as port, watch(postgres=[postgres(f"postgresql://u@127.0.0.1:{port}/d")]) as exporter:
        _, before = quiet(exporter)
        assert harmless(exporter, "postgres", "broken").reasons("broken") <= {"timeout", "busy"}
        exporter.settled(before)
